// What does an order to destroy mean, in what is told and sealed about one person?
import { type DeclaredPolicy } from '@derbes/policy';
import { Refused } from '@derbes/kernel';
import { type PlacedPart } from './dossier/held-shape.js';
import { type ErasureOutside, type OrderErasure } from './erasure-command.js';
import { nameOf } from './erasure-demand.js';
import { means } from './holding.js';
import { type SubjectFold } from './subject-fold.js';
import { metaPrefix } from './vocabulary.js';

export interface Asked {
  readonly categories: readonly string[];
  /** With scope `value`. */
  readonly parts: readonly PlacedPart[];
}

/** Refuses ALREADY_ERASED, CATEGORY_NOT_HELD, PART_UNKNOWN. */
export function askedOf(
  { scope, categories = [], parts = [] }: OrderErasure,
  family: SubjectFold,
  outside: ErasureOutside,
  policy: DeclaredPolicy | undefined,
): Asked {
  if (scope === 'person') {
    return { categories: [...heldCategories(family, outside.parts), ...beside(family, outside.parts)], parts: [] };
  }
  if (scope === 'value') {
    const placed = new Map(outside.parts.map((part) => [nameOf(part), part]));
    return { categories: [], parts: parts.map((name) => placed.get(name) ?? unknownPart(name, family)) };
  }
  const meant = heldCategories(family, outside.parts).filter((category) =>
    categories.some((named) => isMeant(named, category, policy)),
  );
  const left = meant.filter((category) => goneBy(category, family, outside.parts) === undefined);
  if (left.length > 0) return { categories: left, parts: [] };
  const order = meant.map((category) => goneBy(category, family, outside.parts)).find(Boolean);
  if (order !== undefined) throw new Refused('ALREADY_ERASED', 'nothing of it is left here', { order });
  throw new Refused('CATEGORY_NOT_HELD', 'nothing of these categories is held', { categories: categories.join(',') });
}

const isMeant = (named: string, category: string, policy: DeclaredPolicy | undefined): boolean =>
  means(named, category) || policy?.category(category)?.ancestors.includes(named) === true;

function heldCategories({ state }: SubjectFold, parts: readonly PlacedPart[]): string[] {
  const held = [...state.holdings.current.values()].filter(({ end }) => end === undefined);
  const sealed = parts.map(({ category }) => category).filter((one) => !one.startsWith(metaPrefix));
  return [...new Set([...held.map(({ category }) => category), ...sealed])].sort();
}

/** What stands beside no category: the proof of a consent, the name in it. It goes with the person. */
function beside({ entries }: SubjectFold, parts: readonly PlacedPart[]): string[] {
  const withCategories = new Set(entries.filter(({ facts }) => 'categories' in facts).map(({ id }) => id));
  const alone = parts.filter(({ event, category }) => category.startsWith(metaPrefix) && !withCategories.has(event));
  return [...new Set(alone.map(({ category }) => category))].sort();
}

/** The order that erased a category of which nothing was sealed or collected since: only other holders may still have it. */
function goneBy(category: string, { state, entries }: SubjectFold, parts: readonly PlacedPart[]): string | undefined {
  if (parts.some((part) => part.category === category)) return undefined;
  const executions = [...state.erasures.executions.values()].flat();
  const last = executions.findLast(({ categories }) => categories?.includes(category) === true);
  const since = entries.some(
    ({ type, occurred, facts }) =>
      (type === 'DataCollected' || type === 'DataDeclared') &&
      occurred > (last?.ordered ?? '') &&
      'categories' in facts &&
      facts.categories.includes(category),
  );
  return last && !since ? last.order : undefined;
}

function unknownPart(name: string, { state }: SubjectFold): never {
  const executions = [...state.erasures.executions.values()].flat();
  const by = executions.find(({ parts }) => parts?.includes(name) === true);
  if (by) throw new Refused('ALREADY_ERASED', 'the value is destroyed', { part: name, order: by.order });
  throw new Refused('PART_UNKNOWN', 'no such value of this person is here', { part: name });
}
