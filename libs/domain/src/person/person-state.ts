// Who was recognised as somebody's representative, and what was said of whether she may act herself?
import { type RecordedOf } from '@derbes/kernel';
import { type Drafts } from '../drafts.js';
import { type Entry, type EntryOf } from '../fact.js';
import { type RepresentationEndGround, type RepresentativeKind, type RepresentativeScope } from './representative.js';
import { type PersonStatus, type SubjectStatusChanged, type Turns } from './status.js';

export interface Representation {
  /** The RepresentativeRecognised event: its number everywhere. */
  readonly event: string;
  /** In whose stream it stands. */
  readonly subject: string;
  /** `<uuid>` of the owner of name, contact and document. */
  readonly representative: string;
  readonly kind: RepresentativeKind;
  /** Absent: everything. */
  readonly scope?: RepresentativeScope;
  readonly exclusive: boolean;
  readonly recognised: string;
  readonly from: string;
  readonly until?: string;
  readonly document: { readonly kind: string; readonly date: string };
  readonly act?: string;
  readonly article?: string;
  readonly ended?: { readonly event: string; readonly moment: string; readonly ground: RepresentationEndGround };
}

export interface StatusSince {
  readonly event: string;
  readonly subject: string;
  readonly status: PersonStatus;
  readonly since: string;
  readonly turns?: Turns;
  readonly ofAge?: string;
  readonly document?: { readonly kind: string; readonly date: string };
  readonly act?: string;
  readonly article?: string;
  /** Consents that fell due for renewal with it. */
  readonly renew: readonly string[];
}

export interface PersonState {
  /** By the event id of RepresentativeRecognised. */
  readonly representations: ReadonlyMap<string, Representation>;
  /** In the order in which they count. */
  readonly statuses: readonly StatusSince[];
}

export const unknownPerson: PersonState = { representations: new Map(), statuses: [] };

const subjectOf = ({ stream }: Pick<Entry, 'stream'>): string => stream.slice('subject-'.length);

/** The state after one more entry; the very same when it says nothing of it. */
export function evolvePerson(person: PersonState, entry: Entry, drafts: Drafts): PersonState {
  switch (entry.type) {
    case 'RepresentativeRecognised': {
      const representations = drafts.of(person.representations).set(entry.id, recognisedBy(entry));
      return { ...person, representations };
    }
    case 'RepresentativeEnded': {
      const { recognition, ground } = entry.facts;
      const standing = person.representations.get(recognition);
      if (!standing || standing.ended) return person;
      const ended = { event: entry.id, moment: entry.occurred, ground };
      return { ...person, representations: drafts.of(person.representations).set(recognition, { ...standing, ended }) };
    }
    case 'SubjectStatusChanged':
      if (isOverruled(entry, person)) return person;
      return { ...person, statuses: [...person.statuses, statusBy(entry, entry.facts)] };
    default:
      return person;
  }
}

/** A service tells of children alone: what an officer said of anything else is not undone by it. */
const isOverruled = ({ source }: Entry, { statuses }: PersonState): boolean =>
  source !== undefined && statuses.at(-1) !== undefined && statuses.at(-1)?.status !== 'minor';

function recognisedBy(entry: EntryOf<'RepresentativeRecognised'>): Representation {
  const { representative, kind, scope, exclusive, from, until, document, act, article } = entry.facts;
  return {
    event: entry.id,
    subject: subjectOf(entry),
    representative,
    kind,
    ...(scope && { scope }),
    exclusive: exclusive !== undefined,
    recognised: entry.occurred,
    from,
    ...(until !== undefined && { until }),
    document,
    ...(act !== undefined && { act }),
    ...(article !== undefined && { article }),
  };
}

function statusBy(entry: Entry, facts: RecordedOf<typeof SubjectStatusChanged>['facts']): StatusSince {
  const { status, turns, ofAge, document, act, article, renew = [] } = facts;
  return {
    event: entry.id,
    subject: subjectOf(entry),
    status,
    since: entry.occurred,
    ...(turns && { turns }),
    ...(ofAge !== undefined && { ofAge }),
    ...(document && { document }),
    ...(act !== undefined && { act }),
    ...(article !== undefined && { article }),
    renew,
  };
}
