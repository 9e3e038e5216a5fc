// What does one file of a backup of keys say? Which rows of which epoch, behind which file, under a MAC of the keep over all of it.
import { createHmac, timingSafeEqual, type Hmac } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson } from '@derbes/kernel';
import { isDiskFull } from './private-files.js';
import { VaultError } from './vault-error.js';

const format = 'derbes-key-backup/v1';
const lineBytesMax = 65_536;
const macLine = 'mac\t';
const namePattern = /^keys-([1-9]\d{0,8})-(\d{8})\.tsv$/;

export interface BackupHead {
  readonly ledger: string;
  readonly epoch: number;
  /** Files of an epoch are numbered from 0, the one that holds all its keys. */
  readonly n: number;
  /** Rows of transactions from `from` up to `to`; numbers of PostgreSQL. */
  readonly from: string;
  readonly to: string;
  /** MAC of the file before; empty in the first. */
  readonly before: string;
}

export interface BackupFile {
  readonly path: string;
  readonly epoch: number;
  readonly n: number;
}

export const damaged = (path: string, how: string): VaultError =>
  new VaultError('KEY_BACKUP_DAMAGED', `${path} ${how}: restore from another copy of the backup`);

/** The files of a directory, the oldest epoch first. */
export async function filesIn(dir: string): Promise<BackupFile[]> {
  const files = (await readdir(dir)).flatMap((name): BackupFile[] => {
    const [, epoch, n] = namePattern.exec(name) ?? [];
    return epoch === undefined || n === undefined
      ? []
      : [{ path: join(dir, name), epoch: Number(epoch), n: Number(n) }];
  });
  return files.sort((a, b) => a.epoch - b.epoch || a.n - b.n);
}

/** Writes a file whole or not at all, durable when it returns; answers its MAC. Throws DISK_FULL. */
export async function writeFileOf(
  dir: string,
  key: Buffer,
  head: BackupHead,
  lines: AsyncIterable<string>,
): Promise<{ path: string; mac: string }> {
  const path = join(dir, `keys-${head.epoch}-${String(head.n).padStart(8, '0')}.tsv`);
  const beside = `${path}.part`;
  await rm(beside, { force: true });
  let mac: string;
  try {
    mac = await writeLines(beside, key, head, lines);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    if (!isDiskFull(error)) throw error;
    throw new VaultError(
      'DISK_FULL',
      `there is no room in ${dir} for the keys that changed: the files before stand as they were`,
    );
  }
  const folder = await open(dir, constants.O_RDONLY);
  await folder.sync().finally(() => folder.close());
  return { path, mac };
}

async function writeLines(path: string, key: Buffer, head: BackupHead, lines: AsyncIterable<string>): Promise<string> {
  const file = await open(path, 'wx', 0o600);
  const mac = createHmac('sha256', key);
  try {
    const write = async (text: string): Promise<void> => {
      mac.update(text);
      await file.writeFile(text);
    };
    await write(`${canonicalJson(said(head))}\n`);
    for await (const chunk of lines) {
      await write(chunk);
    }
    const hex = mac.digest('hex');
    await file.writeFile(`${macLine}${hex}\n`);
    await file.sync();
    return hex;
  } finally {
    await file.close();
  }
}

const said = (head: BackupHead): Record<string, string> => ({
  format,
  ledger: head.ledger,
  epoch: String(head.epoch),
  n: String(head.n),
  from: head.from,
  to: head.to,
  before: head.before,
});

/**
 * Reads a file line by line and gives each to `take`; what it gave counts only when it returns, with the head and the MAC. Throws
 * KEY_BACKUP_DAMAGED, and KEEP_OF_ANOTHER_LEDGER.
 */
export async function readFileOf(
  { path, epoch, n }: BackupFile,
  key: Buffer,
  ledger: string,
  take: (line: string) => Promise<void>,
): Promise<{ head: BackupHead; mac: string }> {
  const mac = createHmac('sha256', key);
  let head: BackupHead | undefined;
  let end: string | undefined;
  for await (const line of linesIn(path)) {
    if (end !== undefined) throw damaged(path, 'goes on behind its end');
    if (!head) head = headOf(path, line, ledger);
    else if (line.startsWith(macLine)) {
      end = proved(path, mac, line.slice(macLine.length));
      continue;
    } else await take(line);
    mac.update(`${line}\n`);
  }
  if (!head || end === undefined) throw damaged(path, 'is cut short');
  if (head.epoch !== epoch || head.n !== n) throw damaged(path, 'stands under the name of another');
  return { head, mac: end };
}

/** The head alone, not yet proved by the MAC behind the lines. */
export async function headIn({ path }: BackupFile, ledger: string): Promise<BackupHead> {
  for await (const line of linesIn(path)) return headOf(path, line, ledger);
  throw damaged(path, 'is empty');
}

function proved(path: string, mac: Hmac, hex: string): string {
  const right = mac.digest();
  const given = Buffer.from(hex, 'hex');
  if (given.length !== right.length || !timingSafeEqual(given, right)) throw damaged(path, 'is changed');
  return hex;
}

function headOf(path: string, line: string, ledger: string): BackupHead {
  let fields: Record<string, string>;
  try {
    fields = JSON.parse(line) as Record<string, string>;
  } catch {
    throw damaged(path, 'does not begin as a backup of keys');
  }
  if (fields['format'] !== format) throw damaged(path, 'is of another format');
  if (fields['ledger'] !== ledger) {
    throw new VaultError('KEEP_OF_ANOTHER_LEDGER', `${path} belongs to ledger ${fields['ledger']}, not to ${ledger}`);
  }
  const { from = '', to = '', before = '' } = fields;
  return { ledger, epoch: Number(fields['epoch']), n: Number(fields['n']), from, to, before };
}

async function* linesIn(path: string): AsyncGenerator<string, void, undefined> {
  let rest = '';
  for await (const chunk of createReadStream(path, 'utf8') as AsyncIterable<string>) {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    if (rest.length > lineBytesMax) throw damaged(path, 'has a line that is far too long');
    yield* parts;
  }
  if (rest !== '') throw damaged(path, 'is cut short');
}

/** Whether two directories lie on different file systems. */
export async function onAnotherFileSystem(one: string, other: string): Promise<boolean> {
  return (await stat(one)).dev !== (await stat(other)).dev;
}
