// Does the worker keep its promises when events are poisonous, workers die, and models change?
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { followPageMax, type EventStore } from '@derbes/event-store';
import { tap } from 'rxjs';
import { LedgerContext } from './ledger-context.js';
import { arrivedOf } from './arrived.js';
import { allBuilds, servingBuild } from './builds.js';
import { Feed, type Fed } from './feed.js';
import { listRebuilds, ProjectedWait, readModelsHealth, registers, requestRebuild, resumeModel } from './index.js';
import { readModels } from './models.js';
import { findings } from './models/findings.js';
import { holders } from './models/holders.js';
import { holdings } from './models/holdings.js';
import { follows, type ReadModel } from './read-model.js';
import { type SubjectView } from './subject-view.js';
import { collected, editions, person, SampleLedger } from './testing.js';
import { contents, rebuildAll, settled, until, Workplace } from './testing/models.js';

let place: Workplace;
beforeAll(async () => (place = await Workplace.open()));
afterEach(() => place.clear());
afterAll(() => place.close());

async function begun(people = 3): Promise<SampleLedger> {
  const ledger = new SampleLedger();
  await ledger.begin();
  for (let n = 1; n <= people; n++) await ledger.about(n, 'DataCollected', collected());
  return ledger;
}

const health = async (name: string) =>
  (await readModelsHealth(place.pool)).models.find((model) => model.name.startsWith(name));
const subjects = async () => (await registers(place.pool).holdings.page()).rows.map(({ subject }) => subject);

describe('applied twice', () => {
  it('a page changes nothing, though its position were forgotten', async () => {
    const ledger = await begun();
    const runner = place.start(ledger);
    await settled(place.pool, ledger.position);
    await runner.stop();
    const once = await contents(place.pool);
    await place.pool.query('update read_model set position = null');
    const client = await place.pool.connect();
    try {
      const fed: Fed[] = [];
      for (const model of readModels) {
        const build = await servingBuild(client, model.name);
        if (build) fed.push({ model, build });
      }
      const context = new LedgerContext(ledger.store, ledger.documentStore);
      const feed = new Feed(client, ledger.store, context);
      await feed.put((await ledger.events()).map(arrivedOf), fed);
      while (await anyDue(feed, fed));
    } finally {
      client.release();
    }
    expect((await readModelsHealth(place.pool)).well).toBe(true);
    expect(await contents(place.pool)).toEqual(once);
  });

  const anyDue = async (feed: Feed, fed: readonly Fed[]) => {
    let worked = false;
    for (const one of fed) worked = (await feed.putDue(one)) || worked;
    return worked;
  };
});

describe('a poisonous event', () => {
  it('stops the models that must understand it at that very event, and no other', async () => {
    const ledger = await begun(1);
    place.start(ledger);
    await settled(place.pool, ledger.position);
    const poison = await ledger.tellUnknown(`subject-${person(2)}`);
    await ledger.tell({
      stream: `holder-${person(901)}`,
      type: 'HolderRegistered',
      facts: { holder: 'late', countries: ['KZ'] },
    });
    const waited = await new ProjectedWait(place.pool).until(ledger.position);
    expect(waited).toEqual({
      outcome: 'stopped',
      behind: readModels
        .filter((model) => follows(model, 'subject-of-anybody'))
        .map(({ name }) => name)
        .sort(),
    });
    expect(await health('holdings')).toMatchObject({
      state: 'stopped',
      stop: { reason: 'UNREADABLE_EVENT', cause: 'UNREADABLE_EVENT', event: poison },
    });
    expect((await health('holders'))?.state).toBe('live');
    expect((await readModelsHealth(place.pool)).well).toBe(false);
    expect(await subjects()).toEqual([person(1)]);
    expect((await registers(place.pool).holders.page()).rows.map(({ holder }) => holder)).toContain('late');
  });

  it('that a projection fails at keeps what stands before it, and is passed once that is mended', async () => {
    let broken = true;
    const fragile: ReadModel = {
      ...holdings,
      rows: (view: SubjectView) => {
        if (broken && view.subject === person(2)) throw new TypeError('mended later');
        return holdings.rows(view);
      },
    };
    const ledger = await begun(1);
    place.start(ledger, { models: [fragile, holders] });
    await settled(place.pool, ledger.position, [fragile, holders]);
    const told: string[] = [];
    for (const n of [1, 2, 3]) told.push(await ledger.about(n, 'DataCollected', collected({ categories: ['phone'] })));
    await until(
      () => health('holdings'),
      (seen) => seen?.state === 'stopped',
    );
    const { stop } = (await health('holdings')) ?? {};
    expect(stop).toMatchObject({ reason: 'APPLY_FAILED', cause: 'TypeError' });
    // Her registration moves nothing that the model says, so that it is not asked about her before the fact.
    expect(stop?.event).toBe(told[1]);
    expect(stop?.eventPosition).toBe(String(Number(ledger.position) - 2));
    expect(await subjects()).toEqual([person(1), person(1)]);
    broken = false;
    expect(await resumeModel(place.pool, 'holdings')).toBe(true);
    await settled(place.pool, ledger.position, [fragile, holders]);
    expect(await subjects()).toEqual([person(1), person(1), person(2), person(3)]);
  });

  it('in the past leaves a first build with what stands before it, and says which it is', async () => {
    const ledger = await begun(1);
    const poison = await ledger.tellUnknown(`subject-${person(2)}`);
    place.start(ledger);
    await until(
      () => health('holdings'),
      (seen) => seen?.state === 'stopped',
    );
    expect(await health('holdings')).toMatchObject({ stop: { event: poison } });
    expect(await subjects()).toEqual([person(1)]);
    expect((await health('holders'))?.state).toBe('live');
    expect(await listRebuilds(place.pool)).toContainEqual(
      expect.objectContaining({ model: 'holdings', state: 'failed', failure: 'UNREADABLE_EVENT' }),
    );
  });

  it('among the registers stops those that follow them, also for a worker that takes over', async () => {
    const ledger = await begun(1);
    const first = place.start(ledger);
    await settled(place.pool, ledger.position);
    await ledger.tellUnknown('policy');
    await ledger.about(2, 'DataCollected', collected());
    await new ProjectedWait(place.pool).until(ledger.position);
    await first.stop();
    place.start(ledger);
    await ledger.about(3, 'DataCollected', collected());
    const waited = await new ProjectedWait(place.pool).until(ledger.position);
    expect(waited).toEqual({
      outcome: 'stopped',
      behind: readModels
        .filter((model) => follows(model, 'policy'))
        .map(({ name }) => name)
        .sort(),
    });
    expect(await subjects()).toEqual([person(1), person(2), person(3)]);
  });

  it('is a document that is missing, until it is back', async () => {
    const ledger = new SampleLedger();
    const document = ledger.documents.get(editions[0].sha256);
    ledger.documents.delete(editions[0].sha256);
    await ledger.begin();
    place.start(ledger);
    await ledger.about(1, 'DataCollected', collected());
    await until(
      () => health('holdings'),
      (seen) => seen?.state === 'stopped',
    );
    expect(await health('holdings')).toMatchObject({ stop: { reason: 'APPLY_FAILED', cause: 'DOCUMENT_MISSING' } });
    if (document) ledger.documents.set(editions[0].sha256, document);
    await until(
      async () => {
        for (const { name } of readModels) await resumeModel(place.pool, name);
        return readModelsHealth(place.pool);
      },
      ({ well }) => well,
    );
    await settled(place.pool, ledger.position);
    expect(await subjects()).toEqual([person(1)]);
  });
});

describe('a worker', () => {
  it('whose transaction is cut off between rows and position leaves neither', async () => {
    const ledger = await begun(1);
    const runner = place.start(ledger);
    await settled(place.pool, ledger.position);
    await runner.stop();
    const before = await contents(place.pool);
    await ledger.about(1, 'DataCollected', collected({ categories: ['phone'] }));
    await place.db.owner.query(`
      create function cut_off() returns trigger language plpgsql as
      $$ begin perform pg_terminate_backend(pg_backend_pid()); return new; end $$`);
    await place.db.owner.query(`grant execute on function cut_off to derbes_app`);
    await place.db.owner.query(
      `create trigger cut_off before update of position on read_model for each row when (new.name = 'transfers') execute function cut_off()`,
    );
    const interrupted = place.start(ledger);
    await until(
      () => Promise.resolve(place.troubles.length),
      (troubles) => troubles > 0,
    );
    expect(await contents(place.pool)).toEqual(before);
    await place.db.owner.query('drop trigger cut_off on read_model');
    await place.db.owner.query('drop function cut_off');
    await settled(place.pool, ledger.position);
    expect(interrupted.state).toBe('active');
    expect(await contents(place.pool)).not.toEqual(before);
    place.troubles.length = 0;
  });

  it('is alone: a second stands by, and takes over with the registers when the first one is gone', async () => {
    const ledger = await begun(2);
    const first = place.start(ledger);
    await settled(place.pool, ledger.position);
    const second = place.start(ledger);
    await until(
      () => Promise.resolve(second.state),
      (state) => state === 'standby',
    );
    expect(first.state).toBe('active');
    await first.stop();
    await ledger.about(3, 'DataTransferred', {
      categories: ['email'],
      purposes: ['payment'],
      recipient: 'stranger',
      country: 'KZ',
      mode: 'sent',
    });
    await settled(place.pool, ledger.position);
    expect(second.state).toBe('active');
    const live = await contents(place.pool);
    await rebuildAll(place.pool);
    await settled(place.pool, ledger.position);
    expect(await contents(place.pool)).toEqual(live);
  });

  it('that is held up reads no further ahead than a page, however much is told, and then misses nothing', async () => {
    const ledger = await begun(1);
    const counted = new CountedStore(ledger.store);
    place.start(ledger, { store: counted });
    await settled(place.pool, ledger.position);
    const holding = await place.db.owner.connect();
    await holding.query('begin; lock table read_model in share mode');
    const before = counted.read;
    // Half as many facts as events: each is about somebody new.
    for (let n = 2; n < 2 + 2 * followPageMax; n++) await ledger.about(n, 'DataCollected', collected());
    await until(
      () => Promise.resolve(counted.read - before),
      (read) => read > 0,
    );
    expect(counted.read - before).toBeLessThanOrEqual(2 * followPageMax);
    await holding.query('commit');
    holding.release();
    await settled(place.pool, ledger.position);
    expect(counted.read - before).toBe(4 * followPageMax);
    expect((await contents(place.pool))['holding']).toHaveLength(1 + 2 * followPageMax);
  }, 120_000);

  it('that begins with a rebuild judges what comes after by what came before', async () => {
    const ledger = await begun(1);
    place.start(ledger);
    await settled(place.pool, ledger.position);
    await ledger.about(1, 'DataUsed', { categories: ['shoe-size'], purposes: ['account'] });
    await settled(place.pool, ledger.position);
    const live = await contents(place.pool);
    expect(live['finding']?.join()).toContain('UNDECLARED_CATEGORY');
    await rebuildAll(place.pool);
    await settled(place.pool, ledger.position);
    expect(await contents(place.pool)).toEqual(live);
  });

  it('whose only model had stopped judges by what came before the rebuild that freed it', async () => {
    const ledger = new SampleLedger();
    let broken = false;
    const model: ReadModel = {
      ...findings,
      rows: (view: SubjectView) => {
        if (broken) throw new TypeError('mended later');
        return findings.rows(view);
      },
    };
    place.start(ledger, { models: [model] });
    await settled(place.pool, '0', [model]);
    await ledger.begin();
    await settled(place.pool, ledger.position, [model]);
    broken = true;
    await ledger.about(1, 'DataCollected', collected());
    await until(
      () => health('findings'),
      (seen) => seen?.state === 'stopped',
    );
    const facts = { holder: 'attic', countries: ['KZ'] };
    await ledger.tell({ stream: `holder-${person(902)}`, type: 'HolderRegistered', facts });
    broken = false;
    await rebuildAll(place.pool, 'findings');
    await ledger.about(1, 'DataCollected', collected({ holder: 'attic' }));
    await settled(place.pool, ledger.position, [model]);
    // The register has findings about requests beside these, and there is no model of requests here.
    const { finding: rows = [] } = await contents(place.pool, [model]);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.join()).not.toContain('UNDECLARED_HOLDER');
  });

  it('that loses its connection writes nothing more with it, and goes on with another', async () => {
    const ledger = await begun(1);
    const runner = place.start(ledger);
    await settled(place.pool, ledger.position);
    await endSessionsOf(place.db.owner);
    await ledger.about(2, 'DataCollected', collected());
    await settled(place.pool, ledger.position);
    expect(await subjects()).toEqual([person(1), person(2)]);
    expect(runner.state).toBe('active');
    place.troubles.length = 0;
  });

  /** The session that holds the lock of the worker, ended by the superuser. */
  async function endSessionsOf(owner: pg.Pool): Promise<void> {
    const { rows } = await owner.query<{ pid: number }>(
      `select pid from pg_locks l join pg_database d on d.oid = l.database
       where locktype = 'advisory' and granted and d.datname = current_database()`,
    );
    const { testServer } = await import('@derbes/postgres/testing.js');
    const admin = new pg.Client({ ...testServer() });
    await admin.connect();
    for (const { pid } of rows) await admin.query('select pg_terminate_backend($1)', [pid]);
    await admin.end();
  }
});

describe('a model', () => {
  it('of a new version is built beside the old one, which answers until the new one is as far', async () => {
    const ledger = await begun(2);
    const old = place.start(ledger);
    await settled(place.pool, ledger.position);
    await old.stop();
    const before = await servingBuild(place.pool, 'holdings');
    const open = gate();
    const newer: ReadModel = { ...holdings, version: holdings.version + 1 };
    const slow = new GatedStore(ledger.store, open.opened);
    place.start(ledger, { store: slow, models: readModels.map((model) => (model === holdings ? newer : model)) });
    await until(
      () => listRebuilds(place.pool),
      (jobs) => jobs.some(({ model, state }) => model === 'holdings' && state === 'running'),
    );
    expect(await servingBuild(place.pool, 'holdings')).toMatchObject({
      version: holdings.version,
      build: before?.build,
    });
    expect(await subjects()).toEqual([person(1), person(2)]);
    open.open();
    await until(
      () => servingBuild(place.pool, 'holdings'),
      (build) => build?.version === newer.version,
    );
    await ledger.about(3, 'DataCollected', collected());
    await settled(place.pool, ledger.position, [newer]);
    expect(await subjects()).toEqual([person(1), person(2), person(3)]);
    await until(
      () => allBuilds(place.pool),
      (builds) => builds.every(({ serving }) => serving),
    );
    const { rows } = await place.pool.query(
      `select tablename from pg_tables where tablename like 'holding\\_v${holdings.version}%'`,
    );
    expect(rows).toEqual([]);
  });

  it('keeps answering and following while it is rebuilt, and loses nothing told meanwhile', async () => {
    const ledger = await begun(2);
    const open = gate(false);
    place.start(ledger, { store: new GatedStore(ledger.store, () => open.opened()) });
    await settled(place.pool, ledger.position);
    void open.close();
    await requestRebuild(place.pool, 'holdings');
    await until(
      () => listRebuilds(place.pool),
      (jobs) => jobs.some(({ model, state }) => model === 'holdings' && state === 'running'),
    );
    await ledger.about(3, 'DataCollected', collected());
    await settled(place.pool, ledger.position);
    expect(await subjects()).toEqual([person(1), person(2), person(3)]);
    open.open();
    await until(
      () => listRebuilds(place.pool),
      (jobs) => jobs.every(({ state }) => state === 'done'),
    );
    await settled(place.pool, ledger.position);
    expect(await subjects()).toEqual([person(1), person(2), person(3)]);
  });

  it('whose rebuild a worker died over is rebuilt by the next, and nothing is left of the first try', async () => {
    const ledger = await begun(2);
    const open = gate();
    const first = place.start(ledger, { store: new GatedStore(ledger.store, open.opened) });
    await until(
      () => allBuilds(place.pool),
      (builds) => builds.length === readModels.length,
    );
    const abandoned = (await allBuilds(place.pool)).map(({ build }) => build);
    await first.stop();
    open.open();
    place.start(ledger);
    await settled(place.pool, ledger.position);
    expect(await subjects()).toEqual([person(1), person(2)]);
    await until(
      () => allBuilds(place.pool),
      (builds) => builds.every(({ build }) => !abandoned.includes(build)),
    );
  });

  it('whose old tables lack a column that is asked for says that it is being rebuilt', async () => {
    const ledger = await begun(1);
    await place.start(ledger).stop();
    place.start(ledger);
    await settled(place.pool, ledger.position);
    const build = await servingBuild(place.pool, 'holdings');
    await place.pool.query(`alter table ${build?.physical('holding')} drop column tellings`);
    expect(await registers(place.pool).holdings.page()).toEqual({ rows: [], reach: { state: 'rebuilding' } });
  });

  it('that does not exist cannot be rebuilt', async () => {
    await expect(requestRebuild(place.pool, 'nothing')).rejects.toMatchObject({ code: 'UNKNOWN_MODEL' });
  });
});

function gate(closed = true) {
  let open = () => undefined as void;
  let opened = Promise.resolve();
  const close = () => (opened = new Promise<void>((resolve) => (open = resolve)));
  if (closed) void close();
  return { open: () => open(), close, opened: () => opened };
}

/** The same store, counting what is read of it by those who follow it as it grows. */
class CountedStore implements EventStore {
  read = 0;
  constructor(private readonly store: EventStore) {}
  append: EventStore['append'] = (...call) => this.store.append(...call);
  readStream: EventStore['readStream'] = (...call) => this.store.readStream(...call);
  follow: EventStore['follow'] = (options = {}) => {
    const events = this.store.follow(options);
    return options.until === 'head' ? events : events.pipe(tap(() => this.read++));
  };
}

/** The same store, whose reading up to the head (as rebuilds read) waits at a gate. */
class GatedStore implements EventStore {
  constructor(
    private readonly store: EventStore,
    private readonly opened: () => Promise<void>,
  ) {}
  append: EventStore['append'] = (...call) => this.store.append(...call);
  readStream: EventStore['readStream'] = (...call) => this.store.readStream(...call);
  follow: EventStore['follow'] = (options = {}) =>
    this.store.follow(
      options.until === 'head'
        ? {
            ...options,
            ready: async () => {
              await this.opened();
              await options.ready?.();
            },
          }
        : options,
    );
}
