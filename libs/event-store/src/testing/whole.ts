// Is a log whole? One order, each stream without a gap, and all that was acknowledged just there.
import { expect } from '@jest/globals';
import { comparePositions, type StoredEvent } from '../port.js';
import { type Acknowledged } from './writer-child.js';

/** Strictly one order in total, and in each stream all revisions from 0 on. */
export function expectGapless(events: readonly StoredEvent[]): void {
  const next = new Map<string, number>();
  let before = '0';
  for (const event of events) {
    expect(comparePositions(before, event.position)).toBeLessThan(0);
    expect(event.revision).toBe(next.get(event.stream) ?? 0);
    next.set(event.stream, event.revision + 1);
    before = event.position;
  }
}

/** What each writer was told stands just there, once, and in the order in which that writer was told. */
export function expectAcknowledged(log: readonly StoredEvent[], acknowledged: readonly Acknowledged[]): void {
  const standing = new Map(log.map((event) => [event.id, event]));
  expect(standing.size).toBe(log.length);
  const last = new Map<string, string>();
  for (const { writer, id, stream, revision, position } of acknowledged) {
    const event = standing.get(id);
    expect(event).toMatchObject({
      stream,
      ...(revision !== undefined && { revision }),
      ...(position !== undefined && { position }),
    });
    expect(comparePositions(last.get(writer) ?? '0', event?.position ?? '0')).toBeLessThan(0);
    last.set(writer, event?.position ?? '0');
  }
}
