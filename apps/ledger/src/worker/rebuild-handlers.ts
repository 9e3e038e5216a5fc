// Who starts a rebuild, and says how far they are? Jobs of the worker; these only ask for them and look.
import { Refused } from '@derbes/kernel';
import { listRebuilds, requestRebuild, UnknownModel } from '@derbes/read-models';
import { CommandHandler, QueryHandler, type ICommandHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Pool } from 'pg';
import { ListRebuilds } from '../read/queries.js';
import { StartRebuild, type Rebuild } from '../write/commands.js';

@CommandHandler(StartRebuild)
export class StartRebuildHandler implements ICommandHandler<StartRebuild> {
  constructor(private readonly app: Pool) {}

  async execute({ model }: StartRebuild): Promise<readonly Rebuild[]> {
    try {
      return await requestRebuild(this.app, model);
    } catch (error) {
      if (error instanceof UnknownModel) throw new Refused(error.code, error.message);
      throw error;
    }
  }
}

@QueryHandler(ListRebuilds)
export class ListRebuildsHandler implements IQueryHandler<ListRebuilds> {
  constructor(private readonly app: Pool) {}

  execute(): Promise<readonly Rebuild[]> {
    return listRebuilds(this.app);
  }
}
