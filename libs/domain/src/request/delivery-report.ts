// What became of an answer or a refusal on its way, days after it left?
import { Refused, type Draft } from '@derbes/kernel';
import { type ReportDelivery, type RequestOutside } from './request-command.js';
import { requestStream, type RequestState } from './request-state.js';

/**
 * One event; none where the same was said last. Refuses REQUEST_UNKNOWN, NOT_ANSWERED, DELIVERY_MALFORMED, DELIVERED_IN_FUTURE,
 * DELIVERED_BEFORE_ANSWER.
 */
export function reportDelivery(command: ReportDelivery, state: RequestState, outside: RequestOutside): Draft[] {
  const { outcome, proof, fault, staff, reference, referenceOwner: owner } = command;
  const { received, answered, refused, deliveries } = state;
  if (!received) throw new Refused('REQUEST_UNKNOWN', 'there is no such request');
  const left = answered ?? refused;
  if (!left) throw new Refused('NOT_ANSWERED', 'nothing has left that could arrive');
  if ((outcome === 'delivered') !== (proof !== undefined)) {
    throw new Refused('DELIVERY_MALFORMED', 'what arrived has a proof, and nothing else has', { outcome });
  }
  if ((outcome === 'failed') !== (fault !== undefined)) {
    throw new Refused('DELIVERY_MALFORMED', 'what came back says why, and nothing else does', { outcome });
  }
  const happened = command.happened ?? outside.at;
  if (happened > outside.at) throw new Refused('DELIVERED_IN_FUTURE', 'this has not happened yet', { happened });
  if (happened < left.facts.delivered) {
    throw new Refused('DELIVERED_BEFORE_ANSWER', 'it left later than that', { left: left.facts.delivered });
  }
  const how = command.how ?? left.facts.how;
  const last = deliveries.at(-1)?.facts;
  if (last?.outcome === outcome && last.happened === happened && last.how === how) return [];
  const facts = {
    of: left.id,
    outcome,
    how,
    happened,
    ...(proof !== undefined && { proof }),
    ...(fault !== undefined && { fault }),
    ...(staff !== undefined && { staff }),
  };
  return [
    {
      type: 'DeliveryReported',
      stream: requestStream(outside.request),
      occurred: happened,
      facts,
      ...(reference !== undefined &&
        owner !== undefined && { seals: [{ category: 'meta.reference', value: reference, owner }] }),
    },
  ];
}
