// What if somebody else has been in the store? Whoever reads stops there, with a code and the position, and nothing is guessed.
import { ANY, binaryEvent, jsonEvent, NO_STREAM, type EventData, type EventStoreDBClient } from '@eventstore/db-client';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { noStream, type StoredEvent } from '../port.js';
import { describeEventStoreDb, openTestStore, strangersClient, type TestStore } from '../testing/eventstoredb.js';
import { all, codeOf, read, sampleEvent, sampleStream } from '../testing/samples.js';

// A crowded machine is no failure.
jest.setTimeout(180_000);

describeEventStoreDb('an EventStoreDB that somebody else has been in', () => {
  let store: TestStore;
  let stranger: EventStoreDBClient;
  beforeEach(async () => {
    store = await openTestStore();
    stranger = strangersClient();
  });
  afterEach(async () => {
    await stranger.dispose();
    await store.close();
  });

  const event = (stream: string, revision: number) =>
    binaryEvent({ ...sampleEvent(stream, revision), data: Buffer.from(sampleEvent(stream, revision).bytes) });

  /** What a follower saw before it stopped, and why it did. */
  function followed(live: boolean): Promise<{ seen: StoredEvent[]; error: unknown }> {
    const seen: StoredEvent[] = [];
    return new Promise((resolve) => {
      store.follow(live ? {} : { until: 'head' }).subscribe({
        next: (stored) => seen.push(stored),
        error: (error: unknown) => resolve({ seen, error }),
        complete: () => resolve({ seen, error: undefined }),
      });
    });
  }

  async function threeEvents(): Promise<string> {
    const stream = sampleStream();
    await store.append(
      stream,
      noStream,
      [0, 1, 2].map((revision) => sampleEvent(stream, revision)),
    );
    return stream;
  }

  const strangers: [string, (stream: string) => EventData][] = [
    ['bytes that are no envelope', () => binaryEvent({ type: 'DataUsed', data: Buffer.from('{"a":1}') })],
    ['bytes that are not UTF-8', () => binaryEvent({ type: 'DataUsed', data: Buffer.from([0xff, 0xfe]) })],
    ['a JSON event', () => jsonEvent({ type: 'DataUsed', data: { name: 'Somebody' } })],
    ['an envelope of another stream', () => event(sampleStream(), 3)],
    ['an envelope of another revision', (stream) => event(stream, 7)],
    ['an envelope under another id', (stream) => ({ ...event(stream, 3), id: randomUUID() })],
    ['an envelope under another type', (stream) => ({ ...event(stream, 3), type: 'DataCollected' })],
    ['a link to nothing of ours', () => binaryEvent({ type: '$>', data: Buffer.from('0@subject') })],
  ];
  it.each(strangers)('who wrote %s into a stream of ours', async (_, make) => {
    const stream = await threeEvents();
    const { position } = await stranger.appendToStream(stream, make(stream), { expectedRevision: 2n });
    const found = { code: 'FOREIGN_EVENT', stream, position: String(position?.commit) };
    await expect(read(store, stream)).rejects.toMatchObject(found);
    for (const live of [false, true]) {
      const { seen, error } = await followed(live);
      expect(seen.map(({ revision }) => revision)).toEqual([0, 1, 2]);
      expect(error).toMatchObject(found);
    }
  });

  it('who keeps a stream of its own there, whose name is not repeated', async () => {
    const stream = `Invoice-of-somebody@example.kz-${randomUUID()}`;
    await threeEvents();
    const told = await stranger.appendToStream(stream, jsonEvent({ type: 'Invoiced', data: {} }), {
      expectedRevision: ANY,
    });
    for (const live of [false, true]) {
      const { seen, error } = await followed(live);
      expect(seen).toHaveLength(3);
      expect(error).toMatchObject({ code: 'FOREIGN_EVENT', position: String(told.position?.commit) });
      expect(JSON.stringify(error) + String(error)).not.toContain('somebody');
    }
  });

  it('but passes by what belongs to the server itself', async () => {
    await stranger.appendToStream(`$own-${randomUUID()}`, jsonEvent({ type: '$any', data: {} }), {
      expectedRevision: NO_STREAM,
    });
    const stream = await threeEvents();
    await stranger.setStreamMetadata(stream, { acl: { readRoles: ['$admins'] } });
    expect((await all(store.follow({ until: 'head' }))).map((stored) => stored.stream)).toEqual([
      stream,
      stream,
      stream,
    ]);
  });

  it('who deleted a stream: no follower goes past that, and nothing is appended behind it unnoticed', async () => {
    const stream = await threeEvents();
    const { position } = await stranger.deleteStream(stream, { expectedRevision: 2n });
    for (const live of [false, true]) {
      const { seen, error } = await followed(live);
      expect(seen).toHaveLength(3);
      expect(error).toMatchObject({ code: 'STREAM_TRUNCATED', stream, position: String(position?.commit) });
    }
    await expect(store.append(stream, noStream, [sampleEvent(stream, 0)])).rejects.toMatchObject({
      code: 'STREAM_DELETED',
      stream,
    });
    await expect(read(store, stream)).rejects.toEqual(codeOf('FOREIGN_EVENT'));
  });

  it('who buried a stream for good', async () => {
    const stream = await threeEvents();
    const { position } = await stranger.tombstoneStream(stream, { expectedRevision: 2n });
    for (const live of [false, true]) {
      expect((await followed(live)).error).toMatchObject({
        code: 'STREAM_DELETED',
        stream,
        position: String(position?.commit),
      });
    }
    await expect(store.append(stream, 2, [sampleEvent(stream, 3)])).rejects.toEqual(codeOf('STREAM_DELETED'));
    await expect(read(store, stream)).rejects.toEqual(codeOf('STREAM_DELETED'));
  });

  it('who cut the beginning of a stream off', async () => {
    const stream = await threeEvents();
    await stranger.setStreamMetadata(stream, { truncateBefore: 2 });
    const code = codeOf('STREAM_TRUNCATED');
    await expect(read(store, stream)).rejects.toEqual(code);
    for (const live of [false, true]) expect((await followed(live)).error).toEqual(code);
  });

  it('who let the store forget its end: a follower that has seen more says so', async () => {
    await threeEvents();
    const behind = String(BigInt(await store.store.headPosition()) + 1n);
    for (const until of [{}, { until: 'head' as const }]) {
      const follows = store.store.follow({ after: behind, ...until });
      await expect(all(follows)).rejects.toMatchObject({ code: 'STORE_BEHIND', position: behind });
    }
  });

  it('and takes no position between two events', async () => {
    await threeEvents();
    const [first] = await all(store.follow({ until: 'head' }));
    const between = String(BigInt(first?.position ?? '0') + 1n);
    for (const until of [{}, { until: 'head' as const }]) {
      const follows = store.follow({ after: between, ...until });
      await expect(all(follows)).rejects.toEqual(codeOf('MALFORMED_POSITION'));
    }
  });

  it('and tells two events of one call whose ids the server knows in another order', async () => {
    const stream = sampleStream();
    const [a, b] = [randomUUID(), randomUUID()];
    await store.append(stream, noStream, [sampleEvent(stream, 0, { id: a }), sampleEvent(stream, 1, { id: b })]);
    const swapped = [sampleEvent(stream, 0, { id: b }), sampleEvent(stream, 1, { id: a })];
    await expect(store.append(stream, noStream, swapped)).rejects.toEqual(codeOf('EVENT_ID_TAKEN'));
    const other = sampleStream();
    expect(await store.append(other, noStream, [sampleEvent(other, 0)])).toMatchObject({ revision: 0 });
  });

  it('stores bytes as bytes, and says nothing beside them', async () => {
    const stream = await threeEvents();
    for await (const { event: recorded } of stranger.readStream(stream)) {
      expect(recorded).toMatchObject({ isJson: false, metadata: undefined });
      expect(recorded?.data).toBeInstanceOf(Uint8Array);
    }
  });
});
