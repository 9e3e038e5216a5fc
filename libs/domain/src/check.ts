// May this category of this subject be collected, used, passed on or published for this purpose; and if not, what is missing?
import { type DeclaredPolicy } from '@derbes/policy';
import { homeOf, openCase, type Outside } from './case.js';
import { type ConsentItems } from './consent.js';
import { type Entry } from './fact.js';
import { type Finding, type FindingCode } from './finding.js';
import { type Basis, type Capacity, type Role } from './holding.js';
import { bestCoverage, decides, groundOf } from './judge-basis.js';
import { judge } from './judge.js';
import { recipientAt } from './registers.js';
import { stateBefore, type SubjectFold } from './subject-fold.js';

export interface Question {
  readonly action: 'collect' | 'use' | 'transfer' | 'publish';
  readonly category: string;
  readonly purpose: string;
  /** What the asker would lean on; without it a consent is looked for. */
  readonly basis?: Basis;
  readonly holder?: string;
  readonly role?: Role;
  readonly capacity?: Capacity;
  /** For a transfer. */
  readonly recipient?: string;
  readonly country?: string;
  /** Code of a cross-border ground. */
  readonly ground?: string;
  /** For a publication: the kind of place. */
  readonly place?: string;
}

export interface Answer {
  readonly allowed: boolean;
  /** The clause and article that forbid it, or by which it is allowed. */
  readonly clause: string;
  readonly article: string;
  /** The consent that decides: the event id of ConsentGiven. */
  readonly consent?: string;
  /** What stands against it. */
  readonly missing: readonly Finding[];
  /** Where a consent would do: its purposes and eight items (Art. 8(4)), as far as the edition knows them. */
  readonly consentNeeded?: ConsentNeeded;
}

export interface ConsentNeeded {
  readonly purposes: readonly string[];
  readonly items: ConsentItems;
  /** Item 1: the controller as the edition names it; no personal data. */
  readonly operator: Pick<DeclaredPolicy['policy']['controller'], 'name' | 'bin'>;
  /** Hash of the edition to be shown. */
  readonly edition: string;
  readonly clause: string;
}

/** Findings that speak of how a fact is told, not of whether the thing may be done. */
const doNotForbid = new Set<FindingCode>([
  'TOLD_LATE',
  'SOURCE_NOT_STATED',
  'SOURCE_LINK_MISSING',
  'UNDECLARED_HOLDER',
]);
const consentWouldDo = new Set<FindingCode>([
  'CONSENT_MISSING',
  'CONSENT_WITHDRAWN',
  'NO_BASIS',
  'BASIS_NOT_IN_LAW',
  'CROSS_BORDER_WITHOUT_GROUND',
]);

// ISO 3166-1 user-assigned: a recipient that nobody knows, in a country that nobody named, is not at home.
const unstatedCountry = 'XX';
const hypothetical = '00000000-0000-0000-0000-000000000000';

/** Judges the fact that would be told if it were done at `now`; nothing is recorded. `fold` is empty for an unknown person. */
export function check(question: Question, fold: SubjectFold, outside: Outside, now: string): Answer {
  const recipient =
    question.recipient === undefined ? undefined : recipientAt(outside.registers, question.recipient, now);
  const entry = factOf({ ...(recipient ? { country: recipient.country } : {}), ...question }, now);
  const state = stateBefore(fold, entry);
  const missing = judge(entry, state, outside).filter(({ code }) => forbids(code, question));
  const the = openCase(entry, state, outside);
  const { policy, profile, edition } = the;
  const basis = question.basis ?? { code: 'consent' };
  const ground = groundOf(the, basis);
  const home = homeOf(profile, policy);
  const ask = {
    category: question.category,
    purpose: question.purpose,
    moment: now,
    ...(question.recipient === undefined ? {} : { recipient: { code: question.recipient, class: recipient?.class } }),
    ...(question.action === 'publish' ? { publication: true } : {}),
  };
  const best = ground.needsConsent ? bestCoverage(the, ask, basis.consent) : undefined;
  const consent = best && decides(best, ground, the) ? best.consent.event : undefined;
  const against = missing[0];
  const standing = policy?.basis(basis.code)?.clause ?? policy?.sectionClause('bases') ?? '-';
  const needed =
    policy && edition !== undefined && missing.some(({ code }) => consentWouldDo.has(code))
      ? consentNeeded({ ...question, ...countryOf(entry) }, policy, edition, recipient?.class, home)
      : undefined;
  return {
    allowed: missing.length === 0,
    clause: against?.clause ?? standing,
    article: against?.article ?? ground.row?.article ?? '-',
    ...(consent === undefined ? {} : { consent }),
    missing,
    ...(needed ? { consentNeeded: needed } : {}),
  };
}

/** Without a holder nobody asks about one holding, so that none is told does not forbid. */
const forbids = (code: FindingCode, { holder }: Question): boolean =>
  !doNotForbid.has(code) && (code !== 'UNTOLD_HOLDING' || holder !== undefined);

function factOf(question: Question, now: string): Entry {
  const { category, purpose, holder, role, recipient, country, ground, basis = { code: 'consent' } } = question;
  const common = {
    id: hypothetical,
    stream: `subject-${hypothetical}`,
    revision: Number.MAX_SAFE_INTEGER,
    at: now,
    occurred: now,
    actor: 'emitter',
  };
  const data = { categories: [category], purposes: [purpose], basis };
  const where = { ...(holder === undefined ? {} : { holder }), ...(role === undefined ? {} : { role }) };
  switch (question.action) {
    case 'collect': {
      const { capacity = 'own' } = question;
      const facts = {
        ...data,
        holder: holder ?? 'ledger',
        role: role ?? ('private' as const),
        capacity,
        origin: { kind: 'subject' as const },
      };
      return { ...common, type: 'DataCollected', facts: { ...facts, ...(country === undefined ? {} : { country }) } };
    }
    case 'use':
      return { ...common, type: 'DataUsed', facts: { ...data, ...where } };
    case 'publish':
      return { ...common, type: 'DataPublished', facts: { ...data, ...where, place: question.place ?? 'any' } };
    case 'transfer':
      return {
        ...common,
        type: 'DataTransferred',
        facts: {
          ...data,
          ...where,
          recipient: recipient ?? 'unnamed',
          country: country ?? unstatedCountry,
          mode: 'sent',
          ...(ground === undefined ? {} : { ground }),
        },
      };
  }
}

const countryOf = (entry: Entry): { country?: string } =>
  entry.type === 'DataTransferred' ? { country: entry.facts.country } : {};

/** The consent to ask for: what the edition says about this purpose, item by item; the name only the person can fill in. */
function consentNeeded(
  question: Question,
  policy: DeclaredPolicy,
  edition: string,
  recipientClass: string | undefined,
  home: string | undefined,
): ConsentNeeded {
  const { category, purpose, country, action } = question;
  const rule = policy.retention(purpose, category);
  const abroad = country !== undefined && country !== unstatedCountry && country !== home;
  const untilEvent = rule?.relation === undefined ? 'purpose-reached' : `${rule.relation}-ended`;
  const passedOn = action === 'transfer';
  return {
    purposes: [purpose],
    items: {
      operator: 'yes',
      subjectName: 'yes',
      term: { untilEvent },
      thirdParties: {
        allowed: passedOn ? 'yes' : 'no',
        ...(passedOn && recipientClass !== undefined ? { classes: [recipientClass] } : {}),
      },
      crossBorder: { allowed: abroad ? 'yes' : 'no', ...(abroad ? { countries: [country] } : {}) },
      publication: { allowed: action === 'publish' ? 'yes' : 'no' },
      data: [category],
      other: policy.policy.rights.map(({ code }) => code),
    },
    operator: { name: policy.policy.controller.name, bin: policy.policy.controller.bin },
    edition,
    clause: policy.basis('consent')?.clause ?? policy.sectionClause('bases'),
  };
}
