// May this key tell this fact? An emitter speaks for its own source alone, an officer only takes facts back.
import { officerSource } from '../../keys/api-keys.js';
import { type Principal, type ReceivedEvent } from '../../write/received.js';
import { type ProblemCode } from '../problem/codes.js';

/** Why not, or undefined. The answer says nothing about whether the other source's event exists. */
export function forbidden(
  by: Principal,
  event: ReceivedEvent,
): { readonly code: ProblemCode; readonly detail: string; readonly pointer: string } | undefined {
  const own = by.role === 'emitter' ? by.source : officerSource;
  if (by.role !== 'emitter' && event.type !== 'derbes.fact.retracted') {
    return { code: 'TYPE_NOT_YOURS', detail: 'an officer may only take facts back', pointer: '/type' };
  }
  if (event.source !== own) {
    return { code: 'SOURCE_NOT_YOURS', detail: 'this key speaks for another source', pointer: '/source' };
  }
  const { fact } = event.data as { fact?: { source: string } };
  if (by.role === 'emitter' && event.type === 'derbes.fact.retracted' && fact?.source !== own) {
    return { code: 'SOURCE_NOT_YOURS', detail: 'a source takes back its own facts', pointer: '/data/fact/source' };
  }
  return undefined;
}
