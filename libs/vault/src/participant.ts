// How do the vault's rows become durable with the claim that makes them? In its transaction, in two round trips a flush.
import { type PoolClient } from 'pg';
import { byteaArray, intArray, textArray, uuidArray } from './pg-arrays.js';
import { type OwnerName, type TokenMove, type TokenRow, type VaultRows } from './rows.js';
import { VaultError } from './vault-error.js';

const conflictsSql = {
  name: 'vault-conflicts',
  // Sorted, so that two flushes never wait for each other in a circle.
  text: `with locked as (
      select owner, state from key_owner where owner = any($1::text[]) order by owner for share
    )
    select owner, null::bytea as token, null::text as scheme from locked where state = 'live'
    union all
    select owner, token, scheme from lookup where token = any($2::bytea[])`,
};

const writeSql = {
  name: 'vault-write',
  // A pairwise ref is offered with every answer; only the first time it is new.
  text: `with o as (
      insert into key_owner (owner, epoch, wrapped_sk, claim)
      select * from unnest($1::text[], $2::int[], $3::bytea[], $4::bytea[])
    ), k as (
      insert into part_key (event, part, owner, wrapped_pk)
      select * from unnest($5::uuid[], $6::text[], $7::text[], $8::bytea[])
    ), p as (
      insert into part (event, p, owner, category, blob)
      select * from unnest($9::uuid[], $10::text[], $11::text[], $12::text[], $13::bytea[])
    )
    insert into lookup (token, owner, scheme, norm, epoch, inner_wrapped, claim)
    select t.* from unnest($14::bytea[], $15::text[], $16::text[], $17::int[], $18::int[], $19::bytea[], $20::bytea[])
      as t (token, owner, scheme, norm, epoch, inner_wrapped, claim)
    where t.scheme <> 'ref' or not exists (select from lookup l where l.token = t.token and l.owner = t.owner)`,
};

interface ConflictRow {
  readonly owner: OwnerName;
  readonly token: Buffer | null;
  readonly scheme: string | null;
}

/**
 * Which units cannot be written now, by index: TOKEN_TAKEN (an identifier was linked meanwhile), TOKEN_MOVED (one to be moved is
 * not where it was) or OWNER_NOT_LIVE. Units are looked at in order; what an earlier one without conflict makes counts for a
 * later one. Locks the key rows of all owners FOR SHARE. A pairwise ref that its own subject holds already is no conflict.
 */
async function conflicts(tx: PoolClient, units: readonly VaultRows[]): Promise<ReadonlyMap<number, string>> {
  const named = new Set(units.flatMap(ownersNamed));
  const offered = units.flatMap((unit) => [...unit.tokens, ...unit.moves].map(({ token }) => token));
  const live = new Set<OwnerName>();
  const holders = new Map<string, string>();
  if (named.size > 0 || offered.length > 0) {
    const { rows } = await tx.query<ConflictRow>({
      ...conflictsSql,
      values: [textArray([...named]), byteaArray(offered)],
    });
    for (const row of rows) {
      if (row.token === null) live.add(row.owner);
      else holders.set(row.token.toString('base64'), holderOf(row.scheme ?? '', row.owner));
    }
  }
  const found = new Map<number, string>();
  units.forEach((unit, index) => {
    const code = conflictOf(unit, live, holders);
    if (code) return found.set(index, code);
    for (const row of unit.owners) live.add(row.owner);
    for (const row of unit.tokens) holders.set(row.token.toString('base64'), holderOf(row.scheme, row.owner));
    for (const { token, to } of unit.moves) {
      if (to) holders.set(token.toString('base64'), holderOf(to.scheme, to.owner));
      else holders.delete(token.toString('base64'));
    }
  });
  return found;
}

function conflictOf(
  unit: VaultRows,
  live: ReadonlySet<OwnerName>,
  holders: ReadonlyMap<string, string>,
): string | undefined {
  const own = new Set(unit.owners.map((row) => row.owner));
  if (ownersNamed(unit).some((owner) => !live.has(owner) && !own.has(owner))) return 'OWNER_NOT_LIVE';
  const taken = unit.tokens.some((row) => {
    const holder = holders.get(row.token.toString('base64'));
    return holder !== undefined && !(row.scheme === 'ref' && holder === holderOf('ref', row.owner));
  });
  if (taken) return 'TOKEN_TAKEN';
  const elsewhere = unit.moves.some(({ token, from }) => !holders.get(token.toString('base64'))?.endsWith(` ${from}`));
  return elsewhere ? 'TOKEN_MOVED' : undefined;
}

const holderOf = (scheme: string, owner: OwnerName): string => `${scheme} ${owner}`;

const ownersNamed = (unit: VaultRows): OwnerName[] => {
  const own = new Set(unit.owners.map((row) => row.owner));
  const moved = unit.moves.flatMap(({ from, to }) => (to ? [from, to.owner] : [from]));
  const named = [...unit.live, ...moved, ...[...unit.pks, ...unit.parts, ...unit.tokens].map((row) => row.owner)];
  return named.filter((owner) => !own.has(owner));
};

/**
 * Writes the rows of units without conflict, in one statement unless identifiers move. A duplicate key, or a moved identifier that
 * is not where it was, is an error and rolls the flush back.
 */
async function write(tx: PoolClient, units: readonly VaultRows[]): Promise<void> {
  let pending: VaultRows[] = [];
  for (const unit of units) {
    if (unit.moves.length > 0) {
      // What an earlier unit linked may move, and what moved away may be linked by this or a later one.
      await insert(tx, pending);
      await moveTokens(tx, unit.moves);
      pending = [];
    }
    pending.push(unit);
  }
  await insert(tx, pending);
}

async function insert(tx: PoolClient, units: readonly VaultRows[]): Promise<void> {
  const owners = units.flatMap((unit) => unit.owners);
  const pks = units.flatMap((unit) => unit.pks);
  const parts = units.flatMap((unit) => unit.parts);
  const tokens = onceEachRef(units.flatMap((unit) => unit.tokens));
  if (owners.length + pks.length + parts.length + tokens.length === 0) return;
  await tx.query({
    ...writeSql,
    values: [
      textArray(owners.map((row) => row.owner)),
      intArray(owners.map((row) => row.epoch)),
      byteaArray(owners.map((row) => row.wrappedSk)),
      byteaArray(owners.map((row) => row.claim)),
      uuidArray(pks.map((row) => row.event)),
      textArray(pks.map((row) => row.part)),
      textArray(pks.map((row) => row.owner)),
      byteaArray(pks.map((row) => row.wrappedPk)),
      uuidArray(parts.map((row) => row.event)),
      textArray(parts.map((row) => row.p)),
      textArray(parts.map((row) => row.owner)),
      textArray(parts.map((row) => row.category)),
      byteaArray(parts.map((row) => row.blob)),
      byteaArray(tokens.map((row) => row.token)),
      textArray(tokens.map((row) => row.owner)),
      textArray(tokens.map((row) => row.scheme)),
      intArray(tokens.map((row) => row.norm)),
      intArray(tokens.map((row) => row.epoch)),
      byteaArray(tokens.map((row) => row.innerWrapped)),
      byteaArray(tokens.map((row) => row.claim)),
    ],
  });
}

const pastColumns = 'token, owner, scheme, norm, since, until, epoch, inner_wrapped, claim';

/** One by one: identifiers seldom move, and one may move twice in one flush. */
async function moveTokens(tx: PoolClient, moves: readonly TokenMove[]): Promise<void> {
  for (const { token, from, to, since, until, claim } of moves) {
    const past = [token, from, since, until, claim];
    const { rowCount } = to
      ? await tx.query({
          name: 'vault-move',
          text: `with past as (
              insert into lookup_past (${pastColumns})
              select token, owner, scheme, norm, $3, $4, epoch, inner_wrapped, $5 from lookup where token = $1 and owner = $2
            )
            update lookup set owner = $6, norm = $7, epoch = $8, inner_wrapped = $9, claim = $10
            where token = $1 and owner = $2`,
          values: [...past, to.owner, to.norm, to.epoch, to.innerWrapped, to.claim],
        })
      : await tx.query({
          name: 'vault-unlink',
          text: `with freed as (delete from lookup where token = $1 and owner = $2 returning *)
            insert into lookup_past (${pastColumns})
            select token, owner, scheme, norm, $3, $4, epoch, inner_wrapped, $5 from freed`,
          values: past,
        });
    if (rowCount !== 1) throw new VaultError('TOKEN_MOVED', `an identifier to be moved does not find ${from}`);
  }
}

/** Two units of one flush may offer the same ref; the statement sees only rows that stood before it. */
function onceEachRef(tokens: readonly TokenRow[]): TokenRow[] {
  const seen = new Set<string>();
  return tokens.filter((row) => {
    if (row.scheme !== 'ref') return true;
    const key = row.token.toString('base64');
    return !seen.has(key) && seen.add(key);
  });
}

/** The claims have landed: their key rows and tokens name them no longer. */
async function landed(tx: PoolClient, claims: readonly Buffer[]): Promise<void> {
  if (claims.length === 0) return;
  await tx.query({
    name: 'vault-landed',
    text: `with o as (update key_owner set claim = null where claim = any($1::bytea[])),
        past as (update lookup_past set claim = null where claim = any($1::bytea[]))
      update lookup set claim = null where claim = any($1::bytea[])`,
    values: [byteaArray(claims)],
  });
}

/**
 * Removes what a withdrawn command's claim made: its owners and tokens by the claim's token, its keys and parts by the ids of
 * the events that it would have written. An identifier that it took from somebody finds that owner again, unless it was linked meanwhile. Nothing of a landed claim can be named so: landing clears the token, and the caller
 * holds the claim's row.
 */
async function withdraw(tx: PoolClient, claim: Buffer, eventIds: readonly string[]): Promise<void> {
  await tx.query({
    name: 'vault-withdraw',
    text: `with k as (delete from part_key where event = any($2::uuid[])),
        p as (delete from part where event = any($2::uuid[])),
        l as (
          delete from lookup
          where claim = $1::bytea or owner in (select owner from key_owner where claim = $1::bytea)
        )
      delete from key_owner where claim = $1::bytea`,
    values: [claim, uuidArray(eventIds)],
  });
  // A statement of its own: the place of a row in lookup is free only behind the one that removed another from it.
  await tx.query({
    name: 'vault-withdraw-moves',
    text: `with past as (delete from lookup_past where claim = $1 returning *)
      insert into lookup (token, owner, scheme, norm, epoch, inner_wrapped)
      select token, owner, scheme, norm, epoch, inner_wrapped from past on conflict (token) do nothing`,
    values: [claim],
  });
}

/**
 * Which of these streams belong to a person whose key is not live: erased since, or being erased. A subject without a key row is
 * one whose epoch closed after the erasure, for every subject is made with its key.
 */
async function erased(tx: PoolClient, streams: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await tx.query<{ stream: string }>({
    name: 'vault-erased',
    text: `select s.stream from unnest($1::text[]) as s (stream)
      where s.stream like 'subject-%'
        and not exists (select from key_owner o where o.owner = s.stream and o.state = 'live')`,
    values: [textArray(streams)],
  });
  return new Set(rows.map((row) => row.stream));
}

/** The vault's side of a claim's transaction: the event store calls it without knowing what a vault is. */
export const vaultParticipant = { conflicts, write, landed, withdraw, erased };
