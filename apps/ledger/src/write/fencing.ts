// May what is told by this identifier be recorded, when the identifier found somebody who was erased? DESIGN section 7, the fence.
import { fenceOf, mayPass, type Passing, type SubjectFold } from '@derbes/domain';
import { type Fence, type Holders } from '@derbes/vault';

/** `becomes`: type of the event that is told. */
export interface ToldThen {
  readonly becomes: string;
  readonly occurred: string;
}

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

/** Whether a fact may be told of these by subject: undefined when none of them is to be erased. */
export function passingOf(
  folds: Iterable<SubjectFold>,
  { becomes: type, occurred }: ToldThen,
  how: { readonly byIdentifier: boolean; readonly values: boolean },
): Passing | undefined {
  let worst: Passing | undefined;
  for (const fold of folds) {
    const fence = fenceOf(fold);
    if (!fence) continue;
    const passing = mayPass({ type, occurred, ...how }, fence.since);
    if (passing === 'gone' || fence.executed !== undefined) return 'gone';
    worst = worst === 'begins' ? worst : passing;
  }
  return worst;
}

/** Whether it would begin somebody anew, whenever the person was erased. */
export const mayBegin = (told: ToldThen): boolean => begins(told, '');
