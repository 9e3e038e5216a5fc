// What is looked for? Lines of a file or of stdin, never of the command line, which every user of the machine sees.
import { wantedBytesMax, wantedBytesMin, wantedMax, type Wanted } from './wanted.js';

/** A key has 16 bytes at the least. */
const keyBytesMin = 16;

/** Names the line and never what stands in it. */
export class WantedMalformed extends Error {
  readonly code = 'WANTED_MALFORMED';
}

/** One value a line, as it was told; empty lines name nothing. Throws WantedMalformed. */
export const valuesIn = (text: string): Wanted[] =>
  linesOf(text).map(([line, value]) => checked({ kind: 'value', line, bytes: Buffer.from(value) }, wantedBytesMin));

/** One key a line, in hex or base64. Throws WantedMalformed. */
export const keysIn = (text: string): Wanted[] =>
  linesOf(text).map(([line, key]) => checked({ kind: 'key', line, bytes: bytesOf(line, key.trim()) }, keyBytesMin));

function linesOf(text: string): (readonly [number, string])[] {
  const lines = text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .map((value, i) => [i + 1, value] as const)
    .filter(([, value]) => value.trim() !== '');
  if (lines.length > wantedMax)
    throw new WantedMalformed(`more than ${wantedMax} lines: look for them in several runs`);
  return lines;
}

function checked(wanted: Wanted, bytesMin: number): Wanted {
  const { line, bytes } = wanted;
  if (bytes.length >= bytesMin && bytes.length <= wantedBytesMax) return wanted;
  throw new WantedMalformed(
    `line ${line} has ${bytes.length} bytes: what is shorter than ${bytesMin} stands anywhere by chance, more than ${wantedBytesMax} no value has`,
  );
}

function bytesOf(line: number, key: string): Buffer {
  if (/^([0-9a-f]{2})+$/i.test(key)) return Buffer.from(key, 'hex');
  if (/^[A-Za-z0-9+/_-]+={0,2}$/.test(key)) return Buffer.from(key, 'base64');
  throw new WantedMalformed(`line ${line} is neither hex nor base64`);
}
