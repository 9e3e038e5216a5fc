// What do tests of a store write? Kept apart from what only runs inside the tests' own process.
import { writeEnvelope, type Facts } from '@derbes/kernel';
import { randomUUID } from 'node:crypto';
import { type PendingEvent } from '../port.js';

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
