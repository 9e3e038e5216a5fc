// How fast could the rows of single facts be written by somebody who computes nothing: no key, no check, no judging, no look-up?
import { randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import { bigintArray, byteaArray, intArray, textArray, uuidArray } from '../../libs/event-store/src/postgres/arrays.js';
import { callInProcess, type Load } from './callers.js';
import { serveCalls } from './child.js';
import { countRows, fresh, type TableName, tables } from './row-copies.js';
import { serveRoute } from './route.js';
import { idleTimeoutMillis, type Place } from './stand.js';

const poolMax = 16;
const samplesMax = 500;
const tokenBytes = 32;

type Cell = Buffer | string | number;
const arrayOf: Readonly<Record<string, (cells: readonly Cell[]) => Buffer>> = {
  bytea: (cells) => byteaArray(cells as Buffer[]),
  uuid: (cells) => uuidArray(cells as string[]),
  text: (cells) => textArray(cells.map(String)),
  int4: (cells) => intArray(cells.map(Number)),
  int8: (cells) => bigintArray(cells.map(Number)),
};
/** What is sent as another type and cast on the way in. */
const sentAs: Readonly<Record<string, string>> = { int2: 'int4', timestamptz: 'text' };

interface Column {
  readonly name: string;
  readonly type: string;
  readonly keyed: boolean;
}

/** One table's share of a fact. */
interface Shape {
  readonly table: string;
  readonly columns: readonly Column[];
  readonly perFact: number;
  readonly samples: readonly Record<string, Cell>[];
}

async function shapeOf(pool: pg.Pool, table: TableName, perFact: number): Promise<Shape> {
  const copy = `rows_${table}`;
  await pool.query(`create table ${copy} (like ${table} including all)`);
  const { rows: samples } = await pool.query<Record<string, Cell | null | Date>>(
    `select * from ${table} order by ctid desc limit ${samplesMax}`,
  );
  const { rows: all } = await pool.query<Column>(
    `select attname as name, typname as type, exists (
         select from pg_index i where i.indrelid = attrelid and i.indisunique and attnum = any(i.indkey)) as keyed
       from pg_attribute join pg_type t on t.oid = atttypid
       where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' and attidentity = ''
       order by attnum`,
    [table],
  );
  const columns = all.filter(({ name }) => samples.every((row) => row[name] !== null));
  const cell = (value: Cell | Date | null | undefined): Cell =>
    value instanceof Date ? value.toISOString() : (value ?? '');
  return {
    table: copy,
    columns,
    perFact,
    samples: samples.map((row) => Object.fromEntries(columns.map(({ name }) => [name, cell(row[name])]))),
  };
}

/** One statement for all tables; its parameters are arrays, one for each column. */
function statementOf(shapes: readonly Shape[]): string {
  let parameter = 0;
  const inserts = shapes.map(({ table, columns }) => {
    const names = columns.map(({ name }) => `"${name}"`).join(', ');
    const arrays = columns.map(({ type }) => `$${++parameter}::${sentAs[type] ?? type}[]`).join(', ');
    const cast = columns.map(({ name, type }) => `u."${name}"::${type}`).join(', ');
    return `insert into ${table} (${names}) select ${cast} from unnest(${arrays}) as u (${names})`;
  });
  return `with ${inserts
    .slice(1)
    .map((insert, i) => `t${i} as (${insert})`)
    .join(', ')} ${inserts[0] ?? ''}`;
}

serveCalls(async (place: Place) => {
  const pool = new pg.Pool({ ...place.asOwner, max: poolMax, idleTimeoutMillis });
  let shapes: readonly Shape[] = [];
  let text = '';
  let [position, turn] = [0, 0];
  const owed: number[] = [];
  let waiting: (() => void)[] = [];
  let flushing: Promise<void> | undefined;
  let together = true;

  const freshCell = ({ name, type, keyed }: Column, value: Cell): Cell => {
    if (name === 'position') return ++position;
    if (!keyed) return value;
    if (type === 'bytea') return randomBytes(tokenBytes);
    return type === 'uuid' ? randomUUID() : typeof value === 'string' ? fresh(value) : value;
  };
  const write = async (facts: number): Promise<void> => {
    const values = shapes.flatMap(({ columns, perFact, samples }, i) => {
      owed[i] = (owed[i] ?? 0) + facts * perFact;
      const count = Math.floor(owed[i] ?? 0);
      owed[i] = (owed[i] ?? 0) - count;
      const rows = Array.from({ length: count }, () => samples[turn++ % samples.length] ?? {});
      return columns.map((column) => {
        const cells = rows.map((row) => freshCell(column, row[column.name] ?? ''));
        return arrayOf[sentAs[column.type] ?? column.type]?.(cells);
      });
    });
    await pool.query({ name: 'rows', text, values });
  };
  const flush = async (): Promise<void> => {
    while (waiting.length > 0) {
      await new Promise((resolve) => setImmediate(resolve));
      const all = waiting;
      waiting = [];
      await write(all.length);
      for (const told of all) told();
    }
    flushing = undefined;
  };
  const one = (): Promise<void> => {
    if (!together) return write(1);
    return new Promise((resolve) => {
      waiting.push(resolve);
      flushing ??= flush();
    });
  };
  const { app, url } = await serveRoute(one);
  return {
    url: () => url,
    count: () => countRows(pool),
    /** Learns what so many facts wrote beyond what was counted before. */
    async learn({ before, facts }: { before: Record<TableName, number>; facts: number }) {
      const after = await countRows(pool);
      shapes = await Promise.all(tables.map((table) => shapeOf(pool, table, (after[table] - before[table]) / facts)));
      text = statementOf(shapes);
      return shapes.reduce((sum, { perFact }) => sum + perFact, 0);
    },
    /** Whether all who wait share a commit, or each has one of its own. */
    share: (shared: boolean) => (together = shared),
    callers: (load: Load) => callInProcess(load, one),
    async close() {
      await app.close();
      await flushing;
      await pool.end();
    },
  };
});
