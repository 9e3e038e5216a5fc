// What does a writer hand to the claims? Units for tests, as small as they can be.
import { randomBytes, randomUUID } from 'node:crypto';
import { readEnvelope } from '@derbes/kernel';
import { type ClaimedEvent, type Claim, type Unit } from '../unit.js';
import { type PeopleRows } from './people.js';
import { sampleEvent } from './sample-event.js';

/** Vouched for by its envelope, as the service's are. */
export const claimedEvent = (
  stream: string,
  expectedRevision: number,
  options: Parameters<typeof sampleEvent>[2] = {},
): ClaimedEvent => {
  const event = sampleEvent(stream, expectedRevision + 1, options);
  return { ...event, stream, expectedRevision, envelope: readEnvelope(event.bytes) };
};

/** A unit of these events under a pair of its own, with an outcome that no other unit has. */
export function sampleUnit(
  events: readonly ClaimedEvent[],
  options: { readonly token?: Buffer; readonly kind?: Claim['kind']; readonly rows?: PeopleRows } = {},
): Unit<PeopleRows> & { readonly claim: Claim & { readonly check: Buffer; readonly checkEvent: string } } {
  const { token = randomBytes(32), kind = 'fact', rows = {} } = options;
  const outcome = JSON.stringify({ outcome: 'recorded', of: randomUUID() });
  return {
    claim: { token, kind, check: randomBytes(32), checkEvent: events[0]?.id ?? randomUUID(), outcome },
    events,
    rows,
  };
}

/** The first unit about somebody: it makes the subject. */
export function registration(
  identifier: string,
  options: { readonly token?: Buffer; readonly kind?: Claim['kind'] } = {},
) {
  const token = options.token ?? randomBytes(32);
  const subject = `subject-${randomUUID()}`;
  const events = [
    claimedEvent(subject, -1, { type: 'SubjectRegistered' }),
    claimedEvent(subject, 0, { type: 'DataCollected' }),
  ];
  return {
    ...sampleUnit(events, { ...options, token, rows: { register: { identifier, subject, claim: token } } }),
    subject,
  };
}
