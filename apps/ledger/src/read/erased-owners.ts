// Which owners of values were erased, by their own events?
import { type EventStore } from '@derbes/event-store';
import { readEnvelope } from '@derbes/kernel';
import { type OwnerName } from '@derbes/vault';

/** Those of the owners whose own streams say that they were erased: a key row that is gone says it of nobody. */
export async function erasedAmong(
  store: Pick<EventStore, 'readStream'>,
  owners: readonly OwnerName[],
): Promise<ReadonlySet<OwnerName>> {
  const erased = new Set<OwnerName>();
  for (const owner of owners) {
    for await (const { type, bytes } of store.readStream(owner)) {
      if (type === 'ErasureExecuted' && readEnvelope(bytes).facts['scope'] === 'person') erased.add(owner);
    }
  }
  return erased;
}
