// Does `derbes copy` do what its help says, and say in one line with a code what keeps it from it?
import { settleStorePlace } from '@derbes/event-store';
import { quietPool, testDatabase, testServer, type TestDatabase } from '@derbes/postgres/testing.js';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { beginMove, openHome } from '../copy/home.js';
import { ledgerMigrations } from '../database.js';
import { publishKiberon, testLedger, type TestLedger } from '../testing.js';
import { run } from './run.js';
import { exitCodes } from './terminal.js';

jest.setTimeout(180_000);

let test: TestLedger;
let from: string;
let folder: string;
const databases: TestDatabase[] = [];

beforeAll(async () => {
  test = await testLedger();
  await settleStorePlace(test.database.app, 'postgres');
  await publishKiberon(test.ledger);
  from = addressOf(test.database);
  folder = test.settings.keepDir;
});
afterAll(async () => {
  await test?.close();
  for (const database of databases) await database.drop();
});

async function emptyDatabase(migrations = ledgerMigrations): Promise<TestDatabase> {
  const database = await testDatabase(migrations);
  databases.push(database);
  return database;
}

function addressOf({ asOwner, asApp }: TestDatabase, as: 'owner' | 'app' = 'owner', host = 'localhost'): string {
  const { user = '', database = '', password } = as === 'owner' ? asOwner : asApp;
  const secret = typeof password === 'string' ? `:${encodeURIComponent(password)}` : '';
  const { host: socket } = testServer();
  return `postgresql://${user}${secret}@${host}/${database}?host=${encodeURIComponent(socket)}`;
}

async function copy(...words: readonly string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const terminal = { stdin: Readable.from([]), stdout, stderr, environment: {} };
  const code = await run(['copy', ...words], terminal);
  return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}

/** One line on stderr with the code, the same code as JSON, and nothing of a password. */
async function expectRefused(code: string, exit: number, words: readonly string[]): Promise<string> {
  const said = await copy(...words, '--json');
  const lines = said.stderr.split('\n').filter((line) => line.startsWith('derbes: '));
  expect({ exit: said.code, lines }).toEqual({ exit, lines: [expect.stringMatching(`^derbes: ${code}: .{10,}`)] });
  expect(said.stderr).not.toMatch(/\n\s+at |secret-word|DATABASE_URL|EVENTSTORE_URL/);
  expect(JSON.parse(said.stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({ phase: 'failed', code });
  return said.stderr;
}

const { usage, refused } = exitCodes;
const nobody = 'postgresql://ledger:secret-word@127.0.0.1:1/ledger';

describe('derbes copy, told a wrong place', () => {
  it.each([
    ['PLACE_MALFORMED', usage, ['--from', 'mysql://ledger:secret-word@host/x', '--to', './there']],
    ['PLACE_MALFORMED', usage, ['--from', './here', '--to', 'esdb://']],
    ['PLACE_MALFORMED', usage, ['--from', './here', '--to', ' ']],
    ['PLACE_MALFORMED', usage, ['--from', '@no-such-file', '--to', './there']],
    ['OPTIONS_MALFORMED', usage, ['--from', './here', '--to', './there', '--grant-to', 'A;b']],
    ['OPTIONS_MALFORMED', usage, ['--from', './here', '--to', './there', '--abandon', '--rename']],
    ['SAME_PLACE', refused, ['--from', './here', '--to', './here/']],
    ['LEDGER_MISSING', refused, ['--from', './no-such-folder', '--to', './there']],
    ['COPY_UNSUPPORTED', refused, ['--from', 'esdb://a', '--to', 'esdb://b']],
    ['COPY_UNSUPPORTED', refused, ['--from', './here', '--to', './there', '--rename']],
    ['COPY_UNSUPPORTED', refused, ['--from', 'esdb://a', '--to', 'esdb://b', '--abandon']],
    ['DATABASE_UNREACHABLE', refused, ['--from', nobody, '--to', './there']],
  ])('says %s (exit code %i) to %j', async (code, exit, words) => {
    await expectRefused(code, exit, words);
  });

  it('names the option, and takes an address from a file with its line end', async () => {
    const file = join(folder, 'address');
    writeFileSync(file, `${nobody}\n`);
    expect(await expectRefused('DATABASE_UNREACHABLE', refused, ['--from', `@${file}`, '--to', './there'])).toContain(
      '--from',
    );
    const server = ['--from', from, '--to', 'esdb://127.0.0.1:1?colour=secret-word'];
    expect(await expectRefused('STORE_URL_MALFORMED', refused, server)).toContain('--to');
  });

  it('asks for both places and takes no third', async () => {
    expect(await copy('--from', './here')).toMatchObject({ code: usage, stdout: '' });
    expect(await copy('--from', './here', '--to', './there', './elsewhere')).toMatchObject({ code: usage, stdout: '' });
  });
});

describe('derbes copy, told a place that cannot be its target', () => {
  it('notices one database under two addresses', async () => {
    await expectRefused('SAME_PLACE', refused, [
      '--from',
      from,
      '--to',
      addressOf(test.database, 'owner', 'elsewhere'),
    ]);
  });

  it('leaves a database alone that serves another ledger', async () => {
    const other = await testLedger();
    try {
      await settleStorePlace(other.database.app, 'postgres');
      const to = addressOf(other.database);
      expect(await expectRefused('TARGET_OF_ANOTHER_LEDGER', refused, ['--from', from, '--to', to])).toContain(
        other.ledger.id,
      );
    } finally {
      await other.close();
    }
  });

  it('does not take the service’s own user for the owner of the tables', async () => {
    const app = addressOf(test.database, 'app');
    await expectRefused('DATABASE_ACCESS_DENIED', refused, ['--from', app, '--to', 'esdb://127.0.0.1:1', '--abandon']);
  });

  it('says that another copy is at work, or that there is no ledger', async () => {
    const empty = await emptyDatabase({});
    const to = addressOf(await emptyDatabase());
    await expectRefused('LEDGER_MISSING', refused, ['--from', addressOf(empty), '--to', to]);
    const home = await openHome(test.database.asOwner);
    try {
      await expectRefused('COPY_UNDER_WAY', refused, ['--from', from, '--to', to]);
    } finally {
      await home.close();
    }
  });

  it('takes a folder for no database, and no folder that is none', async () => {
    const [full, link] = [join(folder, 'full'), join(folder, 'link')];
    mkdirSync(join(full, 'postgres'), { recursive: true });
    writeFileSync(join(full, 'postgres', 'note'), 'not a cluster');
    symlinkSync(full, link);
    await expectRefused('CLUSTER_DAMAGED', refused, ['--from', link, '--to', addressOf(await emptyDatabase())]);
  });
});

describe('derbes copy', () => {
  it('gives up a move that was begun, once', async () => {
    const home = await openHome(test.database.asOwner);
    await beginMove(home, randomUUID());
    await home.close();
    const words = ['--from', from, '--to', 'esdb://127.0.0.1:1?tls=false', '--abandon'];
    expect(await copy(...words)).toEqual({
      code: exitCodes.done,
      stdout: 'The move is given up; the ledger stays where it was.\n',
      stderr: '',
    });
    await expectRefused('NOTHING_TO_ABANDON', refused, words);
  });

  it('moves a ledger for the user of --grant-to, says so in words, and refuses the old place afterwards', async () => {
    const target = await emptyDatabase({});
    const role = `ledger_${randomBytes(6).toString('hex')}`;
    const admin = quietPool({ ...testServer(), max: 1 });
    try {
      await admin.query(`create role ${role} login`);
      const words = ['--from', from, '--to', addressOf(target), '--grant-to', role];
      const done = await copy(...words);
      expect({ code: done.code, stdout: done.stdout }).toEqual({
        code: exitCodes.done,
        stdout: expect.stringMatching(
          /^Ledger \S+: \d+ events stand on both sides alike\.\nSHA-256 over .*: [0-9a-f]{64}\n(.*\n)*Start the service with its new settings now\.\n$/,
        ),
      });
      const { rows } = await target.owner.query<{ may: boolean; must: boolean }>(
        `select has_table_privilege($1, 'ledger_event', 'insert') as may, has_table_privilege($1, 'ledger_event', 'update') as must`,
        [role],
      );
      expect(rows).toEqual([{ may: true, must: false }]);
      expect(await copy(...words)).toMatchObject({
        code: exitCodes.done,
        stdout: expect.stringContaining('moved there'),
      });
      const third = addressOf(await emptyDatabase());
      await expectRefused('SOURCE_NOT_LIVE', refused, ['--from', from, '--to', third]);
    } finally {
      await target.owner.query(`drop owned by ${role}`).catch(() => undefined);
      await admin.end();
    }
  });
});
