// How do the events of a committed claim reach a store that knows single streams only? In order, each once, wherever it is cut off.
import { ClaimBusy, EventIdTaken, EventStoreError, WrongRevision } from '../errors.js';
import { defaultLimits, GatheringQueue } from '../gathering-queue.js';
import { flushOrIsolate, inAppendTransaction, retried } from '../postgres/transaction.js';
import { hex } from './assess.js';
import { closeIfErased, displaced, type Displaced } from './displace.js';
import { acquire, markLanded, openBefore, release, type OpenClaim } from './landing-table.js';
import { type ClaimedEvent } from '../unit.js';
import { type ClaimsSettings } from './options.js';

export type Landed =
  | { readonly status: 'landed'; readonly position?: string; readonly moved: boolean }
  /** A command whose place was taken: it is gone with its rows. */
  | { readonly status: 'withdrawn'; readonly stream: string; readonly actual: number }
  | { readonly status: 'erased' }
  /** Another process withdrew it, or it never was. */
  | { readonly status: 'gone' };

const pollMs = 50;

export class Landing<Rows> {
  /** One landing of a claim at a time in this process: a store may choke on one id sent twice at once. */
  private readonly underWay = new Map<string, Promise<Landed>>();
  private readonly marks = new GatheringQueue<Buffer, void>(
    (tokens) => flushOrIsolate(tokens, (some) => this.mark(some)),
    defaultLimits,
  );

  constructor(private readonly settings: ClaimsSettings<Rows>) {}

  /** Lands claims that this process has just committed together and holds: all at once, but in each stream one after the other. */
  landFresh(claims: readonly OpenClaim[]): Promise<Landed>[] {
    const before = new Map<string, Promise<Landed>>();
    return claims.map((claim) => {
      const streams = [...new Set(claim.events.map(({ stream }) => stream))];
      const after = streams.flatMap((stream) => before.get(stream) ?? []);
      const told = this.settings.heads.expect(streams);
      const landing = this.once(claim.token, async () => {
        const earlier = async () => (await Promise.all(after)).some(isErased);
        return (await this.landHeld(claim, earlier)) ?? (await this.acquireAndLand(claim.token));
      });
      void landing.finally(told).catch(() => undefined);
      for (const stream of streams) before.set(stream, landing);
      return landing;
    });
  }

  /** Lands an open claim, or waits until whoever holds it has. Throws ClaimBusy when that takes too long. */
  settle(token: Buffer): Promise<Landed> {
    return this.once(token, () => this.acquireAndLand(token));
  }

  async idle(): Promise<void> {
    while (this.underWay.size > 0) await Promise.allSettled(this.underWay.values());
    await this.marks.idle();
  }

  private once(token: Buffer, work: () => Promise<Landed>): Promise<Landed> {
    const key = hex(token);
    const running = this.underWay.get(key);
    if (running) return running;
    const started = work().finally(() => this.underWay.delete(key));
    this.underWay.set(key, started);
    // Who started it awaits it a turn later; until then a failure is not unhandled.
    started.catch(() => undefined);
    return started;
  }

  private async acquireAndLand(token: Buffer): Promise<Landed> {
    const { pool, process, leaseMs, waitMs } = this.settings;
    const deadline = performance.now() + waitMs;
    for (;;) {
      const found = await retried(() => acquire(pool, token, { process, ms: leaseMs }));
      if (!found) return { status: 'gone' };
      if ('claim' in found) {
        const { claim, seq } = found;
        const landed = await this.landHeld(claim, () => this.settleBefore(claim, seq));
        if (landed) return landed;
      } else if (found.state !== 'open') {
        // Landed by another process: whether as it was decided is not known here.
        return found.state === 'erased' ? { status: 'erased' } : { status: 'landed', moved: true };
      }
      if (performance.now() >= deadline) throw new ClaimBusy(leaseMs);
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  }

  private async settleBefore(claim: OpenClaim, seq: string): Promise<boolean> {
    let erased = false;
    for (const token of await retried(() => openBefore(this.settings.pool, claim, seq))) {
      erased = isErased(await this.settle(token)) || erased;
    }
    return erased;
  }

  /**
   * `earlier`: claims of one stream land in the order of their commits; whether one of them was closed with its person, whom this
   * one then is about too. Undefined when another process took the claim over.
   */
  private async landHeld(claim: OpenClaim, earlier: () => Promise<boolean>): Promise<Landed | undefined> {
    const { at, pool, process } = this.settings;
    try {
      const erased = await earlier();
      let position: string | undefined;
      let moved = false;
      let open = claim;
      for (let i = 0; i < open.events.length;) {
        const placed = (erased && (await closeIfErased(this.settings, open, i))) || (await this.placeFrom(open, i));
        if (placed.status === 'dropped') {
          open = { ...open, events: open.events.filter(({ id }) => !placed.ids.includes(id)) };
          moved = true;
          continue;
        }
        if (placed.status !== 'placed') return placed.status === 'lost' ? undefined : placed;
        position = placed.position;
        moved ||= placed.moved;
        i += placed.events;
        await at?.('appended');
      }
      await at?.('landing');
      await this.marks.add(claim.token, { rows: 1, bytes: claim.token.length });
      await at?.('landed');
      return { status: 'landed', ...(position !== undefined && { position }), moved };
    } catch (error) {
      // The lease would run out by itself; the next caller need not wait for that.
      if (error instanceof EventStoreError) await release(pool, process, claim.token).catch(() => undefined);
      throw error;
    }
  }

  /** As many as follow one another in one stream in one call; when it is refused, the first alone shows why. */
  private async placeFrom(claim: OpenClaim, index: number): Promise<Placed> {
    const { heads, store } = this.settings;
    const run = runFrom(claim.events, index);
    const [first] = run;
    if (!first || run.length === 1) return this.place(claim, index);
    try {
      const { position, revision } = await store.append(first.stream, first.expectedRevision, run);
      heads.note(first.stream, revision);
      return { status: 'placed', position, moved: false, events: run.length };
    } catch (error) {
      if (error instanceof WrongRevision || error instanceof EventIdTaken) return this.place(claim, index);
      throw error;
    }
  }

  private async place(claim: OpenClaim, index: number): Promise<Placed> {
    const { heads, store } = this.settings;
    let event = claim.events[index];
    let moved = false;
    while (event) {
      try {
        const { position, revision } = await store.append(event.stream, event.expectedRevision, [event]);
        heads.note(event.stream, revision);
        return { status: 'placed', position, moved, events: 1 };
      } catch (error) {
        if (error instanceof WrongRevision) heads.note(error.stream, error.actual);
        const outcome: Displaced = await displaced(this.settings, claim, event, index, error);
        if (outcome.status === 'placed') return { ...outcome, moved: true, events: 1 };
        if (outcome.status !== 'elsewhere') return outcome;
        event = outcome.event;
        moved = true;
      }
    }
    throw new Error('a claim has no event of that place');
  }

  private async mark(tokens: readonly Buffer[]): Promise<readonly undefined[]> {
    const { participant, pool } = this.settings;
    await inAppendTransaction(pool, async (tx) => {
      await markLanded(tx, tokens);
      await participant.landed?.(tx, tokens);
      return { value: undefined, end: 'written' };
    });
    return tokens.map(() => undefined);
  }
}

/** A call of so many of the largest events is less than what every adapter takes. */
const runEventsMax = 8;

function runFrom(events: readonly ClaimedEvent[], from: number): readonly ClaimedEvent[] {
  const run = events.slice(from, from + runEventsMax);
  const end = run.findIndex(({ stream, expectedRevision }, n) => {
    const [first = { stream, expectedRevision }] = run;
    return stream !== first.stream || expectedRevision !== first.expectedRevision + n;
  });
  return end < 0 ? run : run.slice(0, end);
}

const isErased = ({ status }: Landed): boolean => status === 'erased';

type Placed =
  | { readonly status: 'placed'; readonly position: string; readonly moved: boolean; readonly events: number }
  | { readonly status: 'withdrawn'; readonly stream: string; readonly actual: number }
  | { readonly status: 'erased' }
  | { readonly status: 'dropped'; readonly ids: readonly string[] }
  | { readonly status: 'lost' };
