// Whose rows must be made anew, though no event of theirs has come? Kept beside each model of subjects, and worked off in small steps.
import { type DomainEvent } from '@derbes/domain';
import { type ClientBase } from 'pg';
import { type Build } from './builds.js';
import { judgedAnewFrom } from './ledger-context.js';
import { type SubjectModel } from './read-model.js';
import { dueRow, dueTable, noMoment, type SubjectState } from './due-table.js';
import { allOf, type Asking } from './one-breath.js';
import { asRecords } from './table.js';

/** Subjects made anew in one transaction. */
export const dueSubjectsMax = 100;

/** Marks whom these events of the registers may have judged anew. */
export async function markDue(
  asking: Asking,
  model: SubjectModel,
  build: Build,
  told: readonly DomainEvent[],
): Promise<void> {
  const physical = build.physical(dueTable(model.name).name);
  const froms = told.map(judgedAnewFrom).filter((from) => from !== undefined);
  const from = froms.sort()[0];
  const asked: Promise<unknown>[] = [];
  if (from !== undefined) {
    const since = `update ${physical} set state = 'due' where last_occurred >= $1 and state <> 'due'`;
    asked.push(asking.query(since, [from]));
  }
  for (const event of told) {
    const also = model.alsoJudgedAnew?.(event, build.physical);
    if (!also) continue;
    const named = `update ${physical} set state = 'due' where state <> 'due' and subject in (${also.subjects})`;
    asked.push(asking.query(named, [...also.values]));
  }
  await allOf(asked);
}

/** Adds subjects that a bulk load did not follow to their end. */
export async function addDue(
  client: ClientBase,
  model: SubjectModel,
  build: Build,
  subjects: readonly string[],
): Promise<void> {
  const table = dueTable(model.name);
  const physical = build.physical(table.name);
  const rows = subjects.map((subject) => dueRow(subject, noMoment, 'due'));
  await client.query(
    `insert into ${physical} select * from jsonb_populate_recordset(null::${physical}, $1::jsonb)
     on conflict (subject) do update set state = 'due'`,
    [asRecords(table, rows)],
  );
}

export async function takeDue(asking: Asking, model: SubjectModel, build: Build): Promise<readonly string[]> {
  const { rows } = await asking.query<{ subject: string }>(
    `select subject from ${build.physical(dueTable(model.name).name)} where state = 'due' order by subject limit $1`,
    [dueSubjectsMax],
  );
  return rows.map(({ subject }) => subject);
}

/** How many are due, and how many cannot be judged by what the registers have. */
export async function countDue(
  client: Pick<ClientBase, 'query'>,
  model: SubjectModel,
  build: Build,
): Promise<{ readonly due: number; readonly notJudgeable: number }> {
  const { rows } = await client.query<{ state: SubjectState; subjects: string }>(
    `select state, count(*) as subjects from ${build.physical(dueTable(model.name).name)}
     where state in ('due', 'not-judgeable') group by state`,
  );
  const of = (state: SubjectState) => Number(rows.find((row) => row.state === state)?.subjects ?? 0);
  return { due: of('due'), notJudgeable: of('not-judgeable') };
}
