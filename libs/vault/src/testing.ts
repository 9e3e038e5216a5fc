// Did a personal value leak anywhere? A search for known values, in every form in which bytes are commonly written down.
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

export { Adversary } from './testing/adversary.js';
export { testCertificate } from './testing/certificate.js';
export { KvServer } from './testing/kv-server.js';
export { smallDisk } from './testing/small-disk.js';

/** Shorter needles turn up by chance in random bytes. */
const needleBytesMin = 8;
const chunkBytes = 1024 * 1024;

/** Where a value was found. `form` says how it was written. */
export interface Hit {
  readonly needle: string;
  readonly form: string;
  readonly where: string;
  readonly offset: number;
}

/** What is searched: files and directories (with all that lies under them), and named buffers. */
export interface Haystack {
  readonly paths?: readonly string[];
  readonly buffers?: Readonly<Record<string, Buffer | string>>;
}

/**
 * The first place per file and form where a needle stands: as UTF-8, UTF-16, hex, base64 and base64url at any alignment,
 * JSON-escaped or percent-encoded. What a program compressed or encrypted is not seen. Throws for a needle under 8 bytes, and
 * for a path that cannot be read: a search that saw nothing must not pass for one that found nothing.
 */
export async function findBytes(needles: readonly string[], { paths = [], buffers = {} }: Haystack): Promise<Hit[]> {
  const grams = gramsOf(needles.flatMap(formsOf));
  const hits: Hit[] = [];
  for (const [where, content] of Object.entries(buffers)) search(grams, Buffer.from(content), where, 0, hits);
  for (const path of paths) {
    await stat(path);
    for await (const file of filesUnder(path)) await searchFile(grams, file, hits);
  }
  return hits;
}

interface Form {
  readonly needle: string;
  readonly form: string;
  readonly bytes: Buffer;
}

function formsOf(needle: string): Form[] {
  const plain = Buffer.from(needle);
  if (plain.length < needleBytesMin) throw new Error(`a needle of fewer than ${needleBytesMin} bytes proves nothing`);
  const forms = new Map<string, [string, Buffer]>();
  const add = (form: string, bytes: Buffer): void => {
    if (!forms.has(bytes.toString('latin1'))) forms.set(bytes.toString('latin1'), [form, bytes]);
  };
  add('plain', plain);
  const littleEndian = Buffer.from(needle, 'utf16le');
  add('utf16le', littleEndian);
  add('utf16be', Buffer.from(littleEndian).swap16());
  add('hex', Buffer.from(plain.toString('hex')));
  add('hex upper case', Buffer.from(plain.toString('hex').toUpperCase()));
  add('json', Buffer.from(JSON.stringify(needle).slice(1, -1)));
  const escaped = JSON.stringify(needle)
    .slice(1, -1)
    .replace(/[^\x20-\x7e]/g, unicodeEscape);
  add('json, ASCII', Buffer.from(escaped));
  add(
    'json, ASCII, upper case',
    Buffer.from(escaped.replace(/\\u[0-9a-f]{4}/g, (code) => `\\u${code.slice(2).toUpperCase()}`)),
  );
  add('percent-encoded', Buffer.from(encodeURIComponent(needle)));
  for (const alignment of [0, 1, 2]) {
    add(`base64 at ${alignment}`, base64Inside(plain, alignment, 'base64'));
    add(`base64url at ${alignment}`, base64Inside(plain, alignment, 'base64url'));
  }
  return [...forms.values()].map(([form, bytes]) => ({ needle, form, bytes }));
}

const unicodeEscape = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** The characters that the needle alone decides when it begins `alignment` bytes into a longer text. */
function base64Inside(plain: Buffer, alignment: number, encoding: 'base64' | 'base64url'): Buffer {
  const text = Buffer.concat([Buffer.alloc(alignment), plain]).toString(encoding);
  return Buffer.from(text.slice(Math.ceil((alignment * 8) / 6), Math.floor(((alignment + plain.length) * 8) / 6)));
}

async function* filesUnder(path: string): AsyncGenerator<string> {
  if ((await stat(path)).isFile()) {
    yield path;
    return;
  }
  for (const entry of await readdir(path, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) yield join(entry.parentPath, entry.name);
  }
}

async function searchFile(grams: Grams, path: string, hits: Hit[]): Promise<void> {
  let file;
  try {
    file = await open(path);
  } catch (error) {
    // A running database removes files between listing and reading.
    if ((error as { code?: unknown }).code === 'ENOENT') return;
    throw error;
  }
  try {
    const chunk = Buffer.allocUnsafe(chunkBytes + grams.longest);
    const found: Hit[] = [];
    for (let at = 0; ; at += chunkBytes) {
      const { bytesRead } = await file.read(chunk, 0, chunk.length, at);
      search(grams, chunk.subarray(0, bytesRead), path, at, found);
      if (bytesRead < chunk.length) break;
    }
    hits.push(...firstOfEach(found));
  } finally {
    await file.close();
  }
}

/**
 * The first three-byte grams of every form. Any form holds one at a place divisible by the stride, so that a search looks at one
 * place in six, once for all forms: a database's files are large and the forms are many.
 */
interface Grams {
  readonly seen: Uint8Array;
  readonly at: ReadonlyMap<number, readonly { readonly form: Form; readonly back: number }[]>;
  readonly longest: number;
}

const stride = needleBytesMin - 2;

function gramsOf(forms: readonly Form[]): Grams {
  const seen = new Uint8Array(1 << 24);
  const at = new Map<number, { form: Form; back: number }[]>();
  for (const form of forms) {
    for (let back = 0; back < stride; back++) {
      const gram = form.bytes.readUIntBE(back, 3);
      seen[gram] = 1;
      at.set(gram, [...(at.get(gram) ?? []), { form, back }]);
    }
  }
  return { seen, at, longest: Math.max(0, ...forms.map(({ bytes }) => bytes.length)) };
}

function search(grams: Grams, content: Buffer, where: string, from: number, hits: Hit[]): void {
  const found: Hit[] = [];
  for (let i = 0; i + 2 < content.length; i += stride) {
    const gram = ((content[i] ?? 0) << 16) | ((content[i + 1] ?? 0) << 8) | (content[i + 2] ?? 0);
    if (grams.seen[gram] !== 1) continue;
    for (const { form, back } of grams.at.get(gram) ?? []) {
      const { needle, form: name, bytes } = form;
      const start = i - back;
      if (start < 0 || !content.subarray(start, start + bytes.length).equals(bytes)) continue;
      found.push({ needle, form: name, where, offset: from + start });
    }
  }
  hits.push(...firstOfEach(found));
}

/** Chunks overlap and a value may stand in several of them. */
function firstOfEach(found: readonly Hit[]): Hit[] {
  const first = new Map<string, Hit>();
  for (const hit of found) if (!first.has(`${hit.needle}\0${hit.form}`)) first.set(`${hit.needle}\0${hit.form}`, hit);
  return [...first.values()];
}
