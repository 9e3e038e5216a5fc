// Which facts and holdings contradict the edition, a consent or the law, and what has become of each suspicion?
import {
  assessableOf,
  awaitedNotices,
  judgeFacts,
  judgeHoldings,
  judgeLedger,
  judgeSource,
  NotJudgeable,
  type Assessable,
  type Entry,
  type Finding,
  type FindingClass,
  type SubjectState,
  type Task,
} from '@derbes/domain';
import { erasedIn, isErased } from '../erased.js';
import { type RegisterDefinition } from '../page.js';
import { subjectModel } from '../read-model.js';
import { type LedgerView, type SubjectView } from '../subject-view.js';
import { defineTable, is, nowMoment, optional, type RowOf } from '../table.js';
import { findingSums, waitingCode } from './finding-sums.js';
import { assessedApart, assessedOf, type Assessed } from './finding-assessments.js';
import { requestFindings } from './requests-found.js';
import { retentionFindings } from './retention.js';
import { sourceAssessments } from './source-assessments.js';
import { unmovedBy } from '../unmoved.js';

const none = '-';

const findingTable = defineTable({
  name: 'finding',
  columns: {
    /** When what it stands on occurred. */
    occurred: is.moment,
    event: is.id,
    code: is.findingCode,
    /** `-` where the finding is about no category or purpose. */
    category: is.code,
    purpose: is.code,
    /** Absent for a finding about the ledger itself, and for one against a source that tells of somebody erased. */
    subject: optional(is.id),
    clause: is.place,
    article: is.place,
    /** Who told it, `-` for what the ledger wrote itself. */
    source: is.source,
    /** Code of the stated basis, `-` where none was. */
    basis: is.code,
    /** Month of `occurred`. */
    period: is.place,
    params: is.codesByName,
    /** When the event was recorded that it stands on. */
    recorded: is.moment,
    /** open until the responsible person assesses it: confirmed · not-confirmed · remedied */
    assessment: is.code,
    assessed: optional(is.moment),
    /** The FindingAssessed event. */
    assessedBy: optional(is.id),
    measure: optional(is.code),
    /** What is due because of it: blocking · destruction · unblocking; absent once it is done. */
    term: optional(is.code),
    due: optional(is.moment),
    strict: optional(is.moment),
    events: is.ids,
  },
  key: ['occurred', 'event', 'code', 'category', 'purpose'],
  // The second finds the findings of a class, and those of them that are somebody's.
  indexes: [['subject'], ['code', 'clause', 'source', 'basis', 'period', 'subject']],
});
export type FindingRow = RowOf<typeof findingTable>;

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

interface StandsOn {
  readonly occurred: string;
  /** When it was recorded. */
  readonly at: string;
  readonly source?: string;
}

interface Become {
  readonly as: Assessable;
  readonly assessed: Assessed;
}

function findingRow(finding: Finding, on: StandsOn, { as, assessed }: Become, subject?: string): FindingRow {
  const { event, code, category = none, purpose = none, clause, article, params } = finding;
  const { source, basis, period, recorded } = as;
  const events = eventsOf(event, params);
  const row: FindingRow = {
    occurred: on.occurred,
    event,
    code,
    category,
    purpose,
    clause,
    article,
    source,
    basis,
    period,
    params,
    recorded,
    ...assessed,
    events: assessed.assessedBy === undefined ? events : [...events, assessed.assessedBy],
  };
  return subject === undefined ? row : { ...row, subject };
}

/** What it stands on, and the events that its parameters name. */
function eventsOf(event: string, params: Finding['params']): string[] {
  const events = [event];
  const add = (item: string) => {
    if (item.length === event.length && uuid.test(item) && !events.includes(item)) events.push(item);
  };
  for (const name in params) {
    const value = params[name];
    if (typeof value === 'string') add(value);
    else value?.forEach(add);
  }
  return events;
}

const basisOf = (entry: Entry): string | undefined => ('basis' in entry.facts ? entry.facts.basis?.code : undefined);

/** A row, and what it followed from besides its finding. */
interface Made {
  readonly row: FindingRow;
  readonly subject: string;
  readonly registers: SubjectView['registers'];
  readonly assessments: SubjectState['assessments'];
  readonly blocks: SubjectState['holdings']['blocks'];
}

/** Findings live as long as they are judged to stand, and so do their rows. */
const made = new WeakMap<Finding, Made>();

/** The very row of the last time, where nothing has changed that it follows from. */
function standingRow(finding: Finding, { subject, registers, fold }: SubjectView): FindingRow | undefined {
  const before = made.get(finding);
  if (!before) return undefined;
  const { assessments, holdings } = fold.state;
  if (before.subject !== subject || before.registers !== registers) return undefined;
  return before.assessments === assessments && before.blocks === holdings.blocks ? before.row : undefined;
}

function rows(view: SubjectView): FindingRow[] {
  const { fold, subject, registers } = view;
  const awaited = new Map(awaitedNotices(fold, view).map(({ finding, due }) => [finding, due]));
  const all = [...view.judgedFacts().values(), ...judgeHoldings(fold.state, view), ...awaited.keys()];
  const found = refusedOfErased(view);
  if (all.length === 0) return found;
  const { assessments, holdings } = fold.state;
  const erased = erasedIn(fold);
  let standsOn: ReadonlyMap<string, Entry> | undefined;
  for (const finding of all) {
    if (finding.category !== undefined && erased(finding.category, [finding.event])) continue;
    const standing = standingRow(finding, view);
    if (standing) {
      found.push(standing);
      continue;
    }
    standsOn ??= new Map(fold.entries.map((entry) => [entry.id, entry]));
    const told = standsOn.get(finding.event);
    if (!told) continue;
    // An assessment covers what stood by then: it stands from its due moment on, whenever the transfer was recorded.
    const as = assessableOf(finding, told, basisOf(told), awaited.get(finding));
    const about = { ...as, ...(finding.category !== undefined && { category: finding.category }) };
    const row = findingRow(finding, told, { as, assessed: assessedOf(about, fold, view) }, subject);
    found.push(row);
    // What was assessed also follows from what is held, and what comes with a day from that day.
    if (row.assessment === 'open' && !awaited.has(finding)) {
      made.set(finding, { row, subject, registers, assessments, blocks: holdings.blocks });
    }
  }
  return found;
}

/** Of somebody erased nothing is found any more but who refuses what has to be done about her: that has to be answered for. */
function refusedOfErased(view: SubjectView): FindingRow[] {
  const isRefused = ({ acknowledged }: Task): boolean => acknowledged?.result === 'refused';
  const folds = view.folds.filter((fold) => isErased(fold) && [...fold.state.tasks.values()].some(isRefused));
  return folds.flatMap((fold) => {
    const findings = [...judgeFacts(fold, view).values()].filter(({ code }) => code === 'TASK_REFUSED');
    return findings.flatMap((finding) => {
      const entry = fold.entries.find(({ id }) => id === finding.event);
      if (!entry) return [];
      const as = assessableOf(finding, entry);
      return [findingRow(finding, entry, { as, assessed: assessedOf(as, fold, view) }, view.subject)];
    });
  });
}

function ledgerRows(view: LedgerView): FindingRow[] {
  try {
    const on = { ...view.opened, at: view.opened.occurred };
    return judgeLedger(view.opened.event, view, view.now).map((finding) => apart(finding, on, view));
  } catch (error) {
    // Before the first profile is published there is no law to judge by.
    if (error instanceof NotJudgeable) return [];
    throw error;
  }
}

/** About nobody: the ledger itself, or a source. */
function apart(finding: Finding, on: StandsOn, { registers }: Pick<LedgerView, 'registers'>): FindingRow {
  const as = assessableOf(finding, on);
  return findingRow(finding, on, { as, assessed: assessedApart(as, registers) });
}

export const findings = subjectModel({
  name: 'findings',
  version: 5,
  table: findingTable,
  judges: true,
  unmovedBy: unmovedBy('IdentifierLinked', 'IdentifierUnlinked', 'SubjectRegistered'),
  rows,
  sums: findingSums,
  ledgerRows,
  sourceRows: (events, outside) =>
    events.flatMap((event) => judgeSource(event, outside).map((finding) => apart(finding, event, outside))),
  sourceUpdates: sourceAssessments,
  alsoJudgedAnew: (event, physical) => {
    switch (event.type) {
      // Who was shown a text before the ledger had it was judged without knowing what it says.
      case 'PolicyPublished':
        return {
          subjects: `select subject from ${physical('finding')}
            where code = 'SHOWN_NOT_IN_FORCE' and params ->> 'shown' = $1 and subject is not null`,
          values: [event.facts.document],
        };
      case 'FindingAssessed': {
        const { class: of } = event.facts;
        return of && { subjects: `${ofClass(physical)} and subject is not null`, values: valuesOf(of) };
      }
      case 'CalendarPublished':
        return {
          subjects: `select subject from ${physical('finding')} where assessment = 'open' and subject is not null`,
          values: [],
        };
      default:
        return undefined;
    }
  },
});

const ofClass = (physical: (table: string) => string): string =>
  `select subject from ${physical('finding')}
   where code = $1 and clause = $2 and source = $3 and basis = $4 and period = $5`;
const valuesOf = ({ code, clause, source, basis, period }: FindingClass) => [code, clause, source, basis, period];

export type FindingFilter =
  | 'subject'
  | 'category'
  | 'purpose'
  | 'holder'
  | 'recipient'
  | 'code'
  | 'clause'
  | 'source'
  | 'basis'
  | 'period'
  | 'status'
  | 'assessment'
  | 'from'
  | 'until';

/** What follows from a due moment waits for it in the table. */
export const standing = `t.code::text <> '${waitingCode}' or t.recorded < ${nowMoment}`;

export const conditions = {
  subject: 't.subject = $::uuid',
  category: 't.category = $',
  purpose: 't.purpose = $',
  // One holder, or several of which the same is found.
  holder: `(t.params::jsonb -> 'holder') ? $`,
  recipient: `t.params ->> 'recipient' = $`,
  code: 't.code = $',
  clause: 't.clause = $',
  source: 't.source = $',
  basis: 't.basis = $',
  period: 't.period = $',
  status: 't.assessment = $',
  assessment: 't.assessment = $',
  from: 't.occurred >= $',
  until: 't.occurred < $',
} as const;

export const beside = { stored: findingTable, query: `${requestFindings} union all ${retentionFindings}` } as const;

export const findingRegister: RegisterDefinition<FindingFilter> = {
  name: 'findings',
  model: 'findings',
  with: ['requests', 'retention'],
  table: findingTable,
  beside,
  standing,
  conditions,
};
