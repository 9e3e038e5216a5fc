// What does a running service say and do when the volume of its log is gone, or read-only, and what when it is back?
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parseCheckpoint, parseNote } from '@derbes/transparency';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { collected } from './kiberon.js';
import { Journey, journeyMsMax, until } from './service-process.js';

jest.setTimeout(journeyMsMax);

const verifier = join(import.meta.dirname, '..', 'bin', 'verify.mjs');
const run = (...words: readonly string[]) => spawnSync(words[0] ?? '', words.slice(1), { encoding: 'utf8' });
const mounts = process.getuid?.() === 0 && run('mount', '--version').status === 0;
if (!mounts)
  process.stderr.write('the volume of a log: a read-only one needs root and mount; one that is gone is tried\n');

let journey: Journey;
let logDir: string;
let bound = false;
let told = 0;

const publicFile = (name: string): string => readFileSync(join(logDir, 'public', name), 'utf8');
const published = (): number => parseCheckpoint(parseNote(publicFile('checkpoint')).text).size;
const tell = (query = '') => journey.as('emitter').tell(collected(`volume-${told++}@example.kz`), query);
/** What readiness says of the log alone. */
async function logState(): Promise<string> {
  const ready = (await journey.service.as().get('/health/ready')).json<{ states?: Readonly<Record<string, string>> }>();
  return ready.states?.['log'] ?? JSON.stringify(ready);
}

/** Told, recorded, and not signed for; then signed for, without anybody doing anything else. */
async function goesOn(trouble: RegExp, mend: () => void): Promise<void> {
  const recorded = await tell();
  expect(recorded.status).toBe(201);
  await until('health says so', async () => trouble.test(await logState()));
  mend();
  await until('it works again', async () => (await logState()) === 'working');
  const after = await tell('?wait=receipt');
  expect(after.headers.get('derbes-published')).toMatch(/^published/);
  const folder = join(logDir, 'public');
  const verdict = run(process.execPath, verifier, folder, '--policy', join(folder, 'log.policy'));
  expect(verdict.stdout).toMatch(/^OK/);
}

beforeAll(async () => {
  journey = await Journey.begin();
  logDir = join(journey.places.dataDir, 'log');
  expect((await tell('?wait=receipt')).headers.get('derbes-published')).toMatch(/^published/);
});
afterAll(async () => {
  if (bound) run('umount', '-l', logDir);
  await journey?.end();
});

describe('the volume of a log', () => {
  it('that is gone is said to be to whoever asks for a proof or a file, and nothing is begun in its place', async () => {
    const size = published();
    const away = `${logDir}-away`;
    renameSync(logDir, away);
    const auditor = journey.as('auditor');
    for (const path of ['/log/checkpoint', `/log/tile/0/000.p/${size}`]) {
      const answer = await auditor.get(path, { reason: 'test' });
      expect({ path, status: answer.status, code: answer.problem.code }).toEqual({
        path,
        status: 503,
        code: 'LOG_FILES_DAMAGED',
      });
    }
    // It is durable, and the answer says that the log is late.
    const waited = await tell('?wait=receipt');
    expect([waited.status, waited.headers.get('derbes-published')]).toEqual([201, 'late']);
    await goesOn(/LOG_(DIR|TILE)_MISSING/, () => {
      expect(existsSync(join(logDir, 'public', 'checkpoint'))).toBe(false);
      rmSync(logDir, { recursive: true, force: true });
      renameSync(away, logDir);
      expect(published()).toBe(size);
    });
  });

  it('that lost a file of the published tree is damaged, and not without such a tile', async () => {
    const size = published();
    const tile = join(logDir, 'public', 'tile', '0', '000.p', String(size));
    renameSync(tile, `${tile}-away`);
    const auditor = journey.as('auditor');
    const asked = await auditor.get(`/log/tile/0/000.p/${size}`, { reason: 'test' });
    renameSync(`${tile}-away`, tile);
    expect([asked.status, asked.problem.code]).toEqual([503, 'LOG_FILES_DAMAGED']);
  });

  (mounts ? it : it.skip)(
    'that became read-only still serves what stands, and nothing is signed meanwhile',
    async () => {
      expect(run('mount', '--bind', logDir, logDir).status).toBe(0);
      bound = true;
      expect(run('mount', '-o', 'remount,bind,ro', logDir).status).toBe(0);
      const note = publicFile('checkpoint');
      await goesOn(/EROFS/, () => {
        expect(publicFile('checkpoint')).toBe(note);
        expect(run('mount', '-o', 'remount,bind,rw', logDir).status).toBe(0);
      });
      expect((await journey.as('auditor').get('/log/checkpoint')).status).toBe(200);
    },
  );
});
