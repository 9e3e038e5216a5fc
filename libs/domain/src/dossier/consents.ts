// What did the person agree to, refuse, withdraw and acknowledge, and what of it stands?
import { type SubjectEvent } from '../catalogue.js';
import { type ConsentItems } from '../consent.js';
import { type DossierContext } from './context.js';
import { mark, ofType, type EventOf } from './known.js';
import {
  type AcknowledgementLine,
  type ConsentLine,
  type ConsentStanding,
  type RefusalLine,
  type WithdrawalLine,
} from './shape.js';

/** Items 1 to 7 of Art. 8(4) must be stated; the eighth is "other". */
const requiredItems = [
  'operator',
  'subjectName',
  'term',
  'thirdParties',
  'crossBorder',
  'publication',
  'data',
] as const satisfies readonly (keyof ConsentItems)[];

const purposeReached = 'purpose-reached';

/** The consents by the id of their event, in the order in which they were given. */
export function consentLines({ history, parts, moments }: DossierContext): ReadonlyMap<string, ConsentLine> {
  const withdrawals = withdrawalsByConsent(ofType(history.counted, 'ConsentWithdrawn'));
  const reached = new Set(ofType(history.counted, 'PurposeEnded').map(({ facts }) => facts.purpose));
  const lines = ofType(history.counted, 'ConsentGiven').map((event): [string, ConsentLine] => {
    const { purposes, items, shown, channel, proof, by } = event.facts;
    const proofPart = parts.meta(event.id, 'meta.consent-proof');
    const subjectName = parts.meta(event.id, 'meta.subject-name');
    const withdrawn = withdrawals.get(event.id) ?? [];
    const line: ConsentLine = {
      ...mark(event),
      purposes,
      items,
      missing: requiredItems.flatMap((item, i) => (items[item] === undefined ? [String(i + 1)] : [])),
      ...(shown && { shown }),
      channel,
      ...(proof && { proof }),
      ...(proofPart && { proofPart }),
      ...(subjectName && { subjectName }),
      by,
      standing: standingOf(purposes, items, withdrawn, reached, moments.asOf),
      withdrawals: withdrawn,
    };
    return [event.id, line];
  });
  return new Map(lines);
}

function withdrawalsByConsent(events: readonly EventOf<'ConsentWithdrawn'>[]): Map<string, WithdrawalLine[]> {
  const map = new Map<string, WithdrawalLine[]>();
  for (const event of events) {
    const { consent, scope, received, channel } = event.facts;
    const line = { ...mark(event), received, ...(scope && { scope }), ...(channel && { channel }) };
    const lines = map.get(consent);
    if (lines) lines.push(line);
    else map.set(consent, [line]);
  }
  return map;
}

function standingOf(
  purposes: readonly string[],
  items: ConsentItems,
  withdrawals: readonly WithdrawalLine[],
  reached: ReadonlySet<string>,
  asOf: string,
): ConsentStanding {
  const given = items.data ?? [];
  const withdrawn = (codes: 'purposes' | 'categories') => withdrawals.flatMap(({ scope }) => scope?.[codes] ?? []);
  const wholly = (all: readonly string[], gone: readonly string[]) =>
    all.length > 0 && all.every((code) => gone.includes(code));
  if (
    withdrawals.some(({ scope }) => !scope || Object.keys(scope).length === 0) ||
    wholly(purposes, withdrawn('purposes')) ||
    wholly(given, withdrawn('categories'))
  ) {
    return 'withdrawn';
  }
  // Art. 8(6): without a stated term a consent stands until its purpose is reached.
  const untilReached = items.term?.until === undefined && (items.term?.untilEvent ?? purposeReached) === purposeReached;
  if ((items.term?.until ?? asOf) < asOf || (untilReached && wholly(purposes, [...reached]))) return 'expired';
  return withdrawals.length > 0 ? 'withdrawn-in-part' : 'stands';
}

export const refusalLines = (counted: readonly SubjectEvent[]): readonly RefusalLine[] =>
  ofType(counted, 'ConsentRefused').map((event) => {
    const { purposes, shown, channel, by } = event.facts;
    return { ...mark(event), purposes, ...(shown && { shown }), channel, by };
  });

export const acknowledgementLines = (counted: readonly SubjectEvent[]): readonly AcknowledgementLine[] =>
  ofType(counted, 'PolicyAcknowledged').map((event) => ({ ...mark(event), ...event.facts }));
