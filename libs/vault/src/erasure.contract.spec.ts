// Does what was destroyed stay destroyed, all of it and nothing else, however many write meanwhile and wherever it is cut off?
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type JsonValue } from '@derbes/kernel';
import { testDatabase, type TestDatabase } from '@derbes/postgres/testing.js';
import { randomInt, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PoolClient } from 'pg';
import {
  makeKeep,
  noRows,
  Vault,
  vaultMigrations,
  type Destroyed,
  type Fence,
  type Identifier,
  type JournalEntry,
  type OwnerName,
} from './index.js';
import { doomed, identifier, wanted, Workshop } from './testing/workshop.js';

// A crowded machine is no failure.
jest.setTimeout(60_000);

const orderedAt = '2026-11-22T10:00:00Z';
let db: TestDatabase;
let scratch: string;
let vault: Vault;
let shop: Workshop;

beforeAll(async () => {
  db = await testDatabase(vaultMigrations);
  scratch = await mkdtemp(join(tmpdir(), 'derbes-erasure-'));
  const keep = await makeKeep({ keepDir: join(scratch, 'keep'), dataDir: join(scratch, 'data') });
  await Vault.begin(db.app, keep);
  vault = await Vault.open(keep, db.app);
  shop = new Workshop(vault, db.app);
});

afterAll(async () => {
  await db.drop();
  await rm(scratch, { recursive: true });
});

const email = (): Identifier => identifier('email', `${randomUUID()}@example.kz`);
const phone = (): Identifier => identifier('phone', `+7701${String(randomInt(1e7)).padStart(7, '0')}`);

const erase = (owner: OwnerName): Promise<Destroyed> =>
  shop.transaction(async (tx) => {
    await vault.beginErasure(tx, owner);
    return vault.destroyOwner(tx, owner, orderedAt);
  });

async function fences(by: Identifier): Promise<readonly Fence[]> {
  const token = vault.token(by);
  return (await vault.fencesOf([token])).get(token.token.toString('hex')) ?? [];
}

const finds = async (by: Identifier): Promise<OwnerName | undefined> => {
  const token = vault.token(by);
  return (await vault.lookup([token])).get(token.token.toString('hex'))?.owner;
};

/** All rows of the vault that name the owner, by table. */
async function rowsOf(owner: OwnerName): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of ['part', 'part_key', 'lookup', 'lookup_past']) {
    const { rowCount } = await db.app.query(`select from ${table} where owner = $1`, [owner]);
    counts[table] = rowCount ?? 0;
  }
  return counts;
}

describe('erasing a person', () => {
  it('leaves no key, value, check, reference or token of hers, here or in streams of others, and nothing else is touched', async () => {
    const by = [email(), phone()];
    const [her, other] = [
      await shop.written(
        [
          ['name', 'Айгерім'],
          ['email', 'x'],
        ],
        by,
      ),
      await shop.written([['name', 'stays']], [email()]),
    ];
    // A fact told of somebody else, in whose stream a part is hers.
    const mentioned = await shop.more(her.owner, [['name', 'uploaded her']]);
    const check = await shop.check(her.owner, { told: 'her' });
    await shop.flush([mentioned.rows, { ...noRows, pks: [check.pk] }]);
    const gone = await erase(her.owner);
    expect(gone).toEqual({ parts: 3, keys: 5, tokens: 2, epoch: 1 });
    expect(await rowsOf(her.owner)).toEqual({ part: 0, part_key: 0, lookup: 0, lookup_past: 0 });
    expect(await shop.keyRow(her.owner)).toMatchObject({ state: 'erased', wrappedSk: null, claim: null, refPk: null });
    expect(await shop.shown([...wanted(her), ...wanted(mentioned)])).toEqual(Array(3).fill('OWNER_NOT_LIVE'));
    expect(await vault.compareChecks([{ ...check, received: { told: 'her' } }])).toEqual(['lost']);
    expect(await shop.shown(wanted(other))).toEqual(['stays']);
  });

  it('turns her tokens into fences without her: of now, of earlier links until they ended, and of references', async () => {
    const [now, before] = [email(), phone()];
    const her = await shop.written([['name', 'x']], [now, before]);
    const reference = await vault.withKeys(async (ring) => {
      const row = await shop.keyRow(her.owner);
      ring.open(row);
      if (!row.refPk) throw new Error('no ref key');
      return vault.refFor(ring, row.refPk, 'urn:x:crm');
    });
    const interval = { since: '2026-01-01T00:00:00Z', until: '2026-06-01T00:00:00Z', claim: null };
    await shop.flush([
      {
        ...noRows,
        tokens: [reference.row],
        moves: [vault.tokenMove(vault.token(before), { from: her.owner, ...interval })],
      },
    ]);
    expect(await erase(her.owner)).toMatchObject({ tokens: 3 });
    expect(await fences(now)).toEqual([{ since: orderedAt }]);
    expect(await fences(before)).toEqual([{ since: orderedAt, until: interval.until }]);
    const token = vault.token(now);
    expect((await vault.holders([token])).get(token.token.toString('hex'))).toEqual({
      past: [],
      fences: [{ since: orderedAt }],
    });
    const { rows } = await db.app.query('select since, until, epoch from token_fence where token = $1', [
      reference.row.token,
    ]);
    expect(rows).toEqual([{ since: orderedAt, until: null, epoch: 1 }]);
    const { rows: columns } = await db.owner.query<{ name: string }>(
      `select attname as name from pg_attribute where attrelid = 'token_fence'::regclass and attnum > 0 order by 1`,
    );
    expect(columns.map(({ name }) => name)).toEqual(['changed', 'epoch', 'since', 'token', 'until']);
  });

  it('twice, or of somebody unknown, changes nothing; of somebody who lives it is refused', async () => {
    const her = await shop.written([['name', 'x']], [email()]);
    await expect(shop.transaction((tx) => vault.destroyOwner(tx, her.owner, orderedAt))).rejects.toMatchObject({
      code: 'ERASURE_NOT_BEGUN',
    });
    expect(await shop.shown(wanted(her))).toEqual(['x']);
    await erase(her.owner);
    expect(await erase(her.owner)).toEqual({ parts: 0, keys: 0, tokens: 0 });
    const { rowCount } = await db.app.query('select from token_fence where token = $1', [her.rows.tokens[0]?.token]);
    expect(rowCount).toBe(1);
    const nobody: OwnerName = `subject-${randomUUID()}`;
    expect(await shop.transaction((tx) => vault.beginErasure(tx, nobody))).toBeUndefined();
    expect(await erase(nobody)).toEqual({ parts: 0, keys: 0, tokens: 0 });
  });

  it('begun is unreadable and takes nothing more, and is told so by whoever begins it again', async () => {
    const her = await shop.written([['name', 'x']]);
    const states = [0, 1].map(() => shop.transaction((tx) => vault.beginErasure(tx, her.owner)));
    expect((await Promise.all(states)).sort()).toEqual(['erasing', 'live']);
    expect(await shop.shown(wanted(her))).toEqual(['OWNER_NOT_LIVE']);
    const late = await shop.newOwner([]);
    expect(await shop.flush([{ ...late.rows, live: [her.owner] }])).toEqual(new Map([[0, 'OWNER_NOT_LIVE']]));
  });
});

describe('a fence', () => {
  it('lets through whoever knew of it, and is a conflict for whoever did not', async () => {
    const by = email();
    const her = await shop.written([['name', 'x']], [by]);
    await erase(her.owner);
    const anew = await shop.newOwner([['name', 'came back']]);
    const linked = (over?: string) => [vault.tokenRow(vault.token(by), anew.owner, null, over)];
    expect(await shop.flush([{ ...anew.rows, tokens: linked() }])).toEqual(new Map([[0, 'TOKEN_FENCED']]));
    expect(await shop.flush([{ ...anew.rows, tokens: linked('2026-11-22T09:59:59Z') }])).toEqual(
      new Map([[0, 'TOKEN_FENCED']]),
    );
    expect(await shop.flush([{ ...anew.rows, tokens: linked(orderedAt) }])).toEqual(new Map());
    expect(await finds(by)).toBe(anew.owner);
    // The moment stays until the epoch closes: facts from before it are still about somebody erased.
    expect(await fences(by)).toEqual([{ since: orderedAt }]);
  });
});

describe('destroying single parts', () => {
  it('takes their values and keys, and a fresh key takes the place of the one that theirs were wrapped under', async () => {
    const her = await shop.written([
      ['name', 'kept'],
      ['name', 'wrong'],
      ['note', 'kept too'],
    ]);
    const old = await shop.keyRow(her.owner);
    const [, wrong] = doomed(her);
    const gone = await shop.transaction((tx) =>
      vault.destroyParts(tx, her.owner, { parts: wrong ? [wrong] : [], checks: [] }),
    );
    expect(gone).toEqual({ parts: 1, keys: 1, tokens: 0, epoch: 1 });
    expect(await shop.shown(wanted(her))).toEqual(['kept', 'PART_LOST', 'kept too']);
    const renewed = await shop.keyRow(her.owner);
    expect(renewed.generation).toBe(old.generation + 1);
    // Who kept the old key row opens none of the keys that stand: they are under another key now.
    const { rows } = await db.app.query<{ wrapped_pk: Buffer }>(
      `select wrapped_pk from part_key where event = $1 and part = '0'`,
      [her.eventId],
    );
    await expect(
      vault.withKeys((ring) => {
        ring.open(old);
        const [first] = her.sealed;
        if (!first || !rows[0]) throw new Error('nothing sealed');
        const stored = { owner: her.owner, category: 'name', blob: first.row.blob, wrappedPk: rows[0].wrapped_pk };
        return Promise.resolve(ring.unseal({ eventId: her.eventId, part: first.part, ...stored }));
      }),
    ).rejects.toMatchObject({ code: 'KEY_TAMPERED' });
    // References and checks still hold.
    expect(renewed.refPk?.wrappedPk).not.toEqual(old.refPk?.wrappedPk);
  });

  it('says erased of them when an event says so, lost when none does, and never opens what an event says is destroyed', async () => {
    const her = await shop.written([
      ['name', 'gone'],
      ['name', 'stands'],
    ]);
    const [first] = doomed(her);
    await shop.transaction((tx) => vault.destroyParts(tx, her.owner, { parts: first ? [first] : [], checks: [] }));
    const asked = wanted(her);
    expect(await shop.shown(asked)).toEqual(['PART_LOST', 'stands']);
    const erasure = randomUUID();
    expect(await shop.shown(asked.map((want) => ({ ...want, erasure })))).toEqual(['PART_ERASED', 'PART_ERASED']);
    await db.owner.query('delete from part where event = $1', [her.eventId]);
    expect(await shop.shown(asked)).toEqual(['PART_LOST', 'PART_LOST']);
  });

  it('takes the token of an identifier sealed in one, now and of earlier links, and no other of its scheme', async () => {
    const [told, other, past] = [email(), email(), email()];
    const her = await shop.written(
      [
        ['email', told.value],
        ['email', past.value],
      ],
      [told, other, past],
    );
    const interval = { since: '2026-01-01T00:00:00Z', until: '2026-06-01T00:00:00Z', claim: null };
    await shop.flush([{ ...noRows, moves: [vault.tokenMove(vault.token(past), { from: her.owner, ...interval })] }]);
    const parts = doomed(her, 'email');
    const gone = await shop.transaction((tx) => vault.destroyParts(tx, her.owner, { parts, checks: [] }));
    expect(gone).toMatchObject({ parts: 2, tokens: 2 });
    expect([await finds(told), await finds(other)]).toEqual([undefined, her.owner]);
    expect((await rowsOf(her.owner))['lookup_past']).toBe(0);
    expect(await fences(told)).toEqual([]);
    // Linked again afterwards, it stays, for what is destroyed is destroyed already.
    await shop.flush([{ ...noRows, tokens: [vault.tokenRow(vault.token(told), her.owner, null)] }]);
    expect(await shop.transaction((tx) => vault.destroyParts(tx, her.owner, { parts, checks: [] }))).toEqual({
      parts: 0,
      keys: 0,
      tokens: 0,
    });
    expect(await finds(told)).toBe(her.owner);
  });

  it('takes every token of the scheme when the part that seals the identifier does not open', async () => {
    const [told, other, line] = [email(), email(), phone()];
    const her = await shop.written([['email', told.value]], [told, other, line]);
    await db.owner.query('delete from part_key where event = $1', [her.eventId]);
    const parts = doomed(her, 'email');
    await shop.transaction((tx) => vault.destroyParts(tx, her.owner, { parts, checks: [] }));
    expect([await finds(told), await finds(other), await finds(line)]).toEqual([undefined, undefined, her.owner]);
  });

  it('leaves alone what was not named, and what is somebody else’s although it was named', async () => {
    const [her, held] = [await shop.written([['name', 'goes']]), await shop.written([['name', 'held']])];
    const more = await shop.more(her.owner, [['iban', 'held by an act']]);
    await shop.flush([more.rows]);
    const parts = [...doomed(her), ...doomed(held)];
    expect(await shop.transaction((tx) => vault.destroyParts(tx, her.owner, { parts, checks: [] }))).toMatchObject({
      parts: 1,
      keys: 1,
    });
    expect(await shop.shown([...wanted(more), ...wanted(held)])).toEqual(['held by an act', 'held']);
  });

  it('leaves as it is a key that did not open before either, and destroys all the same', async () => {
    const her = await shop.written([
      ['name', 'goes'],
      ['name', 'damaged'],
      ['name', 'stays'],
    ]);
    await db.owner.query(
      `update part_key set wrapped_pk = set_byte(wrapped_pk, 20, get_byte(wrapped_pk, 20) # 1) where event = $1 and part = '1'`,
      [her.eventId],
    );
    const [first] = doomed(her);
    await shop.transaction((tx) => vault.destroyParts(tx, her.owner, { parts: first ? [first] : [], checks: [] }));
    expect(await shop.shown(wanted(her))).toEqual(['PART_LOST', 'KEY_TAMPERED', 'stays']);
  });

  it('of an owner whose key does not open is refused, and nothing is destroyed', async () => {
    const her = await shop.written([['name', 'x']]);
    await db.owner.query(
      'update key_owner set wrapped_sk = set_byte(wrapped_sk, 30, get_byte(wrapped_sk, 30) # 1) where owner = $1',
      [her.owner],
    );
    const destroying = shop.transaction((tx) => vault.destroyParts(tx, her.owner, { parts: doomed(her), checks: [] }));
    await expect(destroying).rejects.toMatchObject({ code: 'KEY_TAMPERED' });
    expect((await rowsOf(her.owner))['part']).toBe(1);
    // The person as a whole goes without her key being opened.
    expect(await erase(her.owner)).toMatchObject({ parts: 1 });
  });
});

describe('an order of the journal', () => {
  const order = (owner: OwnerName, more: Partial<JournalEntry>): JournalEntry => ({
    erasure: randomUUID(),
    owner,
    scope: 'value',
    at: orderedAt,
    ...more,
  });

  it('takes the checks of claims that hold a part, whoever owns them, and gives those owners fresh keys', async () => {
    const [her, firm] = [
      await shop.written([
        ['name', 'wrong'],
        ['name', 'right'],
      ]),
      await shop.written([['name', 'firm']], [], 'organisation'),
    ];
    const [own, theirs] = [
      await shop.check(her.owner, { told: 'her' }),
      await shop.check(firm.owner, { told: 'firm' }),
    ];
    const other = await shop.check(firm.owner, { told: 'other' });
    await shop.flush([{ ...noRows, pks: [own.pk, theirs.pk, other.pk] }]);
    const entry = order(her.owner, { parts: doomed(her).slice(0, 1), checks: [own.checkEvent, theirs.checkEvent] });
    expect(await shop.transaction((tx) => vault.destroy(tx, entry))).toEqual({
      parts: 1,
      keys: 3,
      tokens: 0,
      epoch: 1,
    });
    const compared = await vault.compareChecks([
      { ...own, received: { told: 'her' } },
      { ...theirs, received: { told: 'firm' } },
      { ...other, received: { told: 'other' } },
    ]);
    expect(compared).toEqual(['lost', 'lost', 'same']);
    expect([(await shop.keyRow(her.owner)).generation, (await shop.keyRow(firm.owner)).generation]).toEqual([1, 1]);
    expect(await shop.shown([...wanted(her), ...wanted(firm)])).toEqual(['PART_LOST', 'right', 'firm']);
    expect(await shop.transaction((tx) => vault.destroy(tx, entry))).toEqual({ parts: 0, keys: 0, tokens: 0 });
    expect((await shop.keyRow(her.owner)).generation).toBe(1);
  });

  it('about a person takes her and the checks of others that hold a part of hers', async () => {
    const [her, firm] = [
      await shop.written([['name', 'x']]),
      await shop.written([['name', 'firm']], [], 'organisation'),
    ];
    const theirs = await shop.check(firm.owner, { told: 'her, by the firm' });
    await shop.flush([{ ...noRows, pks: [theirs.pk] }]);
    const entry = order(her.owner, { scope: 'person', checks: [theirs.checkEvent] });
    expect(await shop.transaction((tx) => vault.destroy(tx, entry))).toMatchObject({ parts: 1, keys: 3 });
    expect(await shop.shown([...wanted(her), ...wanted(firm)])).toEqual(['OWNER_NOT_LIVE', 'firm']);
    expect(await shop.transaction((tx) => vault.destroy(tx, entry))).toEqual({ parts: 0, keys: 0, tokens: 0 });
  });

  it('about single parts of somebody who is being erased takes the rows, and leaves her key to go with her', async () => {
    const her = await shop.written([
      ['name', 'x'],
      ['name', 'y'],
    ]);
    await shop.transaction((tx) => vault.beginErasure(tx, her.owner));
    const entry = order(her.owner, { parts: doomed(her).slice(0, 1) });
    expect(await shop.transaction((tx) => vault.destroy(tx, entry))).toMatchObject({ parts: 1, keys: 1 });
    expect(await shop.keyRow(her.owner)).toMatchObject({ state: 'erasing', generation: 0 });
    expect(await erase(her.owner)).toMatchObject({ parts: 1 });
  });
});

/** A transaction whose connection dies after so many statements. */
async function cutOff(after: number, work: (tx: PoolClient) => Promise<unknown>): Promise<'cut off' | 'done'> {
  const tx = await db.app.connect();
  tx.on('error', () => undefined);
  const { rows } = await tx.query<{ pid: number }>('select pg_backend_pid() as pid');
  let left = after;
  const watched = new Proxy(tx, {
    get(target, name) {
      const found: unknown = Reflect.get(target, name);
      if (name !== 'query') return typeof found === 'function' ? (found.bind(target) as unknown) : found;
      return async (...asked: Parameters<PoolClient['query']>) => {
        if (left-- === 0) await db.owner.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
        return (target.query as (...given: unknown[]) => Promise<unknown>)(...asked);
      };
    },
  });
  try {
    await watched.query('begin');
    await work(watched);
    await watched.query('commit');
    tx.release();
    return 'done';
  } catch {
    tx.release(true);
    return 'cut off';
  }
}

const statementsMax = 30;

describe('cut off between any two statements', () => {
  it('the erasure of a person did not happen, and happens when it is begun again', async () => {
    for (let at = 1; at < statementsMax; at++) {
      const by = email();
      const her = await shop.written([['name', 'x']], [by]);
      const ended = await cutOff(at, async (tx) => {
        await vault.beginErasure(tx, her.owner);
        await vault.destroyOwner(tx, her.owner, orderedAt);
      });
      if (ended === 'done') {
        expect(at).toBeGreaterThan(4);
        return;
      }
      expect(await shop.shown(wanted(her))).toEqual(['x']);
      expect(await finds(by)).toBe(her.owner);
      expect(await erase(her.owner)).toMatchObject({ parts: 1, keys: 2, tokens: 1 });
    }
    throw new Error('more statements than were tried');
  });

  it('the destruction of parts did not happen, every other part still opens, and it happens when it is begun again', async () => {
    for (let at = 1; at < statementsMax; at++) {
      const by = email();
      const her = await shop.written(
        [
          ['email', by.value],
          ['name', 'stays'],
        ],
        [by],
      );
      const what = { parts: doomed(her, 'email').slice(0, 1), checks: [] };
      const ended = await cutOff(at, (tx) => vault.destroyParts(tx, her.owner, what));
      if (ended === 'done') {
        expect(at).toBeGreaterThan(8);
        return;
      }
      expect(await shop.shown(wanted(her))).toEqual([by.value, 'stays']);
      await shop.transaction((tx) => vault.destroyParts(tx, her.owner, what));
      expect(await shop.shown(wanted(her))).toEqual(['PART_LOST', 'stays']);
    }
    throw new Error('more statements than were tried');
  });
});

describe('writers at the same time', () => {
  const writersMax = 12;

  it('land before the erasure of the person begins, or conflict; nothing of hers is left behind it', async () => {
    const her = await shop.written([['name', 'x']], [email()]);
    const row = await shop.keyRow(her.owner);
    const writing = Array.from({ length: writersMax }, async (_, i) => {
      const made = await shop.more(row, [['name', `late ${i}`]]);
      const unit = { ...made.rows, tokens: [vault.tokenRow(vault.token(email()), her.owner, null)] };
      const conflicts = await shop.flush([unit]);
      return conflicts.get(0) ?? 'landed';
    });
    const gone = await erase(her.owner);
    const ends = await Promise.all(writing);
    expect(ends.filter((end) => end !== 'landed' && end !== 'OWNER_NOT_LIVE')).toEqual([]);
    expect(gone.parts).toBe(1 + ends.filter((end) => end === 'landed').length);
    expect(await rowsOf(her.owner)).toEqual({ part: 0, part_key: 0, lookup: 0, lookup_past: 0 });
  });

  it('land under the key of before and are carried over, or conflict; whatever landed opens', async () => {
    const her = await shop.written([['name', 'wrong']]);
    const row = await shop.keyRow(her.owner);
    const writing = Array.from({ length: writersMax }, async (_, i) => {
      const made = await shop.more(row, [['name', `value ${i}`]]);
      const conflicts = await shop.flush([made.rows]);
      return { made, value: `value ${i}`, end: conflicts.get(0) };
    });
    const [destroyed, ...ends] = await Promise.all([
      shop.transaction((tx) => vault.destroyParts(tx, her.owner, { parts: doomed(her), checks: [] })),
      ...writing,
    ]);
    expect(destroyed).toMatchObject({ parts: 1, keys: 1 });
    const landed = ends.filter(({ end }) => end === undefined);
    expect(ends.filter(({ end }) => end !== undefined && end !== 'OWNER_RENEWED')).toEqual([]);
    expect(await shop.shown(landed.flatMap(({ made }) => wanted(made)))).toEqual(landed.map(({ value }) => value));
    // Decided again on the key row of now, the others land too.
    for (const { value } of ends.filter(({ end }) => end !== undefined)) {
      const again = await shop.more(her.owner, [['name', value]]);
      expect((await shop.flush([again.rows])).size).toBe(0);
      expect(await shop.shown(wanted(again))).toEqual([value]);
    }
  });

  it('readers never take a renewal for tampering', async () => {
    const her = await shop.written(Array.from({ length: 16 }, (_, i): [string, string] => ['n', `value ${i}`]));
    const parts = doomed(her);
    const seen = new Set<JsonValue>();
    const isValue = (value: JsonValue): boolean => typeof value === 'string' && value.startsWith('value');
    let destroying = true;
    const reading = Array.from({ length: 2 }, async () => {
      while (destroying) {
        for (const value of await shop.shown(wanted(her))) if (!isValue(value)) seen.add(value);
      }
    });
    for (const part of parts.slice(0, 12))
      await shop.transaction((tx) => vault.destroyParts(tx, her.owner, { parts: [part], checks: [] }));
    destroying = false;
    await Promise.all(reading);
    expect([...seen].filter((code) => code !== 'PART_LOST' && code !== 'PART_KEY_MISSING')).toEqual([]);
    expect((await shop.keyRow(her.owner)).generation).toBe(12);
  });
});

describe('many parts', () => {
  const partsMax = 2_500;

  it('more than one page of keys is wrapped anew, and none is left out', async () => {
    const her = await shop.written(Array.from({ length: partsMax }, (_, i): [string, string] => ['n', String(i)]));
    const parts = doomed(her).slice(0, 100);
    expect(await shop.transaction((tx) => vault.destroyParts(tx, her.owner, { parts, checks: [] }))).toMatchObject({
      parts: 100,
      keys: 100,
    });
    const shown = await shop.shown(wanted(her));
    expect(shown.slice(0, 100)).toEqual(Array(100).fill('PART_LOST'));
    expect(shown.slice(100)).toEqual(Array.from({ length: partsMax - 100 }, (_, i) => String(100 + i)));
    expect(await erase(her.owner)).toMatchObject({ parts: partsMax - 100, keys: partsMax - 99 });
  });
});
