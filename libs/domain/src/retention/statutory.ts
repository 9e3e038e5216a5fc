// Does a row of the policy about keeping by law speak of this person's data, and until when?
import { type DeclaredPolicy, type DeclaredStatutoryRetention } from '@derbes/policy';
import { type Holding } from '../holding.js';
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

/** A row that keeps something at a moment; `until` is absent while nobody can tell. */
export type StandingRow = DeclaredStatutoryRetention & StatutoryTerm;

/** The row that keeps a holding at a moment; one that a lawyer confirmed goes before one that nobody did. */
export const standingRow = (
  policy: DeclaredPolicy | undefined,
  { category, holder }: Pick<Holding, 'category' | 'holder'>,
  relations: Relations,
  at: string,
): StandingRow | undefined =>
  (policy?.statutoryRetention(category) ?? [])
    .flatMap((row): StandingRow[] => {
      const term = speaksOf(row, holder) ? statutoryTerm(row, relations) : undefined;
      return term && (term.until === undefined || term.until > at) ? [{ ...row, ...term }] : [];
    })
    .sort((a, b) => Number(b.confirmed) - Number(a.confirmed))[0];
