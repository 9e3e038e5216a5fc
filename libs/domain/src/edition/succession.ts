// Which edition follows which, and what does each say otherwise than the one before it?
import { Refused } from '@derbes/kernel';
import { difference, type DeclaredPolicy, type Difference } from '@derbes/policy';
import { policyOf, type Outside } from '../case.js';
import { type Edition } from '../registers.js';

export interface Succession {
  /** Place among the editions, in the order in which they come into force. */
  readonly place: number;
  readonly edition: Edition;
  readonly policy: DeclaredPolicy;
  readonly before: DeclaredPolicy;
  readonly difference: Difference;
}

/** Comparing two editions costs milliseconds, and every person is asked about the same few. */
const known = new WeakMap<DeclaredPolicy, WeakMap<DeclaredPolicy, Difference | undefined>>();

function differenceOf(older: DeclaredPolicy, newer: DeclaredPolicy): Difference | undefined {
  const ofOlder = known.get(older) ?? new WeakMap<DeclaredPolicy, Difference | undefined>();
  known.set(older, ofOlder);
  if (!ofOlder.has(newer)) ofOlder.set(newer, compared(older, newer));
  return ofOlder.get(newer);
}

/** Of another organisation's policy nothing follows for anybody's consent; no ledger takes one as an edition any more. */
function compared(older: DeclaredPolicy, newer: DeclaredPolicy): Difference | undefined {
  try {
    return difference(older, newer);
  } catch (error) {
    if (error instanceof Refused && error.code === 'DIFFERENT_CONTROLLERS') return undefined;
    throw error;
  }
}

/** Every edition that has a predecessor and says something otherwise. Throws NotJudgeable while a document is missing. */
export function successions(outside: Outside): readonly Succession[] {
  const { editions } = outside.registers;
  return editions.flatMap((edition, place) => {
    const predecessor = editions[place - 1];
    if (!predecessor) return [];
    const policy = policyOf(outside, edition.document);
    const before = policyOf(outside, predecessor.document);
    const found = differenceOf(before, policy);
    return found && found.changes.length > 0 ? [{ place, edition, policy, before, difference: found }] : [];
  });
}
