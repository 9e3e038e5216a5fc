// May somebody be recognised as a representative, or cease to be one, and may a person's status be changed?
import { Refused, type Facts, type Seal } from '@derbes/kernel';
import { policyOf } from '../case.js';
import { draft, lawNamed, staffKnown } from '../hold-decider.js';
import { type Folds } from '../identify.js';
import { entryOf, type Entry } from '../fact.js';
import { editionAt } from '../registers.js';
import { subjectStream, type SubjectFold } from '../subject-fold.js';
import { evolveState } from '../subject-state.js';
import { childhoodOf, conflictsAt, statusAt } from './authority.js';
import { ofAgeBy, turns18On } from './coming-of-age.js';
import { consentsToRenew } from './renewal.js';
import {
  type ChangeStatus,
  type ComeOfAge,
  type EndRepresentation,
  type PersonCommand,
  type PersonDecision,
  type PersonOutside,
  type RecogniseRepresentative,
} from './person-command.js';
import { type RepresentativeKind, type RepresentativeScope } from './representative.js';
import { type PersonStatus } from './status.js';
import { livingFamily } from '../survivor.js';

/**
 * Decides over the subject's stream and those merged into it: `folds` must hold them all. Refuses SUBJECT_UNKNOWN, MERGED,
 * SUBJECT_ERASED, NOT_A_PERSON, STAFF_UNKNOWN; of a representative AUTHORITY_UNPROVED, AUTHORITY_UNFIT, UNTIL_PAST, LAW_MISSING,
 * CATEGORY_UNKNOWN, PURPOSE_UNKNOWN, REPRESENTATIVE_UNKNOWN, REPRESENTATION_ENDED; of a status STATUS_UNPROVED, AGE_DATE_MISSING,
 * AGE_DATE_PAST.
 */
export function decidePerson(command: PersonCommand, folds: Folds, outside: PersonOutside): PersonDecision {
  const { subject } = command;
  const family = livingFamily(subject, folds);
  if (family.state.identity.kind === 'device')
    throw new Refused('NOT_A_PERSON', 'nobody is known behind this device', { subject });
  switch (command.type) {
    case 'RecogniseRepresentative':
      return recognise(command, family, outside);
    case 'EndRepresentation':
      return end(command, family, outside);
    case 'ChangeStatus':
      return change(command, family, outside);
    case 'ComeOfAge':
      return comeOfAge(command, family, outside);
  }
}

function recognise(command: RecogniseRepresentative, family: SubjectFold, outside: PersonOutside): PersonDecision {
  const { subject, representative, kind, scope, exclusive, from, until, document, act, article, staff } = command;
  const { at } = outside;
  if (!document || command.number === undefined) {
    throw new Refused('AUTHORITY_UNPROVED', 'name the document that gives the authority: kind, date and number', {
      kind,
    });
  }
  if (document.date > at.slice(0, document.date.length)) {
    throw new Refused('AUTHORITY_UNPROVED', 'the document is of a day that has not come', { date: document.date });
  }
  fits(kind, statusAt(family.state.person, at));
  if (kind === 'heir') lawNamed('other-law', act, article);
  staffKnown(staff, outside);
  if (until !== undefined && (until <= at || until <= from))
    throw new Refused('UNTIL_PAST', 'the authority would have ended already', { until });
  if (scope) declaredScope(scope, family, outside);
  const facts: Facts = {
    representative,
    kind,
    ...(scope && { scope: scopeFacts(scope) }),
    ...(exclusive === true && { exclusive: 'yes' }),
    from,
    ...(until !== undefined && { until }),
    document: { ...document },
    ...(act !== undefined && { act }),
    ...(article !== undefined && { article }),
    ...(staff !== undefined && { staff }),
  };
  const owner = `representative-${representative}`;
  const seal = (category: string, value: number | undefined): Seal[] =>
    value === undefined ? [] : [{ category, value, owner }];
  const recognised = {
    ...draft(subject, 'RepresentativeRecognised', facts, at),
    seals: [
      ...seal('meta.name', command.name),
      ...seal('meta.contact', command.contact),
      ...seal('meta.document', command.number),
    ],
  };
  const conflicts = conflictsWith(recognised, family, at, representative);
  return { outcome: conflicts.length > 0 ? 'contested' : 'recognised', drafts: [recognised], conflicts };
}

const scopeFacts = ({ rights, categories, purposes }: RepresentativeScope): Facts => ({
  ...(rights && { rights: [...rights] }),
  ...(categories && { categories: [...categories] }),
  ...(purposes && { purposes: [...purposes] }),
});

const legal = new Set<RepresentativeKind>(['parent', 'adoptive-parent', 'guardian', 'trustee']);

/** A parent speaks for a child or for somebody incapable, an heir for the dead, and nobody by a power of attorney of the dead. */
function fits(kind: RepresentativeKind, status: PersonStatus | undefined): void {
  const fit =
    kind === 'heir'
      ? status === 'deceased'
      : legal.has(kind)
        ? status === 'minor' || status === 'incapable'
        : status !== 'deceased';
  if (fit) return;
  throw new Refused('AUTHORITY_UNFIT', 'nobody has this authority over a person of this status: say her status first', {
    kind,
    status: status ?? 'unknown',
  });
}

function declaredScope(
  { categories = [], purposes = [] }: NonNullable<RecogniseRepresentative['scope']>,
  family: SubjectFold,
  outside: PersonOutside,
): void {
  const document = editionAt(outside.registers, outside.at)?.document;
  const policy = document === undefined ? undefined : policyOf(outside, document);
  const held = [...family.state.holdings.current.values()];
  for (const category of categories) {
    if (policy?.category(category) || held.some((holding) => holding.category === category)) continue;
    throw new Refused('CATEGORY_UNKNOWN', 'no such category is declared or held', { category });
  }
  for (const purpose of purposes) {
    if (policy?.purpose(purpose) || held.some((one) => one.purposes.some(({ code }) => code === purpose))) continue;
    throw new Refused('PURPOSE_UNKNOWN', 'no such purpose is declared or pursued', { purpose });
  }
}

/** What would stand against the others once it is recorded. */
function conflictsWith(
  recognised: { readonly facts: Facts; readonly stream: string },
  family: SubjectFold,
  at: string,
  representative: string,
): PersonDecision['conflicts'] {
  const entry = {
    type: 'RepresentativeRecognised',
    facts: recognised.facts,
    id: representative,
    stream: recognised.stream,
    revision: Number.MAX_SAFE_INTEGER,
    at,
    occurred: at,
    actor: 'officer',
  } as unknown as Entry;
  const { person, consents } = evolveState(family.state, entryOf(entry));
  const from = person.representations.get(representative)?.from ?? at;
  const conflicts = conflictsAt(person, consents, from > at ? from : at);
  return conflicts.filter(({ between }) => between.includes(representative));
}

function end(command: EndRepresentation, family: SubjectFold, outside: PersonOutside): PersonDecision {
  const { recognition, ground, staff } = command;
  const standing = family.state.person.representations.get(recognition);
  if (!standing)
    throw new Refused('REPRESENTATIVE_UNKNOWN', 'nobody was recognised under this id', { representation: recognition });
  staffKnown(staff, outside);
  if (standing.ended?.ground === ground) return { outcome: 'ended', drafts: [], conflicts: [] };
  if (standing.ended) {
    throw new Refused('REPRESENTATION_ENDED', 'the authority has ended', { ended: standing.ended.moment });
  }
  const facts = { recognition, ground, ...(staff !== undefined && { staff }) };
  return {
    outcome: 'ended',
    drafts: [draft(standing.subject, 'RepresentativeEnded', facts, outside.at)],
    conflicts: [],
  };
}

const provedByDocument = new Set<PersonStatus>(['incapable', 'deceased', 'missing']);

function change(command: ChangeStatus, family: SubjectFold, outside: PersonOutside): PersonDecision {
  const { subject, status, turns, document, act, article, staff } = command;
  const { at } = outside;
  const { person } = family.state;
  const today = at.slice(0, 'YYYY-MM-DD'.length);
  const before = person.statuses.at(-1)?.status;
  staffKnown(staff, outside);
  if (status === 'minor' && !turns)
    throw new Refused('AGE_DATE_MISSING', 'name the day on which the child turns 14, or 18', { status });
  if (status !== 'minor' && turns)
    throw new Refused('AGE_DATE_MISSING', 'the day of turning 14 or 18 is kept of a child alone', { status });
  if (turns && turns18On(turns) <= today)
    throw new Refused('AGE_DATE_PAST', 'by this date the person is of age', { on: turns.on });
  // A death, an incapacity or an absence is undone, as it is said, by a document: never by a mere word.
  const unsaying = status !== before && before !== undefined && provedByDocument.has(before);
  if ((provedByDocument.has(status) || unsaying) && !document)
    throw new Refused('STATUS_UNPROVED', 'name the certificate or court decision: kind and date', { status });
  if (document && document.date > today)
    throw new Refused('STATUS_UNPROVED', 'the document is of a day that has not come', { date: document.date });
  if (status === before && !differs(command, family)) return { outcome: 'unchanged', drafts: [], conflicts: [] };
  const grown = status === 'adult' && before === 'minor' ? consentsToRenew(family.state) : [];
  const facts: Facts = {
    status,
    ...(turns && { turns: { ...turns }, ofAge: ofAgeBy(turns, outside, outside.at) }),
    ...(document && { document: { ...document } }),
    ...(act !== undefined && { act }),
    ...(article !== undefined && { article }),
    ...(grown.length > 0 && { renew: [...grown] }),
    ...(staff !== undefined && { staff }),
  };
  return { outcome: 'changed', drafts: [draft(subject, 'SubjectStatusChanged', facts, at)], conflicts: [] };
}

function differs({ turns, document }: ChangeStatus, { state }: SubjectFold): boolean {
  const last = state.person.statuses.at(-1);
  const same = (a: object | undefined, b: object | undefined): boolean =>
    a === undefined || JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b ?? {}).sort());
  return !same(turns, last?.turns) || !same(document, last?.document);
}

/** Written once: when she is of age already, or no child, nothing is left to say. */
function comeOfAge({ subject }: ComeOfAge, family: SubjectFold, { at }: PersonOutside): PersonDecision {
  const child = childhoodOf(family.state.person);
  if (!child || child.ofAge > at) return { outcome: 'unchanged', drafts: [], conflicts: [] };
  const renew = consentsToRenew(family.state);
  const facts: Facts = { status: 'adult', ...(renew.length > 0 && { renew: [...renew] }) };
  // It happened when the day began, whenever it is written down.
  const grown = { ...draft(subject, 'SubjectStatusChanged', facts, child.ofAge), stream: subjectStream(subject) };
  return { outcome: 'changed', drafts: [grown], conflicts: [] };
}
