// What does a backup say of itself? Which ledger it is, how far it goes, and the SHA-256 of each of its files.
import { canonicalJson, type JsonValue } from '@derbes/kernel';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BackupError } from './backup-error.js';

const format = 'derbes-backup/v1';
export const manifestName = 'manifest.json';
/** A few files and names of migrations; more is no manifest. */
const manifestBytesMax = 1024 * 1024;

/** `ledger`: events and sealed values. `keys`: the key store. */
export type Side = 'ledger' | 'keys';

export interface FileEntry {
  readonly name: string;
  readonly sha256: string;
  readonly bytes: string;
  /** One event or row each. */
  readonly lines: string;
  /** Of a table: the columns that its rows have. */
  readonly columns?: readonly string[];
}

/** Numbers are decimal strings, as everywhere in what this ledger writes for later. */
export interface Manifest {
  readonly side: Side;
  /** Both sides of one backup carry the same random id. */
  readonly backup: string;
  readonly ledger: string;
  /** The epochs whose keys open the key store, newest last. */
  readonly epochs: readonly string[];
  readonly made: string;
  /** How many erasures of the keep's journal this database had carried out. */
  readonly journal: string;
  /** How far the events of this moment went, in whichever store they stood. */
  readonly head: {
    readonly events: string;
    /** SHA-256, hex, over the leaf hashes in order. */
    readonly leaves: string;
    readonly last?: string;
  };
  /** Schema of the rows. */
  readonly migrations: readonly string[];
  readonly files: readonly FileEntry[];
}

/** Canonical JSON; `sha256` is over the same without it, so that a bit that flips here is found as in any other file. */
export function manifestText(manifest: Manifest): string {
  const body = { format, ...manifest };
  return `${canonical({ ...body, sha256: sha256Of(canonical(body)) })}\n`;
}

const canonical = (body: object): string => canonicalJson(body as JsonValue);
const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The manifest in a folder of a backup. Throws BACKUP_MISSING, BACKUP_MALFORMED or RESTORE_HASH_WRONG. */
export async function readManifest(folder: string, side: Side): Promise<Manifest> {
  const path = join(folder, manifestName);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new BackupError('BACKUP_MISSING', `there is no backup in ${folder}: its ${manifestName} cannot be read`, {
      cause: error,
    });
  }
  const { sha256, format: named, ...manifest } = parse(path, text);
  if (named !== format || sha256 === undefined || !isManifest(manifest)) throw malformed(path);
  if (manifestText(manifest) !== text) {
    throw new BackupError(
      'RESTORE_HASH_WRONG',
      `${path} was changed after it was written: take another copy of this backup`,
    );
  }
  if (manifest.side !== side) {
    const [found, wanted] = manifest.side === 'keys' ? ['a key store', 'a ledger'] : ['a ledger', 'a key store'];
    throw new BackupError(
      'BACKUP_MALFORMED',
      `${folder} is the backup of ${found}, and that of ${wanted} is wanted here`,
    );
  }
  return manifest;
}

const malformed = (path: string): BackupError =>
  new BackupError('BACKUP_MALFORMED', `${path} is no manifest of a backup of this format (${format})`);

function parse(path: string, text: string): Record<string, never> {
  if (text.length > manifestBytesMax) throw malformed(path);
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, never>;
  } catch {
    // Said below: a text that is no JSON is no manifest either.
  }
  throw malformed(path);
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isCount = (value: unknown): boolean => isText(value) && /^\d{1,15}$/.test(value);
const areTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
/** A name that stays in its folder. */
const fileName = /^[a-z][a-z0-9_]{0,62}\.jsonl$/;

function isManifest(value: object): value is Manifest {
  const { side, backup, ledger, epochs, made, journal, head, migrations, files } = value as Record<
    keyof Manifest,
    unknown
  >;
  const { events, leaves } = (head ?? {}) as Record<string, unknown>;
  return (
    (side === 'ledger' || side === 'keys') &&
    [backup, ledger, made, leaves].every(isText) &&
    isCount(events) &&
    isCount(journal) &&
    areTexts(epochs) &&
    areTexts(migrations) &&
    Array.isArray(files) &&
    files.every(isFileEntry)
  );
}

function isFileEntry(value: unknown): value is FileEntry {
  const { name, sha256, bytes, lines, columns } = (value ?? {}) as Record<keyof FileEntry, unknown>;
  return (
    isText(name) &&
    fileName.test(name) &&
    isText(sha256) &&
    isCount(bytes) &&
    isCount(lines) &&
    (columns === undefined || areTexts(columns))
  );
}
