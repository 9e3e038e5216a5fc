// What is still held although its last term is over?
import { type Outside } from '../case.js';
import { articleOf, findingId, type Finding } from '../finding.js';
import { type SubjectState } from '../subject-state.js';
import { addDays } from './duration.js';
import { duesOf, stoppedBy, type HoldingDue } from './holding-due.js';

export interface RetentionFinding {
  readonly finding: Finding;
  /** From when it stands: nobody has to tell of it, the clock alone makes it true. */
  readonly since: string;
}

/** What is found of a holding from a moment on, unless it goes, is held or is blocked by then. */
export function overdueOf({ holding, policy, due, stays }: HoldingDue): RetentionFinding | undefined {
  if (!policy || due === undefined) return undefined;
  const { began: event, category, holder } = holding;
  const rule = stays.find((stay) => stay.due === due)?.rule ?? stays.find((stay) => stay.rule)?.rule;
  const code = 'RETENTION_OVERDUE';
  const purposes = stays.map(({ purpose }) => purpose);
  return {
    finding: {
      id: findingId(event, code, { category }),
      event,
      code,
      clause: rule?.clause ?? policy.sectionClause('retention'),
      article: articleOf(policy.policy.edition.jurisdiction, code),
      category,
      params: { holder, due, purposes },
    },
    since: addDays(due, policy.retentionQueue.overdueDays),
  };
}

/** At a moment: what is neither gone, held nor blocked then. Ends with the destruction of the holding. */
export const judgeRetention = (state: SubjectState, { documents }: Outside, at: string): RetentionFinding[] =>
  duesOf(state, documents).flatMap((due) => {
    const found = overdueOf(due);
    if (!found || found.since >= at) return [];
    const { block, holds } = stoppedBy(due.holding, state, at);
    return block || holds.length > 0 ? [] : [found];
  });
