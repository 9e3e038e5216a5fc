// Can anything that breaks between an event and its checkpoint make the log contradict itself, or make a key sign what was not verified?
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventStoreMigrations, noStream, PostgresEventStore, type EventStore } from '@derbes/event-store';
import { sampleEvent, sampleStream } from '@derbes/event-store/testing.js';
import { testDatabase, type TestDatabase } from '@derbes/postgres/testing.js';
import { cp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LogDirectory, type TileFile } from '../files/directory.js';
import { refuseBehind } from './behind.js';
import { HeadTable } from './head-table.js';
import { logSteps } from './leading.js';
import { CheckpointLock } from './lock.js';
import { transparencyMigrations } from './migrations.js';
import { type Sequencer } from './sequencer.js';
import { TestLog, until } from './testing/test-log.js';

let db: TestDatabase;
let store: EventStore;
let log: TestLog;
let sequencers: Sequencer[];

beforeEach(async () => {
  db = await testDatabase({ ...eventStoreMigrations, ...transparencyMigrations });
  store = new PostgresEventStore(db.app);
  log = await TestLog.make(db.app, store);
  sequencers = [];
});
afterEach(async () => {
  for (const one of sequencers) await one.stop();
  await log.remove();
  await db.drop();
});

function start(...overrides: Parameters<TestLog['sequencer']>): Sequencer {
  const sequencer = log.sequencer(...overrides);
  sequencers.push(sequencer);
  sequencer.start();
  return sequencer;
}

async function append(count: number): Promise<void> {
  const stream = sampleStream();
  const events = Array.from({ length: count }, (_, i) => sampleEvent(stream, i));
  await store.append(stream, noStream, events);
}

const failure = Object.assign(new Error('as if the disk were full'), { code: 'ENOSPC' });

/** A disk that fails so often, in one way or another. */
class FailingDirectory extends LogDirectory {
  failures = 0;

  constructor(
    dir: string,
    private readonly way: 'nothing written' | 'half written' | 'all written' | 'not published' | 'published',
  ) {
    super(dir);
  }

  override async write(files: readonly TileFile[]): Promise<void> {
    const kept = { 'nothing written': 0, 'half written': files.length / 2, 'all written': files.length }[
      String(this.way)
    ];
    if (kept === undefined || this.failures === 0) return super.write(files);
    this.failures--;
    await super.write(files.slice(0, kept));
    throw failure;
  }

  override async publish(note: string): Promise<void> {
    if (!/published$/.test(this.way) || this.failures === 0) return super.publish(note);
    this.failures--;
    if (this.way === 'published') await super.publish(note);
    throw failure;
  }
}

describe('a sequencer that fails', () => {
  it.each(logSteps)('right after the step "%s" was done goes on by itself, and so does the next one', async (step) => {
    await append(2);
    let failures = 2;
    const at = (done: string): void => {
      if (done !== step || failures === 0) return;
      failures--;
      throw failure;
    };
    const sequencer = start({ at });
    await log.published(2);
    await append(300);
    await log.published(302);
    await until(() => failures === 0);
    await sequencer.stop();
    // As if the process had died there: whoever comes next finds it so.
    let died = false;
    const dying = start({
      at: (done) => {
        if (done !== step || died) return undefined;
        died = true;
        return new Promise(() => undefined);
      },
    });
    await append(260);
    await until(() => died);
    sequencers.splice(sequencers.indexOf(dying), 1);
    start();
    await append(1);
    await log.published(563);
    expect(await log.verify()).toBe(563);
  });

  it.each(['nothing written', 'half written', 'all written', 'not published', 'published'] as const)(
    'at the disk with %s tries again with the same bytes',
    async (way) => {
      const directory = new FailingDirectory(log.directory.dir, way);
      await append(1);
      start({ directory });
      await log.published(1);
      directory.failures = 2;
      await append(400);
      await until(() => log.troubles.length === 2);
      await log.published(401);
      expect(log.troubles).toEqual([failure, failure]);
      expect(await log.verify()).toBe(401);
    },
  );

  it('does not sign what the disk gives back otherwise than it was written', async () => {
    class LyingDirectory extends LogDirectory {
      lying = true;
      override async readBack(tile: Parameters<LogDirectory['readBack']>[0]): Promise<Buffer | undefined> {
        const bytes = await super.readBack(tile);
        if (bytes && this.lying) bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
        return bytes;
      }
    }
    const directory = new LyingDirectory(log.directory.dir);
    await append(5);
    const sequencer = start({ directory });
    await until(() => sequencer.status().code === 'LOG_READ_BACK_DIFFERS');
    expect(log.signed).toEqual([]);
    expect(await log.checkpoint()).toBeUndefined();
    directory.lying = false;
    await log.published(5);
    expect(await log.verify()).toBe(5);
  });

  it('when its folders vanish signs nothing, begins nothing anew, and goes on when they are back', async () => {
    await append(5);
    const sequencer = start();
    await log.published(5);
    const { dir } = log.directory;
    await rename(dir, `${dir}-away`);
    await append(5);
    await until(() => sequencer.status().code === 'LOG_DIR_MISSING');
    expect(log.signed.every((text) => text.includes('\n5\n'))).toBe(true);
    await rename(`${dir}-away`, dir);
    await log.published(10);
    expect(await log.verify()).toBe(10);
  });

  it('refuses a tile that stands already with other bytes, and signs nothing over it', async () => {
    await append(1);
    const sequencer = start();
    await log.published(1);
    const path = log.directory.pathOf({ level: 0, index: 0, width: 3 });
    await writeFile(path, Buffer.alloc(96));
    await append(2);
    await until(() => sequencer.status().code === 'LOG_TILE_DIFFERS');
    expect((await log.checkpoint())?.size).toBe(1);
    await rm(path);
    await log.published(3);
    expect(await log.verify()).toBe(3);
  });
});

describe('an event that is larger than any leaf', () => {
  it('which somebody wrote around the service is named, and nothing is assigned or signed for it', async () => {
    await append(3);
    const sequencer = start();
    await log.published(3);
    const signed = log.signed.length;
    await db.owner.query(
      `insert into ledger_event (position, stream_id, revision, event_id, type, body, leaf_hash, recorded_at)
       select 4, 'sample-large', 0, gen_random_uuid(), type, replace(body, '"facts":{', '"facts":{"a":"' || repeat('x', 65536) || '",'),
         leaf_hash, recorded_at from ledger_event where position = 1`,
    );
    await append(1);
    await until(() => sequencer.status().code === 'LOG_EVENT_TOO_LARGE');
    expect(sequencer.status().why).toContain('position 4 ');
    expect(await new HeadTable(db.app).read()).toMatchObject({ size: 3, publishedSize: 3 });
    expect(log.signed).toHaveLength(signed);
  });
});

describe('two sequencers', () => {
  it('that race sign no two notes that contradict each other, and the log stays whole', async () => {
    const racers = [start(), start(), start()];
    let told = 0;
    for (let round = 0; round < 20; round++) {
      const count = 1 + (round % 7) * 20;
      told += count;
      await append(count);
    }
    await log.published(told);
    for (const one of racers) await one.stop();
    expect(await log.verify()).toBe(told);
    expect(log.troubles.map((error) => (error as { code?: unknown }).code)).not.toContain('LOG_FORKED');
  });
});

describe('a database that was put back to an earlier state', () => {
  const heads = (): HeadTable => new HeadTable(db.app);
  /** All that the database holds of the log and the events behind a place is gone, as in an older backup. */
  async function putBack(size: number): Promise<void> {
    await db.owner.query('alter table ledger_event disable trigger all');
    await db.owner.query('delete from ledger_event where position > $1', [size]);
    await db.owner.query('alter table ledger_event enable trigger all');
    await db.owner.query('truncate log_leaf, log_head');
  }

  it('halts the log and every writer, at the very start', async () => {
    await append(40);
    await append(40);
    const sequencer = start();
    await log.published(80);
    await sequencer.stop();
    await putBack(40);
    const signed = log.signed.length;
    const parts = { heads: heads(), lock: new CheckpointLock(log.keepDir), store };
    expect(await refuseBehind(parts)).toMatchObject({ code: 'LOG_LOCK_AHEAD' });
    await expect(append(1)).rejects.toMatchObject({ code: 'LGH01' });
    const next = start();
    await until(() => next.status().state === 'halted');
    expect(next.status()).toMatchObject({ code: 'LOG_LOCK_AHEAD' });
    expect(next.status().why).toContain('recover --from-tiles');
    expect(log.signed).toHaveLength(signed);
    expect((await log.checkpoint())?.size).toBe(80);
  });

  it('and then written to halts as a fork when the events lead elsewhere', async () => {
    await append(40);
    await append(40);
    const sequencer = start();
    await log.published(80);
    await sequencer.stop();
    await putBack(40);
    await append(50);
    const signed = log.signed.length;
    await rm(log.directory.dir, { recursive: true });
    const next = start();
    await until(() => next.status().state === 'halted');
    expect(next.status()).toMatchObject({ code: 'LOG_FORKED' });
    expect(log.signed).toHaveLength(signed);
    await expect(append(1)).rejects.toMatchObject({ code: 'LGH01' });
  });

  it('goes on when it has every event that was signed for, though the log itself was lost with all its files', async () => {
    await append(300);
    await append(300);
    const sequencer = start();
    await log.published(600);
    const before = await log.checkpoint();
    await sequencer.stop();
    await putBack(600);
    await rm(log.directory.dir, { recursive: true });
    await append(1);
    start();
    await log.published(601);
    expect(await log.verify()).toBe(601);
    expect(before?.size).toBe(600);
  });

  it('is found out by the events alone when the head still stands', async () => {
    await append(10);
    await append(10);
    const sequencer = start();
    await log.published(20);
    await sequencer.stop();
    await db.owner.query('alter table ledger_event disable trigger all');
    await db.owner.query('delete from ledger_event where position > 15');
    const next = start();
    await until(() => next.status().state === 'halted');
    expect(next.status()).toMatchObject({ code: 'LOG_LOCK_AHEAD' });
  });

  it('is found out by the events alone when one was changed', async () => {
    await append(10);
    const sequencer = start();
    await log.published(10);
    await sequencer.stop();
    await db.owner.query('alter table ledger_event disable trigger all');
    await db.owner.query(
      `update ledger_event set body = replace(body, '"actor":"crm"', '"actor":"mrc"') where position = 7`,
    );
    const next = start();
    await until(() => next.status().state === 'halted');
    expect(next.status()).toMatchObject({ code: 'LOG_FORKED' });
  });
});

describe('the lock in the keep', () => {
  it('that was lost stops every signature until it is back', async () => {
    await append(3);
    const sequencer = start();
    await log.published(3);
    await sequencer.stop();
    const dir = join(log.keepDir, 'log');
    await rename(dir, `${dir}-away`);
    const next = start();
    await append(1);
    await until(() => next.status().code === 'LOG_LOCK_MISSING');
    await rename(`${dir}-away`, dir);
    await log.published(4);
    expect(await log.verify()).toBe(4);
  });

  it('put back from an older copy of the keep signs nothing that contradicts what was published', async () => {
    await append(3);
    const sequencer = start();
    await log.published(3);
    await cp(join(log.keepDir, 'log'), join(log.root, 'old-lock'), { recursive: true });
    await append(3);
    await log.published(6);
    await sequencer.stop();
    await rm(join(log.keepDir, 'log'), { recursive: true });
    await cp(join(log.root, 'old-lock'), join(log.keepDir, 'log'), { recursive: true });
    start();
    await append(1);
    await log.published(7);
    expect(await log.verify()).toBe(7);
  });

  it('swapped by several at once lets one through', async () => {
    const lock = new CheckpointLock(log.keepDir);
    const at = (size: number) => ({ origin: 'ledger.test/log', size, root: Buffer.alloc(32, size) });
    let standing = await lock.swap(undefined, at(1));
    for (let round = 0; round < 20; round++) {
      const swaps = Array.from({ length: 8 }, () => lock.swap(standing, at(standing.checkpoint.size + 1)));
      const results = await Promise.allSettled(swaps);
      const won = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      expect(won).toHaveLength(1);
      standing = won[0] ?? standing;
      expect(await lock.read()).toEqual(standing);
    }
    expect((await readdir(join(log.keepDir, 'log'))).length).toBeLessThanOrEqual(9);
  });
});
