// What stands in the vault's tables? Its questions, each one set-based query.
// Named, so that PostgreSQL plans them once: planning costs several times what they do. An array comes out of a subselect, where
// the planner cannot count it: else it would plan anew for every few names. The pool's plans never scan (withStandingPlans).
import { type Pool } from 'pg';
import { byteaArray, textArray, uuidArray } from './pg-arrays.js';
import { type Holders, type KeyRow, type OwnerKind, type OwnerName, type PkRow } from './rows.js';

/** The most mentions that one question answers. */
export const mentionsMax = 10_000;

/** A place where an owner's value stands. */
export interface Mention {
  readonly eventId: string;
  readonly p: string;
  readonly category: string;
}

interface KeyColumns {
  readonly owner: OwnerName;
  readonly epoch: number;
  readonly wrapped_sk: Buffer | null;
  readonly state: KeyRow['state'];
  readonly claim: Buffer | null;
  readonly ref_event: string | null;
  readonly ref_pk: Buffer | null;
}

const keyColumns = 'o.owner, o.epoch, o.wrapped_sk, o.state, o.claim, r.event as ref_event, r.wrapped_pk as ref_pk';
const joinRef = `left join part_key r on r.owner = o.owner and r.part = 'ref'`;

const keyRow = (row: KeyColumns): KeyRow => ({
  owner: row.owner,
  epoch: row.epoch,
  wrappedSk: row.wrapped_sk,
  state: row.state,
  claim: row.claim,
  refPk:
    row.ref_event && row.ref_pk ? { event: row.ref_event, part: 'ref', owner: row.owner, wrappedPk: row.ref_pk } : null,
});

export async function ownersOf(app: Pool, names: readonly OwnerName[]): Promise<Map<OwnerName, KeyRow>> {
  if (names.length === 0) return new Map();
  const { rows } = await app.query<KeyColumns>({
    name: 'vault-owners',
    text: `select ${keyColumns} from key_owner o ${joinRef} where o.owner = any((select $1::text[])::text[])`,
    values: [textArray(names)],
  });
  return new Map(rows.map((row) => [row.owner, keyRow(row)]));
}

export async function lookup(app: Pool, tokens: readonly Buffer[], kind: OwnerKind): Promise<Map<string, KeyRow>> {
  if (tokens.length === 0) return new Map();
  const { rows } = await app.query<KeyColumns & { token: Buffer }>({
    name: 'vault-lookup',
    text: `select l.token, ${keyColumns}
      from lookup l join key_owner o on o.owner = l.owner ${joinRef}
      where l.token = any((select $1::bytea[])::bytea[]) and o.kind = $2`,
    values: [byteaArray(tokens), kind],
  });
  return new Map(rows.map((row) => [row.token.toString('hex'), keyRow(row)]));
}

export async function holders(app: Pool, tokens: readonly Buffer[]): Promise<Map<string, Holders>> {
  if (tokens.length === 0) return new Map();
  const { rows } = await app.query<KeyColumns & { token: Buffer; since: string | null; until: string | null }>({
    name: 'vault-holders',
    text: `select l.token, l.since, l.until, ${keyColumns}
      from (
        select token, owner, null as since, null as until from lookup where token = any((select $1::bytea[])::bytea[])
        union all
        select token, owner, since, until from lookup_past where token = any((select $1::bytea[])::bytea[])
      ) l join key_owner o on o.owner = l.owner ${joinRef}
      where o.kind = 'subject'`,
    values: [byteaArray(tokens)],
  });
  const found = new Map<string, { holder?: KeyRow; past: Holders['past'][number][] }>();
  // Of two that ended at one moment, the one that began later held for no time.
  for (const row of rows.sort((a, b) => compare(a.until, b.until) || compare(a.since, b.since))) {
    const hex = row.token.toString('hex');
    const one = found.get(hex) ?? { past: [] };
    found.set(hex, one);
    if (row.until === null) one.holder = keyRow(row);
    else one.past.push({ holder: keyRow(row), until: row.until });
  }
  return found;
}

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

/** The PK rows behind claims' checks with their owners, by event. */
export async function checkKeys(
  app: Pool,
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
  return new Map(
    rows.map((row) => [
      row.event,
      { pk: { event: row.event, part: 'check', owner: row.owner, wrappedPk: row.wrapped_pk }, owner: keyRow(row) },
    ]),
  );
}
