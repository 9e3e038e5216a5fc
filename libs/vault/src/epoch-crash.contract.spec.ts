// Does a close that is killed again and again, while others write and erase, end with all alive readable and no erased one?
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { spawnProgram, testDatabase, type TestDatabase } from '@derbes/postgres/testing.js';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeKeep, type Keep, type KeepPlace } from './keep.js';
import { vaultMigrations } from './migrations.js';
import { type CloseOrder } from './testing/close-child.js';
import { everything, somebody, whatOpens, type Person } from './testing/people.js';
import { TableLedger } from './testing/table-ledger.js';
import { Vault } from './vault.js';

/** In the order in which a close comes to them. */
const points = [
  'key-written',
  'key-proved',
  'opened',
  'flipped',
  'page',
  'verified',
  'recorded',
  'published',
  'forgotten',
  'key-destroyed',
  'destroyed',
  'done',
];
const crashMsMax = 240_000;

let db: TestDatabase;
let scratch: string;
let place: KeepPlace;
let keep: Keep;

beforeAll(async () => {
  db = await testDatabase(vaultMigrations);
  await TableLedger.make(db.owner);
  scratch = await mkdtemp(join(tmpdir(), 'derbes-crash-'));
  place = { keepDir: join(scratch, 'keep'), dataDir: join(scratch, 'data'), copyDir: join(scratch, 'copy') };
  keep = await makeKeep(place);
  await Vault.begin(db.app, keep);
}, crashMsMax);
afterAll(async () => {
  await db?.drop();
  await rm(scratch, { recursive: true });
});

async function closedBy(killAt?: string): Promise<string | null> {
  const order: CloseOrder = { postgres: db.asApp, place, ledger: keep.ledger, ...(killAt !== undefined && { killAt }) };
  const child = spawnProgram('libs/vault/src/testing/close-child', order);
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  expect({ killAt, code, signal }).toEqual(
    killAt === undefined ? { killAt, code: 0, signal: null } : { killAt, code: null, signal: 'SIGKILL' },
  );
  return signal;
}

it(
  'everybody alive opens and nobody erased does, after a kill at each step and while others write and erase',
  async () => {
    const vault = await Vault.open(keep, db.app);
    const ledger = new TableLedger(db.app, vault);
    const live: Person[] = [];
    const gone: Person[] = [];
    let stopping = false;
    const work = (async () => {
      for (let n = 0; !stopping; n++) {
        live.push(await somebody(db.app, vault));
        if (n % 4 !== 3) continue;
        const [person] = live.splice(Math.floor(live.length / 2), 1) as [Person];
        await ledger.erase({ erasure: randomUUID(), owner: person.owner, scope: 'person', at: '2026-11-20T09:00:00Z' });
        gone.push(person);
        // A pause in which somebody else runs; nothing is waited for.
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
    try {
      while (gone.length === 0) await Promise.race([work, new Promise((resolve) => setTimeout(resolve, 20))]);
      for (const killAt of points) {
        await closedBy(killAt);
        const [one, dead] = [live[0], gone[0]] as [Person, Person];
        expect(await whatOpens(vault, one)).toEqual(everything(one));
        expect(await whatOpens(vault, dead)).toEqual([
          expect.stringMatching(/^OWNER_/),
          expect.stringMatching(/^OWNER_/),
        ]);
      }
    } finally {
      stopping = true;
      await work;
    }
    // The last kill came when all was done; the next close begins at once and ends.
    await closedBy();
    const fresh = await Vault.open(keep, db.app);
    expect(fresh.epoch).toBe(3);
    for (const person of live) expect(await whatOpens(fresh, person)).toEqual(everything(person));
    for (const person of gone) expect(await whatOpens(fresh, person)).toEqual(['OWNER_MISSING', 'OWNER_MISSING']);
    for (const epoch of [1, 2]) expect(await keep.hk(epoch)).toBeUndefined();
    const events = await ledger.events();
    const said = (type: string) =>
      events
        .filter((event) => event.type === type)
        .map(({ facts }) =>
          (['epoch', 'custodian'] as const).flatMap((name) => (facts[name] as string | undefined) ?? []).join(' '),
        );
    expect(said('EpochOpened')).toEqual(['2', '3']);
    expect(said('EpochClosed')).toEqual(['1', '2']);
    expect(said('KeyDestroyed')).toEqual(['1 file', '1 file-copy', '2 file', '2 file-copy']);
    const counted = [...(await ledger.erasuresOf(1)), ...(await ledger.erasuresOf(2))];
    expect(new Set(counted.map(({ order }) => order)).size).toBe(gone.length);
    expect(await keep.journal.entries()).toEqual([]);
  },
  crashMsMax,
);
