// Which objects of an answer stand for sealed values?
import { type PartRef } from '@derbes/domain';

/** What leaves an object for good has a state; a reference that has none yet is to be opened. */
export function isRef(value: object): value is PartRef {
  const { event, p, owner, state } = value as Partial<PartRef> & { readonly state?: unknown };
  return typeof event === 'string' && typeof p === 'string' && typeof owner === 'string' && state === undefined;
}
