// Does `derbes policy diff` compare files without a service, and say what each change asks?
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { run } from './run.js';
import { exitCodes } from './terminal.js';

const example = `${import.meta.dirname}/../../../../examples/kiberon`;
/** A command line loads what it needs first, and that takes long on a crowded machine. */
const commandsMsMax = 60_000;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'derbes-diff-'));
  writeFileSync(join(folder, 'policy.ru.txt'), readFileSync(`${example}/policy.ru.txt`));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The example's file with some of its words replaced, under this name. */
function written(name: string, change: (yaml: string) => string): string {
  const file = join(folder, name);
  writeFileSync(file, change(readFileSync(`${example}/policy.yaml`, 'utf8')));
  return file;
}

async function derbes(...args: string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const code = await run(args, { stdin: Readable.from([]), stdout, stderr, environment: {} });
  return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}

describe('derbes policy diff', () => {
  it(
    'names a purpose that is new, whom it asks, and the same as JSON and in other languages',
    async () => {
      const older = written('older.yaml', (yaml) => yaml);
      const newer = written('newer.yaml', (yaml) =>
        yaml.replace(
          '  - code: accountability\n',
          '  - code: marketing\n    declared: controller\n    label: {ru: реклама, kk: жарнама, en: marketing}\n  - code: accountability\n',
        ),
      );
      const { code, stdout } = await derbes('policy', 'diff', older, newer);
      expect(code).toBe(exitCodes.done);
      expect(stdout.split('\n')).toEqual([
        'wider: purposes/marketing (marketing): — → marketing; a new purpose; consent must be asked anew',
        'wider; consent must be asked anew',
        '',
      ]);
      expect((await derbes('policy', 'diff', older, newer, '--lang', 'ru')).stdout).toContain('новая цель');
      const found = JSON.parse((await derbes('policy', 'diff', newer, older, '--json')).stdout) as { kind: string };
      expect(found).toMatchObject({ kind: 'narrower', asks: 'nobody', changes: [{ place: 'purposes/marketing' }] });
      expect((await derbes('policy', 'diff', older, older)).stdout).toContain('nothing changed');
    },
    commandsMsMax,
  );

  it(
    'refuses files of different controllers, and a file beside a published edition',
    async () => {
      const older = written('older.yaml', (yaml) => yaml);
      const text = readFileSync(`${example}/policy.ru.txt`, 'utf8');
      const theirs = text.replaceAll('230340021377', '230340021406');
      writeFileSync(join(folder, 'theirs.ru.txt'), theirs);
      const other = written('other.yaml', (yaml) =>
        yaml
          .replaceAll('230340021377', '230340021406')
          .replace('file: policy.ru.txt', 'file: theirs.ru.txt')
          .replace(sha256(text), sha256(theirs)),
      );
      const refused = await derbes('policy', 'diff', older, other);
      expect(refused).toMatchObject({ code: exitCodes.refused, stdout: '' });
      expect(refused.stderr).toContain('DIFFERENT_CONTROLLERS');
      const mixed = await derbes('policy', 'diff', older, 'a'.repeat(64));
      expect(mixed).toMatchObject({ code: exitCodes.usage, stdout: '' });
    },
    commandsMsMax,
  );
});
