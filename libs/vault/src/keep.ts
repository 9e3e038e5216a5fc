// Where are the keys that the database must never hold? In the keep: a directory beside the data, never inside it.
import { randomUUID, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { randomKey, secretKey } from './aes-gcm.js';
import { type Custodian } from './custodian.js';
import { FileCustodian, ledgerOfEntry } from './file-custodian.js';
import { Journal } from './journal.js';
import { readRecord, writeRecord } from './keep-record.js';
import {
  assertApart,
  assertPrivateDirectory,
  createPrivate,
  makePrivateDirectory,
  readPrivate,
} from './private-files.js';
import { VaultError } from './vault-error.js';

export const firstEpoch = 1;
const staticName = 'static';
const dedupeName = 'dedupe';
export const hkName = (epoch: number): string => `hk-${epoch}`;
const recordName = 'keep.json';

export interface KeepPlace {
  readonly keepDir: string;
  readonly dataDir: string;
}

/** An opened keep. Its keys are KeyObjects, which neither an inspector nor JSON shows. */
export interface Keep {
  /** The ledger's random id, in every key file, and in LedgerOpened. */
  readonly ledger: string;
  /** The newest epoch that was begun with this keep. */
  readonly epoch: number;
  readonly kStatic: KeyObject;
  readonly kDedupe: KeyObject;
  readonly custodian: Custodian;
  /** Of the erasures since the epoch began. */
  readonly journal: Journal;
  /** HK of an epoch; undefined once it is destroyed, or before it is made. */
  hk(epoch: number): Promise<KeyObject | undefined>;
}

/**
 * Makes the keep of a new ledger, with a random ledger id. To be called only when the database holds no ledger. An interrupted
 * making is completed with the keys that it left. Throws KEEP_EXISTS, KEEP_INSIDE_DATA, KEEP_RIGHTS_TOO_WIDE, KEEP_WRONG_OWNER.
 */
export async function makeKeep(place: KeepPlace): Promise<Keep> {
  const { keepDir } = place;
  await assertApart(keepDir, place.dataDir);
  await makePrivateDirectory(keepDir);
  const record = join(keepDir, recordName);
  if ((await readPrivate(record)) !== undefined) throw new VaultError('KEEP_EXISTS', `${keepDir} holds a keep already`);
  const ledger = (await ledgerOfEntry(keepDir, staticName)) ?? randomUUID();
  const custodian = new FileCustodian(keepDir, ledger);
  const kStatic = await ensureSecret(custodian, staticName);
  await ensureSecret(custodian, dedupeName);
  await ensureSecret(custodian, hkName(firstEpoch));
  // Last: a keep without its record was never used.
  await createPrivate(record, writeRecord({ ledger, epoch: String(firstEpoch) }, kStatic));
  return openKeep(place, ledger);
}

async function ensureSecret(custodian: Custodian, name: string): Promise<Buffer> {
  const standing = await custodian.read(name);
  if (standing) return standing;
  const secret = randomKey();
  await custodian.write(name, secret);
  return secret;
}

/**
 * Opens the keep of a standing ledger; `ledger` is the id that the database names. Makes nothing, ever. Throws KEEP_MISSING,
 * KEEP_DAMAGED, KEEP_OF_ANOTHER_LEDGER, KEEP_INSIDE_DATA, KEEP_RIGHTS_TOO_WIDE, KEEP_WRONG_OWNER.
 */
export async function openKeep(place: KeepPlace, ledger?: string): Promise<Keep> {
  const { keepDir } = place;
  await assertApart(keepDir, place.dataDir);
  const record = join(keepDir, recordName);
  const text = await readPrivate(record);
  const named = await ledgerOfEntry(keepDir, staticName);
  if (text === undefined || named === undefined) throw missing(keepDir, text === undefined ? recordName : 'static.key');
  await assertPrivateDirectory(keepDir);
  const custodian = new FileCustodian(keepDir, ledger ?? named);
  const kStatic = await secretOf(custodian, keepDir, staticName);
  const { epoch } = readRecord(record, text, custodian.ledger, () => kStatic);
  await secretOf(custodian, keepDir, hkName(Number(epoch)));
  return {
    ledger: custodian.ledger,
    epoch: Number(epoch),
    kStatic,
    kDedupe: await secretOf(custodian, keepDir, dedupeName),
    custodian,
    journal: new Journal(keepDir, custodian.ledger, kStatic),
    async hk(number) {
      const secret = await custodian.read(hkName(number));
      return secret && secretKey(secret);
    },
  };
}

async function secretOf(custodian: Custodian, keepDir: string, name: string): Promise<KeyObject> {
  const secret = await custodian.read(name);
  if (!secret) throw missing(keepDir, `${name}.key`);
  return secretKey(secret);
}

const missing = (keepDir: string, file: string): VaultError =>
  new VaultError(
    'KEEP_MISSING',
    `${file} is not in ${keepDir}. Put back the keep that belongs to this ledger, or name its place in KEEP_DIR. ` +
      'Without it no personal value can be opened, and new keys would open none either.',
  );
