// What was to be destroyed and was not, because of one hold? Told when it ends, so that somebody may order it anew.
import { type ErasureScope } from './erasure.js';
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
export function withheldBy({ state, entries }: SubjectFold, hold: string): readonly Withheld[] {
  const { locks } = state.erasures;
  return entries.flatMap((entry): Withheld[] => {
    if (entry.type !== 'ErasureNarrowed' && entry.type !== 'ErasureRefused') return [];
    const { scope, parts = [], kept } = entry.facts;
    const held = kept.filter((one) => one.hold === hold).flatMap(({ categories }) => categories);
    const categories = [...new Set(held)].filter((category) => locks.has(category));
    if (categories.length === 0) return [];
    const narrowed = entry.type === 'ErasureNarrowed';
    const certificate = narrowed ? (entry.facts.order ?? entry.id) : entry.id;
    return [{ certificate, outcome: narrowed ? 'narrowed' : 'refused', scope, categories, parts }];
  });
}
