// Was a fact decided on the editions and registers that stand when it is written? Asked in its own transaction, under the append lock.
import { type Participant } from '@derbes/event-store';
import { type VaultRows } from '@derbes/vault';
import { addOrders, withdrawOrders, type ErasureOrder } from '../erasure/erasure-orders.js';
import { growSql, versionSql } from './register-index.js';

/** What a unit has to do with the registers and with erasure, besides the vault's rows. */
export interface GuardedRows extends VaultRows {
  /** Version of the registers that a fact was decided on. */
  readonly decidedOn?: string;
  /** Streams of registers that a command makes grow. */
  readonly grows?: readonly string[];
  /** Destructions that its events demand. */
  readonly orders?: readonly ErasureOrder[];
}

/** The registers have grown since: the unit is decided anew once they are read. */
export const registersMoved = 'REGISTERS_MOVED';

/**
 * The vault, and the registers before it. Whatever grows a register moves their version in the same transaction, so no process
 * can write a fact that it decided on an older edition than the one recorded before it. What a unit orders to be destroyed stands from
 * then on among the orders, whoever dies before it is carried out.
 */
export function guardedParticipant(vault: Participant<VaultRows>): Participant<GuardedRows> {
  return {
    ...vault,
    async conflicts(tx, units) {
      const stale = await staleAmong(tx, units);
      const others = [...units.keys()].filter((i) => !stale.has(i));
      const refused = await vault.conflicts(
        tx,
        others.flatMap((i) => units[i] ?? []),
      );
      const found = new Map<number, string>([...stale].map((i) => [i, registersMoved]));
      for (const [place, code] of refused) found.set(others[place] ?? -1, code);
      return found;
    },
    async write(tx, units) {
      await vault.write(tx, units);
      const streams = units.flatMap(({ grows = [] }) => grows);
      if (streams.length > 0) await tx.query(growSql, [streams]);
      await addOrders(
        tx,
        units.flatMap(({ orders = [] }) => orders),
      );
    },
    async withdraw(tx, token, events) {
      await vault.withdraw?.(tx, token, events);
      await withdrawOrders(tx, events);
    },
  };
}

type Transaction = Parameters<Participant<unknown>['conflicts']>[0];

/** Those decided on another version, and those that stand behind a unit of the same flush which makes a register grow. */
async function staleAmong(tx: Transaction, units: readonly GuardedRows[]): Promise<ReadonlySet<number>> {
  const stale = new Set<number>();
  if (units.every(({ decidedOn }) => decidedOn === undefined)) return stale;
  const { rows } = await tx.query<{ version: string }>(versionSql);
  let grown = false;
  units.forEach(({ decidedOn, grows = [] }, i) => {
    if (decidedOn !== undefined && (grown || decidedOn !== rows[0]?.version)) stale.add(i);
    if (grows.length > 0) grown = true;
  });
  return stale;
}
