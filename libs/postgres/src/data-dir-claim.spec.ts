import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claimDataDir } from './data-dir-claim.js';
import { codeOf } from './launcher-error.js';
import { birthOf } from './processes.js';

let dataDir: string;
beforeEach(() => (dataDir = mkdtempSync(join(tmpdir(), 'derbes-claim-'))));
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const claims = () => readdirSync(dataDir).filter((name) => name.startsWith('service.claim-'));

function refusalOf(take: () => unknown): string {
  try {
    take();
    return 'none';
  } catch (error) {
    return codeOf(error);
  }
}

describe('the claim of a data directory', () => {
  it('is refused while a live process holds it, and named after that process', () => {
    const claim = claimDataDir(dataDir);
    expect(refusalOf(() => claimDataDir(dataDir))).toBe('DATA_DIR_IN_USE');
    claim.release();
    writeFileSync(
      join(dataDir, 'service.claim-9'),
      JSON.stringify({ pid: process.ppid, birth: birthOf(process.ppid) }),
    );
    expect(() => claimDataDir(dataDir)).toThrow(`process ${process.ppid}`);
  });

  it('can be taken again after its release, and leaves one file however often', () => {
    for (let round = 0; round < 5; round += 1) claimDataDir(dataDir).release();
    expect(claims()).toEqual(['service.claim-5']);
  });

  it.each([
    ['whose process is gone', JSON.stringify({ pid: 2_147_483_646, birth: 'x' })],
    ['whose number another program has now', JSON.stringify({ pid: process.ppid, birth: 'an earlier birth' })],
    ['that was torn by a power cut', '{"pid": 12'],
    ['that is empty', ''],
  ])('is taken over from one %s', (_what, content) => {
    writeFileSync(join(dataDir, 'service.claim-3'), content);
    const claim = claimDataDir(dataDir);
    expect(claims()).toEqual(['service.claim-4']);
    claim.release();
  });

  it('goes to one only when two saw the same dead holder', () => {
    writeFileSync(join(dataDir, 'service.claim-3'), '{}');
    const first = claimDataDir(dataDir);
    // What the slower of the two saw: generation 3, dead. The next generation is there already, and alive.
    writeFileSync(join(dataDir, 'service.claim-3'), '{}');
    expect(refusalOf(() => claimDataDir(dataDir))).toBe('DATA_DIR_IN_USE');
    first.release();
  });
});
