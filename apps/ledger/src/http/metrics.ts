// How is the service doing, in numbers? No label ever holds an id, a key or anything of a person.
import { type SequencerStatus } from '@derbes/transparency/sequencing.js';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { type OutboxCounts } from '../delivery/outbox.js';
import { type Sender } from '../delivery/sender.js';
import { makeGauges } from '../gauges.js';
import { type Role } from '../settings.js';
import { type OutcomeStatus } from '../write/outcome.js';

const secondsBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Other parts register their own numbers in `registry`. */
export class Metrics {
  readonly registry = new Registry();
  private readonly requests = new Histogram({
    name: 'derbes_http_request_seconds',
    help: 'Time from the request line to the last byte of the answer, by route pattern.',
    labelNames: ['method', 'route', 'status'],
    buckets: secondsBuckets,
    registers: [this.registry],
  });
  private readonly events = new Counter({
    name: 'derbes_events_total',
    help: 'Events sent, by what became of them.',
    labelNames: ['status'],
    registers: [this.registry],
  });
  readonly inFlight = new Gauge({
    name: 'derbes_http_requests_in_flight',
    help: 'Requests begun and not yet answered.',
    registers: [this.registry],
  });

  /** Of several processes one dashboard is made, so each number says what its process does. */
  constructor(role: Role = 'all') {
    this.registry.setDefaultLabels({ role });
    collectDefaultMetrics({ register: this.registry });
  }

  answered(method: string, route: string, status: number, seconds: number): void {
    this.requests.observe({ method, route, status: String(status) }, seconds);
  }

  /** `lagSeconds`: how old the oldest change of a key is that no backup of keys may hold; nothing before the first is written. */
  watchKeyBackup(lagSeconds: () => number | undefined): void {
    const gauge: Gauge = new Gauge({
      name: 'derbes_key_backup_lag_seconds',
      help: 'Age of the oldest change of a key that may be in no backup. Past 60 s is an alarm.',
      registers: [this.registry],
      collect: () => void gauge.set(lagSeconds() ?? Number.NaN),
    });
  }

  watchCustodians(faulty: () => number): void {
    const gauge: Gauge = new Gauge({
      name: 'derbes_custodians_faulty',
      help: 'Holders of the key of the open epoch that failed when they were last asked; a worker asks every five minutes.',
      registers: [this.registry],
      collect: () => gauge.set(faulty()),
    });
  }

  /** Of the one process whose sequencer works; nothing where it stands by. */
  watchLog(status: () => SequencerStatus | undefined): void {
    const working = (): SequencerStatus | undefined => {
      const now = status();
      return now?.state === 'standby' ? undefined : now;
    };
    makeGauges(this.registry, 'derbes_log', working, [
      ['size', 'Events that are leaves of the log.', ({ size }) => size],
      ['published_size', 'Leaves under the published checkpoint.', ({ publishedSize }) => publishedSize],
      [
        'lag_seconds',
        'How long the oldest event without a published checkpoint has waited. Past 60 s is an alarm.',
        ({ lagMs }) => lagMs / 1000,
      ],
      [
        'below_quorum',
        '1 when too few witnesses cosigned what is published.',
        ({ belowQuorum }) => Number(belowQuorum),
      ],
    ]);
  }

  /** Of the process that sends; nothing of the rest where another one does. */
  watchOutbox(read: () => Pick<Sender, 'counts' | 'sent'> | undefined): void {
    const counts = (): OutboxCounts | undefined => read()?.counts;
    makeGauges(this.registry, 'derbes_outbox', counts, [
      ['waiting', 'Tasks that have yet to be told.', ({ waiting }) => waiting],
      ['delivered', 'Tasks that were told and are not answered.', ({ delivered }) => delivered],
      ['dead', 'Tasks that could not be delivered and wait for an officer.', ({ dead }) => dead],
      ['overdue_seconds', 'How long the oldest webhook that is due has waited.', ({ overdueS }) => overdueS],
    ]);
    const sent: Counter = new Counter({
      name: 'derbes_outbox_sent_total',
      help: 'Webhooks sent by this process, by what became of each; answer-refused: delivered with an answer that proved nothing.',
      labelNames: ['outcome'],
      registers: [this.registry],
      collect() {
        sent.reset();
        for (const [outcome, count] of Object.entries(read()?.sent ?? {})) sent.inc({ outcome }, count);
      },
    });
  }

  event(status: OutcomeStatus): void {
    this.events.inc({ status });
  }
}
