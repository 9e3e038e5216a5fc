// Which ledger does a store hold? Its first event says.
import { type EventStore } from '@derbes/event-store';
import { readEnvelope } from '@derbes/kernel';
import { CopyError } from './copy-error.js';

/** The ledger's id; undefined for a store without events. Throws LEDGER_MISSING for events that are no ledger's. */
export async function ledgerIn(store: EventStore): Promise<string | undefined> {
  for await (const { bytes } of store.readStream('ledger')) {
    const { type, facts } = readEnvelope(bytes);
    const ledger = facts['ledger'];
    if (type === 'LedgerOpened' && typeof ledger === 'string') return ledger;
    throw new CopyError(
      'LEDGER_MISSING',
      'the stream `ledger` does not begin with LedgerOpened: this is no ledger of Derbes',
    );
  }
  return undefined;
}
