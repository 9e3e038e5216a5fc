// Who is asked what is held about a person, what did each say, and how does it differ from what the ledger was told?
import { type Draft } from '@derbes/kernel';
import { type Clock } from '../clock.js';
import { type PlacedPart } from '../dossier/held-shape.js';
import { nameOf } from '../erasure-demand.js';
import { means } from '../holding.js';
import { type Outside } from '../case.js';
import { destinationAt, holderAt, ledgerHolder } from '../registers.js';
import { type SubjectFold } from '../subject-fold.js';
import { taskPartsMax } from '../task/events.js';
import { type Task, type Tasks } from '../task/state.js';
import { type Difference, type HolderSaid, type Opens } from './events.js';
import { requestStream } from './request-state.js';

export interface Asking {
  readonly request: string;
  /** IdentityVerified: from then on it is known about whom is asked. */
  readonly cause: string;
  readonly opens: Opens;
  /** That of the answer: a holder that is silent does not delay it. */
  readonly clock?: Clock | undefined;
  /** Sealed parts of the person and of those merged into her; none where nobody is known. */
  readonly parts: readonly PlacedPart[];
  /** What the request claims, `<event id>/<p>`: by this alone can a system look where the ledger knows nobody. */
  readonly claimed: readonly string[];
}

/**
 * One TaskOrdered in the request's stream for every holder that is registered, not only for those of which the ledger was told. Each is
 * told the identifiers under which the answer is opened and no others.
 */
export function inquiriesFor(asking: Asking, person: SubjectFold | undefined, outside: Outside, at: string): Draft[] {
  const { request, cause, clock } = asking;
  const parts = identifiersOf(asking, person);
  const holders = [...outside.registers.holders.keys()].filter(
    (code) => code !== ledgerHolder && holderAt(outside.registers, code, at) !== undefined,
  );
  return holders.sort().map((holder): Draft => {
    const facts = {
      kind: 'report',
      holder,
      ...(parts.length > 0 && { parts }),
      cause,
      request,
      ...(clock && { clock: { ...clock } }),
      by: destinationAt(outside.registers, { holder }, at)?.by ?? 'person',
    };
    return { type: 'TaskOrdered', stream: requestStream(request), occurred: at, facts };
  });
}

function identifiersOf({ opens, parts, claimed }: Asking, person: SubjectFold | undefined): string[] {
  if (!person) return claimed.slice(0, taskPartsMax);
  const opened = opens.what === 'links' ? new Set(opens.links) : undefined;
  const live = [...person.state.identity.links].flatMap(([event, { until }]) => (until === undefined ? [event] : []));
  const named = new Set(live.filter((event) => !opened || opened.has(event)));
  return parts
    .filter(({ event }) => named.has(event))
    .slice(-taskPartsMax)
    .map(nameOf);
}

/** What each holder that was asked said, in the order of their codes. */
export const holdersSaid = (tasks: Tasks): readonly HolderSaid[] =>
  inquiries(tasks).map(({ event, holder, acknowledged }) => {
    if (!acknowledged) return { holder, said: 'silent', task: event };
    if (acknowledged.result === 'refused') return { holder, said: 'refused', task: event };
    return { holder, said: 'confirmed', confirmed: acknowledged.moment, task: event };
  });

/**
 * `person`: the fold of what the answer is opened for. UNTOLD_HOLDING: a holder has what the ledger was never told; HOLDING_GONE: it has
 * no longer what the ledger was told.
 */
export function differencesOf(tasks: Tasks, person: SubjectFold | undefined): readonly Difference[] {
  return inquiries(tasks).flatMap(({ holder, acknowledged }): Difference[] => {
    if (!acknowledged || acknowledged.result === 'refused') return [];
    const told = toldOf(holder, person);
    const held = acknowledged.held ?? [];
    const untold = held.filter((category) => !told.some((one) => means(one, category) || means(category, one)));
    const gone = told.filter((category) => !held.some((one) => means(one, category) || means(category, one)));
    return [
      ...(untold.length > 0 ? [{ code: 'UNTOLD_HOLDING' as const, holder, categories: untold }] : []),
      ...(gone.length > 0 ? [{ code: 'HOLDING_GONE' as const, holder, categories: gone }] : []),
    ];
  });
}

type OfHolder = Task & { readonly holder: string };

const inquiries = (tasks: Tasks): OfHolder[] =>
  [...tasks.values()]
    .filter((task): task is OfHolder => task.kind === 'report' && task.holder !== undefined)
    .sort((a, b) => (a.holder < b.holder ? -1 : 1));

function toldOf(holder: string, person: SubjectFold | undefined): string[] {
  const current = person ? [...person.state.holdings.current.values()] : [];
  const own = current.filter((one) => one.holder === holder && one.end === undefined);
  return [...new Set(own.map(({ category }) => category))].sort();
}
