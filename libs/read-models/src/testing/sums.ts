// Are the sums that a model keeps those of its rows? Counted anew, a row at a time.
import { type Pool } from 'pg';
import { servingBuild, type Build } from '../builds.js';
import { readModels } from '../models.js';
import { type ReadModel } from '../read-model.js';
import { addedBy, widen, type Sum, type Sums } from '../sums.js';
import { fromRecord, keyText, snake, type Table } from '../table.js';

/** The sums that each model keeps, and beside them those of the rows that stand about people. */
export async function sumsOfRows(
  pool: Pool,
  models: readonly ReadModel[] = readModels,
): Promise<{ readonly kept: Record<string, object[]>; readonly counted: Record<string, object[]> }> {
  const kept: Record<string, object[]> = {};
  const counted: Record<string, object[]> = {};
  for (const model of models) {
    if (model.kind !== 'subject' || !model.sums) continue;
    const build = await servingBuild(pool, model.name);
    if (!build) throw new Error(`${model.name} has no serving build`);
    const { table } = model.sums;
    const inOrder = (rows: readonly object[]) =>
      [...rows].sort((a, b) => (keyText(table, a) < keyText(table, b) ? -1 : 1));
    kept[model.name] = inOrder(await rowsIn(pool, build, table, 'true'));
    counted[model.name] = inOrder(count(model.sums, await rowsIn(pool, build, model.table, 'subject is not null')));
  }
  return { kept, counted };
}

async function rowsIn(pool: Pool, build: Build, table: Table, where: string): Promise<object[]> {
  const asked = Object.keys(table.columns).map(snake).join(', ');
  const { rows } = await pool.query<Record<string, unknown>>(
    `select ${asked} from ${build.physical(table.name)} where ${where}`,
  );
  return rows.map((record) => fromRecord(table, record));
}

function count(sums: Sums, rows: readonly object[]): Sum[] {
  const people = new Map<string, object[]>();
  for (const row of rows) {
    const { subject } = row as { readonly subject: string };
    people.set(subject, [...(people.get(subject) ?? []), row]);
  }
  const total = new Map<string, Sum>();
  for (const own of people.values()) {
    for (const sum of addedBy(sums, own)) {
      const key = keyText(sums.table, sum);
      const known = total.get(key);
      if (!known) total.set(key, { ...sum });
      else {
        for (const name of sums.counts) known[name] = Number(known[name]) + Number(sum[name]);
        widen(known, sum);
      }
    }
  }
  return [...total.values()];
}
