// Are representatives and statuses of persons answered as described, recognised, contested, ended and refused?
import { expect, it } from '@jest/globals';
import { nobody, type Asking } from './asking.js';
import { inventPerson } from './invented-people.js';

const document = { kind: 'power-of-attorney', date: '2026-01-10', number: 'No. 7' };
const attorney = {
  kind: 'attorney-in-fact',
  name: 'Invented Attorney',
  contact: 'attorney@answers.example.kz',
  document,
};
const farAway = '2036-01-01';

export function personsAreAnsweredAsDescribed(asking: Asking): void {
  const { command, inEachForm, question } = asking;

  it('representatives: recognised, contested, ended and refused', async () => {
    const { subject } = await inventPerson(asking, 'represented');
    const path = `/v1/subjects/${subject}/representatives`;
    const exclusive = { ...attorney, exclusive: true, scope: { rights: ['know'], categories: ['email'] } };
    const headers = { 'idempotency-key': 'representative-1' };
    const { body: first } = await command(path, exclusive, { headers });
    await command(path, exclusive, { headers }, 200);
    expect(first).toMatchObject({ outcome: 'recognised', against: [] });
    const { body: second } = await command(path, exclusive);
    expect(second).toMatchObject({ outcome: 'contested', against: [first['representation']] });
    await inEachForm(`/v1/subjects/${subject}/dossier`);
    const end = `${path}/${String(second['representation'])}/end`;
    await command(end, { ground: 'conflict-decided' });
    await command(end, { ground: 'revoked' }, {}, 409);
    await command(end, { ground: 'whim' }, {}, 400);
    await command(`${path}/${nobody}/end`, { ground: 'revoked' }, {}, 404);
    await command(path, { ...attorney, document: undefined }, {}, 400);
    await command(path, { kind: 'friend', name: 'Invented Friend' }, {}, 400);
    await command(path, attorney, { key: 'auditor' }, 403);
    await command(`/v1/subjects/${nobody}/representatives`, attorney, {}, 404);
    const behalf = { right: 'know', channel: 'representative', language: 'kk', behalf: 'other' };
    await command('/v1/requests', { ...behalf, representative: first['representation'] });
    await command('/v1/requests', { ...behalf, channel: 'portal' }, {}, 403);
    await inEachForm(`/v1/subjects/${subject}/timeline`);
  });

  it('statuses: of a child with her parent, of one who is incapable, and refused', async () => {
    const { subject } = await inventPerson(asking, 'child');
    const path = `/v1/subjects/${subject}/status`;
    const minor = { status: 'minor', turns: { age: '18', on: farAway } };
    expect((await command(path, minor)).body).toMatchObject({ outcome: 'changed' });
    expect((await command(path, minor)).body).toMatchObject({ outcome: 'unchanged' });
    await command(`/v1/subjects/${subject}/representatives`, { ...attorney, kind: 'parent' });
    await inEachForm(`/v1/subjects/${subject}/dossier`);
    const proof = { kind: 'court-decision', date: '2026-02-01' };
    await command(`${path}?wait=projected`, { status: 'incapable', document: proof, act: '94-V', article: '8(2)' });
    await command(path, { status: 'deceased' }, {}, 400);
    await command(path, { status: 'tired' }, {}, 400);
    await command(`/v1/subjects/${nobody}/status`, minor, {}, 404);
    await inEachForm(`/v1/subjects/${subject}/dossier`);
    await inEachForm(`/v1/subjects/${subject}/timeline`);
    await question(`/v1/registers/statuses?subject=${subject}`);
    await question(`/v1/registers/representatives?subject=${subject}`);
  });
}
