// Which events demand that something be destroyed? Whether there is anything to destroy shows when it is carried out.
import { subjectOfStream } from '@derbes/domain';
import { type ErasureOrder, type OrderCause } from './erasure-orders.js';

const causes: Readonly<Record<string, OrderCause>> = {
  ErasureOrdered: 'erasure',
  DataCorrected: 'correction',
  FactRetracted: 'retraction',
  DataDestroyed: 'holding-ended',
};

/** Subjects of whom a block ended: what was ordered and waited for that is asked again. */
export const unblockedAmong = (events: readonly { readonly type: string; readonly stream: string }[]): string[] => [
  ...new Set(events.flatMap(({ type, stream }) => (type === 'DataUnblocked' ? [subjectOfStream(stream)] : []))),
];

const settling: ReadonlySet<string> = new Set(['TaskDelivered', 'TaskAcknowledged', 'TaskFailed', 'TaskClosed']);

/** Subjects about whom somebody was told, or answered: what was ordered and waited for that is asked again. */
export const settledAmong = (events: readonly { readonly type: string; readonly stream: string }[]): string[] => [
  ...new Set(
    events.flatMap(({ type, stream }) =>
      settling.has(type) && stream.startsWith('subject-') ? [subjectOfStream(stream)] : [],
    ),
  ),
];

export const ordersAmong = (
  events: readonly { readonly id: string; readonly type: string; readonly stream: string }[],
): ErasureOrder[] =>
  events.flatMap(({ id, type, stream }) => {
    const cause = causes[type];
    return cause === undefined ? [] : [{ order: id, subject: subjectOfStream(stream), cause }];
  });
