// Which sealed values of a category does the ledger have, and which of them still stand?
import { type SubjectEvent } from '../catalogue.js';
import { nameOf } from '../erasure-demand.js';
import { means } from '../holding.js';
import { ledgerHolder } from '../registers.js';
import { isConfirmed, type Tasks } from '../task/state.js';
import { refOf, type DossierContext } from './context.js';
import { type EventOf } from './known.js';
import { type MissingPart, type ValueLine } from './shape.js';

type Line = { -readonly [K in keyof ValueLine]: ValueLine[K] };
type Ending = Pick<ValueLine, 'standing' | 'by'>;

/** Values as they come, and those that still stand by where a later fact looks for them: each is ended once, so nothing is met twice. */
class Values {
  readonly byCategory = new Map<string, Line[]>();
  private readonly standing = new Map<string, Map<string, Line[]>>();
  private readonly byEvent = new Map<string, { category: string; line: Line }[]>();

  add(category: string, line: Line): void {
    listOf(this.byCategory, category).push(line);
    listOf(this.byEvent, line.part.event).push({ category, line });
    const places = this.standing.get(category) ?? new Map<string, Line[]>();
    this.standing.set(category, places);
    listOf(places, placeKey(line)).push(line);
  }

  /** Ends what stands of the categories named, in a holder and maybe a role. */
  endAt(named: readonly string[], holder: string, role: string | undefined, ending: Ending): void {
    for (const [category, places] of this.standing) {
      if (!named.some((code) => means(code, category))) continue;
      for (const [key, lines] of places) {
        const [first] = lines;
        if (first?.holder !== holder || (role !== undefined && first.role !== role)) continue;
        for (const line of lines) end(line, ending);
        places.delete(key);
      }
    }
  }

  /** Ends what one event told; of the categories named, where some are. */
  endOf(event: string, ending: Ending, named?: readonly string[]): void {
    for (const { category, line } of this.byEvent.get(event) ?? []) {
      if (!named || named.some((code) => means(code, category))) end(line, ending);
    }
  }
}

const placeKey = ({ holder, role }: Pick<Line, 'holder' | 'role'>): string => `${holder}|${role ?? ''}`;

function listOf<K, V>(lists: Map<K, V[]>, key: K): V[] {
  const list = lists.get(key) ?? [];
  if (list.length === 0) lists.set(key, list);
  return list;
}

function end(line: Line, ending: Ending): void {
  if (line.standing === 'current') Object.assign(line, ending);
}

/**
 * The values by category, in the order in which they were told. A correction replaces the values of the fact it names, or
 * else every earlier one of the same category, holder and role; the latest correction wins.
 */
export function valuesByCategory({ history, parts }: DossierContext): ReadonlyMap<string, readonly ValueLine[]> {
  const values = new Values();
  const links = new Map<string, string>();
  for (const event of history.counted) {
    if (event.type === 'DataCorrected') correct(values, event);
    if (event.type === 'DataDestroyed') {
      const { categories, holder, role } = event.facts;
      values.endAt(categories, holder, role, { standing: 'left', by: event.id });
    }
    if (event.type === 'TaskAcknowledged') answer(values, event, history.fold.state.tasks, parts);
    if (event.type === 'IdentifierUnlinked') links.set(event.facts.link, event.id);
    addValues(values, event, parts);
  }
  for (const [link, by] of links) values.endOf(link, { standing: 'left', by });
  return values.byCategory;
}

function addValues(values: Values, event: SubjectEvent, parts: DossierContext['parts']): void {
  const where = placeOf(event);
  if (!where) return;
  for (const part of parts.data(event.id)) {
    values.add(part.category, { part: refOf(part), ...where, from: event.occurred, standing: 'current' });
  }
}

function placeOf(event: SubjectEvent): Pick<ValueLine, 'told' | 'holder' | 'role'> | undefined {
  switch (event.type) {
    case 'DataCollected':
      return { told: 'collected', holder: event.facts.holder, role: event.facts.role };
    case 'DataDeclared':
      return { told: 'declared', holder: event.facts.holder, role: event.facts.role };
    case 'DataCorrected':
      return { told: 'corrected', holder: event.facts.holder, role: event.facts.role };
    case 'IdentifierLinked':
      return { told: 'identifier', holder: ledgerHolder };
    default:
      return undefined;
  }
}

function correct(values: Values, { id, facts }: EventOf<'DataCorrected'>): void {
  const ending: Ending = { standing: 'corrected', by: id };
  if (facts.corrects === undefined) values.endAt(facts.categories, facts.holder, facts.role, ending);
  else values.endOf(facts.corrects, ending, facts.categories);
}

/** A holder that did what a task asks has other values from then on, or none. */
function answer(
  values: Values,
  event: EventOf<'TaskAcknowledged'>,
  tasks: Tasks,
  parts: DossierContext['parts'],
): void {
  const { id, facts } = event;
  const task = tasks.get(facts.task);
  if (task?.holder === undefined || task.acknowledged?.event !== id || !isConfirmed(task)) return;
  const { kind, categories = [...values.byCategory.keys()], holder, role } = task;
  if (kind === 'destroy' && !task.values) values.endAt(categories, holder, role, { standing: 'left', by: id });
  if (kind !== 'correct' || facts.result !== 'done') return;
  values.endAt(categories, holder, role, { standing: 'corrected', by: id });
  const taken = new Set(task.values);
  const where = { told: 'corrected', holder, ...(role !== undefined && { role }), from: facts.happened } as const;
  for (const event of new Set([...taken].map((name) => name.slice(0, name.indexOf('/'))))) {
    for (const part of parts.data(event).filter((one) => taken.has(nameOf(one)))) {
      values.add(part.category, { part: refOf(part), ...where, standing: 'current' });
    }
  }
}

/** Parts of the person that events name and that are placed nowhere any more: never silently dropped. */
export function missingParts({ history, parts }: DossierContext): readonly MissingPart[] {
  return history.counted.flatMap((event) => {
    const placed = new Set(parts.of(event.id).map(({ p }) => p));
    const placedCategories = new Set(parts.data(event.id).map(({ category }) => category));
    const named: readonly string[] = 'categories' in event.facts ? event.facts.categories : [];
    const categories = named.filter((category) => !placedCategories.has(category));
    return event.parts
      .filter(({ p, owner }) => owner === undefined && !placed.has(p))
      .map(({ p }) => ({ event: event.id, p, owner: event.stream, categories }));
  });
}
