// Where are the keys that the database must never hold? In the keep: a directory beside the data, never inside it.
import { randomUUID, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { secretKey } from './aes-gcm.js';
import { type Custodian } from './custodian.js';
import { ensureEverywhere, readAnywhere } from './custody.js';
import { FileCustodian, ledgerOfEntry } from './file-custodian.js';
import { Journal } from './journal.js';
import { readRecord, writeRecord } from './keep-record.js';
import {
  assertApart,
  assertPrivateDirectory,
  createPrivate,
  liesApart,
  makePrivateDirectory,
  readPrivate,
  replacePrivate,
} from './private-files.js';
import { VaultError } from './vault-error.js';

export const firstEpoch = 1;
const staticName = 'static';
const dedupeName = 'dedupe';
export const restrictedName = 'restricted';
export const hkName = (epoch: number): string => `hk-${epoch}`;
const recordName = 'keep.json';

export interface KeepPlace {
  readonly keepDir: string;
  readonly dataDir: string;
  /** A second directory for the keys, on another disk. What it holds it gets when a ledger or an epoch begins. */
  readonly copyDir?: string;
  /** Holds the keys of epochs in the place of files; made for the ledger whose id it is given. */
  readonly service?: (ledger: string) => Custodian;
}

/** An opened keep. Its keys are KeyObjects, which neither an inspector nor JSON shows. */
export interface Keep {
  /** The ledger's random id, in every key file, and in LedgerOpened. */
  readonly ledger: string;
  /** The newest epoch that was begun with this keep. */
  readonly epoch: number;
  readonly kStatic: KeyObject;
  readonly kDedupe: KeyObject;
  /** The keep and its copy: what is tied to no epoch lies in files, a key service or not. */
  readonly files: readonly Custodian[];
  /** Of the erasures since the epoch began. */
  readonly journal: Journal;
  /** Who is to hold the key of an epoch that begins: all of them. */
  readonly custodians: readonly Custodian[];
  /** The first of them. */
  readonly custodian: Custodian;
  /** Custodians by kind, those that held keys of earlier epochs among them. Throws CUSTODIAN_UNKNOWN. */
  holders(kinds: readonly string[]): readonly Custodian[];
  /** HK of an epoch; undefined once it is destroyed, or before it is made. Throws what a custodian failed with. */
  hk(epoch: number): Promise<KeyObject | undefined>;
  /** Gives a location that was named lately what every location has, so that it can hold keys of epochs from now on. */
  prepare(): Promise<void>;
  /** Notes, in every location, that an epoch begins: a database that needs an older key is from a backup of before. */
  advance(epoch: number): Promise<void>;
}

/**
 * Makes the keep of a new ledger, with a random ledger id. To be called only when the database holds no ledger. An interrupted
 * making is completed with the keys that it left. Throws KEEP_EXISTS, KEEP_INSIDE_DATA, KEEP_RIGHTS_TOO_WIDE, KEEP_WRONG_OWNER,
 * KEY_COPY_SAME_PLACE, and what a custodian fails with.
 */
export async function makeKeep(place: KeepPlace): Promise<Keep> {
  const { keepDir, copyDir } = place;
  await assertPlaces(place);
  await makePrivateDirectory(keepDir);
  if (copyDir !== undefined) await makePrivateDirectory(copyDir);
  const record = join(keepDir, recordName);
  if ((await readPrivate(record)) !== undefined) throw new VaultError('KEEP_EXISTS', `${keepDir} holds a keep already`);
  const ledger = (await ledgerOfEntry(keepDir, staticName)) ?? randomUUID();
  const { files, custodians } = locationsOf(place, ledger);
  const kStatic = await ensureEverywhere(files, staticName);
  await ensureEverywhere(files, dedupeName);
  (await ensureEverywhere(files, restrictedName)).fill(0);
  await ensureEverywhere(custodians, hkName(firstEpoch));
  const text = writeRecord({ ledger, epoch: String(firstEpoch) }, kStatic);
  if (copyDir !== undefined) await replacePrivate(join(copyDir, recordName), text);
  // Last: a keep without its record was never used.
  await createPrivate(record, text);
  return openKeep(place, ledger);
}

interface Locations {
  readonly file: FileCustodian;
  readonly files: readonly FileCustodian[];
  readonly custodians: readonly Custodian[];
  readonly all: readonly Custodian[];
}

/** Where files lie, and who holds the keys of epochs: a key service, or else the same files. */
function locationsOf({ keepDir, copyDir, service }: KeepPlace, ledger: string): Locations {
  const file = new FileCustodian(keepDir, ledger);
  const files = copyDir === undefined ? [file] : [file, new FileCustodian(copyDir, ledger, 'file-copy')];
  const services = service ? [service(ledger)] : [];
  return { file, files, custodians: services.length > 0 ? services : files, all: [...services, ...files] };
}

/** Throws KEEP_INSIDE_DATA, or KEY_COPY_SAME_PLACE. */
async function assertPlaces({ keepDir, dataDir, copyDir }: KeepPlace): Promise<void> {
  await assertApart(keepDir, dataDir);
  if (copyDir === undefined) return;
  await assertApart(copyDir, dataDir);
  if (await liesApart(copyDir, keepDir)) return;
  throw new VaultError(
    'KEY_COPY_SAME_PLACE',
    `KEY_COPY_DIR (${copyDir}) lies where the keep lies (${keepDir}): one loss would take both`,
  );
}

/**
 * Opens the keep of a standing ledger; `ledger` is the id that the database names. Makes nothing, ever. Throws KEEP_MISSING,
 * KEEP_DAMAGED, KEEP_OF_ANOTHER_LEDGER, KEEP_INSIDE_DATA, KEEP_RIGHTS_TOO_WIDE, KEEP_WRONG_OWNER, KEY_COPY_SAME_PLACE, and what a
 * custodian fails with.
 */
export async function openKeep(place: KeepPlace, ledger?: string): Promise<Keep> {
  const { keepDir } = place;
  await assertPlaces(place);
  const text = await readPrivate(join(keepDir, recordName));
  const named = await ledgerOfEntry(keepDir, staticName);
  if (text === undefined || named === undefined) throw missing(keepDir, text === undefined ? recordName : 'static.key');
  await assertPrivateDirectory(keepDir);
  const locations = locationsOf(place, ledger ?? named);
  const kStatic = await secretOf(locations.file, keepDir, staticName);
  const { epoch } = readRecord(join(keepDir, recordName), text, locations.file.ledger, () => kStatic);
  const kDedupe = await secretOf(locations.file, keepDir, dedupeName);
  // A keep of an older build has none yet; one that is there must be whole, and nobody else's to read.
  (await locations.file.read(restrictedName))?.fill(0);
  const keep = openedKeep(place, locations, { epoch: Number(epoch), kStatic, kDedupe });
  if (!(await keep.hk(Number(epoch)))) throw missing(keepDir, `${hkName(Number(epoch))}.key`);
  return keep;
}

function openedKeep(
  { keepDir, copyDir }: KeepPlace,
  { file, files, custodians, all }: Locations,
  opened: { epoch: number; readonly kStatic: KeyObject; readonly kDedupe: KeyObject },
): Keep {
  const { ledger } = file;
  const { kStatic, kDedupe } = opened;
  const dirs = copyDir === undefined ? [keepDir] : [copyDir, keepDir];
  return {
    ledger,
    kStatic,
    kDedupe,
    files,
    custodians,
    custodian: custodians[0] ?? file,
    journal: new Journal(keepDir, ledger, kStatic),
    get epoch() {
      return opened.epoch;
    },
    holders: (kinds) => kinds.map((kind) => all.find((one) => one.kind === kind) ?? unknown(kind)),
    async hk(epoch) {
      const secret = await readAnywhere(all, hkName(epoch));
      return secret && secretKey(secret);
    },
    async prepare() {
      if (copyDir !== undefined) await makePrivateDirectory(copyDir);
      for (const name of [staticName, dedupeName]) (await ensureEverywhere(files, name)).fill(0);
      // Never made here: one that was lost while entries stand under it must be missed.
      const restricted = await readAnywhere(files, restrictedName);
      if (restricted) (await ensureEverywhere(files, restrictedName)).fill(0);
      restricted?.fill(0);
    },
    async advance(epoch) {
      const text = writeRecord({ ledger, epoch: String(epoch) }, kStatic);
      // Before the first record is written: a place that is not mounted is told as such, and gets nothing.
      for (const one of files) (await one.read(hkName(epoch)))?.fill(0);
      for (const dir of dirs) await replacePrivate(join(dir, recordName), text);
      opened.epoch = epoch;
    },
  };
}

function unknown(kind: string): never {
  throw new VaultError(
    'CUSTODIAN_UNKNOWN',
    `the custodian ${kind} holds the key of an epoch that stands, and is no longer named in the settings`,
  );
}

async function secretOf(custodian: Custodian, keepDir: string, name: string): Promise<KeyObject> {
  const secret = await custodian.read(name);
  if (!secret) throw missing(keepDir, `${name}.key`);
  return secretKey(secret);
}

export const missing = (keepDir: string, file: string): VaultError =>
  new VaultError(
    'KEEP_MISSING',
    `${file} is not in ${keepDir}. Put back the keep that belongs to this ledger, or name its place in KEEP_DIR. ` +
      'Without it no personal value can be opened, and new keys would open none either.',
  );
