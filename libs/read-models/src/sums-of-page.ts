// How do sums follow the rows of people? What each person's rows added before and add now, a page of people at once.
import { type Build } from './builds.js';
import { type Asking } from './one-breath.js';
import { type Difference } from './differences.js';
import { type SubjectModel } from './read-model.js';
import { type SubjectView } from './subject-view.js';
import { SumChanges } from './sum-changes.js';
import { addedBy, changeSums, noSums, type PersonSums, type Sum, type Sums } from './sums.js';
import { fromRecord, isSame, recordOf, snake } from './table.js';

/** Sums kept in memory while a model is loaded; past it they are written. */
const heldSumsMax = 10_000;

/** What stands about some people, of all that sums are made of. */
async function standing(asking: Asking, model: SubjectModel, build: Build, sums: Sums, subjects: readonly string[]) {
  const columns = sums.reads.map((name) => `t.${snake(name)}`).join(', ');
  const { rows } = await asking.query<Record<string, unknown>>(
    `select t.subject, ${columns} from ${build.physical(model.table.name)} t where t.subject = any($1::uuid[])`,
    [subjects],
  );
  const byPerson = new Map<string, object[]>();
  for (const record of rows) {
    const own = byPerson.get(String(record['subject'])) ?? [];
    own.push(fromRecord(model.table, record));
    byPerson.set(String(record['subject']), own);
  }
  return [...byPerson.values()].flatMap((own) => addedBy(sums, own));
}

/** People who have rows that others are about to take over under the same key: one was merged with them, and is no more. */
async function overtaken(asking: Asking, { table }: SubjectModel, build: Build, fresh: readonly string[]) {
  if (table.key.includes('subject') || fresh.length === 0) return [];
  const physical = build.physical(table.name);
  const same = table.key.map(snake).map((name) => `t.${name} = f.${name}`);
  const { rows } = await asking.query<{ subject: string }>(
    `select distinct t.subject from ${physical} t join jsonb_populate_recordset(null::${physical}, $1::jsonb) f
       on ${same.join(' and ')} where t.subject is not null and t.subject <> f.subject`,
    [`[${fresh.join(',')}]`],
  );
  return rows.map(({ subject }) => subject);
}

/** A person's rows in the model's own table, and how they differ from what stands. */
export interface Written {
  readonly view: SubjectView;
  readonly rows: readonly object[];
  /** Undefined where it is not remembered what stands. */
  readonly difference: Difference | undefined;
  /** What her rows added; from now on what they add. */
  sums: PersonSums | undefined;
}

/**
 * Follows the rows of a model while these persons' are written: told first of what is to be written, then to write. Of whom
 * nothing is remembered what stands is asked before and after.
 */
export class SumsOfPage {
  private readonly changes: SumChanges;
  private readonly unknown = new Set<string>();

  private constructor(
    private readonly asking: Asking,
    private readonly model: SubjectModel,
    private readonly build: Build,
    private readonly sums: Sums,
  ) {
    this.changes = new SumChanges(asking, sums, build.physical);
  }

  /** Before anything is written; undefined where the model has no sums. */
  static async begin(
    asking: Asking,
    model: SubjectModel,
    build: Build,
    written: readonly Written[],
  ): Promise<SumsOfPage | undefined> {
    if (!model.sums) return undefined;
    const page = new SumsOfPage(asking, model, build, model.sums);
    const fresh: string[] = [];
    for (const one of written) {
      if (!page.compare(one)) fresh.push(...one.rows.map((row) => recordOf(model.table, row)));
    }
    for (const subject of await overtaken(asking, model, build, fresh)) page.unknown.add(subject);
    await page.addStanding(-1);
    return page;
  }

  /** Where it is remembered what the person's rows added; false where that has to be looked up. */
  private compare(one: Written): boolean {
    const { view, rows, difference, sums } = one;
    // A build without a position may hold rows of any time: what a page brings new to the folds is not new to it.
    if (!difference || !sums || this.build.position === undefined) {
      one.sums = noSums();
      changeSums(this.sums, one.sums, [], rows);
      for (const member of view.members) this.unknown.add(member);
      return false;
    }
    for (const [kind, before] of changeSums(this.sums, sums, difference.gone, difference.came)) {
      const after = sums.byKind.get(kind) ?? new Map<string, Sum>();
      for (const [key, sum] of before) if (!isSame(after.get(key), sum)) this.changes.add(sum, -1);
      for (const [key, sum] of after) if (!isSame(before.get(key), sum)) this.changes.add(sum, 1);
    }
    return true;
  }

  private async addStanding(sign: 1 | -1): Promise<void> {
    if (this.unknown.size === 0) return;
    const all = await standing(this.asking, this.model, this.build, this.sums, [...this.unknown]);
    for (const sum of all) this.changes.add(sum, sign);
  }

  /** When the rows are written. */
  async write(): Promise<void> {
    await this.addStanding(1);
    await this.changes.write();
  }
}

/** The sums of a model that is loaded from nothing, where each person's rows come once. */
export class LoadedSums {
  private readonly changes: SumChanges;

  constructor(
    asking: Asking,
    private readonly sums: Sums,
    physical: (table: string) => string,
  ) {
    this.changes = new SumChanges(asking, sums, physical);
  }

  add(rows: readonly object[]): void {
    for (const sum of addedBy(this.sums, rows)) this.changes.add(sum, 1);
  }

  get isFull(): boolean {
    return this.changes.size > heldSumsMax;
  }

  write(): Promise<void> {
    return this.changes.write();
  }
}
