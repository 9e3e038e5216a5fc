// What stands in the vault's tables? Its questions, each one set-based query.
// Named, so that PostgreSQL plans them once: planning costs several times what they do. An array comes out of a subselect, where
// the planner cannot count it: else it would plan anew for every few names. The pool's plans never scan (withStandingPlans).
import { type Pool, type PoolClient } from 'pg';
import { type VaultKeys } from './epoch-keys.js';
import { byteaArray, textArray, uuidArray } from './pg-arrays.js';
import {
  type Fence,
  type Holders,
  type KeyRow,
  type LookupToken,
  type OwnerKind,
  type OwnerName,
  type PkRow,
} from './rows.js';
import { VaultError } from './vault-error.js';

/** The most mentions that one question answers. */
export const mentionsMax = 10_000;

/** Restricted entries of one ledger; more is a mistake of whoever records them, not the work of a state. */
export const restrictedMax = 100_000;

/** A place where an owner's value stands. */
export interface Mention {
  readonly eventId: string;
  readonly p: string;
  readonly category: string;
}

/** One restricted entry: each has an owner of its own, named like its stream. */
export interface RestrictedPlace {
  readonly eventId: string;
  readonly owner: OwnerName;
}

interface KeyColumns {
  readonly owner: OwnerName;
  readonly epoch: number;
  readonly wrapped_sk: Buffer | null;
  readonly state: KeyRow['state'];
  readonly claim: Buffer | null;
  readonly generation: number;
  readonly ref_event: string | null;
  readonly ref_pk: Buffer | null;
}

interface FenceColumns {
  readonly since: string | null;
  readonly until: string | null;
}

type HolderColumns = FenceColumns & { readonly token: Buffer } & (KeyColumns | { readonly owner: null });

const keyColumns =
  'o.owner, o.epoch, o.wrapped_sk, o.state, o.claim, o.generation, r.event as ref_event, r.wrapped_pk as ref_pk';
const joinRef = `left join part_key r on r.owner = o.owner and r.part = 'ref'`;

const keyRow = (row: KeyColumns): KeyRow => ({
  owner: row.owner,
  epoch: row.epoch,
  wrappedSk: row.wrapped_sk,
  state: row.state,
  claim: row.claim,
  refPk: row.ref_event && row.ref_pk ? pkRow(row, row.ref_event, 'ref', row.ref_pk) : null,
  generation: row.generation,
});

const pkRow = ({ owner, generation }: KeyColumns, event: string, part: string, wrappedPk: Buffer): PkRow => ({
  event,
  part,
  owner,
  wrappedPk,
  generation,
});

export async function ownersOf(
  app: Pool | PoolClient,
  keys: VaultKeys,
  names: readonly OwnerName[],
): Promise<Map<OwnerName, KeyRow>> {
  if (names.length === 0) return new Map();
  const { rows } = await app.query<KeyColumns>({
    name: 'vault-owners',
    text: `select ${keyColumns} from key_owner o ${joinRef} where o.owner = any((select $1::text[])::text[])`,
    values: [textArray(names)],
  });
  await keys.cover(rows.map(({ epoch }) => epoch));
  return new Map(rows.map((row) => [row.owner, keyRow(row)]));
}

/** Times that a question is asked again because epochs changed since its tokens were made. */
const askedMax = 5;

interface Answered<Row> {
  readonly rows: readonly (Row & { readonly token: Buffer })[];
  /** The token by which it was asked, in hex, of a row's own. */
  readonly askedBy: (token: Buffer) => string;
}

/**
 * Asks by the tokens of every epoch that stands. The answer says which those were when it was given: whoever knew others would
 * take somebody for nobody. `from` yields `l`, with a token.
 */
async function askByTokens<Row extends object>(
  app: Pool,
  keys: VaultKeys,
  asked: readonly LookupToken[],
  query: { readonly name: string; readonly columns: string; readonly from: string; readonly where: string },
  ...values: readonly unknown[]
): Promise<Answered<Row>> {
  for (let at = 0; at < askedMax; at++) {
    const names = new Map<string, string>();
    for (const one of asked) {
      const name = one.token.toString('hex');
      for (const token of keys.tokensOf(one)) names.set(token.toString('hex'), name);
    }
    const { rows } = await app.query<Row & { token: Buffer | null; oldest: number; newest: number }>({
      name: query.name,
      text: `select e.oldest, e.newest, a.*
        from (select min(epoch) as oldest, max(epoch) as newest from epoch where wrapped_kek is not null) e
        left join (select l.token, ${query.columns} from ${query.from} where ${query.where}) a on true`,
      values: [byteaArray([...names.keys()].map((hex) => Buffer.from(hex, 'hex'))), ...values],
    });
    const [first] = rows;
    if (first && keys.spans(first.oldest, first.newest)) {
      const found = rows.filter((row): row is typeof row & { token: Buffer } => row.token !== null);
      return { rows: found, askedBy: (token) => names.get(token.toString('hex')) ?? '' };
    }
    await keys.reload();
  }
  throw new VaultError('EPOCH_CHANGED', 'epochs come and go faster than a question is answered');
}

export async function lookup(
  app: Pool,
  keys: VaultKeys,
  asked: readonly LookupToken[],
  kind: OwnerKind,
): Promise<Map<string, KeyRow>> {
  if (asked.length === 0) return new Map();
  const query = {
    name: 'vault-lookup',
    columns: keyColumns,
    from: `lookup l join key_owner o on o.owner = l.owner ${joinRef}`,
    where: 'l.token = any((select $1::bytea[])::bytea[]) and o.kind = $2',
  };
  const { rows, askedBy } = await askByTokens<KeyColumns>(app, keys, asked, query, kind);
  return new Map(rows.map((row) => [askedBy(row.token), keyRow(row)]));
}

export async function holders(
  app: Pool,
  keys: VaultKeys,
  asked: readonly LookupToken[],
): Promise<Map<string, Holders>> {
  if (asked.length === 0) return new Map();
  const { rows, askedBy } = await askByTokens<HolderColumns>(app, keys, asked, {
    name: 'vault-holders',
    columns: `l.since, l.until, ${keyColumns}`,
    from: `(
        select token, owner, null as since, null as until from lookup where token = any((select $1::bytea[])::bytea[])
        union all
        select token, owner, since, until from lookup_past where token = any((select $1::bytea[])::bytea[])
        union all
        select token, null, since, until from token_fence where token = any((select $1::bytea[])::bytea[])
      ) l left join key_owner o on o.owner = l.owner ${joinRef}`,
    where: `o.kind = 'subject' or l.owner is null`,
  });
  const found = new Map<string, { holder?: KeyRow; past: Holders['past'][number][]; fences: Fence[] }>();
  // Of two that ended at one moment, the one that began later held for no time.
  for (const row of rows.toSorted((a, b) => compare(a.until, b.until) || compare(a.since, b.since))) {
    const hex = askedBy(row.token);
    const one = found.get(hex) ?? { past: [], fences: [] };
    found.set(hex, one);
    if (row.owner === null) one.fences.push(fenceOf(row));
    else if (row.until === null) one.holder = keyRow(row);
    else one.past.push({ holder: keyRow(row), until: row.until });
  }
  return found;
}

/** Fences alone: a holder's question without the holders. */
export async function fencesOf(
  app: Pool,
  keys: VaultKeys,
  asked: readonly LookupToken[],
): Promise<Map<string, readonly Fence[]>> {
  const found = new Map<string, readonly Fence[]>();
  if (asked.length === 0) return found;
  const { rows, askedBy } = await askByTokens<FenceColumns>(app, keys, asked, {
    name: 'vault-fences',
    columns: 'l.since, l.until',
    from: 'token_fence l',
    where: 'l.token = any((select $1::bytea[])::bytea[])',
  });
  for (const row of rows) {
    const hex = askedBy(row.token);
    found.set(hex, [...(found.get(hex) ?? []), fenceOf(row)]);
  }
  return found;
}

const fenceOf = ({ since, until }: FenceColumns): Fence => ({
  since: since ?? '',
  ...(until !== null && { until }),
});

const compare = (a: string | null, b: string | null): number => ((a ?? '') < (b ?? '') ? -1 : Number(a !== b));

export async function partsOfOwner(app: Pool, owner: OwnerName, after?: Mention): Promise<Mention[]> {
  const { rows } = await app.query<{ event: string; p: string; category: string }>({
    name: after ? 'vault-mentions-after' : 'vault-mentions',
    text: `select event, p, category from part where owner = $1 ${after ? 'and (event, p) > ($2, $3)' : ''}
      order by event, p limit ${mentionsMax}`,
    values: after ? [owner, after.eventId, after.p] : [owner],
  });
  return rows.map((row) => ({ eventId: row.event, p: row.p, category: row.category }));
}

/** Where restricted entries are sealed, ordered by owner; at most mentionsMax after the owner `after`. */
export async function restrictedPlaces(app: Pool | PoolClient, after: string): Promise<RestrictedPlace[]> {
  const { rows } = await app.query<{ event: string; owner: OwnerName }>({
    name: 'vault-restricted',
    text: `select event, owner from part where owner > $1 and owner < 'restricted.' order by owner limit ${mentionsMax}`,
    values: [after],
  });
  return rows.map(({ event, owner }) => ({ eventId: event, owner }));
}

/** The PK rows behind claims' checks with their owners, by event. */
export async function checkKeys(
  app: Pool,
  keys: VaultKeys,
  events: readonly string[],
): Promise<Map<string, { pk: PkRow; owner: KeyRow }>> {
  if (events.length === 0) return new Map();
  const { rows } = await app.query<KeyColumns & { event: string; wrapped_pk: Buffer }>({
    name: 'vault-checks',
    text: `select k.event, k.wrapped_pk, ${keyColumns}
      from part_key k join key_owner o on o.owner = k.owner ${joinRef}
      where k.event = any((select $1::uuid[])::uuid[]) and k.part = 'check'`,
    values: [uuidArray(events)],
  });
  await keys.cover(rows.map(({ epoch }) => epoch));
  return new Map(
    rows.map((row) => [row.event, { pk: pkRow(row, row.event, 'check', row.wrapped_pk), owner: keyRow(row) }]),
  );
}

/** Events with a check, by the owner whose key it dies with. */
export async function checkOwners(
  app: Pool | PoolClient,
  events: readonly string[],
): Promise<Map<OwnerName, string[]>> {
  const found = new Map<OwnerName, string[]>();
  if (events.length === 0) return found;
  const { rows } = await app.query<{ event: string; owner: OwnerName }>({
    name: 'vault-check-owners',
    text: `select event, owner from part_key where event = any((select $1::uuid[])::uuid[]) and part = 'check' order by event`,
    values: [uuidArray(events)],
  });
  for (const { event, owner } of rows) found.set(owner, [...(found.get(owner) ?? []), event]);
  return found;
}
