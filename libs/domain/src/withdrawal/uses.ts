// What is done with a person's data, use by use: which category for which purpose, here, at whom else, or in public?
import { type Entry } from '../fact.js';
import { type Basis } from '../holding.js';
import { type SubjectFold } from '../subject-fold.js';

/** One use that a withdrawal may stop. */
export interface Use {
  readonly purpose: string;
  readonly category: string;
  /** Of what was passed on. */
  readonly recipient?: string;
  /** Countries to which it went. */
  readonly countries: readonly string[];
  readonly publication?: true;
  /** On what it was said to stand, each once. */
  readonly bases: readonly Basis[];
}

/** What an entry tells of uses; undefined of the others. */
interface ToldUse {
  readonly categories: readonly string[];
  readonly purposes: readonly string[];
  readonly basis?: Basis | undefined;
  readonly recipient?: string;
  readonly country?: string;
  readonly publication?: true;
}

function toldBy(entry: Entry): ToldUse | undefined {
  switch (entry.type) {
    case 'DataCollected':
    case 'DataDeclared':
    case 'DataUsed':
    case 'AutomatedDecisionMade': {
      const { categories, purposes, basis } = entry.facts;
      return { categories, purposes, basis };
    }
    case 'DataTransferred': {
      const { categories, purposes, basis, recipient, country } = entry.facts;
      return { categories, purposes, basis, recipient, country };
    }
    case 'DataPublished': {
      const { categories, purposes, basis } = entry.facts;
      return purposes && { categories, purposes, basis, publication: true };
    }
    default:
      return undefined;
  }
}

/**
 * Uses of what is still there: here, where it is held; at a recipient, whatever became of it here; in public, until it was taken down. A
 * purpose that has ended is no use.
 */
export function usesOf({ entries, state }: SubjectFold): Use[] {
  const { current } = state.holdings;
  const held = new Map<string, Set<string>>();
  for (const { category, purposes, end } of current.values()) {
    if (end) continue;
    const open = held.get(category) ?? new Set();
    held.set(category, open);
    for (const { code, ended } of purposes) if (ended === undefined) open.add(code);
  }
  const uses = new Map<string, Use>();
  for (const entry of entries) {
    if (entry.type === 'DataUnpublished') unpublish(uses, entry.facts.categories);
    const told = toldBy(entry);
    if (!told) continue;
    for (const purpose of told.purposes) for (const category of told.categories) add(uses, told, purpose, category);
  }
  return [...uses.values()].filter(({ purpose, category, recipient }) => {
    const here = held.get(category);
    if (!here && recipient === undefined) return false;
    return here?.has(purpose) === true || !state.relations.endedPurposes.has(purpose);
  });
}

const keyOf = (told: Pick<ToldUse, 'recipient' | 'publication'>, purpose: string, category: string): string =>
  [purpose, category, told.recipient ?? (told.publication ? '!' : '')].join('|');

function add(uses: Map<string, Use>, told: ToldUse, purpose: string, category: string): void {
  const key = keyOf(told, purpose, category);
  const before = uses.get(key);
  const { basis, recipient, country, publication } = told;
  const countries = before?.countries ?? [];
  const bases = before?.bases ?? [];
  const known = basis === undefined || bases.some((one) => one.code === basis.code && one.consent === basis.consent);
  uses.set(key, {
    purpose,
    category,
    ...(recipient !== undefined && { recipient }),
    ...(publication && { publication }),
    countries: country === undefined || countries.includes(country) ? countries : [...countries, country],
    bases: known ? bases : [...bases, basis],
  });
}

function unpublish(uses: Map<string, Use>, categories: readonly string[]): void {
  for (const [key, { publication, category }] of uses) {
    if (publication && categories.includes(category)) uses.delete(key);
  }
}
