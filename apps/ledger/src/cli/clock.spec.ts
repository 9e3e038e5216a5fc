// Does `derbes clock` count without a service, and say so; and does `derbes calendar` name what is wrong with a file?
import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { run } from './run.js';
import { exitCodes } from './terminal.js';

async function derbes(...args: string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const code = await run(args, { stdin: Readable.from([]), stdout, stderr, environment: {} });
  return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}

describe('derbes clock', () => {
  it('says by when, by which article, how sure, and what was passed over; and that it asked nobody', async () => {
    const { code, stdout, stderr } = await derbes('clock', 'correction', '--from', '2026-03-20T15:00:00+05:00');
    expect(code).toBe(exitCodes.done);
    expect(stdout.split('\n').slice(0, 4)).toEqual([
      'due         2026-03-26T18:59:59Z',
      'strict      2026-03-26T10:00:00Z',
      'term        correction: 1 working day from request-received, 2026-03-20T10:00:00Z',
      'article     94-V:25(2)(8) (profile kz 5)',
    ]);
    expect(stdout).toContain('skipped     2026-03-24 carried-over (267-II:5, S2)\n');
    expect(stderr).toContain('Counted by the profile and calendar that this program brings');
  });

  it('prints the same as JSON', async () => {
    const { stdout } = await derbes('clock', 'access', '--from', '2026-12-30T07:00:00Z', '--json');
    const answer = JSON.parse(stdout) as { skipped: object[] };
    expect(answer).toMatchObject({
      due: '2027-01-06T18:59:59Z',
      term: 'access',
      article: '94-V:25(2)(6)',
      confidence: 'S2',
      builtIn: true,
    });
    expect(answer.skipped).toContainEqual({
      date: '2027-01-04',
      why: 'carried-over',
      act: '267-II:5',
      confidence: 'I',
    });
  });

  it('counts by another profile, extended', async () => {
    const asked = ['clock', 'access', '--from', '2026-11-23T12:00:00+05:00', '--profile', 'gdpr'];
    expect((await derbes(...asked)).stdout).toContain('due         2026-12-23T18:59:59Z');
    expect((await derbes(...asked, '--extended')).stdout).toContain('due         2027-02-23T18:59:59Z');
  });

  it.each([
    [['acess', '--from', '2026-11-23T12:00:00Z'], exitCodes.usage, 'did you mean access?'],
    [['nothing-like-it', '--from', '2026-11-23T12:00:00Z'], exitCodes.usage, 'terms: access, objection'],
    [['access', '--from', '2026-11-23'], exitCodes.usage, 'RFC 3339'],
    [['access', '--from', '2026-11-23T12:00:00Z', '--profile', 'mars'], exitCodes.usage, 'kz or gdpr'],
    [['access', '--from', '2028-12-29T12:00:00Z'], exitCodes.refused, 'CALENDAR_ENDS'],
    [['access', '--from', '2026-11-23T12:00:00Z', '--extended'], exitCodes.refused, 'TERM_NOT_EXTENDABLE'],
  ])('%j ends with %d and says %s', async (args, ends, says) => {
    const { code, stdout, stderr } = await derbes('clock', ...args);
    expect({ code, stdout }).toEqual({ code: ends, stdout: '' });
    expect(stderr).toContain(says);
  });
});

describe('derbes calendar', () => {
  it('shows the days of a year, and the whole as a file that holds', async () => {
    const shown = await derbes('calendar', 'show', '--year', '2027');
    expect(shown.stdout).toMatch(/^2027-05-16 +off +kurban-ait +414-V:84\(5\) +M, not announced$/m);
    expect(shown.stdout).not.toMatch(/^2026-/m);
    const folder = mkdtempSync(join(tmpdir(), 'derbes-calendar-'));
    try {
      const file = join(folder, 'kz.json');
      const { stdout } = await derbes('calendar', 'show', 'kz', '--json');
      writeFileSync(file, stdout);
      expect(await derbes('calendar', 'check', file)).toMatchObject({ code: 0, stdout: 'kz.json: no mistakes\n' });
      writeFileSync(file, stdout.replace('"2027-01-04"', '"2027-01-05"'));
      const { code, stdout: said } = await derbes('calendar', 'check', file);
      expect(code).toBe(exitCodes.refused);
      expect(said).toMatch(/kz\.json:\d+:\d+ NOT_CARRIED_OVER 2027-01-02 is a holiday on a weekend/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('knows no other calendar', async () => {
    const { code, stderr } = await derbes('calendar', 'show', 'mars');
    expect({ code, stderr }).toEqual({
      code: exitCodes.refused,
      stderr: 'derbes: this program brings no calendar called mars: kz\n',
    });
  });
});
