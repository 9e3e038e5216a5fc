// What was sent to be recorded? The command behind POST /v1/events; its handler writes.
import { Command } from '@nestjs/cqrs';
import { type Asked } from '../keys/asked.js';
import { type Outcome } from './outcome.js';
import { type ReceivedEvent } from './received.js';

/**
 * Events whose form and source are already checked, in the order in which they were sent. One outcome each, in that
 * order. `atomic`: all or nothing; then any outcome besides recorded and repeated means that none was recorded.
 */
export class RecordEvents extends Command<readonly Outcome[]> {
  constructor(
    readonly events: readonly ReceivedEvent[],
    readonly atomic: boolean,
    readonly asked: Asked,
  ) {
    super();
  }
}
