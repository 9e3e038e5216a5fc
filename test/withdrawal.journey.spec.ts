// Does a withdrawal stop what it may, refuse the rest by its act, and stop that by itself; and is a confirmed finding destroyed?
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { expectProblem } from './expected.js';
import { ahead, by, collected, dayMs, fact, reference, settle, type Told } from './kiberon.js';
import { Journey, journeyMsMax, until } from './service-process.js';

jest.setTimeout(journeyMsMax);

const email = 'otzyvova.aliya@example.kz';
const reason = 'subject-request';
const started = Date.now() - dayMs;
let journey: Journey;
let id: string;
let staff: string;
let obligation: Told;

const officer = () => journey.as('officer');
const moment = (minutes: number) => `${new Date(started + minutes * 60_000).toISOString().slice(0, 19)}Z`;

async function tell(...events: Told[]): Promise<void> {
  const outcomes = await journey.as('emitter').tellAll(events, '?wait=projected');
  expect(outcomes.map(({ status }) => status)).toEqual(events.map(() => 'recorded'));
}

interface Group {
  readonly purposes: readonly string[];
  readonly categories: readonly string[];
}
interface Decided {
  readonly outcome: string;
  readonly withdrawals: readonly { readonly withdrawal: string; readonly clock?: { readonly due: string } }[];
  readonly stopped: readonly Group[];
  readonly refused: readonly (Group & { readonly why: string; readonly article?: string })[];
}
interface Dossier {
  readonly withdrawals: readonly {
    readonly state: string;
    readonly stopped: readonly Group[];
    readonly goesOn: readonly (Group & { readonly ended?: object })[];
  }[];
}
interface Row {
  readonly status: string;
  readonly event: string;
  readonly code: string;
  readonly category: string;
  readonly purpose: string;
  readonly assessment: string;
  readonly term?: string;
  readonly due?: string;
}

const register = async (name: string, filter: string): Promise<readonly Row[]> =>
  (await officer().get(`/v1/registers/${name}?subject=${id}&${filter}`, { reason })).json<{ items: Row[] }>().items;
const dossier = async (): Promise<Dossier> =>
  (await officer().get(`/v1/subjects/${id}/dossier`, { reason })).json<Dossier>();

beforeAll(async () => {
  journey = await Journey.begin();
  await settle(officer());
  const appointed = await officer().post('/v1/officers', { name: 'Пример Ответственный', from: moment(0) });
  ({ staff } = appointed.json<{ staff: string }>());
  const subject = by('email', email);
  const consent = fact(
    'consent.given',
    {
      subject,
      purposes: ['account', 'contract'],
      items: { operator: true, data: ['email', 'phone'] },
      channel: 'web-form',
    },
    { time: moment(1) },
  );
  const basis = (code: string) => ({ code, consent: reference(consent) });
  const contract = { categories: ['phone'], purposes: ['contract'], basis: basis('contract'), values: undefined };
  obligation = fact('obligation.opened', { subject, kind: 'debt' }, { time: moment(4) });
  await tell(
    consent,
    collected(email, { basis: basis('consent') }, { time: moment(2) }),
    collected(email, contract, { time: moment(3) }),
    obligation,
  );
  id = await officer().find('email', email);
});
afterAll(() => journey.end());

describe('a withdrawal with an open contract', () => {
  it('says before anything is done what would stop and what would go on', async () => {
    const preview = await officer().post(`/v1/subjects/${id}/withdrawals?preview=true`, {}, { reason });
    expect(preview.status).toBe(200);
    expect(preview.json()).toMatchObject({ preview: true, outcome: 'partly-refused' });
    expect(await register('withdrawals', 'limit=10')).toEqual([]);
  });

  it('is refused in part by Art. 8(2), and the rest stops', async () => {
    const answer = await officer().post(`/v1/subjects/${id}/withdrawals?wait=projected`, { staff }, { reason });
    expect(answer.status).toBe(201);
    const decided = answer.json<Decided>();
    expect(decided.outcome).toBe('partly-refused');
    expect(decided.stopped).toEqual([{ purposes: ['account'], categories: ['email'] }]);
    expect(decided.refused).toMatchObject([
      { purposes: ['contract'], categories: ['phone'], why: 'OBLIGATION_OPEN', act: '94-V', article: '8(2)' },
    ]);
    expect(decided.withdrawals[0]?.clock?.due).toMatch(/^20/);
    expect((await register('withdrawals', 'status=refused')).length).toBe(1);
    expect((await register('tasks', 'limit=10')).length).toBeGreaterThan(0);
    const paper = await officer().get(`/v1/subjects/${id}/dossier?lang=kk`, { reason, accept: 'text/plain' });
    expect(paper.text).toContain('Жалғасады');
  });

  it('is not decided twice, and refuses what cannot be', async () => {
    const path = `/v1/subjects/${id}/withdrawals`;
    expectProblem(await officer().post(path, {}, { reason }), 409, 'NOTHING_TO_WITHDRAW');
    expectProblem(await officer().post(path, { received: ahead(dayMs) }, { reason }), 400, 'RECEIVED_IN_FUTURE');
    expectProblem(await journey.as('emitter').post(path, {}, { reason }), 403, 'ROLE_NOT_ALLOWED');
  });

  it('stops by itself when the obligation is closed', async () => {
    await tell(
      fact(
        'obligation.closed',
        { subject: by('email', email), obligation: reference(obligation) },
        { time: moment(10) },
      ),
    );
    await until(
      'the rest stopped',
      async () => (await register('withdrawals', 'status=reopened')).length === 1,
      120_000,
    );
    const [one] = (await dossier()).withdrawals;
    expect(one?.state).toBe('decided');
    expect(one?.stopped).toMatchObject([
      { purposes: ['account'], categories: ['email'] },
      { purposes: ['contract'], categories: ['phone'] },
    ]);
    expect(one?.goesOn[0]?.ended).toBeDefined();
  });
});

describe('a finding', () => {
  it('that is confirmed starts the clock of destruction, and the erasure ends it', async () => {
    await tell(collected(email, { categories: ['position'], values: undefined }, { time: moment(20) }));
    const [open] = await register('findings', 'code=NO_BASIS&assessment=open');
    expect(open).toMatchObject({ assessment: 'open', term: 'blocking' });
    const named = `${open?.event ?? ''}:${open?.code ?? ''}:${open?.category ?? ''}:${open?.purpose ?? ''}`;
    const body = { findings: [named], verdict: 'confirmed', measure: 'to-be-destroyed', staff };
    const assessed = await officer().post('/v1/findings/assessments?wait=projected', body);
    expect(assessed.json()).toMatchObject({ status: 'recorded', assessed: 1, clocks: [{ term: 'destruction' }] });
    const [confirmed] = await register('findings', 'code=NO_BASIS&assessment=confirmed');
    expect(confirmed?.term).toBe('destruction');
    const order = {
      scope: 'category',
      categories: ['position'],
      ground: 'breach-confirmed',
      decide: 'erase',
      reason: 'breach',
    };
    const erased = await officer().post(`/v1/subjects/${id}/erasures?wait=projected`, order, { reason });
    expect(erased.json()).toMatchObject({ outcome: 'ordered' });
  });
  it('is assessed by whoever is responsible now alone', async () => {
    const body = { findings: [`${id}:NO_BASIS:-:-`], verdict: 'confirmed', staff: id };
    expectProblem(await officer().post('/v1/findings/assessments', body), 400, 'STAFF_UNKNOWN');
  });
});
