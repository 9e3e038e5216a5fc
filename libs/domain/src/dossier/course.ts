// What befell the person's data and identifiers: links, contests, blocks, corrections, destructions, obligations, retractions?
import { type SubjectEvent } from '../catalogue.js';
import { compareEntries } from '../fact.js';
import { means } from '../holding.js';
import { refOf, type DossierContext } from './context.js';
import { mark, ofType, type EventOf } from './known.js';
import {
  type BlockLine,
  type ContestLine,
  type CorrectionLine,
  type DestructionLine,
  type IdentifierLine,
  type ObligationLine,
  type RetractedLine,
} from './shape.js';

export function identifierLines({ history, parts }: DossierContext): readonly IdentifierLine[] {
  const unlinked = firstBy(ofType(history.counted, 'IdentifierUnlinked'), ({ facts }) => facts.link);
  return ofType(history.counted, 'IdentifierLinked').map((event) => {
    const part = parts.data(event.id)[0];
    const end = unlinked.get(event.id);
    return {
      scheme: event.facts.scheme,
      since: event.facts.since,
      event: event.id,
      ...(part && { part: refOf(part) }),
      ...(end && { until: { moment: end.facts.until, event: end.id, ground: end.facts.ground } }),
    };
  });
}

export const contestLines = ({ history }: DossierContext): readonly ContestLine[] =>
  ofType(history.counted, 'IdentifierContested').map((event) => {
    const { scheme, rank, fact, told } = event.facts;
    return { ...mark(event), scheme, rank, ...(fact && { fact }), ...(told && { told }) };
  });

/** A block ends category by category: when its holder, or all holders, are unblocked. */
export function blockLines({ history }: DossierContext): readonly BlockLine[] {
  const { counted } = history;
  const unblocked = ofType(counted, 'DataUnblocked');
  return ofType(counted, 'DataBlocked').map((event) => {
    const { categories, holder, ground } = event.facts;
    const after = unblocked.slice(firstAfter(unblocked, event));
    const ended = after.flatMap((end) => {
      const named = endedBy(end, event);
      return named.length === 0 ? [] : [{ ...mark(end), ground: end.facts.ground, categories: named }];
    });
    const gone = new Set(ended.flatMap((end) => end.categories));
    return {
      ...mark(event),
      ground,
      categories,
      ...(holder && { holder }),
      ended,
      stands: categories.some((category) => !gone.has(category)),
    };
  });
}

/** The first event by each key. */
function firstBy<E>(events: readonly E[], keyOf: (event: E) => string): ReadonlyMap<string, E> {
  const first = new Map<string, E>();
  for (const event of events) if (!first.has(keyOf(event))) first.set(keyOf(event), event);
  return first;
}

/** The place of the first of these events, which are in order, that counts after another. */
function firstAfter(events: readonly SubjectEvent[], event: SubjectEvent): number {
  let [from, to] = [0, events.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    const one = events[middle];
    if (one && compareEntries(one, event) < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

function endedBy(end: EventOf<'DataUnblocked'>, { facts }: EventOf<'DataBlocked'>): string[] {
  const reaches = end.facts.holder === undefined || end.facts.holder === facts.holder;
  return reaches
    ? facts.categories.filter((category) => end.facts.categories.some((code) => means(code, category)))
    : [];
}

export const destructionLines = ({ history }: DossierContext): readonly DestructionLine[] =>
  ofType(history.counted, 'DataDestroyed').map((event) => ({ ...mark(event), ...event.facts }));

export const correctionLines = ({ history }: DossierContext): readonly CorrectionLine[] =>
  ofType(history.counted, 'DataCorrected').map((event) => ({ ...mark(event), ...event.facts }));

export function obligationLines({ history }: DossierContext): readonly ObligationLine[] {
  const closed = firstBy(ofType(history.counted, 'ObligationClosed'), ({ facts }) => facts.obligation);
  return ofType(history.counted, 'ObligationOpened').map((event) => {
    const end = closed.get(event.id);
    return { ...mark(event), ...event.facts, ...(end && { closed: mark(end) }) };
  });
}

/** Retracted facts apart from all others; the moment of the retraction is the one at which the ledger learned of it. */
export const retractedLines = ({ history, parts }: DossierContext): readonly RetractedLine[] =>
  history.retracted.map(({ fact, by }) => ({
    ...mark(fact),
    type: fact.type,
    ...(fact.source && { source: fact.source }),
    retraction: { moment: by.at, event: by.event, ground: by.ground },
    parts: parts.of(fact.id).map(refOf),
  }));
