// Is anything lost or doubled when the line to the server breaks, hangs, or closes half? What was acknowledged is compared with what a follower saw.
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { firstValueFrom, take, toArray } from 'rxjs';
import { comparePositions, noStream, type StoredEvent } from '../port.js';
import { describeEventStoreDb, eventStoreUrl, openTestStore, type TestStore } from '../testing/eventstoredb.js';
import { Line } from '../testing/line.js';
import { all, read, sampleEvent, sampleStream } from '../testing/samples.js';
import { openEventStoreDb } from './open.js';
import { parsePlace } from './place.js';
import { type EventStoreDbStore } from './store.js';

// A crowded machine is no failure.
jest.setTimeout(120_000);

const rounds = Number(process.env['DERBES_ROUNDS'] ?? '2');

describeEventStoreDb('EventStoreDB behind a bad line', () => {
  let direct: TestStore;
  let line: Line;
  let store: EventStoreDbStore;
  beforeEach(async () => {
    direct = await openTestStore();
    const [host = { host: '127.0.0.1', port: 2113 }] = parsePlace(eventStoreUrl).hosts;
    line = new Line(host);
    const port = await line.open();
    store = await openEventStoreDb(eventStoreUrl.replace(/:\d+(?=[/?]|$)/, `:${port}`));
  });
  afterEach(async () => {
    await line.close();
    await store.close();
    await direct.close();
  });

  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  /** 32 streams, one writer each, until told to stop; answers the ids acknowledged, per stream in order. */
  function write(bytes: number): { stop: () => Promise<string[][]> } {
    let going = true;
    const writers = Array.from({ length: 32 }, async () => {
      const stream = sampleStream();
      const ids: string[] = [];
      while (going) {
        const event = sampleEvent(stream, ids.length, { bytes });
        await store.append(stream, ids.length - 1, [event]);
        ids.push(event.id);
      }
      return ids;
    });
    return {
      stop: () => {
        going = false;
        return Promise.all(writers);
      },
    };
  }

  async function expectWhole(acknowledged: string[][], seen: readonly StoredEvent[]): Promise<void> {
    const log = await all(direct.follow({ until: 'head' }));
    expect(log.map(({ id }) => id).sort()).toEqual(acknowledged.flat().sort());
    expect(seen).toEqual(log);
    const streams = new Map<string, string[]>();
    for (const { stream, id } of log) streams.set(stream, [...(streams.get(stream) ?? []), id]);
    for (const ids of acknowledged) expect([...streams.values()]).toContainEqual(ids);
    log.reduce((before, event) => {
      expect(comparePositions(before.position, event.position)).toBeLessThan(0);
      return event;
    });
  }

  const troubles: [string, number, () => Promise<void> | void][] = [
    ['drops every connection', 400, () => line.drop()],
    ['drops connections full of the largest events', 60_000, () => line.drop()],
    [
      'holds answers back for longer than they are waited for, and drops the connections',
      400,
      async () => {
        line.hold();
        await wait(6_000);
        line.drop();
        line.release();
      },
    ],
    [
      'holds answers back and lets them come after the client gave up',
      400,
      async () => {
        line.hold();
        await wait(6_000);
        line.release();
      },
    ],
    ['closes one direction', 400, () => line.halfClose()],
  ];
  it.each(troubles)(
    'that %s: all that was acknowledged stands once, in order, and the follower saw just that',
    async (_, bytes, trouble) => {
      const seen: StoredEvent[] = [];
      const following = store.follow({ after: direct.start }).subscribe((event) => seen.push(event));
      const writing = write(bytes);
      for (let round = 0; round < rounds; round++) {
        const before = seen.length;
        await trouble();
        // Both writers and follower are through it before the next.
        while (seen.length < before + 100) await wait(20);
      }
      const acknowledged = await writing.stop();
      const total = acknowledged.flat().length;
      while (seen.length < total) await wait(20);
      following.unsubscribe();
      await expectWhole(acknowledged, seen);
    },
  );

  it('that answers after the caller was told that nobody knows: the same call succeeds as a repeat', async () => {
    const stream = sampleStream();
    const event = sampleEvent(stream, 0);
    await store.headPosition();
    line.hold();
    const told = store.append(stream, noStream, [event]);
    await expect(told).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    line.release();
    expect(await store.append(stream, noStream, [event])).toMatchObject({ revision: 0 });
    expect(await read(direct, stream)).toHaveLength(1);
  });

  it('while a follower is paused: it goes on where it was, and misses nothing', async () => {
    const stream = sampleStream();
    const total = 3_000;
    let resume = () => undefined as void;
    const paused = new Promise<void>((resolve) => (resume = resolve));
    let asked = 0;
    const followed = firstValueFrom(
      store
        .follow({ after: direct.start, ready: () => (asked++ === 0 ? undefined : paused) })
        .pipe(take(total), toArray()),
    );
    for (let from = 0; from < total; from += 500) {
      const events = Array.from({ length: 500 }, (_, i) => sampleEvent(stream, from + i));
      await store.append(stream, from - 1, events);
    }
    line.drop();
    resume();
    expect((await followed).map(({ revision }) => revision)).toEqual([...Array(total).keys()]);
  });
});
