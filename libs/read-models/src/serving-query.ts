// How is a model's table asked while builds are swapped under the question? The build that serves is named anew.
import { type Pool } from 'pg';
import { servingBuild } from './builds.js';

/** A table can be swapped away between finding its name and asking it; another swap in the same moment is a fault. */
const swapRetriesMax = 3;
const undefinedTable = '42P01';

/** Does the work again when a table that it named was swapped away. */
export async function acrossSwaps<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if ((error as { code?: string }).code !== undefinedTable || attempt === swapRetriesMax) throw error;
    }
  }
}

/** Rows of the build that serves; `{name}` in the text stands for a table of the model. Undefined while it is built for the first time. */
export function askServing<Row extends object>(
  pool: Pool,
  model: string,
  text: string,
  values: readonly unknown[],
): Promise<Row[] | undefined> {
  return acrossSwaps(async () => {
    const build = await servingBuild(pool, model);
    if (!build) return undefined;
    const named = text.replace(/\{([a-z_]+)\}/g, (_, table: string) => build.physical(table));
    return (await pool.query<Row>(named, [...values])).rows;
  });
}
