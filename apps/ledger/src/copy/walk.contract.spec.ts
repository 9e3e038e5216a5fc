// Do order, revisions and bytes stand a way from PostgreSQL into a real EventStoreDB and back into another PostgreSQL?
import { leafHash, noStream, type PostgresEventStore, type StoredEvent } from '@derbes/event-store';
import { describeEventStoreDb, openTestStore, sampleEvent, sampleStream } from '@derbes/event-store/testing.js';
import { testDatabase } from '@derbes/postgres/testing.js';
import { describe, expect, it, jest } from '@jest/globals';
import { firstValueFrom, toArray } from 'rxjs';
import { ledgerMigrations } from '../database.js';
import { postgresTarget, streamTarget } from './targets.js';
import { copyEvents, verifyEvents, type Side, type TargetSide } from './walk.js';

jest.setTimeout(120_000);

const streamsMax = 7;
const eventsMax = 600;

async function fill(store: PostgresEventStore): Promise<void> {
  const streams = Array.from({ length: streamsMax }, sampleStream);
  const heads = new Map<string, number>();
  for (let i = 0; i < eventsMax; i++) {
    const stream = streams[(i * i) % streamsMax] ?? '';
    const head = heads.get(stream) ?? noStream;
    await store.append(stream, head, [
      sampleEvent(stream, head + 1, { facts: { holder: 'crm', note: 'Қ'.repeat(i % 50) } }),
    ]);
    heads.set(stream, head + 1);
  }
}

const leaves = async ({ store }: Side): Promise<string[]> => {
  const events: StoredEvent[] = await firstValueFrom(store.follow({ until: 'head' }).pipe(toArray()));
  return events.map(({ stream, revision, bytes }) => `${stream} ${revision} ${leafHash(bytes).toString('hex')}`);
};

/** Copies, is cut off in the middle, goes on, and compares. */
async function carry(source: Side, target: TargetSide): Promise<string> {
  let appended = 0;
  const cutOff: TargetSide = {
    store: target.store,
    async append(after, events) {
      if (appended > 0) throw new Error('cut off');
      const some = events.slice(0, eventsMax / 2 + 1);
      appended += some.length;
      await target.append(after, some);
      throw new Error('cut off');
    },
  };
  await expect(copyEvents(source, cutOff)).rejects.toThrow('cut off');
  await copyEvents(source, target);
  return (await verifyEvents(source, target)).leaves;
}

async function postgres() {
  const database = await testDatabase(ledgerMigrations);
  const target = postgresTarget(database.app);
  return {
    target,
    store: target.store as PostgresEventStore,
    async drop() {
      await (target.store as PostgresEventStore).idle();
      await database.drop();
    },
  };
}

describe('a copy from PostgreSQL to PostgreSQL', () => {
  it('has the same leaves in the same order, also when it was cut off', async () => {
    const [from, to] = [await postgres(), await postgres()];
    await fill(from.store);
    await carry(from, to.target);
    expect(await leaves(to)).toEqual(await leaves(from));
    await Promise.all([from.drop(), to.drop()]);
  });
});

describeEventStoreDb('a copy from PostgreSQL to EventStoreDB and back', () => {
  it('has the same leaves in the same order, also when it was cut off on either way', async () => {
    const [from, to] = [await postgres(), await postgres()];
    await fill(from.store);
    const between = await openTestStore();
    try {
      const out = await carry(from, streamTarget(between));
      const back = await carry({ store: between }, to.target);
      expect(back).toBe(out);
      expect(await leaves({ store: between })).toEqual(await leaves(from));
      expect(await leaves(to)).toEqual(await leaves(from));
    } finally {
      await between.close();
      await Promise.all([from.drop(), to.drop()]);
    }
  });
});
