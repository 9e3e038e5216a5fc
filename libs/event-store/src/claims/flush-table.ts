// Which statements write a flush of units? One that reads all that decides, one that writes all that was decided.
import { bigintArray, byteaArray, intArray, textArray, uuidArray } from '../postgres/arrays.js';
import { headsSql, lastPositionSql, leafHash } from '../postgres/ledger-table.js';
import { type Unit } from '../unit.js';
import { type ClaimState } from './committed.js';
import { type Transaction } from '../postgres/together.js';

/** A claim that stands already. */
export interface StandingClaim {
  readonly attempt: string;
  readonly state: ClaimState;
  readonly outcome: string;
  readonly check?: Buffer;
  readonly checkEvent?: string;
}

/** What decides whether units can be written; tokens are keys in hex. */
export interface FlushState {
  readonly claims: ReadonlyMap<string, StandingClaim>;
  readonly reserved: ReadonlyMap<string, string>;
  /** Tokens of open claims by a stream that they have yet to land in. */
  readonly open: ReadonlyMap<string, readonly string[]>;
  readonly takenIds: ReadonlySet<string>;
  /** Absent when the events stand in another store than the claims. */
  readonly ledger?: { readonly last: number; readonly heads: ReadonlyMap<string, number> };
}

interface StateRow {
  readonly claims:
    | {
        token: string;
        attempt: string;
        state: ClaimState;
        outcome: string;
        check: string | null;
        checkEvent: string | null;
      }[]
    | null;
  readonly reserved: { token: string; eventId: string }[] | null;
  readonly open: { token: string; stream: string }[] | null;
  readonly ids: string[] | null;
  readonly last?: string;
  readonly heads?: number[];
}

const stateSql = (ledger: boolean): string => `select
  (select json_agg(json_build_object('token', encode(token, 'hex'), 'attempt', attempt, 'state', state, 'outcome', outcome,
      'check', encode("check", 'hex'), 'checkEvent', check_event))
    from claim where token = any($1::bytea[])) as claims,
  (select json_agg(json_build_object('token', encode(token, 'hex'), 'eventId', event_id))
    from claim_reserved where token = any($1::bytea[])) as reserved,
  (select json_agg(distinct jsonb_build_object('token', encode(token, 'hex'), 'stream', stream_id))
    from claim_event where stream_id = any($2::text[]) and body is not null) as open,
  (select json_agg(id) from (
    select id from claim_event where id = any($3::uuid[])
    ${ledger ? 'union select event_id from ledger_event where event_id = any($3::uuid[])' : ''}) taken) as ids
  ${ledger ? `, ${lastPositionSql} as last, ${headsSql('$2')} as heads` : ''}`;

const stateStatements = {
  inside: { name: 'claim-state-inside', text: stateSql(true) },
  apart: { name: 'claim-state-apart', text: stateSql(false) },
};

/** Under the append lock. `ledger`: whether the events' table stands in this database and decides about revisions. */
export async function readFlushState(
  tx: Transaction,
  units: readonly Unit<unknown>[],
  ledger: boolean,
): Promise<FlushState> {
  const streams = [...new Set(units.flatMap(({ events }) => events.map(({ stream }) => stream)))];
  const { rows } = await tx.query<StateRow>({
    ...stateStatements[ledger ? 'inside' : 'apart'],
    values: [
      byteaArray(units.map(({ claim }) => claim.token)),
      textArray(streams),
      uuidArray(units.flatMap(({ events }) => events.map(({ id }) => id))),
    ],
  });
  const [row] = rows;
  if (!row) throw new Error('a select without a table answered no row');
  const open = new Map<string, string[]>();
  for (const { stream, token } of row.open ?? []) open.set(stream, [...(open.get(stream) ?? []), token]);
  return {
    claims: new Map(
      (row.claims ?? []).map(({ token, check, checkEvent, ...claim }) => [
        token,
        {
          ...claim,
          ...(check !== null && { check: Buffer.from(check, 'hex') }),
          ...(checkEvent !== null && { checkEvent }),
        },
      ]),
    ),
    reserved: new Map((row.reserved ?? []).map(({ token, eventId }) => [token, eventId])),
    open,
    takenIds: new Set(row.ids ?? []),
    ...(ledger && {
      ledger: { last: Number(row.last), heads: new Map(streams.map((stream, i) => [stream, row.heads?.[i] ?? -1])) },
    }),
  };
}

/** A unit with the name of the call that writes it. */
export interface Attempt<Rows> {
  readonly unit: Unit<Rows>;
  readonly attempt: string;
}

const claimsSql = (state: 'open' | 'landed'): string => `
  insert into claim (token, attempt, kind, state, outcome, "check", check_event, lease_by, lease_until)
  select u.token, u.attempt, u.kind, '${state}', u.outcome, u.mac, u.mac_event,
    ${state === 'open' ? "$15, now() + $16 * interval '1 millisecond'" : 'null, null'}
  from unnest($1::bytea[], $2::uuid[], $3::text[], $4::text[], $5::bytea[], $6::uuid[])
    with ordinality as u (token, attempt, kind, outcome, mac, mac_event, n)
  order by u.n`;

const eventsSql = (landed: boolean): string => `
  select * from unnest($7::uuid[], $8::bytea[], $9::int[], $10::text[], $11::text[], $12::int[], $13::text[]
    ${landed ? ', $15::bytea[], $16::bigint[]' : ''})
    as e (id, token, place, type, stream, expected, body${landed ? ', leaf, position' : ''})`;

const reservedSql = 'delete from claim_reserved where token = any($14::bytea[])';

const landedStatement = {
  name: 'claim-write-landed',
  text: `with e as (${eventsSql(true)}),
    c as (${claimsSql('landed')}),
    r as (${reservedSql}),
    n as (
      insert into claim_event (id, token, place, type, stream_id, expected_revision)
      select id, token, place, type, stream, expected from e)
    insert into ledger_event (position, stream_id, revision, event_id, type, body, leaf_hash, recorded_at)
    select position, stream, expected + 1, id, type, body, leaf, statement_timestamp() from e`,
};

const openStatement = {
  name: 'claim-write-open',
  text: `with e as (${eventsSql(false)}),
    c as (${claimsSql('open')}),
    r as (${reservedSql})
    insert into claim_event (id, token, place, type, stream_id, expected_revision, body)
    select id, token, place, type, stream, expected, body from e`,
};

/** What both forms of a claim are written with, in the order of their parameters. */
function claimValues(attempts: readonly Attempt<unknown>[], reserved: readonly Buffer[]): Buffer[] {
  const claims = attempts.map(({ unit }) => unit.claim);
  const rows = attempts.flatMap(({ unit: { claim, events } }) =>
    events.map((event, place) => ({ ...event, token: claim.token, place })),
  );
  return [
    byteaArray(claims.map(({ token }) => token)),
    uuidArray(attempts.map(({ attempt }) => attempt)),
    textArray(claims.map(({ kind }) => kind)),
    textArray(claims.map(({ outcome }) => outcome)),
    byteaArray(claims.map(({ check }) => check)),
    uuidArray(claims.map(({ checkEvent }) => checkEvent)),
    uuidArray(rows.map(({ id }) => id)),
    byteaArray(rows.map(({ token }) => token)),
    intArray(rows.map(({ place }) => place)),
    textArray(rows.map(({ type }) => type)),
    textArray(rows.map(({ stream }) => stream)),
    intArray(rows.map(({ expectedRevision }) => expectedRevision)),
    textArray(rows.map(({ bytes }) => bytes)),
    byteaArray(reserved),
  ];
}

/** Claims, events and all in one statement, the events at the positions after `last`. */
export async function writeLanded(
  tx: Transaction,
  attempts: readonly Attempt<unknown>[],
  reserved: readonly Buffer[],
  last: number,
): Promise<void> {
  const bytes = attempts.flatMap(({ unit }) => unit.events.map((event) => event.bytes));
  await tx.query({
    ...landedStatement,
    values: [
      ...claimValues(attempts, reserved),
      byteaArray(bytes.map(leafHash)),
      bigintArray(bytes.map((_, i) => last + 1 + i)),
    ],
  });
}

/** Claims that have yet to land, with their bytes and a lease. */
export async function writeOpen(
  tx: Transaction,
  attempts: readonly Attempt<unknown>[],
  reserved: readonly Buffer[],
  lease: { readonly process: string; readonly ms: number },
): Promise<void> {
  await tx.query({ ...openStatement, values: [...claimValues(attempts, reserved), lease.process, lease.ms] });
}

/** Where the last events of these claims stand, by token in hex; for a writer whose connection died at commit. */
export async function readPositions(tx: Transaction, tokens: readonly Buffer[]): Promise<ReadonlyMap<string, string>> {
  const { rows } = await tx.query<{ token: string; position: string }>(
    `select encode(c.token, 'hex') as token, max(e.position) as position
     from claim_event c join ledger_event e on e.event_id = c.id where c.token = any($1::bytea[]) group by c.token`,
    [byteaArray(tokens)],
  );
  return new Map(rows.map(({ token, position }) => [token, position]));
}
