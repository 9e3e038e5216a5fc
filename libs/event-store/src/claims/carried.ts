// How do the claims of events get out of a database, and into one that was put back to before them? DESIGN section 8: beside the log.
import { type Pool } from 'pg';
import { byteaArray, intArray, textArray, uuidArray } from '../postgres/arrays.js';
import { type Transaction } from '../postgres/together.js';

/** A claim with those of its events that stand in the part of the log it is carried with; hashes and tokens in hex. */
export interface CarriedClaim {
  readonly token: string;
  readonly kind: 'fact' | 'command';
  readonly state: 'landed' | 'erased';
  readonly outcome: string;
  readonly check?: string;
  readonly checkEvent?: string;
  /** How many events the whole claim made. */
  readonly of: number;
  readonly events: readonly { readonly id: string; readonly place: number }[];
}

/** A pair that was named by an event before it was told. */
export interface CarriedReservation {
  readonly token: string;
  readonly id: string;
}

interface ClaimRow {
  readonly token: string;
  readonly kind: CarriedClaim['kind'];
  readonly state: CarriedClaim['state'];
  readonly outcome: string;
  readonly check: string | null;
  readonly check_event: string | null;
  readonly of: number;
  readonly id: string;
  readonly place: number;
}

/** The claims of these events, in the order in which they were made; a claim whose events stand is carried as landed. */
export async function claimsOfEvents(pool: Pool, ids: readonly string[]): Promise<CarriedClaim[]> {
  const { rows } = await pool.query<ClaimRow>({
    name: 'claims-carried-out',
    text: `select encode(c.token, 'hex') as token, c.kind, case c.state when 'erased' then 'erased' else 'landed' end as state,
        c.outcome, encode(c."check", 'hex') as "check", c.check_event, e.id, e.place,
        (select count(*) from claim_event whole where whole.token = c.token)::int as of
      from claim_event e join claim c on c.token = e.token
      where e.id = any((select $1::uuid[])::uuid[]) order by c.seq, e.place`,
    values: [uuidArray(ids)],
  });
  const claims = new Map<string, CarriedClaim & { readonly events: { id: string; place: number }[] }>();
  for (const { id, place, check, check_event: checkEvent, ...claim } of rows) {
    const standing = claims.get(claim.token);
    if (standing) standing.events.push({ id, place });
    else
      claims.set(claim.token, {
        ...claim,
        ...(check !== null && { check }),
        ...(checkEvent !== null && { checkEvent }),
        events: [{ id, place }],
      });
  }
  return [...claims.values()];
}

/** Which of these ids were given to pairs that had not been told: also those told since, for their events come later. */
export async function reservationsAmong(pool: Pool, ids: readonly string[]): Promise<CarriedReservation[]> {
  if (ids.length === 0) return [];
  const { rows } = await pool.query<CarriedReservation>({
    name: 'reservations-carried-out',
    text: `select encode(token, 'hex') as token, event_id as id from claim_reserved where event_id = any((select $1::uuid[])::uuid[])
      union all
      select encode(token, 'hex'), id from claim_event where id = any((select $1::uuid[])::uuid[])
      order by 2`,
    values: [uuidArray(ids)],
  });
  return rows;
}

/**
 * Puts claims down whose events stand in the log from this transaction on; what stands of them already is completed. `revisions`: of
 * these events, by id; others are left out. Answers the tokens of claims that were open here and have landed by that.
 */
export async function putClaims(
  tx: Transaction,
  claims: readonly CarriedClaim[],
  events: ReadonlyMap<string, { readonly type: string; readonly stream: string; readonly revision: number }>,
): Promise<Buffer[]> {
  const rows = claims.flatMap((claim) =>
    claim.events.flatMap(({ id, place }) => {
      const event = events.get(id);
      return event ? [{ ...event, id, place, token: tokenOf(claim) }] : [];
    }),
  );
  const ours = new Set(rows.map(({ token }) => token.toString('hex')));
  const carried = claims.filter(({ token }) => ours.has(token));
  if (carried.length === 0) return [];
  const tokens = byteaArray(carried.map(tokenOf));
  // Open here under other events: it was withdrawn and decided anew after this database was copied.
  await tx.query(
    `with gone as (
       delete from claim c where c.state = 'open' and c.token = any($1::bytea[])
         and not exists (select from claim_event e where e.token = c.token and e.id = any($2::uuid[])) returning token)
     delete from claim_event e using gone where e.token = gone.token`,
    [tokens, uuidArray(rows.map(({ id }) => id))],
  );
  await tx.query('delete from claim_reserved where token = any($1::bytea[])', [tokens]);
  await tx.query(
    `insert into claim (token, attempt, kind, state, outcome, "check", check_event)
     select u.token, gen_random_uuid(), u.kind, u.state, u.outcome, u.mac, u.mac_event
     from unnest($1::bytea[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::uuid[])
       with ordinality as u (token, kind, state, outcome, mac, mac_event, n)
     order by u.n on conflict (token) do nothing`,
    [
      tokens,
      textArray(carried.map(({ kind }) => kind)),
      textArray(carried.map(({ state }) => state)),
      textArray(carried.map(({ outcome }) => outcome)),
      byteaArray(carried.map(({ check }) => (check === undefined ? undefined : Buffer.from(check, 'hex')))),
      uuidArray(carried.map(({ checkEvent }) => checkEvent)),
    ],
  );
  await tx.query(
    `insert into claim_event (id, token, place, type, stream_id, expected_revision)
     select * from unnest($1::uuid[], $2::bytea[], $3::int[], $4::text[], $5::text[], $6::int[])
     on conflict (id) do update set expected_revision = excluded.expected_revision, body = null`,
    [
      uuidArray(rows.map(({ id }) => id)),
      byteaArray(rows.map(({ token }) => token)),
      intArray(rows.map(({ place }) => place)),
      textArray(rows.map(({ type }) => type)),
      textArray(rows.map(({ stream }) => stream)),
      intArray(rows.map(({ revision }) => revision - 1)),
    ],
  );
  const { rows: landed } = await tx.query<{ token: Buffer }>(
    `update claim c set state = 'landed', lease_by = null, lease_until = null
     where c.state = 'open' and c.token = any($1::bytea[])
       and not exists (select from claim_event e where e.token = c.token and e.body is not null) returning token`,
    [tokens],
  );
  return landed.map(({ token }) => token);
}

/** Keeps ids for pairs that the log names and nobody has told: neither the pair nor the event stands. */
export async function putReservations(tx: Transaction, reserved: readonly CarriedReservation[]): Promise<void> {
  if (reserved.length === 0) return;
  await tx.query(
    `insert into claim_reserved (token, event_id)
     select u.token, u.id from unnest($1::bytea[], $2::uuid[]) as u (token, id)
     where not exists (select from claim c where c.token = u.token)
       and not exists (select from claim_event e where e.id = u.id)
     on conflict do nothing`,
    [byteaArray(reserved.map(tokenOf)), uuidArray(reserved.map(({ id }) => id))],
  );
}

const tokenOf = ({ token }: { readonly token: string }): Buffer => Buffer.from(token, 'hex');
