// Is there anything left to tell of a subject? Nothing, from the event on that says that the person was erased.
import { entriesOf, type SubjectFold } from '@derbes/domain';

/** Whatever is told of her later, nothing but what was ordered and done stands in any table. */
export const isErased = (fold: SubjectFold): boolean =>
  entriesOf(fold, 'ErasureExecuted').some(({ facts }) => facts.scope === 'person' && facts.more === undefined);
