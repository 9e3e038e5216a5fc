// Whose consent no longer covers what since which edition, who must be told, and what has become of asking?
import { type Change } from '@derbes/policy';
import { type Outside } from '../case.js';
import { type Consent } from '../consent.js';
import { type SubjectFold } from '../subject-fold.js';
import { type SubjectState } from '../subject-state.js';
import { answeredBy, questionOf, reachesPast, refusedBy, type Question } from './asked-anew.js';
import { aboutConsent, aboutEdition, endOfConsent, isUnder, livePurposes, saidBy, type Said } from './sides.js';
import { successions, type Succession } from './succession.js';
import { renewalsOfAge } from './of-age.js';
import { type Renewal, type RenewalState } from './row.js';

/** Of every edition that has a predecessor, in their order; then of coming of age. Throws NotJudgeable. */
export function renewalsOf(fold: SubjectFold, outside: Outside): readonly Renewal[] {
  const said = saidBy(fold.entries);
  const ofEditions = successions(outside).flatMap((succession) => ofEdition(fold.state, said, succession, outside));
  return [...ofEditions, ...renewalsOfAge(fold.state, said)];
}

function ofEdition(state: SubjectState, said: readonly Said[], succession: Succession, outside: Outside): Renewal[] {
  const { edition, difference } = succession;
  if (difference.asks === 'nobody') return [];
  const consents = consentsOf(state, succession, outside);
  if (consents.older.length === 0 && !heldBefore(state, edition.inForce)) return [];
  const dead = state.person.statuses.at(-1)?.status === 'deceased';
  const telling = difference.changes.some(
    (change) => change.asks !== 'nobody' && concerns(change, state, consents.older, succession),
  );
  const questions = difference.changes.filter(({ asks }) => asks === 'asking-anew').map(questionOf);
  const asked = questions.flatMap((question) => asking(question, { state, said, succession, outside, consents, dead }));
  return [...(telling ? [tellingRow(state, said, succession, outside, consents.older, dead)] : []), ...asked];
}

interface Older extends Pick<Consent, 'event'> {
  readonly consent: Consent;
  readonly live: readonly string[];
  readonly end: string | undefined;
}

interface Consents {
  /** Given under an older text, and standing when the newer came into force. */
  readonly older: readonly Older[];
}

function consentsOf(state: SubjectState, succession: Succession, { registers }: Outside): Consents {
  const older: Older[] = [];
  for (const consent of state.consents.given.values()) {
    if (isUnder(consent.shown?.edition, consent.given, succession, registers)) continue;
    const end = endOfConsent(consent, state);
    if (end !== undefined && end <= succession.edition.inForce) continue;
    // What ended later is what was asked about then.
    const live = end === undefined ? livePurposes(consent, state) : consent.purposes;
    older.push({ event: consent.event, consent, live, end });
  }
  return { older };
}

const heldBefore = ({ holdings }: SubjectState, inForce: string): boolean =>
  [...holdings.current.values()].some(({ since, end }) => since.moment < inForce && (!end || end.moment > inForce));

/** What is about all data, or widens who may get or do something, concerns everybody; the rest those whose data it is about. */
function concerns(
  change: Change,
  state: SubjectState,
  older: readonly Older[],
  { policy, edition }: Succession,
): boolean {
  const { purposes, categories } = change.touches;
  const general = change.what === 'purpose' || change.what === 'category' || (!purposes && !categories);
  if (general) return true;
  const of = (category: string) => [category, ...(policy.category(category)?.ancestors ?? [])];
  const held = [...state.holdings.current.values()].filter(
    ({ since, end }) => since.moment < edition.inForce && (!end || end.moment > edition.inForce),
  );
  const byHolding = held.some(
    (holding) =>
      (!categories || of(holding.category).some((code) => categories.includes(code))) &&
      (!purposes || holding.purposes.some(({ code }) => purposes.includes(code))),
  );
  return byHolding || older.some(({ live }) => purposes?.some((code) => live.includes(code)) === true);
}

const eventOf = ({ edition }: Succession) => ({
  campaign: edition.code,
  about: edition.event,
  edition: edition.document,
  since: edition.inForce,
});

function tellingRow(
  state: SubjectState,
  said: readonly Said[],
  succession: Succession,
  { registers }: Outside,
  older: readonly Older[],
  dead: boolean,
): Renewal {
  const told = said.find((one) => tells(one) && isUnder(editionIn(one), one.occurred, succession, registers));
  const row = {
    ...eventOf(succession),
    what: aboutEdition,
    item: '-',
    clause: succession.policy.sectionClause('editions'),
  } as const;
  const events = [succession.edition.event];
  if (told) {
    const channel = told.facts.channel === undefined ? {} : { channel: told.facts.channel };
    return { ...row, state: 'informed', told: told.occurred, ...channel, events: [...events, told.id] };
  }
  const gone = dead || (older.every(({ end }) => end !== undefined) && !isHeld(state));
  return { ...row, state: gone ? 'lapsed' : 'to-tell', events };
}

/** Somebody who was shown a text, asked under it or told of it knows of it. */
const tells = (one: Said): boolean =>
  one.type === 'SubjectNotified'
    ? one.facts.about === aboutEdition || one.facts.about === aboutConsent
    : one.type !== 'ConsentWithdrawn' && one.facts.shown !== undefined;

const editionIn = (one: Said): string | undefined =>
  one.type === 'SubjectNotified'
    ? one.facts.edition
    : one.type === 'ConsentWithdrawn'
      ? undefined
      : one.facts.shown?.edition;

const isHeld = ({ holdings }: SubjectState): boolean => [...holdings.current.values()].some(({ end }) => !end);

interface Asking {
  readonly state: SubjectState;
  readonly said: readonly Said[];
  readonly succession: Succession;
  readonly outside: Outside;
  readonly consents: Consents;
  readonly dead: boolean;
}

function asking(question: Question, the: Asking): Renewal[] {
  const { state, said, succession, outside, consents, dead } = the;
  const { policy } = succession;
  const reached = consents.older.filter(({ consent, live }) => reachesPast(question, consent, live, policy));
  const last = reached.at(-1);
  if (!last) return [];
  const purposes = reached.flatMap(({ live }) => live);
  const row = {
    ...eventOf(succession),
    what: question.what,
    item: question.item,
    clause: question.change.clause,
    consent: last.event,
  };
  const events = [succession.edition.event, last.event];
  let at: Now = { state: 'to-ask' };
  let answer: string | undefined;
  for (const one of said) {
    const next = stepOf(one, question, at, { state, succession, outside, purposes, answer });
    if (!next) continue;
    if (next !== 'asked') answer = one.id;
    const when = next === 'asked' ? { asked: one.occurred } : { ended: one.occurred };
    const asked = at.asked === undefined ? {} : { asked: at.asked };
    const channel = one.facts.channel === undefined ? {} : { channel: one.facts.channel };
    at = { state: next, ...asked, ...channel, ...when, events: [...(at.events ?? []), one.id] };
  }
  const open = at.state === 'to-ask' || at.state === 'asked';
  const ended = reached.map(({ end }) => end);
  const gone = dead || ended.every((end) => end !== undefined) || !stillDeclared(question, outside);
  if (open && gone) {
    const end = ended
      .filter((moment) => moment !== undefined)
      .sort()
      .at(-1);
    at = { ...at, state: 'lapsed', ...(end !== undefined && { ended: end }) };
  }
  return [{ ...row, ...at, events: [...events, ...(at.events ?? [])] }];
}

/** As far as the sayings were gone through. */
type Now = Partial<Renewal> & { readonly state: RenewalState };

interface Step {
  readonly state: SubjectState;
  readonly succession: Succession;
  readonly outside: Outside;
  readonly purposes: readonly string[];
  /** The event of the answer that stands. */
  readonly answer: string | undefined;
}

/** What one saying makes of it; a renewed consent that is withdrawn is a no. */
function stepOf(one: Said, question: Question, now: Now, the: Step): RenewalState | undefined {
  const { state, succession, outside, purposes, answer } = the;
  const renewed = now.state === 'renewed';
  if (one.type === 'ConsentWithdrawn') {
    return renewed && one.facts.consent === answer && !one.facts.scope ? 'refused' : undefined;
  }
  if (one.type === 'PolicyAcknowledged' || !isUnder(editionIn(one), one.occurred, succession, outside.registers)) {
    return undefined;
  }
  if (one.type === 'SubjectNotified') {
    // Within one second facts stand by what they are: whoever answered in it was asked before.
    const answered = renewed || (now.ended !== undefined && one.occurred <= now.ended);
    return one.facts.about === aboutConsent && !answered ? 'asked' : undefined;
  }
  if (one.type === 'ConsentRefused') return !renewed && refusedBy(question, one, purposes) ? 'refused' : undefined;
  const consent = state.consents.given.get(one.id);
  return consent && answeredBy(question, consent, succession.policy);
}

/** Whether the edition that is published last still says what was to be asked. */
function stillDeclared({ what, item }: Question, { registers, documents }: Outside): boolean {
  const last = registers.editions.at(-1);
  const policy = last && documents.policy(last.document);
  if (!policy) return true;
  if (what === 'purpose') return policy.purpose(item) !== undefined;
  if (what === 'category') return policy.category(item) !== undefined;
  if (what === 'recipient-class') return policy.recipientClass(item) !== undefined;
  return true;
}
