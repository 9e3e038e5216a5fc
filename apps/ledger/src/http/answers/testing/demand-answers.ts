// Are demands of authorities answered as described, those of which a person may learn and those of which the law forbids to tell?
import { expect, it } from '@jest/globals';
import { nobody, type Asking } from './asking.js';
import { inventPerson } from './invented-people.js';

const minuteMs = 60_000;
const ago = (minutes: number) => `${new Date(Date.now() - minutes * minuteMs).toISOString().slice(0, 19)}Z`;

/** `lose`: makes what was sealed in an event be gone, as in a database put back to before it. */
export function demandsAreAnsweredAsDescribed(asking: Asking, lose: (event: string) => Promise<unknown>): void {
  const { command, makeKey, inEachForm } = asking;

  it('demands: received, answered and refused', async () => {
    const { subject } = await inventPerson(asking, 'demanded');
    const demand = { authority: 'court', name: 'Invented Court', reference: 'No. 5', received: ago(2) };
    const headers = { 'idempotency-key': 'demand-1' };
    const received = async (more: object = {}): Promise<string> => {
      const { body } = await command('/v1/demands', { ...demand, ...more });
      return `/v1/demands/${String(body['demand'])}`;
    };
    await command('/v1/demands', demand, { headers });
    await command('/v1/demands', demand, { headers }, 200);
    await command('/v1/demands', { ...demand, authority: 'neighbour' }, {}, 400);
    const answered = await received({ subjects: [subject], categories: ['email'], act: '94-V', article: '8(2)' });
    const answer = { outcome: 'fulfilled', moment: ago(1), categories: ['email'] };
    await command(`${answered}/answer`, answer);
    await command(`${answered}/answer`, { ...answer, outcome: 'partly' }, {}, 409);
    await command(`/v1/demands/${nobody}/answer`, answer, {}, 404);
    const refusal = { refusal: 'form-not-kept', moment: ago(1) };
    await command(`${await received()}/refuse`, refusal);
    await command(`${answered}/refuse`, refusal, {}, 409);
    await command(`/v1/demands/${nobody}/refuse`, refusal, {}, 404);
    await inEachForm(`/v1/subjects/${subject}/timeline`);
  });

  it('what the law forbids to tell: recorded, read and lifted under keys of one role', async () => {
    const { subject, email } = await inventPerson(asking, 'restricted');
    await makeKey('restricted-officer');
    const as = { key: 'restricted-officer', reason: 'authority-request' };
    const restricted = (what: string, body: object, status = 201) =>
      command(`/v1/restricted/${what}`, body, as, status);
    const body = { subject, authority: 'Invented Body', reference: '77', received: ago(2), categories: ['email'] };
    const headers = { 'idempotency-key': 'restricted-1' };
    const { body: recorded } = await command('/v1/restricted/demands', body, { ...as, headers });
    await command('/v1/restricted/demands', body, { ...as, headers }, 200);
    await command('/v1/restricted/demands', body, {}, 403);
    await restricted('demands', { ...body, received: 'lately' }, 400);
    const demand = recorded['entry'];
    const transfer = {
      recipient: 'Invented Body',
      country: 'KZ',
      mode: 'sent',
      categories: ['email'],
      occurred: ago(1),
    };
    await restricted('transfers', { demand, subject, ...transfer });
    await restricted('transfers', { demand: nobody, subject, ...transfer }, 400);
    const { body: held } = await restricted('holds', { subject, ground: 'demand', demand, categories: ['email'] });
    const order = {
      scope: 'category',
      categories: ['email'],
      ground: 'subject-request',
      decide: 'erase',
      reason: 'test',
    };
    const refused = await command(`/v1/subjects/${subject}/erasures?wait=projected`, order);
    expect(refused.body['outcome']).toBe('refused');
    const { body: lifted } = await restricted('lifts', { hold: held['entry'], text: 'over' });
    expect(lifted['withheld']).toHaveLength(1);
    const answer = { demand, outcome: 'fulfilled', moment: ago(1) };
    await restricted('answers', answer);
    await restricted('answers', answer, 409);
    await restricted('search', { identifier: { scheme: 'email', value: email } }, 200);
    await restricted('dossier', { subject, demand }, 200);
    await command('/v1/restricted/dossier', { subject, lang: 'kk' }, { ...as, accept: 'text/plain' }, 200);
    await restricted('dossier', { subject: nobody }, 404);
    const { body: list } = await restricted('list', { subject }, 200);
    expect((list['items'] as object[]).length).toBeGreaterThan(4);
    await restricted('list', { demand }, 200);
    await restricted('list', {}, 200);
    await restricted('terms', { matter: demand, until: ago(-1), text: 'kept for a day more' });
    await restricted('terms', { matter: nobody, until: ago(-1) }, 400);
    await restricted('losses', { events: [demand] }, 400);
    const { body: lost } = await restricted('demands', { ...body, reference: '78' });
    await lose(String(lost['entry']));
    await restricted('losses', { events: [lost['entry']] });
    for (const register of ['registers/demands', 'registers/demands/export']) {
      await restricted(register, {}, 200);
      await command(`/v1/restricted/${register}`, {}, { ...as, accept: 'text/csv' }, 200);
      await command(`/v1/restricted/${register}`, {}, {}, 403);
    }
    await restricted('registers/demands', { cursor: 'another' }, 400);
  });
}
