// How does the ledger say something about itself, once for ever? As a command of its own to the stream `ledger`.
import { catalogue, type LedgerEvent } from '@derbes/domain';
import { noStream, type EventStore } from '@derbes/event-store';
import { readEnvelope, type Draft } from '@derbes/kernel';
import { randomUUID } from 'node:crypto';
import { type CommandWriter } from '../write/command-writer.js';
import { type Head } from '../write/unit-maker.js';

export const ledgerStream = 'ledger';

export class LedgerStream {
  constructor(
    private readonly store: EventStore,
    private readonly commands: CommandWriter,
  ) {}

  /** Whoever writes it again under the same words means the same, whatever else it says. */
  async write(type: Draft['type'], facts: Draft['facts'], once: readonly string[]): Promise<void> {
    await this.commands.write({
      asked: { by: { key: 'ledger', role: 'admin' }, request: randomUUID(), idempotencyKey: [type, ...once].join('.') },
      actor: 'ledger',
      content: { said: [type, ...once] },
      decide: async (at) => ({
        drafts: [{ type, stream: ledgerStream, occurred: at, facts }],
        heads: new Map([[ledgerStream, await this.head()]]),
      }),
      result: {},
    });
  }

  async *read(): AsyncGenerator<LedgerEvent> {
    for await (const { bytes } of this.store.readStream(ledgerStream)) {
      yield catalogue.read(readEnvelope(bytes)) as LedgerEvent;
    }
  }

  private async head(): Promise<Head> {
    let head: Head = { revision: noStream };
    for await (const { revision, bytes } of this.store.readStream(ledgerStream)) {
      head = { revision, at: readEnvelope(bytes).at };
    }
    return head;
  }
}
