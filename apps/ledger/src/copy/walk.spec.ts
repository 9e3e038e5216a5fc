// Does a copy keep order, revisions and bytes, go on where it was cut off, and find every kind of difference?
import { MemoryDisk, MemoryEventStore, noStream, type StoredEvent } from '@derbes/event-store';
import { sampleEvent } from '@derbes/event-store/testing.js';
import { describe, expect, it } from '@jest/globals';
import { streamTarget } from './targets.js';
import { copyEvents, verifyEvents } from './walk.js';

const streams = ['ledger', 'subject-a', 'subject-b'];

/** Interleaved streams, runs of one stream among them. */
async function filled(events: number): Promise<{ disk: MemoryDisk; store: MemoryEventStore }> {
  const disk = new MemoryDisk();
  const store = new MemoryEventStore(disk);
  const heads = new Map<string, number>();
  for (let i = 0; i < events; i++) {
    const stream = streams[Math.floor(i / 3) % 5 === 0 ? 0 : i % streams.length] ?? '';
    const head = heads.get(stream) ?? noStream;
    await store.append(stream, head, [sampleEvent(stream, head + 1)]);
    heads.set(stream, head + 1);
  }
  return { disk, store };
}

const content = (log: readonly StoredEvent[]) =>
  log.map(({ id, stream, revision, bytes }) => ({ id, stream, revision, bytes }));

describe('a copy', () => {
  it('has the order, the revisions and the bytes of its source', async () => {
    const source = await filled(2_500);
    const disk = new MemoryDisk();
    const target = streamTarget(new MemoryEventStore(disk));
    const told: number[] = [];
    const copied = await copyEvents(source, target, { told: (events) => told.push(events) });
    expect(content(disk.log)).toEqual(content(source.disk.log));
    expect(copied).toEqual({ events: 2_500, source: '2500', target: '2500' });
    expect(told).toEqual([1_000, 2_000, 2_500]);
    const verified = await verifyEvents(source, target, { asked: new Set(['17']) });
    expect(verified).toMatchObject({
      events: 2_500,
      moved: new Map([['17', '17']]),
      leaves: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it.each([1, 999, 1_000, 1_001, 1_500])(
    'that was cut off after %i events goes on, and with nothing new changes nothing',
    async (stood) => {
      const source = await filled(1_500);
      const disk = new MemoryDisk();
      const target = streamTarget(new MemoryEventStore(disk));
      for (const event of source.disk.log.slice(0, stood)) await target.append(undefined, [event]);
      await copyEvents(source, target);
      const again = await copyEvents(source, target);
      expect(content(disk.log)).toEqual(content(source.disk.log));
      expect(again.events).toBe(1_500);
    },
  );

  it('takes what came meanwhile from where it had ended', async () => {
    const source = await filled(10);
    const disk = new MemoryDisk();
    const target = streamTarget(new MemoryEventStore(disk));
    const first = await copyEvents(source, target);
    await source.store.append('subject-c', noStream, [sampleEvent('subject-c', 0)]);
    const second = await copyEvents(source, target, { from: first });
    expect(second).toEqual({ events: 11, source: '11', target: '11' });
    expect(content(disk.log)).toEqual(content(source.disk.log));
  });

  it('of an empty source is empty', async () => {
    const target = streamTarget(new MemoryEventStore());
    expect(await copyEvents(await filled(0), target)).toEqual({ events: 0 });
    expect(await verifyEvents(await filled(0), target)).toMatchObject({ events: 0 });
  });
});

/** A copy of `log` in which somebody changed something. */
function tampered(log: readonly StoredEvent[], change: (log: StoredEvent[]) => void): MemoryEventStore {
  const disk = new MemoryDisk();
  disk.log.push(...log);
  change(disk.log);
  return new MemoryEventStore(disk);
}

const changes: [string, string, (log: StoredEvent[]) => void][] = [
  [
    'edited',
    'position 8 of the source',
    (log) => log.splice(7, 1, { ...(log[7] as StoredEvent), bytes: `${log[7]?.bytes} ` }),
  ],
  ['dropped', 'position 8 of the source', (log) => log.splice(7, 1)],
  [
    'put in another order',
    'position 8 of the source',
    (log) => log.splice(7, 2, log[8] as StoredEvent, log[7] as StoredEvent),
  ],
  [
    'added at the end',
    'position 13 of the target',
    (log) => log.push({ ...sampleEvent('subject-x', 0), stream: 'subject-x', revision: 0, position: '13' }),
  ],
  ['cut off', 'position 12 of the source', (log) => log.pop()],
  [
    'given another revision',
    'position 8 of the source',
    (log) => log.splice(7, 1, { ...(log[7] as StoredEvent), revision: 99 }),
  ],
  [
    'given another type',
    'position 8 of the source',
    (log) => log.splice(7, 1, { ...(log[7] as StoredEvent), type: 'Other' }),
  ],
];

describe('a difference', () => {
  it.each(changes)('is found where an event was %s', async (_, where, change) => {
    const source = await filled(12);
    const store = tampered(source.disk.log, change);
    const found = verifyEvents(source, { store });
    await expect(found).rejects.toMatchObject({ code: 'COPY_DIFFERS', message: expect.stringContaining(where) });
  });

  it('among what stands in the target is found before anything is added', async () => {
    const source = await filled(12);
    const disk = new MemoryDisk();
    disk.log.push(...source.disk.log.slice(0, 9));
    disk.log.splice(7, 1, { ...(disk.log[7] as StoredEvent), bytes: '{}' });
    await expect(copyEvents(source, streamTarget(new MemoryEventStore(disk)))).rejects.toMatchObject({
      code: 'COPY_DIFFERS',
      difference: { source: { position: '8' }, target: { position: '8' } },
    });
    expect(disk.log).toHaveLength(9);
  });

  it('a source that lacks an event of a stream is named where the target does not take the next one', async () => {
    const source = await filled(12);
    const holed = tampered(source.disk.log, (log) => log.splice(7, 1));
    await expect(copyEvents({ store: holed }, streamTarget(new MemoryEventStore()))).rejects.toMatchObject({
      code: 'COPY_DIFFERS',
      message: expect.stringContaining('lacks earlier events'),
    });
  });
});
