// When does a consent end by itself: by its date, with its event, or because its purposes are reached (Art. 8(5), 8(6))?
import { type Consent } from '../consent.js';
import { type consentEnds } from './ends.js';
import { lastEnd, relationKinds, type Relations } from '../relation.js';

export interface ConsentEnd {
  /** It holds up to this moment and no longer. */
  readonly due: string;
  readonly ground: (typeof consentEnds)[number];
}

/** The first of its ends that is known; undefined while there is none, and for one that was withdrawn whole: that ended it. */
export function consentEnd(
  { given, purposes, items, withdrawals }: Consent,
  relations: Relations,
): ConsentEnd | undefined {
  if (withdrawals.some(({ scope }) => scope === undefined)) return undefined;
  const { until, untilEvent } = items.term ?? {};
  const relation = relationKinds.find((kind) => untilEvent === kind || untilEvent === `${kind}-ended`);
  const ended = relation && lastEnd(relations, relation);
  const reached = purposes.map((purpose) => relations.endedPurposes.get(purpose) ?? '');
  const ends: ConsentEnd[] = [];
  if (until !== undefined) ends.push({ due: until, ground: 'term-over' });
  if (ended !== undefined && ended >= given) ends.push({ due: ended, ground: 'relation-ended' });
  if (reached.every((moment) => moment >= given)) {
    ends.push({ due: reached.sort().at(-1) ?? given, ground: 'purpose-reached' });
  }
  return ends.reduce<ConsentEnd | undefined>((first, end) => (first && first.due <= end.due ? first : end), undefined);
}
