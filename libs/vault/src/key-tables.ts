// How do rows of keys stand in a backup? A line a row: which table, then its columns; every byte of it is wrapped or a token.
import { type ClientBase } from 'pg';

/** Rows of one page, read or written. */
const pageRowsMax = 5_000;

interface KeyTable {
  readonly name: string;
  readonly columns: readonly (readonly [
    name: string,
    type: 'text' | 'text?' | 'int' | 'bytea' | 'uuid' | 'bigint' | 'text[]',
  ])[];
  /** By which a row of a later file takes the place of an earlier one. */
  readonly key: readonly string[];
  /** All rows are in every file: there are few. */
  readonly whole?: boolean;
}

/** A line names its table by its place here. `key_gone` behind `lookup`: what a file says is gone is gone after its rows are in. */
const keyTables: readonly KeyTable[] = [
  {
    name: 'epoch',
    columns: [
      ['epoch', 'int'],
      ['wrapped_kek', 'bytea'],
      ['kcv', 'bytea'],
      ['state', 'text'],
      ['owners', 'bigint'],
      ['custodians', 'text[]'],
    ],
    key: ['epoch'],
    whole: true,
  },
  {
    name: 'key_owner',
    columns: [
      ['owner', 'text'],
      ['epoch', 'int'],
      ['wrapped_sk', 'bytea'],
      ['state', 'text'],
      ['generation', 'int'],
    ],
    key: ['owner'],
  },
  {
    name: 'part_key',
    columns: [
      ['event', 'uuid'],
      ['part', 'text'],
      ['owner', 'text'],
      ['wrapped_pk', 'bytea'],
    ],
    key: ['event', 'part'],
  },
  {
    name: 'lookup',
    columns: [
      ['token', 'bytea'],
      ['owner', 'text'],
      ['scheme', 'text'],
      ['norm', 'int'],
      ['epoch', 'int'],
      ['inner_wrapped', 'bytea'],
    ],
    key: ['token'],
  },
  {
    name: 'lookup_past',
    columns: [
      ['token', 'bytea'],
      ['owner', 'text'],
      ['scheme', 'text'],
      ['norm', 'int'],
      ['since', 'text'],
      ['until', 'text'],
      ['epoch', 'int'],
      ['inner_wrapped', 'bytea'],
    ],
    key: ['token', 'owner', 'since', 'until'],
  },
  { name: 'key_gone', columns: [['token', 'bytea']], key: ['token'] },
  // Without it late facts about somebody erased would begin her anew: her token is gone, and the journal does not hold it.
  {
    name: 'token_fence',
    columns: [
      ['token', 'bytea'],
      ['since', 'text'],
      ['until', 'text?'],
      ['epoch', 'int'],
    ],
    key: ['token', 'since', 'epoch'],
  },
];

export const keyTableNames: readonly string[] = keyTables.map(({ name }) => name);

const absent = '-';

const written = ([name, type]: KeyTable['columns'][number]): string =>
  type === 'bytea'
    ? `coalesce(translate(encode(${name}, 'base64'), E'\\n', ''), '${absent}')`
    : type === 'text[]'
      ? `array_to_string(${name}, ',')`
      : type === 'text?'
        ? `coalesce(${name}, '${absent}')`
        : `${name}::text`;

/**
 * Chunks of lines of what the transaction sees: all rows, or those that transactions from `from` up to `to` wrote. All rows must not
 * end where the oldest open transaction began: a close trusts that file with whoever was wrapped anew since.
 */
export async function* linesOf(
  tx: ClientBase,
  since: { readonly from: string; readonly to: string } | undefined,
): AsyncGenerator<string, void, undefined> {
  for (const [n, table] of keyTables.entries()) {
    const line = `concat_ws(E'\\t', '${n}', ${table.columns.map(written).join(', ')}) as line`;
    const which = conditionsOf(table, since).join(' and ');
    await tx.query(`declare key_lines no scroll cursor for select ${line} from ${table.name} where ${which}`);
    for (;;) {
      const { rows } = await tx.query<{ line: string }>(`fetch ${pageRowsMax} from key_lines`);
      if (rows.length === 0) break;
      yield rows.map(({ line: one }) => `${one}\n`).join('');
    }
    await tx.query('close key_lines');
  }
}

function conditionsOf({ name, whole }: KeyTable, since: Parameters<typeof linesOf>[1]): string[] {
  const changed = whole === true || !since ? [] : [`changed >= ${BigInt(since.from)}`, `changed < ${BigInt(since.to)}`];
  // Gone, and linked again since: its row takes the place of the one of before.
  const gone = name === 'key_gone' ? ['not exists (select from public.lookup l where l.token = key_gone.token)'] : [];
  return ['true', ...changed, ...gone];
}

/** Empty copies of the tables, for this connection alone, which hide the real ones behind `pg_temp`. */
export async function makeAside(tx: ClientBase): Promise<void> {
  for (const { name, columns, key } of keyTables) {
    const list = columns.map(([column, type]) => `${column} ${type.replace('?', '')}`).join(', ');
    await tx.query(`create temporary table ${name} (${list}) on commit drop`);
    if (key.length > 0) await tx.query(`create index on pg_temp.${name} (${key.join(', ')})`);
  }
}

/** Puts lines into the tables of `schema` (`pg_temp` or `public`), each row in the place of the one with its key. */
export class LinesIn {
  readonly #pending = new Map<KeyTable, string[][]>();
  #rows = 0;

  constructor(
    private readonly tx: ClientBase,
    private readonly schema: string,
  ) {}

  get rows(): number {
    return this.#rows;
  }

  async take(line: string): Promise<void> {
    const [n = '', ...fields] = line.split('\t');
    const table = keyTables[Number(n)];
    if (!table || fields.length !== table.columns.length) throw new RangeError('a line of no table');
    const rows = this.#pending.get(table) ?? [];
    this.#pending.set(table, rows);
    this.#rows++;
    if (rows.push(fields) >= pageRowsMax) await this.#put(table);
  }

  /** A later file may change what this one wrote: it ends before the next begins. */
  async end(): Promise<void> {
    for (const table of keyTables) await this.#put(table);
  }

  async #put(table: KeyTable): Promise<void> {
    const rows = this.#pending.get(table) ?? [];
    this.#pending.delete(table);
    if (rows.length === 0) return;
    const { name, columns, key } = table;
    const read = columns.map(([column, type]) => {
      if (type === 'bytea')
        return `case when n.${column} = '${absent}' then null else decode(n.${column}, 'base64') end as ${column}`;
      if (type === 'text?') return `nullif(n.${column}, '${absent}') as ${column}`;
      return type === 'text[]' ? `string_to_array(n.${column}, ',') as ${column}` : `n.${column}::${type} as ${column}`;
    });
    const names = columns.map(([column]) => column);
    const arrays = names.map((_, i) => `$${i + 1}::text[]`).join(', ');
    const rowsRead = `select ${read.join(', ')} from unnest(${arrays}) as n (${names.join(', ')})`;
    const values = names.map((_, i) => rows.map((row) => row[i] ?? ''));
    const same = (target: string): string => key.map((column) => `t.${column} = ${target}.${column}`).join(' and ');
    if (name === 'key_gone') {
      await this.tx.query(`delete from ${this.schema}.lookup t using (${rowsRead}) n where ${same('n')}`, values);
      return;
    }
    await this.tx.query(`delete from ${this.schema}.${name} t using (${rowsRead}) n where ${same('n')}`, values);
    await this.tx.query(`insert into ${this.schema}.${name} (${names.join(', ')}) ${rowsRead}`, values);
  }
}

/** How many rows that whoever wrote the backup saw stand in the tables and not, just so, aside. `seen`: that snapshot. */
export async function missingAside(tx: ClientBase, seen: string): Promise<number> {
  let missing = 0;
  for (const { name, columns, whole } of keyTables) {
    if (whole === true || name === 'key_gone') continue;
    const equal = columns.map(([column]) => `a.${column} is not distinct from t.${column}`).join(' and ');
    const { rows } = await tx.query<{ missing: string }>(
      `select count(*) as missing from public.${name} t
        where pg_visible_in_snapshot(changed::text::xid8, $1::text::pg_snapshot)
          and not exists (select from pg_temp.${name} a where ${equal})`,
      [seen],
    );
    missing += Number(rows[0]?.missing ?? 0);
  }
  return missing;
}
