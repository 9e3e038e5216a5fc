// How does what a request said go for ever, with the answer that was frozen for it? Decided first, then written into the journal of the keep, then destroyed.
import { requestStream } from '@derbes/domain';
import { type EventStore } from '@derbes/event-store';
import { asOwnerName, inTransaction, type JournalEntry, type OwnerName, type Vault } from '@derbes/vault';
import { type Pool } from 'pg';
import { readRequestStream, requestOwner } from './request-streams.js';

export interface DestroyingParts {
  readonly app: Pool;
  readonly store: EventStore;
  readonly vault: Vault;
}

/**
 * By the event that decided it, as often as anybody likes: what was destroyed before stays so. Events stay, and with them the hash of the
 * answer and how it was delivered. Throws what the journal and the vault throw.
 */
export async function destroyRecords({ app, store, vault }: DestroyingParts, request: string): Promise<void> {
  const { state } = await readRequestStream(store, request);
  const { records, answered } = state;
  if (records?.facts.decide !== 'destroy') return;
  const owner = requestOwner(request);
  const at = records.at;
  const entries: JournalEntry[] = [{ erasure: records.id, owner, scope: 'value', at, also: [owner] }];
  // The frozen answer stands under the person's key: its parts alone go.
  const byOwner = new Map<OwnerName, string[]>();
  for (const part of answered?.parts ?? []) {
    const whose = asOwnerName(part.owner ?? requestStream(request));
    if (whose !== owner) byOwner.set(whose, [...(byOwner.get(whose) ?? []), part.p]);
  }
  for (const [whose, parts] of byOwner) {
    const doomed = parts.map((p) => ({ eventId: answered?.id ?? '', p }));
    entries.push({ erasure: answered?.id ?? '', owner: whose, scope: 'value', at, parts: doomed });
  }
  const standing: JournalEntry[] = [];
  for (const entry of entries) standing.push(await inTransaction(app, (tx) => vault.journal.append(tx, entry)));
  await inTransaction(app, async (tx) => {
    for (const entry of standing) await vault.destroy(tx, entry);
  });
}

/** Those of which something is left that whoever decided it did not come to. */
export async function leftOf(vault: Vault, requests: readonly string[]): Promise<readonly string[]> {
  if (requests.length === 0) return [];
  const owners = await vault.ownersOf(requests.map(requestOwner));
  return requests.filter((one) => (owners.get(requestOwner(one))?.state ?? 'erased') !== 'erased');
}
