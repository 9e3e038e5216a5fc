// What does an edition say otherwise than the one before it?
import { difference, type ChangeDuty, type ChangeKind, type DeclaredPolicy } from '@derbes/policy';
import { type KnownRegisters } from '../write/known-registers.js';

export interface Compared {
  readonly follows: string;
  readonly difference: ChangeKind | 'none';
  readonly asks: ChangeDuty;
}

/** Nothing for the first edition. Throws Refused DIFFERENT_CONTROLLERS. */
export function comparedWithPredecessor(
  registers: Pick<KnownRegisters, 'registers' | 'edition'>,
  document: string,
  policy: DeclaredPolicy,
): Compared | undefined {
  const { editions } = registers.registers;
  const place = editions.findIndex((one) => one.document === document);
  const before = place === -1 ? editions.at(-1) : editions[place - 1];
  const older = before && registers.edition(before.document);
  if (!older) return undefined;
  const { kind = 'none', asks } = difference(older.declared, policy);
  return { follows: before.document, difference: kind, asks };
}
