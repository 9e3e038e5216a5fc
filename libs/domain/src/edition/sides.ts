// On which side of an edition does what a person said and was told stand, and until when did a consent hold?
import { type Consent } from '../consent.js';
import { type Entry, type EntryOf } from '../fact.js';
import { type Registers } from '../registers.js';
import { type SubjectState } from '../subject-state.js';
import { type Succession } from './succession.js';

/** What counts as telling a person of an edition, and as asking her under it. */
export const aboutEdition = 'edition';
export const aboutConsent = 'consent-request';

export type Said = EntryOf<
  'ConsentGiven' | 'ConsentRefused' | 'PolicyAcknowledged' | 'SubjectNotified' | 'ConsentWithdrawn'
>;

const speaking = new Set<Entry['type']>([
  'ConsentGiven',
  'ConsentRefused',
  'PolicyAcknowledged',
  'SubjectNotified',
  'ConsentWithdrawn',
]);

/** What the person said or was told, in the order of the log's facts, which is by more than the second. */
export const saidBy = (entries: readonly Entry[]): readonly Said[] =>
  entries.filter((entry): entry is Said => speaking.has(entry.type));

/** The text that was shown or told of decides; where none is named, or none that the ledger has, the moment does. */
export function isUnder(
  document: string | undefined,
  moment: string,
  { place, edition }: Pick<Succession, 'place' | 'edition'>,
  { editions }: Registers,
): boolean {
  const shown = document === undefined ? -1 : editions.findIndex((one) => one.document === document);
  return shown === -1 ? moment >= edition.inForce : shown >= place;
}

/** When nothing of a consent stood any more; undefined while something does. */
export function endOfConsent(
  { given, purposes, items, withdrawals }: Consent,
  { relations }: Pick<SubjectState, 'relations'>,
): string | undefined {
  const whole = withdrawals.find(({ scope }) => scope === undefined)?.received;
  const ends = purposes.map((purpose) => {
    const ended = relations.endedPurposes.get(purpose);
    const reached = ended !== undefined && ended >= given ? ended : undefined;
    const withdrawn = withdrawals.find(({ scope }) => onlyPurposes(scope) && scope?.purposes?.includes(purpose));
    return earliest([reached, withdrawn?.received]);
  });
  const all = ends.every((end) => end !== undefined) ? ends.sort().at(-1) : undefined;
  return earliest([whole, all, items.term?.until]);
}

/** Purposes of the consent that a withdrawal or their own end has not taken away. */
export const livePurposes = (
  { given, purposes, withdrawals }: Consent,
  { relations }: Pick<SubjectState, 'relations'>,
): readonly string[] =>
  purposes.filter((purpose) => {
    const ended = relations.endedPurposes.get(purpose);
    if (ended !== undefined && ended >= given) return false;
    return !withdrawals.some(({ scope }) => !scope || (onlyPurposes(scope) && scope.purposes?.includes(purpose)));
  });

type Scope = NonNullable<Consent['withdrawals'][number]['scope']>;

const onlyPurposes = (scope: Scope | undefined): boolean =>
  scope !== undefined && Object.keys(scope).length === 1 && scope.purposes !== undefined;

const earliest = (moments: readonly (string | undefined)[]): string | undefined =>
  moments.filter((moment) => moment !== undefined).sort()[0];
