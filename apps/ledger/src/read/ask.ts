// Who asked what about whom? The one place that every question about people goes through: recorded before it is answered.
import { LedgerRead, readSubjectsMax } from '@derbes/domain';
import { noStream, type EventStore, type PendingEvent } from '@derbes/event-store';
import { writeEnvelope, type Facts } from '@derbes/kernel';
import { randomUUID } from 'node:crypto';
import { Problem } from '../http/problem/problem.js';
import { type Asked } from '../keys/asked.js';
import { isDiskFull } from '../write/disk-full.js';
import { wholeSeconds } from '../write/telling-parts.js';

/** Reads that may wait for a commit; past it whoever asks is told to come again. */
export const waitingReadsMax = 10_000;
/** Reads of one append. */
export const gatheredReadsMax = 500;
const retryAfterMs = 1_000;

export interface Question {
  /** Code of the question: `dossier`, `holdings`, … */
  readonly question: string;
  readonly asked: Asked;
  /** Codes, ids and moments by which the answer was narrowed. */
  readonly filter?: Readonly<Record<string, string | undefined>>;
}

/** Says whom the answer is about, as soon as that is known; `count` is given where it is about more than are named. */
export type Touches = (subjects: readonly string[]) => void;

/** Where a question is recorded of which the law forbids to tell. */
export type RestrictedReads = (question: Question, subjects: readonly string[]) => Promise<void>;

/** Records that an answer which has begun is about more people; nothing about them may leave before it resolves. */
export type AlsoTouches = (subjects: readonly string[]) => Promise<void>;

type ReadFacts = Facts & { readonly role: string };

interface Waiting {
  readonly facts: ReadFacts;
  readonly done: () => void;
  readonly failed: (error: Problem) => void;
}

interface Checks {
  readonly question: string;
  readonly asked: Asked;
  readonly hour: string;
  count: number;
  recorded: number;
}

/**
 * Reads stand in a stream of this process and day alone, so nobody else ever writes at its revisions and no claim is needed.
 * What was asked is durable before the answer leaves; when it cannot be recorded, nothing is answered.
 */
export class AskSeam {
  private stream = '';
  private revision = noStream;
  private lastAt = '';
  private day = '';
  private waiting: Waiting[] = [];
  private running: Promise<void> | undefined;
  private readonly checks = new Map<string, Checks>();
  private counting = '';

  constructor(
    private readonly store: EventStore,
    private readonly clock: () => Date = () => new Date(),
    private readonly restricted?: RestrictedReads,
  ) {}

  /**
   * Answers a question of staff. `work` calls `touches` when it knows whom it is about; the record is then written while the
   * answer is being made. Without that call the question is recorded with nobody named. Throws Problem UNAVAILABLE.
   */
  async ask<R>(question: Question, work: (touches: Touches, also: AlsoTouches) => Promise<R>): Promise<R> {
    let recorded: Promise<void> | undefined;
    const touches: Touches = (subjects) => {
      recorded ??= this.recordAsk(question, subjects);
      // Awaited below; until then a failure must not count as unhandled.
      recorded.catch(() => undefined);
    };
    const also: AlsoTouches = (subjects) => this.recordAsk(question, subjects);
    const answer = await work(touches, also);
    await (recorded ?? this.recordAsk(question, []));
    return answer;
  }

  private recordAsk(question: Question, subjects: readonly string[]): Promise<void> {
    if (!question.asked.restricted) return this.record(readFacts(question, subjects));
    if (this.restricted) return this.restricted(question, subjects);
    return Promise.reject(new Problem('UNAVAILABLE', 'nothing restricted is recorded here'));
  }

  /**
   * Answers what is asked too often to be written down each time: a check of an emitter, a bundle of the log. They are counted per question,
   * key and hour: the count is written down at 1, 2, 4, 8, … and when the
   * hour is over, so that a process that dies has forgotten less than half of it. A later count of the hour replaces an earlier.
   */
  async count<R>(question: Question, work: () => Promise<R>): Promise<R> {
    const [, answer] = await Promise.all([this.countCheck(question), work()]);
    return answer;
  }

  /** Writes down the counts of hours that are over (of all, when the service stops). */
  async sweep(all = false): Promise<void> {
    const hour = this.hour();
    const over = [...this.checks.values()].filter((checks) => all || checks.hour !== hour);
    await Promise.all(over.map((checks) => this.close(checks)));
  }

  /** Records what is counted and waits for what is under way. */
  async stop(): Promise<void> {
    await this.sweep(true);
    while (this.running) await this.running;
  }

  private async countCheck({ question, asked }: Question): Promise<void> {
    const hour = this.hour();
    // The first check of an hour writes down what the hours before have left.
    const over = this.counting === hour ? undefined : this.sweep();
    this.counting = hour;
    const counted = countedAs(question, asked);
    let checks = this.checks.get(counted);
    if (!checks || checks.hour !== hour) {
      checks = { question, asked, hour, count: 0, recorded: 0 };
      this.checks.set(counted, checks);
    }
    checks.count++;
    await Promise.all([over, isPowerOfTwo(checks.count) ? this.recordCount(checks) : undefined]);
  }

  private async close(checks: Checks): Promise<void> {
    const counted = countedAs(checks.question, checks.asked);
    if (this.checks.get(counted) === checks) this.checks.delete(counted);
    await this.recordCount(checks);
  }

  private async recordCount(checks: Checks): Promise<void> {
    if (checks.count === checks.recorded) return;
    const before = checks.recorded;
    checks.recorded = checks.count;
    const question = { question: checks.question, asked: checks.asked, filter: { hour: checks.hour } };
    try {
      await this.record(readFacts(question, [], String(checks.count)));
    } catch (error) {
      checks.recorded = before;
      throw error;
    }
  }

  private hour(): string {
    return `${this.clock().toISOString().slice(0, 13)}:00:00Z`;
  }

  private record(facts: ReadFacts): Promise<void> {
    LedgerRead.check(facts);
    if (this.waiting.length >= waitingReadsMax) {
      return Promise.reject(new Problem('OVERLOADED', 'too many questions wait to be recorded', { retryAfterMs }));
    }
    return new Promise((done, failed) => {
      this.waiting.push({ facts, done, failed });
      this.running ??= this.run().finally(() => (this.running = undefined));
    });
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      // One turn of the event loop lets all who ask at the same time share one commit.
      await new Promise((resolve) => setImmediate(resolve));
      const batch = this.waiting.splice(0, gatheredReadsMax);
      try {
        await this.append(batch);
        for (const { done } of batch) done();
      } catch (cause) {
        // Whether it landed is not known: nothing more is written at these revisions, another stream begins.
        this.stream = '';
        const problem = new Problem(
          isDiskFull(cause) ? 'DISK_FULL' : 'UNAVAILABLE',
          'the question could not be recorded, so it is not answered',
          {
            retryAfterMs,
            cause,
          },
        );
        for (const { failed } of batch) failed(problem);
      }
    }
  }

  private async append(batch: readonly Waiting[]): Promise<void> {
    const now = wholeSeconds(this.clock().toISOString());
    const at = now > this.lastAt ? now : this.lastAt;
    this.lastAt = at;
    const day = at.slice(0, 'YYYY-MM-DD'.length);
    if (this.stream === '' || day !== this.day) {
      this.day = day;
      this.stream = `reads-${day}-${randomUUID()}`;
      this.revision = noStream;
    }
    const expected = this.revision;
    const events = batch.map(({ facts }, i): PendingEvent => {
      const id = randomUUID();
      const bytes = writeEnvelope({
        v: String(LedgerRead.version),
        id,
        type: LedgerRead.type,
        stream: this.stream,
        revision: String(expected + 1 + i),
        at,
        occurred: now,
        actor: facts.role,
        facts,
      });
      return { id, type: LedgerRead.type, bytes };
    });
    this.revision = (await this.store.append(this.stream, expected, events)).revision;
  }
}

const countedAs = (question: string, { by }: Asked): string => `${question} ${by.key}`;

const isPowerOfTwo = (count: number): boolean => Number.isInteger(Math.log2(count));

function readFacts({ question, asked, filter = {} }: Question, subjects: readonly string[], count?: string): ReadFacts {
  const narrowed = Object.entries(filter).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
  );
  const named = [...new Set(subjects)];
  if (named.length > readSubjectsMax) throw new Error(`an answer is about at most ${readSubjectsMax} people`);
  return {
    question,
    role: asked.by.role,
    key: asked.by.key,
    ...(asked.reason && { reason: asked.reason }),
    subjects: named,
    ...(narrowed.length > 0 && { filter: Object.fromEntries(narrowed) }),
    ...(count !== undefined && { count }),
  };
}
