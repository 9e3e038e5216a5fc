// Does the cache say what the disk and what is on its way there say together, however little it may keep?
import { catalogue, foldSubject, HistoryNeeded, type SubjectEvent } from '@derbes/domain';
import { collected, minute, Teller } from '@derbes/domain/testing.js';
import { history, tellHistory } from '@derbes/domain/testing/histories.js';
import { MemoryEventStore } from '@derbes/event-store';
import { writeEnvelope, type Recorded } from '@derbes/kernel';
import fc from 'fast-check';
import { FoldCache, type FoldBounds } from './fold-cache.js';

const nothingWhole: FoldBounds = { factsMax: 0, standingMax: 1_000 };
const everything: FoldBounds = { factsMax: 1_000, standingMax: 1_000 };
const nothing: FoldBounds = { factsMax: 0, standingMax: 0 };

const recorded = (events: readonly SubjectEvent[]) => events as unknown as readonly Recorded[];

async function write(store: MemoryEventStore, events: readonly SubjectEvent[]): Promise<void> {
  for (const event of recorded(events)) {
    const { id, type, stream, revision } = event;
    const v = String(catalogue.get(type).version);
    const { parts, ...told } = event;
    const bytes = writeEnvelope({ ...told, revision: String(revision), v, ...(parts.length > 0 && { parts }) });
    await store.append(stream, revision - 1, [{ id, type, bytes }]);
  }
}

/** Somebody of whom two facts stand, pushed out by somebody else. */
async function pushedOut() {
  const store = new MemoryEventStore();
  const to = new Teller();
  to.tell('SubjectRegistered', { kind: 'person' }, minute(1));
  to.tell('DataCollected', collected(), minute(10));
  const other = new Teller();
  other.tell('SubjectRegistered', { kind: 'person' }, minute(1));
  await write(store, to.events);
  await write(store, other.events);
  const cache = new FoldCache(store, nothingWhole);
  await cache.load([to.subject]);
  await cache.load([other.subject]);
  return { store, to, other, cache };
}

it('keeps what stands of whom it has pushed out, and goes on from there', async () => {
  const { to, cache } = await pushedOut();
  const known = cache.peek(to.subject);
  expect(() => known?.fold.entries).toThrow(HistoryNeeded);
  expect(known?.head.revision).toBe(1);
  const next = to.tell('DataCollected', collected({ holder: 'cloud' }), minute(11));
  cache.advanceAll(recorded([next]));
  expect(cache.peek(to.subject)?.fold.state).toEqual(foldSubject(to.events).state);
});

it('refuses what is late there, and takes it once the history is read', async () => {
  const { to, cache } = await pushedOut();
  const late = to.tell('DataCollected', collected({ holder: 'cloud' }), minute(5));
  expect(() => cache.advanceAll(recorded([late]))).toThrow(HistoryNeeded);
  await cache.load([], [to.subject]);
  cache.advanceAll(recorded([late]));
  expect(cache.peek(to.subject)?.fold).toEqual(foldSubject(to.events));
});

it('reads a history with what is on its way to the disk behind it', async () => {
  const { store, to, other, cache } = await pushedOut();
  const events = [11, 12, 13].map((n) => to.tell('DataCollected', collected(), minute(n)));
  cache.advanceAll(recorded(events));
  await write(store, events.slice(0, 1));
  cache.landed(recorded(events.slice(0, 1)));
  await cache.load([], [to.subject]);
  expect(cache.peek(to.subject)).toMatchObject({ fold: foldSubject(to.events), head: { revision: 4 } });
  expect(cache.peek(to.subject)?.ahead.map(({ revision }) => revision)).toEqual([3, 4]);
  expect(cache.peek(other.subject)?.head.revision).toBe(0);
});

it('keeps several whole that were asked for together, whatever it may keep', async () => {
  const { to, other, cache } = await pushedOut();
  await cache.load([], [to.subject, other.subject]);
  expect(cache.peek(to.subject)?.fold).toEqual(foldSubject(to.events));
  expect(cache.peek(other.subject)?.fold).toEqual(foldSubject(other.events));
});

it('believes the disk where another process has written more', async () => {
  const { store, to, cache } = await pushedOut();
  await write(store, [to.tell('DataCollected', collected({ holder: 'cloud' }), minute(20))]);
  await cache.load([], [to.subject]);
  expect(cache.peek(to.subject)).toMatchObject({ fold: foldSubject(to.events), head: { revision: 2 } });
});

it('lets go of nobody before what it took in is on the disk', () => {
  const people = Array.from({ length: 3 }, () => new Teller());
  for (const one of people) one.tell('SubjectRegistered', { kind: 'person' }, minute(1));
  const cache = new FoldCache(new MemoryEventStore(), nothing);
  const isKept = () => people.map(({ subject }) => cache.peek(subject) !== undefined);
  for (const { events } of people) cache.advanceAll(recorded(events));
  expect(isKept()).toEqual([true, true, true]);
  for (const { events } of people) cache.landed(recorded(events));
  expect(isKept()).toEqual([false, true, true]);
});

it('says the same of any history in any order, kept whole or not', async () => {
  await fc.assert(
    fc.asyncProperty(history, fc.infiniteStream(fc.nat(3)), async (facts, dice) => {
      const store = new MemoryEventStore();
      const caches = [new FoldCache(store, nothingWhole), new FoldCache(store, everything)];
      const events = tellHistory(facts);
      const subject = events[0]?.stream.slice('subject-'.length) ?? '';
      let landed = 0;
      for (const [n, event] of events.entries()) {
        for (const cache of caches) {
          await cache.load([subject]);
          try {
            cache.advance(subject, recorded([event]));
          } catch (error) {
            if (!(error instanceof HistoryNeeded)) throw error;
            await cache.load([], [subject]);
            cache.advance(subject, recorded([event]));
          }
          expect(cache.peek(subject)?.fold.state).toEqual(foldSubject(events.slice(0, n + 1)).state);
          // Somebody else is asked for, so that this one may be pushed out.
          await cache.load([`${subject}-${n}`]);
        }
        if (dice.next().value !== 0) continue;
        const now = events.slice(landed, n + 1);
        landed = n + 1;
        await write(store, now);
        for (const cache of caches) cache.landed(recorded(now));
      }
    }),
  );
});
