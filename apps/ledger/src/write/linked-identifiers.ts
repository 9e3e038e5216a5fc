// Which look-up token stands behind a link? The identifier sealed with it is opened for as long as it takes to find out.
import { type EventStore } from '@derbes/event-store';
import { readEnvelope } from '@derbes/kernel';
import { asOwnerName, normalise, type LookupToken, type Vault } from '@derbes/vault';

export class LinkedIdentifiers {
  constructor(
    private readonly store: EventStore,
    private readonly vault: Vault,
  ) {}

  /** Undefined when the link's part does not open any more. */
  async tokenOfLink(subject: string, link: string): Promise<LookupToken | undefined> {
    const owner = asOwnerName(`subject-${subject}`);
    for await (const stored of this.store.readStream(owner)) {
      if (stored.id !== link) continue;
      const { facts, parts } = readEnvelope(stored.bytes);
      const [part] = parts ?? [];
      if (!part || typeof facts['scheme'] !== 'string') return undefined;
      const [opened] = await this.vault.open([{ eventId: link, owner, part }]);
      if (!opened || !('value' in opened) || typeof opened.value !== 'string') return undefined;
      const normal = normalise(facts['scheme'], opened.value);
      return 'reason' in normal ? undefined : this.vault.token(normal);
    }
    return undefined;
  }
}
