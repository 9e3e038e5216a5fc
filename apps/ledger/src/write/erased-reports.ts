// What is kept of a fact about somebody who was erased? That its source told one, in that source's own stream, and nothing of the person.
import { catalogue } from '@derbes/domain';
import { ClaimBusy, noStream, type Claims, type Committed, type EventStore, type Unit } from '@derbes/event-store';
import { readEnvelope, writeEnvelope, type Envelope } from '@derbes/kernel';
import { noRows, type VaultRows } from '@derbes/vault';
import { randomUUID } from 'node:crypto';
import { erased, type Outcome } from './outcome.js';
import { type Resolved } from './resolving.js';
import { type SourceStreams } from './source-streams.js';
import { wholeSeconds } from './telling-parts.js';
import { type Head } from './unit-maker.js';

/** Reports of one source that are committed together. */
const togetherMax = 128;
/** Others may write into the same stream: whoever loses so often against them is told to come again. */
const attemptsMax = 30;
const busyRetryMs = 1_000;
/** Kept heads of streams; one that is forgotten is read again. */
const headsMax = 1_000;

export interface ErasedReportsParts {
  readonly claims: Claims<VaultRows>;
  readonly store: EventStore;
  readonly sources: SourceStreams;
  readonly editionAt: (moment: string) => string | undefined;
  readonly clock: () => Date;
}

interface Attempted {
  readonly resolved: Resolved;
  readonly actor: string;
  /** The id under which others refer to the pair, when somebody does. */
  readonly id: string;
  attempts: number;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

export class ErasedReports {
  private readonly waiting = new Map<string, Attempted[]>();
  private readonly running = new Map<string, Promise<void>>();
  private readonly heads = new Map<string, Head>();

  constructor(private readonly parts: ErasedReportsParts) {}

  /** Records the attempt under its pair, once however often it is told, and answers 410. Throws ClaimBusy and the store's errors. */
  report(resolved: Resolved, actor: string, id: string = randomUUID()): Promise<Outcome> {
    const { source } = resolved.event;
    return new Promise((resolve, reject) => {
      const queue = this.waiting.get(source) ?? [];
      this.waiting.set(source, queue);
      queue.push({ resolved, actor, id, attempts: 0, resolve, reject });
      if (!this.running.has(source)) this.running.set(source, this.run(source, queue));
    });
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await Promise.all(this.running.values());
  }

  private async run(source: string, queue: Attempted[]): Promise<void> {
    while (queue.length > 0) {
      const round = queue.splice(0, togetherMax);
      try {
        queue.unshift(...(await this.round(source, round)));
      } catch (error) {
        for (const { reject } of round) reject(error);
      }
    }
    this.running.delete(source);
    this.waiting.delete(source);
  }

  /** Those that met somebody else's events in the stream go round again. */
  private async round(source: string, round: readonly Attempted[]): Promise<Attempted[]> {
    const { claims, sources, store } = this.parts;
    const stream = await sources.streamOf(source);
    let head = this.heads.get(stream) ?? { revision: noStream };
    for await (const { revision, bytes } of store.readStream(stream, head.revision + 1)) {
      head = { revision, at: readEnvelope(bytes).at };
    }
    this.know(stream, head);
    const units = round.map((attempted): Unit<VaultRows> => {
      const envelope = this.envelope(attempted, stream, head);
      const event = {
        id: envelope.id,
        type: envelope.type,
        stream,
        expectedRevision: head.revision,
        bytes: writeEnvelope(envelope),
        envelope,
      };
      head = { revision: head.revision + 1, at: envelope.at };
      const { token } = attempted.resolved;
      return { claim: { token, kind: 'fact', outcome: '{"status":"erased"}' }, events: [event], rows: noRows };
    });
    const again: Attempted[] = [];
    const settled = units.map((unit, i) => this.settle(round[i], claims.commit(unit), again));
    await Promise.all(settled);
    return again;
  }

  private async settle(
    attempted: Attempted | undefined,
    committing: Promise<Committed>,
    again: Attempted[],
  ): Promise<void> {
    if (!attempted) return;
    const { resolved, resolve, reject } = attempted;
    try {
      if ((await committing).status !== 'conflict') resolve(erased(resolved));
      else if (++attempted.attempts < attemptsMax) again.push(attempted);
      else reject(new ClaimBusy(busyRetryMs));
    } catch (error) {
      reject(error);
    }
  }

  private envelope({ resolved, actor, id }: Attempted, stream: string, head: Head): Envelope {
    const { told, event } = resolved;
    const { clock, editionAt } = this.parts;
    const type = 'ErasedSubjectReported';
    const facts = { told: told.becomes };
    catalogue.get(type).check(facts);
    const now = wholeSeconds(clock().toISOString());
    const edition = editionAt(told.occurred);
    return {
      actor,
      at: head.at !== undefined && head.at > now ? head.at : now,
      ...(edition !== undefined && { edition }),
      facts,
      id,
      occurred: told.occurred,
      revision: String(head.revision + 1),
      source: event.source,
      stream,
      type,
      v: String(catalogue.get(type).version),
    };
  }

  private know(stream: string, head: Head): void {
    this.heads.delete(stream);
    this.heads.set(stream, head);
    const [oldest] = this.heads.size > headsMax ? this.heads.keys() : [];
    if (oldest !== undefined) this.heads.delete(oldest);
  }
}
