// In which manner has what a holder is told to let go to be gone: deleted, anonymised, or restorable by nobody?
import { type destructionManners } from '../destruction.js';

export type Manner = (typeof destructionManners)[number];

/** What becomes of one category at one holder. */
export interface HolderManner {
  readonly holder: string;
  readonly category: string;
  readonly manner: Manner;
}

/** From the least thorough up: what is anonymised stays, what is deleted has copies until a date. */
const thoroughness: readonly Manner[] = ['anonymised', 'deleted', 'destroyed'];

/** Whether somebody who was told to let it go in one manner has to be told again to let it go in another; absent: `destroyed`. */
export const isLessThan = (told: Manner = 'destroyed', wanted: Manner = 'destroyed'): boolean =>
  thoroughness.indexOf(told) < thoroughness.indexOf(wanted);

/** The most thorough where several are named of one category, as for two roles of a person; undefined where none is, or `destroyed`. */
export function mannerFor(manners: readonly HolderManner[], holder: string, category: string): Manner | undefined {
  const named = manners.filter((one) => one.holder === holder && one.category === category);
  const most = thoroughness.findLast((manner) => named.some((one) => one.manner === manner));
  return most === 'destroyed' ? undefined : most;
}
