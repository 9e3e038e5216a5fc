// Which events demand a destruction: an officer's order, a correction, a retraction, the end of a category's last other holding?
import { type ErasureCause, type ErasureGround, type ErasureScope } from './erasure.js';
import { type Entry, type EntryOf } from './fact.js';
import { type Holding } from './holding.js';
import { ledgerHolder } from './registers.js';
import { subjectOfStream, type SubjectFold } from './subject-fold.js';

/** Whatever demands a destruction: an order, a correction, a retraction, the end of a category's last other holding. */
export interface ErasureOrder {
  /** The event; of an officer's order the certificate's number. */
  readonly event: string;
  /** In whose stream it stands. */
  readonly subject: string;
  readonly cause: ErasureCause;
  readonly scope: ErasureScope;
  /** When it was demanded. */
  readonly ordered: string;
  readonly ground?: ErasureGround;
}

/** The order that an event is; undefined for events that demand nothing. `fold` is that of the whole family. */
export function orderOf(fold: SubjectFold, event: string): ErasureOrder | undefined {
  const entry = fold.entries.find(({ id }) => id === event);
  if (entry) return orderBy(entry, fold);
  for (const [fact, retraction] of fold.retractions) {
    const told = retraction.event === event && fold.retracted.find(({ id }) => id === fact);
    if (told) return retractionOrder(told, retraction);
  }
  return undefined;
}

/** All that demanded a destruction, carried out or not, in the order in which it counts. */
export function ordersOf(fold: SubjectFold): ErasureOrder[] {
  const orders = fold.entries.flatMap((entry) => orderBy(entry, fold) ?? []);
  for (const told of fold.retracted) {
    const retraction = fold.retractions.get(told.id);
    if (retraction) orders.push(retractionOrder(told, retraction));
  }
  return orders;
}

const retractionOrder = (told: Entry, { event, occurred }: { event: string; occurred: string }): ErasureOrder => ({
  event,
  subject: subjectOfStream(told.stream),
  cause: 'retraction',
  scope: 'value',
  ordered: occurred,
});

function orderBy(entry: Entry, fold: SubjectFold): ErasureOrder | undefined {
  const common = { event: entry.id, subject: subjectOfStream(entry.stream), ordered: entry.occurred };
  switch (entry.type) {
    case 'ErasureOrdered':
      return { ...common, cause: 'erasure', scope: entry.facts.scope, ground: entry.facts.ground };
    case 'DataCorrected':
      return { ...common, cause: 'correction', scope: 'value' };
    case 'DataDestroyed':
      return endedBy(entry, fold).length > 0 ? { ...common, cause: 'holding-ended', scope: 'category' } : undefined;
    default:
      return undefined;
  }
}

/** Categories whose last holding outside the ledger this fact ended, and that nobody has held again since. */
export function endedBy({ id }: EntryOf<'DataDestroyed'>, { state }: SubjectFold): string[] {
  const { current, past } = state.holdings;
  const ended = [...past, ...current.values()].filter(({ end }) => end?.event === id);
  const held = new Set([...current.values()].filter(isHeldElsewhere).map(({ category }) => category));
  return [...new Set(ended.map(({ category }) => category))].filter((category) => !held.has(category));
}

const isHeldElsewhere = ({ end, holder }: Holding): boolean => end === undefined && holder !== ledgerHolder;
