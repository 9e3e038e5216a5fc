// Does any interleaving of calls, failures and retries equal some sequential order? A property over random histories.
import { expect } from '@jest/globals';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { StoreUnavailable, WrongRevision } from '../errors.js';
import { comparePositions, type Appended, type EventStore, type PendingEvent, type StoredEvent } from '../port.js';
import { all, sampleEvent } from './samples.js';

/** What goes wrong with a call: nothing, it fails and nothing stands, or it stands and the answer is lost. */
export type Fault = 'none' | 'failed' | 'failed-but-persisted';

interface Call {
  readonly stream: number;
  /** Events that the caller has not seen yet: with 0 it decides on the newest that it knows. */
  readonly behind: number;
  readonly length: number;
  /** Made twice at once, as by an impatient client. */
  readonly twice: boolean;
}

const streamsMax = 3;
const retriesMax = 10;

const call: fc.Arbitrary<Call> = fc.record({
  stream: fc.integer({ min: 0, max: streamsMax - 1 }),
  behind: fc.constantFrom(0, 0, 0, 1, 2),
  length: fc.integer({ min: 1, max: 3 }),
  twice: fc.boolean(),
});
const history = fc.record({
  /** Calls of one round are under way together. */
  rounds: fc.array(fc.array(call, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 6 }),
  faults: fc.array(fc.constantFrom<Fault>('none', 'none', 'failed', 'failed-but-persisted'), { maxLength: 12 }),
});

interface Answer {
  readonly stream: string;
  readonly expected: number;
  readonly events: readonly PendingEvent[];
  readonly appended?: Appended;
  readonly wrong?: WrongRevision;
}

/** `make` gives an empty store that has these faults, one a commit, and then none. */
export async function anyInterleavingIsSequential(
  make: (faults: readonly Fault[]) => Promise<{ readonly store: EventStore; readonly close: () => Promise<void> }>,
  numRuns: number,
): Promise<void> {
  const property = fc.asyncProperty(history, async ({ rounds, faults }) => {
    const { store, close } = await make(faults);
    try {
      const answers = await play(store, rounds);
      judge(answers, await all(store.follow({ until: 'head' })));
    } finally {
      await close();
    }
  });
  await fc.assert(property, { numRuns, endOnFailure: true });
}

async function play(store: EventStore, rounds: readonly (readonly Call[])[]): Promise<Answer[]> {
  const streams = Array.from({ length: streamsMax }, () => `subject-${randomUUID()}`);
  const known = streams.map(() => -1);
  const answers: Answer[] = [];
  for (const round of rounds) {
    const calls = round.flatMap(({ stream: n, behind, length, twice }) => {
      const stream = streams[n] ?? '';
      const expected = Math.max(-1, (known[n] ?? -1) - behind);
      const events = Array.from({ length }, (_, i) => sampleEvent(stream, expected + 1 + i));
      return Array.from({ length: twice ? 2 : 1 }, () => appendRetried(store, stream, expected, events));
    });
    for (const answer of await Promise.all(calls)) {
      answers.push(answer);
      const n = streams.indexOf(answer.stream);
      known[n] = Math.max(known[n] ?? -1, answer.appended?.revision ?? answer.wrong?.actual ?? -1);
    }
  }
  return answers;
}

async function appendRetried(
  store: EventStore,
  stream: string,
  expected: number,
  events: readonly PendingEvent[],
): Promise<Answer> {
  for (let retries = 0; ; retries++) {
    try {
      return { stream, expected, events, appended: await store.append(stream, expected, events) };
    } catch (error) {
      if (error instanceof WrongRevision) return { stream, expected, events, wrong: error };
      if (!(error instanceof StoreUnavailable) || retries === retriesMax) throw error;
    }
  }
}

/** The log is the sequential order: each call that succeeded stands in it whole, once, where it was decided for. */
function judge(answers: readonly Answer[], log: readonly StoredEvent[]): void {
  const heads = new Map<string, number>();
  const place = new Map(log.map((event, i) => [event.id, i]));
  log.forEach((event, i) => {
    expect(event.revision).toBe((heads.get(event.stream) ?? -1) + 1);
    heads.set(event.stream, event.revision);
    if (i > 0) expect(comparePositions(log[i - 1]?.position ?? '', event.position)).toBeLessThan(0);
  });
  const standing = new Set<string>();
  for (const { stream, expected, events, appended, wrong } of answers) {
    if (appended) {
      const first = place.get(events[0]?.id ?? '') ?? -1;
      expect(log.slice(first, first + events.length).map(({ id, bytes }) => [id, bytes])).toEqual(
        events.map(({ id, bytes }) => [id, bytes]),
      );
      expect(log[first]).toMatchObject({ stream, revision: expected + 1 });
      expect(log[first + events.length - 1]).toMatchObject({
        position: appended.position,
        revision: appended.revision,
      });
      for (const { id } of events) standing.add(id);
    } else {
      expect(wrong?.actual).not.toBe(expected);
      expect(wrong?.actual).toBeLessThanOrEqual(heads.get(stream) ?? -1);
    }
  }
  expect(standing.size).toBe(log.length);
}
