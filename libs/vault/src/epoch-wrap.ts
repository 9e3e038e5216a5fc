// How does everybody who lives come under the next epoch? In place, page by page; a row that changed meanwhile is met again.
import { setImmediate } from 'node:timers/promises';
import { type Pool } from 'pg';
import { unwrap, wrap } from './aes-gcm.js';
import { type EpochKeys } from './epoch-keys.js';
import { aad, lookupToken } from './formulas.js';
import { byteaArray, textArray, tidArray, type RowPlace } from './pg-arrays.js';
import { type OwnerName } from './rows.js';

/** Keys and digests that are wrapped without letting anybody else run: a third of a millisecond. */
const wrappedAtOnceMax = 32;
/** Tokens of one page; an owner that has more takes several. */
const pageTokensMax = 10_000;
/** Blocks of a table that one question reads at most, where nothing in them stands under the closing epoch any more. */
const spanBlocks = 256;
const blockBytes = 8_192;
/** PostgreSQL's code for a row whose key stands already. */
const uniqueViolation = '23505';

/** The tables of an epoch's keys, in the order in which they are swept; the tokens of whoever is met by key go along. */
export const sweptTables = ['key_owner', 'lookup', 'lookup_past'] as const;
export type SweptTable = (typeof sweptTables)[number];

export interface Wrapping {
  readonly app: Pool;
  readonly ledger: string;
  readonly from: EpochKeys;
  readonly to: EpochKeys;
}

/** What becomes of some owners' rows; nothing of it is written yet. Keys and digests that do not open are not in it. */
export interface WrappedPage {
  /** Where the next page begins. */
  readonly behind: RowPlace;
  readonly owners: readonly OwnerPlace[];
  readonly keys: readonly NewKey[];
  readonly tokens: readonly NewToken[];
}

interface OwnerPlace {
  readonly owner: OwnerName;
  readonly place: RowPlace;
}

interface OwnerColumns extends OwnerPlace {
  /** Absent where the owner was met by a token: its key is met by itself. */
  readonly wrappedSk?: Buffer;
}

interface TokenColumns {
  readonly place: string;
  readonly token: Buffer;
  readonly owner: OwnerName;
  readonly scheme: string;
  readonly inner_wrapped: Buffer;
  readonly past: boolean;
}

interface NewKey {
  readonly row: OwnerColumns & { readonly wrappedSk: Buffer };
  readonly wrapped: Buffer;
}

/** What becomes of a row: `row` as it was read, the rest as it will stand. */
interface NewToken {
  readonly row: TokenColumns;
  readonly token: Buffer;
  readonly inner: Buffer;
}

export async function blocksOf({ app }: Wrapping, table: SweptTable): Promise<number> {
  const { rows } = await app.query<{ bytes: string }>(`select pg_relation_size('${table}') as bytes`);
  return Math.ceil(Number(rows[0]?.bytes ?? 0) / blockBytes);
}

/**
 * Wraps keys and look-up digests of the next owners behind a place of the table under the next epoch: in the order in which rows
 * stand on the disk, so that each block is read, and written to the WAL whole, once. Owners that stand nowhere there: an empty page.
 */
export async function nextPage(
  wrapping: Wrapping,
  table: SweptTable,
  from: RowPlace,
  ownersMax: number,
): Promise<WrappedPage> {
  const { found, behind } = await ownersBehind(wrapping, table, from, ownersMax);
  const owners = [...new Map(found.map((one) => [one.owner, one])).values()];
  if (owners.length === 0) return { behind, owners, keys: [], tokens: [] };
  const tokens = await readTokens(
    wrapping,
    owners.map(({ owner }) => owner),
  );
  const newKeys: NewKey[] = [];
  const newTokens: NewToken[] = [];
  for (const [i, one] of [...owners, ...tokens].entries()) {
    if (i > 0 && i % wrappedAtOnceMax === 0) await setImmediate();
    if ('token' in one) {
      const made = wrapToken(wrapping, one);
      if (made) newTokens.push(made);
    } else {
      const made = wrapKey(wrapping, one);
      if (made) newKeys.push(made);
    }
  }
  return { behind, owners, keys: newKeys, tokens: newTokens };
}

async function ownersBehind(
  { app, from }: Wrapping,
  table: SweptTable,
  [block, number]: RowPlace,
  ownersMax: number,
): Promise<{ readonly found: OwnerColumns[]; readonly behind: RowPlace }> {
  const byToken = table !== 'key_owner';
  const { rows } = await app.query<{ place: string; at: string; owner: OwnerName; wrapped_sk?: Buffer }>({
    name: `vault-behind-${table}`,
    text: byToken
      ? `select l.ctid as at, o.ctid as place, o.owner from ${table} l
          join key_owner o on o.owner = l.owner and o.state = 'live'
          where l.ctid > $2::tid and l.ctid < $3::tid and l.epoch <= $1 limit $4`
      : `select ctid as at, ctid as place, owner, wrapped_sk from key_owner
          where ctid > $2::tid and ctid < $3::tid and epoch <= $1 and state = 'live' limit $4`,
    values: [from.epoch, `(${block},${number})`, `(${block + spanBlocks},0)`, ownersMax],
  });
  const places = rows.map(({ at }) => placeOf(at)).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return {
    found: rows.map(({ place, owner, wrapped_sk: wrappedSk }) => ({
      owner,
      place: placeOf(place),
      ...(wrappedSk && { wrappedSk }),
    })),
    behind: (rows.length === ownersMax ? places.at(-1) : undefined) ?? [block + spanBlocks, 0],
  };
}

/** `(block,number)` as PostgreSQL writes it; the table's beginning for anything else. */
export function placeOf(text: string): RowPlace {
  const [, block, number] = /^\((\d+),(\d+)\)$/.exec(text) ?? [];
  return block === undefined || number === undefined ? [0, 0] : [Number(block), Number(number)];
}

async function readTokens({ app, from }: Wrapping, owners: readonly OwnerName[]): Promise<TokenColumns[]> {
  const { rows } = await app.query<TokenColumns>({
    name: 'vault-wrap-tokens',
    text: `select ctid as place, token, owner, scheme, inner_wrapped, false as past from lookup
        where owner = any((select $1::text[])::text[]) and epoch <= $2
      union all
      select ctid, token, owner, scheme, inner_wrapped, true from lookup_past
        where owner = any((select $1::text[])::text[]) and epoch <= $2
      limit ${pageTokensMax}`,
    values: [textArray(owners), from.epoch],
  });
  return rows;
}

/** Writes a page in one short transaction; rows that changed since it was read are left for a later sweep. Answers how many it had. */
export async function writePage({ app, to }: Wrapping, { owners, keys, tokens }: WrappedPage): Promise<number> {
  if (keys.length + tokens.length === 0) return 0;
  const values = [
    tidArray(owners.map(({ place }) => place)),
    to.epoch,
    tidArray(keys.map(({ row }) => row.place)),
    textArray(keys.map(({ row }) => row.owner)),
    byteaArray(keys.map(({ row }) => row.wrappedSk)),
    byteaArray(keys.map(({ wrapped }) => wrapped)),
    ...columnsOf(tokens.filter(({ row }) => !row.past)),
    ...columnsOf(tokens.filter(({ row }) => row.past)),
  ];
  try {
    await app.query({ ...wrapSql, values });
  } catch (error) {
    if ((error as { code?: unknown }).code !== uniqueViolation) throw error;
    await app.query({ ...wrapTwiceSql, values });
  }
  return keys.length + tokens.length;
}

const columnsOf = (tokens: readonly NewToken[]): Buffer[] => [
  tidArray(tokens.map(({ row }) => placeOf(row.place))),
  textArray(tokens.map(({ row }) => row.owner)),
  byteaArray(tokens.map(({ row }) => row.inner_wrapped)),
  byteaArray(tokens.map(({ token }) => token)),
  byteaArray(tokens.map(({ inner }) => inner)),
];

// The owners' rows first and in order, as writers lock them: nobody moves a token of an owner that is locked. Rows are met where
// they were read, by their place alone; one that stands elsewhere by now was changed. The disk is not waited for: pages that a crash of PostgreSQL takes
// back stand under the old epoch and are met by the sweep before its key goes; the step after it waits. `changed` is given here, for
// the trigger that gives it otherwise costs as much as the row.
const read = (first: number): string =>
  `unnest($${first}::tid[], $${first + 1}::text[], $${first + 2}::bytea[], $${first + 3}::bytea[], $${first + 4}::bytea[])
    as n (place, owner, before, token, inner_wrapped) join locked using (owner)`;
const wrapTokens = (table: string, from: string): string =>
  `update ${table} l set token = t.token, epoch = $2, inner_wrapped = t.inner_wrapped, changed = (select changed from now)
    from ${from} t where l.ctid = t.place and l.inner_wrapped = t.before`;
const ofOwners = `locked as materialized (
    select owner from key_owner where ctid = any($1::tid[]) and state = 'live'
      and (select set_config('synchronous_commit', 'off', true)) is not null order by owner for no key update
  ), now as materialized (select pg_current_xact_id()::text::bigint as changed), k as materialized (
    select n.* from unnest($3::tid[], $4::text[], $5::bytea[], $6::bytea[]) as n (place, owner, before, wrapped)
    join locked using (owner)
  ), o as (
    update key_owner o set epoch = $2, wrapped_sk = k.wrapped, changed = (select changed from now)
    from k where o.ctid = k.place and o.wrapped_sk = k.before
  ), earlier as materialized (select n.* from ${read(12)}), past as (${wrapTokens('lookup_past', 'earlier')})`;

const wrapSql = {
  name: 'vault-wrap',
  text: `with ${ofOwners}, today as materialized (select n.* from ${read(7)})
    ${wrapTokens('lookup', 'today')}`,
};

/** A ref may stand twice: it was given anew while the old row still stood under the old epoch. Asked for only then. */
const wrapTwiceSql = {
  name: 'vault-wrap-twice',
  text: `with ${ofOwners}, today as materialized (
      select n.*, exists (select from lookup y where y.token = n.token) as stands from ${read(7)}
    ), twice as (
      delete from lookup l using today t where t.stands and l.ctid = t.place and l.inner_wrapped = t.before
    )
    ${wrapTokens('lookup', 'today')} and not t.stands`,
};

function wrapKey({ ledger, from, to }: Wrapping, { wrappedSk, ...row }: OwnerColumns): NewKey | undefined {
  if (!wrappedSk) return undefined;
  const sk = unwrap(from.kek, wrappedSk, aad.sk(ledger, row.owner, from.epoch));
  if (!sk) return undefined;
  const wrapped = wrap(to.kek, sk, aad.sk(ledger, row.owner, to.epoch));
  sk.fill(0);
  return { row: { ...row, wrappedSk }, wrapped };
}

function wrapToken({ ledger, from, to }: Wrapping, row: TokenColumns): NewToken | undefined {
  const inner = unwrap(from.kek, row.inner_wrapped, aad.inner(ledger, row.owner, row.scheme, from.epoch));
  // A row whose token is not that of its digest finds somebody by another's identifier.
  if (!inner || !lookupToken(from.idx, inner).equals(row.token)) return undefined;
  const made = {
    row,
    token: lookupToken(to.idx, inner),
    inner: wrap(to.kek, inner, aad.inner(ledger, row.owner, row.scheme, to.epoch)),
  };
  inner.fill(0);
  return made;
}
