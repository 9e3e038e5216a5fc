// How does everything of a ledger but its events get into another PostgreSQL: claims, keys, sealed values, documents, API keys?
import { type Pool, type PoolClient } from 'pg';
import { advanceSequences, insertLines, readLines, rowSettings, tablesOf, type Table } from '../table-rows.js';
import { CopyError } from './copy-error.js';

/** Rows of one page; a sealed part is at most 64 KiB, twice that in hex. */
const pageRowsMax = 500;

/** Events are copied and compared one by one; registers and the log are built anew from them; the rest describes the database itself. */
const notCopied = [
  'ledger_event',
  'ledger_store',
  'log_halt',
  'log_head',
  'log_leaf',
  'schema_migration',
  'schema_migration_lock',
  'read_model',
  'rebuild_job',
];

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
    const tables = (await tablesOf(from)).filter(({ name }) => !notCopied.includes(name));
    // The lock comes first: the first question of the transaction decides what it sees.
    await from.query(`begin isolation level repeatable read;${rowSettings}`);
    await from.query(`lock table ${tables.map(({ name }) => name).join(', ')} in share mode`);
    await to.query(`begin;${rowSettings}`);
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

async function copyTable(from: PoolClient, to: PoolClient, table: Table): Promise<number> {
  let rows = 0;
  for await (const page of readLines(from, table, pageRowsMax)) {
    rows += page.length;
    await insertLines(to, table, page);
  }
  await advanceSequences(to, table);
  return rows;
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
