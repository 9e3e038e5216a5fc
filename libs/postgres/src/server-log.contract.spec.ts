import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { type EmbeddedPostgres, startEmbedded } from './index.js';
import { scratchDir } from './testing/child-service.js';

const marker = 'Айгүл-marker-7781';
const scratch = scratchDir();
let server: EmbeddedPostgres;
let app: pg.Pool;

beforeAll(async () => {
  server = await startEmbedded({ dataDir: scratch.dir, throwaway: true });
  app = new pg.Pool({ ...server.asOwner, max: 2 });
  app.on('error', () => undefined);
  await app.query('create table note (body text unique, n int check (n < 9), moment timestamptz)');
}, 120_000);
afterAll(async () => {
  await app.end();
  await server.stop();
  scratch.remove();
});

const log = () => readFileSync(join(scratch.dir, 'postgres.log'), 'utf8');

describe('the server log', () => {
  const failing: [string, string, unknown[]][] = [
    ['a unique violation', 'insert into note (body) values ($1)', [marker]],
    ['a check violation', 'insert into note values ($1, 10)', [`${marker}-2`]],
    ['a value of the wrong type', 'insert into note (moment) values ($1)', [marker]],
    ['a literal of the wrong type', `select '${marker}'::int`, []],
    ['a statement that is no SQL', `selekt '${marker}'`, []],
    [
      'an error raised with a value',
      `do $$ begin raise exception 'value %', '${marker}' using detail = '${marker}'; end $$`,
      [],
    ],
    ['a warning raised with a value', `do $$ begin raise warning '${marker}'; raise exception '${marker}'; end $$`, []],
  ];

  it.each(failing)('says nothing of %s', async (_what, sql, values) => {
    await app.query('insert into note (body) values ($1) on conflict do nothing', [marker]);
    await expect(app.query(sql, values)).rejects.toMatchObject({ severity: 'ERROR' });
    expect(log()).not.toContain('marker');
  });

  it('tells that a backend was killed, but not what it was doing', async () => {
    const backend = new pg.Client(server.asOwner);
    backend.on('error', () => undefined);
    await backend.connect();
    const { rows } = await backend.query<{ pid: number }>('select pg_backend_pid() as pid');
    const doing = backend.query(`select pg_sleep(60), $1::text`, [marker]).catch((error: unknown) => error);
    const isRunning = async () =>
      (await app.query("select from pg_stat_activity where query like 'select pg_sleep%' and state = 'active'"))
        .rowCount === 1;
    while (!(await isRunning())) await pause(5);
    process.kill(rows[0]?.pid ?? 0, 'SIGKILL');
    expect(await doing).toBeInstanceOf(Error);
    const deadline = performance.now() + 60_000;
    while (!log().includes('was terminated by signal 9') && performance.now() < deadline) await pause(10);
    expect(log()).toContain('was terminated by signal 9');
    const isBack = () =>
      app.query('select').then(
        () => true,
        () => false,
      );
    while (!(await isBack())) await pause(10);
    expect(log()).not.toContain('pg_sleep');
    expect(log()).not.toContain('marker');
  }, 120_000);
});
