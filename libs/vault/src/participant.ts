// How do the vault's rows become durable with the claim that makes them? In its transaction, in two round trips a flush.
import { type PoolClient } from 'pg';
import { byteaArray, intArray, textArray, uuidArray } from './pg-arrays.js';
import { newGeneration, type OwnerName, type TokenMove, type TokenRow, type VaultRows } from './rows.js';
import { VaultError } from './vault-error.js';

/** As the event store gives it. */
type Transaction = Pick<PoolClient, 'query'>;

const conflictsSql = {
  name: 'vault-conflicts',
  // Sorted, so that two flushes never wait for each other in a circle.
  text: `with locked as (
      select owner, state, generation from key_owner where owner = any($1::text[]) order by owner for share
    ), open as (
      select epoch from epoch where state = 'open' for no key update
    )
    select owner, generation, null::bytea as token, null::text as scheme, null::text as fenced, null::int as epoch
      from locked where state = 'live'
    union all
    select owner, null, token, scheme, null, null from lookup where token = any($2::bytea[])
    union all
    select null, null, token, null, since, null from token_fence where token = any($2::bytea[])
    union all
    select null, null, null, null, null, epoch from open`,
};

const writeSql = {
  name: 'vault-write',
  // A pairwise ref is offered with every answer; only the first time it is new.
  text: `with o as (
      insert into key_owner (owner, epoch, wrapped_sk, claim)
      select * from unnest($1::text[], $2::int[], $3::bytea[], $4::bytea[])
    ), e as (
      update epoch set owners = owners + cardinality($1::text[]) where state = 'open' and cardinality($1::text[]) > 0
    ), k as (
      insert into part_key (event, part, owner, wrapped_pk)
      select * from unnest($5::uuid[], $6::text[], $7::text[], $8::bytea[])
    ), p as (
      insert into part (event, p, owner, category, blob)
      select * from unnest($9::uuid[], $10::text[], $11::text[], $12::text[], $13::bytea[])
    )
    insert into lookup (token, owner, scheme, norm, epoch, inner_wrapped, claim)
    select t.token, t.owner, t.scheme, t.norm, t.epoch, t.inner_wrapped, t.claim
    from unnest($14::bytea[], $15::text[], $16::text[], $17::int[], $18::int[], $19::bytea[], $20::bytea[], $21::bytea[])
      as t (token, owner, scheme, norm, epoch, inner_wrapped, claim, other)
    where t.scheme <> 'ref'
      or not exists (select from lookup l where l.token in (t.token, t.other) and l.owner = t.owner)`,
};

type ConflictRow =
  | { readonly epoch: number }
  | { readonly epoch: null; readonly owner: OwnerName; readonly generation: number; readonly token: null }
  | { readonly epoch: null; readonly owner: OwnerName; readonly token: Buffer; readonly scheme: string }
  | { readonly epoch: null; readonly owner: null; readonly token: Buffer; readonly fenced: string };

/** What stands against units: the open epoch, which owners live under which SK, whom tokens find, and the latest fence on each. */
interface Standing {
  epoch?: number;
  readonly live: Map<OwnerName, number>;
  readonly holders: Map<string, string>;
  readonly fences: Map<string, string>;
}

/**
 * Which units cannot be written now, by index: TOKEN_TAKEN (an identifier was linked meanwhile), TOKEN_MOVED (one to be moved is
 * not where it was), EPOCH_CHANGED (its keys and tokens were made under an epoch that is open no longer), TOKEN_FENCED (whom one found was erased meanwhile), OWNER_RENEWED (an owner got another SK meanwhile) or
 * OWNER_NOT_LIVE. Units are looked at in order; what an earlier one without conflict makes counts for a later one. Locks the key
 * rows of all owners FOR SHARE. A pairwise ref that its own subject holds already is no conflict.
 */
async function conflicts(tx: Transaction, units: readonly VaultRows[]): Promise<ReadonlyMap<number, string>> {
  const standing = await readStanding(tx, units);
  const { live, holders } = standing;
  const found = new Map<number, string>();
  units.forEach((unit, index) => {
    const code = conflictOf(unit, standing);
    if (code) return found.set(index, code);
    for (const row of unit.owners) live.set(row.owner, newGeneration);
    for (const row of unit.tokens) holders.set(row.token.toString('base64'), holderOf(row.scheme, row.owner));
    for (const { token, to } of unit.moves) {
      if (to) holders.set(token.toString('base64'), holderOf(to.scheme, to.owner));
      else holders.delete(token.toString('base64'));
    }
  });
  return found;
}

async function readStanding(tx: Transaction, units: readonly VaultRows[]): Promise<Standing> {
  const named = new Set(units.flatMap(ownersNamed));
  // Under which epoch an identifier stands must not matter: it goes by its token of the current one.
  const offered = new Map<string, string>();
  for (const { token, other } of units.flatMap((unit) => [...unit.tokens, ...unit.moves])) {
    const name = token.toString('base64');
    offered.set(name, name);
    if (other) offered.set(other.toString('base64'), name);
  }
  const nameOf = (token: Buffer): string => offered.get(token.toString('base64')) ?? '';
  const standing: Standing = { live: new Map(), holders: new Map(), fences: new Map() };
  if (named.size === 0 && offered.size === 0 && !units.some(({ owners }) => owners.length > 0)) return standing;
  const { rows } = await tx.query<ConflictRow>({
    ...conflictsSql,
    values: [textArray([...named]), byteaArray([...offered.keys()].map((token) => Buffer.from(token, 'base64')))],
  });
  for (const row of rows) {
    if (row.epoch !== null) standing.epoch = row.epoch;
    else if (row.token === null) standing.live.set(row.owner, row.generation);
    else if (row.owner !== null) standing.holders.set(nameOf(row.token), holderOf(row.scheme, row.owner));
    else {
      const key = nameOf(row.token);
      if ((standing.fences.get(key) ?? '') < row.fenced) standing.fences.set(key, row.fenced);
    }
  }
  return standing;
}

function conflictOf(unit: VaultRows, { epoch, live, holders, fences }: Standing): string | undefined {
  const made = [...unit.owners, ...unit.tokens, ...unit.moves, ...unit.moves.flatMap(({ to }) => to ?? [])];
  if (made.some((row) => row.epoch !== epoch)) return 'EPOCH_CHANGED';
  const own = new Set(unit.owners.map((row) => row.owner));
  if (ownersNamed(unit).some((owner) => !live.has(owner) && !own.has(owner))) return 'OWNER_NOT_LIVE';
  const renewed = unit.pks.some(({ owner, generation }) => (live.get(owner) ?? newGeneration) !== generation);
  if (renewed) return 'OWNER_RENEWED';
  const taken = unit.tokens.some((row) => {
    const holder = holders.get(row.token.toString('base64'));
    return holder !== undefined && !(row.scheme === 'ref' && holder === holderOf('ref', row.owner));
  });
  if (taken) return 'TOKEN_TAKEN';
  const linked = [...unit.tokens, ...unit.moves.flatMap(({ to }) => to ?? [])];
  const fenced = linked.some(({ token, over = '' }) => (fences.get(token.toString('base64')) ?? '') > over);
  if (fenced) return 'TOKEN_FENCED';
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
async function write(tx: Transaction, units: readonly VaultRows[]): Promise<void> {
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

/** A move says whether it took place. */
const writesAtOnce = (units: readonly VaultRows[]): boolean => units.every(({ moves }) => moves.length === 0);

async function insert(tx: Transaction, units: readonly VaultRows[]): Promise<void> {
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
      byteaArray(tokens.map((row) => row.other)),
    ],
  });
}

const pastColumns = 'token, owner, scheme, norm, since, until, epoch, inner_wrapped, claim';

/** One by one: identifiers seldom move, and one may move twice in one flush. */
async function moveTokens(tx: Transaction, moves: readonly TokenMove[]): Promise<void> {
  for (const { token, other, from, to, since, until, claim } of moves) {
    const past = [token, other, from, since, until, claim];
    const { rowCount } = to
      ? await tx.query({
          name: 'vault-move',
          text: `with past as (
              insert into lookup_past (${pastColumns})
              select token, owner, scheme, norm, $4, $5, epoch, inner_wrapped, $6 from lookup
              where token in ($1, $2) and owner = $3
            )
            update lookup set token = $1, owner = $7, norm = $8, epoch = $9, inner_wrapped = $10, claim = $11
            where token in ($1, $2) and owner = $3`,
          values: [...past, to.owner, to.norm, to.epoch, to.innerWrapped, to.claim],
        })
      : await tx.query({
          name: 'vault-unlink',
          text: `with freed as (delete from lookup where token in ($1, $2) and owner = $3 returning *)
            insert into lookup_past (${pastColumns})
            select token, owner, scheme, norm, $4, $5, epoch, inner_wrapped, $6 from freed`,
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
async function landed(tx: Transaction, claims: readonly Buffer[]): Promise<void> {
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
async function withdraw(tx: Transaction, claim: Buffer, eventIds: readonly string[]): Promise<void> {
  await tx.query({
    name: 'vault-withdraw',
    text: `with k as (delete from part_key where event = any($2::uuid[])),
        p as (delete from part where event = any($2::uuid[])),
        l as (
          delete from lookup
          where claim = $1::bytea or owner in (select owner from key_owner where claim = $1::bytea)
        ),
        o as (delete from key_owner where claim = $1::bytea returning epoch)
      update epoch e set owners = owners - o.gone from (select epoch, count(*) as gone from o group by epoch) o
      where e.epoch = o.epoch`,
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
async function erased(tx: Transaction, streams: readonly string[]): Promise<ReadonlySet<string>> {
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
export const vaultParticipant = { conflicts, write, writesAtOnce, landed, withdraw, erased };
