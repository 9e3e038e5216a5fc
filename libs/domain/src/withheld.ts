// What was to be destroyed and was not, because of one hold? Told when it ends, so that somebody may order it anew.
import { type ErasureScope, type Kept } from './erasure.js';
import { holdStands } from './erasure-state.js';
import { means } from './holding.js';
import { type RestrictedHold } from './restricted/state.js';
import { type SubjectFold } from './subject-fold.js';

/** An order of which a hold kept something, or all. Nothing orders it again by itself. */
export interface Withheld {
  /** Number of the certificate: of what was ordered of it, or of the refusal. */
  readonly certificate: string;
  readonly outcome: 'narrowed' | 'refused';
  /** What was asked. */
  readonly scope: ErasureScope;
  /** What the hold kept of it, and nobody has destroyed since. */
  readonly categories: readonly string[];
  /** The values that were asked for one by one, `<event id>/<p>`. */
  readonly parts: readonly string[];
}

/** In the order in which they were given; those that were carried out since, by whatever order, are left out. */
export function withheldBy(fold: SubjectFold, event: string): readonly Withheld[] {
  const hold = fold.state.erasures.holds.get(event);
  // Events of before named their hold; now one that stood and covers the category is taken for it.
  return withheld(fold, (kept, category, moment) =>
    kept.hold === undefined
      ? hold !== undefined && holdStands(hold, moment) && covers(hold, category)
      : kept.hold === event,
  );
}

/** The same of a hold in a restricted stream, for whoever may know of it. */
export const withheldRestricted = (fold: SubjectFold, hold: RestrictedHold): readonly Withheld[] =>
  withheld(
    fold,
    (kept, category, moment) =>
      kept.hold === undefined &&
      hold.since <= moment &&
      (hold.until === undefined || moment < hold.until) &&
      (hold.lifted === undefined || moment < hold.lifted) &&
      covers(hold, category),
  );

const covers = ({ categories }: { readonly categories?: readonly string[] }, category: string): boolean =>
  !categories || categories.some((named) => means(named, category));

function withheld(
  { state, entries }: SubjectFold,
  isBy: (kept: Kept, category: string, moment: string) => boolean,
): readonly Withheld[] {
  const { locks } = state.erasures;
  return entries.flatMap((entry): Withheld[] => {
    if (entry.type !== 'ErasureNarrowed' && entry.type !== 'ErasureRefused') return [];
    const { scope, parts = [], kept } = entry.facts;
    const held = kept
      .filter(({ why }) => why === 'LEGAL_HOLD')
      .flatMap((one) => one.categories.filter((category) => isBy(one, category, entry.occurred)));
    const categories = [...new Set(held)].filter((category) => locks.has(category));
    if (categories.length === 0) return [];
    const narrowed = entry.type === 'ErasureNarrowed';
    const certificate = narrowed ? (entry.facts.order ?? entry.id) : entry.id;
    return [{ certificate, outcome: narrowed ? 'narrowed' : 'refused', scope, categories, parts }];
  });
}
