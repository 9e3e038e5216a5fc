// How does an admin give the log a new signing key? As a command; the one before signs as well until the overlap ends.
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Moment, Optional } from '../http/form/field.js';
import { AskedCommand } from '../write/commands.js';
import { LogKeys } from './log-keys.js';

export interface LogKeyAdded {
  readonly number: number;
  readonly vkey: string;
  readonly overlap: string;
}

export class AddLogKey extends AskedCommand<LogKeyAdded> {
  /** Until when the key before signs as well; 30 days from now when absent. */
  @Optional() @Moment() overlap?: string;
}

/** Whoever checks the log, and every witness, has that long to learn of the new key. */
const overlapMs = 30 * 24 * 3_600_000;

@CommandHandler(AddLogKey)
export class AddLogKeyHandler implements ICommandHandler<AddLogKey> {
  constructor(private readonly keys: LogKeys) {}

  async execute({ overlap }: AddLogKey): Promise<LogKeyAdded> {
    const until = overlap === undefined ? new Date(Date.now() + overlapMs) : new Date(overlap);
    const { number, vkey, overlapUntil = until } = await this.keys.rotate(until);
    return { number, vkey, overlap: overlapUntil.toISOString() };
  }
}
