// How is a register read page by page, so that every row is met exactly once while rows are added?
import { comparePositions } from '@derbes/event-store';
import { servedBy, type Profile } from '@derbes/policy';
import { createHash } from 'node:crypto';
import { type Pool } from 'pg';
import { servingBuild, type Build, type Reach } from './builds.js';
import { acrossSwaps } from './serving-query.js';
import { fromRecord, snake, type Table } from './table.js';

export const pageRowsMax = 500;
export const pageRowsDefault = 50;
/** The build that still answers is of an earlier version, which did not have it. */
const undefinedColumn = '42703';
/** SQLSTATE of a value that its type, or its form's check, refuses. */
const notOfTheForm: ReadonlySet<string> = new Set(['22P02', '23514']);

/** A question that is not answered; `code` is FILTER_UNKNOWN, CURSOR_MALFORMED, CURSOR_OF_ANOTHER_FILTER or LIMIT_OUT_OF_RANGE. */
export class RegisterRefused extends Error {
  constructor(
    readonly code: 'FILTER_UNKNOWN' | 'CURSOR_MALFORMED' | 'CURSOR_OF_ANOTHER_FILTER' | 'LIMIT_OUT_OF_RANGE',
    message: string,
  ) {
    super(message);
  }
}

export type Filter<Names extends string = string> = Readonly<Partial<Record<Names, string>>>;

export interface Ask<Names extends string = string> {
  readonly filter?: Filter<Names>;
  readonly cursor?: string;
  /** 1 to `pageRowsMax`; `pageRowsDefault` when absent. */
  readonly limit?: number;
  /** The last rows of the key first; a cursor goes on in the order in which it was given. */
  readonly backwards?: boolean;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  /** Cursor of the next page; absent on the last. */
  readonly next?: string;
  readonly reach: Reach;
}

export type AnyRow = Readonly<Record<string, unknown>>;

/** A register across subjects. Filters that are named together must all hold. */
export interface Register<Row = object, Names extends string = string> {
  readonly name: string;
  readonly filters: readonly Names[];
  /** Of a row, in their order; `serves` is the last. */
  readonly columns: readonly string[];
  /** Throws RegisterRefused. */
  page(ask?: Ask<Names>): Promise<Page<Row>>;
  /** Rows with what a profile says of them: their own columns, and in `serves` the articles that they serve. */
  citing(profile: Profile | undefined): (row: AnyRow) => AnyRow;
}

/** How one filter is put to SQL: `$` stands for its value, `{name}` for a table of the model, `{model.name}` for one of another. */
export type Conditions<Names extends string = string> = Readonly<Record<Names, string>>;

export interface RegisterDefinition<Names extends string = string> {
  readonly name: string;
  /** The model whose tables it asks. */
  readonly model: string;
  /** Other models whose tables it looks into; it reaches as far as the least of them all. */
  readonly with?: readonly string[];
  /** Rows that are read together with those of its table: a query of the columns of the `stored` table, in their order. */
  readonly beside?: { readonly stored: Table; readonly query: string };
  /** Columns of an answer and the key that orders pages. */
  readonly table: Table;
  readonly conditions: Conditions<Names>;
  /** Which rows stand by now: others wait in the table for their moment. */
  readonly standing?: string;
  /** Sums rows up to the key. */
  readonly groupBy?: readonly string[];
  /** What a column is read from, when not from the one of its name. */
  readonly select?: Readonly<Record<string, string>>;
  /** Articles that a row serves beyond those of its register, which stand in the profile: its term's, its ground's. */
  readonly alsoServes?: (row: AnyRow, profile: Profile) => readonly (string | undefined)[];
  /** What a profile says of a row besides. */
  readonly byProfile?: {
    readonly columns: readonly string[];
    readonly of: (row: AnyRow, profile: Profile) => AnyRow;
  };
  /** What pages are read from, where that is not the rows of its table: a query of its columns. */
  readonly rows?: string;
  /** What sums that are kept know nothing of: asked by such a filter, what fits it is summed up for the page. */
  readonly summed?: { readonly filters: readonly Names[]; readonly rows: (where: readonly string[]) => string };
}

function citingOf({ name, alsoServes, byProfile }: RegisterDefinition, profile: Profile | undefined) {
  if (!profile) return (row: AnyRow): AnyRow => ({ ...row, serves: [] });
  const always = servedBy(profile, name);
  return (row: AnyRow): AnyRow => {
    const own = (alsoServes?.(row, profile) ?? []).filter((one) => one !== undefined);
    return { ...row, ...byProfile?.of(row, profile), serves: [...new Set([...always, ...own])] };
  };
}

/** A cursor goes on with the question that it was given for, in its order. */
const filterHash = (name: string, filter: Filter, backwards = false): string =>
  createHash('sha256')
    .update(
      JSON.stringify([
        backwards ? `${name} backwards` : name,
        ...Object.entries(filter).sort(([a], [b]) => (a < b ? -1 : 1)),
      ]),
    )
    .digest('base64url')
    .slice(0, 16);

interface Cursor {
  readonly hash: string;
  readonly last: readonly string[];
}

const writeCursor = ({ hash, last }: Cursor): string =>
  Buffer.from(JSON.stringify([hash, ...last])).toString('base64url');

const hashForm = /^[A-Za-z0-9_-]{16}$/;
const notOurs = () => new RegisterRefused('CURSOR_MALFORMED', 'this is no cursor of this register');

/** Throws RegisterRefused where it was given for another question, of which its key may have another form. */
function readCursor(text: string, asked: string, columns: number): readonly string[] {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    throw notOurs();
  }
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) throw notOurs();
  const [hash = '', ...last] = value;
  if (!hashForm.test(hash)) throw notOurs();
  if (hash !== asked) {
    throw new RegisterRefused('CURSOR_OF_ANOTHER_FILTER', 'the cursor was given for another register or filter');
  }
  if (last.length !== columns) throw notOurs();
  return last;
}

interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

function statementOf(
  definition: RegisterDefinition,
  physical: (table: string) => string,
  ask: Ask,
  rows: number,
): Statement {
  const { table, conditions, standing, select = {}, groupBy, summed } = definition;
  const values: unknown[] = [];
  const give = (value: unknown) => `$${values.push(value)}`;
  const expression = (name: string) => select[name] ?? `t.${snake(name)}`;
  // The driver knows arrays of text, and not those of our own forms.
  const columns = Object.entries(table.columns).map(
    ([name, { sqlType }]) => `${expression(name)}${sqlType.endsWith('[]') ? '::text[]' : ''} as ${snake(name)}`,
  );
  const where: string[] = [];
  const inside: string[] = [];
  for (const [name, value] of Object.entries(ask.filter ?? {})) {
    const placed = give(value);
    const condition = `(${(conditions[name] ?? '').replaceAll('$', () => placed)})`;
    (summed?.filters.includes(name) ? inside : where).push(condition);
  }
  const source = summed && inside.length > 0 ? `(${summed.rows(inside)})` : rowsOf(definition);
  if (standing !== undefined) where.push(`(${standing})`);
  if (ask.cursor !== undefined) {
    const last = readCursor(ask.cursor, filterHash(definition.name, ask.filter ?? {}, ask.backwards), table.key.length);
    const after = last.map((value, i) => `${give(value)}::${table.columns[table.key[i] ?? '']?.sqlType ?? 'text'}`);
    where.push(`(${table.key.map(expression).join(', ')}) ${ask.backwards ? '<' : '>'} (${after.join(', ')})`);
  }
  const order = table.key.map((name) => `${expression(name)}${ask.backwards ? ' desc' : ''}`).join(', ');
  const text = [
    `select ${columns.join(', ')} from ${source} t`,
    where.length > 0 ? `where ${where.join(' and ')}` : '',
    groupBy ? `group by ${groupBy.map(expression).join(', ')}` : '',
    `order by ${order} limit ${rows}`,
  ].join(' ');
  return { text: text.replace(/\{([a-z_.]+)\}/g, (_, name: string) => physical(name)), values };
}

/** What pages are read from. Columns are named, since they stand in the order in which they were once declared. */
function rowsOf({ table, beside, rows }: RegisterDefinition): string {
  if (rows !== undefined) return `(${rows})`;
  if (!beside) return `{${table.name}}`;
  const columns = Object.keys(beside.stored.columns).map(snake).join(', ');
  return `(select ${columns} from {${table.name}} union all ${beside.query})`;
}

/** The builds that serve the models of a register, its own first; undefined before the first build of one of them. */
async function buildsOf(pool: Pool, definition: RegisterDefinition): Promise<readonly Build[] | undefined> {
  const builds: Build[] = [];
  for (const model of [definition.model, ...(definition.with ?? [])]) {
    const build = await servingBuild(pool, model);
    if (!build) return undefined;
    builds.push(build);
  }
  return builds;
}

const physicalIn =
  (builds: readonly Build[]) =>
  (name: string): string => {
    const [table = '', model] = name.split('.').reverse();
    const build = model === undefined ? builds[0] : builds.find((one) => one.name === model);
    if (!build) throw new Error(`the register names no model ${model ?? '(none)'}`);
    return build.physical(table);
  };

/** What every model of the register has seen: the state of one that is not live, and the least that they reach. */
function reachOf(builds: readonly Build[]): Reach {
  const reaches = builds.map(({ reach }) => reach);
  const state = reaches.find((reach) => reach.state !== 'live')?.state ?? 'live';
  const [least = { state }] = [...reaches].sort((a, b) => comparePositions(a.position ?? '0', b.position ?? '0'));
  return { ...least, state };
}

function assertAsked(definition: RegisterDefinition, filter: Filter, ask: Ask): number {
  for (const name of Object.keys(filter)) {
    if (!Object.hasOwn(definition.conditions, name)) {
      const known = Object.keys(definition.conditions).join(', ');
      throw new RegisterRefused('FILTER_UNKNOWN', `${definition.name} has no filter ${name}; it has ${known}`);
    }
  }
  const limit = ask.limit ?? pageRowsDefault;
  if (!Number.isInteger(limit) || limit < 1 || limit > pageRowsMax) {
    throw new RegisterRefused('LIMIT_OUT_OF_RANGE', `a page has 1 to ${pageRowsMax} rows`);
  }
  if (ask.cursor !== undefined) {
    readCursor(ask.cursor, filterHash(definition.name, filter, ask.backwards), definition.table.key.length);
  }
  return limit;
}

/** The register behind a definition; it asks whichever build of the model serves at the moment of each page. */
export function defineRegister<Row, Names extends string>(
  pool: Pool,
  definition: RegisterDefinition<Names>,
): Register<Row, Names> {
  const readPage = async (filter: Filter, ask: Ask, limit: number): Promise<Page<Row>> => {
    const builds = await buildsOf(pool, definition);
    if (builds === undefined) return { rows: [], reach: { state: 'rebuilding' } };
    const { text, values } = statementOf(definition, physicalIn(builds), { ...ask, filter }, limit + 1);
    const { rows: records } = await pool.query<Record<string, unknown>>(text, [...values]);
    const page = records.slice(0, limit);
    const last = records.length > limit ? page.at(-1) : undefined;
    return {
      rows: page.map((record) => fromRecord(definition.table, record) as Row),
      ...(last && {
        next: writeCursor({
          hash: filterHash(definition.name, filter, ask.backwards),
          last: definition.table.key.map((name) => String(last[snake(name)])),
        }),
      }),
      reach: reachOf(builds),
    };
  };
  return {
    name: definition.name,
    filters: Object.keys(definition.conditions) as Names[],
    columns: [...Object.keys(definition.table.columns), ...(definition.byProfile?.columns ?? []), 'serves'],
    citing: (profile) => citingOf(definition, profile),
    async page(ask = {}) {
      const filter: Filter = Object.fromEntries(
        Object.entries<string | undefined>(ask.filter ?? {}).filter(([, value]) => value !== undefined),
      );
      const limit = assertAsked(definition, filter, ask);
      try {
        return await acrossSwaps(() => readPage(filter, ask, limit));
      } catch (error) {
        const { code } = error as { code?: string };
        if (ask.cursor !== undefined && code !== undefined && notOfTheForm.has(code)) throw notOurs();
        if (code === undefinedColumn) return { rows: [], reach: { state: 'rebuilding' } };
        throw error;
      }
    },
  };
}
