// What do callers see when the database under the service is killed, and is everything acknowledged still there?
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { expectProblem } from './expected.js';
import { collected, settle } from './kiberon.js';
import { Books, tellAgain } from './load.js';
import { Journey, journeyMsMax, postmasterOf, source, until } from './service-process.js';
import { Stored } from './stored.js';

jest.setTimeout(journeyMsMax);

const emitters = 6;
let journey: Journey;

beforeAll(async () => {
  journey = await Journey.begin();
  await settle(journey.as('officer'));
});
afterAll(async () => {
  await journey?.end();
});

function killDatabase(): number {
  const pid = postmasterOf(journey.places);
  if (pid === undefined) throw new Error('no database runs');
  process.kill(pid, 'SIGKILL');
  return pid;
}

describe('when PostgreSQL is killed in the middle', () => {
  it('callers are told to come again, the service starts it anew, and nothing acknowledged is lost or doubled', async () => {
    const books = new Books();
    const questions = new Map<string, number>();
    let asking = true;
    const emitter = () => journey.as('emitter');
    const working = Array.from({ length: emitters }, () => books.emit(emitter(), source));
    const asked = (async () => {
      while (asking) {
        for (const path of ['/v1/registers/holdings', '/v1/policies/in-force', '/health/ready', '/health/live']) {
          const answer = await journey.as('officer').get(path);
          const name = `${path} ${answer.status} ${answer.status === 200 ? '' : answer.problem.code}`.trim();
          questions.set(name, (questions.get(name) ?? 0) + 1);
        }
      }
    })();
    await until('work is under way', () => books.acknowledged.length > 60);
    const killed = killDatabase();
    await until('another database runs', () => {
      const pid = postmasterOf(journey.places);
      return pid !== undefined && pid !== killed;
    });
    const then = books.acknowledged.length;
    await until('work goes on', () => books.acknowledged.length > then + 60, 60_000);
    books.stop();
    asking = false;
    await Promise.all([...working, asked]);

    const unexpected = [...books.refusals.keys()].filter((name) => !/^(503|429) /.test(name));
    expect(unexpected).toEqual([]);
    const odd = [...questions.keys()].filter((name) => !/ (200|503 [A-Z_]+|429 [A-Z_]+)$/.test(name));
    expect(odd).toEqual([]);
    expect([...questions.keys()].filter((name) => name.startsWith('/health/live'))).toEqual(['/health/live 200']);

    await until('every part is ready', async () => (await journey.service.as().get('/health/ready')).status === 200);
    const again = await tellAgain(
      books.acknowledged.map(({ event }) => event),
      emitter,
    );
    expect(again).toEqual(books.acknowledged.map(({ outcome }) => ({ ...outcome, status: 'repeated' })));
    const settled = await tellAgain(books.unknown, emitter);
    expect(settled.filter(({ status }) => status !== 'recorded' && status !== 'repeated')).toEqual([]);
    const once = await tellAgain(books.unknown, emitter);
    expect(once).toEqual(settled.map((outcome) => ({ ...outcome, status: 'repeated' })));
    const stored = await Stored.open(journey.places);
    try {
      expect(await stored.twice()).toBe(0);
    } finally {
      await stored.close();
    }
  });

  it('the registers go on from where they were', async () => {
    const answer = await journey.as('emitter').tell(collected('after-kill@example.kz'), '?wait=projected');
    expect([200, 201]).toContain(answer.status);
    const subject = await journey.as('officer').find('email', 'after-kill@example.kz');
    expect(await journey.as('officer').register('holdings', { subject }, 'test')).toHaveLength(1);
  });

  it('and killed once more while it starts, it is started again', async () => {
    const first = killDatabase();
    const second = await until('the next one starts', () => {
      const pid = postmasterOf(journey.places);
      return pid !== first && pid;
    });
    process.kill(second, 'SIGKILL');
    await until('every part is ready', async () => (await journey.service.as().get('/health/ready')).status === 200);
    expect((await journey.as('emitter').tell(collected('twice-killed@example.kz'))).status).toBe(201);
  });
});

describe('when PostgreSQL dies again and again', () => {
  let dying: Journey;
  beforeAll(async () => {
    dying = await Journey.begin();
  });
  afterAll(async () => {
    await dying?.end();
  });

  it('the service gives it up, says so, takes nothing, and still stops cleanly', async () => {
    const deathsMax = 12;
    const nobody = dying.service.as();
    const emitter = dying.as('emitter');
    expect((await emitter.tell(collected('before-death@example.kz'))).status).toBe(201);
    for (let i = 0; i < deathsMax; i++) {
      const pid = await until('it runs, or is given up', async () => {
        const ready = await nobody.get('/health/ready');
        if (ready.text.includes('lost')) return 'lost';
        return ready.status === 200 && postmasterOf(dying.places);
      });
      if (pid === 'lost') break;
      process.kill(pid, 'SIGKILL');
      await until('it is gone', () => postmasterOf(dying.places) !== pid);
    }
    const problem = expectProblem(await nobody.get('/health/ready'), 503, 'NOT_READY');
    expect(problem.errors).toContainEqual(expect.objectContaining({ pointer: '/database', detail: 'lost' }));
    expect((await nobody.get('/health/live')).status).toBe(200);
    const answers = [
      await emitter.tell(collected('lost@example.kz')),
      await dying.as('officer').get('/v1/registers/holdings'),
      await dying.as('officer').post('/v1/holders', { holder: 'lost', countries: ['KZ'] }),
      await dying
        .as('officer')
        .post('/v1/subjects/search', { identifier: { scheme: 'email', value: 'lost@example.kz' } }, { reason: 'test' }),
      await dying.as('admin').get('/v1/keys'),
    ];
    expect(answers.map(({ status, problem }) => `${status} ${problem.code}`)).toEqual(
      answers.map(() => '503 UNAVAILABLE'),
    );
    expect(await dying.service.stop()).toEqual({ code: 0, signal: null });
  });
});
