// Does the example day, played over HTTP against the real service, come out as its user should read it?
import { jest } from '@jest/globals';
import { findingCodes } from '@derbes/domain';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JsonLogger } from '../logger.js';
import { startService, type Service } from '../service.js';
import { readSettings } from '../settings.js';
import { demoFile } from './demo-state.js';
import { dayAt } from './example-files.js';
import { playDemo } from './play.js';

jest.setTimeout(120_000);

const scratch = mkdtempSync(join(tmpdir(), 'derbes-demo-'));
const dataDir = join(scratch, 'data');
const count = dayAt('2026-11-20T16:00:00Z').length;
let service: Service;

async function play(keys: Service['firstKeys']): Promise<{ whole: boolean; text: string; lines: string[] }> {
  const lines: string[] = [];
  const whole = await playDemo({ url: service.url, keys, dataDir, log: (line) => lines.push(line) });
  return { whole, text: lines.join('\n'), lines };
}

beforeAll(async () => {
  const environment = { DATA_DIR: dataDir, KEEP_DIR: join(scratch, 'keep'), PORT: '0', LOG_LEVEL: 'silent' };
  service = await startService(readSettings(environment), new JsonLogger('silent'), '0.0.0');
});

afterAll(async () => {
  await service.stop();
  rmSync(scratch, { recursive: true, force: true });
});

/** The two counts of a row of what was recorded. */
const countsOf = (text: string, row: string) => {
  const [, recorded, repeated] = new RegExp(`${row}\\s+(\\d+)\\s+(\\d+)`).exec(text) ?? [];
  return { recorded: Number(recorded), repeated: Number(repeated) };
};

describe('the demo', () => {
  it('names the step that fails and lets the service be', async () => {
    const { whole, text } = await play([]);
    expect(whole).toBe(false);
    expect(text).toContain('keys');
    expect(text).toContain('begun without --demo');
    expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
  });

  it('records the whole day at its first start, with every finding and a dossier', async () => {
    const { whole, text, lines } = await play(service.firstKeys);
    expect(text).not.toContain('The demo stopped');
    expect(whole).toBe(true);
    expect(countsOf(text, 'всего · total')).toEqual({ recorded: count, repeated: 0 });
    const afterACommand: readonly string[] = [
      'LOCKED_DATA_USED',
      'AFTER_ERASURE',
      'AFTER_DEATH',
      'INTAKE_LATE',
      'REQUEST_OVERDUE',
      'ANSWER_NOT_DELIVERED',
      'TASK_REFUSED',
    ];
    // Nothing of the day is overdue on the same day.
    const withTheDays: readonly string[] = ['TRANSFER_NOT_NOTIFIED', 'RETENTION_OVERDUE'];
    const elsewhere = [...afterACommand, ...withTheDays];
    for (const code of findingCodes) if (!elsewhere.includes(code)) expect(text).toContain(`  ${code} `);
    expect(text).toContain('Примерова Айгуль Образцовна');
    expect(text).toMatch(/\d+ событий · events, корень · root [A-Za-z0-9+/]{43}=\n {2}http/);
    expect(text).toMatch(/her receipt: лист · leaf \d+, хешей · hashes: [1-9]\d*\n {2}http\S+\/receipt/);
    for (const { key } of service.firstKeys) expect(text).toContain(key);
    expect(text).toContain(`${service.url}/docs`);
    expect(lines.filter((line) => line.length > 100 && !line.includes(dataDir))).toEqual([]);
    expect(statSync(demoFile(dataDir)).mode & 0o777).toBe(0o600);
  });

  it('repeats the same day at every later start, and shows no key again', async () => {
    const { whole, text } = await play([]);
    expect(whole).toBe(true);
    expect(countsOf(text, 'всего · total')).toEqual({ recorded: 0, repeated: count });
    expect(text).not.toMatch(/derbes_(admin|officer|auditor|emitter)_/);
  });
});
