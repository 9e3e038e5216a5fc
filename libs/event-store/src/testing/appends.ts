// Does a store keep what it was given, in order, once?
import { expect, it } from '@jest/globals';
import { envelopeBytesMax } from '@derbes/kernel';
import { comparePositions, noStream } from '../port.js';
import { all, read, sampleEvent, sampleStream, type Current } from './samples.js';

export function appends(current: Current): void {
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

export function repeats(current: Current): void {
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
