// Does an epoch end with everybody alive in the next one, the erased gone for good, and nothing destroyed that is not accounted for?
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@derbes/postgres/testing.js';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeEpoch, epochStatus, type CloseAsked, type CloseProgress } from './epoch-close.js';
import { type CloseParts } from './epoch-steps.js';
import { makeKeep, openKeep, type Keep, type KeepPlace } from './keep.js';
import { vaultMigrations } from './migrations.js';
import { noRows, type OwnerName } from './rows.js';
import { emailOf, everything, somebody, unitOf, whatOpens, write, type Person } from './testing/people.js';
import { inTransaction } from './in-transaction.js';
import { TableLedger } from './testing/table-ledger.js';
import { Vault } from './vault.js';

const admin = randomUUID();
const second = randomUUID();
const at = '2026-11-20T09:00:00Z';

let db: TestDatabase;
let scratch: string;
let place: KeepPlace;
let keep: Keep;
let vault: Vault;
let ledger: TableLedger;
let count = 0;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'derbes-epochs-'));
});
afterAll(async () => {
  await db?.drop();
  await rm(scratch, { recursive: true });
});
beforeEach(async () => {
  await db?.drop();
  db = await testDatabase(vaultMigrations);
  await TableLedger.make(db.owner);
  const own = join(scratch, String(count++));
  place = { keepDir: join(own, 'keep'), dataDir: join(own, 'data') };
  keep = await makeKeep(place);
  await Vault.begin(db.app, keep);
  vault = await Vault.open(keep, db.app);
  ledger = new TableLedger(db.app, vault);
});

const parts = (more: Partial<CloseParts> = {}): CloseParts => ({
  app: db.app,
  keep,
  vault,
  ledger,
  clock: () => new Date(),
  ...more,
});

/** Runs a close to its end; a single copy of the keys is accepted unless the test is about that. */
async function close(asked: Partial<CloseAsked> = {}, more: Partial<CloseParts> = {}): Promise<CloseProgress[]> {
  const told: CloseProgress[] = [];
  for await (const progress of closeEpoch(parts(more), { by: admin, acceptSingleCopy: true, ...asked }))
    told.push(progress);
  return told;
}

const erase = async ({ owner }: Person): Promise<string> => {
  const erasure = randomUUID();
  await ledger.erase({ erasure, owner, scope: 'person', at });
  return erasure;
};

const crowd = async (size: number): Promise<Person[]> => {
  const people: Person[] = [];
  for (let i = 0; i < size; i++) people.push(await somebody(db.app, vault));
  return people;
};

const code = (wanted: string): object => expect.objectContaining({ code: wanted });
const rowsOf = async (text: string): Promise<unknown[]> => (await db.app.query<object>(text)).rows;

describe('a close', () => {
  it('carries everybody who lives over, and destroys the key of those who were erased', async () => {
    const people = await crowd(12);
    const [gone, also, ...live] = people as [Person, Person, ...Person[]];
    await erase(gone);
    await erase(also);
    const hk = await keep.hk(1);
    const told = await close({}, { pace: { pageOwners: 5 } });
    expect(told.map(({ step }) => step)).toEqual(
      expect.arrayContaining(['preparing', 'flipping', 'wrapping', 'verifying', 'recording', 'destroying', 'done']),
    );
    expect(told.at(-1)).toMatchObject({ epoch: 1, step: 'done', total: 10, done: 10 });
    for (const person of live) expect(await whatOpens(vault, person)).toEqual(everything(person));
    expect(await whatOpens(vault, gone)).toEqual(['OWNER_MISSING', 'OWNER_MISSING']);
    expect(hk).toBeDefined();
    expect(await keep.hk(1)).toBeUndefined();
    expect(await rowsOf('select epoch, state, wrapped_kek is null as gone, owners from epoch order by epoch')).toEqual([
      { epoch: 1, state: 'closed', gone: true, owners: '12' },
      { epoch: 2, state: 'open', gone: false, owners: '10' },
    ]);
    expect(await rowsOf('select from key_owner where epoch = 1 union all select from token_fence')).toEqual([]);
    expect(vault.epoch).toBe(2);
  });

  it('is told by events in their order, and by a document that lists the erasures', async () => {
    const [gone] = (await crowd(3)) as [Person];
    await erase(gone);
    await close();
    const events = (await ledger.events()).filter(({ type }) => type !== 'ErasureExecuted');
    expect(events.map(({ type }) => type)).toEqual(['EpochOpened', 'EpochClosed', 'KeyDestroyed']);
    const [opened, closed, destroyed] = events.map(({ facts }) => facts);
    const made = (await ledger.erasuresOf(1)).map(({ executed }) => executed);
    const list = createHash('sha256')
      .update(made.map((id) => `${id}\n`).join(''))
      .digest('hex');
    expect(opened).toMatchObject({ epoch: '2', custodians: [{ name: 'file' }] });
    expect(closed).toEqual({
      epoch: '1',
      survivors: { owners: '2', tokens: '4' },
      erasures: '1',
      list,
      backup: 'single-copy-accepted',
    });
    expect(destroyed).toMatchObject({ epoch: '1', custodian: 'file', kcv: expect.stringMatching(/^[0-9a-f]{16}$/) });
    expect(await rowsOf(`select from test_document where sha256 = '${list}'`)).toHaveLength(1);
  });

  it('may follow upon another, and leaves one key in the keep', async () => {
    const [one] = (await crowd(1)) as [Person];
    await close();
    const two = await somebody(db.app, vault);
    await close();
    for (const person of [one, two]) expect(await whatOpens(vault, person)).toEqual(everything(person));
    expect((await readdir(place.keepDir)).filter((file) => file.startsWith('hk-'))).toEqual(['hk-3.key']);
    const again = await Vault.open(await openKeep(place, keep.ledger), db.app);
    expect(await whatOpens(again, one)).toEqual(everything(one));
    expect(await epochStatus(parts())).toMatchObject({
      epoch: 3,
      lastClosed: { epoch: 2 },
      custodians: [{ kind: 'file' }],
    });
  });

  it('leaves in the journal what was ordered and not executed in the epoch', async () => {
    const [gone, late] = (await crowd(3)) as [Person, Person];
    await erase(gone);
    const order = randomUUID();
    await close(
      {},
      {
        at: async (point) =>
          point === 'verified' ? ledger.erase({ erasure: order, owner: late.owner, scope: 'person', at }) : undefined,
      },
    );
    expect((await keep.journal.entries()).map(({ erasure }) => erasure)).toEqual([order]);
    expect(await whatOpens(vault, late)).toEqual(['OWNER_NOT_LIVE', 'OWNER_NOT_LIVE']);
    await close();
    expect(await keep.journal.entries()).toEqual([]);
  });

  it('carries past links of identifiers over, and moves of identifiers while it runs', async () => {
    const [from, to] = (await crowd(2)) as [Person, Person];
    const [email = ''] = from.emails;
    const moveTo = async (a: Person, b: Person, until: string) => {
      const token = vault.token(emailOf(email));
      const move = vault.tokenMove(token, {
        from: a.owner,
        to: vault.tokenRow(token, b.owner, null),
        since: at,
        until,
        claim: null,
      });
      expect(await write(db.app, { ...noRows, moves: [move] })).toBeUndefined();
    };
    await moveTo(from, to, '2026-11-21T09:00:00Z');
    await close(
      {},
      {
        at: (point) =>
          point === 'flipped' ? vault.reload().then(() => moveTo(to, from, '2026-11-22T09:00:00Z')) : undefined,
      },
    );
    const held = (await vault.holders([vault.token(emailOf(email))])).values().next().value;
    expect(held?.holder?.owner).toBe(from.owner);
    expect(held?.past.map(({ holder }) => holder.owner)).toEqual([from.owner, to.owner]);
    expect(await rowsOf('select epoch from lookup union select epoch from lookup_past')).toEqual([{ epoch: 2 }]);
  });
});

describe('several processes', () => {
  it('a process that knows the old epoch alone writes nothing under it, and is told to decide again', async () => {
    const other = await Vault.open(await openKeep(place, keep.ledger), db.app);
    const before = await unitOf(other);
    await close();
    expect(await write(db.app, before.rows)).toBe('EPOCH_CHANGED');
    await other.reload();
    const person = await somebody(db.app, other);
    expect(await whatOpens(vault, person)).toEqual(everything(person));
  });

  it('a process that knows the old epoch alone finds and opens everybody all the same, at every moment of the close', async () => {
    const [person] = (await crowd(5)) as [Person];
    const seen: string[] = [];
    await close(
      {},
      {
        pace: { pageOwners: 1 },
        at: async (point) => {
          const other = await Vault.open(await openKeep(place, keep.ledger), db.app);
          stale.push(other);
          for (const one of stale) expect(await whatOpens(one, person)).toEqual(everything(person));
          seen.push(point);
        },
      },
    );
    expect(seen).toEqual(
      expect.arrayContaining(['key-proved', 'opened', 'flipped', 'page', 'verified', 'recorded', 'destroyed', 'done']),
    );
    for (const one of stale) expect(one.epoch).toBe(2);
  });
  const stale: Vault[] = [];

  it('an identifier that was looked up before the flip is not linked twice', async () => {
    const email = `${randomUUID()}@example.kz`;
    const token = vault.token(emailOf(email));
    expect((await vault.lookup([token])).size).toBe(0);
    const [first, later] = (await crowd(2)) as [Person, Person];
    const link = (by: Vault, person: Person) =>
      write(db.app, { ...noRows, tokens: [by.tokenRow(token, person.owner, null)] });
    await close(
      {},
      {
        at: async (point) => {
          if (point === 'opened') expect(await link(vault, first)).toBeUndefined();
          if (point !== 'flipped') return;
          await vault.reload();
          expect(await link(vault, later)).toBe('TOKEN_TAKEN');
        },
      },
    );
    expect([...(await vault.lookup([token])).values()].map(({ owner }) => owner)).toEqual([first.owner]);
  });

  it('a token that was written anew under the next epoch, while its old row stood, stands once behind the close', async () => {
    const [first, other] = (await crowd(2)) as [Person, Person];
    const token = vault.token(emailOf(first.emails[0] ?? ''));
    await close(
      {},
      {
        at: async (point) => {
          if (point !== 'flipped') return;
          await vault.reload();
          const { token: anew, innerWrapped, epoch } = vault.tokenRow(token, first.owner, null);
          await db.app.query(
            `insert into lookup (token, owner, scheme, norm, epoch, inner_wrapped) values ($1, $2, $3, $4, $5, $6)`,
            [anew, first.owner, token.scheme, token.norm, epoch, innerWrapped],
          );
        },
      },
    );
    const { rows } = await db.app.query('select owner from lookup where owner = $1', [first.owner]);
    expect(rows).toHaveLength(first.emails.length);
    for (const person of [first, other]) expect(await whatOpens(vault, person)).toEqual(everything(person));
  });

  it('one process closes at a time, and the other is told so', async () => {
    await crowd(1);
    let told: unknown;
    await close(
      {},
      { at: async (point) => void (point === 'flipped' && (told = await close().catch((error: unknown) => error))) },
    );
    expect(told).toEqual(code('EPOCH_CLOSING'));
  });
});

describe('guards', () => {
  it('owners that vanished hold the close until a second person approves with another key', async () => {
    const people = await crowd(6);
    await db.app.query('delete from key_owner where owner = $1', [people[0]?.owner]);
    const told = await close();
    expect(told.at(-1)).toMatchObject({ step: 'verifying', held: { code: 'EPOCH_SURVIVORS_DROPPED' } });
    expect(await keep.hk(1)).toBeDefined();
    await expect(close({ approve: true })).rejects.toEqual(code('APPROVAL_BY_SAME_KEY'));
    await expect(close({ by: 'schedule', approve: true })).rejects.toEqual(code('APPROVAL_BY_SAME_KEY'));
    expect((await close({ by: 'schedule' })).at(-1)?.held?.code).toBe('EPOCH_SURVIVORS_DROPPED');
    expect((await close({ by: second, approve: true })).at(-1)?.step).toBe('done');
    expect((await ledger.events()).find(({ type }) => type === 'EpochClosed')?.facts).toMatchObject({
      approved: second,
    });
    for (const person of people.slice(1)) expect(await whatOpens(vault, person)).toEqual(everything(person));
    expect((await close()).at(-1)?.step).toBe('done');
  });

  it('erased owners of whom the journal knows nothing hold it too, and so does a key that does not open', async () => {
    const people = await crowd(4);
    const [unknown, , acting, along] = people.map(({ owner }) => owner) as [OwnerName, OwnerName, OwnerName, OwnerName];
    // What went wholly with something of another's is known to the journal by that one's entry.
    const entry = { erasure: randomUUID(), owner: acting, scope: 'value', at: '2026-11-23T09:00:00Z' } as const;
    await inTransaction(db.app, (tx) => keep.journal.append(tx, { ...entry, also: [along] }));
    await db.app.query(`update key_owner set state = 'erased', wrapped_sk = null where owner = any($1)`, [
      [unknown, along],
    ]);
    await db.app.query(
      `update key_owner set wrapped_sk = set_byte(wrapped_sk, 20, get_byte(wrapped_sk, 20) # 1) where owner = $1`,
      [people[1]?.owner],
    );
    const told = await close({ by: 'schedule' });
    expect(told.at(-1)?.held?.message).toMatch(/^1 owners are gone or do not open, and 1 erased ones are unknown/);
    await expect(close({ by: second })).resolves.toMatchObject({});
    expect((await close({ by: second, approve: true })).at(-1)?.held?.code).toBe('EPOCH_SURVIVORS_DROPPED');
    expect((await close({ by: admin, approve: true })).at(-1)?.step).toBe('done');
    expect(
      await rowsOf(`select (select owners from epoch where state = 'open') - (select count(*) from key_owner) as off`),
    ).toEqual([{ off: '0' }]);
  });

  it('nothing is to be approved where nothing is held', async () => {
    await expect(close({ approve: true })).rejects.toEqual(code('NOTHING_TO_APPROVE'));
  });

  it('without a proven backup the old key stays until somebody accepts a single copy', async () => {
    const [person] = (await crowd(2)) as [Person];
    const told = await close({ acceptSingleCopy: false });
    expect(told.at(-1)).toMatchObject({ step: 'backing-up', held: { code: 'KEY_BACKUP_NOT_PROVED' } });
    expect(await keep.hk(1)).toBeDefined();
    expect((await close({ by: 'schedule' })).at(-1)?.held?.code).toBe('KEY_BACKUP_NOT_PROVED');
    expect(await whatOpens(vault, person)).toEqual(everything(person));
    expect((await close({ by: second })).at(-1)?.step).toBe('done');
  });

  describe('waits for the log', () => {
    /** The wait is over for whoever looks by this clock. */
    const later = { clock: () => new Date(Date.now() + 3_600_000) };
    const destroyed = async () =>
      (await ledger.events()).flatMap(({ type, facts }) => (type === 'KeyDestroyed' ? [facts['log']] : []));

    it('until a published checkpoint says that the epoch ended, and tells what it waits for', async () => {
      const [person] = (await crowd(2)) as [Person];
      ledger.log = { size: 4, witnesses: 'none' };
      for await (const { step, log } of closeEpoch(parts(), { by: admin, acceptSingleCopy: true })) {
        if (step !== 'publishing' || log?.published !== 4) continue;
        expect(log).toEqual({ published: 4 });
        break;
      }
      ledger.log = { needed: 7, size: 6, witnesses: 'none' };
      const late = (await close({ by: 'schedule' }, later)).at(-1);
      expect(late).toMatchObject({
        step: 'publishing',
        log: { needed: 7, published: 6 },
        held: { code: 'LOG_BEHIND' },
      });
      expect([await keep.hk(1), await destroyed()]).toEqual([expect.anything(), []]);
      expect(await whatOpens(vault, person)).toEqual(everything(person));
      ledger.log = { needed: 7, size: 9, witnesses: 'cosigned' };
      expect((await close({ by: 'schedule' }, later)).at(-1)?.step).toBe('done');
      expect([await keep.hk(1), await destroyed()]).toEqual([undefined, [{ size: '9', witnesses: 'cosigned' }]]);
      expect(await whatOpens(vault, person)).toEqual(everything(person));
    });

    it('until enough witnesses have cosigned, or an admin accepts that they did not', async () => {
      await crowd(1);
      ledger.log = { needed: 3, size: 3, witnesses: 'below-quorum' };
      const looks = closeEpoch(parts(), { by: admin, acceptSingleCopy: true });
      for await (const { log } of looks) if (log?.needed === 3) break;
      const held = (await close({ by: 'schedule', acceptUnwitnessed: true }, later)).at(-1)?.held?.code;
      expect([held, await keep.hk(1), await destroyed()]).toEqual(['LOG_BELOW_QUORUM', expect.anything(), []]);
      expect((await close({ by: second, acceptUnwitnessed: true })).at(-1)?.step).toBe('done');
      expect(await destroyed()).toEqual([{ size: '3', witnesses: 'accepted-without', accepted: second }]);
    });

    it('for nothing where the log is halted, whatever was published before', async () => {
      await crowd(1);
      ledger.log = { needed: 3, size: 3, witnesses: 'none', halted: 'LOG_FORKED' };
      expect((await close({ acceptUnwitnessed: true })).at(-1)?.held?.code).toBe('LOG_HALTED');
      expect(await keep.hk(1)).toBeDefined();
      ledger.log = { needed: 3, size: 3, witnesses: 'none' };
      expect((await close()).at(-1)?.step).toBe('done');
    });
  });

  it('a database of before is told from a keep that is of before', async () => {
    await crowd(1);
    const { rows } = await db.app.query<{ wrapped_kek: Buffer; kcv: Buffer }>('select wrapped_kek, kcv from epoch');
    await close();
    await db.app.query(`update epoch set wrapped_kek = $1 where epoch = 1`, [rows[0]?.wrapped_kek]);
    await expect(Vault.open(await openKeep(place, keep.ledger), db.app)).rejects.toEqual(code('KEY_STORE_OLD'));
    await db.app.query(`update epoch set wrapped_kek = null where epoch = 1`);
    await inTransaction(db.app, (tx) =>
      tx.query(`insert into epoch select 9, wrapped_kek, kcv, 'coming' from epoch where epoch = 2`),
    );
    await expect(Vault.open(await openKeep(place, keep.ledger), db.app)).rejects.toEqual(code('KEEP_BEHIND_DATABASE'));
  });
});
