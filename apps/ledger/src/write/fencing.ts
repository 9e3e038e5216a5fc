// May what is told by this identifier be recorded, when the identifier found somebody who was erased? DESIGN section 7, the fence.
import {
  fenceOf,
  foldOfFamily,
  linkOf,
  mayPass,
  meantAt,
  referenceRank,
  survivorOf,
  type Fence as Fenced,
  type Folds,
  type Named,
  type NamedIdentifier,
} from '@derbes/domain';
import { type Fence, type Holders } from '@derbes/vault';

/** `becomes`: type of the event that is told. */
export interface ToldThen {
  readonly becomes: string;
  readonly occurred: string;
}

/** Below every rank that a policy gives. */
export const noRank = -1;

const begins = ({ becomes: type, occurred }: ToldThen, since: string): boolean =>
  mayPass({ type, occurred, byIdentifier: true, values: false }, since) === 'begins';

/**
 * Whether what is told by an identifier is about somebody erased: what occurred up to the order is, unless it meant somebody before
 * her, and later what does not begin somebody anew as long as nobody has taken it. One that had ceased to mean her before the order
 * means her until then alone.
 */
export function isFenced({ holder, past, fences }: Holders, told: ToldThen): boolean {
  const { occurred } = told;
  return fences.some(({ since, until }) => {
    const last = until ?? since;
    if (past.some((before) => occurred < before.until && before.until <= last)) return false;
    if (until !== undefined) return occurred < until;
    return occurred <= since || (!holder && !begins(told, since));
  });
}

/** The latest moment among them: whoever takes the identifier says that this fence was known. */
export const latest = (fences: readonly Fence[]): string | undefined =>
  fences.reduce<string | undefined>((max, { since }) => (max !== undefined && max > since ? max : since), undefined);

/** What of a fact is left in front of the fences of those who are to be erased. */
export interface BeyondFences {
  /** Without what names somebody who is to be erased; what it takes from her finds nobody in it. */
  readonly named: readonly Named[];
  /** It is about somebody who is to be erased and passes: nothing is linked or sealed with it. */
  readonly passes: boolean;
  /** By the handle of its value, what an identifier that begins somebody anew is taken from. */
  readonly taken: ReadonlyMap<number, { readonly subject: string; readonly since: string; readonly until: string }>;
}

/**
 * An order that waits is a fence like one that was carried out (DESIGN section 7): undefined where the fact is about somebody erased. A
 * fenced identifier beside a stronger one of somebody who lives is left out; one that begins somebody anew is taken, for from the second
 * after the order on it means nobody.
 */
export function beyondFences(
  named: readonly Named[],
  folds: Folds,
  { becomes: type, occurred }: ToldThen,
  values: boolean,
): BeyondFences | undefined {
  const taken = new Map<number, { subject: string; since: string; until: string }>();
  const left: Named[] = [];
  const passing: Named[] = [];
  let [known, fenced, through] = [noRank, noRank, noRank];
  for (const one of named) {
    const isIdentifier = 'scheme' in one;
    const subject = isIdentifier ? meantAt(one, occurred) : one.subject;
    const rank = isIdentifier ? one.rank : referenceRank;
    const fence = subject === undefined ? undefined : fenceOf(foldOfFamily(survivorOf(subject, folds), folds));
    const passes = fence && mayPass({ type, occurred, byIdentifier: isIdentifier, values }, fence.since);
    if (passes === undefined) {
      left.push(one);
      if (subject !== undefined) known = Math.max(known, rank);
    } else if (passes === 'begins' && isIdentifier && fence?.executed === undefined && subject !== undefined) {
      left.push(freed(one));
      taken.set(one.value, { subject, since: linkOf(one, folds.get(subject))?.link.since ?? '', until: after(fence) });
    } else if (passes === 'passes' && fence?.executed === undefined) {
      passing.push(one);
      through = Math.max(through, rank);
    } else fenced = Math.max(fenced, rank);
  }
  if (fenced > known && fenced > through) return undefined;
  if (through > known) return { named: passing, passes: true, taken: new Map() };
  return { named: left, passes: false, taken };
}

/** As an identifier that finds nobody. */
const freed = ({ scheme, norm, identifies, rank, category, value, since }: NamedIdentifier): NamedIdentifier => ({
  ...{ scheme, norm, identifies, rank, category, value },
  ...(since !== undefined && { since }),
});

const secondMs = 1_000;
/** Moments are whole seconds, and what occurred in that of the order is before it. */
const after = (fence: Fenced | undefined): string =>
  new Date(Date.parse(fence?.since ?? '') + secondMs).toISOString().replace('.000', '');

/** Whether it would begin somebody anew, whenever the person was erased. */
export const mayBegin = (told: ToldThen): boolean => begins(told, '');
