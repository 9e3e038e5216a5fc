// How long does a holding stay, and what ends it?
import { type DeclaredPolicy, type DeclaredRetention } from '@derbes/policy';
import { type Holding } from './holding.js';
import { lastEnd, openRelation, type Relations } from './relation.js';

export interface Stay {
  readonly purpose: string;
  /** The edition's rule; absent where it has none for this purpose and category. */
  readonly rule?: DeclaredRetention;
  /** The relation of the subject whose end starts the clock, while it is open: the event of its start. */
  readonly relation?: string;
  /** When the clock started: the end of the purpose or of the relation. */
  readonly started?: string;
  /** When the purpose is reached or the term after it runs out. */
  readonly due?: string;
}

/** Why and until when a holding stays, purpose by purpose. */
export function staysOf(holding: Holding, relations: Relations, policy: DeclaredPolicy): Stay[] {
  return holding.purposes.map(({ code: purpose, ended }) => {
    const rule = policy.retention(purpose, holding.category);
    const open = rule?.relation && openRelation(relations, rule.relation);
    const relationEnd = rule?.relation === undefined ? undefined : lastEnd(relations, rule.relation);
    const started =
      ended ?? (relationEnd !== undefined && relationEnd >= holding.since.moment ? relationEnd : undefined);
    const due = started === undefined ? undefined : dueAfter(started, rule);
    return {
      purpose,
      ...(rule ? { rule } : {}),
      ...(open ? { relation: open.event } : {}),
      ...(started === undefined ? {} : { started }),
      ...(due === undefined ? {} : { due }),
    };
  });
}

function dueAfter(started: string, rule: DeclaredRetention | undefined): string | undefined {
  if (rule?.term !== undefined) return addDuration(started, rule.term);
  return rule?.until === 'term' ? undefined : started;
}

/** Something will end this stay: a term, a moment, or a relation that there is. */
export const hasEnd = (stay: Stay): boolean => {
  if (stay.due !== undefined) return true;
  if (stay.rule?.until === 'term' && stay.rule.term === undefined) return false;
  return stay.relation !== undefined;
};

/** A moment plus an ISO 8601 duration in years, months or days; a month too short for the day gives its last day. */
export function addDuration(moment: string, duration: string): string {
  const match = /^P(\d+)([YMD])$/.exec(duration);
  if (!match) throw new Error(`${duration} is not a duration in years, months or days`);
  const count = Number(match[1]);
  const date = new Date(moment);
  if (match[2] === 'D') date.setUTCDate(date.getUTCDate() + count);
  else {
    const day = date.getUTCDate();
    date.setUTCDate(1);
    date.setUTCMonth(date.getUTCMonth() + (match[2] === 'Y' ? count * 12 : count));
    const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
    date.setUTCDate(Math.min(day, last));
  }
  return `${date.toISOString().slice(0, 'YYYY-MM-DDTHH:MM:SS'.length)}Z`;
}
