// How does a row of any table leave one PostgreSQL as text and enter another as the same row?
import { type PoolClient } from 'pg';

/** One form of every value on both servers, whatever their settings; for the transaction that reads or writes rows. */
export const rowSettings = [
  `set local datestyle = 'ISO'`,
  `set local timezone = 'UTC'`,
  `set local intervalstyle = 'iso_8601'`,
  `set local bytea_output = 'hex'`,
  `set local extra_float_digits = 1`,
].join(';');

export interface Table {
  /** Quoted where it must be. */
  readonly name: string;
  /** Those that are written, quoted; generated ones follow. */
  readonly columns: readonly string[];
}

/** All tables of the schema but the registers', which stand in one of their own. */
export async function tablesOf(on: PoolClient): Promise<Table[]> {
  const { rows } = await on.query<Table>(
    `select quote_ident(c.relname) as name,
       array_agg(quote_ident(a.attname) order by a.attname) filter (where a.attgenerated = '') as columns
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r'
     group by c.relname order by c.relname`,
  );
  return rows;
}

/** The rows of a table in pages of lines, one JSON object each, as this transaction sees them. */
export async function* readLines(
  from: PoolClient,
  { name, columns }: Table,
  pageRows: number,
): AsyncGenerator<readonly string[], void, undefined> {
  await from.query(
    `declare lines no scroll cursor for select row_to_json(t)::text as line from (select ${columns.join(', ')} from ${name}) t`,
  );
  for (;;) {
    const { rows } = await from.query<{ line: string }>(`fetch ${pageRows} from lines`);
    if (rows.length === 0) break;
    yield rows.map(({ line }) => line);
  }
  await from.query('close lines');
}

export async function insertLines(to: PoolClient, { name, columns }: Table, lines: readonly string[]): Promise<void> {
  const list = columns.join(', ');
  await to.query(
    `insert into ${name} (${list}) overriding system value
     select ${list} from json_populate_recordset(null::${name}, $1::json)`,
    [`[${lines.join(',')}]`],
  );
}

/** A column that counts by itself goes on behind what was copied. */
export async function advanceSequences(to: PoolClient, { name }: Table): Promise<void> {
  const { rows } = await to.query<{ column: string; sequence: string }>(
    `select quote_ident(attname) as column, pg_get_serial_sequence($1, attname) as sequence
     from pg_attribute where attrelid = $1::regclass and attidentity <> ''`,
    [name],
  );
  for (const { column, sequence } of rows) {
    await to.query(`select setval('${sequence}', coalesce(max(${column}), 0) + 1, false) from ${name}`);
  }
}
