import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { connectEmbedded, type EmbeddedPostgres, startEmbedded } from './index.js';
import { birthOf, waitUntilGone } from './processes.js';
import {
  type ChildService,
  childService,
  buildLauncher,
  pathWithout,
  scratchDir,
  serverOf,
} from './testing/child-service.js';

const slowMs = 180_000;
const untilMsMax = 60_000;
const scratch = scratchDir();
const dataDir = join(scratch.dir, 'data');
const pidFile = join(dataDir, 'postgres', 'postmaster.pid');
let build: string;

beforeAll(() => {
  build = buildLauncher();
});
afterAll(() => {
  scratch.remove();
  rmSync(dirname(dirname(build)), { recursive: true, force: true });
});

async function ask<T extends pg.QueryResultRow>(config: pg.PoolConfig, sql: string): Promise<T[]> {
  const client = new pg.Client(config);
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + untilMsMax;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('what was waited for did not come');
    await pause(5);
  }
}

function zombiesOf(parent: number): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        const [state, ppid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return state === 'Z' && Number(ppid) === parent ? [stat] : [];
      } catch {
        return [];
      }
    });
}

describe('a server out of nothing but a data directory', () => {
  let server: EmbeddedPostgres;

  it(
    'starts, lets the owner make tables and the app use them',
    async () => {
      server = await startEmbedded({ dataDir });
      await ask(server.asOwner, 'create table kept (n int); grant select, insert on kept to derbes_app');
      await ask(server.asApp, 'insert into kept values (1)');
      await expect(ask(server.asApp, 'drop table kept')).rejects.toMatchObject({ code: '42501' });
      expect(server.appendOnlyBy).toBe('roles');
    },
    slowMs,
  );

  it('stores UTF-8 and sorts by code point, whatever the system is set to', async () => {
    const [row] = await ask(
      server.asApp,
      `select pg_encoding_to_char(encoding) as encoding, datlocprovider as provider, datlocale as locale,
              upper('қазақ') as upper from pg_database where datname = current_database()`,
    );
    expect(row).toEqual({ encoding: 'UTF8', provider: 'b', locale: 'C.UTF-8', upper: 'ҚАЗАҚ' });
  });

  it('runs with the settings of the design', async () => {
    const wanted = {
      listen_addresses: '',
      shared_buffers: '128MB',
      io_method: 'sync',
      max_connections: '50',
      max_logical_replication_workers: '0',
      wal_level: 'minimal',
      max_wal_senders: '0',
      autovacuum: 'on',
      data_checksums: 'on',
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      log_statement: 'none',
      log_min_error_statement: 'panic',
      log_parameter_max_length: '0',
      log_parameter_max_length_on_error: '0',
      log_error_verbosity: 'terse',
    };
    const rows = await ask<{ name: string; value: string }>(
      server.asApp,
      `select name, current_setting(name) as value from pg_settings where name in ('${Object.keys(wanted).join("','")}')`,
    );
    expect(Object.fromEntries(rows.map(({ name, value }) => [name, value]))).toEqual(wanted);
  });

  it('listens on a socket alone, whose path is short and whose folder is closed to others', () => {
    expect(Buffer.byteLength(server.connection.host)).toBeLessThan(90);
    expect(readdirSync(server.connection.host).sort()).toEqual(['.s.PGSQL.5432', '.s.PGSQL.5432.lock']);
  });

  it(
    'refuses a second service on the directory and names the first',
    async () => {
      const second = await childService({ build, dataDir });
      expect(second.report).toMatchObject({
        code: 'DATA_DIR_IN_USE',
        message: expect.stringContaining(`process ${process.pid}`) as string,
      });
      await second.stop();
    },
    slowMs,
  );

  it('is joined by a command that comes beside the service, and outlives it', async () => {
    const joined = await connectEmbedded({ dataDir });
    expect(joined.started).toBe(false);
    expect(await ask(joined.asApp, 'select n from kept')).toEqual([{ n: 1 }]);
    await joined.stop();
    expect(await ask(server.asApp, 'select n from kept')).toEqual([{ n: 1 }]);
  });

  it('stops in order, leaving no process, no zombie, no socket and no claim', async () => {
    await server.stop();
    expect(await server.exited).toMatchObject({ onItsOwn: false, code: 0 });
    expect(birthOf(server.pid)).toBeUndefined();
    expect(existsSync(pidFile)).toBe(false);
    expect(existsSync(server.connection.host)).toBe(false);
    if (process.platform === 'linux') expect(zombiesOf(process.pid)).toEqual([]);
    await server.stop();
  });

  it('is started by a command when no service runs, and stopped when the command is done', async () => {
    const own = await connectEmbedded({ dataDir });
    expect(own.started).toBe(true);
    expect(await ask(own.asApp, 'select n from kept')).toEqual([{ n: 1 }]);
    await own.stop();
    expect(existsSync(pidFile)).toBe(false);
  });

  it(
    'starts under an environment that means another server, another language and a long TMPDIR',
    async () => {
      const longTmp = join(scratch.dir, 'x'.repeat(100));
      const env = {
        TMPDIR: longTmp,
        PGPORT: '6000',
        PGDATA: '/nowhere',
        PGOPTIONS: '-c search_path=nowhere',
        LC_ALL: 'ru_RU.KOI8-R',
      };
      const other = await childService({ build, dataDir, env });
      const { host } = serverOf(other);
      expect(host).toMatch(/^\/tmp\/derbes-/);
      const joined = await connectEmbedded({ dataDir });
      expect(joined.connection.host).toBe(host);
      await other.stop();
    },
    slowMs,
  );
});

describe('a service that is killed', () => {
  it(
    'takes its server with it in good order, and the next start finds everything',
    async () => {
      const service = await childService({ build, dataDir });
      const { pid } = serverOf(service);
      await service.kill();
      expect(await waitUntilGone(pid, untilMsMax)).toBe(true);
      expect(existsSync(pidFile)).toBe(false);
      const next = await startEmbedded({ dataDir });
      expect(await ask(next.asApp, 'select n from kept')).toEqual([{ n: 1 }]);
      await next.stop();
    },
    slowMs,
  );

  it(
    'leaves an orphan where the kernel cannot bind the two, and the next start stops it first',
    async () => {
      const lines: string[] = [];
      const service = await childService({ build, dataDir, env: { PATH: pathWithout(scratch.dir, ['setpriv']) } });
      const { pid } = serverOf(service);
      await service.kill();
      expect(birthOf(pid)).toBeDefined();
      const next = await startEmbedded({ dataDir, log: (line) => lines.push(line) });
      expect(birthOf(pid)).toBeUndefined();
      expect(lines).toContain(`stopping a PostgreSQL left over by an earlier start (process ${pid})`);
      expect(await ask(next.asApp, 'select n from kept')).toEqual([{ n: 1 }]);
      await next.stop();
    },
    slowMs,
  );

  it(
    'ends with its server where the kernel cannot bind the two but it ends by itself',
    async () => {
      const service = await childService({ build, dataDir, env: { PATH: pathWithout(scratch.dir, ['setpriv']) } });
      const { pid } = serverOf(service);
      service.child.kill('SIGINT');
      await service.stop();
      const own = await connectEmbedded({ dataDir });
      await own.stop();
      if (!own.started) process.kill(pid, 'SIGINT');
      expect(await waitUntilGone(pid, untilMsMax)).toBe(true);
    },
    slowMs,
  );
});

describe('a server that dies', () => {
  it(
    'is reported, and what was committed is there after the next start',
    async () => {
      const server = await startEmbedded({ dataDir });
      await ask(server.asApp, 'insert into kept values (2)');
      process.kill(server.pid, 'SIGKILL');
      expect(await server.exited).toMatchObject({ onItsOwn: true, signal: 'SIGKILL' });
      await server.stop();
      const next = await startEmbedded({ dataDir });
      expect(await ask(next.asApp, 'select n from kept order by n')).toEqual([{ n: 1 }, { n: 2 }]);
      await next.stop();
    },
    slowMs,
  );

  it(
    'starts over a postmaster.pid and a claim whose numbers now belong to another program',
    async () => {
      const server = await startEmbedded({ dataDir });
      const written = readFileSync(pidFile, 'utf8').split('\n');
      process.kill(server.pid, 'SIGKILL');
      await server.exited;
      await server.stop();
      const stranger = spawn('sleep', ['60'], { stdio: 'ignore' });
      try {
        writeFileSync(pidFile, [String(stranger.pid), ...written.slice(1)].join('\n'));
        const claim = readdirSync(dataDir).find((name) => name.startsWith('service.claim-')) ?? '';
        writeFileSync(join(dataDir, claim), JSON.stringify({ pid: stranger.pid, birth: 'an earlier one' }));
        const next = await startEmbedded({ dataDir });
        expect(await ask(next.asApp, 'select 1 as one')).toEqual([{ one: 1 }]);
        await next.stop();
        expect(stranger.exitCode).toBeNull();
      } finally {
        stranger.kill('SIGKILL');
      }
    },
    slowMs,
  );
});

describe('a first start cut off in the middle', () => {
  it(
    'leaves nothing that looks like a database, and the next start makes one',
    async () => {
      const fresh = join(scratch.dir, 'cut-off');
      const halfMade = () => existsSync(fresh) && readdirSync(fresh).some((name) => name.startsWith('postgres.new-'));
      const starting: Promise<ChildService> = childService({ build, dataDir: fresh });
      const outcome = starting.then((service) => service.report, String);
      await until(halfMade);
      const pid = readdirSync(fresh)
        .find((name) => name.startsWith('postgres.new-'))
        ?.slice('postgres.new-'.length);
      process.kill(Number(pid), 'SIGKILL');
      expect(await outcome).toContain('without a word');
      expect(existsSync(join(fresh, 'postgres'))).toBe(false);
      expect(halfMade()).toBe(true);
      const lines: string[] = [];
      const server = await startEmbedded({ dataDir: fresh, throwaway: true, log: (line) => lines.push(line) });
      expect(lines).toContain('removing a half-made database of a start that was cut off');
      expect(halfMade()).toBe(false);
      await server.stop();
    },
    slowMs,
  );
});

it('leaves no socket folder of these tests behind', () => {
  const ours = new Set(
    readdirSync(tmpdir()).filter((name) => name.startsWith('derbes-') && name.includes(String(dataDir))),
  );
  expect([...ours]).toEqual([]);
});
