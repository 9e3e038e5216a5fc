// What stands in the stream of an incident?
import { catalogue, foldIncident, incidentStream, type IncidentEvent, type IncidentState } from '@derbes/domain';
import { noStream, type EventStore } from '@derbes/event-store';
import { asOwnerName, type OwnerName } from '@derbes/vault';
import { type Head } from '../write/unit-maker.js';

/** Events of one incident: a few notices, some changes of what is known. */
const eventsMax = 5_000;

export interface ReadIncidentStream {
  readonly events: readonly IncidentEvent[];
  readonly state: IncidentState;
  /** Where it ends, to be written behind. */
  readonly head: Head;
}

/** More stands in the stream of an incident than anybody could have found out. */
class IncidentTooLong extends Error {
  readonly code = 'TOO_MUCH_STANDS';
}

/** Empty where there is no such incident. */
export async function readIncidentStream(store: EventStore, incident: string): Promise<ReadIncidentStream> {
  const events: IncidentEvent[] = [];
  for await (const { bytes } of store.readStream(incidentStream(incident))) {
    if (events.length >= eventsMax) throw new IncidentTooLong(`more than ${eventsMax} events`);
    events.push(catalogue.readStored(bytes) as IncidentEvent);
  }
  const last = events.at(-1);
  const head = last ? { revision: events.length - 1, at: last.at } : { revision: noStream };
  return { events, state: foldIncident(events), head };
}

/** Key owner of what is said in free text of an incident. */
export const incidentOwner = (incident: string): OwnerName => asOwnerName(incidentStream(incident));
