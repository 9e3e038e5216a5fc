// What may a column of a read model hold? Closed forms only, each a domain of the database, so that no personal value fits.

/** A column's form; `sqlType` names a type whose checks the database keeps. */
export interface Column<T = unknown> {
  readonly sqlType: string;
  readonly required: boolean;
  /** Only for the type checker: what a row has under this column. */
  readonly holds?: T;
}

const column = <T>(sqlType: string): Column<T> & { readonly required: true } => ({ sqlType, required: true });

/** Moments are whole UTC seconds as text ("2026-11-20T09:00:00Z"), dates "2026-11-20"; both sort as they follow. */
export const is = {
  id: column<string>('uuid'),
  ids: column<readonly string[]>('uuid[]'),
  code: column<string>('read_models.code'),
  codes: column<readonly string[]>('read_models.code[]'),
  /** A finding's or another upper-case code of this program. */
  findingCode: column<string>('read_models.finding_code'),
  findingCodes: column<readonly string[]>('read_models.finding_code[]'),
  moment: column<string>('read_models.moment'),
  date: column<string>('read_models.day'),
  country: column<string>('read_models.country'),
  countries: column<readonly string[]>('read_models.country[]'),
  hash: column<string>('read_models.sha256'),
  /** A clause of the policy, an article with its act, the number of an act. */
  place: column<string>('read_models.place'),
  places: column<readonly string[]>('read_models.place[]'),
  /** A CloudEvents source, which an administrator binds to a key. */
  source: column<string>('read_models.source'),
  /** Codes by name, from the closed vocabulary of events. */
  codesByName: column<CodesByName>('read_models.codes_by_name'),
  count: column<number>('integer'),
} as const;

export interface CodesByName {
  readonly [name: string]: string | readonly string[] | CodesByName;
}

export const optional = <T>(of: Column<T>): Column<T> & { readonly required: false } => ({ ...of, required: false });

export type Columns = Readonly<Record<string, Column>>;

type Held<C> = C extends Column<infer T> ? T : never;
type RequiredNames<C extends Columns> = { [N in keyof C]: C[N]['required'] extends true ? N : never }[keyof C];

/** A row as code sees it; what does not apply is absent. */
export type RowOf<T> =
  T extends Table<infer C>
    ? { readonly [N in RequiredNames<C>]: Held<C[N]> } & {
        readonly [N in Exclude<keyof C, RequiredNames<C>>]?: Held<C[N]>;
      }
    : never;

export interface Table<C extends Columns = Columns> {
  readonly name: string;
  readonly columns: C;
  /** The primary key; its order is the order of pages. */
  readonly key: readonly string[];
  readonly indexes: readonly (readonly string[])[];
  /** The key is needed while rows are still being loaded. */
  readonly keyedEarly?: true;
}

export function defineTable<const C extends Columns>(
  table: Table<C> & {
    readonly key: readonly (keyof C & string)[];
    readonly indexes: readonly (readonly (keyof C & string)[])[];
  },
): Table<C> {
  return table;
}

/** `sinceNotLater` → `since_not_later`. */
export const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const list = (names: readonly string[]): string => names.map(snake).join(', ');

const primaryKey = (table: Table): string => `primary key (${list(table.key)})`;

/** DDL of a table without its indexes, which come after a bulk load. `physical` is the qualified name. */
export function createTable(table: Table, physical: string): string {
  const columns = Object.entries(table.columns).map(
    ([name, { sqlType, required }]) => `${snake(name)} ${sqlType}${required ? ' not null' : ''}`,
  );
  return `create table ${physical} (${[...columns, ...(table.keyedEarly ? [primaryKey(table)] : [])].join(', ')})`;
}

/** What the planner must know of a table that was just loaded; the rest is found by autovacuum, at its leisure. */
export const analyzed = (table: Table, physical: string): string =>
  `${physical} (${list([...new Set([...table.key, ...table.indexes.flat()])])})`;

/** The primary key and the other indexes. */
export function createIndexes(table: Table, physical: string): readonly string[] {
  return [
    ...(table.keyedEarly ? [] : [`alter table ${physical} add ${primaryKey(table)}`]),
    ...table.indexes.map((columns) => `create index on ${physical} (${list(columns)})`),
  ];
}

const fields = new WeakMap<Table, readonly (readonly [name: string, column: string])[]>();

function fieldsOf(table: Table): readonly (readonly [name: string, column: string])[] {
  const known = fields.get(table);
  if (known) return known;
  const all = Object.keys(table.columns).map((name) => [name, snake(name)] as const);
  fields.set(table, all);
  return all;
}

/** A row as jsonb_populate_record reads it. */
export function recordOf(table: Table, row: object): string {
  const values = row as Readonly<Record<string, unknown>>;
  const record: Record<string, unknown> = {};
  for (const [name, column] of fieldsOf(table)) if (values[name] !== undefined) record[column] = values[name];
  return JSON.stringify(record);
}

/** Rows as jsonb_populate_recordset reads them. */
export const asRecords = (table: Table, rows: readonly object[]): string =>
  `[${rows.map((row) => recordOf(table, row)).join(',')}]`;

/** The values of the key as one text, for comparing rows in memory; no form of a column has what stands between them. */
export function keyText(table: Table, row: object): string {
  const values = row as Readonly<Record<string, unknown>>;
  let text = '';
  for (const name of table.key) text += `${String(values[name])}\n`;
  return text;
}

/** Whether two rows say the same: texts, counts, and lists and objects of them. */
export function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  const [mine, theirs] = [one as Readonly<Record<string, unknown>>, other as Readonly<Record<string, unknown>>];
  const names = Object.keys(mine);
  return names.length === Object.keys(theirs).length && names.every((name) => isSame(mine[name], theirs[name]));
}

/** A row as the driver reads it, with the names of code and without what is null. */
export function fromRecord(table: Table, record: Readonly<Record<string, unknown>>): object {
  const row: Record<string, unknown> = {};
  for (const [name, column] of fieldsOf(table)) {
    const value = record[column];
    if (value !== null && value !== undefined) row[name] = value;
  }
  return row;
}

/** Adds rows that are new; those that stand already under their key stay as they are. */
export const insertRows = (table: Table, physical: string): string =>
  `insert into ${physical} select * from jsonb_populate_recordset(null::${physical}, $1::jsonb)
   on conflict (${list(table.key)}) do nothing`;

const named = (alias: string, names: readonly string[]): string => names.map((name) => `${alias}.${name}`).join(', ');

const othersOf = (table: Table): readonly string[] =>
  Object.keys(table.columns)
    .filter((name) => !table.key.includes(name))
    .map(snake);

function onConflict(table: Table): string {
  const others = othersOf(table);
  return `on conflict (${list(table.key)}) do update set ${others.map((name) => `${name} = excluded.${name}`).join(', ')}
    where (${named('t', others)}) is distinct from (${named('excluded', others)})`;
}

/** Adds the rows $1, or changes what stands under their keys. */
export const upsertRows = (table: Table, physical: string): string =>
  `insert into ${physical} as t select * from jsonb_populate_recordset(null::${physical}, $1::jsonb) ${onConflict(table)}`;

/** Removes the rows $1, where they still are the same subject's. */
export function deleteRows(table: Table, physical: string): string {
  const key = table.key.map(snake);
  return `delete from ${physical} t using jsonb_populate_recordset(null::${physical}, $1::jsonb) g
    where (${named('t', key)}) = (${named('g', key)}) and t.subject = g.subject`;
}

/** Which rows give way: those about the subjects $2, those that stand on the event $2 and are about no subject, or all. */
export type Replaced = 'of-subjects' | 'of-the-ledger' | 'all';

const givingWay: Readonly<Record<Replaced, string>> = {
  'of-subjects': 't.subject = any($2::uuid[])',
  'of-the-ledger': 't.subject is null and t.event = $2::uuid',
  all: 'true',
};

/** Replaces rows by the rows $1, touching only what differs. */
export function replaceRows(table: Table, physical: string, replaced: Replaced): string {
  const key = table.key.map(snake);
  return `with fresh as (select * from jsonb_populate_recordset(null::${physical}, $1::jsonb)),
    gone as (
      delete from ${physical} t where ${givingWay[replaced]}
        and not exists (select from fresh f where (${named('f', key)}) = (${named('t', key)}))
    )
    insert into ${physical} as t select * from fresh ${onConflict(table)}`;
}

/** The moment of asking, in the form of the columns. */
export const nowMoment = `to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;
