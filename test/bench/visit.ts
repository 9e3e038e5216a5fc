// Which facts are told about somebody who came, was measured and went? By the Kiberon policy what was measured goes by itself then.
import { type ReceivedEvent } from '../../apps/ledger/src/write/received.js';
import { holder, source } from './facts.js';

const began = '2026-02-01T09:00:00Z';
/** From then on what was measured is due to go. */
export const visitEnded = '2026-02-02T09:00:00Z';
export const factsOfVisit = 4;

/** Of the people from one number to another, each another one. */
export const visits = (from: number, to: number): ReceivedEvent[] =>
  Array.from({ length: to - from }, (_, i) => visit(from + i)).flat();

function visit(n: number): ReceivedEvent[] {
  const subject = { identifiers: [{ scheme: 'email', value: `visited-${n}@bench.example.kz` }] };
  const session = { source, id: `visit-${n}` };
  const told = (id: string, type: string, time: string, data: object): ReceivedEvent => ({
    id,
    source,
    type: `derbes.${type}`,
    time,
    data: { subject, ...data },
  });
  return [
    told(session.id, 'relation.started', began, { kind: 'session' }),
    told(`${session.id}-consent`, 'consent.given', began, {
      purposes: ['analytics'],
      items: { operator: true, term: { until: '2030-02-01T09:00:00Z' }, data: ['browser'] },
      channel: 'web-form',
    }),
    told(`${session.id}-measured`, 'data.collected', began, {
      categories: ['browser'],
      purposes: ['analytics'],
      holder,
      origin: { kind: 'automatic' },
      values: { browser: 'sample' },
    }),
    told(`${session.id}-over`, 'relation.ended', visitEnded, { relation: session, kind: 'session' }),
  ];
}
