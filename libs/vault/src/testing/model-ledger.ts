// What stands for the ledger around the vault in a model? A log that no restore takes back, and orders carried out step by step.
import { createHash, randomUUID } from 'node:crypto';
import { type Pool, type PoolClient } from 'pg';
import { inTransaction } from '../in-transaction.js';
import {
  type Destroyed,
  type EpochEvent,
  type EpochLedger,
  type ErasureMade,
  type JournalEntry,
  type Published,
} from '../index.js';
import { type Vault } from '../index.js';

/** Where the execution of an order may be cut off; `destroying` dies before the commit of what it did. */
export const executionSteps = ['ordered', 'journaled', 'begun', 'executed', 'destroying'] as const;
export type ExecutionStep = (typeof executionSteps)[number];

export class CutOff extends Error {}

interface Order {
  readonly entry: JournalEntry;
  executed: boolean;
  destroyed: boolean;
}

export class ModelLedger implements EpochLedger {
  readonly #log: { readonly name: string; readonly order?: string }[] = [];
  readonly #orders = new Map<string, Order>();
  vault: Vault;

  constructor(
    private readonly app: Pool,
    vault: Vault,
    /** Told of what an execution destroyed, and of the transaction in which it did, before it ends. */
    private readonly on: {
      destroying(tx: PoolClient): Promise<void>;
      destroyed(entry: JournalEntry, what: Destroyed): void;
    },
  ) {
    this.vault = vault;
  }

  write({ type, facts }: EpochEvent): Promise<void> {
    this.#append([type, facts.epoch, 'custodian' in facts ? facts.custodian : ''].join('/'));
    return Promise.resolve();
  }

  published(): Promise<Published> {
    return Promise.resolve({ needed: 1, size: 1, witnesses: 'none' });
  }

  keepDocument(bytes: Buffer): Promise<string> {
    return Promise.resolve(createHash('sha256').update(bytes).digest('hex'));
  }

  async settleErasures(): Promise<void> {
    for (const order of this.#orders.values()) if (!order.destroyed) await this.carryOut(order.entry);
  }

  erasuresOf(epoch: number): Promise<readonly ErasureMade[]> {
    const at = (of: number): number => this.#log.findIndex(({ name }) => name === `EpochOpened/${of}/`);
    const made = this.#log.slice(at(epoch) + 1, at(epoch + 1)).flatMap(({ name, order }): ErasureMade[] => {
      return order === undefined ? [] : [{ executed: name, order }];
    });
    return Promise.resolve(made);
  }

  /** Goes on with what was cut off. What the journal says stands, whatever is told again. */
  async carryOut(told: JournalEntry, stopAt?: ExecutionStep): Promise<void> {
    const order = this.#orders.get(told.erasure) ?? { entry: told, executed: false, destroyed: false };
    this.#orders.set(told.erasure, order);
    const reach = (step: ExecutionStep): void => {
      if (step === stopAt) throw new CutOff(step);
    };
    reach('ordered');
    const entry = await inTransaction(this.app, (tx) => this.vault.journal.append(tx, told));
    reach('journaled');
    if (entry.scope === 'person') await inTransaction(this.app, (tx) => this.vault.beginErasure(tx, entry.owner));
    reach('begun');
    if (!order.executed) this.#log.push({ name: randomUUID(), order: entry.erasure });
    order.executed = true;
    reach('executed');
    const destroyed = await inTransaction(this.app, async (tx) => {
      const what = await this.vault.destroy(tx, entry);
      await this.on.destroying(tx);
      reach('destroying');
      return what;
    });
    order.destroyed = true;
    this.on.destroyed(entry, destroyed);
  }

  /** On restored data: all that the journal holds, done or not. */
  async applyJournal(): Promise<void> {
    for (const entry of await this.vault.journal.entries()) await this.carryOut(entry);
  }

  #append(name: string): void {
    if (!this.#log.some((event) => event.name === name)) this.#log.push({ name });
  }
}
