// What is held about a subject: which category, in which holder and role, since when, for what, from where, until when?
import { type Drafts } from './drafts.js';
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
  /** The task that it was ended by, where the holder answered one and told nothing of its own. */
  readonly task?: string;
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
  /** When it was last collected into. */
  readonly collected: string;
  /** The edition that the last collection names: by it the stay is reckoned, whatever is published later. */
  readonly edition?: string;
  /** Country stated with the last collection; else the holder's countries count. */
  readonly country?: string;
  /** The last correction's event, or the answer by which the holder took one over. */
  readonly corrected?: string;
  readonly end?: HoldingEnd;
}

export interface Block {
  readonly event: string;
  readonly since: string;
  readonly ground: string;
  /** Holders unblocked out of a block of all. */
  readonly except: readonly string[];
  /** Holders that were told of it and said that it stands there. */
  readonly confirmed?: Readonly<Record<string, { readonly event: string; readonly moment: string }>>;
}

const anyHolder = '*';

export interface Holdings {
  /** The latest period of each category × holder × role × capacity × organisation. */
  readonly current: ReadonlyMap<string, Holding>;
  /** Ended periods after which the same was collected again. */
  readonly past: readonly Holding[];
  /** By category, then by holder or `*`. */
  readonly blocks: ReadonlyMap<string, ReadonlyMap<string, Block>>;
}

export const emptyHoldings: Holdings = { current: new Map(), past: [], blocks: new Map() };

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

/** The holdings after one more entry; the very same when it says nothing of them. */
export function evolveHoldings(holdings: Holdings, entry: Entry, drafts: Drafts): Holdings {
  switch (entry.type) {
    case 'DataCollected':
    case 'DataDeclared':
      return collect(holdings, entry, drafts);
    case 'DataCorrected':
      return changed(holdings, entry.facts, drafts, (holding) => ({ ...holding, corrected: entry.id }));
    case 'DataDestroyed':
      return destroy(holdings, entry, drafts);
    case 'DataBlocked':
      return block(holdings, entry, drafts);
    case 'DataUnblocked':
      return unblock(holdings, entry, drafts);
    case 'PurposeEnded':
      return endPurpose(holdings, entry.facts.purpose, entry.occurred, drafts);
    default:
      return holdings;
  }
}

function collect(holdings: Holdings, entry: Collecting, drafts: Drafts): Holdings {
  const current = drafts.of(holdings.current);
  let { past } = holdings;
  for (const category of entry.facts.categories) {
    const key = keyOf({ ...entry.facts, category });
    const standing = current.get(key);
    if (standing?.end) past = [...past, standing];
    current.set(key, collected(standing?.end ? undefined : standing, category, entry));
  }
  return { ...holdings, current, past };
}

/** What is held of a category after it was collected; `before` is the period that goes on. */
function collected(before: Holding | undefined, category: string, entry: Collecting): Holding {
  const { facts, occurred, edition } = entry;
  const since = entry.type === 'DataDeclared' ? entry.facts.since : { moment: occurred, precision: 'exact' as const };
  const country = facts.country ?? before?.country;
  return {
    category,
    holder: facts.holder,
    role: facts.role,
    capacity: facts.capacity,
    ...(facts.for !== undefined && { for: facts.for }),
    began: before?.began ?? entry.id,
    collected: occurred,
    since: before && before.since.moment <= since.moment ? before.since : since,
    purposes: withPurposes(before?.purposes ?? [], facts.purposes, occurred),
    ...(edition !== undefined && { edition }),
    bases: facts.basis ? withDistinct(before?.bases ?? [], facts.basis) : (before?.bases ?? []),
    origins: withDistinct(before?.origins ?? [], facts.origin).slice(-originsMax),
    ...(country !== undefined && { country }),
    ...(before?.corrected !== undefined && { corrected: before.corrected }),
  };
}

function withPurposes(held: readonly HeldPurpose[], codes: readonly string[], since: string): readonly HeldPurpose[] {
  const isOpen = (code: string): boolean => held.some((one) => one.code === code && one.ended === undefined);
  if (codes.every(isOpen)) return held;
  const added = [...new Set(codes)].filter((code) => !isOpen(code));
  return [...held.filter(({ code }) => !added.includes(code)), ...added.map((code) => ({ code, since }))];
}

type Codes = Readonly<Partial<Record<string, string>>>;

function withDistinct<T extends Basis | Origin>(standing: readonly T[], told: T): readonly T[] {
  return standing.some((one) => sameCodes(one, told)) ? standing : [...standing, told];
}

function sameCodes(a: Codes, b: Codes): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

/** Changes each holding that a fact names. */
function changed(
  holdings: Holdings,
  named: { readonly categories: readonly string[]; readonly holder?: string; readonly role?: string },
  drafts: Drafts,
  change: (holding: Holding) => Holding,
): Holdings {
  const current = drafts.of(holdings.current);
  const now = { ...holdings, current };
  for (const category of named.categories) {
    for (const holding of holdingsNamed(now, category, named)) current.set(keyOf(holding), change(holding));
  }
  return now;
}

/** The same for every holding that the change leaves as it is. */
export function changeHoldings(holdings: Holdings, drafts: Drafts, change: (holding: Holding) => Holding): Holdings {
  const changes = [...holdings.current].flatMap(([key, holding]) => {
    const next = change(holding);
    return next === holding ? [] : [[key, next] as const];
  });
  if (changes.length === 0) return holdings;
  const current = drafts.of(holdings.current);
  for (const [key, holding] of changes) current.set(key, holding);
  return { ...holdings, current };
}

function destroy(holdings: Holdings, entry: EntryOf<'DataDestroyed'>, drafts: Drafts): Holdings {
  const { manner, ground, method, copiesUntil } = entry.facts;
  const end: HoldingEnd = {
    manner,
    moment: entry.occurred,
    event: entry.id,
    ground,
    method,
    ...(copiesUntil === undefined ? {} : { copiesUntil }),
  };
  return changed(holdings, entry.facts, drafts, (holding) => (mayEnd(holding, manner) ? { ...holding, end } : holding));
}

/**
 * What is deleted still has copies, so it can be destroyed or anonymised later; where a task was answered, the holder's own word says
 * more than its answer. Other ends are the last word.
 */
export const mayEnd = ({ end }: Holding, manner: HoldingEnd['manner']): boolean =>
  end === undefined || end.task !== undefined || (end.manner === 'deleted' && manner !== 'deleted');

function block(holdings: Holdings, entry: EntryOf<'DataBlocked'>, drafts: Drafts): Holdings {
  const blocks = drafts.of(holdings.blocks);
  for (const category of entry.facts.categories) {
    const byHolder = new Map(blocks.get(category));
    byHolder.set(entry.facts.holder ?? anyHolder, {
      event: entry.id,
      since: entry.occurred,
      ground: entry.facts.ground,
      except: [],
    });
    blocks.set(category, byHolder);
  }
  return { ...holdings, blocks };
}

function unblock(holdings: Holdings, entry: EntryOf<'DataUnblocked'>, drafts: Drafts): Holdings {
  const { categories, holder } = entry.facts;
  const blocks = drafts.of(holdings.blocks);
  for (const category of categories) {
    for (const named of [...blocks.keys()].filter((code) => means(category, code))) {
      const byHolder = new Map(holder === undefined ? [] : blocks.get(named));
      const all = byHolder.get(anyHolder);
      if (holder !== undefined) byHolder.delete(holder);
      if (holder !== undefined && all) byHolder.set(anyHolder, { ...all, except: [...all.except, holder] });
      if (byHolder.size === 0) blocks.delete(named);
      else blocks.set(named, byHolder);
    }
  }
  return { ...holdings, blocks };
}

function endPurpose(holdings: Holdings, purpose: string, moment: string, drafts: Drafts): Holdings {
  const current = drafts.of(holdings.current);
  for (const [key, holding] of current) {
    if (!holding.purposes.some(({ code, ended }) => code === purpose && ended === undefined)) continue;
    const purposes = holding.purposes.map((held) =>
      held.code === purpose && held.ended === undefined ? { ...held, ended: moment } : held,
    );
    current.set(key, { ...holding, purposes });
  }
  return { ...holdings, current };
}
