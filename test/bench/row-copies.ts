// Which rows does a batch write, and how are more like them made? Learnt from the ledger's own tables, with fresh keys.
import { randomBytes, randomUUID } from 'node:crypto';
import { type Pool } from 'pg';

/** Tables that told facts write to. */
export const tables = ['ledger_event', 'claim', 'claim_event', 'key_owner', 'part_key', 'part', 'lookup'] as const;
export type TableName = (typeof tables)[number];

/** Kept of each table, the newest first. */
const samplesMax = 500;
const idTokenBytes = 32;

export interface Copies {
  readonly table: string;
  readonly columns: readonly string[];
  /** Rows per fact. */
  readonly perFact: number;
  /** So many rows in COPY's text format. */
  make(rows: number): string;
}

export async function countRows(pool: Pool): Promise<Record<TableName, number>> {
  const counts = tables.map((table) => `(select count(*)::int from ${table}) as ${table}`);
  const { rows } = await pool.query<Record<TableName, number>>(`select ${counts.join(', ')}`);
  if (!rows[0]) throw new Error('a select without a table answered no row');
  return rows[0];
}

/** Makes an empty table of the same shape beside one of the ledger's, and learns what its rows look like. */
export async function copiesOf(pool: Pool, table: TableName, perFact: number): Promise<Copies> {
  const copy = `bench_${table}`;
  await pool.query(`create table ${copy} (like ${table} including all)`);
  const { rows: columns } = await pool.query<{ name: string; keyed: boolean }>(
    `select attname as name, exists (
         select from pg_index i where i.indrelid = attrelid and i.indisunique and attnum = any(i.indkey)) as keyed
       from pg_attribute
       where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' and attidentity = ''
       order by attnum`,
    [table],
  );
  const names = columns.map(({ name }) => (name === 'check' ? '"check"' : name));
  const { rows } = await pool.query<{ cells: (string | null)[] }>(
    `select array[${names.map((name) => `${name}::text`).join(', ')}] as cells from ${table} order by ctid desc limit $1`,
    [samplesMax],
  );
  let next = 0;
  let position = 0;
  const cell = (value: string | null, i: number): string => {
    if (value === null) return '\\N';
    if (columns[i]?.name === 'position') return String(++position);
    return (columns[i]?.keyed ? fresh(value) : value).replaceAll('\\', '\\\\');
  };
  return {
    table: copy,
    columns: names,
    perFact,
    make(count) {
      let text = '';
      for (let n = 0; n < count; n++) {
        const { cells } = rows[next++ % rows.length] ?? { cells: [] };
        text += `${cells.map(cell).join('\t')}\n`;
      }
      return text;
    },
  };
}

const uuidLength = 36;
const uuidEnd = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Ids and tokens anew; a revision or the name of a part stays what it is. */
export function fresh(value: string): string {
  if (uuidEnd.test(value)) return value.slice(0, -uuidLength) + randomUUID();
  if (value.startsWith('\\x')) return `\\x${randomBytes(idTokenBytes).toString('hex')}`;
  return value;
}
