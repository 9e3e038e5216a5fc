// Who are the invented people of whom the answers about persons are asked, and how do they come into the ledger?
import { type Asking } from './asking.js';

const source = 'urn:example:answers';
const minuteMs = 60_000;

export interface Invented {
  readonly subject: string;
  readonly email: string;
  readonly account: string;
}

/** Known by an account and a mailbox, with a name that is held. */
export async function inventPerson({ keys, command, expectStatus, ask }: Asking, name: string): Promise<Invented> {
  const [email, account] = [`${name}@answers.example.kz`, `answers-${name}`];
  if (!keys.has(source)) {
    const { body } = await expectStatus(
      ask('POST', '/v1/keys', { key: 'admin', body: { role: 'emitter', source } }),
      201,
    );
    keys.set(source, String(body['key']));
  }
  const identifiers = [
    { scheme: 'account', value: account },
    { scheme: 'email', value: email },
  ];
  const data = {
    subject: { identifiers },
    categories: ['email', 'full-name'],
    purposes: ['account'],
    holder: 'crm',
    origin: { kind: 'subject', means: 'web-form' },
    values: { email, 'full-name': `Invented Person ${name}` },
  };
  const time = `${new Date(Date.now() - minuteMs).toISOString().slice(0, 19)}Z`;
  const event = { specversion: '1.0', id: name, source, type: 'derbes.data.collected', time, data };
  await command('/v1/events?wait=projected', event, { key: source, type: 'application/cloudevents+json' });
  const found = await command('/v1/subjects/search', { identifier: identifiers[0] }, {}, 200);
  const [one] = found.body['subjects'] as { subject: string }[];
  if (!one) throw new Error('nobody is found by her own account');
  return { subject: one.subject, email, account };
}
