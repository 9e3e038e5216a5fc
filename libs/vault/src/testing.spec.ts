// Does the search for leaks find what is there? One that could not find would pass every test.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBytes } from './testing.js';

const needle = 'Айгерім "Ә" <a+b@example.kz>';
const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();
const written: [string, (text: string) => Buffer | string][] = [
  ['plain', (text) => text],
  ['utf16le', (text) => Buffer.from(text, 'utf16le')],
  ['utf16be', utf16be],
  ['hex', (text) => Buffer.from(text).toString('hex')],
  ['hex upper case', (text) => Buffer.from(text).toString('hex').toUpperCase()],
  ['json', (text) => JSON.stringify({ text })],
  [
    'json, ASCII',
    (text) =>
      JSON.stringify(text).replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`),
  ],
  ['percent-encoded', (text) => `/x?name=${encodeURIComponent(text)}`],
];

describe('a value is found', () => {
  it.each(written)('written as %s, wherever it begins', async (form, write) => {
    for (const before of ['', 'x', 'xy', 'xyz']) {
      const hits = await findBytes([needle], {
        buffers: { b: Buffer.concat([Buffer.from(before), Buffer.from(write(needle)), Buffer.of(0xff)]) },
      });
      expect(hits).toContainEqual(expect.objectContaining({ needle, where: 'b', form }));
    }
  });

  it.each(['base64', 'base64url'] as const)('inside a longer text in %s, at every alignment', async (encoding) => {
    // Where both alphabets write the same characters, the first one is named.
    const expected = (alignment: number): unknown =>
      expect.stringMatching(new RegExp(`^(base64|${encoding}) at ${alignment}$`));
    for (let before = 0; before < 7; before++) {
      for (let after = 0; after < 4; after++) {
        const text = Buffer.from(`${'<'.repeat(before)}${needle}${'>'.repeat(after)}`).toString(encoding);
        const hits = await findBytes([needle], { buffers: { b: text } });
        expect(hits.map(({ form }) => form)).toContainEqual(expected(before % 3));
      }
    }
  });
});

describe('in files', () => {
  let scratch: string;
  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'derbes-scan-'));
    await mkdir(join(scratch, 'a', 'b'), { recursive: true });
    await writeFile(join(scratch, 'a', 'b', 'deep'), `....${needle}`);
    const large = Buffer.alloc(3 * 1024 * 1024);
    large.write('straddles the chunk', 1024 * 1024 - 5);
    await writeFile(join(scratch, 'large'), large);
  });
  afterAll(() => rm(scratch, { recursive: true }));

  it('below a directory, with its offset', async () => {
    const hits = await findBytes([needle], { paths: [scratch] });
    expect(hits).toContainEqual({ needle, form: 'plain', where: join(scratch, 'a', 'b', 'deep'), offset: 4 });
  });

  it('at any offset, the last of the file too, and in a needle as short as is allowed', async () => {
    for (let before = 0; before < 20; before++) {
      const buffers = { b: `${'-'.repeat(before)}12345678` };
      expect(await findBytes(['12345678'], { buffers })).toEqual([
        { needle: '12345678', form: 'plain', where: 'b', offset: before },
      ]);
    }
  });

  it('across the border of two chunks', async () => {
    const hits = await findBytes(['straddles the chunk'], { paths: [join(scratch, 'large')] });
    expect(hits).toMatchObject([{ form: 'plain', offset: 1024 * 1024 - 5 }]);
  });

  it('nothing that is not there', async () => {
    expect(await findBytes(['not anywhere'], { paths: [scratch], buffers: { x: needle } })).toEqual([]);
  });

  it('a path that does not exist is an error, not a clean answer', async () => {
    await expect(findBytes([needle], { paths: [join(scratch, 'none')] })).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('a needle too short to prove anything is refused', async () => {
    await expect(findBytes(['1234567'], {})).rejects.toThrow('proves nothing');
  });
});
