// What is suspected of what is known about one person? What her events say at once, and what comes with a day: a transfer that she was not told of in time, data held too long.
import {
  awaitedNotices,
  duesOf,
  foldRegistersKnownAt,
  judgeSubject,
  NotJudgeable,
  overdueOf,
  stoppedBy,
  type Awaited,
  type Finding,
  type History,
  type HoldingDue,
  type RegisterSources,
  type RetentionFinding,
} from '@derbes/domain';
import { type FindingView } from './dossier-view.js';
import { type Person } from './person.js';

interface Judged {
  readonly events: RegisterSources['events'];
  /** Stands whenever it is asked. */
  readonly always: readonly FindingView[];
  /** Stands from a day on, and what is overdue only while nothing stops it. */
  readonly notices: readonly Awaited[];
  readonly overdue: readonly { readonly holding: HoldingDue['holding']; readonly found: RetentionFinding }[];
}

// The same as long as no event of the person and no register comes; see `remembered` in person.ts.
const judgements = new WeakMap<History, Judged>();

const viewOf = ({ id, event, code, clause, article, category, purpose }: Finding): FindingView => ({
  ...{ id, event, code, clause, article },
  ...(category !== undefined && { category }),
  ...(purpose !== undefined && { purpose }),
});

/** Suspicions by what was known then; none where nothing can be judged, for no profile is published yet. */
export function findingsAbout(person: Person): readonly FindingView[] {
  const { history, moments } = person;
  const { asOf } = moments;
  const { always, notices, overdue } = judgedOf(person);
  const late = overdue.filter(({ holding, found }) => {
    const { block, holds } = stoppedBy(holding, history.fold.state, asOf);
    return found.since < asOf && !block && holds.length === 0;
  });
  const untold = notices.filter(({ due }) => due < asOf);
  if (late.length === 0 && untold.length === 0) return always;
  return [...always, ...[...late.map(({ found }) => found), ...untold].map(({ finding }) => viewOf(finding))];
}

/** Whole moments, each the last at which something that comes with a day is not found yet. */
export function findingsAwaited(person: Person): readonly string[] {
  const { notices, overdue } = judgedOf(person);
  return [...notices.map(({ due }) => due), ...overdue.map(({ found }) => found.since)];
}

function judgedOf(person: Person): Judged {
  const { history, moments, sources } = person;
  const { events } = sources;
  const now = (events.at(-1)?.at ?? '') <= moments.asKnownAt;
  const standing = judgements.get(history);
  if (now && standing?.events === events) return standing;
  const judged = { events, ...judge(person) };
  if (now) judgements.set(history, judged);
  return judged;
}

function judge({ history: { fold }, moments, sources: { events, documents } }: Person): Omit<Judged, 'events'> {
  const outside = { registers: foldRegistersKnownAt(events, moments.asKnownAt), documents };
  try {
    return {
      always: judgeSubject(fold, outside).map(viewOf),
      notices: awaitedNotices(fold, outside),
      overdue: duesOf(fold.state, documents).flatMap((one) => {
        const found = overdueOf(one);
        return found ? [{ holding: one.holding, found }] : [];
      }),
    };
  } catch (error) {
    if (error instanceof NotJudgeable) return { always: [], notices: [], overdue: [] };
    throw error;
  }
}
