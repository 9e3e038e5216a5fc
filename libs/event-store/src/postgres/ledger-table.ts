// Which statements touch ledger_event? All of them stand here but the one that writes events with their claims.
// Only those of the append transaction are named (prepared): elsewhere a plan made while the table was small would scan it later.
import { hash } from 'node:crypto';
import { type Pool } from 'pg';
import { type StoredEvent } from '../port.js';
import { bigintArray, byteaArray, intArray, textArray, uuidArray } from './arrays.js';
import { type Transaction } from './together.js';

/** RFC 6962 section 2.1: a leaf is hashed behind a byte 0x00. */
export const leafHash = (bytes: string): Buffer => hash('sha256', `\0${bytes}`, 'buffer');

const columns = 'position, stream_id, revision, event_id, type, body';

interface Row {
  readonly position: string;
  readonly stream_id: string;
  readonly revision: number;
  readonly event_id: string;
  readonly type: string;
  readonly body: string;
}

const toStored = (row: Row): StoredEvent => ({
  id: row.event_id,
  type: row.type,
  bytes: row.body,
  stream: row.stream_id,
  revision: row.revision,
  position: row.position,
});

/** Heads in the order of the parameter; noStream (-1) for a stream without events. */
export const headsSql = (parameter: string): string => `array(
  select coalesce(
    (select e.revision from ledger_event e where e.stream_id = s.name order by e.revision desc limit 1), -1)
  from unnest(${parameter}::text[]) with ordinality as s (name, n) order by s.n)`;

export const lastPositionSql = '(select coalesce(max(position), 0) from ledger_event)';

export interface AppendState {
  readonly last: number;
  readonly heads: Map<string, number>;
  readonly standing: Map<string, StoredEvent>;
}

/** Under the append lock: the last position, the streams' heads, and the events that stand under these ids. */
export async function readAppendState(
  tx: Transaction,
  streams: readonly string[],
  ids: readonly string[],
): Promise<AppendState> {
  const { rows } = await tx.query<{ last: string; heads: number[]; standing: (Row & { position: number })[] | null }>({
    name: 'ledger-append-state',
    text: `select ${lastPositionSql} as last, ${headsSql('$1')} as heads,
      (select json_agg(e) from (select ${columns} from ledger_event where event_id = any($2::uuid[])) e) as standing`,
    values: [textArray(streams), uuidArray(ids)],
  });
  const [row] = rows;
  if (!row) throw new Error('a select without a table answered no row');
  return {
    last: Number(row.last),
    heads: new Map(streams.map((stream, i) => [stream, row.heads[i] ?? -1])),
    standing: new Map(
      (row.standing ?? []).map((event) => [event.event_id, toStored({ ...event, position: String(event.position) })]),
    ),
  };
}

export async function insertEvents(tx: Transaction, events: readonly StoredEvent[]): Promise<void> {
  await tx.query({
    name: 'ledger-insert',
    text: `insert into ledger_event (${columns}, leaf_hash, recorded_at)
      select e.*, statement_timestamp()
      from unnest($1::bigint[], $2::text[], $3::int[], $4::uuid[], $5::text[], $6::text[], $7::bytea[]) as e`,
    values: [
      bigintArray(events.map((event) => Number(event.position))),
      textArray(events.map((event) => event.stream)),
      intArray(events.map((event) => event.revision)),
      uuidArray(events.map((event) => event.id)),
      textArray(events.map((event) => event.type)),
      textArray(events.map((event) => event.bytes)),
      byteaArray(events.map((event) => leafHash(event.bytes))),
    ],
  });
}

// Pages are bounded by the numbers that they may have, which leave none out: where the planner expects few rows it gathers all that
// match and sorts them, for each page anew, and a limit alone would let that be the rest of the ledger.

export async function readPage(pool: Pool, after: string, until: string, rowsMax: number): Promise<StoredEvent[]> {
  const { rows } = await pool.query<Row>(
    `select ${columns} from ledger_event where position > $1 and position <= least($2::bigint, $1::bigint + $3)
     order by position`,
    [after, until, rowsMax],
  );
  return rows.map(toStored);
}

export async function readStreamPage(
  pool: Pool,
  stream: string,
  fromRevision: number,
  rowsMax: number,
): Promise<StoredEvent[]> {
  const { rows } = await pool.query<Row>(
    `select ${columns} from ledger_event where stream_id = $1 and revision >= $2 and revision < $2::int + $3
     order by revision`,
    [stream, fromRevision, rowsMax],
  );
  return rows.map(toStored);
}

export async function readStreamPages(
  pool: Pool,
  wanted: readonly { readonly stream: string; readonly fromRevision: number }[],
  rowsMax: number,
): Promise<{ readonly place: number; readonly event: StoredEvent }[]> {
  const { rows } = await pool.query<Row & { place: string }>(
    `select w.n as place, e.* from unnest($1::text[], $2::int[]) with ordinality as w (stream, from_revision, n)
     cross join lateral (
       select ${columns} from ledger_event
       where stream_id = w.stream and revision >= w.from_revision and revision < w.from_revision + $3) e
     order by w.n, e.revision`,
    [textArray(wanted.map((w) => w.stream)), intArray(wanted.map((w) => w.fromRevision)), rowsMax],
  );
  return rows.map((row) => ({ place: Number(row.place) - 1, event: toStored(row) }));
}

export async function readByIds(pool: Pool, ids: readonly string[]): Promise<StoredEvent[]> {
  const { rows } = await pool.query<Row>(`select ${columns} from ledger_event where event_id = any($1::uuid[])`, [
    uuidArray(ids),
  ]);
  return rows.map(toStored);
}

export async function readHeads(pool: Pool, streams: readonly string[]): Promise<readonly number[]> {
  const { rows } = await pool.query<{ heads: number[] }>(`select ${headsSql('$1')} as heads`, [textArray(streams)]);
  return rows[0]?.heads ?? [];
}

/** '0' when nothing was ever appended. */
export async function readLastPosition(pool: Pool): Promise<string> {
  const { rows } = await pool.query<{ last: string }>(`select ${lastPositionSql} as last`);
  return rows[0]?.last ?? '0';
}
