// Is a breach answered as described, from its preview to its closing, with the packs read as whoever gets them would?
import { expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { readCsv } from '../../../read/testing/read-csv.js';
import { languages, nobody, type Asking, type Got } from './asking.js';
import { inventPerson, type Invented } from './invented-people.js';

const minuteMs = 60_000;
const ago = (minutes: number): string => `${new Date(Date.now() - minutes * minuteMs).toISOString().slice(0, 19)}Z`;
const source = 'urn:example:answers';
const scope = { recipient: 'primer-bank', categories: ['full-name'], from: ago(600) };

export function incidentsAreAnsweredAsDescribed(asking: Asking): void {
  const { ask, command, question, expectStatus, until } = asking;
  const preview = (body: object, status = 200): Promise<Got> =>
    expectStatus(ask('POST', '/v1/incidents/preview', { key: 'officer', reason: 'incident', body }), status);
  const people: Invented[] = [];
  let incident: string;

  it('a breach: whom it would concern is counted before anything is declared', async () => {
    for (const name of ['first', 'second', 'gone']) people.push(await inventPerson(asking, `breach-${name}`));
    const tell = (identifier: object, id: string, more: object) =>
      command(
        '/v1/events?wait=projected',
        {
          specversion: '1.0',
          id: `breach-${id}`,
          source,
          type: 'derbes.data.transferred',
          time: ago(5),
          data: {
            subject: { identifiers: [identifier] },
            categories: ['full-name', 'email'],
            purposes: ['payment'],
            recipient: 'primer-bank',
            country: 'KZ',
            mode: 'sent',
            ...more,
          },
        },
        { key: source, type: 'application/cloudevents+json' },
      );
    for (const { account } of people) await tell({ scheme: 'account', value: account }, account, {});
    const before = Number((await preview({ scope })).body['people']);
    expect(before).toBeGreaterThanOrEqual(people.length);
    const [, , gone] = people;
    const order = { scope: 'person', ground: 'subject-request' };
    await command(`/v1/subjects/${gone?.subject ?? ''}/erasures?wait=projected`, order);
    // Whoever was erased since was concerned all the same.
    const seen = await preview({ scope });
    expect(seen.body).toMatchObject({ people: before, categories: [{ category: 'full-name', people: before }] });
    for (const { subject } of people) expect(seen.text).not.toContain(subject);
    const named = await preview({ scope: { subjects: people.map(({ subject }) => subject) } });
    expect(named.body).toMatchObject({ people: people.length });
  });

  it('a breach: a scope of nobody, of the future or with a slip of the pen is refused, and nothing is declared', async () => {
    const refused = async (wrong: object, code: string, status = 400): Promise<void> => {
      const got = await preview({ scope: wrong }, status);
      expect(got.body['code']).toBe(code);
      const declared = await command('/v1/incidents', { kind: 'loss', scope: wrong }, {}, status);
      expect(declared.body['code']).toBe(code);
    };
    await refused({}, 'SCOPE_EMPTY');
    await refused({ categories: ['email'] }, 'SCOPE_EMPTY');
    await refused({ holder: 'crm', recipient: 'primer-bank' }, 'SCOPE_SEVERAL');
    await refused({ holder: 'crm', until: ago(-60) }, 'WINDOW_IN_FUTURE');
    await refused({ holder: 'crm', from: ago(1), until: ago(2) }, 'WINDOW_REVERSED');
    await refused({ holder: 'crn' }, 'SCOPE_UNKNOWN');
    await refused({ holder: 'crm', categories: ['emial'] }, 'SCOPE_UNKNOWN');
    await refused({ subjects: [nobody] }, 'SUBJECT_UNKNOWN', 404);
    await preview({ scope: { holder: 'crm', window: 'all' } }, 400);
    await command('/v1/incidents', { kind: 'loss', scope, detected: ago(-60) }, {}, 400);
    await command('/v1/incidents', { kind: 'bad-luck', scope }, {}, 400);
    await command('/v1/incidents', { kind: 'loss', scope }, { key: 'auditor' }, 403);
    const { body } = await question('/v1/registers/incidents');
    expect(body['items']).toEqual([]);
  });

  it('a breach: declared once, its clocks run and its list is frozen', async () => {
    const said = {
      kind: 'disclosure',
      scope,
      text: 'A file was =sent to a stranger.',
      measures: '+The stranger deleted it.',
      consequences: 'Unwanted calls.',
    };
    const headers = { 'idempotency-key': 'incident-1' };
    const { body } = await command('/v1/incidents?wait=projected', said, { headers });
    incident = `/v1/incidents/${String(body['incident'])}`;
    expect(body['clocks']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ profile: 'kz', term: 'breach-notice' }),
        expect.objectContaining({ profile: 'gdpr', term: 'breach-notice' }),
      ]),
    );
    const again = await command('/v1/incidents', said, { headers }, 200);
    expect(again.body).toMatchObject({ status: 'repeated', incident: body['incident'], people: body['people'] });
    const read = await question(`${incident}?recount=yes`);
    expect(read.body).toMatchObject({ state: 'detected', recount: { added: 0, gone: 0 } });
    expect(read.text).toContain('A file was =sent');
    const audited = await question(incident, 200, { key: 'auditor' });
    expect(audited.text).not.toContain('stranger');
    await question(`/v1/incidents/${nobody}`, 404);
    const { body: clocks } = await question('/v1/registers/clocks?status=running');
    const running = (clocks['items'] as { kind: string }[]).filter(({ kind }) => kind === 'incident');
    expect(running).toHaveLength(2);
  });

  it('a breach: found to be wider, what changed is counted', async () => {
    const wider = { scope: { ...scope, categories: ['full-name', 'email'] }, text: 'Mailboxes, too.' };
    const { body } = await command(`${incident}/scope?wait=projected`, wider);
    expect(body).toMatchObject({ change: 'same', added: '0', gone: '0' });
    await command(`${incident}/scope`, { scope: {} }, {}, 400);
    await command(`/v1/incidents/${nobody}/scope`, wider, {}, 404);
    const narrower = { scope: { subjects: people.map(({ subject }) => subject), categories: ['full-name', 'email'] } };
    const { body: fewer } = await command(`${incident}/scope?wait=projected`, narrower);
    expect(fewer).toMatchObject({ people: String(people.length), added: '0' });
  });

  it('a breach: the packs say to an authority what it asks for, and nobody’s formula runs', async () => {
    for (const lang of languages) {
      const { text } = await question(`${incident}/notice?profile=gdpr&lang=${lang}`, 200, { accept: 'text/plain' });
      expect(text).toContain('Unwanted calls.');
    }
    const { body: notice } = await question(`${incident}/notice?profile=kz`);
    expect(notice).toMatchObject({
      kind: 'disclosure',
      nature: { people: String(people.length) },
      consequences: 'Unwanted calls.',
      measures: ['+The stranger deleted it.'],
    });
    await question(`${incident}/notice?profile=mars`, 404);
    await question(`/v1/incidents/${nobody}/notice`, 404);
    await question(`${incident}/notice`, 403, { key: 'auditor' });
    await question(`${incident}/people`, 403, { key: 'auditor' });
    await question(`/v1/incidents/${nobody}/people`, 404);
    const csv = await question(`${incident}/people?lang=en`);
    const [head, ...rows] = readCsv(csv.text);
    expect(head).toContain('Full name');
    expect(rows).toHaveLength(people.length);
    const names = rows.map(([, name]) => name).sort();
    expect(names).toEqual(['', 'Invented Person breach-first', 'Invented Person breach-second']);
    for (const row of rows) expect(row.filter((cell) => /^[=+@-]/.test(cell))).toEqual([]);
    expect(csv.text).toContain("'+The stranger deleted it.");
    const json = await question(`${incident}/people?form=json`);
    const list = json.body as { pack: string; people: { name: string; state: string }[] };
    expect(list.people.map(({ state }) => state).sort()).toEqual(['erased', 'told', 'told']);
    expect(list.pack).toMatch(/^[0-9a-f]{32}$/);
    const parts = [await question(`${incident}/people?limit=2`)];
    parts.push(await question(`${incident}/people?limit=2&cursor=${String(parts[0]?.body['next'])}`));
    expect(parts.map(({ body }) => 'next' in body)).toEqual([true, false]);
    expect(parts.flatMap(({ body }) => body['people'])).toEqual(list.people);
    await question(`${incident}/people?cursor=AAAA`, 400);
    await question(`${incident}/people?limit=0`, 400);
    await question(`${incident}/people?form=csv&limit=2`, 400);
    // Made again it is the same file, so its hash proves what left.
    expect((await question(`${incident}/people?lang=en`)).text).toBe(csv.text);
    // Whoever was named there is said to have been looked at.
    const access = await until(
      () => question(`/v1/registers/access?subject=${people[0]?.subject ?? ''}`),
      ({ text }) => text.includes('incident-pack'),
    );
    expect(access.status).toBe(200);
    const pack = createHash('sha256').update(csv.text).digest('hex');
    await command(`${incident}/notices`, { authority: 'digital-ministry', profile: 'kz', how: 'portal', pack });
  });

  it('a breach: told, and closed when everybody was told or an act is named', async () => {
    await command(`${incident}/notices`, { authority: 'digital-ministry', profile: 'mars', how: 'portal' }, {}, 404);
    await command(`${incident}/notices`, { authority: 'x', profile: 'kz', how: 'pigeon' }, {}, 400);
    await command(`/v1/incidents/${nobody}/notices`, { authority: 'x', profile: 'kz', how: 'post' }, {}, 404);
    await command(`${incident}/told`, { through: 'state', reference: 'No. 7' });
    await command(`${incident}/told`, { through: 'rumour' }, {}, 400);
    await command(`/v1/incidents/${nobody}/told`, { through: 'state', people: '1' }, {}, 404);
    const closing = { outcome: 'confirmed', measures: 'Files are encrypted from now on.' };
    const early = await command(`${incident}/closing`, closing, {}, 409);
    expect(early.body['code']).toBe('AUTHORITY_NOT_NOTIFIED');
    await command(`${incident}/closing`, { outcome: 'maybe' }, {}, 400);
    await command(`/v1/incidents/${nobody}/closing`, closing, {}, 404);
    await command(`${incident}/closing?wait=projected`, { ...closing, act: '2016-679', article: '33(1)' });
    const { body } = await question('/v1/registers/incidents?profile=kz');
    expect(body['items']).toEqual([
      expect.objectContaining({ state: 'closed', authority: 'digital-ministry', outcome: 'confirmed', people: 3 }),
    ]);
    await question('/v1/registers/incidents?overdue=yes');
    for (const lang of languages)
      await question(`/v1/registers/incidents?lang=${lang}`, 200, { accept: 'text/plain', key: 'auditor' });
    const ended = await question('/v1/registers/clocks?status=ended');
    expect((ended.body['items'] as { kind: string }[]).filter(({ kind }) => kind === 'incident')).toHaveLength(2);
    await question(incident);
  });

  it('a breach: an answer that went astray is one, in the same step', async () => {
    const { body } = await question('/v1/registers/incidents');
    const astray = (body['items'] as { kind: string; people?: number }[]).filter(
      ({ kind }) => kind === 'misdirected-answer',
    );
    expect(astray).toEqual([]);
    const person = await inventPerson(asking, 'breach-astray');
    const taken = await command('/v1/requests', { right: 'know', channel: 'email', language: 'ru' });
    const path = `/v1/requests/${String(taken.body['request'])}`;
    const proofs = [{ method: 'presence' }];
    await command(`${path}/identity`, { subject: person.subject, proofs });
    await command(`${path}/answer`, { how: 'email', reason: 'term-ends' });
    const said = { ground: 'wrong-address' };
    const first = await command(`${path}/misdirected?wait=projected`, said);
    expect(first.body).toMatchObject({ people: '1' });
    expect((await command(`${path}/misdirected`, said)).body).not.toHaveProperty('incident');
    const { body: read } = await question(`/v1/incidents/${String(first.body['incident'])}`);
    expect(read).toMatchObject({
      detected: { facts: { kind: 'misdirected-answer' } },
      scope: { subjects: [person.subject] },
    });
    const csv = await question(`/v1/incidents/${String(first.body['incident'])}/people`);
    expect(readCsv(csv.text)).toHaveLength(2);
  });
}
