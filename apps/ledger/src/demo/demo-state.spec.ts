// Is what the demo remembers readable by its owner alone, and read back as it was written?
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoFile, readState, writeState } from './demo-state.js';

describe('the state of the demo', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'derbes-demo-'));
  afterAll(() => rmSync(dataDir, { recursive: true }));

  const keys = { officer: 'officer-key', emitters: { crm: 'crm-key' } };

  it('is none before the first start', () => {
    expect(readState(dataDir)).toBeUndefined();
  });

  it('is read back as written, later over earlier', () => {
    writeState(dataDir, { begun: '2026-11-20T16:00:00Z', keys });
    const settled = { begun: '2026-11-20T16:00:00Z', base: '2026-11-20T16:00:04Z', keys };
    writeState(dataDir, settled);
    expect(readState(dataDir)).toEqual(settled);
    expect(existsSync(`${demoFile(dataDir)}.new`)).toBe(false);
  });

  it('is closed to others, for it holds keys', () => {
    expect(statSync(demoFile(dataDir)).mode & 0o777).toBe(0o600);
  });

  it('is not guessed from a file of another format', () => {
    writeFileSync(demoFile(dataDir), '{"format":"other","begun":"x"}');
    expect(() => readState(dataDir)).toThrow('format');
  });
});
