// Does a row of the policy about keeping by law speak of this person's data, and until when?
import { type DeclaredStatutoryRetention } from '@derbes/policy';
import { type Relations } from '../relation.js';
import { addDuration } from './duration.js';
import { ruleClock } from './rule-clock.js';

export interface StatutoryTerm {
  /** Absent while the relation that starts it is open, or where the row sets no term. */
  readonly until?: string;
}

/** Undefined where the relation that starts its clock never was. */
export function statutoryTerm(
  { relation, term }: Pick<DeclaredStatutoryRetention, 'relation' | 'term'>,
  relations: Relations,
): StatutoryTerm | undefined {
  if (relation === undefined) return undefined;
  const { open, last } = ruleClock(relation, relations.started.values(), '');
  if (open.length > 0) return {};
  if (last?.ended === undefined) return undefined;
  return term === undefined ? {} : { until: addDuration(last.ended, term) };
}

/** Whether a row speaks of what this holder has: of all holders where it names none. */
export const speaksOf = ({ holders }: Pick<DeclaredStatutoryRetention, 'holders'>, holder: string): boolean =>
  holders.length === 0 || holders.includes(holder);
