// Does the command line ask the service rightly, and say what it answers?
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testDatabase } from '@derbes/postgres/testing.js';
import { CommandHandler, QueryHandler } from '@nestjs/cqrs';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { createApp, type LedgerApp } from '../http/app.js';
import { Metrics } from '../http/metrics.js';
import { ApiKeys } from '../keys/api-keys.js';
import { keysMigrations } from '../keys/migrations.js';
import { JsonLogger } from '../logger.js';
import { type Page, ReadRegister, SearchSubjects } from '../read/queries.js';
import { defaultLimits } from '../settings.js';
import { type Outcome } from '../write/outcome.js';
import { RecordEvents } from '../write/record-events.js';
import { type Role } from '../write/received.js';
import { run } from './run.js';
import { exitCodes } from './terminal.js';

@CommandHandler(RecordEvents)
class TakeEvents {
  execute({ events }: RecordEvents): Promise<readonly Outcome[]> {
    return Promise.resolve(events.map(({ id }) => ({ id, status: 'recorded' as const })));
  }
}

@QueryHandler(SearchSubjects)
class Search {
  execute({ identifier, asked }: SearchSubjects): Promise<object> {
    const found = identifier?.value === 'known@example.kz' && asked.reason === 'subject-request';
    return Promise.resolve({ subjects: found ? [{ subject: '00000000-0000-4000-8000-000000000001' }] : [] });
  }
}

@QueryHandler(ReadRegister)
class Register {
  execute({ cursor, register, holder }: ReadRegister): Promise<Page> {
    const item = { register, holder: holder ?? '-', page: cursor ?? 'first' };
    return Promise.resolve({ items: [item], ...(cursor === undefined && { next: 'second' }) });
  }
}

let db: Awaited<ReturnType<typeof testDatabase>>;
let ledger: LedgerApp;
let url: string;
const keyOf: Partial<Record<Role, string>> = {};

beforeAll(async () => {
  db = await testDatabase(keysMigrations);
  const keys = new ApiKeys(db.app);
  for (const { role, key } of await keys.makeFirst('urn:example:crm')) keyOf[role] = key;
  const parts = {
    keys,
    logger: new JsonLogger('silent'),
    metrics: new Metrics(),
    indicators: [],
    providers: [TakeEvents, Search, Register],
  };
  ledger = await createApp(parts, defaultLimits, '0');
  await ledger.app.listen(0, '127.0.0.1');
  url = `http://127.0.0.1:${(ledger.app.getHttpServer().address() as AddressInfo).port}`;
});
afterAll(async () => {
  await ledger.app.close();
  await db.drop();
});

async function derbes(
  args: readonly string[],
  { role, stdin = '', more = {} }: { role?: Role; stdin?: string; more?: object } = {},
) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const environment = { DERBES_URL: url, ...(role && { DERBES_KEY: keyOf[role] }), ...more };
  const code = await run(args, { stdin: Readable.from(stdin === '' ? [] : [stdin]), stdout, stderr, environment });
  return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}

describe('derbes keys', () => {
  it('makes, lists and revokes keys through the service', async () => {
    const made = await derbes(['keys', 'add', '--role', 'emitter', '--source', 'urn:example:site', '--json'], {
      role: 'admin',
    });
    expect({ code: made.code, stderr: made.stderr }).toEqual({ code: 0, stderr: '' });
    const { id, key } = JSON.parse(made.stdout) as { id: string; key: string };
    expect(key).toMatch(/^derbes_emitter_/);
    expect((await derbes(['keys', 'list'], { role: 'admin' })).stdout).toMatch(
      new RegExp(`^${id}  emitter .*urn:example:site\\b`, 'm'),
    );
    expect((await derbes(['keys', 'revoke', id], { role: 'admin' })).stdout).toMatch(
      new RegExp(`^revoked ${id} at \\d{4}-`),
    );
    expect((await derbes(['keys', 'revoke', id.replace(/^......../, '00000000')], { role: 'admin' })).code).toBe(
      exitCodes.refused,
    );
  });

  it('prints the key alone on stdout, so that a script can take it', async () => {
    const { stdout, stderr } = await derbes(['keys', 'add', '--role', 'auditor'], { role: 'admin' });
    expect(stdout).toMatch(/^derbes_auditor_\S{43}\n$/);
    expect(stderr).toContain('not shown again');
  });

  it('works on the database itself on the service’s own machine, without a key', async () => {
    const { host = '', port = 0, database = '' } = db.asApp;
    const as = (user: string | undefined) =>
      `postgres://${user ?? ''}@localhost/${database}?host=${encodeURIComponent(host)}&port=${port}`;
    const more = { DATABASE_URL: as(db.asApp.user), DATABASE_OWNER_URL: as(db.asOwner.user) };
    const made = await derbes(['keys', 'add', '--role', 'admin'], { more });
    expect({ code: made.code, stdout: made.stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^derbes_admin_/),
    });
    const refused = await derbes(['keys', 'add', '--role', 'emitter'], { more });
    expect({ code: refused.code, stderr: refused.stderr }).toEqual({
      code: exitCodes.refused,
      stderr: expect.stringContaining('KEY_SOURCE_MISSING'),
    });
  });

  it('says where to go when there is neither key nor ledger', async () => {
    const { code, stderr } = await derbes(['keys', 'list'], {
      more: { DATA_DIR: join(tmpdir(), 'no-ledger-is-here') },
    });
    expect(code).toBe(exitCodes.usage);
    expect(stderr).toContain('DERBES_KEY');
  });
});

describe('derbes subject search', () => {
  const search = ['subject', 'search', '--scheme', 'email', '--reason', 'subject-request'];
  it('finds by what stdin says', async () => {
    const { code, stdout } = await derbes(search, { role: 'officer', stdin: 'known@example.kz\n' });
    expect({ code, stdout }).toEqual({ code: 0, stdout: '00000000-0000-4000-8000-000000000001\n' });
  });

  it('exits 1 when nobody is found', async () => {
    const { code, stdout } = await derbes([...search, '--json'], { role: 'officer', stdin: 'nobody@example.kz' });
    expect({ code, body: JSON.parse(stdout) as unknown }).toEqual({ code: exitCodes.refused, body: { subjects: [] } });
  });
});

describe('derbes register', () => {
  it('prints a page as a table and says how to go on', async () => {
    const { stdout, stderr } = await derbes(['register', 'holdings', '--filter', 'holder=crm'], { role: 'auditor' });
    expect(stdout).toBe('register  holder  page\nholdings  crm     first\n');
    expect(stderr).toBe('more: --cursor second\n');
  });

  it('prints all pages, one JSON object a line', async () => {
    const { stdout } = await derbes(['register', 'holdings', '--all', '--json'], { role: 'auditor' });
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { page: string }).page),
    ).toEqual(['first', 'second']);
  });

  it('tells a problem in words with its code', async () => {
    const { code, stderr } = await derbes(['register', 'holdings', '--filter', 'holdr=crm'], { role: 'auditor' });
    expect(code).toBe(exitCodes.refused);
    expect(stderr).toContain('MALFORMED_QUERY');
    expect(stderr).toContain('did you mean "holder"?');
  });

  it('says which setting holds the key when there is none', async () => {
    expect((await derbes(['register', 'holdings'])).stderr).toContain('DERBES_KEY');
  });
});

describe('derbes send', () => {
  const event = (id: string) => ({
    specversion: '1.0',
    id,
    source: 'urn:example:crm',
    type: 'derbes.purpose.ended',
    time: '2026-11-20T09:00:00Z',
    data: { subject: { identifiers: [{ scheme: 'account', value: 'u1' }] }, purpose: 'support' },
  });

  it('sends one event, and one a line in chunks, and sums up', async () => {
    expect((await derbes(['send', '-'], { role: 'emitter', stdin: JSON.stringify(event('one')) })).stdout).toBe(
      '     1 recorded\n',
    );
    const folder = mkdtempSync(join(tmpdir(), 'derbes-cli-'));
    try {
      const file = join(folder, 'facts.ndjson');
      writeFileSync(file, Array.from({ length: 1_500 }, (_, i) => JSON.stringify(event(`e-${i}`))).join('\n'));
      expect(await derbes(['send', file], { role: 'emitter' })).toEqual({
        code: 0,
        stdout: '  1500 recorded\n',
        stderr: '',
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('exits 1 and names what was not recorded', async () => {
    const stdin = JSON.stringify([event('good'), { ...event('bad'), time: 'yesterday' }]);
    const { code, stdout, stderr } = await derbes(['send', '-'], { role: 'emitter', stdin });
    expect({ code, stdout }).toEqual({ code: exitCodes.refused, stdout: '     1 recorded\n     1 malformed\n' });
    expect(stderr).toContain('bad malformed MALFORMED_EVENT /time');
  });
});

describe('derbes health', () => {
  it('needs no key', async () => {
    expect(await derbes(['health'])).toMatchObject({ code: 0, stderr: '' });
  });
});
