// Which sealed values of a category does the ledger have, and which of them still stand?
import { type SubjectEvent } from '../catalogue.js';
import { means } from '../holding.js';
import { ledgerHolder } from '../registers.js';
import { refOf, type DossierContext } from './context.js';
import { type EventOf } from './known.js';
import { type MissingPart, type ValueLine } from './shape.js';

type Ending = Pick<ValueLine, 'standing' | 'by'>;
type Values = Map<string, ValueLine[]>;

/**
 * The values by category, in the order in which they were told. A correction replaces the values of the fact it names, or
 * else every earlier one of the same category, holder and role; the latest correction wins.
 */
export function valuesByCategory({ history, parts }: DossierContext): ReadonlyMap<string, readonly ValueLine[]> {
  const values: Values = new Map();
  const links = new Map<string, string>();
  for (const event of history.counted) {
    if (event.type === 'DataCorrected') correct(values, event);
    if (event.type === 'DataDestroyed') leave(values, event);
    if (event.type === 'IdentifierUnlinked') links.set(event.facts.link, event.id);
    addValues(values, event, parts);
  }
  for (const [link, by] of links) end(values, (value) => value.part.event === link, { standing: 'left', by });
  return values;
}

function addValues(values: Values, event: SubjectEvent, parts: DossierContext['parts']): void {
  const where = placeOf(event);
  if (!where) return;
  for (const part of parts.data(event.id)) {
    const line: ValueLine = { part: refOf(part), ...where, from: event.occurred, standing: 'current' };
    values.set(part.category, [...(values.get(part.category) ?? []), line]);
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
  const replaced = (value: ValueLine) =>
    facts.corrects === undefined
      ? value.holder === facts.holder && value.role === facts.role
      : value.part.event === facts.corrects;
  endNamed(values, facts.categories, replaced, { standing: 'corrected', by: id });
}

function leave(values: Values, { id, facts }: EventOf<'DataDestroyed'>): void {
  const left = (value: ValueLine) =>
    value.holder === facts.holder && (facts.role === undefined || value.role === facts.role);
  endNamed(values, facts.categories, left, { standing: 'left', by: id });
}

function endNamed(values: Values, named: readonly string[], which: (value: ValueLine) => boolean, ending: Ending) {
  for (const category of values.keys()) {
    if (!named.some((code) => means(code, category))) continue;
    end(values, which, ending, category);
  }
}

function end(values: Values, which: (value: ValueLine) => boolean, ending: Ending, only?: string): void {
  for (const [category, lines] of values) {
    if (only !== undefined && category !== only) continue;
    const ended = lines.map((line) => (line.standing === 'current' && which(line) ? { ...line, ...ending } : line));
    values.set(category, ended);
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
