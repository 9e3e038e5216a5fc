// Does data go by itself when its term is over, once for everybody also where the service is killed in the middle, and is that certified?
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { countedByStream, killedAt } from './killed-at.js';
import { ago, by, collected, fact, hourMs, momentOf, reference, settle, type Told } from './kiberon.js';
import { Journey, journeyMsMax, until } from './service-process.js';
import { Stored } from './stored.js';

jest.setTimeout(journeyMsMax);

const reason = 'audit';
/** More than one flush of the sweep. */
const peopleCount = 250;
/** Decisions that stand when the service is killed, at least. */
const decidedBefore = 100;
const names = Array.from({ length: peopleCount }, (_, i) => `srok-${i}@example.kz`);
const [kept = '', gone = ''] = names;
let journey: Journey;

const officer = () => journey.as('officer');

async function tell(...events: Told[]): Promise<void> {
  const outcomes = await journey.as('emitter').tellAll(events, '?wait=projected');
  expect(outcomes.filter(({ status }) => status !== 'recorded')).toEqual([]);
}

/** Somebody's session, in which her browser was measured. */
function session(email: string): readonly [begun: Told, measured: Told] {
  const subject = by('email', email);
  const measured = { categories: ['browser'], purposes: ['analytics'], origin: { kind: 'automatic' } };
  return [
    fact('relation.started', { subject, kind: 'session' }, { time: ago(3 * hourMs) }),
    collected(email, { ...measured, values: { browser: 'Пример 1.0' } }, { time: ago(2 * hourMs) }),
  ];
}
const endOf = (email: string, begun: Told): Told =>
  fact(
    'relation.ended',
    { subject: by('email', email), relation: reference(begun), kind: 'session' },
    { time: momentOf(Date.now()) },
  );

interface Row {
  readonly subject: string;
  readonly holder: string;
  readonly category: string;
  readonly kind: string;
  readonly state: string;
  readonly due?: string;
}
const rowsOf = (subject: string): Promise<Row[]> => officer().register<Row>('retention', { subject }, reason);

const once = (counts: ReadonlyMap<string, number>): boolean => [...counts.values()].every((n) => n === 1);

beforeAll(async () => {
  journey = await Journey.begin({ RETENTION_SWEEP_SECONDS: '1' });
  await settle(officer());
});
afterAll(() => journey?.end());

describe('data whose term is not over', () => {
  it('stays while its relation goes on, and while a hold stands', async () => {
    const [begun, measured] = session(kept);
    await tell(begun, measured);
    const id = await officer().find('email', kept);
    expect(await rowsOf(id)).toMatchObject([{ holder: 'crm', category: 'browser', state: 'open' }]);
    const placed = await officer().post(
      `/v1/subjects/${id}/holds?wait=projected`,
      { ground: 'legal-claim' },
      { reason },
    );
    expect(placed.status).toBe(201);
    await tell(endOf(kept, begun));
    expect(await rowsOf(id)).toMatchObject([{ holder: 'crm', category: 'browser', state: 'stopped' }]);
  });
});

describe('a sweep that is killed', () => {
  it('is gone on with by the next start: everybody once, and nobody who is held', async () => {
    const sessions = names.slice(1).map((email) => [email, session(email)] as const);
    await tell(...sessions.flatMap(([, two]) => two));
    await killedAt(journey, 'RetentionDecided', decidedBefore, () =>
      tell(...sessions.map(([email, [begun]]) => endOf(email, begun))),
    );
    const after = await Stored.open(journey.places);
    try {
      const others = peopleCount - 1;
      const executed = () => countedByStream(after, 'ErasureExecuted');
      await until('everybody is destroyed', async () => (await executed()).size >= others, 120_000);
      for (const type of ['RetentionDecided', 'ErasureOrdered', 'ErasureExecuted', 'TaskOrdered']) {
        const counts = await countedByStream(after, type);
        expect([type, counts.size, once(counts)]).toEqual([type, others, true]);
        expect(counts.has(`subject-${await officer().find('email', kept)}`)).toBe(false);
      }
    } finally {
      await after.close();
    }
  });

  it('is certified for each, and by its holder when that has answered', async () => {
    const id = await officer().find('email', gone);
    const [row] = await officer().register<{ orderEvent: string }>('erasures', { subject: id }, reason);
    const certificate = async () =>
      (await officer().get(`/v1/erasures/${row?.orderEvent ?? ''}`, { reason })).json<{
        readonly state: string;
        readonly everywhere: string;
        readonly holders: readonly { readonly code: string; readonly state: string }[];
      }>();
    expect(await certificate()).toMatchObject({ state: 'executed', everywhere: 'not-yet', holders: [{ code: 'crm' }] });
    const [task, ...others] = await officer().register<{ task: string }>('tasks', { subject: id }, reason);
    expect(others).toEqual([]);
    expect(task).toMatchObject({ kind: 'destroy', holder: 'crm', categories: ['browser'] });
    const said = await officer().post(
      `/v1/tasks/${task?.task ?? ''}/answer?wait=projected`,
      { result: 'done' },
      { reason },
    );
    expect(said.json()).toMatchObject({ status: 'recorded' });
    expect(await certificate()).toMatchObject({ state: 'executed', everywhere: 'confirmed' });
    const { text } = await officer().get(`/v1/subjects/${id}/dossier`, { reason });
    expect(text).not.toContain('Пример 1.0');
  });

  it('lets go whoever was held when that ends, and says of a consent once that it is over, and not before', async () => {
    const id = await officer().find('email', kept);
    const [hold] = await officer().register<{ hold: string }>('holds', { subject: id }, reason);
    const path = `/v1/subjects/${id}/holds/${hold?.hold ?? ''}/lift?wait=projected`;
    const lifted = await officer().post(path, { ground: 'claim-settled' }, { reason });
    expect(lifted.json()).toMatchObject({ status: 'recorded' });
    const ends = momentOf(Date.now() + 5_000);
    const items = { operator: true, term: { until: ends }, data: ['email'] };
    const consent = { subject: by('email', kept), purposes: ['service-notices'], items, channel: 'web-form' };
    await tell(fact('consent.given', consent));
    const states = async () => (await rowsOf(id)).map(({ kind, state }) => `${kind} ${state}`).sort();
    await until('both have ended', async () => (await states()).join() === 'consent ended,holding ordered');
    const stored = await Stored.open(journey.places);
    try {
      const { rows } = await stored.pool.query<{ at: string }>(
        `select body::json->>'at' as at from ledger_event where stream_id = $1 and type = 'ConsentExpired'`,
        [`subject-${id}`],
      );
      expect(rows).toHaveLength(1);
      expect(Date.parse(rows[0]?.at ?? '')).toBeGreaterThanOrEqual(Date.parse(ends));
    } finally {
      await stored.close();
    }
  });
});
