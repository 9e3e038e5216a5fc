// What do tests of a store write and read with?
import { expect } from '@jest/globals';
import { firstValueFrom, toArray, type Observable } from 'rxjs';
import { type EventStore, type StoredEvent } from '../port.js';

export { sampleEvent, sampleStream } from './sample-event.js';

export const all = (events: Observable<StoredEvent>): Promise<StoredEvent[]> => firstValueFrom(events.pipe(toArray()));

export async function read(store: EventStore, stream: string, from?: number): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const event of store.readStream(stream, from)) events.push(event);
  return events;
}

export const codeOf = (code: string): object => expect.objectContaining({ code });

/** The store of the test that runs now; `restart` gives another over the same data. */
export type Current = () => { readonly store: EventStore; readonly restart: () => Promise<EventStore> };
