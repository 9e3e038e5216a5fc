// What stands on the disk about the people whom a command names?
import { foldsNeeded, subjectStream, type Folds, type SubjectFold } from '@derbes/domain';
import { type FoldCache } from './fold-cache.js';
import { type Head } from './unit-maker.js';

/** Folds of the subjects that a command names, with everybody merged into them, and where their streams ended. */
export async function foldsOf(
  { cache }: { readonly cache: FoldCache },
  subjects: readonly string[],
  at: string,
): Promise<{ readonly folds: Folds; readonly heads: ReadonlyMap<string, Head> }> {
  const folds = new Map<string, SubjectFold>();
  const heads = new Map<string, Head>();
  const named = subjects.map((subject) => ({ subject }));
  for (;;) {
    const needed = foldsNeeded(named, at, folds);
    if (needed.length === 0) return { folds, heads };
    for (const { subject, fold, head } of await Promise.all(needed.map((one) => cache.onDisk(one)))) {
      folds.set(subject, fold);
      heads.set(subjectStream(subject), head);
    }
  }
}
