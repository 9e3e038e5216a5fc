// Which request may still be answered, refused or made longer?
import { Refused } from '@derbes/kernel';
import { type RequestState } from './request-state.js';

export type Received = NonNullable<RequestState['received']>;
export type OpenRequest = RequestState & { readonly received: Received };

/** A request that stands and was neither answered nor refused. Refuses REQUEST_UNKNOWN, REQUEST_ANSWERED, REQUEST_REFUSED. */
export function openRequest(state: RequestState): OpenRequest {
  const { received, answered, refused } = state;
  if (!received) throw new Refused('REQUEST_UNKNOWN', 'there is no such request');
  if (answered) throw new Refused('REQUEST_ANSWERED', 'the request was answered', { event: answered.id });
  if (refused) throw new Refused('REQUEST_REFUSED', 'the request was refused', { event: refused.id });
  return { ...state, received };
}
