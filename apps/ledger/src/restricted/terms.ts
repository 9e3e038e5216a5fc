// What goes of what the law forbids to tell, when the term of a matter is over? Its records are destroyed; that they stood stays in the log.
import { mattersOver, restrictedGone, restrictedGoneMax, restrictedRole } from '@derbes/domain';
import { checkEventsOf } from '@derbes/event-store';
import { inTransaction, type RestrictedPlace } from '@derbes/vault';
import { randomUUID } from 'node:crypto';
import { type Pool } from 'pg';
import { wholeSeconds } from '../write/telling-parts.js';
import { type Writers } from '../write/writers.js';
import { RestrictedWriter } from './restricted-writer.js';

/** Where an end can be cut off; a test kills the process there. */
export type TermStep = 'said' | 'destroying' | 'destroyed';

export interface TermsParts {
  readonly app: Pool;
  readonly writers: Writers;
  readonly clock: () => Date;
  readonly monotonic: () => number;
  readonly at?: (step: TermStep) => void | Promise<void>;
}

/** How often matters are looked through whose term may be over: terms are years. */
const sweepMs = 3_600_000;

/**
 * First a record says which others are gone, then their keys, values and checks go in one transaction. Cut off in between, the next
 * sweep goes on from that record; a database put back to before both ends the same matter again, by the same term. No journal is
 * written: the term says what is to go for as long as anything of it stands, and until it has gone nobody is told of it.
 */
export class RestrictedTerms {
  private swept: number | undefined;

  constructor(private readonly parts: TermsParts) {}

  /** Sweeps when it is time to. Throws RestrictedUnreadable and what vault and claims throw; the next call tries again. */
  async tend(): Promise<void> {
    const now = this.parts.monotonic();
    if (this.swept !== undefined && now - this.swept < sweepMs) return;
    await this.sweep();
    this.swept = now;
  }

  /** Destroys all that is to go. Answers how many records went. */
  async sweep(): Promise<number> {
    const { restricted } = this.parts.writers;
    const records = await restricted.everything();
    if (records.length === 0) return 0;
    // Said by somebody who died before it was done.
    let went = await this.destroy([...restrictedGone(records)]);
    for (const { events } of mattersOver(records, this.now())) {
      for (let from = 0; from < events.length; from += restrictedGoneMax) {
        const going = events.slice(from, from + restrictedGoneMax);
        await this.say(going);
        await this.parts.at?.('said');
        went += await this.destroy(going);
      }
    }
    return went;
  }

  /** Two that sweep at once say it once. */
  private async say(events: readonly string[]): Promise<void> {
    const [first = ''] = events;
    await new RestrictedWriter(this.parts.writers).record(
      {
        by: { key: 'ledger', role: restrictedRole },
        request: randomUUID(),
        idempotencyKey: `restricted-gone.${first}.${events.length}`,
      },
      { gone: [...events] },
      { kind: 'gone', why: 'term', events: [...events] },
    );
  }

  /** Those that stand of these; each is the one value of an owner of its own. */
  private async destroy(events: readonly string[]): Promise<number> {
    if (events.length === 0) return 0;
    const { writers, at } = this.parts;
    const named = new Set(events);
    const places = (await writers.vault.restrictedPlaces()).filter(({ eventId }) => named.has(eventId));
    for (let from = 0; from < places.length; from += restrictedGoneMax) {
      await this.destroyTogether(places.slice(from, from + restrictedGoneMax));
    }
    if (places.length > 0) await at?.('destroyed');
    return places.length;
  }

  private async destroyTogether(places: readonly RestrictedPlace[]): Promise<void> {
    const { app, writers, at } = this.parts;
    const [first, ...others] = places;
    if (!first) return;
    const checks = await checkEventsOf(
      app,
      places.map(({ eventId }) => eventId),
    );
    await inTransaction(app, async (tx) => {
      await writers.vault.destroy(tx, {
        erasure: first.eventId,
        owner: first.owner,
        scope: 'person',
        at: this.now(),
        checks,
        also: others.map(({ owner }) => owner),
      });
      await at?.('destroying');
    });
  }

  private now(): string {
    return wholeSeconds(this.parts.clock().toISOString());
  }
}
