// Whom is a command about: is she known, merged into nobody, and neither erased nor about to be?
import { Refused } from '@derbes/kernel';
import { fenceOf } from './fence.js';
import { type Folds } from './identify.js';
import { foldOfFamily } from './record.js';
import { isKnown, type SubjectFold } from './subject-fold.js';

/** The fold of a person with everybody merged into her. Refuses SUBJECT_UNKNOWN, and MERGED with what to do instead. */
export function survivingFamily(
  subject: string,
  folds: Folds,
  instead = 'decide it for the survivor of the merge',
): SubjectFold {
  const own = folds.get(subject);
  if (!own || !isKnown(own)) throw new Refused('SUBJECT_UNKNOWN', 'there is no such subject', { subject });
  const survivor = own.state.identity.mergedInto?.other;
  if (survivor !== undefined) throw new Refused('MERGED', instead, { survivor });
  return foldOfFamily(subject, folds);
}

/** The same of somebody whom no order to erase is about. Refuses SUBJECT_ERASED besides. */
export function livingFamily(subject: string, folds: Folds, instead?: string): SubjectFold {
  const family = survivingFamily(subject, folds, instead);
  const fence = fenceOf(family);
  if (fence) throw new Refused('SUBJECT_ERASED', 'the person is erased, or to be erased', { order: fence.order });
  return family;
}
