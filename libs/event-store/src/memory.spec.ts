// Does the double tell the truth? The contract of every adapter, on memory.
import { MemoryDisk, MemoryEventStore } from './memory.js';
import { eventStoreContract } from './testing.js';

eventStoreContract('the memory store', () => {
  const disk = new MemoryDisk();
  return Promise.resolve({
    store: new MemoryEventStore(disk),
    restart: () => Promise.resolve(new MemoryEventStore(disk)),
    close: () => Promise.resolve(),
  });
});
