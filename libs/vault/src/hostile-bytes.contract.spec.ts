// Is every byte that somebody with the database alone can change found, and named by where it stands?
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@derbes/postgres/testing.js';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeKeep, Vault, vaultMigrations } from './index.js';
import { wanted, Workshop, type Made } from './testing/workshop.js';

// A crowded machine is no failure.
jest.setTimeout(60_000);

let db: TestDatabase;
let scratch: string;
let shop: Workshop;
let vault: Vault;
/** Hers are damaged; his stand for every other value of the ledger. */
let her: Made;
let his: Made;

beforeAll(async () => {
  db = await testDatabase(vaultMigrations);
  scratch = await mkdtemp(join(tmpdir(), 'derbes-hostile-'));
  const keep = await makeKeep({ keepDir: join(scratch, 'keep'), dataDir: join(scratch, 'data') });
  await Vault.begin(db.app, keep);
  vault = await Vault.open(keep, db.app);
  shop = new Workshop(vault, db.app);
});
afterAll(async () => {
  await db.drop();
  await rm(scratch, { recursive: true });
});
beforeEach(async () => {
  her = await shop.written([
    ['name', 'hers'],
    ['name', 'hers too'],
  ]);
  his = await shop.written([
    ['name', 'his'],
    ['name', 'his too'],
  ]);
});

const change = (sql: string, ...values: unknown[]): Promise<unknown> => db.owner.query(sql, values);

/** What her first part answers; every other value must open as ever, and whatever does not open is named by its place. */
async function code(): Promise<unknown> {
  const answers = await vault.open([...wanted(her), ...wanted(his)]);
  expect(answers.slice(1).map((one) => 'value' in one && one.value)).toEqual(['hers too', 'his', 'his too']);
  const [first] = answers;
  if (!first || 'value' in first) return 'opened';
  expect(first.message).toContain(`event ${her.eventId} part 0`);
  return first.code;
}

const flip = (column: string): string => `${column} = set_byte(${column}, $2, get_byte(${column}, $2) # $3)`;

describe('a blob', () => {
  it('with any byte changed, of its nonce, its ciphertext or its tag', async () => {
    const bytes = her.sealed[0]?.row.blob.length ?? 0;
    for (let at = 0; at < bytes; at += 13) {
      const bit = 1 << (at % 8);
      const sql = `update part set ${flip('blob')} where event = $1 and p = '0'`;
      await change(sql, her.eventId, at, bit);
      expect([at, await code()]).toEqual([at, 'PART_TAMPERED']);
      await change(sql, her.eventId, at, bit);
      expect(await code()).toBe('opened');
    }
  });

  it.each([
    'substr(blob, 1, octet_length(blob) - 1)',
    'substr(blob, 2)',
    `blob || '\\x00'::bytea`,
    'substr(blob, 1, 27)',
    `''::bytea`,
  ])('cut to %s', async (cut) => {
    await change(`update part set blob = ${cut} where event = $1 and p = '0'`, her.eventId);
    expect(await code()).toBe('PART_TAMPERED');
  });

  it('of another part, of hers or of somebody else’s, with its key or without', async () => {
    const [own, other] = [wanted(her)[1], wanted(his)[0]];
    for (const from of [own, other]) {
      const swap =
        'update part t set blob = o.blob from part o where t.event = $1 and t.p = $2 and o.event = $3 and o.p = $4';
      await change(swap, her.eventId, '0', from?.eventId, from?.part.p);
      expect(await code()).toBe('PART_TAMPERED');
      await change(
        `update part_key t set wrapped_pk = o.wrapped_pk from part_key o
          where t.event = $1 and t.part = $2 and o.event = $3 and o.part = $4`,
        her.eventId,
        '0',
        from?.eventId,
        from?.part.p,
      );
      expect(await code()).toBe('PART_TAMPERED');
    }
  });

  it('said to be of another owner or category', async () => {
    for (const [column, value, back] of [
      ['owner', his.owner, her.owner],
      ['category', 'iin', 'name'],
    ]) {
      const sql = `update part set ${column} = $2 where event = $1 and p = '0'`;
      await change(sql, her.eventId, value);
      expect(await code()).toBe('PART_TAMPERED');
      await change(sql, her.eventId, back);
    }
    expect(await code()).toBe('opened');
  });

  it('that is gone is lost, with its key or without: nothing but an event makes it erased', async () => {
    await change(`delete from part where event = $1 and p = '0'`, her.eventId);
    expect(await code()).toBe('PART_LOST');
    await change(`delete from part_key where event = $1 and part = '0'`, her.eventId);
    expect(await code()).toBe('PART_LOST');
  });
});

describe('the key of a part', () => {
  it('with any byte changed', async () => {
    for (let at = 0; at < 60; at += 3) {
      const sql = `update part_key set ${flip('wrapped_pk')} where event = $1 and part = '0'`;
      await change(sql, her.eventId, at, 1 << (at % 8));
      expect([at, await code()]).toEqual([at, 'KEY_TAMPERED']);
      await change(sql, her.eventId, at, 1 << (at % 8));
    }
    expect(await code()).toBe('opened');
  });

  it('cut short, of another part, or gone', async () => {
    await change(
      `update part_key set wrapped_pk = substr(wrapped_pk, 1, 59) where event = $1 and part = '0'`,
      her.eventId,
    );
    expect(await code()).toBe('KEY_TAMPERED');
    await change(
      `update part_key t set wrapped_pk = o.wrapped_pk from part_key o
        where t.event = $1 and t.part = '0' and o.event = $1 and o.part = '1'`,
      her.eventId,
    );
    expect(await code()).toBe('KEY_TAMPERED');
    await change(`delete from part_key where event = $1 and part = '0'`, her.eventId);
    expect(await code()).toBe('PART_KEY_MISSING');
  });
});

describe('the key of an owner', () => {
  /** All of hers at once, for one key stands behind them. */
  async function codes(): Promise<unknown[]> {
    const answers = await vault.open([...wanted(her), ...wanted(his)]);
    expect(answers.slice(2).map((one) => 'value' in one && one.value)).toEqual(['his', 'his too']);
    return [...new Set(answers.slice(0, 2).map((one) => ('code' in one ? one.code : 'opened')))];
  }

  it.each([
    ['set_byte(wrapped_sk, 0, get_byte(wrapped_sk, 0) # 1)', 'KEY_TAMPERED'],
    ['set_byte(wrapped_sk, 30, get_byte(wrapped_sk, 30) # 128)', 'KEY_TAMPERED'],
    ['set_byte(wrapped_sk, 59, get_byte(wrapped_sk, 59) # 2)', 'KEY_TAMPERED'],
    ['substr(wrapped_sk, 1, 40)', 'KEY_TAMPERED'],
  ])('as %s is %s', async (to, expected) => {
    await change(`update key_owner set wrapped_sk = ${to} where owner = $1`, her.owner);
    expect(await codes()).toEqual([expected]);
  });

  it('of somebody else is KEY_TAMPERED', async () => {
    await change(
      'update key_owner t set wrapped_sk = o.wrapped_sk from key_owner o where t.owner = $1 and o.owner = $2',
      her.owner,
      his.owner,
    );
    expect(await codes()).toEqual(['KEY_TAMPERED']);
  });

  it('of an epoch that does not stand is EPOCH_CLOSED', async () => {
    await change('update key_owner set epoch = 7 where owner = $1', her.owner);
    expect(await codes()).toEqual(['EPOCH_CLOSED']);
  });

  it('that is gone is OWNER_MISSING; one that says erased without an event is never taken for erased', async () => {
    await change(`update key_owner set state = 'erased', wrapped_sk = null where owner = $1`, her.owner);
    expect(await codes()).toEqual(['OWNER_NOT_LIVE']);
    await change('delete from key_owner where owner = $1', her.owner);
    expect(await codes()).toEqual(['OWNER_MISSING']);
  });

  it('said to be of another generation opens what it opened, and takes nothing new', async () => {
    const row = await shop.keyRow(her.owner);
    await change('update key_owner set generation = generation + 1 where owner = $1', her.owner);
    expect(await codes()).toEqual(['opened']);
    const late = await shop.more(row, [['name', 'late']]);
    expect(await shop.flush([late.rows])).toEqual(new Map([[0, 'OWNER_RENEWED']]));
  });
});
