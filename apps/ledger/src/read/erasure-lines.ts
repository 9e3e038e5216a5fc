// What does a dossier say of holds and erasures, and which of its values may not be read any more?
import { entriesOf, holdStands, withheldBy, type PlacedPart, type SubjectFold } from '@derbes/domain';
import { courseOf } from './certificate.js';
import { type ErasureLine, type HoldLine, type LockLine } from './erasure-view.js';
import { type KnownEpochs } from './known-epochs.js';
import { isRef } from './part-refs.js';

/** Orders, refusals, and what corrections and retractions took with them, in the order in which they count. */
export async function erasureLines(fold: SubjectFold, epochs: KnownEpochs): Promise<readonly ErasureLine[]> {
  const executed = entriesOf(fold, 'ErasureExecuted').map(({ facts }) => facts.order);
  const demanded = [...entriesOf(fold, 'ErasureOrdered'), ...entriesOf(fold, 'ErasureRefused')].map(({ id }) => id);
  const lines = [...new Set([...demanded, ...executed])].map((order) => erasureLine(order, fold, epochs));
  const found = (await Promise.all(lines)).flatMap((line) => line ?? []);
  return found.sort((a, b) => (beganAt(a) < beganAt(b) ? -1 : 1));
}

const beganAt = ({ ordered, refused }: ErasureLine): string => (ordered ?? refused)?.moment ?? '';

async function erasureLine(order: string, fold: SubjectFold, epochs: KnownEpochs): Promise<ErasureLine | undefined> {
  const course = courseOf(order, fold);
  if (!course) return undefined;
  const { demanded, executed, narrowed } = course;
  const [first] = executed;
  const last = executed.find(({ facts }) => facts.more === undefined);
  const final = last && (await epochs.finalOf(executed.map(({ id }) => id)));
  const refused = demanded?.type === 'ErasureRefused';
  const kept = refused ? demanded.facts.kept : narrowed.flatMap(({ facts }) => facts.kept);
  const named = [...(demanded ? [demanded] : []), ...executed];
  const moment = demanded?.occurred ?? first?.facts.ordered;
  return {
    order,
    cause: first?.facts.cause ?? 'erasure',
    scope: demanded?.facts.scope ?? first?.facts.scope ?? 'value',
    categories: [...new Set(named.flatMap(({ facts }) => facts.categories ?? []))],
    ...(demanded && { ground: demanded.facts.ground }),
    state: refused ? 'refused' : final ? 'final' : last ? 'executed' : 'ordered',
    ...(moment !== undefined && { [refused ? 'refused' : 'ordered']: { moment, event: order } }),
    ...(last && { executed: { moment: last.occurred, event: last.id } }),
    ...(final && { final: { moment: final.moment, event: final.closed } }),
    kept: [...new Set(kept.flatMap(({ categories }) => categories))],
  };
}

export const holdLines = (fold: SubjectFold, moment: string): readonly HoldLine[] =>
  [...fold.state.erasures.holds.values()].map((hold) => {
    const stands = holdStands(hold, moment);
    const withheld = stands ? [] : withheldBy(fold, hold.event);
    return {
      moment: hold.since,
      event: hold.event,
      ground: hold.ground,
      ...(hold.act !== undefined && hold.article !== undefined && { article: `${hold.act}:${hold.article}` }),
      ...(hold.categories && { categories: hold.categories }),
      ...(hold.until !== undefined && { until: hold.until }),
      ...(hold.lifted && { lifted: hold.lifted }),
      stands,
      ...(withheld.length > 0 && { withheld }),
    };
  });

export const lockLines = ({ state }: SubjectFold): readonly LockLine[] =>
  [...state.erasures.locks.values()].map(({ category, since, event, why }) => ({
    category,
    moment: since,
    event,
    why,
  }));

/** `ordered`: to be destroyed, and not readable from the order on; `erased`: an event says that it was destroyed. */
export type Ended = ReadonlyMap<string, 'ordered' | 'erased'>;
const nameOf = ({ event, p }: { readonly event: string; readonly p: string }): string => `${event}/${p}`;

/** Which values the person's own events order or say to be destroyed, by `<event id>/<p>`. */
export function endedParts(fold: SubjectFold, parts: readonly PlacedPart[]): Ended {
  const ended = new Map<string, 'ordered' | 'erased'>();
  const executed = entriesOf(fold, 'ErasureExecuted');
  const done = new Set(executed.filter(({ facts }) => facts.more === undefined).map(({ facts }) => facts.order));
  for (const { id, stream, facts } of entriesOf(fold, 'ErasureOrdered')) {
    if (done.has(id)) continue;
    for (const name of facts.parts ?? []) ended.set(name, 'ordered');
    for (const part of parts) {
      const goes = facts.scope === 'person' || facts.categories?.includes(part.category) === true;
      if (part.owner === stream && goes) ended.set(nameOf(part), 'ordered');
    }
  }
  for (const { facts } of executed) for (const name of facts.parts ?? []) ended.set(name, 'erased');
  return ended;
}

/** The same answer with what has ended said in the place of its values. */
export function markEnded<T extends object>(said: T, ended: Ended): T {
  return ended.size === 0 ? said : (marked(said, ended) as T);
}

function marked(value: unknown, ended: Ended): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => marked(item, ended));
  const state = isRef(value) ? ended.get(nameOf(value)) : undefined;
  if (state) return { ...value, state };
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, marked(item, ended)]));
}
