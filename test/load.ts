// What was acknowledged, and what came of each event whose answer never came? Emitters that work at once, and keep books.
import { type Caller, type Outcome } from './caller.js';
import { by, collected, consentItems, fact, type Told } from './kiberon.js';

const chunkEvents = 100;

/** A fact of one of many kinds about one of few people, so that streams are contended. */
export function anyFact(source: string, n: number): Told {
  const email = `load-${n % 23}@example.kz`;
  const subject = by('email', email);
  switch (n % 4) {
    case 0:
      return collected(`load-new-${n}-${source.length}@example.kz`, {}, { source });
    case 1:
      return fact('relation.started', { subject, kind: 'session' }, { source });
    case 2:
      return fact(
        'consent.given',
        { subject, purposes: ['account'], items: consentItems('Нагрузкин Пример'), channel: 'web-form' },
        { source },
      );
    default:
      return collected(email, {}, { source });
  }
}

export class Books {
  readonly acknowledged: { readonly event: Told; readonly outcome: Outcome; readonly source: string }[] = [];
  /** Sent, and whether it was taken nobody knows. */
  readonly unknown: Told[] = [];
  /** Answers that were neither recorded nor repeated, by status and code. */
  readonly refusals = new Map<string, number>();
  private stopped = false;
  private sent = 0;

  stop(): void {
    this.stopped = true;
  }

  /** Sends until told to stop, or for ever unreachable; never throws for what the service answers. */
  async emit(emitter: Caller, source: string): Promise<void> {
    while (!this.stopped) {
      const n = ++this.sent;
      const events = Array.from({ length: n % 5 === 0 ? 7 : 1 }, (_, i) => anyFact(source, n * 10 + i));
      await (events.length === 1
        ? this.one(emitter, events[0] as Told, source)
        : this.several(emitter, events, source));
    }
  }

  private async one(emitter: Caller, event: Told, source: string): Promise<void> {
    try {
      const answer = await emitter.tell(event);
      if (answer.status === 201 || answer.status === 200) {
        this.acknowledged.push({ event, outcome: answer.json<Outcome>(), source });
      } else this.refused(answer.status, answer.text, [event]);
    } catch {
      this.unknown.push(event);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  private async several(emitter: Caller, events: readonly Told[], source: string): Promise<void> {
    try {
      const answer = await emitter.post('/v1/events', events, { type: 'application/cloudevents-batch+json' });
      if (answer.status !== 200) return this.refused(answer.status, answer.text, events);
      answer.json<{ outcomes: readonly Outcome[] }>().outcomes.forEach((outcome, i) => {
        const event = events[i] as Told;
        if (outcome.status === 'recorded' || outcome.status === 'repeated') {
          this.acknowledged.push({ event, outcome, source });
        } else this.refused(200, `${outcome.status} "code":"${outcome.problem?.code ?? ''}"`, [event]);
      });
    } catch {
      this.unknown.push(...events);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  private refused(status: number, text: string, events: readonly Told[]): void {
    const [, code = text.slice(0, 200)] = /"code":"([A-Z_]*)"/.exec(text) ?? [];
    const name = `${status} ${code}`;
    this.refusals.set(name, (this.refusals.get(name) ?? 0) + 1);
    this.unknown.push(...events);
  }
}

/** Tells all of it again; what is answered for each, in order. */
export async function tellAgain(
  events: readonly Told[],
  emitterOf: (source: string) => Caller,
): Promise<readonly Outcome[]> {
  const outcomes = new Map<Told, Outcome>();
  for (const source of new Set(events.map((event) => event.source))) {
    const own = events.filter((event) => event.source === source);
    for (let from = 0; from < own.length; from += chunkEvents) {
      const chunk = own.slice(from, from + chunkEvents);
      (await emitterOf(source).tellAll(chunk)).forEach((outcome, i) => outcomes.set(chunk[i] as Told, outcome));
    }
  }
  return events.map((event) => outcomes.get(event) as Outcome);
}
