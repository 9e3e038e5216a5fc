// How does the close of an epoch reach the log, and how does it learn what was erased in it? As commands to the stream `ledger`.
import { catalogue, type LedgerEvent, type SubjectEvent } from '@derbes/domain';
import { noStream, type EventStore, type Position } from '@derbes/event-store';
import { readEnvelope } from '@derbes/kernel';
import { type EpochEvent, type EpochLedger, type ErasureMade } from '@derbes/vault';
import { createHash, randomUUID } from 'node:crypto';
import { type ErasureExecutor } from '../erasure/executor.js';
import { type CommandWriter } from '../write/command-writer.js';
import { type Documents } from '../write/documents.js';
import { type Head } from '../write/unit-maker.js';

const stream = 'ledger';

export interface EpochEventsParts {
  readonly commands: CommandWriter;
  readonly documents: Documents;
  readonly erasures: ErasureExecutor;
  readonly store: EventStore;
}

export class EpochEvents implements EpochLedger {
  constructor(private readonly parts: EpochEventsParts) {}

  async write({ type, facts }: EpochEvent): Promise<void> {
    // What it is about, not when: whoever writes it again after a crash says another moment and means the same.
    const once = [type, facts.epoch, ...('custodian' in facts ? [facts.custodian] : [])];
    await this.parts.commands.write({
      asked: { by: { key: 'ledger', role: 'admin' }, request: randomUUID(), idempotencyKey: once.join('.') },
      actor: 'ledger',
      content: { epochEvent: once },
      decide: async (at) => ({
        drafts: [{ type, stream, occurred: at, facts: facts }],
        heads: new Map([[stream, await this.head()]]),
      }),
      result: {},
    });
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

  private async head(): Promise<Head> {
    let head: Head = { revision: noStream };
    for await (const { revision, bytes } of this.parts.store.readStream(stream)) {
      head = { revision, at: readEnvelope(bytes).at };
    }
    return head;
  }
}
