// Who sends the webhooks that are due? One sender of all processes, many at once, with a bound for each receiver.
import { Refused } from '@derbes/kernel';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type Asked } from '../keys/asked.js';
import { answerIn, contentOfAnswer, wordOf } from './answers.js';
import { type Destinations, type Reached } from './destinations.js';
import { type CheckedUrl, type DestinationGuard } from './destination-guard.js';
import { GatheredWords } from './gathered-words.js';
import { type Letter, type Letters, webhookBody } from './letters.js';
import { type Outbox, type OutboxCounts, type OutboxTask } from './outbox.js';
import { pauseAfter } from './schedule.js';
import { provedBy, signedHeaders } from './signature.js';
import { type PlainWord, type TaskWords } from './task-words.js';
import { type Answer, CallFailed, faultOfRefusal, type WebhookCalls } from './webhook-call.js';

/** Sent at the same time, to all and to one receiver: one that hangs holds its own places and nobody else's. */
const sendingMax = 256;
const sendingToOneMax = 64;
/** New ones are taken when so many have ended, and not for each. */
const takenMin = 16;
/** How often it is looked for what has become due. */
const defaultLookMs = 1_000;
/** How often what was closed long ago is forgotten, and how the outbox is counted for metrics and health. */
const tendMs = 10_000;
/** An event that has not landed, or a destination that is being changed. */
const unlandedMs = 5_000;
/** 410 Gone: whoever was there says that nobody will be (Standard Webhooks 1.0). It is not asked again by itself. */
const goneStatus = 410;

/** What became of an attempt. */
export const outcomes = ['delivered', 'acknowledged', 'failed', 'dead', 'answer-refused'] as const;
export type SendOutcome = (typeof outcomes)[number];

export interface SenderParts {
  readonly outbox: Outbox;
  readonly destinations: Destinations;
  readonly letters: Letters;
  readonly guard: DestinationGuard;
  readonly calls: WebhookCalls;
  readonly words: TaskWords;
  /** Whether the events of many tasks may be written by one command. */
  readonly landTogether: boolean;
  readonly clock: () => Date;
  /** From 0 to 1. */
  readonly random?: () => number;
  /** How often it is looked for what has become due. */
  readonly lookMs?: number;
  /** Whether this process is the one that sends. */
  readonly isActive: () => boolean;
  /** Hears of what could not be done now and will be tried again. */
  readonly onTrouble: (error: unknown) => void;
}

/** A task with all that is needed to send it. */
interface Ready {
  readonly one: OutboxTask;
  readonly letter: Letter;
  readonly reached: Reached;
}

const bySender = (): Asked => ({ by: { key: 'ledger', role: 'admin' }, request: randomUUID() });

export class Sender {
  readonly sent: Record<SendOutcome, number> = {
    delivered: 0,
    acknowledged: 0,
    failed: 0,
    dead: 0,
    'answer-refused': 0,
  };
  /** As last counted; nothing before that, and where another process sends. */
  counts: OutboxCounts | undefined;
  private readonly inFlight = new Map<string, number>();
  private flying = 0;
  /** Since something was taken last. */
  private ended = 0;
  private woken: (() => void) | undefined;
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private tendedAt = 0;

  private readonly gathered: GatheredWords;

  constructor(private readonly parts: SenderParts) {
    this.gathered = new GatheredWords(parts.words, parts.landTogether, bySender);
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Begins nothing more; resolves when what was sent is answered or was given up, and recorded. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.woken?.();
    await this.running;
    while (this.flying > 0) await this.somethingEnds();
    this.parts.calls.close();
  }

  private get isStopped(): boolean {
    return this.stopping.signal.aborted;
  }

  private async run(): Promise<void> {
    while (!this.isStopped) {
      const begun = await this.round().catch((error: unknown) => {
        this.parts.onTrouble(error);
        return 0;
      });
      // Whoever has ended meanwhile has woken nobody.
      if (begun > 0 && (this.flying === 0 || this.ended >= takenMin)) continue;
      await this.somethingEnds();
    }
  }

  /** Until a place is free again after enough others, or the time is over. */
  private async somethingEnds(): Promise<void> {
    const over = new AbortController();
    await Promise.race([
      new Promise<void>((resolve) => (this.woken = resolve)),
      pause(this.parts.lookMs ?? defaultLookMs, undefined, { signal: over.signal }).catch(() => undefined),
    ]);
    over.abort();
  }

  /** Takes what is due and begins to send it; answers how much. */
  private async round(): Promise<number> {
    if (!this.parts.isActive()) {
      this.counts = undefined;
      return 0;
    }
    await this.tend();
    const free = await this.freePlaces();
    const taken = await this.parts.outbox.take(free);
    if (taken.length === 0) return 0;
    this.ended = 0;
    for (const { addressee } of taken) this.hold(addressee, 1);
    void this.sendAll(taken);
    return taken.length;
  }

  private async freePlaces(): Promise<Map<string, number>> {
    let left = sendingMax - this.flying;
    const free = new Map<string, number>();
    for (const addressee of await this.parts.outbox.addressees()) {
      const places = Math.min(left, sendingToOneMax - (this.inFlight.get(addressee) ?? 0));
      if (places <= 0) continue;
      free.set(addressee, places);
      left -= places;
    }
    return free;
  }

  private hold(addressee: string, places: 1 | -1): void {
    const held = (this.inFlight.get(addressee) ?? 0) + places;
    if (held > 0) this.inFlight.set(addressee, held);
    else this.inFlight.delete(addressee);
    this.flying += places;
    if (places > 0) return;
    this.ended++;
    if (this.flying === 0 || this.ended >= takenMin) this.woken?.();
  }

  private async tend(): Promise<void> {
    const now = this.parts.clock().getTime();
    if (Math.abs(now - this.tendedAt) < tendMs) return;
    this.tendedAt = now;
    this.counts = await this.parts.outbox.counts();
    await this.parts.outbox.prune();
  }

  /** Never rejects: what fails stays taken, and is taken again when its lease is over. */
  private async sendAll(taken: readonly OutboxTask[]): Promise<void> {
    const left = new Set(taken);
    const end = (one: OutboxTask): void => {
      if (left.delete(one)) this.hold(one.addressee, -1);
    };
    try {
      const reached = await this.parts.destinations.of([...new Set(taken.map(({ addressee }) => addressee))]);
      const letters = await this.parts.letters.write(taken);
      const checked = new Map<string, Promise<CheckedUrl>>();
      await Promise.all(
        taken.map(async (one, i) => {
          try {
            await this.deal(one, letters[i] ?? 'unknown', reached.get(one.addressee), checked);
          } catch (error) {
            this.parts.onTrouble(error);
          } finally {
            end(one);
          }
        }),
      );
    } catch (error) {
      this.parts.onTrouble(error);
    } finally {
      for (const one of left) end(one);
    }
  }

  private async deal(
    one: OutboxTask,
    letter: Letter | 'unknown' | 'gone',
    reached: Reached | undefined,
    checked: Map<string, Promise<CheckedUrl>>,
  ): Promise<void> {
    const { outbox } = this.parts;
    if (letter === 'unknown' || reached?.by !== 'webhook') return outbox.postpone(one.task, unlandedMs);
    if (letter === 'gone') return this.giveUp(one, 'person-gone');
    const { address = '' } = reached;
    const check = checked.get(one.addressee) ?? this.parts.guard.check(address);
    checked.set(one.addressee, check);
    const answer = await this.post({ one, letter, reached }, check);
    if ('fault' in answer) return this.failed(one, answer.fault);
    if (answer.status >= 200 && answer.status < 300) return this.accepted({ one, letter, reached }, answer);
    if (answer.status === goneStatus) return this.giveUp(one, `http-${goneStatus}`);
    return this.failed(one, `http-${answer.status}`, answer.retryAfterMs);
  }

  private async post(
    { one, letter, reached: { keys } }: Ready,
    check: Promise<CheckedUrl>,
  ): Promise<Answer | { readonly fault: string }> {
    try {
      const to = await check;
      const body = webhookBody(letter);
      if (keys.secret === undefined) return { fault: 'secret-gone' };
      const timestamp = String(Math.floor(this.parts.clock().getTime() / 1000));
      return await this.parts.calls.post(to, signedHeaders({ id: one.task, timestamp, body }, keys.secret), body);
    } catch (error) {
      if (error instanceof Refused) return { fault: faultOfRefusal(error) };
      if (error instanceof CallFailed) return { fault: error.fault };
      throw error;
    }
  }

  private async failed(one: OutboxTask, fault: string, retryAfterMs?: number): Promise<void> {
    const { outbox, random = Math.random } = this.parts;
    const pauseMs = pauseAfter(one.attempts, random(), retryAfterMs);
    if (pauseMs === undefined) return this.giveUp(one, fault);
    await outbox.retry(one.task, fault, pauseMs);
    this.sent.failed++;
  }

  private async giveUp(one: OutboxTask, reason: string): Promise<void> {
    const command = { type: 'FailTask', task: one.task, reason, attempts: one.attempts } as const;
    await this.say({ place: one, command, content: { failed: one.task, reason } }, 'ledger');
    this.sent.dead++;
  }

  /** A 2xx is a delivery. An answer in its body counts when it is signed as the receiver's messages are. */
  private async accepted({ one, reached }: Ready, answer: Answer): Promise<void> {
    const said = await this.acknowledged(one, reached, answer);
    if (said) {
      this.sent.acknowledged++;
      return;
    }
    const command = { type: 'DeliverTask', task: one.task, by: 'webhook' } as const;
    await this.say({ place: one, command, content: { delivered: one.task } }, 'ledger');
    this.sent.delivered++;
  }

  /** What was said before leaves no event, and the row would be sent for ever: it is settled here. */
  private async say(word: PlainWord, actor: string): Promise<void> {
    const { status } = await this.gathered.say(word, actor);
    if (status === 'repeated') await this.parts.outbox.settled(word.place.task);
  }

  private async acknowledged(one: OutboxTask, { keys }: Reached, { headers, body }: Answer): Promise<boolean> {
    const signature = headers['webhook-signature'];
    const given = signature === undefined || !body ? undefined : answerIn(body);
    if (signature === undefined || !body || !given) return false;
    const signed = { id: headers['webhook-id'] ?? '', timestamp: headers['webhook-timestamp'] ?? '', body };
    const proof = provedBy(signed, signature, keys, this.parts.clock().getTime() / 1000);
    const isProved = proof === 'hmac' || proof === 'ed25519';
    if (isProved && signed.id === one.task) {
      const word = wordOf(one.task, given, { addressee: one.addressee, by: 'webhook', proof });
      const actor = one.addressee.startsWith('holder/') ? 'holder' : 'recipient';
      try {
        const content = contentOfAnswer(one.task, given);
        const { command, values = [] } = word;
        if (values.length > 0) await this.parts.words.say(one, word, bySender(), content, actor);
        else await this.say({ place: one, command, content }, actor);
        return true;
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
      }
    }
    this.sent['answer-refused']++;
    return false;
  }
}
