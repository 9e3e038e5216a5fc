// What is left to tell of a subject? Nothing of an erased person, and of an erased category what was told of it since.
import { entriesOf, type EntryOf, type SubjectFold } from '@derbes/domain';

/** Whatever is told of her later, nothing but what was ordered and done stands in any table. */
export const isErased = (fold: SubjectFold): boolean =>
  entriesOf(fold, 'ErasureExecuted').some(({ facts }) => facts.scope === 'person' && facts.more === undefined);

/** Whether all that these events told of a category was erased with it. */
export type Erased = (category: string, told: readonly string[]) => boolean;

const nothingErased: Erased = () => false;

/** By an order alone: where the ledger's own copy goes with the last holding, what was found about that holding still has to be answered for. */
export function erasedIn(fold: SubjectFold): Erased {
  const executed = entriesOf(fold, 'ErasureExecuted').filter(
    ({ facts }) => facts.scope === 'category' && facts.cause === 'erasure' && facts.more === undefined,
  );
  if (executed.length === 0) return nothingErased;
  const entries = new Map(fold.entries.map((entry) => [entry.id, entry]));
  const isBefore = (id: string, { stream, revision, at }: EntryOf<'ErasureExecuted'>): boolean => {
    const entry = entries.get(id);
    if (!entry) return true;
    return entry.stream === stream ? entry.revision < revision : entry.at < at;
  };
  return (category, told) => {
    const ends = executed.filter(({ facts }) => facts.categories?.includes(category));
    return ends.length > 0 && told.every((id) => ends.some((end) => isBefore(id, end)));
  };
}
