// Does a follower see everything once and in order, whoever writes meanwhile?
import { expect, it } from '@jest/globals';
import { firstValueFrom, take, tap, toArray } from 'rxjs';
import { followPages } from '../follow-pages.js';
import { comparePositions, noStream, type EventStore, type StoredEvent } from '../port.js';
import { all, codeOf, sampleEvent, sampleStream, type Current } from './samples.js';
import { expectGapless } from './whole.js';

/** Appends `perWriter` calls of one or two events in each of 32 streams, all writers at once. */
async function write32(store: EventStore, perWriter: number): Promise<number> {
  const writers = Array.from({ length: 32 }, async (_, writer) => {
    const stream = sampleStream();
    let last = noStream;
    for (let i = 0; i < perWriter; i++) {
      const length = 1 + ((writer + i) % 2);
      const events = Array.from({ length }, (_, n) => sampleEvent(stream, last + 1 + n));
      last = (await store.append(stream, last, events)).revision;
    }
    return last + 1;
  });
  return (await Promise.all(writers)).reduce((sum, count) => sum + count, 0);
}

export function follows(current: Current): void {
  it('from the beginning, live, and misses and doubles nothing under 32 writers', async () => {
    const { store } = current();
    const total = 32 * 15;
    const live = firstValueFrom(store.follow().pipe(take(total), toArray()));
    expect(await write32(store, 10)).toBe(total);
    const seen = await live;
    expectGapless(seen);
    expect(seen).toEqual(await all(store.follow({ until: 'head' })));
  });

  it('from the middle, exclusively, while 32 writers go on', async () => {
    const { store } = current();
    await write32(store, 2);
    const before = await all(store.follow({ until: 'head' }));
    const after = before[Math.floor(before.length / 2)]?.position ?? '';
    const rest = before.filter((event) => comparePositions(event.position, after) > 0);
    const more = 32 * 6;
    const live = firstValueFrom(store.follow({ after }).pipe(take(rest.length + more), toArray()));
    expect(await write32(store, 4)).toBe(more);
    const seen = await live;
    expect(seen.slice(0, rest.length)).toEqual(rest);
    expect(seen).toEqual(await all(store.follow({ after, until: 'head' })));
    expectGapless([...before.slice(0, before.length - rest.length), ...seen]);
  });

  it('to the head and completes, also in an empty store and behind its end', async () => {
    const { store } = current();
    expect(await all(store.follow({ until: 'head' }))).toEqual([]);
    const stream = sampleStream();
    const { position } = await store.append(stream, noStream, [sampleEvent(stream, 0)]);
    expect(await all(store.follow({ until: 'head' }))).toHaveLength(1);
    expect(await all(store.follow({ until: 'head', after: position }))).toEqual([]);
  });

  it('and never shows part of a call as the whole of the log', async () => {
    const { store } = current();
    const stream = sampleStream();
    const reads: Promise<StoredEvent[]>[] = [];
    for (let i = 0; i < 10; i++) {
      const events = Array.from({ length: 7 }, (_, n) => sampleEvent(stream, i * 7 + n));
      const appended = store.append(stream, i * 7 - 1, events);
      reads.push(all(store.follow({ until: 'head' })));
      await appended;
    }
    for (const log of await Promise.all(reads)) expect(log.length % 7).toBe(0);
  });

  it('with a slow consumer, reading at most a page ahead of it', async () => {
    const { store } = current();
    const stream = sampleStream();
    const total = 4_000;
    for (let from = 0; from < total; from += 500) {
      await store.append(
        stream,
        from - 1,
        Array.from({ length: 500 }, (_, i) => sampleEvent(stream, from + i)),
      );
    }
    let emitted = 0;
    const counted: EventStore = {
      append: (...call) => store.append(...call),
      readStream: (...call) => store.readStream(...call),
      follow: (options) => store.follow(options).pipe(tap(() => emitted++)),
    };
    let consumed = 0;
    for await (const page of followPages(counted, { until: 'head' })) {
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
      expect(page.map(({ revision }) => revision)).toEqual(page.map((_, i) => consumed + i));
      consumed += page.length;
      expect(emitted - consumed).toBeLessThanOrEqual(1_000);
    }
    expect(consumed).toBe(total);
  });

  it('many at once, each in the same order, and stops when nobody listens', async () => {
    const { store } = current();
    const followers = Array.from({ length: 4 }, () => firstValueFrom(store.follow().pipe(take(96), toArray())));
    expect(await write32(store, 2)).toBe(96);
    const [first, ...others] = await Promise.all(followers);
    for (const other of others) expect(other).toEqual(first);
    const aborted = new AbortController();
    const pages = followPages(store, { after: first?.at(-1)?.position ?? '0', signal: aborted.signal });
    const pending = pages.next();
    aborted.abort();
    expect(await pending).toEqual({ done: true, value: undefined });
  });

  it('from no place that a store could not have given', () => {
    const { store } = current();
    expect(() => store.follow({ after: 'latest' })).toThrow(codeOf('MALFORMED_POSITION'));
  });
}
