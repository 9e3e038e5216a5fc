// Does `derbes` do on a running service what its help says, with the exit codes and the JSON that a script reads?
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandLine, derbes as ownProcess, type Ran, type RunOptions } from './derbes.js';
import { ahead, ago, by, collected, dayMs, fact, settle } from './kiberon.js';
import { Journey, journeyMsMax, type Role } from './service-process.js';

jest.setTimeout(journeyMsMax);

const example = join(import.meta.dirname, '..', 'examples', 'kiberon', 'policy.yaml');
let journey: Journey;
let commandLine: CommandLine;

/** Runs `derbes` with the key of a role against the service of this journey. */
const derbes = (
  role: Role | undefined,
  args: readonly string[],
  { input, environment }: RunOptions = {},
): Promise<Ran> =>
  commandLine.run(args, {
    ...(input !== undefined && { input }),
    environment: {
      DERBES_URL: journey.service.url,
      ...(role && { DERBES_KEY: journey.keys[role] }),
      ...environment,
    },
  });

const json = <T>({ stdout, stderr, code }: Ran): T => {
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return JSON.parse(stdout) as T;
};

beforeAll(async () => {
  commandLine = new CommandLine();
  journey = await Journey.begin();
  await settle(journey.as('officer'));
  await journey.as('emitter').tell(collected('cli@example.kz'), '?wait=projected');
});
afterAll(async () => {
  await commandLine?.end();
  await journey?.end();
});

describe('derbes keys', () => {
  it('makes a key that works, lists it without the key, and revokes it', async () => {
    const made = json<{ id: string; key: string; role: string; source: string }>(
      await derbes('admin', ['keys', 'add', '--role', 'emitter', '--source', 'urn:example:cli', '--json']),
    );
    expect(made).toMatchObject({ role: 'emitter', source: 'urn:example:cli' });
    const event = collected('cli-key@example.kz', {}, { source: 'urn:example:cli' });
    expect((await journey.service.as(made.key).tell(event)).status).toBe(201);
    const listed = await derbes('admin', ['keys', 'list', '--json']);
    expect(json<{ keys: { id: string }[] }>(listed).keys.map(({ id }) => id)).toContain(made.id);
    expect(listed.stdout).not.toContain('derbes_emitter_');
    const revoked = await derbes('admin', ['keys', 'revoke', made.id]);
    expect(revoked).toMatchObject({ code: 0, stdout: expect.stringContaining(made.id) });
    expect((await journey.service.as(made.key).tell(event)).status).toBe(401);
    const unknown = await derbes('admin', ['keys', 'revoke', '00000000-0000-4000-8000-000000000000']);
    expect(unknown).toMatchObject({ code: 1, stdout: '' });
  });

  it('works on the service’s own machine without a key, and says who may not', async () => {
    const { dataDir, keepDir } = journey.places;
    const own = await derbes(undefined, ['keys', 'list', '--json'], {
      environment: { DATA_DIR: dataDir, KEEP_DIR: keepDir },
    });
    expect(json<{ keys: unknown[] }>(own).keys.length).toBeGreaterThanOrEqual(4);
    const refused = await derbes('officer', ['keys', 'list']);
    expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('ROLE_NOT_ALLOWED') });
    const nowhere = await derbes('officer', ['keys', 'add', '--role', 'king']);
    expect(nowhere.code).toBe(2);
  });
});

describe('derbes policy', () => {
  it('finds no mistake in the example, every mistake of a wrong one with its line, and no bomb takes it down', async () => {
    expect(await derbes(undefined, ['policy', 'check', example])).toMatchObject({ code: 0, stderr: '' });
    const wrong = join(journey.places.root, 'wrong.yaml');
    writeFileSync(wrong, 'format: derbes.policy/v1\ncategories: 7\ncolour: red\n');
    const checked = await derbes(undefined, ['policy', 'check', wrong, '--json']);
    expect(checked.code).toBe(1);
    const { mistakes } = JSON.parse(checked.stdout) as { mistakes: { line: number }[] };
    expect(mistakes.length).toBeGreaterThan(1);
    expect(mistakes.every(({ line }) => line >= 1)).toBe(true);
    const bomb = join(journey.places.root, 'bomb.yaml');
    const lines = Array.from(
      { length: 30 },
      (_, i) =>
        `l${i}: &l${i} [${
          i === 0
            ? '"lol"'
            : Array(9)
                .fill(`*l${i - 1}`)
                .join(', ')
        }]`,
    );
    writeFileSync(bomb, lines.join('\n'));
    expect((await derbes(undefined, ['policy', 'check', bomb])).code).toBe(1);
    expect((await derbes(undefined, ['policy', 'check', join(journey.places.root, 'none.yaml')])).code).toBe(2);
  });

  it('publishes once under one Idempotency-Key', async () => {
    const args = ['policy', 'publish', example, '--in-force', ahead(dayMs), '--asserted-by', 'director', '--json'];
    const again = await derbes('officer', args);
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('EDITION_STANDS') });
    expect((await derbes('officer', ['policy', 'publish', example])).code).toBe(2);
  });
});

describe('derbes subject', () => {
  it('finds somebody by what is read from stdin, and reads the dossier in the language asked for', async () => {
    const search = ['subject', 'search', '--scheme', 'email', '--reason', 'support'];
    const found = json<{ subjects: { subject: string }[] }>(
      await derbes('officer', [...search, '--json'], { input: 'cli@example.kz\n' }),
    );
    const id = found.subjects[0]?.subject ?? '';
    const plain = await derbes('officer', search, { input: 'cli@example.kz' });
    expect(plain).toMatchObject({ code: 0, stdout: `${id}\n` });
    const nobody = await derbes('officer', search, { input: 'nobody-at-all@example.kz' });
    expect(nobody.code).toBe(1);
    expect(nobody.stdout + nobody.stderr).not.toContain('nobody-at-all');
    const dossier = await derbes('officer', ['subject', 'dossier', id, '--reason', 'support', '--lang', 'kk']);
    expect(dossier).toMatchObject({ code: 0, stdout: expect.stringContaining('cli@example.kz') });
    const timeline = await derbes('officer', ['subject', 'timeline', id, '--reason', 'support', '--json']);
    expect(json<{ lines: unknown[] }>(timeline).lines.length).toBeGreaterThan(2);
    const [silent, auditor] = await Promise.all([
      derbes('officer', ['subject', 'dossier', id]),
      derbes('auditor', ['subject', 'dossier', id, '--reason', 'support']),
    ]);
    expect([silent.code, auditor.code]).toEqual([2, 1]);
  });
});

describe('derbes incident', () => {
  it('counts whom a breach would concern, declares it, prints the pack whose hash is kept, and closes it', async () => {
    const scope = ['--holder', 'crm', '--category', 'email'];
    const why = ['--reason', 'incident'];
    const incident = (...args: string[]): Promise<Ran> => derbes('officer', ['incident', ...args]);
    const previewed = json<{ people: number }>(await incident('preview', ...scope, ...why, '--json'));
    expect(previewed.people).toBeGreaterThan(0);
    const sealed = join(journey.places.root, 'sealed.json');
    writeFileSync(sealed, JSON.stringify({ measures: 'The door was locked.' }));
    const declared = await incident('declare', '--kind', 'disclosure', ...scope, '--sealed', sealed);
    expect(declared).toMatchObject({ code: 0, stderr: expect.stringContaining('kz by ') });
    const id = declared.stdout.trim();
    const rescoped = await incident('scope', id, ...scope, '--category', 'phone');
    expect(rescoped).toMatchObject({ code: 0, stdout: expect.stringContaining('people ') });
    const pack = await incident('pack', id, '--lang', 'en', ...why);
    expect(pack).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('The door was locked.') });
    const file = join(journey.places.root, 'people.csv');
    writeFileSync(file, pack.stdout);
    const sha256 = createHash('sha256').update(pack.stdout).digest('hex');
    for (const profile of ['kz', 'gdpr']) {
      const said = ['--authority', 'ministry', '--profile', profile, '--how', 'portal', '--pack', file];
      expect((await incident('notify', id, ...said)).code).toBe(0);
    }
    expect((await incident('told', id, '--through', 'state', '--pack', file)).code).toBe(0);
    const early = await incident('close', id, '--outcome', 'confirmed');
    expect(early).toMatchObject({ code: 1, stderr: expect.stringContaining('MEASURES_MISSING') });
    expect((await incident('close', id, '--outcome', 'confirmed', '--sealed', sealed)).code).toBe(0);
    expect((await incident('show', id, '--recount', ...why)).stdout).toMatch(/^closed, people .*\n[^]*counted anew/);
    const shown = json<{ notices: { facts: object }[] }>(await incident('show', id, ...why, '--json'));
    expect(shown.notices.map(({ facts }) => facts)).toMatchObject([{ pack: sha256 }, { pack: sha256 }]);
    const notice = await incident('pack', id, '--notice', '--profile', 'gdpr', '--lang', 'kk', ...why);
    expect(notice).toMatchObject({ code: 0, stdout: expect.stringContaining('The door was locked.') });
  });
});

describe('derbes send, register, rebuild and health', () => {
  it('tells the facts of a file, and says which were not recorded', async () => {
    const file = join(journey.places.root, 'facts.ndjson');
    const events = [
      collected('cli-send@example.kz'),
      collected('x@example.kz', { subject: by('iin', '900101300008') }),
      fact('relation.started', { subject: by('account', 'cli-send'), kind: 'session' }),
    ];
    writeFileSync(file, events.map((event) => JSON.stringify(event)).join('\n'));
    const sent = await derbes('emitter', ['send', file, '--json', '--wait']);
    expect(sent.code).toBe(1);
    expect(
      sent.stdout
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { status: string }).status),
    ).toEqual(['recorded', 'malformed', 'recorded']);
    expect(sent.stderr).toContain('IIN_MALFORMED');
    const one = await derbes('emitter', ['send', '-'], { input: JSON.stringify(events[0]) });
    expect(one).toMatchObject({ code: 0, stdout: expect.stringContaining('repeated') });
  });

  it('prints a register, whole and filtered', async () => {
    const page = json<{ items: unknown[]; next?: string }>(
      await derbes('auditor', ['register', 'holdings', '--filter', 'holder=crm', '--limit', '1', '--json']),
    );
    expect(page.items).toHaveLength(1);
    expect(page.next).toBeDefined();
    const all = await derbes('auditor', ['register', 'holdings', '--limit', '1', '--all', '--json']);
    expect(all.stdout.trim().split('\n').length).toBeGreaterThan(1);
    const table = await derbes('auditor', ['register', 'holders']);
    expect(table.stdout).toContain('billing');
    const [filter, name] = await Promise.all([
      derbes('auditor', ['register', 'holdings', '--filter', 'code=NO_BASIS']),
      derbes('auditor', ['register', 'nothing']),
    ]);
    expect([filter.code, name.code]).toEqual([1, 2]);
  });

  it('prints a register as CSV, and writes all of them for an inspector, each whole', async () => {
    const page = await derbes('auditor', ['register', 'holdings', '--csv', '--limit', '1']);
    expect(page).toMatchObject({ code: 0, stderr: expect.stringContaining('more: --cursor') });
    expect(page.stdout.split('\r\n')).toHaveLength(3);
    const whole = await derbes('auditor', ['register', 'holders', '--csv', '--all']);
    expect(whole.stdout).toContain('billing');
    const dir = join(journey.places.root, 'inspection');
    const written = await derbes('auditor', ['registers', 'export', dir]);
    expect(written).toMatchObject({ code: 0, stdout: expect.stringContaining('registers, ') });
    expect(readFileSync(join(dir, 'holders.csv'), 'utf8')).toBe(whole.stdout);
    const files = readdirSync(dir);
    expect(files).toEqual(expect.arrayContaining(['README.md', 'SHA256SUMS', 'checkpoint', 'log.policy']));
    expect(files.filter((name) => name.endsWith('~'))).toEqual([]);
    expect(files.filter((name) => name.endsWith('.csv'))).toHaveLength(
      files.filter((name) => name.endsWith('.json')).length,
    );
    expect(readFileSync(join(dir, 'README.md'), 'utf8')).toMatch(/undertakings\.csv.*94-V:10\(1\)/);
    const again = await derbes('auditor', ['registers', 'export', dir]);
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('is not empty') });
  });

  it('rebuilds the registers, and they say the same afterwards', async () => {
    const rows = () => journey.as('officer').register('findings', { until: ago(0) });
    const before = await rows();
    const all = json<{ model: string; state: string }[]>(await derbes('admin', ['rebuild', '--json']));
    expect(all.every(({ state }) => state === 'done')).toBe(true);
    expect(all.map(({ model }) => model)).toEqual(expect.arrayContaining(['holdings', 'findings', 'access']));
    const one = json<{ model: string }[]>(await derbes('admin', ['rebuild', 'holdings', '--json']));
    expect(one.map(({ model }) => model)).toEqual(['holdings']);
    expect(await rows()).toEqual(before);
    const [unknown, officer] = await Promise.all([
      derbes('admin', ['rebuild', 'nothing']),
      derbes('officer', ['rebuild']),
    ]);
    expect([unknown.code, officer.code]).toEqual([1, 1]);
  });

  it('says whether the service is well, and that nobody answers', async () => {
    const here = { environment: { DERBES_URL: journey.service.url } };
    const elsewhere = { environment: { DERBES_URL: 'http://127.0.0.1:9' } };
    const [well, nobody, help, nonsense] = await Promise.all([
      ownProcess(['health'], here),
      ownProcess(['health'], elsewhere),
      ownProcess(['send', '--help']),
      ownProcess(['nonsense']),
    ]);
    expect(well).toMatchObject({ code: 0, stdout: expect.stringContaining('ready') });
    expect(nobody).toMatchObject({ code: 3, stdout: '' });
    expect(help).toMatchObject({ code: 0, stdout: expect.stringContaining('Example') });
    expect(nonsense.code).toBe(2);
  });
});
