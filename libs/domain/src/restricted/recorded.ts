// What does the log say of what the law forbids to tell? That something was recorded, and when; the rest lies under a key that one role opens.
import { defineEvent } from '@derbes/kernel';
import { closed } from '../vocabulary.js';

export const restrictedPrefix = 'restricted-';
/** The one category of what is sealed in such a stream. */
export const restrictedCategory = 'meta.restricted';
/** Who records, lists and reads; in every event of these streams. */
export const restrictedRole = 'restricted-officer';

/**
 * A demand of a state body of which the person must not learn, its answer, a transfer or a hold for it, the end of a hold, a read: each
 * stands in a stream of its own, so that neither the revision nor the neighbours tell what belongs together. No edition, no source, one
 * sealed part whose owner is the stream: all are of one length.
 */
export const RestrictedRecorded = defineEvent('RestrictedRecorded', {
  v: 1,
  says: 'Something was recorded of which the law forbids to tell; what, and about whom, one role alone can open.',
  facts: closed({}),
  sample: {},
});

export const isRestrictedStream = (stream: string): boolean => stream.startsWith(restrictedPrefix);
