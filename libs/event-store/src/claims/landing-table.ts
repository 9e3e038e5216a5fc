// Which statements move an open claim on? Every one that changes it asks for its lease in the same breath.
// Not named (prepared) outside the append transaction: a plan made while a table was small would scan it later.
import { type Pool } from 'pg';
import { byteaArray } from '../postgres/arrays.js';
import { type Claim, type ClaimedEvent } from '../unit.js';
import { type ClaimState } from './committed.js';
import { type Transaction } from '../postgres/together.js';

/** A claim that this process is landing. */
export interface OpenClaim {
  readonly token: Buffer;
  readonly kind: Claim['kind'];
  readonly events: readonly ClaimedEvent[];
}

/** A claimed event as it stands in the table; without bytes it has landed. */
export interface ClaimedPlace {
  readonly expectedRevision: number;
  readonly bytes?: string;
}

interface EventRow {
  readonly id: string;
  readonly type: string;
  readonly stream_id: string;
  readonly expected_revision: number;
  readonly body: string;
}

/** Takes the lease of an open claim that nobody else holds; otherwise tells its state, undefined for no such claim. */
export async function acquire(
  pool: Pool,
  token: Buffer,
  lease: { readonly process: string; readonly ms: number },
): Promise<{ readonly claim: OpenClaim; readonly seq: string } | { readonly state: ClaimState } | undefined> {
  const { rows } = await pool.query<{ seq: string; kind: Claim['kind'] }>(
    `update claim set lease_by = $2, lease_until = now() + $3 * interval '1 millisecond'
      where token = $1 and state = 'open' and (lease_by is null or lease_by = $2 or lease_until < now())
      returning seq, kind`,
    [token, lease.process, lease.ms],
  );
  const [row] = rows;
  if (!row) {
    const { rows: standing } = await pool.query<{ state: ClaimState }>('select state from claim where token = $1', [
      token,
    ]);
    return standing[0];
  }
  const events = await pool.query<EventRow>(
    `select id, type, stream_id, expected_revision, body from claim_event
      where token = $1 and body is not null order by place`,
    [token],
  );
  const claim = {
    token,
    kind: row.kind,
    events: events.rows.map(({ id, type, stream_id: stream, expected_revision: expectedRevision, body: bytes }) => ({
      id,
      type,
      stream,
      expectedRevision,
      bytes,
    })),
  };
  return { claim, seq: row.seq };
}

/** Open claims that were committed before this one and have a stream in common with it, the oldest first. */
export async function openBefore(pool: Pool, claim: OpenClaim, seq: string): Promise<Buffer[]> {
  const { rows } = await pool.query<{ token: Buffer }>(
    `select token from claim c where state = 'open' and seq < $1
       and exists (select from claim_event e where e.token = c.token and e.body is not null and e.stream_id = any($2::text[]))
     order by seq`,
    [seq, claim.events.map(({ stream }) => stream)],
  );
  return rows.map(({ token }) => token);
}

/** Undefined when the claim has been withdrawn. */
export async function placeOf(pool: Pool, id: string): Promise<ClaimedPlace | undefined> {
  const { rows } = await pool.query<{ expected_revision: number; body: string | null }>(
    'select expected_revision, body from claim_event where id = $1',
    [id],
  );
  const [row] = rows;
  return row && { expectedRevision: row.expected_revision, ...(row.body !== null && { bytes: row.body }) };
}

/** Compare-and-swap: false when another process has the claim by now, or has moved or landed it. */
export async function move(
  pool: Pool,
  process: string,
  token: Buffer,
  from: ClaimedEvent,
  to: { readonly expectedRevision: number; readonly bytes: string },
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `update claim_event set expected_revision = $1, body = $2
      where id = $3 and expected_revision = $4 and body is not null
        and exists (select from claim where token = $5 and state = 'open' and lease_by = $6)`,
    [to.expectedRevision, to.bytes, from.id, from.expectedRevision, token, process],
  );
  return rowCount === 1;
}

/** Locks the claim's row for the rest of the transaction; false when it is not open or another process has it by now. */
export async function holds(tx: Transaction, process: string, token: Buffer): Promise<boolean> {
  const { rowCount } = await tx.query(
    `select from claim where token = $1 and state = 'open' and lease_by = $2 for update`,
    [token, process],
  );
  return rowCount === 1;
}

/** As if it had never been: the pair can be claimed anew. */
export async function remove(tx: Transaction, token: Buffer): Promise<void> {
  await tx.query('delete from claim_event where token = $1', [token]);
  await tx.query('delete from claim where token = $1', [token]);
}

/** Events of an open claim that will never land. */
export async function drop(tx: Transaction, ids: readonly string[]): Promise<void> {
  await tx.query('delete from claim_event where id = any($1::uuid[])', [ids]);
}

/** Closed for ever: a replay of the pair is answered as erased. */
export async function close(tx: Transaction, token: Buffer): Promise<void> {
  await tx.query(`update claim set state = 'erased', lease_by = null, lease_until = null where token = $1`, [token]);
  await tx.query('update claim_event set body = null where token = $1', [token]);
}

export async function markLanded(tx: Transaction, tokens: readonly Buffer[]): Promise<void> {
  await tx.query({
    name: 'claim-landed',
    text: `with e as (update claim_event set body = null where token = any($1::bytea[]) and body is not null)
      update claim set state = 'landed', lease_by = null, lease_until = null
      where token = any($1::bytea[]) and state = 'open'`,
    values: [byteaArray(tokens)],
  });
}

/** Lets the next process have the claim at once. */
export async function release(pool: Pool, process: string, token: Buffer): Promise<void> {
  await pool.query(
    `update claim set lease_by = null, lease_until = null where token = $1 and state = 'open' and lease_by = $2`,
    [token, process],
  );
}

/** Open claims that nobody has in hand, the oldest first. */
export async function abandoned(pool: Pool, olderThanMs: number, rowsMax: number): Promise<Buffer[]> {
  const { rows } = await pool.query<{ token: Buffer }>(
    `select token from claim
     where state = 'open' and created_at <= now() - $1 * interval '1 millisecond'
       and (lease_until is null or lease_until < now())
     order by seq limit $2`,
    [olderThanMs, rowsMax],
  );
  return rows.map(({ token }) => token);
}
