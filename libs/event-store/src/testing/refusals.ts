// Does a store refuse what must never stand, and leave nothing of it?
import { expect, it } from '@jest/globals';
import { envelopeBytesMax } from '@derbes/kernel';
import { randomUUID } from 'node:crypto';
import { noStream, type PendingEvent } from '../port.js';
import { all, codeOf, read, sampleEvent, sampleStream, type Current } from './samples.js';

export function refusals(current: Current): void {
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
    expect((await read(store, stream)).map(({ bytes }) => bytes)).toEqual([event.bytes]);
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
}

/** Without an index of ids a store cannot tell these; the claims do, whose table has one. */
export function takenIds(current: Current): void {
  it('an id of an earlier event of the stream', async () => {
    const { store } = current();
    const stream = sampleStream();
    const event = sampleEvent(stream, 0);
    await store.append(stream, noStream, [event]);
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
