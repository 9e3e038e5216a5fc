// Who orders the tasks that a told fact asks for? Whoever recorded it, at once; else the worker. A command keyed by the fact, so once.
import { cascadeOf, foldOfFamily, survivorOf, type TaskOutside } from '@derbes/domain';
import { type Claims } from '@derbes/event-store';
import { type Vault, type VaultRows } from '@derbes/vault';
import { randomUUID } from 'node:crypto';
import { placesOf } from '../erasure/places.js';
import { type CommandWriter } from '../write/command-writer.js';
import { type FoldCache } from '../write/fold-cache.js';
import { foldsOf } from '../write/folds-of.js';
import { type KnownRegisters } from '../write/known-registers.js';
import { ownerOfSubject } from '../write/resolving.js';
import { type SpreadingFact, type SpreadingFacts } from './spreading-facts.js';

export interface TaskOrdererParts {
  readonly facts: SpreadingFacts;
  readonly claims: Claims<VaultRows>;
  readonly vault: Vault;
  readonly cache: FoldCache;
  readonly registers: KnownRegisters;
  readonly commands: CommandWriter;
  /** Hears of a fact whose tasks could not be ordered now. */
  readonly onTrouble: (error: unknown) => void;
}

/** Services may tell of her all the while. */
const orderAttemptsMax = 500;

export class TaskOrderer {
  private readonly waiting: SpreadingFact[] = [];
  private draining: Promise<void> | undefined;
  private stopped = false;

  constructor(private readonly parts: TaskOrdererParts) {}

  /** Orders what these facts ask for, one after the other while nobody waits; what fails is left to the worker. */
  soon(facts: readonly SpreadingFact[]): void {
    if (facts.length === 0 || this.stopped) return;
    this.waiting.push(...facts);
    this.draining ??= this.drain().finally(() => (this.draining = undefined));
  }

  /** Facts that nobody has in hand, of whatever process. */
  async workOff(): Promise<void> {
    for (const fact of await this.parts.facts.takeDue()) {
      if (this.stopped) return;
      await this.tried(fact);
    }
  }

  /** Begins nothing more; resolves when nothing is being ordered here. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.waiting.length = 0;
    await this.draining;
  }

  private async drain(): Promise<void> {
    for (let next = this.waiting.shift(); next !== undefined; next = this.waiting.shift()) await this.tried(next);
  }

  private async tried(fact: SpreadingFact): Promise<void> {
    try {
      await this.order(fact);
    } catch (error) {
      this.parts.onTrouble(error);
    }
  }

  /** Throws what commands throw; the fact stays in the list then. */
  private async order({ event, subject }: SpreadingFact): Promise<void> {
    const { claims, commands, facts } = this.parts;
    // On a store where claims land afterwards, the fact may not stand in its stream yet.
    await claims.settleAbout({ streams: [], events: [event] });
    await commands.write({
      asked: { by: { key: 'ledger', role: 'admin' }, request: randomUUID(), idempotencyKey: `cascade.${event}` },
      actor: 'ledger',
      content: { cascade: event },
      decide: async (at) => {
        const { folds, heads } = await foldsOf(this.parts, [subject], at);
        const survivor = survivorOf(subject, folds);
        const family = foldOfFamily(survivor, folds);
        return { drafts: cascadeOf(event, survivor, family, await this.outside([...folds.keys()], at)), heads };
      },
      result: {},
      attempts: orderAttemptsMax,
    });
    await facts.done(event);
  }

  private async outside(members: readonly string[], at: string): Promise<TaskOutside> {
    const { vault, registers } = this.parts;
    const parts = await Promise.all(members.map((member) => placesOf(vault, ownerOfSubject(member))));
    return { ...registers.outside, at, parts: parts.flat() };
  }
}
