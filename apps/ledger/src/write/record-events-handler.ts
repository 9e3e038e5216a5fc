// What becomes of the events of one request? Each its outcome, or in an atomic batch all or nothing.
import { EventStoreError, StoreOverloaded } from '@derbes/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { isDiskFull } from './disk-full.js';
import { type Outcome } from './outcome.js';
import { RecordEvents } from './record-events.js';
import { Writers } from './writers.js';

@CommandHandler(RecordEvents)
export class RecordEventsHandler implements ICommandHandler<RecordEvents> {
  constructor(private readonly writers: Writers) {}

  async execute({ events, atomic, asked }: RecordEvents): Promise<readonly Outcome[]> {
    const { facts, atomicFacts, commands } = this.writers;
    const recorded = await (atomic ? atomicFacts : facts).record(events, asked.by.role);
    const repeats = events.filter((_, i) => isRepeat(recorded.outcomes[i]));
    await commands.waitUpTo(recorded.positions, asked, repeats);
    return recorded.outcomes.map((outcome, i) => {
      if (outcome.status === 'fulfilled') return outcome.value;
      // A single event is answered as the problem that it met; one of many must not hide what became of the others.
      if (recorded.outcomes.length === 1) throw outcome.reason;
      return unsettled(events[i]?.id, outcome.reason);
    });
  }
}

const isRepeat = (outcome: PromiseSettledResult<Outcome> | undefined): boolean =>
  outcome?.status === 'fulfilled' && outcome.value.status === 'repeated';

/** What the store did not take or did not answer for: the same event may be told again. */
function unsettled(id: string | undefined, reason: unknown): Outcome {
  if (!(reason instanceof EventStoreError)) throw reason;
  const code = reason instanceof StoreOverloaded ? 'OVERLOADED' : isDiskFull(reason) ? 'DISK_FULL' : 'UNAVAILABLE';
  return {
    ...(id !== undefined && { id }),
    status: 'overloaded',
    problem: { code, detail: 'the store did not take it in time; send it again as it is' },
  };
}
