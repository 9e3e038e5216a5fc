// Was a fact decided on the editions, registers and orders to erase that stand when it is written? Asked in its own transaction, under
// the append lock.
import { type Participant, type Transaction } from '@derbes/event-store';
import { type VaultRows } from '@derbes/vault';
import { addSpreading, withdrawSpreading, type SpreadingFact } from '../cascade/spreading-facts.js';
import { addOrders, ordersGiven, wakeOrders, withdrawOrders, type ErasureOrder } from '../erasure/erasure-orders.js';
import { changeOutbox, withdrawFromOutbox, type OutboxChange } from '../delivery/outbox-table.js';
import { growSql, versionSql } from './register-index.js';

/** What a unit has to do with the registers and with erasure, besides the vault's rows. */
export interface GuardedRows extends VaultRows {
  /** Version of the registers that a fact was decided on. */
  readonly decidedOn?: string;
  /** By subject whose value a fact seals, how many orders to erase it was decided on. */
  readonly ordersKnown?: ReadonlyMap<string, number>;
  /** Streams of registers that a command makes grow. */
  readonly grows?: readonly string[];
  /** Destructions that its events demand. */
  readonly orders?: readonly ErasureOrder[];
  /** Subjects about whom a task was told or answered. */
  readonly settled?: readonly string[];
  /** Facts of its events that others are told of. */
  readonly spreading?: readonly SpreadingFact[];
  /** What its events say of the tasks that others are to be told. */
  readonly outbox?: readonly OutboxChange[];
}

/** The registers have grown since: the unit is decided anew once they are read. */
export const registersMoved = 'REGISTERS_MOVED';
/** Somebody was ordered to be erased since, wholly or in part: the unit is decided anew once that is read. */
const orderGiven = 'ORDER_GIVEN';

/**
 * The vault, and the registers before it. Whatever grows a register moves their version in the same transaction, so no process
 * can write a fact that it decided on an older edition than the one recorded before it. What a unit orders to be destroyed stands from
 * then on among the orders, whoever dies before it is carried out. `landing`: in the claim's own transaction the revision tells
 * that a fact was decided without an order; into a store elsewhere it would be moved behind the order, with values that are to go.
 */
export function guardedParticipant(
  vault: Participant<VaultRows>,
  landing: 'inside' | 'after',
): Participant<GuardedRows> {
  return {
    ...vault,
    async conflicts(tx, units) {
      const [moved, unordered, refusedOfAll] = await Promise.all([
        staleAmong(tx, units),
        landing === 'after' ? withoutOrder(tx, units) : [],
        vault.conflicts(tx, units),
      ]);
      const stale = new Map<number, string>([...moved].map((i) => [i, registersMoved]));
      for (const i of unordered) stale.set(i, orderGiven);
      if (stale.size === 0) return refusedOfAll;
      const others = [...units.keys()].filter((i) => !stale.has(i));
      const refused = await vault.conflicts(
        tx,
        others.flatMap((i) => units[i] ?? []),
      );
      const found = new Map(stale);
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
      await wakeOrders(
        tx,
        units.flatMap(({ settled = [] }) => settled),
      );
      await addSpreading(
        tx,
        units.flatMap(({ spreading = [] }) => spreading),
      );
      await changeOutbox(
        tx,
        units.flatMap(({ outbox = [] }) => outbox),
      );
    },
    writesAtOnce(units) {
      return (
        vault.writesAtOnce?.(units) === true &&
        units.every(({ grows, orders, settled, spreading, outbox }) =>
          [grows, orders, settled, spreading, outbox].every((rows) => !rows?.length),
        )
      );
    },
    async withdraw(tx, token, events) {
      await vault.withdraw?.(tx, token, events);
      await withdrawOrders(tx, events);
      await withdrawSpreading(tx, events);
      await withdrawFromOutbox(tx, events);
    },
  };
}

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

/** Those that seal a value of somebody about whom an order to erase was given that they were decided without. */
async function withoutOrder(tx: Transaction, units: readonly GuardedRows[]): Promise<readonly number[]> {
  const subjects = new Set(units.flatMap(({ ordersKnown }) => [...(ordersKnown?.keys() ?? [])]));
  const given = await ordersGiven(tx, [...subjects]);
  return [...units.keys()].filter((i) =>
    [...(units[i]?.ordersKnown ?? [])].some(([subject, known]) => known < (given.get(subject) ?? 0)),
  );
}
