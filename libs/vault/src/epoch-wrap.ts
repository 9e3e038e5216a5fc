// How does everybody who lives come under the next epoch? In place, page by page; a row that changed meanwhile is met again.
import { setImmediate } from 'node:timers/promises';
import { type Pool } from 'pg';
import { unwrap, wrap } from './aes-gcm.js';
import { type EpochKeys } from './epoch-keys.js';
import { aad, lookupToken } from './formulas.js';
import { byteaArray, textArray } from './pg-arrays.js';
import { type OwnerName } from './rows.js';

/** Owners whose keys are wrapped without letting anybody else run. */
const wrappedAtOnceMax = 32;
/** Tokens of one page; an owner that has more takes several. */
const pageTokensMax = 10_000;

export interface Wrapping {
  readonly app: Pool;
  readonly ledger: string;
  readonly from: EpochKeys;
  readonly to: EpochKeys;
}

/** What becomes of some owners' rows; nothing of it is written yet. Keys and digests that do not open are not in it. */
export interface WrappedPage {
  /** In order; the last one is where the next page begins. */
  readonly owners: readonly OwnerName[];
  readonly keys: readonly NewKey[];
  readonly tokens: readonly NewToken[];
}

interface OwnerColumns {
  readonly owner: OwnerName;
  readonly epoch: number;
  readonly wrapped_sk: Buffer;
}

interface TokenColumns {
  readonly token: Buffer;
  readonly owner: OwnerName;
  readonly scheme: string;
  readonly inner_wrapped: Buffer;
  readonly past: boolean;
}

interface NewKey {
  readonly row: OwnerColumns;
  readonly wrapped: Buffer;
}

/** What becomes of a row: `row` as it was read, the rest as it will stand. */
interface NewToken {
  readonly row: TokenColumns;
  readonly token: Buffer;
  readonly inner: Buffer;
}

/** The owners behind `past` that have a key or, when `tokens` is asked, a token under the closing epoch. */
async function ownersBehind(
  { app, from }: Wrapping,
  by: 'key' | 'tokens',
  past: string,
  ownersMax: number,
): Promise<OwnerName[]> {
  const text =
    by === 'key'
      ? `select owner from key_owner where owner > $2 and epoch <= $1 and state = 'live' order by owner limit $3`
      : `select distinct t.owner from (
          select owner from lookup where epoch <= $1 union all select owner from lookup_past where epoch <= $1
        ) t join key_owner o on o.owner = t.owner and o.state = 'live' where t.owner > $2 order by t.owner limit $3`;
  const { rows } = await app.query<{ owner: OwnerName }>({
    name: `vault-behind-${by}`,
    text,
    values: [from.epoch, past, ownersMax],
  });
  return rows.map(({ owner }) => owner);
}

/** Wraps keys and look-up digests of the next owners behind `past` under the next epoch; undefined where there are none. */
export async function nextPage(
  wrapping: Wrapping,
  by: 'key' | 'tokens',
  past: string,
  ownersMax: number,
): Promise<WrappedPage | undefined> {
  const { app, from } = wrapping;
  const owners = await ownersBehind(wrapping, by, past, ownersMax);
  if (owners.length === 0) return undefined;
  const [keys, tokens] = await Promise.all([readKeys(app, from.epoch, owners), readTokens(app, from.epoch, owners)]);
  const newKeys: NewKey[] = [];
  const newTokens: NewToken[] = [];
  const work = [
    ...keys.map((row) => () => wrapKey(wrapping, row)),
    ...tokens.map((row) => () => wrapToken(wrapping, row)),
  ];
  for (const [i, one] of work.entries()) {
    if (i > 0 && i % wrappedAtOnceMax === 0) await setImmediate();
    const done = one();
    if (done && 'wrapped' in done) newKeys.push(done);
    else if (done) newTokens.push(done);
  }
  return { owners, keys: newKeys, tokens: newTokens };
}

/** Writes a page in one short transaction; rows that changed since it was read are left for a later sweep. Answers how many it had. */
export async function writePage({ app, to }: Wrapping, { owners, keys, tokens }: WrappedPage): Promise<number> {
  if (keys.length + tokens.length > 0) {
    await app.query({
      ...wrapSql,
      values: [
        textArray(owners),
        to.epoch,
        textArray(keys.map(({ row }) => row.owner)),
        byteaArray(keys.map(({ row }) => row.wrapped_sk)),
        byteaArray(keys.map(({ wrapped }) => wrapped)),
        ...columnsOf(tokens.filter(({ row }) => !row.past)),
        ...columnsOf(tokens.filter(({ row }) => row.past)),
      ],
    });
  }
  return keys.length + tokens.length;
}

const columnsOf = (tokens: readonly NewToken[]): Buffer[] => [
  byteaArray(tokens.map(({ row }) => row.token)),
  byteaArray(tokens.map(({ row }) => row.inner_wrapped)),
  byteaArray(tokens.map(({ token }) => token)),
  byteaArray(tokens.map(({ inner }) => inner)),
];

const wrapSql = {
  name: 'vault-wrap',
  // The owners' rows first and in order, as writers lock them: nobody moves a token of an owner that is locked. A ref may stand
  // twice, for it was given anew while the old row still stood under the old epoch. The disk is not waited for: pages that a crash
  // of PostgreSQL takes back stand under the old epoch and are met by the sweep before its key goes; the step after it waits.
  text: `with locked as materialized (
      select owner from key_owner where owner = any($1::text[]) and state = 'live'
        and (select set_config('synchronous_commit', 'off', true)) is not null order by owner for no key update
    ), o as (
      update key_owner k set epoch = $2, wrapped_sk = n.wrapped
      from unnest($3::text[], $4::bytea[], $5::bytea[]) as n (owner, before, wrapped) join locked using (owner)
      where k.owner = n.owner and k.wrapped_sk = n.before
    ), t as materialized (
      select n.*, exists (select from lookup y where y.token = n.token) as stands
      from unnest($6::bytea[], $7::bytea[], $8::bytea[], $9::bytea[]) as n (token_before, inner_before, token, inner_wrapped)
    ), twice as (
      delete from lookup l using t where t.stands and l.token = t.token_before and l.inner_wrapped = t.inner_before
    ), l as (
      update lookup l set token = t.token, epoch = $2, inner_wrapped = t.inner_wrapped
      from t where not t.stands and l.token = t.token_before and l.inner_wrapped = t.inner_before
        and l.owner in (select owner from locked)
    )
    update lookup_past l set token = t.token, epoch = $2, inner_wrapped = t.inner_wrapped
    from unnest($10::bytea[], $11::bytea[], $12::bytea[], $13::bytea[]) as t (token_before, inner_before, token, inner_wrapped)
    where l.token = t.token_before and l.inner_wrapped = t.inner_before and l.owner in (select owner from locked)`,
};

async function readKeys(app: Pool, epoch: number, owners: readonly OwnerName[]): Promise<OwnerColumns[]> {
  const { rows } = await app.query<OwnerColumns>({
    name: 'vault-wrap-keys',
    text: `select owner, epoch, wrapped_sk from key_owner
      where owner = any((select $1::text[])::text[]) and epoch <= $2 and state = 'live'`,
    values: [textArray(owners), epoch],
  });
  return rows;
}

async function readTokens(app: Pool, epoch: number, owners: readonly OwnerName[]): Promise<TokenColumns[]> {
  const { rows } = await app.query<TokenColumns>({
    name: 'vault-wrap-tokens',
    text: `select token, owner, scheme, inner_wrapped, false as past from lookup
        where owner = any((select $1::text[])::text[]) and epoch <= $2
      union all
      select token, owner, scheme, inner_wrapped, true from lookup_past
        where owner = any((select $1::text[])::text[]) and epoch <= $2
      limit ${pageTokensMax}`,
    values: [textArray(owners), epoch],
  });
  return rows;
}

function wrapKey({ ledger, from, to }: Wrapping, row: OwnerColumns) {
  const sk = unwrap(from.kek, row.wrapped_sk, aad.sk(ledger, row.owner, from.epoch));
  if (!sk) return undefined;
  const wrapped = wrap(to.kek, sk, aad.sk(ledger, row.owner, to.epoch));
  sk.fill(0);
  return { row, wrapped };
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
