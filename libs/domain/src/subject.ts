// Who is the data about, and by which identifiers was the person or device known, from when to when?
import { defineEvent } from '@derbes/kernel';
import Type from 'typebox';
import { closed, Code, Decimal, EventId, EventIds, Moment, optional, sampleUuid, Sha256, Uuid } from './vocabulary.js';

export const SubjectRegistered = defineEvent('SubjectRegistered', {
  v: 1,
  says: 'A person, or a mere device, became known to the ledger; always the first event of its stream.',
  facts: closed({ kind: Type.Enum(['person', 'device']) }),
  sample: { kind: 'person' },
});

/**
 * The identifier as told is the event's one part, in the category that the policy maps to the scheme. `movedFrom` is the
 * device that it meant before `since`.
 */
export const IdentifierLinked = defineEvent('IdentifierLinked', {
  v: 1,
  says: 'From `since` on an identifier of this scheme means this subject.',
  facts: closed({ scheme: Code, norm: Decimal, since: Moment, movedFrom: optional(Uuid) }),
  sample: { scheme: 'email', norm: '1', since: '2026-11-20T09:00:00Z' },
});

export const IdentifierUnlinked = defineEvent('IdentifierUnlinked', {
  v: 1,
  says: 'From `until` on the identifier of an earlier link no longer means this subject.',
  facts: closed({ scheme: Code, until: Moment, link: EventId, ground: Code }),
  sample: { scheme: 'phone', until: '2026-11-21T10:00:00Z', link: sampleUuid(5), ground: 'number-reissued' },
});

/** `fact` is absent when nothing was recorded (equal rank); `told` then says what kind of fact the emitter told. */
export const IdentifierContested = defineEvent('IdentifierContested', {
  v: 1,
  says: 'A fact named identifiers of two subjects; this one was not followed, or no one was (equal rank).',
  facts: closed({
    scheme: Code,
    fact: optional(EventId),
    told: optional(Type.String({ pattern: '^[A-Z][A-Za-z]{1,63}$' })),
    rank: Type.Enum(['weaker', 'equal']),
    other: Uuid,
  }),
  sample: { scheme: 'email', fact: sampleUuid(6), rank: 'weaker', other: sampleUuid(7) },
});

export const SubjectsMerged = defineEvent('SubjectsMerged', {
  v: 1,
  says: 'Two subjects were found to be one person; new facts go to the survivor, readers fold both streams.',
  facts: closed({ part: Type.Enum(['survivor', 'merged']), other: Uuid, ground: Code }),
  sample: { part: 'survivor', other: sampleUuid(7), ground: 'officer-decision' },
});

export const SubjectsUnmerged = defineEvent('SubjectsUnmerged', {
  v: 1,
  says: 'An earlier merge was undone.',
  facts: closed({ part: Type.Enum(['survivor', 'merged']), other: Uuid, ground: Code, merge: EventId }),
  sample: { part: 'survivor', other: sampleUuid(7), ground: 'merged-in-error', merge: sampleUuid(8) },
});

/**
 * What was told of: data passed on (`transfer`), a new edition (`edition`), a consent asked for under an edition (`consent-request`).
 * `notice`: the NoticePrepared that was sent, with the SHA-256 of its text; the number of a letter is sealed as `meta.reference`, under the
 * controller's organisation. `representative`: the recognition by which somebody was told in her place.
 */
export const SubjectNotified = defineEvent('SubjectNotified', {
  v: 2,
  says: 'The person was told something that the law or the policy says must be told (Art. 19(1)), or asked to agree anew.',
  facts: closed({
    about: Code,
    channel: Code,
    transfers: optional(EventIds),
    edition: optional(Sha256),
    notice: optional(EventId),
    hash: optional(Sha256),
    representative: optional(EventId),
    staff: optional(Uuid),
  }),
  upcast: { 1: (facts) => facts },
  sample: { about: 'transfer', channel: 'email', transfers: [sampleUuid(9)] },
});

export interface Link {
  readonly scheme: string;
  readonly norm: string;
  readonly since: string;
  readonly until?: string;
  readonly movedFrom?: string;
}

/** Who the subject is, beside what is held. */
export interface Identity {
  readonly kind: 'person' | 'device' | undefined;
  /** By the event id of IdentifierLinked. */
  readonly links: ReadonlyMap<string, Link>;
  /** The survivor that facts about this subject go to, and the SubjectsMerged event that says so. */
  readonly mergedInto: { readonly other: string; readonly merge: string } | undefined;
  /** Subjects merged into this one, with the SubjectsMerged event of this stream. */
  readonly absorbed: ReadonlyMap<string, string>;
}

export const emptyIdentity: Identity = {
  kind: undefined,
  links: new Map(),
  mergedInto: undefined,
  absorbed: new Map(),
};
