// Does LibreOffice compute nothing of our CSV? Opened by the program itself; where it is not installed the test is left out aloud.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { csvLine } from './csv.js';

const hostile = ['=1+1', '+1+1', '-1+1', '@SUM(1;1)', '\t=1+1', '\r=1+1', '"=1+1"', 'a;=1+1', '\u{feff}=1+1', '＝1+1'];
const convertMsMax = 120_000;
const isThere = spawnSync('soffice', ['--version']).status === 0;
if (!isThere) process.stderr.write('LibreOffice: skipped, soffice is not installed\n');

(isThere ? describe : describe.skip)('LibreOffice', () => {
  it(
    'has text in every cell of hostile values, and no formula',
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'derbes-csv-'));
      try {
        const file = join(folder, 'register.csv');
        writeFileSync(file, csvLine(['value']) + hostile.map((value) => csvLine([value])).join(''));
        const profile = `-env:UserInstallation=file://${join(folder, 'profile')}`;
        execFileSync('soffice', [profile, '--headless', '--convert-to', 'fods', '--outdir', folder, file], {
          stdio: 'ignore',
          timeout: convertMsMax,
        });
        const sheet = readFileSync(join(folder, 'register.fods'), 'utf8');
        expect(sheet).not.toContain('table:formula=');
        const types = [...sheet.matchAll(/office:value-type="(\w+)"/g)].map(([, type]) => type);
        expect(types.length).toBeGreaterThanOrEqual(hostile.length);
        expect(new Set(types)).toEqual(new Set(['string']));
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    convertMsMax + 10_000,
  );
});
