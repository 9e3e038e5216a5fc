// Who reads the log, and what do they get? Its files as they stand; whoever reads events by a key is counted.
import { catalogue, subjectOfStream } from '@derbes/domain';
import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { Problem } from '../http/problem/problem.js';
import { Readers } from '../read/readers.js';
import { ReadCheckpoint, ReadLogPolicy, ReadReceipt, ReadTile } from './queries.js';
import { notYet } from './receipts.js';
import { ServedLog } from './served-log.js';

const retryAfterMs = 1_000;

const nothing = (): Problem =>
  new Problem('NOTHING_PUBLISHED', 'no checkpoint of this log was published so far', { retryAfterMs });

@QueryHandler(ReadCheckpoint)
export class ReadCheckpointHandler implements IQueryHandler<ReadCheckpoint> {
  constructor(private readonly log: ServedLog) {}

  async execute(): Promise<Buffer> {
    const published = await this.log.files.published();
    if (!published) throw nothing();
    return Buffer.from(published.note);
  }
}

@QueryHandler(ReadLogPolicy)
export class ReadLogPolicyHandler implements IQueryHandler<ReadLogPolicy> {
  constructor(private readonly log: ServedLog) {}

  async execute(): Promise<Buffer> {
    const policy = await this.log.files.policy();
    if (policy === undefined) throw nothing();
    return Buffer.from(policy);
  }
}

/** Hashes are about nobody; events are about people, and whoever reads them is written down, by key and hour. */
@QueryHandler(ReadTile)
export class ReadTileHandler implements IQueryHandler<ReadTile> {
  constructor(
    private readonly log: ServedLog,
    private readonly readers: Readers,
  ) {}

  async execute({ tile, asked }: ReadTile): Promise<Buffer> {
    const bytes = await this.log.files.tile(tile);
    if (!bytes) throw new Problem('NOT_FOUND', 'the published tree has no such tile, or has it full by now');
    if (tile.level !== 'entries' || !asked) return bytes;
    return this.readers.seam.count({ question: 'log', asked }, () => Promise.resolve(bytes));
  }
}

/** The proof names an event of somebody, so who asked for it is recorded. */
@QueryHandler(ReadReceipt)
export class ReadReceiptHandler implements IQueryHandler<ReadReceipt> {
  constructor(
    private readonly log: ServedLog,
    private readonly readers: Readers,
  ) {}

  execute({ asked, event }: ReadReceipt): Promise<string | undefined> {
    return this.readers.seam.ask({ question: 'receipt', asked }, async (touches) => {
      const receipt = await this.log.receipts.of(event);
      if (receipt === notYet) {
        if (!(await this.log.isRecorded(event))) return undefined;
        throw new Problem('RECEIPT_NOT_YET', 'it is recorded, and no published checkpoint covers it yet', {
          retryAfterMs,
        });
      }
      const { stream } = catalogue.readStored(receipt.entry.toString());
      touches(stream.startsWith('subject-') ? [subjectOfStream(stream)] : []);
      return receipt.text;
    });
  }
}
