// What must every adapter do, exactly alike? One suite, called by each adapter's spec.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { envelopeBytesMax, writeEnvelope, type Facts } from '@derbes/kernel';
import { randomUUID } from 'node:crypto';
import { firstValueFrom, take, tap, toArray, type Observable } from 'rxjs';
import { followPages } from './follow-pages.js';
import { comparePositions, noStream, type EventStore, type PendingEvent, type StoredEvent } from './port.js';

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

export interface StoreUnderTest {
  readonly store: EventStore;
  /** Another store over the same data, as after a restart of the process; the first one is not used any more. */
  restart(): Promise<EventStore>;
  close(): Promise<void>;
}

const all = (events: Observable<StoredEvent>): Promise<StoredEvent[]> => firstValueFrom(events.pipe(toArray()));

async function read(store: EventStore, stream: string, from?: number): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const event of store.readStream(stream, from)) events.push(event);
  return events;
}

const codeOf = (code: string): object => expect.objectContaining({ code }) as object;

/** Calls describe; `make` gives an empty store for each test. */
export function eventStoreContract(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`${name} as an event store`, () => {
    let under: StoreUnderTest;
    let store: EventStore;
    beforeEach(async () => {
      under = await make();
      store = under.store;
    });
    afterEach(() => under.close());

    const current = () => ({ store, restart: async () => (store = await under.restart()) });
    describe('appends', () => appends(current));
    describe('recognises a repeat', () => repeats(current));
    describe('refuses', () => refusals(current));
    describe('follows', () => follows(current));
  });
}

type Current = () => { readonly store: EventStore; readonly restart: () => Promise<EventStore> };

function appends(current: Current): void {
  it('keeps a stream in the order of its appends', async () => {
    const { store } = current();
    const stream = sampleStream();
    const events = [0, 1, 2, 3].map((revision) => sampleEvent(stream, revision));
    expect(await store.append(stream, noStream, events.slice(0, 1))).toMatchObject({ revision: 0, repeated: false });
    expect(await store.append(stream, 0, events.slice(1))).toMatchObject({ revision: 3, repeated: false });
    const stored = await read(store, stream);
    expect(stored.map(({ id, type, bytes }) => ({ id, type, bytes }))).toEqual(events);
    expect(stored.map(({ revision }) => revision)).toEqual([0, 1, 2, 3]);
    expect(stored.every((event) => event.stream === stream)).toBe(true);
  });

  it('reads from a revision on, and nothing of a stream that does not exist', async () => {
    const { store } = current();
    const stream = sampleStream();
    await store.append(
      stream,
      noStream,
      [0, 1, 2].map((revision) => sampleEvent(stream, revision)),
    );
    expect((await read(store, stream, 1)).map(({ revision }) => revision)).toEqual([1, 2]);
    expect(await read(store, stream, 3)).toEqual([]);
    expect(await read(store, sampleStream())).toEqual([]);
  });

  it('reads a stream longer than a page whole', async () => {
    const { store } = current();
    const stream = sampleStream();
    for (let from = 0; from < 1_500; from += 500) {
      const events = Array.from({ length: 500 }, (_, i) => sampleEvent(stream, from + i));
      await store.append(stream, from - 1, events);
    }
    expect((await read(store, stream)).map(({ revision }) => revision)).toEqual([...Array(1_500).keys()]);
  });

  it('gives positions that strictly increase in the order of the appends', async () => {
    const { store } = current();
    const [a, b] = [sampleStream(), sampleStream()];
    const first = await store.append(a, noStream, [sampleEvent(a, 0)]);
    const second = await store.append(b, noStream, [sampleEvent(b, 0), sampleEvent(b, 1)]);
    const third = await store.append(a, 0, [sampleEvent(a, 1)]);
    expect(comparePositions(first.position, second.position)).toBeLessThan(0);
    expect(comparePositions(second.position, third.position)).toBeLessThan(0);
    const stored = await all(store.follow({ until: 'head' }));
    expect(stored.map(({ stream, revision }) => [stream, revision])).toEqual([
      [a, 0],
      [b, 0],
      [b, 1],
      [a, 1],
    ]);
    expect(stored[2]?.position).toBe(second.position);
    stored.reduce((before, event) => {
      expect(comparePositions(before.position, event.position)).toBeLessThan(0);
      return event;
    });
  });

  it('gives back the very bytes, whatever the script', async () => {
    const { store } = current();
    const stream = sampleStream();
    const event = sampleEvent(stream, 0, {
      facts: { note: 'Қазақ тілі, русский, 漢字, 😀, e\u0301, \u0000\u001f\u2028, "\\', '😀': '' },
    });
    await store.append(stream, noStream, [event]);
    const [stored] = await read(store, stream);
    expect(Buffer.from(stored?.bytes ?? '')).toEqual(Buffer.from(event.bytes));
    const [followed] = await all(store.follow({ until: 'head' }));
    expect(followed).toEqual(stored);
  });

  it('stores an event of exactly the largest size', async () => {
    const { store } = current();
    const stream = sampleStream();
    const event = sampleEvent(stream, 0, { bytes: envelopeBytesMax });
    expect(Buffer.byteLength(event.bytes)).toBe(65_535);
    await store.append(stream, noStream, [event]);
    expect((await read(store, stream))[0]?.bytes).toBe(event.bytes);
  });

  it('keeps everything over a restart and goes on from there', async () => {
    const { store, restart } = current();
    const stream = sampleStream();
    const { position } = await store.append(stream, noStream, [sampleEvent(stream, 0)]);
    const before = await all(store.follow({ until: 'head' }));
    const restarted = await restart();
    expect(await all(restarted.follow({ until: 'head' }))).toEqual(before);
    const next = await restarted.append(stream, 0, [sampleEvent(stream, 1)]);
    expect(comparePositions(next.position, position)).toBeGreaterThan(0);
    expect(await read(restarted, stream)).toHaveLength(2);
  });

  it('lets exactly one of many writers win a revision', async () => {
    const { store } = current();
    const stream = sampleStream();
    const tries = Array.from({ length: 20 }, () => store.append(stream, noStream, [sampleEvent(stream, 0)]));
    const results = await Promise.allSettled(tries);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'WRONG_REVISION', actual: 0 });
    }
    expect(await read(store, stream)).toHaveLength(1);
  });
}

function repeats(current: Current): void {
  it('of a whole call, at once, after other events and after a restart', async () => {
    const { store, restart } = current();
    const [stream, other] = [sampleStream(), sampleStream()];
    const events = [0, 1].map((revision) => sampleEvent(stream, revision));
    const first = await store.append(stream, noStream, events);
    const again = { ...first, repeated: true };
    expect(await store.append(stream, noStream, events)).toEqual(again);
    await store.append(stream, 1, [sampleEvent(stream, 2)]);
    await store.append(other, noStream, [sampleEvent(other, 0)]);
    expect(await store.append(stream, noStream, events)).toEqual(again);
    const restarted = await restart();
    expect(await restarted.append(stream, noStream, events)).toEqual(again);
    expect(await read(restarted, stream)).toHaveLength(3);
  });

  it('of the same call made twice at once: it is there once', async () => {
    const { store } = current();
    const stream = sampleStream();
    const event = sampleEvent(stream, 0);
    const [first, second] = await Promise.all([
      store.append(stream, noStream, [event]),
      store.append(stream, noStream, [event]),
    ]);
    expect(second?.position).toBe(first?.position);
    expect([first?.repeated, second?.repeated].filter(Boolean)).toHaveLength(1);
    expect(await read(store, stream)).toHaveLength(1);
  });

  it('of the beginning or the end of an earlier call', async () => {
    const { store } = current();
    const stream = sampleStream();
    const events = [0, 1, 2].map((revision) => sampleEvent(stream, revision));
    await store.append(stream, noStream, events);
    expect(await store.append(stream, noStream, events.slice(0, 1))).toMatchObject({ revision: 0, repeated: true });
    expect(await store.append(stream, 0, events.slice(1))).toMatchObject({ revision: 2, repeated: true });
    expect(await read(store, stream)).toHaveLength(3);
  });

  it('but not of a call that only overlaps an earlier one', async () => {
    const { store } = current();
    const stream = sampleStream();
    const events = [0, 1, 2].map((revision) => sampleEvent(stream, revision));
    await store.append(stream, noStream, events.slice(0, 2));
    await expect(store.append(stream, 0, events.slice(1))).rejects.toMatchObject({ code: 'WRONG_REVISION', actual: 1 });
    expect(await read(store, stream)).toHaveLength(2);
  });
}

function refusals(current: Current): void {
  it('a wrong revision, telling the actual one', async () => {
    const { store } = current();
    const stream = sampleStream();
    const wrong = (actual: number) => ({ code: 'WRONG_REVISION', stream, actual });
    await expect(store.append(stream, 0, [sampleEvent(stream, 1)])).rejects.toMatchObject(wrong(noStream));
    await store.append(stream, noStream, [sampleEvent(stream, 0)]);
    await expect(store.append(stream, noStream, [sampleEvent(stream, 0)])).rejects.toMatchObject(wrong(0));
    await expect(store.append(stream, 1, [sampleEvent(stream, 2)])).rejects.toMatchObject(wrong(0));
    expect(await read(store, stream)).toHaveLength(1);
  });

  it('an id that stands with other content', async () => {
    const { store } = current();
    const stream = sampleStream();
    const event = sampleEvent(stream, 0);
    await store.append(stream, noStream, [event]);
    const other = sampleEvent(stream, 0, { id: event.id, facts: { changed: 'yes' } });
    await expect(store.append(stream, noStream, [other])).rejects.toEqual(codeOf('EVENT_ID_TAKEN'));
    const later = sampleEvent(stream, 1, { id: event.id });
    await expect(store.append(stream, 0, [later])).rejects.toEqual(codeOf('EVENT_ID_TAKEN'));
    expect((await read(store, stream)).map(({ bytes }) => bytes)).toEqual([event.bytes]);
  });

  it('an id that stands in another stream', async () => {
    const { store } = current();
    const [a, b] = [sampleStream(), sampleStream()];
    const event = sampleEvent(a, 0);
    await store.append(a, noStream, [event]);
    const elsewhere = sampleEvent(b, 0, { id: event.id });
    await expect(store.append(b, noStream, [elsewhere])).rejects.toEqual(codeOf('EVENT_ID_TAKEN'));
    expect(await read(store, b)).toEqual([]);
  });

  it('an id twice in one call', async () => {
    const { store } = current();
    const stream = sampleStream();
    const event = sampleEvent(stream, 0);
    const twice = [event, sampleEvent(stream, 1, { id: event.id })];
    await expect(store.append(stream, noStream, twice)).rejects.toEqual(codeOf('EVENT_ID_TAKEN'));
    expect(await read(store, stream)).toEqual([]);
  });

  it('an empty array', async () => {
    const { store } = current();
    await expect(store.append(sampleStream(), noStream, [])).rejects.toEqual(codeOf('EMPTY_APPEND'));
  });

  it('an event of one byte too many, and a call of too many events', async () => {
    const { store } = current();
    const stream = sampleStream();
    const event = sampleEvent(stream, 0, { bytes: envelopeBytesMax });
    const tooLarge = { ...event, bytes: event.bytes.replace('xx', 'xxx') };
    expect(Buffer.byteLength(tooLarge.bytes)).toBe(65_536);
    await expect(store.append(stream, noStream, [tooLarge])).rejects.toMatchObject({
      code: 'EVENT_TOO_LARGE',
      bytes: 65_536,
    });
    const many = Array.from({ length: 501 }, (_, i) => sampleEvent(stream, i));
    await expect(store.append(stream, noStream, many)).rejects.toEqual(codeOf('APPEND_TOO_LARGE'));
    const heavy = Array.from({ length: 17 }, (_, i) => sampleEvent(stream, i, { bytes: envelopeBytesMax }));
    await expect(store.append(stream, noStream, heavy)).rejects.toEqual(codeOf('APPEND_TOO_LARGE'));
    expect(await read(store, stream)).toEqual([]);
  });

  it('a stream or a type that begins with $', async () => {
    const { store } = current();
    const bytes = (stream: string, type: string) =>
      sampleEvent('policy', 0).bytes.replace('"policy"', `"${stream}"`).replace('DataUsed', type);
    const id = randomUUID();
    const system = { id, type: 'DataUsed', bytes: bytes('$all', 'DataUsed') };
    await expect(store.append('$all', noStream, [system])).rejects.toEqual(codeOf('MALFORMED_EVENT'));
    const type = { id, type: '$deleted', bytes: bytes('policy', '$deleted') };
    await expect(store.append('policy', noStream, [type])).rejects.toEqual(codeOf('MALFORMED_EVENT'));
    expect(await all(store.follow({ until: 'head' }))).toEqual([]);
  });

  it('bytes whose envelope disagrees with id, type, stream or revision, or is none', async () => {
    const { store } = current();
    const stream = sampleStream();
    const event = sampleEvent(stream, 0);
    const wrong: [string, number, PendingEvent][] = [
      [stream, noStream, { ...event, id: randomUUID() }],
      [stream, noStream, { ...event, type: 'DataCollected' }],
      [sampleStream(), noStream, event],
      [stream, 4, event],
      [stream, noStream, { ...event, bytes: ` ${event.bytes}` }],
      [stream, noStream, { ...event, bytes: event.bytes.replace('{}', '{"a":1}') }],
      [stream, noStream, { ...event, bytes: event.bytes.replace('{}', '{"a":"\ud800"}') }],
      [stream, noStream, { ...event, bytes: 'no json' }],
      [stream, -2, event],
    ];
    for (const [to, expected, broken] of wrong) {
      await expect(store.append(to, expected, [broken])).rejects.toEqual(codeOf('MALFORMED_EVENT'));
    }
    expect(await all(store.follow({ until: 'head' }))).toEqual([]);
  });

  it('a whole call when one event of it is refused', async () => {
    const { store } = current();
    const stream = sampleStream();
    const taken = sampleEvent(stream, 0);
    await store.append(stream, noStream, [taken]);
    const call = [sampleEvent(stream, 1), sampleEvent(stream, 2, { id: taken.id }), sampleEvent(stream, 3)];
    await expect(store.append(stream, 0, call)).rejects.toEqual(codeOf('EVENT_ID_TAKEN'));
    expect(await read(store, stream)).toHaveLength(1);
    expect(await all(store.follow({ until: 'head' }))).toHaveLength(1);
  });
}

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

function expectGapless(events: readonly StoredEvent[]): void {
  const next = new Map<string, number>();
  let before = '0';
  for (const event of events) {
    expect(comparePositions(before, event.position)).toBeLessThan(0);
    expect(event.revision).toBe(next.get(event.stream) ?? 0);
    next.set(event.stream, event.revision + 1);
    before = event.position;
  }
}

function follows(current: Current): void {
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
    expect(() => store.follow({ after: 'latest' })).toThrow(codeOf('MALFORMED_POSITION') as Error);
  });
}
