// Who begins the close of an epoch, and says how far it is?
import { Refused } from '@derbes/kernel';
import { VaultError } from '@derbes/vault';
import { CommandHandler, QueryHandler, type ICommandHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ReadEpochs } from '../read/queries.js';
import { CloseEpoch } from '../write/commands.js';
import { Epochs, type EpochState } from './epochs.js';

/** What somebody who asks can do something about; anything else is a fault of the service or its keep. */
const refusals = new Set(['EPOCH_CLOSING', 'NOTHING_TO_APPROVE', 'APPROVAL_BY_SAME_KEY']);

@CommandHandler(CloseEpoch)
export class CloseEpochHandler implements ICommandHandler<CloseEpoch> {
  constructor(private readonly epochs: Epochs) {}

  async execute({ approve, acceptSingleCopy, acceptUnwitnessed, asked }: CloseEpoch): Promise<EpochState> {
    try {
      return await this.epochs.close({
        by: asked.by.key,
        ...(approve !== undefined && { approve }),
        ...(acceptSingleCopy !== undefined && { acceptSingleCopy }),
        ...(acceptUnwitnessed !== undefined && { acceptUnwitnessed }),
      });
    } catch (error) {
      if (error instanceof VaultError && refusals.has(error.code)) throw new Refused(error.code, error.message);
      throw error;
    }
  }
}

@QueryHandler(ReadEpochs)
export class ReadEpochsHandler implements IQueryHandler<ReadEpochs> {
  constructor(private readonly epochs: Epochs) {}

  execute(): Promise<EpochState> {
    return this.epochs.state();
  }
}
