import { type Migration, sql } from 'kysely';
import { createServer, type Server } from 'node:net';
import pg from 'pg';
import { openExternal } from './external.js';
import { migrate } from './migrate.js';
import { quietPool, testServer } from './testing.js';
import { scratchDir } from './testing/child-service.js';
import { adminPassword, type ForeignServer, hasDebianPostgres, startForeignServer } from './testing/foreign-server.js';

const secret = 'p4ssw0rd-of-nobody';
const migrations: Record<string, Migration> = {
  '2026-11-23-note-1': {
    up: async (db) => {
      await sql`create table note (id int)`.execute(db);
      await sql`revoke all on note from derbes_app`.execute(db);
      await sql`grant select, insert on note to derbes_app`.execute(db);
    },
  },
};

async function onServer<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function message(type: string, ...fields: (Buffer | string)[]): Buffer {
  const body = Buffer.concat(fields.map((field) => Buffer.from(field)));
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
}

/** Nobody ships a PostgreSQL 14 to npm: this peer says over the wire what one would say of itself. */
async function oldServer(): Promise<{ port: number; close(): void }> {
  const facts = { version: '14.20', number: '140020', encoding: 'UTF8', replica: 'f', login: 'a', may_create: 't' };
  const textColumn = Buffer.from('000000000000000000190000ffffffff0000', 'hex');
  const intColumn = Buffer.from('000000000000000000170004ffffffff0000', 'hex');
  const columns = Object.keys(facts).flatMap((name) => [`${name}\0`, name === 'number' ? intColumn : textColumn]);
  const values = Object.values(facts).flatMap((value) => [Buffer.from([0, 0, 0, value.length]), value]);
  const count = Buffer.from([0, Object.keys(facts).length]);
  const ready = message('Z', 'I');
  const server = createServer((socket) => {
    socket.once('data', () => {
      socket.write(Buffer.concat([message('R', Buffer.alloc(4)), ready]));
      socket.once('data', () => {
        const row = [
          message('T', count, ...columns),
          message('D', count, ...values),
          message('C', 'SELECT 1\0'),
          ready,
        ];
        socket.write(Buffer.concat(row));
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { port: typeof address === 'object' ? (address?.port ?? 0) : 0, close: () => server.close() };
}

describe('a DATABASE_URL that leads nowhere', () => {
  it.each(['derbes', 'http://127.0.0.1/derbes', `postgres://a:${secret}@[::1/derbes`])(
    'is malformed: %s',
    async (url) => {
      const failure: unknown = await openExternal(url).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 'DATABASE_URL_MALFORMED' });
      expect(String(failure)).not.toContain(secret);
    },
  );

  it('says that nothing answers there', async () => {
    const closed: Server = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const address = closed.address();
    const port = typeof address === 'object' ? address?.port : 0;
    await new Promise((resolve) => closed.close(resolve));
    const failure: unknown = await openExternal(`postgres://a:${secret}@127.0.0.1:${port}/derbes`).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code: 'DATABASE_UNREACHABLE' });
    expect(String(failure)).not.toContain(secret);
  });

  it('says that the server is too old', async () => {
    const old = await oldServer();
    await expect(openExternal(`postgres://a@127.0.0.1:${old.port}/derbes`)).rejects.toMatchObject({
      code: 'DATABASE_TOO_OLD',
      message: expect.stringContaining('14.20') as string,
    });
    old.close();
  });

  it('says that the database is missing', async () => {
    const { host, user } = testServer();
    await expect(openExternal(`postgres://${user}@/no_such?host=${encodeURIComponent(host)}`)).rejects.toMatchObject({
      code: 'DATABASE_MISSING',
    });
  });
});

if (!hasDebianPostgres)
  process.stderr.write('SKIPPED: there is no PostgreSQL 15 of Debian here to try DATABASE_URL with\n');
const onDebian = hasDebianPostgres ? describe : describe.skip;

onDebian('a PostgreSQL 15 of the operator’s own', () => {
  let scratch: ReturnType<typeof scratchDir>;
  let server: ForeignServer;
  let admin: string;

  beforeAll(async () => {
    scratch = scratchDir();
    server = await startForeignServer(scratch.dir);
    admin = server.url('admin', adminPassword, 'postgres');
    await onServer(admin, async (client) => {
      for (const name of ['alone', 'keeper', 'worker', 'stranger'])
        await client.query(`create role ${name} login password '${secret}'`);
      await client.query('create database one owner alone');
      await client.query('create database two owner keeper');
      await client.query(`create database latin encoding 'LATIN1' template template0 owner alone`);
    });
  }, 180_000);
  afterAll(async () => {
    await server.stop();
    scratch.remove();
  });

  it('is used by one user who owns and uses it, with the trigger as the only guard', async () => {
    const external = await openExternal(server.url('alone', secret, 'one'));
    expect(external).toMatchObject({ appendOnlyBy: 'trigger', serverVersion: expect.stringMatching(/^15/) as string });
    const [owner, app] = [quietPool({ ...external.asOwner, max: 1 }), quietPool({ ...external.asApp, max: 1 })];
    try {
      expect(await migrate(owner, migrations, external)).toEqual(['2026-11-23-note-1']);
      expect((await app.query('insert into note values (1) returning id')).rows).toEqual([{ id: 1 }]);
    } finally {
      await Promise.all([owner.end(), app.end()]);
    }
  });

  it('is used by two users, of whom the service has no more than was granted', async () => {
    const external = await openExternal(server.url('worker', secret, 'two'), server.url('keeper', secret, 'two'));
    expect(external).toMatchObject({ appendOnlyBy: 'roles', grantTo: 'worker' });
    const [owner, app] = [quietPool({ ...external.asOwner, max: 1 }), quietPool({ ...external.asApp, max: 1 })];
    try {
      await migrate(owner, migrations, external);
      expect((await app.query('insert into note values (1) returning id')).rowCount).toBe(1);
      await expect(app.query('update note set id = 2')).rejects.toMatchObject({ code: '42501' });
    } finally {
      await Promise.all([owner.end(), app.end()]);
    }
  });

  it('counts on the trigger alone when the second user can take the rights of the first', async () => {
    await onServer(admin, (client) => client.query('grant keeper to stranger'));
    const external = await openExternal(server.url('stranger', secret, 'two'), server.url('keeper', secret, 'two'));
    expect(external.appendOnlyBy).toBe('trigger');
  });

  it('tells the operator of settings that weaken what is promised', async () => {
    expect((await openExternal(server.url('alone', secret, 'one'))).notices).toEqual([
      expect.stringContaining('fsync = on'),
    ]);
    await onServer(admin, (client) => client.query(`alter database one set log_statement = 'all'`));
    expect((await openExternal(server.url('alone', secret, 'one'))).notices).toEqual([
      expect.stringContaining('log_parameter_max_length = 0'),
      expect.stringContaining('fsync = on'),
    ]);
  });

  it.each([
    ['a wrong password', 'alone', 'wrong', 'one', 'DATABASE_PASSWORD_WRONG'],
    ['no password', 'alone', '', 'one', 'DATABASE_PASSWORD_WRONG'],
    ['an unknown user', 'nobody', secret, 'one', 'DATABASE_PASSWORD_WRONG'],
    ['a missing database', 'alone', secret, 'no_such', 'DATABASE_MISSING'],
    ['another encoding than UTF-8', 'alone', secret, 'latin', 'DATABASE_ENCODING_NOT_UTF8'],
    ['no right to make tables', 'worker', secret, 'one', 'DATABASE_ACCESS_DENIED'],
  ])('is refused for %s', async (_what, user, password, database, code) => {
    const failure: unknown = await openExternal(server.url(user, password, database)).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code });
    expect(String(failure)).not.toContain(secret);
  });
});
