// What is held about a subject: which category, in which holder and role, since when, for what, from where, until when?
import { type Entry, type EntryOf } from './fact.js';

type Collecting = EntryOf<'DataCollected'> | EntryOf<'DataDeclared'>;
type Facts = Collecting['facts'];
export type Basis = NonNullable<Facts['basis']>;
export type Origin = Facts['origin'];
export type Role = Facts['role'];
export type Capacity = Facts['capacity'];

/** Distinct origins kept per holding; the oldest leave first, and stay readable in the events. */
const originsMax = 20;

export interface HeldPurpose {
  readonly code: string;
  readonly since: string;
  /** The moment when the purpose was said to have ended. */
  readonly ended?: string;
}

export interface HoldingEnd {
  readonly manner: 'deleted' | 'destroyed' | 'anonymised';
  readonly moment: string;
  readonly event: string;
  readonly ground: string;
  readonly method: string;
  readonly copiesUntil?: string;
}

export interface Holding {
  readonly category: string;
  readonly holder: string;
  readonly role: Role;
  readonly capacity: Capacity;
  /** `organisation-<uuid>` for whom it is held as operator. */
  readonly for?: string;
  /** The event that began it; findings about the holding stand on it. */
  readonly began: string;
  readonly since: { readonly moment: string; readonly precision: 'exact' | 'not-later-than' };
  readonly purposes: readonly HeldPurpose[];
  readonly bases: readonly Basis[];
  readonly origins: readonly Origin[];
  /** The edition that the last collection names: by it the stay is reckoned, whatever is published later. */
  readonly edition?: string;
  /** Country stated with the last collection; else the holder's countries count. */
  readonly country?: string;
  /** The last correction's event. */
  readonly corrected?: string;
  readonly end?: HoldingEnd;
}

export interface Block {
  readonly event: string;
  readonly since: string;
  readonly ground: string;
  /** Holders unblocked out of a block of all. */
  readonly except: readonly string[];
}

const anyHolder = '*';

export interface Holdings {
  /** The latest period of each category × holder × role × capacity × organisation. */
  readonly current: Map<string, Holding>;
  /** Ended periods after which the same was collected again. */
  past: readonly Holding[];
  /** By category, then by holder or `*`. */
  readonly blocks: Map<string, ReadonlyMap<string, Block>>;
}

export const emptyHoldings = (): Holdings => ({ current: new Map(), past: [], blocks: new Map() });
export const copyHoldings = (holdings: Holdings): Holdings => ({
  current: new Map(holdings.current),
  past: holdings.past,
  blocks: new Map(holdings.blocks),
});

/** Whether a code named by somebody means this category: itself, or the open category that it is an item of. */
export const means = (named: string, category: string): boolean =>
  named === category || category.startsWith(`${named}.`);

export type HoldingStatus = 'held' | 'blocked' | 'ended' | HoldingEnd['manner'];

/** `ended`: every purpose has ended and the data is still there, due to go. */
export function statusOf(holding: Holding, holdings: Holdings): HoldingStatus {
  if (holding.end) return holding.end.manner;
  if (blockOf(holdings, holding.category, holding.holder)) return 'blocked';
  return holding.purposes.every((purpose) => purpose.ended !== undefined) ? 'ended' : 'held';
}

/** The block that stands on a category in a holder (in any holder when none is named). */
export function blockOf(holdings: Holdings, category: string, holder?: string): Block | undefined {
  for (const [named, byHolder] of holdings.blocks) {
    if (!means(named, category)) continue;
    for (const [where, block] of byHolder) {
      const here = holder === undefined || where === holder || (where === anyHolder && !block.except.includes(holder));
      if (here) return block;
    }
  }
  return undefined;
}

/** Holdings that a fact naming a category (and maybe holder and role) is about, ended ones included. */
export function holdingsNamed(
  holdings: Holdings,
  named: string,
  where: { readonly holder?: string | undefined; readonly role?: string | undefined },
): Holding[] {
  return [...holdings.current.values()].filter(
    (holding) =>
      means(named, holding.category) &&
      (where.holder === undefined || holding.holder === where.holder) &&
      (where.role === undefined || holding.role === where.role),
  );
}

const keyOf = (holding: Pick<Holding, 'category' | 'holder' | 'role' | 'capacity' | 'for'>): string =>
  [holding.category, holding.holder, holding.role, holding.capacity, holding.for ?? ''].join('|');

/** Changes the holdings given (copy them before). */
export function evolveHoldings(holdings: Holdings, entry: Entry): void {
  switch (entry.type) {
    case 'DataCollected':
    case 'DataDeclared':
      for (const category of entry.facts.categories) collect(holdings, category, entry);
      return;
    case 'DataCorrected':
      for (const category of entry.facts.categories) {
        for (const holding of holdingsNamed(holdings, category, entry.facts)) {
          holdings.current.set(keyOf(holding), { ...holding, corrected: entry.id });
        }
      }
      return;
    case 'DataDestroyed':
      return destroy(holdings, entry);
    case 'DataBlocked':
      return block(holdings, entry);
    case 'DataUnblocked':
      return unblock(holdings, entry);
    case 'PurposeEnded':
      return endPurpose(holdings, entry.facts.purpose, entry.occurred);
    default:
  }
}

function collect(holdings: Holdings, category: string, entry: Collecting): void {
  const { facts, occurred } = entry;
  const { holder, role, capacity } = facts;
  const owner = facts.for === undefined ? {} : { for: facts.for };
  const key = keyOf({ category, holder, role, capacity, ...owner });
  const since = entry.type === 'DataDeclared' ? entry.facts.since : { moment: occurred, precision: 'exact' as const };
  const standing = holdings.current.get(key);
  const before = standing?.end ? undefined : standing;
  if (standing?.end) holdings.past = [...holdings.past, standing];
  holdings.current.set(key, {
    category,
    holder,
    role,
    capacity,
    ...owner,
    began: before?.began ?? entry.id,
    since: before && before.since.moment <= since.moment ? before.since : since,
    purposes: withPurposes(before?.purposes ?? [], facts.purposes, occurred),
    ...(entry.edition === undefined ? {} : { edition: entry.edition }),
    bases: facts.basis ? withDistinct(before?.bases ?? [], facts.basis) : (before?.bases ?? []),
    origins: withDistinct(before?.origins ?? [], facts.origin).slice(-originsMax),
    ...(facts.country === undefined
      ? before?.country === undefined
        ? {}
        : { country: before.country }
      : { country: facts.country }),
    ...(before?.corrected === undefined ? {} : { corrected: before.corrected }),
  });
}

function withPurposes(held: readonly HeldPurpose[], codes: readonly string[], since: string): readonly HeldPurpose[] {
  const open = new Set(held.filter(({ ended }) => ended === undefined).map(({ code }) => code));
  const added = [...new Set(codes)].filter((code) => !open.has(code));
  if (added.length === 0) return held;
  return [...held.filter(({ code }) => !added.includes(code)), ...added.map((code) => ({ code, since }))];
}

function withDistinct<T>(standing: readonly T[], told: T): readonly T[] {
  const text = JSON.stringify(told);
  return standing.some((one) => JSON.stringify(one) === text) ? standing : [...standing, told];
}

function destroy(holdings: Holdings, entry: EntryOf<'DataDestroyed'>): void {
  const { manner, categories, ground, method, copiesUntil } = entry.facts;
  const end: HoldingEnd = {
    manner,
    moment: entry.occurred,
    event: entry.id,
    ground,
    method,
    ...(copiesUntil === undefined ? {} : { copiesUntil }),
  };
  for (const category of categories) {
    for (const holding of holdingsNamed(holdings, category, entry.facts)) {
      if (mayEnd(holding, manner)) holdings.current.set(keyOf(holding), { ...holding, end });
    }
  }
}

/** What is deleted still has copies, so it can be destroyed or anonymised later; other ends are the last word. */
export const mayEnd = (holding: Holding, manner: HoldingEnd['manner']): boolean =>
  holding.end === undefined || (holding.end.manner === 'deleted' && manner !== 'deleted');

function block(holdings: Holdings, entry: EntryOf<'DataBlocked'>): void {
  for (const category of entry.facts.categories) {
    const byHolder = new Map(holdings.blocks.get(category));
    byHolder.set(entry.facts.holder ?? anyHolder, {
      event: entry.id,
      since: entry.occurred,
      ground: entry.facts.ground,
      except: [],
    });
    holdings.blocks.set(category, byHolder);
  }
}

function unblock(holdings: Holdings, entry: EntryOf<'DataUnblocked'>): void {
  const { categories, holder } = entry.facts;
  for (const category of categories) {
    for (const named of [...holdings.blocks.keys()].filter((code) => means(category, code))) {
      const byHolder = new Map(holder === undefined ? [] : holdings.blocks.get(named));
      const all = byHolder.get(anyHolder);
      if (holder !== undefined) byHolder.delete(holder);
      if (holder !== undefined && all) byHolder.set(anyHolder, { ...all, except: [...all.except, holder] });
      if (byHolder.size === 0) holdings.blocks.delete(named);
      else holdings.blocks.set(named, byHolder);
    }
  }
}

function endPurpose(holdings: Holdings, purpose: string, moment: string): void {
  for (const [key, holding] of holdings.current) {
    if (!holding.purposes.some(({ code, ended }) => code === purpose && ended === undefined)) continue;
    const purposes = holding.purposes.map((held) =>
      held.code === purpose && held.ended === undefined ? { ...held, ended: moment } : held,
    );
    holdings.current.set(key, { ...holding, purposes });
  }
}
