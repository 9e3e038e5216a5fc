// Is what was looked for found in every form and at every place, and is what could not be read said?
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Progress } from '../progress.js';
import { audit, type Audited, type Finding } from './audit.js';
import { Matcher } from './matcher.js';
import { keysIn, valuesIn } from './named.js';
import { patternsOf, type Form } from './wanted.js';

const quiet: Progress = { phase: () => undefined, at: () => undefined, end: () => undefined };
const value = 'Айгерим Оспанова <a.ospanova+7@example.kz>';
const chunkBytes = 1024 * 1024;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'derbes-audit-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const search = (wanted: string, ...places: string[]): Promise<Audited> =>
  audit({ wanted: valuesIn(wanted), places }, quiet, () => undefined);

const written: Readonly<Record<Form, (text: string) => Buffer | string>> = {
  plain: (text) => text,
  base64: (text) => Buffer.from(text).toString('base64'),
  base64url: (text) => Buffer.from(`??>${text}`).toString('base64url'),
  hex: (text) => Buffer.from(text).toString('hex'),
  HEX: (text) => Buffer.from(text).toString('hex').toUpperCase(),
  'utf-16le': (text) => Buffer.from(text, 'utf16le'),
  'utf-16be': (text) => Buffer.from(text, 'utf16le').swap16(),
  'json-escaped': (text) =>
    JSON.stringify(text).replace(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`),
  'percent-encoded': (text) => encodeURIComponent(text),
};

describe('the search of files', () => {
  it.each(Object.entries(written))(
    'finds a value written as %s, also across the border of two chunks',
    async (form, write) => {
      const bytes = Buffer.from(write(value));
      for (const offset of [0, 5, chunkBytes - 7, chunkBytes - bytes.length, chunkBytes, 2 * chunkBytes - 1]) {
        const file = join(folder, 'one');
        writeFileSync(file, Buffer.concat([Buffer.alloc(offset, 0x20), bytes, Buffer.from('\nand more')]));
        const { findings, found } = await search(value, file);
        const [first] = findings;
        expect({ offset, found, line: first?.line, kind: first?.kind }).toEqual({
          offset,
          found: 1,
          line: 1,
          kind: 'value',
        });
        // Base64 without a character that the two alphabets write differently is one and the same.
        expect(form === 'base64url' ? ['base64', 'base64url'] : [form]).toContain(first?.form);
        expect(first?.offset).toBeGreaterThanOrEqual(offset);
        expect(first?.offset).toBeLessThanOrEqual(offset + 6);
      }
    },
  );

  it('finds base64 of any longer text that holds the value', () => {
    const matcher = new Matcher(valuesIn(value).flatMap(patternsOf));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 9 }), fc.uint8Array({ maxLength: 9 }), (before, after) => {
        const whole = Buffer.concat([before, Buffer.from(value), after]);
        for (const alphabet of ['base64', 'base64url'] as const) {
          const places: number[] = [];
          matcher.search(Buffer.from(whole.toString(alphabet)), 0, (_, at) => places.push(at));
          expect(places).toHaveLength(1);
        }
      }),
    );
  });

  it('finds every place of many values, and nothing that is not there', async () => {
    const values = Array.from({ length: 500 }, (_, i) => `person-${i}@example.kz`);
    const file = join(folder, 'many');
    writeFileSync(file, values.filter((_, i) => i % 5 === 0).join(';'));
    const { found, findings } = await search(values.join('\n'), file);
    expect({ found, lines: new Set(findings.map(({ line }) => line)).size }).toEqual({ found: 100, lines: 100 });
    expect(await search('nobody@example.kz', file)).toMatchObject({ found: 0, findings: [], unread: [] });
  });

  it('finds a key by its bytes', async () => {
    const key = Buffer.from(Array.from({ length: 32 }, (_, i) => (i * 37 + 11) % 256));
    const file = join(folder, 'keys');
    writeFileSync(file, Buffer.concat([Buffer.alloc(3), key, Buffer.from(key.toString('base64'))]));
    for (const named of [key.toString('hex'), key.toString('base64'), `\n${key.toString('base64url')}\n`]) {
      const found = await audit({ wanted: keysIn(named), places: [file] }, quiet, () => undefined);
      expect(found.findings.map(({ form, offset }) => ({ form, offset }))).toEqual([
        { form: 'plain', offset: 3 },
        { form: 'base64', offset: 35 },
      ]);
    }
  });

  it('unpacks *.gz, follows links once, passes the file of the values over, and says what it could not read', async () => {
    const place = join(folder, 'tree');
    mkdirSync(join(place, 'deep'), { recursive: true });
    const log = join(place, 'deep', 'old.log.gz');
    writeFileSync(log, gzipSync(Buffer.from(`x`.repeat(100) + value)));
    const named = join(place, 'values.txt');
    writeFileSync(named, value);
    symlinkSync('..', join(place, 'deep', 'up'));
    symlinkSync('loop', join(place, 'loop'));
    symlinkSync('nowhere', join(place, 'gone'));
    const heard: Finding[] = [];
    const found = await audit({ wanted: valuesIn(value), places: [place, place], named }, quiet, (one) =>
      heard.push(one),
    );
    expect(found).toMatchObject({ files: 1, found: 1, unread: [{ path: join(place, 'loop'), code: 'ELOOP' }] });
    expect(heard).toEqual([{ kind: 'value', line: 1, form: 'plain', file: log, offset: 100, unpacked: true }]);
    writeFileSync(join(place, 'broken.gz'), 'this is not packed');
    expect((await search(value, join(place, 'broken.gz'))).unread).toEqual([
      { path: join(place, 'broken.gz'), code: 'Z_DATA_ERROR' },
    ]);
  });
});

describe('what is looked for', () => {
  it('is refused by its line alone where it could be found by chance or is no key', () => {
    expect(() => valuesIn('long enough\nabc')).toThrow(/^line 2 has 3 bytes/);
    expect(() => keysIn('zz!')).toThrow(/^line 1 is neither hex nor base64$/);
    expect(() => keysIn('00ff')).toThrow(/^line 1 has 2 bytes/);
    expect(() => valuesIn('value\n'.repeat(10_001))).toThrow(/more than 10000 lines/);
    expect(valuesIn('\ufeffalpha\r\n\r\n beta').map(({ line, bytes }) => [line, String(bytes)])).toEqual([
      [1, 'alpha'],
      [3, ' beta'],
    ]);
  });
});
