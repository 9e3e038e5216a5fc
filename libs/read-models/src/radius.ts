// Whom does a breach concern, and how many are they by category? Asked of where whose data was, in one moment of the database.
import { type Pool, type PoolClient } from 'pg';
import { servingBuild, type Reach } from './builds.js';
import { acrossSwaps } from './serving-query.js';

/** Everybody whose data was at one place in the window, both its ends included, or people named one by one. */
export interface RadiusAsk {
  readonly holder?: string | undefined;
  readonly recipient?: string | undefined;
  readonly subjects?: readonly string[] | undefined;
  /** A category means its items, too; all when absent. */
  readonly categories?: readonly string[] | undefined;
  readonly from?: string | undefined;
  readonly until: string;
}

export interface RadiusCounts {
  readonly people: number;
  /** One for each person and category. */
  readonly records: number;
  readonly categories: readonly { readonly category: string; readonly people: number }[];
  readonly reach: Reach;
}

export interface Affected {
  readonly subject: string;
  readonly categories: readonly string[];
}

/** People read from the database at a time. */
export const walkedPeopleMax = 5_000;
const earliest = '0001-01-01T00:00:00Z';
const snapshot = 'begin isolation level repeatable read read only';

interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Every category at a place, one look into the index each, however many rows it has. */
const categoriesAt = (table: string): string => `with recursive found (category) as (
    (select t.category::text from ${table} t where t.kind = $1 and t.place = $2 order by t.category limit 1)
    union all
    select (select t.category::text from ${table} t where t.kind = $1 and t.place = $2 and t.category::text > found.category
      order by t.category limit 1)
    from found where found.category is not null)
  select category from found where category is not null`;

const means = (named: string, category: string): boolean => named === category || category.startsWith(`${named}.`);

/** Rows that a scope names: who and which category, once each. */
function hits(
  table: string,
  { holder, recipient, subjects, categories, from = earliest, until }: RadiusAsk,
): Statement {
  const window = 't.since <= $1 and (t.until is null or t.until >= $2)';
  if (subjects) {
    return {
      text: `select distinct t.subject, t.category::text as category from ${table} t where ${window} and t.subject = any($3::uuid[])
        and ($4::text[] is null or t.category::text = any($4) or exists
          (select from unnest($4) named where starts_with(t.category::text, named || '.')))`,
      values: [until, from, subjects, categories ?? null],
    };
  }
  return {
    text: `select distinct t.subject, t.category::text as category from ${table} t where ${window}
      and t.kind = $3 and t.place = $4 and t.category::text = any($5::text[])`,
    values: [until, from, holder === undefined ? 'recipient' : 'holder', holder ?? recipient, categories ?? []],
  };
}

export class Radius {
  constructor(private readonly pool: Pool) {}

  /** Undefined while the model is built for the first time. */
  counts(ask: RadiusAsk): Promise<RadiusCounts | undefined> {
    return this.inSnapshot(async (client, table, reach) => {
      const { text, values } = hits(table, await this.resolved(client, table, ask));
      const { rows } = await client.query<{ category: string | null; people: number }>(
        `with hit as materialized (${text})
         select category, count(*)::int as people from hit group by category
         union all select null, count(*)::int from (select subject from hit group by subject) one`,
        [...values],
      );
      const categories = rows
        .flatMap(({ category, people }) => (category === null ? [] : [{ category, people }]))
        .sort((a, b) => (a.category < b.category ? -1 : 1));
      const counted = rows.find(({ category }) => category === null)?.people ?? 0;
      return {
        // Whoever is named is concerned, whatever is known of her.
        people: ask.subjects ? new Set(ask.subjects).size : counted,
        records: categories.reduce((sum, { people }) => sum + people, 0),
        categories,
        reach,
      };
    });
  }

  /**
   * The same people in the order of their ids, `walkedPeopleMax` at a time and one page at least, all of one moment of the database;
   * no page while the model is built for the first time.
   */
  async *pages(ask: RadiusAsk): AsyncGenerator<{ readonly people: readonly Affected[]; readonly reach: Reach }> {
    const client = await this.pool.connect();
    let ended = false;
    try {
      await client.query(snapshot);
      const build = await servingBuild(client, 'exposures');
      if (build) {
        const table = build.physical('exposure');
        const { text, values } = hits(table, await this.resolved(client, table, ask));
        const named = `select subject, array_remove(array_agg(category order by category), null) as categories from
          (${text} ${ask.subjects ? 'union all select unnest($3::uuid[]), null' : ''}) hit group by subject order by subject`;
        await client.query(`declare affected no scroll cursor for ${named}`, [...values]);
        for (let met = 0; ; met++) {
          const { rows: people } = await client.query<Affected>(`fetch ${walkedPeopleMax} from affected`);
          if (people.length === 0 && met > 0) break;
          yield { people, reach: build.reach };
        }
      }
      await client.query('commit');
      ended = true;
    } finally {
      // Whoever stopped listening leaves a transaction open.
      if (!ended) await client.query('rollback').catch(() => undefined);
      client.release();
    }
  }

  /** Whether anything was ever at a place; undefined as above. */
  isKnown({ holder, recipient }: Pick<RadiusAsk, 'holder' | 'recipient'>): Promise<boolean | undefined> {
    return this.inSnapshot(async (client, table) => {
      const { rowCount } = await client.query(`select from ${table} t where t.kind = $1 and t.place = $2 limit 1`, [
        holder === undefined ? 'recipient' : 'holder',
        holder ?? recipient,
      ]);
      return (rowCount ?? 0) > 0;
    });
  }

  /** Whether a category, or an item of it, was ever anywhere; undefined as above. */
  isCategory(category: string): Promise<boolean | undefined> {
    return this.inSnapshot(async (client, table) => {
      const { rowCount } = await client.query(
        `select from ${table} t where t.category = $1 or starts_with(t.category::text, $1 || '.') limit 1`,
        [category],
      );
      return (rowCount ?? 0) > 0;
    });
  }

  private async resolved(client: PoolClient, table: string, ask: RadiusAsk): Promise<RadiusAsk> {
    if (ask.subjects) return ask;
    const kind = ask.holder === undefined ? 'recipient' : 'holder';
    const { rows } = await client.query<{ category: string }>(categoriesAt(table), [kind, ask.holder ?? ask.recipient]);
    const there = rows.map(({ category }) => category);
    const { categories } = ask;
    return { ...ask, categories: there.filter((one) => !categories || categories.some((named) => means(named, one))) };
  }

  private inSnapshot<R>(work: (client: PoolClient, table: string, reach: Reach) => Promise<R>): Promise<R | undefined> {
    return acrossSwaps(async () => {
      const client = await this.pool.connect();
      try {
        await client.query(snapshot);
        const build = await servingBuild(client, 'exposures');
        const answer = build && (await work(client, build.physical('exposure'), build.reach));
        await client.query('commit');
        return answer;
      } catch (error) {
        await client.query('rollback').catch(() => undefined);
        throw error;
      } finally {
        client.release();
      }
    });
  }
}
