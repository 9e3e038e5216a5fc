// Which owners of values were erased, by their own events?
import { type EventStore } from '@derbes/event-store';
import { readEnvelope } from '@derbes/kernel';
import { type OwnerName } from '@derbes/vault';

/**
 * Those of the owners whose own streams say that they were erased: a key row that is gone says it of nobody. What a request said goes when its
 * own term is over, or with the person who proved that it is hers.
 */
export async function erasedAmong(
  store: Pick<EventStore, 'readStream'>,
  owners: readonly OwnerName[],
): Promise<ReadonlySet<OwnerName>> {
  const erased = new Set<OwnerName>();
  for (const owner of owners) {
    const found = await saidOf(store, owner);
    const person = found === 'erased' || found === undefined ? undefined : await saidOf(store, found.person);
    if (found === 'erased' || person === 'erased') erased.add(owner);
  }
  return erased;
}

/** Whether its stream says that the owner was erased; of a request whose it is, where that is known. */
async function saidOf(
  store: Pick<EventStore, 'readStream'>,
  owner: string,
): Promise<'erased' | { readonly person: string } | undefined> {
  let person: string | undefined;
  for await (const { type, bytes } of store.readStream(owner)) {
    const { facts } = readEnvelope(bytes);
    if (type === 'ErasureExecuted' && facts['scope'] === 'person') return 'erased';
    if (type === 'RequestRecordsDecided' && facts['decide'] === 'destroy') return 'erased';
    if (type === 'IdentityVerified' && typeof facts['subject'] === 'string') person = `subject-${facts['subject']}`;
  }
  return person === undefined ? undefined : { person };
}
