// How does everything of a ledger but its events get into another PostgreSQL: claims, keys, sealed values, documents, API keys?
import { type Pool, type PoolClient } from 'pg';
import { CopyError } from './copy-error.js';

/** Rows of one page; a sealed part is at most 64 KiB, twice that in hex. */
const pageRowsMax = 500;

/** Events are copied and compared one by one; registers are built anew from them; the rest describes the database itself. */
const notCopied = [
  'ledger_event',
  'ledger_store',
  'schema_migration',
  'schema_migration_lock',
  'read_model',
  'rebuild_job',
];

/** One form of every value on both servers, whatever their settings. */
const settings = [
  `set local datestyle = 'ISO'`,
  `set local timezone = 'UTC'`,
  `set local intervalstyle = 'iso_8601'`,
  `set local bytea_output = 'hex'`,
  `set local extra_float_digits = 1`,
].join(';');

interface Table {
  readonly name: string;
  /** Those that are written; generated ones follow. */
  readonly columns: readonly string[];
}

/**
 * Replaces the target's rows by the source's, in one transaction of each; `settled` runs in the source's before both are
 * committed, the target's first. Whoever would write into the source's tables waits meanwhile. Answers the rows copied; throws COPY_DIFFERS.
 */
export async function copyTables(
  source: Pool,
  target: Pool,
  settled: (from: PoolClient) => Promise<void>,
): Promise<number> {
  const from = await source.connect();
  const to = await target.connect();
  let broken: Error | undefined;
  try {
    const tables = await tablesOf(from);
    // The lock comes first: the first question of the transaction decides what it sees.
    await from.query(`begin isolation level repeatable read;${settings}`);
    await from.query(`lock table ${tables.map(({ name }) => name).join(', ')} in share mode`);
    await to.query(`begin;${settings}`);
    await to.query(`truncate ${tables.map(({ name }) => name).join(', ')}`);
    let rows = 0;
    for (const table of tables) rows += await copyTable(from, to, table);
    for (const table of tables) await compare(from, to, table);
    await settled(from);
    await to.query('commit');
    await from.query('commit');
    return rows;
  } catch (error) {
    broken = error as Error;
    throw error;
  } finally {
    from.release(broken);
    to.release(broken);
  }
}

async function tablesOf(on: PoolClient): Promise<Table[]> {
  const { rows } = await on.query<{ name: string; columns: string[] }>(
    `select quote_ident(c.relname) as name,
       array_agg(quote_ident(a.attname) order by a.attname) filter (where a.attgenerated = '') as columns
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and not (c.relname = any($1))
     group by c.relname order by c.relname`,
    [notCopied],
  );
  return rows;
}

async function copyTable(from: PoolClient, to: PoolClient, { name, columns }: Table): Promise<number> {
  const list = columns.join(', ');
  await from.query(
    `declare copied no scroll cursor for select row_to_json(t)::text as line from (select ${list} from ${name}) t`,
  );
  let rows = 0;
  for (;;) {
    const page = await from.query<{ line: string }>(`fetch ${pageRowsMax} from copied`);
    if (page.rows.length === 0) break;
    rows += page.rows.length;
    await to.query(
      `insert into ${name} (${list}) overriding system value
       select ${list} from json_populate_recordset(null::${name}, $1::json)`,
      [`[${page.rows.map(({ line }) => line).join(',')}]`],
    );
  }
  await from.query('close copied');
  await advanceSequences(to, { name, columns });
  return rows;
}

/** A column that counts by itself goes on behind what was copied. */
async function advanceSequences(to: PoolClient, { name }: Table): Promise<void> {
  const { rows } = await to.query<{ column: string; sequence: string }>(
    `select quote_ident(attname) as column, pg_get_serial_sequence($1, attname) as sequence
     from pg_attribute where attrelid = $1::regclass and attidentity <> ''`,
    [name],
  );
  for (const { column, sequence } of rows) {
    await to.query(`select setval('${sequence}', coalesce(max(${column}), 0) + 1, false) from ${name}`);
  }
}

async function compare(from: PoolClient, to: PoolClient, { name, columns }: Table): Promise<void> {
  const [theirs, ours] = [await summaryOf(from, name, columns), await summaryOf(to, name, columns)];
  if (theirs === ours) return;
  throw new CopyError('COPY_DIFFERS', `the rows of ${name} are not the same on both sides. Nothing is switched`);
}

/** How many rows, and the sum of their hashes, which no order changes. */
async function summaryOf(on: PoolClient, name: string, columns: readonly string[]): Promise<string> {
  const { rows } = await on.query<{ summary: string }>(
    `select count(*) || ' ' || coalesce(sum(('x' || encode(substr(sha256(convert_to(row(${columns.join(', ')})::text, 'UTF8')), 1, 8), 'hex'))::bit(64)::bigint::numeric), 0)
       as summary from ${name}`,
  );
  return rows[0]?.summary ?? '';
}
