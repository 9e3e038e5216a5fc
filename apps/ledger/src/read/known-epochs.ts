// Which epoch's end made an erasure final, and when was its key destroyed? Read from the ledger's own stream, without lag.
import { catalogue, evolveEpochs, finalBy, type DomainEvent, type Epochs } from '@derbes/domain';
import { type EventStore } from '@derbes/event-store';
import { type FinalLine } from './certificate-view.js';

interface DocumentSource {
  get(sha256: string): Promise<Uint8Array | undefined>;
}

type Of<Type extends DomainEvent['type']> = Extract<DomainEvent, { type: Type }>;
type EpochFact = Of<'EpochOpened'> | Of<'EpochClosed'> | Of<'KeyDestroyed'>;

/** Lists of closes that were looked into last. */
const listsMax = 64;
const kinds: ReadonlySet<string> = new Set(['EpochOpened', 'EpochClosed', 'KeyDestroyed']);

export class KnownEpochs {
  private readonly facts: EpochFact[] = [];
  private next = 0;
  private reading: Promise<void> | undefined;
  private readonly lists = new Map<string, ReadonlySet<string>>();

  constructor(
    private readonly store: EventStore,
    private readonly documents: DocumentSource,
  ) {}

  /** How the last of these executions became final; undefined while a custodian still has the key of its epoch or of one before, or it is open. */
  async finalOf(executed: readonly string[]): Promise<FinalLine | undefined> {
    await this.fresh();
    const closes = this.of('EpochClosed');
    const closings = await Promise.all(executed.map((event) => this.closeOf(event, closes)));
    const last = closings.every((one) => one !== undefined) ? closings.sort(byEpoch).at(-1) : undefined;
    return last && this.finalLine(last);
  }

  private finalLine(closed: Of<'EpochClosed'>): FinalLine | undefined {
    let epochs: Epochs = new Map();
    for (const fact of this.facts) epochs = evolveEpochs(epochs, fact);
    const { epoch, list } = closed.facts;
    const final = finalBy(epochs, epoch);
    if (!final) return undefined;
    const keys = new Set(final.keys);
    const custodians = this.of('KeyDestroyed')
      .filter(({ id }) => keys.has(id))
      .map(({ id: event, facts }) => ({ ...facts, event }));
    return { moment: final.moment, epoch, closed: closed.id, list, custodians };
  }

  private async closeOf(event: string, closes: readonly Of<'EpochClosed'>[]): Promise<Of<'EpochClosed'> | undefined> {
    for (const close of [...closes].reverse()) {
      if ((await this.listOf(close.facts.list)).has(event)) return close;
    }
    return undefined;
  }

  private async listOf(sha256: string): Promise<ReadonlySet<string>> {
    const known = this.lists.get(sha256);
    if (known) return known;
    const bytes = await this.documents.get(sha256);
    // A list that is gone proves nothing: what stood on it is not called final.
    const list = new Set(
      Buffer.from(bytes ?? [])
        .toString('ascii')
        .split('\n'),
    );
    this.lists.set(sha256, list);
    for (const oldest of this.lists.keys()) {
      if (this.lists.size <= listsMax) break;
      this.lists.delete(oldest);
    }
    return list;
  }

  private of<Type extends EpochFact['type']>(type: Type): readonly Of<Type>[] {
    return this.facts.filter((event): event is EpochFact & Of<Type> => event.type === type);
  }

  /** A stream is append-only, so only its end is read again; whoever comes meanwhile waits for the same reading. */
  private fresh(): Promise<void> {
    this.reading ??= this.read().finally(() => (this.reading = undefined));
    return this.reading;
  }

  private async read(): Promise<void> {
    for await (const { bytes, type, revision } of this.store.readStream('ledger', this.next)) {
      this.next = revision + 1;
      if (kinds.has(type)) this.facts.push(catalogue.readStored(bytes) as EpochFact);
    }
  }
}

const byEpoch = (a: Of<'EpochClosed'> | undefined, b: Of<'EpochClosed'> | undefined): number =>
  Number(a?.facts.epoch) - Number(b?.facts.epoch);
