// What is told of a pair that was claimed before? The first outcome, if it is the same fact; a conflict, if it is another.
import { type Found } from '@derbes/event-store';
import { asOwnerName, type KeyRow, type Vault } from '@derbes/vault';
import { type StoredOutcome } from './decision.js';
import { mainEventOf } from './main-event.js';
import { erased, type Outcome } from './outcome.js';
import { type Resolved } from './resolving.js';
import { receivedJson } from './translate.js';

type Standing = Extract<Found, { outcome: string }>;

export class Repeats {
  constructor(private readonly vault: Vault) {}

  async outcome(resolved: Resolved, standing: Standing): Promise<Outcome> {
    const { event } = resolved;
    if (standing.state === 'erased') {
      return erased(resolved);
    }
    const { check, checkEvent } = standing;
    if (check && checkEvent !== undefined) {
      const [compared] = await this.vault.compareChecks([{ check, checkEvent, received: receivedJson(event) }]);
      // `lost`: the check was destroyed with the person's data, and nobody can tell any more; the first outcome holds.
      if (compared === 'other') {
        return {
          id: event.id,
          status: 'conflict',
          problem: { code: 'EVENT_CONFLICT', detail: 'this source and id were told before, with other content' },
        };
      }
    }
    const { status, findings = [] } = JSON.parse(standing.outcome) as StoredOutcome;
    if (status === 'erased') return erased(resolved);
    const ref = await this.ref(resolved, standing);
    return { id: event.id, status: 'repeated', ...(ref !== undefined && { ref }), findings, provisional: true };
  }

  /** The ref was given with the first outcome; it is computed again rather than kept. */
  private async ref({ event }: Resolved, { events }: Standing): Promise<string | undefined> {
    const main = mainEventOf(events);
    if (!main?.stream.startsWith('subject-')) return undefined;
    if (main.type === 'IdentifierContested') return undefined;
    const owner = asOwnerName(main.stream);
    const row: KeyRow | undefined = (await this.vault.ownersOf([owner])).get(owner);
    const { refPk } = row ?? {};
    if (row?.state !== 'live' || !refPk) return undefined;
    return this.vault.withKeys((ring) => {
      ring.open(row);
      return Promise.resolve(this.vault.refFor(ring, refPk, event.source).ref);
    });
  }
}
