// What stands in the stream of a request?
import { catalogue, foldRequest, requestStream, type RequestEvent, type RequestState } from '@derbes/domain';
import { noStream, type EventStore } from '@derbes/event-store';
import { asOwnerName, type OwnerName } from '@derbes/vault';
import { type Head } from '../write/unit-maker.js';

/** Events of one request: holders answer once, officers a few times. */
const eventsMax = 5_000;

export interface ReadRequestStream {
  readonly events: readonly RequestEvent[];
  readonly state: RequestState;
  /** Where it ends, to be written behind. */
  readonly head: Head;
}

/** More stands in the stream of a request than anybody could have asked or answered. */
class RequestTooLong extends Error {
  readonly code = 'TOO_MUCH_STANDS';
}

/** Empty where there is no such request. */
export async function readRequestStream(store: EventStore, request: string): Promise<ReadRequestStream> {
  const events: RequestEvent[] = [];
  for await (const { bytes } of store.readStream(requestStream(request))) {
    if (events.length >= eventsMax) throw new RequestTooLong(`more than ${eventsMax} events`);
    events.push(catalogue.readStored(bytes) as RequestEvent);
  }
  const last = events.at(-1);
  const head = last ? { revision: events.length - 1, at: last.at } : { revision: noStream };
  return { events, state: foldRequest(events), head };
}

/** Key owner of what a request itself says. */
export const requestOwner = (request: string): OwnerName => asOwnerName(requestStream(request));
