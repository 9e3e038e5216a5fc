// Does the double tell the truth? The contract of every adapter, on memory.
import { describe, it } from '@jest/globals';
import { StoreUnavailable } from './errors.js';
import { MemoryDisk, MemoryEventStore } from './memory.js';
import { type EventStore } from './port.js';
import { eventStoreContract } from './testing.js';
import { anyInterleavingIsSequential, type Fault } from './testing/interleaving.js';

eventStoreContract('the memory store', () => {
  const disk = new MemoryDisk();
  return Promise.resolve({
    store: new MemoryEventStore(disk),
    restart: () => Promise.resolve(new MemoryEventStore(disk)),
    close: () => Promise.resolve(),
  });
});

/** A store behind a line that breaks: before the call arrives, or before its answer does. */
class BreakingLine extends MemoryEventStore {
  constructor(private readonly faults: Fault[]) {
    super();
  }

  override async append(...call: Parameters<EventStore['append']>) {
    const fault = this.faults.shift();
    if (fault === 'failed') throw new StoreUnavailable('the line broke');
    const appended = await super.append(...call);
    if (fault === 'failed-but-persisted') throw new StoreUnavailable('the line broke');
    return appended;
  }
}

describe('the memory store over a line that breaks', () => {
  it('ends any interleaving of calls, failures and retries as some sequential order would', () =>
    anyInterleavingIsSequential(
      (faults) => Promise.resolve({ store: new BreakingLine([...faults]), close: () => Promise.resolve() }),
      200,
    ));
});
