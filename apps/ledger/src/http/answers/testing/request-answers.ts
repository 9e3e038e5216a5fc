// Are requests of persons and the tasks that come of them answered as described, from the letter to the answer that went astray?
import { expect, it } from '@jest/globals';
import { nobody, type Asking } from './asking.js';
import { inventPerson, type Invented } from './invented-people.js';

const letter = { right: 'know', channel: 'email', language: 'ru' };
/** Nobody listens there. */
const closedPort = 'http://127.0.0.1:1/tasks';

const bothOf = ({ email, account }: Invented) => [
  { method: 'mailbox', identifier: { scheme: 'email', value: email } },
  { method: 'second-identifier', identifier: { scheme: 'account', value: account } },
];

export function requestsAreAnsweredAsDescribed(asking: Asking): void {
  const { command, question, inEachForm, makeKey, until } = asking;
  const taken = async (more: object = {}): Promise<string> => {
    const { body } = await command('/v1/requests', { ...letter, ...more });
    return `/v1/requests/${String(body['request'])}`;
  };
  const tasksOf = async (path: string): Promise<Record<string, string>> => {
    const tasks = (await question(path)).body['tasks'] as { task: string; holder: string }[];
    return Object.fromEntries(tasks.map(({ holder, task }) => [holder, task]));
  };
  let asked: string;

  it('destinations: set with a secret, set anew, and refused', async () => {
    const headers = { 'idempotency-key': 'destination-1' };
    const of = (holder: string) => `/v1/holders/${holder}/destination`;
    const set = await command(of('crm'), { by: 'poll' }, { headers });
    expect(set.body['secret']).toMatch(/^whsec_/);
    await command(of('crm'), { by: 'poll' }, { headers }, 200);
    await command(of('billing'), { by: 'webhook', url: closedPort }, { key: 'admin' });
    await command(of('billing'), { by: 'webhook' }, {}, 400);
    await command(of('billing'), { by: 'pigeon' }, {}, 400);
    await command(of('nobody'), { by: 'poll' }, {}, 404);
    await command('/v1/recipients/primer-bank/destination', { by: 'person' });
    await command('/v1/recipients/primer-mail/destination', { by: 'poll' });
    await command('/v1/recipients/nobody/destination', { by: 'poll' }, {}, 404);
  });

  it('requests: taken in, identified and read', async () => {
    const person = await inventPerson(asking, 'asking');
    const claimed = [
      { scheme: 'email', value: person.email },
      { scheme: 'iin', value: '900101300017' },
    ];
    const said = { ...letter, text: 'What do you know of me?', contact: person.email, letter: 'No. 12', claimed };
    const headers = { 'idempotency-key': 'request-1' };
    const { body } = await command('/v1/requests', said, { headers });
    await command('/v1/requests', said, { headers }, 200);
    await command('/v1/requests', { ...letter, right: 'fly' }, {}, 400);
    await command('/v1/requests', said, { key: 'auditor' }, 403);
    asked = `/v1/requests/${String(body['request'])}`;
    await inEachForm(asked);
    await command(`${asked}/answer`, { how: 'email' }, {}, 409);
    const [mailbox, second] = bothOf(person);
    const none = await command(`${asked}/identity`, { proofs: [second] });
    expect(none.body).toMatchObject({ outcome: 'not-proved' });
    const some = await command(`${asked}/identity?wait=projected`, { proofs: [mailbox, second] });
    expect(some.body).toMatchObject({ outcome: 'proved', subject: person.subject });
    await command(`${asked}/identity`, { proofs: [{ method: 'wink' }] }, {}, 400);
    await command(`/v1/requests/${nobody}/identity`, { proofs: [mailbox] }, {}, 404);
    await inEachForm(asked);
    const seen = await question(asked, 200, { key: 'auditor' });
    expect(seen.text).not.toContain(person.email);
    await question(`/v1/requests/${nobody}`, 404);
    await question(`${asked}/answer`, 404);
  });

  it('tasks: collected, acknowledged, sent again, told, answered and closed by an officer', async () => {
    const { crm = '', billing = '', helpdesk = '', ...rest } = await tasksOf(asked);
    const [closed = ''] = Object.values(rest);
    await makeKey('holder', { code: 'crm' });
    await makeKey('recipient', { code: 'primer-mail' });
    const asHolder = { key: 'holder' };
    const listed = () => question('/v1/tasks?limit=100', 200, asHolder);
    await until(listed, ({ text }) => text.includes(crm));
    await question('/v1/tasks?limit=1', 200, asHolder);
    await question('/v1/tasks?limit=0', 400, asHolder);
    await question('/v1/tasks', 200, { key: 'recipient' });
    await question('/v1/tasks', 403);
    const reported = { result: 'reported', held: ['phone'], values: { email: 'told-by-holder@answers.example.kz' } };
    await command(`/v1/tasks/${crm}/ack`, reported, asHolder, 200);
    await command(`/v1/tasks/${crm}/ack`, reported, asHolder, 200);
    await command(`/v1/tasks/${crm}/ack`, { result: 'nothing-held' }, asHolder, 409);
    await command(`/v1/tasks/${crm}/ack`, { result: 'done' }, asHolder, 400);
    await command(`/v1/tasks/${crm}/ack`, { result: 'lost' }, asHolder, 400);
    await command(`/v1/tasks/${billing}/ack`, reported, asHolder, 404);
    const again = { reason: 'receiver-mended' };
    await until(
      () => asking.ask('POST', `/v1/tasks/${billing}/resend`, { key: 'officer', reason: 'test', body: again }),
      ({ status }) => status === 200,
    );
    const resent = (task: string, status: number) =>
      asking.expectStatus(asking.ask('POST', `/v1/tasks/${task}/resend`, { key: 'officer', body: again }), status);
    await resent(crm, 409);
    await resent(nobody, 404);
    await command(`/v1/tasks/${helpdesk}/delivery`, { reference: 'No. 31' });
    await command(`/v1/tasks/${helpdesk}/answer`, { result: 'nothing-held', reference: 'No. 32' });
    await command(`/v1/tasks/${helpdesk}/answer`, { result: 'refused', reason: 'statute' }, {}, 409);
    await command(`/v1/tasks/${helpdesk}/answer`, { result: 'done' }, {}, 400);
    await command(`/v1/tasks/${closed}/closing`, { reason: 'out-of-reach' });
    for (const step of ['delivery', 'closing'])
      await command(`/v1/tasks/${nobody}/${step}`, { result: 'done', reason: 'out-of-reach' }, {}, 400);
    await command(`/v1/tasks/${nobody}/delivery`, {}, {}, 404);
    await command(`/v1/tasks/${nobody}/answer`, { result: 'done' }, {}, 404);
    await command(`/v1/tasks/${nobody}/closing`, { reason: 'out-of-reach' }, {}, 404);
    await inEachForm(asked);
  });

  it('requests: answered, and the answer read, as it was and after it went astray', async () => {
    await command(`${asked}/answer`, { how: 'email' }, {}, 409);
    await command(`${asked}/misdirected`, { ground: 'wrong-address' }, {}, 409);
    await command(`${asked}/answer`, { how: 'email', reason: 'term-ends' });
    const { body } = await inEachForm(`${asked}/answer`);
    expect(body).toMatchObject({ same: 'yes' });
    await question(`${asked}/answer`, 403, { key: 'auditor' });
    await question(`/v1/requests/${nobody}/answer`, 404);
    await command(`${asked}/refusal`, { reason: 'manifestly-unfounded', how: 'email' }, {}, 409);
    await command(`${asked}/misdirected?wait=projected`, { ground: 'wrong-address' });
    await inEachForm(asked);
  });

  it('requests: of whom nobody knows, made longer, refused, and answered with an outcome', async () => {
    const stranger = { method: 'mailbox', identifier: { scheme: 'email', value: 'stranger@answers.example.kz' } };
    const unknown = await taken();
    await command(`${unknown}/identity`, { proofs: [stranger] });
    await command(`${unknown}/answer`, { how: 'email', reason: 'term-ends' });
    const { body } = await inEachForm(`${unknown}/answer`);
    expect(body).toMatchObject({ answer: { outcome: 'nothing-held' } });
    const longer = await taken({ profiles: ['gdpr'] });
    await command(`${longer}/extension`, { ground: 'complex' });
    await command(`${longer}/extension`, { ground: 'number' }, {}, 409);
    await inEachForm(longer);
    const refused = await taken();
    await command(`${refused}/extension`, { ground: 'complex' }, {}, 409);
    await command(`/v1/requests/${nobody}/extension`, { ground: 'complex' }, {}, 404);
    await command(`${refused}/refusal`, { reason: 'identity-not-proved', act: '94-V', article: '10(2)', how: 'email' });
    await command(`${refused}/refusal`, { reason: 'boredom', how: 'email' }, {}, 400);
    await inEachForm(`${refused}/refusal`);
    await question(`${longer}/refusal`, 404);
    await command(`${longer}/delivery`, { outcome: 'sent' }, {}, 409);
    await command(`${refused}/delivery`, { outcome: 'failed', fault: 'bounced', reference: 'No. 41' });
    await command(`${refused}/delivery`, { outcome: 'delivered' }, {}, 400);
    await command(`${refused}/delivery?wait=projected`, { outcome: 'delivered', proof: 'read-receipt' });
    await command(`${refused}/records`, { decide: 'destroy' }, {}, 409);
    await inEachForm(refused);
    const old = await taken({ profiles: ['gdpr'], received: '2023-06-01T05:00:00Z' });
    const left = { reason: 'rights-of-others', how: 'post', delivered: '2023-06-10T05:00:00Z' };
    await command(`${old}/refusal`, left);
    await command(`${old}/records`, { decide: 'keep' }, {}, 400);
    await command(`${old}/records`, { decide: 'destroy' });
    await inEachForm(old);
    await command(`/v1/requests/${nobody}/refusal`, { reason: 'manifestly-unfounded', how: 'email' }, {}, 404);
    await command(`${refused}/answer`, { how: 'email', outcome: 'fulfilled' }, {}, 409);
    await inEachForm(refused);
    const complaint = await taken({ right: 'complaint' });
    await command(`${complaint}/answer`, { how: 'email' }, {}, 400);
    await command(`${complaint}/answer?wait=projected`, { how: 'email', outcome: 'fulfilled' });
    await inEachForm(`${complaint}/answer`);
  });
}
