// What is needed to judge one event: what stood before it, and the edition, profile and registers of its moment?
import { type Calendar, type DeclaredPolicy, type Profile } from '@derbes/policy';
import { type Consent } from './consent.js';
import { type Entry } from './fact.js';
import { Findings } from './finding.js';
import { editionAt, profileAt, type Registers } from './registers.js';
import { type SubjectState } from './subject-state.js';

/** Stored documents by SHA-256, read and indexed once by whoever judges. */
export interface Documents {
  policy(document: string): DeclaredPolicy | undefined;
  profile(document: string): Profile | undefined;
  calendar(document: string): Calendar | undefined;
}

/** Everything outside a subject's streams that a judgement depends on. */
export interface Outside {
  readonly registers: Registers;
  readonly documents: Documents;
}

export interface Case<E extends Entry = Entry> {
  readonly entry: E;
  readonly state: SubjectState;
  /** The edition that the event names, else the one in force at its moment by the registers given. */
  readonly edition: string | undefined;
  readonly policy: DeclaredPolicy | undefined;
  readonly profile: Profile;
  readonly outside: Outside;
  readonly findings: Findings;
}

/** No jurisdiction profile is published, or a document is gone: nothing can be judged, and nothing is guessed. */
export class NotJudgeable extends Error {
  readonly code = 'NOT_JUDGEABLE';
}

export function openCase(entry: Entry, state: SubjectState, outside: Outside): Case {
  const edition = entry.edition ?? editionAt(outside.registers, entry.occurred)?.document;
  const policy = edition === undefined ? undefined : policyOf(outside, edition);
  const profile = profileOf(outside, entry.occurred, policy);
  return { entry, state, edition, policy, profile, outside, findings: new Findings(entry.id, profile.code) };
}

export function policyOf({ documents }: Outside, document: string): DeclaredPolicy {
  const policy = documents.policy(document);
  if (!policy) throw new NotJudgeable(`the policy document ${document} is missing`);
  return policy;
}

/** The profile of the edition's jurisdiction at a moment; of the first published one where no edition stands. */
export function profileOf({ registers, documents }: Outside, moment: string, policy?: DeclaredPolicy): Profile {
  const version = profileAt(registers, moment, policy?.policy.edition.jurisdiction);
  const profile = version && documents.profile(version.document);
  if (!profile) throw new NotJudgeable('no jurisdiction profile is published');
  return profile;
}

/** The text that the person was shown; undefined when the ledger does not have that edition. */
export const shownOf =
  ({ documents }: Outside) =>
  (consent: Consent): DeclaredPolicy | undefined =>
    consent.shown && documents.policy(consent.shown.edition);

/** The controller's own country: from elsewhere on the law of cross-border transfers speaks. */
export const homeOf = (profile: Profile, policy: DeclaredPolicy | undefined): string | undefined =>
  profile.localisation?.country ?? policy?.policy.controller.country;
