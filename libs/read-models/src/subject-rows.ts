// How do the rows about a subject come to stand? Only those that differ from what was written last, or all of them anew.
import { NotJudgeable } from '@derbes/domain';
import { type Build } from './builds.js';
import { differenceOf, standingOf, type StandingRows } from './differences.js';
import { dueRow, judgedUntil } from './due-table.js';
import { allOf, type Asking } from './one-breath.js';
import { type RowsByTable, type SubjectModel } from './read-model.js';
import { type SubjectFolds } from './subject-folds.js';
import { type SubjectView } from './subject-view.js';
import { SumsOfPage, type Written } from './sums-of-page.js';
import { deleteRows, recordOf, replaceRows, type Table, upsertRows } from './table.js';
import { lastMoving } from './unmoved.js';

/** What stands about one person in each table of the model. */
export function rowsOf(model: SubjectModel, view: SubjectView): RowsByTable {
  let state: 'current' | 'not-judgeable' = 'current';
  let rows: readonly object[] = [];
  try {
    rows = model.rows(view);
  } catch (error) {
    if (!(model.judges && error instanceof NotJudgeable)) throw error;
    state = 'not-judgeable';
  }
  const isKnown = model.judges && view.folds.some((fold) => lastMoving(model, fold) !== undefined);
  const subjects = isKnown ? [dueRow(view.subject, judgedUntil(lastMoving(model, view.fold)), state)] : [];
  const [table, due] = model.tables;
  return new Map([...(table ? [[table, rows] as const] : []), ...(due ? [[due, subjects] as const] : [])]);
}

interface TableChange {
  /** Whose rows give way to `whole`. */
  readonly members: string[];
  readonly whole: string[];
  readonly changed: string[];
  readonly gone: string[];
}

const arrayOf = (records: readonly string[]): string => `[${records.join(',')}]`;

/** A person's rows in one table. */
interface Part extends Written {
  readonly table: Table;
  readonly physical: string;
  readonly standing: StandingRows;
}

function partsOf(model: SubjectModel, build: Build, view: SubjectView, folds: SubjectFolds, anew: boolean): Part[] {
  return [...rowsOf(model, view)].map(([table, rows]) => {
    const physical = build.physical(table.name);
    const known = anew ? undefined : folds.written(view, physical);
    const difference = known && differenceOf(table, rows, known.rows);
    return {
      view,
      table,
      physical,
      rows,
      difference,
      standing: known?.rows ?? standingOf(table, rows),
      sums: model.sums && table === model.table ? known?.sums : undefined,
    };
  });
}

/** Writes what these persons' rows are now, and remembers it with their folds. `anew`: whatever was written before. */
export async function writeSubjects(
  asking: Asking,
  model: SubjectModel,
  build: Build,
  views: readonly SubjectView[],
  folds: SubjectFolds,
  anew: boolean,
): Promise<void> {
  const parts = views.flatMap((view) => partsOf(model, build, view, folds, anew));
  const own = parts.filter(({ table }) => table === model.table);
  const sums = await SumsOfPage.begin(asking, model, build, own);
  const changes = new Map<Table, TableChange>();
  for (const { view, table, physical, rows, difference, standing, sums: added } of parts) {
    const change = changes.get(table) ?? { members: [], whole: [], changed: [], gone: [] };
    changes.set(table, change);
    if (difference) {
      for (const row of difference.came) change.changed.push(recordOf(table, row));
      for (const row of difference.left) change.gone.push(recordOf(table, row));
    } else {
      change.members.push(...view.members);
      for (const row of rows) change.whole.push(recordOf(table, row));
    }
    folds.remember(view, physical, { rows: standing, ...(added && { sums: added }) });
  }
  const asked: Promise<unknown>[] = [];
  for (const [table, { members, whole, changed, gone }] of changes) {
    const physical = build.physical(table.name);
    if (members.length > 0)
      asked.push(asking.query(replaceRows(table, physical, 'of-subjects'), [arrayOf(whole), members]));
    if (changed.length > 0) {
      // Prepared once: it joins with nothing, so that no plan of it is ever wrong.
      const name = `upsert ${physical}`;
      asked.push(asking.query({ name, text: upsertRows(table, physical), values: [arrayOf(changed)] }));
    }
    if (gone.length > 0) asked.push(asking.query(deleteRows(table, physical), [arrayOf(gone)]));
  }
  if (sums) asked.push(sums.write());
  await allOf(asked);
}
