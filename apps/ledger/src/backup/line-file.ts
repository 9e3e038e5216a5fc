// How are lines written to a file and read from it, so that it is durable, hashed, and never whole in memory?
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { BackupError } from './backup-error.js';
import { type FileEntry } from './manifest.js';

/** A page of rows is one write. */
const readBytes = 1024 * 1024;
/** Longer than any row: a document of at most a mebibyte, in hex. */
const lineBytesMax = 64 * 1024 * 1024;
const newline = 0x0a;

/** Lines into a new file that its owner alone may read. */
export class LineFile {
  private bytes = 0;
  private lines = 0;

  private constructor(
    private readonly name: string,
    private readonly file: FileHandle,
    private readonly hash: Hash,
  ) {}

  static async make(folder: string, name: string): Promise<LineFile> {
    return new LineFile(name, await open(join(folder, name), 'wx', 0o600), createHash('sha256'));
  }

  /** None of the lines holds a line feed: they are JSON. */
  async write(lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return;
    const chunk = Buffer.from(`${lines.join('\n')}\n`);
    await this.file.writeFile(chunk);
    this.hash.update(chunk);
    this.bytes += chunk.length;
    this.lines += lines.length;
  }

  /** Makes it durable, and answers what the manifest says of it. */
  async end(columns?: readonly string[]): Promise<FileEntry> {
    await this.file.sync();
    await this.file.close();
    return {
      name: this.name,
      sha256: this.hash.digest('hex'),
      bytes: String(this.bytes),
      lines: String(this.lines),
      ...(columns && { columns }),
    };
  }

  /** Lets go of a file that will not be finished. */
  async abandon(): Promise<void> {
    await this.file.close().catch(() => undefined);
  }
}

export async function writeTextFile(folder: string, name: string, text: string): Promise<void> {
  const file = await open(join(folder, name), 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes names in a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Reads a file whole. Throws RESTORE_HASH_WRONG unless it has the bytes that the manifest says. */
export async function verifyFile(folder: string, entry: FileEntry, told: (bytes: number) => void): Promise<void> {
  const path = join(folder, entry.name);
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: readBytes }) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      bytes += chunk.length;
      told(chunk.length);
    }
  } catch (error) {
    throw new BackupError('RESTORE_HASH_WRONG', `${path} cannot be read, and the manifest names it`, { cause: error });
  }
  if (String(bytes) === entry.bytes && hash.digest('hex') === entry.sha256) return;
  throw new BackupError(
    'RESTORE_HASH_WRONG',
    `${path} is not what the manifest says (${bytes} bytes of ${entry.bytes}, or other ones): take another copy of this backup. ` +
      'Nothing was restored',
  );
}

/** The lines of a file in pages. It was verified: what is wrong with a line by now is said as BACKUP_MALFORMED. */
export async function* readLinePages(
  folder: string,
  { name }: FileEntry,
  pageLines: number,
): AsyncGenerator<readonly string[], void, undefined> {
  let rest: Buffer = Buffer.alloc(0);
  let page: string[] = [];
  const path = join(folder, name);
  for await (const chunk of createReadStream(path, { highWaterMark: readBytes }) as AsyncIterable<Buffer>) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let from = 0;
    for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, from)) {
      page.push(bytes.toString('utf8', from, end));
      from = end + 1;
      if (page.length < pageLines) continue;
      yield page;
      page = [];
    }
    rest = bytes.subarray(from);
    if (rest.length > lineBytesMax) throw new BackupError('BACKUP_MALFORMED', `${path} has a line that no row can be`);
  }
  if (rest.length > 0) throw new BackupError('BACKUP_MALFORMED', `${path} ends in the middle of a line`);
  if (page.length > 0) yield page;
}
