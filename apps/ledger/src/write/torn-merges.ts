// Do the folds that a fact is to be decided on tell one story about who was merged with whom?
import { type Folds } from '@derbes/domain';

/**
 * Subjects of which one says that they are merged and the other does not: another process merged or unmerged them, and this one
 * has read only one of the two streams since.
 */
export function tornMerges(folds: Folds): string[] {
  const torn = new Set<string>();
  for (const [subject, { state }] of folds) {
    const into = state.identity.mergedInto?.other;
    const survivor = into === undefined ? undefined : folds.get(into);
    if (into !== undefined && survivor && !survivor.state.identity.absorbed.has(subject)) torn.add(subject).add(into);
    for (const other of state.identity.absorbed.keys()) {
      const absorbed = folds.get(other);
      if (absorbed && absorbed.state.identity.mergedInto?.other !== subject) torn.add(subject).add(other);
    }
  }
  return [...torn];
}
