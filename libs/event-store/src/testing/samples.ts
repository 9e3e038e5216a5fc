// What do tests of a store write and read with?
import { expect } from '@jest/globals';
import { writeEnvelope, type Facts } from '@derbes/kernel';
import { randomUUID } from 'node:crypto';
import { firstValueFrom, toArray, type Observable } from 'rxjs';
import { type EventStore, type PendingEvent, type StoredEvent } from '../port.js';

/** A well-formed event for a place; with `bytes`, padded to exactly that size. */
export function sampleEvent(
  stream: string,
  revision: number,
  options: { readonly id?: string; readonly facts?: Facts; readonly bytes?: number; readonly type?: string } = {},
): PendingEvent {
  const id = options.id ?? randomUUID();
  const type = options.type ?? 'DataUsed';
  const write = (facts: Facts) =>
    writeEnvelope({
      v: '1',
      id,
      type,
      stream,
      revision: String(revision),
      at: '2026-11-20T09:00:00Z',
      occurred: '2026-11-20T08:59:00Z',
      actor: 'crm',
      facts,
    });
  const facts = options.facts ?? {};
  if (options.bytes === undefined) return { id, type, bytes: write(facts) };
  const missing = options.bytes - Buffer.byteLength(write({ ...facts, padding: '' }));
  return { id, type, bytes: write({ ...facts, padding: 'x'.repeat(missing) }) };
}

export const sampleStream = (): string => `subject-${randomUUID()}`;

export const all = (events: Observable<StoredEvent>): Promise<StoredEvent[]> => firstValueFrom(events.pipe(toArray()));

export async function read(store: EventStore, stream: string, from?: number): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const event of store.readStream(stream, from)) events.push(event);
  return events;
}

export const codeOf = (code: string): object => expect.objectContaining({ code });

/** The store of the test that runs now; `restart` gives another over the same data. */
export type Current = () => { readonly store: EventStore; readonly restart: () => Promise<EventStore> };
