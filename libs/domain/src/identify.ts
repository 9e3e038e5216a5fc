// Whom does a fact concern, when it names identifiers that may be known, unknown, or known for different people?
import { type DeclaredIdentifier } from '@derbes/policy';
import { type SubjectFold } from './subject-fold.js';

/** Whom an identifier finds now, and whom it meant until some moment: numbers are re-issued, cookies identified. */
export interface Held<Holder> {
  readonly holder?: Holder;
  readonly past?: readonly { readonly holder: Holder; readonly until: string }[];
}

/** Whom it meant at a moment: of those who held it before, the first to lose it after that moment; else whom it finds now. */
export function meantAt<Holder>({ holder, past = [] }: Held<Holder>, moment: string): Holder | undefined {
  let first: { readonly holder: Holder; readonly until: string } | undefined;
  for (const one of past) if (moment < one.until && !(first && first.until <= one.until)) first = one;
  return first ? first.holder : holder;
}

/** An identifier as the domain sees it: its value is a handle, its owners what the vault's look-up returned. */
export interface NamedIdentifier extends Held<string> {
  readonly scheme: string;
  /** Version of the scheme's normalisation, a decimal number. */
  readonly norm: string;
  readonly identifies: DeclaredIdentifier['identifies'];
  readonly rank: number;
  /** Category under which the identifier itself is sealed. */
  readonly category: string;
  readonly value: number;
  /** From when on it means the person, when the emitter says so; else from the fact's moment. */
  readonly since?: string;
  /** The IdentifierLinked event behind the token; needed only where its subject has several live links of the scheme. */
  readonly link?: string;
}

/** A subject found by the emitter's pairwise reference, or by the stream that an earlier fact stands in. */
export interface NamedSubject {
  readonly subject: string;
}

export type Named = NamedIdentifier | NamedSubject;
export type Folds = ReadonlyMap<string, SubjectFold>;

/** A reference is the emitter's own word for one subject, so it goes before every identifier (policy ranks end at 100). */
export const referenceRank = 101;
/** Merges may be chained; a longer chain than this is a mistake, not a history. */
const mergeHopsMax = 16;

export const isIdentifier = (named: Named): named is NamedIdentifier => 'scheme' in named;
const rankOf = (named: Named): number => (isIdentifier(named) ? named.rank : referenceRank);
const directOwner = (named: Named, occurred: string): string | undefined =>
  isIdentifier(named) ? meantAt(named, occurred) : named.subject;

/** The subject to whom facts about this one go: the survivor of its merges. */
export function survivorOf(subject: string, folds: Folds): string {
  let survivor = subject;
  for (let hop = 0; hop < mergeHopsMax; hop++) {
    const merged = folds.get(survivor)?.state.identity.mergedInto;
    if (!merged) return survivor;
    survivor = merged.other;
  }
  throw new Error(`merged more than ${mergeHopsMax} times`);
}

/** The subject that facts go to which name this at a moment: the survivor of its owner then. */
function ownerAt(named: Named, occurred: string, folds: Folds): string | undefined {
  const owner = directOwner(named, occurred);
  return owner === undefined ? undefined : survivorOf(owner, folds);
}

/** The live link by which a subject is known under a named identifier. */
export function linkOf(named: NamedIdentifier, fold: SubjectFold | undefined) {
  const links = [...(fold?.state.identity.links ?? [])].filter(
    ([, link]) => link.scheme === named.scheme && link.until === undefined,
  );
  const [event, link] = links.find(([id]) => id === named.link) ?? links.at(-1) ?? [];
  return event === undefined || link === undefined ? undefined : { event, link };
}

/**
 * Subjects whose folds a decision needs and lacks; load them and ask again until none is named. An absorbed subject is
 * needed because its consents and blocks count for the survivor.
 */
export function foldsNeeded(named: readonly Named[], occurred: string, folds: Folds): string[] {
  const needed = new Set<string>();
  for (const one of named) {
    const owner = directOwner(one, occurred);
    if (owner === undefined) continue;
    needed.add(owner);
    if (!folds.has(owner)) continue;
    const whom = ownerAt(one, occurred, folds);
    if (whom === undefined) continue;
    needed.add(whom);
    for (const absorbed of familyOf(whom, folds)) needed.add(absorbed);
  }
  return [...needed].filter((subject) => !folds.has(subject));
}

/** A survivor and everybody merged into it, directly or through others. */
export function familyOf(subject: string, folds: Folds): string[] {
  const family = [subject];
  for (let i = 0; i < family.length && i < mergeHopsMax; i++) {
    const member = family[i];
    const absorbed = member === undefined ? [] : [...(folds.get(member)?.state.identity.absorbed.keys() ?? [])];
    family.push(...absorbed.filter((other) => !family.includes(other)));
  }
  return family;
}

export interface Owned {
  readonly subject: string;
  /** The strongest identifier by which the subject was named. */
  readonly by: Named;
}

/** Known subjects named by a fact, strongest first. */
export function ownersNamed(named: readonly Named[], occurred: string, folds: Folds): Owned[] {
  const strongest = new Map<string, Named>();
  for (const one of named) {
    const subject = ownerAt(one, occurred, folds);
    if (subject === undefined) continue;
    const standing = strongest.get(subject);
    if (!standing || rankOf(one) > rankOf(standing)) strongest.set(subject, one);
  }
  return [...strongest].map(([subject, by]) => ({ subject, by })).sort((a, b) => rankOf(b.by) - rankOf(a.by));
}

export type Concern =
  | { readonly whom: 'known'; readonly subject: string; readonly weaker: readonly Owned[] }
  | { readonly whom: 'new'; readonly kind: 'person' | 'device'; readonly weaker: readonly Owned[] }
  /** Two subjects of equal rank: nothing about the person is recorded, an officer decides. */
  | { readonly whom: 'undecided'; readonly equal: readonly Owned[]; readonly weaker: readonly Owned[] };

/** Whom a fact concerns; nobody named at all is malformed and never gets here. */
export function concernOf(named: readonly Named[], occurred: string, folds: Folds): Concern {
  const owners = ownersNamed(named, occurred, folds);
  const unknown = named.filter(isIdentifier).filter((one) => meantAt(one, occurred) === undefined);
  const [first, ...others] = owners;
  const kind = unknown.some(({ identifies }) => identifies !== 'device') ? 'person' : 'device';
  if (!first) return { whom: 'new', kind, weaker: [] };
  if (isSomebodyElse(first, unknown, folds)) return { whom: 'new', kind, weaker: owners };
  const equal = owners.filter(({ by }) => rankOf(by) === rankOf(first.by));
  if (equal.length > 1) return { whom: 'undecided', equal, weaker: owners.slice(equal.length) };
  return { whom: 'known', subject: first.subject, weaker: others };
}

/**
 * An unknown identifier of a person beside the known cookie of a device means somebody not yet known: the device may have
 * many users. So does another IIN beside the mailbox of somebody whose IIN is known: nobody has two.
 */
function isSomebodyElse({ subject, by }: Owned, unknown: readonly NamedIdentifier[], folds: Folds): boolean {
  const identity = folds.get(subject)?.state.identity;
  if (identity?.kind === 'device' && isIdentifier(by) && unknown.some(({ identifies }) => identifies !== 'device'))
    return true;
  const own = [...(identity?.links.values() ?? [])].filter(({ until }) => until === undefined);
  return unknown.some(
    ({ scheme, identifies, rank }) =>
      identifies === 'person' && rank > rankOf(by) && own.some((link) => link.scheme === scheme),
  );
}
