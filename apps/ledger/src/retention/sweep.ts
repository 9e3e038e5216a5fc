// Who lets data go when its last term is over? The active worker, page by page, one command for each person, which can be carried out once.
import { Refused } from '@derbes/kernel';
import { duePageMax, type DueThing, type RetentionCounts, type RetentionQueue } from '@derbes/read-models';
import { createHash, randomUUID } from 'node:crypto';
import { type CommandWriter } from '../write/command-writer.js';
import { wholeSeconds } from '../write/telling-parts.js';
import { decidedNow, type Deciding } from './deciding.js';

/** Commands under way at once: as many as share one flush. */
const togetherMax = 100;

export interface RetentionSweepParts extends Deciding {
  readonly queue: RetentionQueue;
  readonly commands: Pick<CommandWriter, 'write'>;
  /** How often what is due is looked for, in seconds; 0: never. */
  readonly sweepSeconds: number;
  readonly clock: () => Date;
  /** Milliseconds that only ever grow, whatever the clock says. */
  readonly monotonic: () => number;
  /** Hears of one that could not be decided now; it is come back to. */
  readonly onTrouble: (error: unknown) => void;
}

/** What one look at what is due came to. `holdings`: decided to go, or found to be kept by a later edition. */
export interface SweptRetention {
  readonly people: number;
  readonly holdings: number;
  readonly consents: number;
}

/** What the read model still calls due is kept, or decided already. */
class NothingToSay extends Error {}

function byPerson(page: readonly DueThing[]): Map<string, DueThing[]> {
  const people = new Map<string, DueThing[]>();
  for (const thing of page) people.set(thing.subject, [...(people.get(thing.subject) ?? []), thing]);
  return people;
}

export class RetentionSweep {
  private sweptAt = -Infinity;
  private running: Promise<SweptRetention> | undefined;
  private stopped = false;

  constructor(private readonly parts: RetentionSweepParts) {}

  /** Sweeps when it is time to; called as often as anybody likes. */
  async tend(): Promise<void> {
    const { sweepSeconds, monotonic } = this.parts;
    if (sweepSeconds === 0 || monotonic() - this.sweptAt < sweepSeconds * 1_000) return;
    this.sweptAt = monotonic();
    await this.sweep();
  }

  /** Everything that is due by now; one sweep runs at a time. */
  sweep(): Promise<SweptRetention> {
    this.running ??= this.sweepOnce().finally(() => (this.running = undefined));
    return this.running;
  }

  /** How much is due soon, due and overdue; undefined while the model is built for the first time. */
  counts(): Promise<RetentionCounts | undefined> {
    return this.parts.queue.counts(this.now());
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.running?.catch(() => undefined);
  }

  private async sweepOnce(): Promise<SweptRetention> {
    const now = this.now();
    const swept = { people: 0, holdings: 0, consents: 0 };
    let after: DueThing | undefined;
    while (!this.stopped) {
      const page = (await this.parts.queue.due(now, after)) ?? [];
      const people = [...byPerson(page)];
      for (let from = 0; from < people.length && !this.stopped; from += togetherMax) {
        const some = people.slice(from, from + togetherMax);
        for (const one of await Promise.all(some.map(([subject, things]) => this.tried(subject, things)))) {
          swept.people += one ? 1 : 0;
          swept.holdings += one?.holdings ?? 0;
          swept.consents += one?.consents ?? 0;
        }
      }
      after = page.at(-1);
      if (page.length < duePageMax) break;
    }
    return swept;
  }

  private async tried(
    subject: string,
    things: readonly DueThing[],
  ): Promise<Omit<SweptRetention, 'people'> | undefined> {
    try {
      return await this.carryOut(subject, things);
    } catch (error) {
      // Merged with somebody, to be erased, kept for now: nothing is left to say in this stream.
      if (!(error instanceof Refused || error instanceof NothingToSay)) this.parts.onTrouble(error);
      return undefined;
    }
  }

  /**
   * The claim is of the person and of exactly what is due of hers, each with its moment, so that whatever is replayed, restarted or asked
   * twice says nothing twice; what a hold kept out of it is another claim when that ends.
   */
  private async carryOut(subject: string, things: readonly DueThing[]): Promise<Omit<SweptRetention, 'people'>> {
    const { commands, erasures } = this.parts;
    const named = things.map(({ began, category, due }) => `${began}:${category}:${due}`).sort();
    const key = `retention.${subject}.${createHash('sha256').update(named.join()).digest('hex').slice(0, 32)}`;
    const swept = { holdings: 0, consents: 0 };
    const { status } = await commands.write({
      asked: { by: { key: 'ledger', role: 'admin' }, request: randomUUID(), idempotencyKey: key },
      actor: 'ledger',
      content: { retention: key },
      decide: async (at) => {
        const { outcome, plan } = await decidedNow(this.parts, { type: 'CarryOutRetention', subject }, at);
        // Held by then, or decided by somebody else: the claim must not be used up by it.
        if (outcome.drafts.length === 0) throw new NothingToSay();
        Object.assign(swept, { holdings: outcome.decided, consents: outcome.expired });
        return plan;
      },
      result: {},
    });
    if (status === 'repeated') throw new NothingToSay();
    erasures.soonAbout([subject]);
    return swept;
  }

  private now(): string {
    return wholeSeconds(this.parts.clock().toISOString());
  }
}
