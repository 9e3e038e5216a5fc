// How does the close of an epoch reach the log, and how does it learn what was erased in it? As commands to the stream `ledger`.
import { catalogue, type LedgerEvent, type SubjectEvent } from '@derbes/domain';
import { noStream, type EventStore, type Position } from '@derbes/event-store';
import { readEnvelope } from '@derbes/kernel';
import { type EpochEvent, type EpochLedger, type ErasureMade, type Published } from '@derbes/vault';
import { createHash, randomUUID } from 'node:crypto';
import { type ErasureExecutor } from '../erasure/executor.js';
import { type CommandWriter } from '../write/command-writer.js';
import { type Documents } from '../write/documents.js';
import { type Head } from '../write/unit-maker.js';
import { type EpochLog } from './epoch-log.js';

const stream = 'ledger';

export interface EpochEventsParts {
  readonly commands: CommandWriter;
  readonly documents: Documents;
  readonly erasures: ErasureExecutor;
  readonly store: EventStore;
  readonly log: EpochLog;
}

export class EpochEvents implements EpochLedger {
  private lastClosed: { readonly epoch: number; readonly event: string } | undefined;

  constructor(private readonly parts: EpochEventsParts) {}

  async write({ type, facts: said }: EpochEvent): Promise<void> {
    const facts = type === 'KeyDestroyed' ? { ...said, note: await this.parts.log.attest(said) } : said;
    // What it is about, not when: whoever writes it again after a crash says another moment and means the same.
    const once = [type, facts.epoch, ...('custodian' in facts ? [facts.custodian] : [])];
    await this.parts.commands.write({
      asked: { by: { key: 'ledger', role: 'admin' }, request: randomUUID(), idempotencyKey: once.join('.') },
      actor: 'ledger',
      content: { epochEvent: once },
      decide: async (at) => ({
        drafts: [{ type, stream, occurred: at, facts }],
        heads: new Map([[stream, await this.head()]]),
      }),
      result: {},
    });
  }

  async published(epoch: number): Promise<Published> {
    const event = await this.closed(epoch);
    if (event === undefined) throw new Error(`epoch ${epoch} is to be closed, and no event says so`);
    return this.parts.log.published(event);
  }

  async keepDocument(bytes: Buffer): Promise<string> {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await this.parts.documents.put(sha256, bytes);
    return sha256;
  }

  settleErasures(): Promise<void> {
    return this.parts.erasures.settle();
  }

  async erasuresOf(epoch: number): Promise<readonly ErasureMade[]> {
    const after = await this.openedAt(epoch);
    if (after === undefined) return [];
    const made: ErasureMade[] = [];
    return new Promise((resolve, reject) => {
      const following = this.parts.store.follow({ after, until: 'head' }).subscribe({
        next: ({ id, type, bytes }) => {
          if (type === 'ErasureExecuted') {
            const { facts } = catalogue.read(readEnvelope(bytes)) as SubjectEvent & { type: 'ErasureExecuted' };
            made.push({ executed: id, order: facts.order });
          } else if (type === 'EpochOpened') {
            following.unsubscribe();
            resolve(made);
          }
        },
        error: reject,
        complete: () => resolve(made),
      });
    });
  }

  private async openedAt(epoch: number): Promise<Position | undefined> {
    for await (const { type, bytes, position } of this.parts.store.readStream(stream)) {
      if (type !== 'EpochOpened') continue;
      const { facts } = catalogue.read(readEnvelope(bytes)) as LedgerEvent & { type: 'EpochOpened' };
      if (facts.epoch === String(epoch)) return position;
    }
    return undefined;
  }

  /** Id of the event that says that the epoch ended; a stream is append-only, so it is looked for once. */
  private async closed(epoch: number): Promise<string | undefined> {
    if (this.lastClosed?.epoch === epoch) return this.lastClosed.event;
    for await (const { id: event, type, bytes } of this.parts.store.readStream(stream)) {
      if (type !== 'EpochClosed') continue;
      const { facts } = catalogue.read(readEnvelope(bytes)) as LedgerEvent & { type: 'EpochClosed' };
      if (facts.epoch === String(epoch)) this.lastClosed = { epoch, event };
    }
    return this.lastClosed?.epoch === epoch ? this.lastClosed.event : undefined;
  }

  private async head(): Promise<Head> {
    let head: Head = { revision: noStream };
    for await (const { revision, bytes } of this.parts.store.readStream(stream)) {
      head = { revision, at: readEnvelope(bytes).at };
    }
    return head;
  }
}
