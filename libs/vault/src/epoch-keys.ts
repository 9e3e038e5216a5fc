// Which keys does the vault hold in memory? The custodian's long-lived ones and the KEK of each epoch that is open.
import { type KeyObject } from 'node:crypto';
import { type Pool, type PoolClient } from 'pg';
import { randomKey, secretKey, unwrap, wrap } from './aes-gcm.js';
import { aad, indexKey, keyCheckValue } from './formulas.js';
import { MacKey } from './hmac.js';
import { firstEpoch, type Keep } from './keep.js';
import { VaultError } from './vault-error.js';

export interface EpochKeys {
  readonly epoch: number;
  readonly kek: KeyObject;
  readonly idx: MacKey;
}

/** KeyObjects and MacKeys print without their bytes and have no JSON form that shows the key, so none can slip into a log line. */
export interface VaultKeys {
  readonly ledger: string;
  readonly kStatic: MacKey;
  readonly kDedupe: MacKey;
  readonly epochs: ReadonlyMap<number, EpochKeys>;
  /** The epoch under which new owners and tokens are made. */
  readonly current: EpochKeys;
}

/** A row of table `epoch` whose KEK still stands. */
export interface EpochRow {
  readonly epoch: number;
  readonly wrapped_kek: Buffer;
  readonly kcv: Buffer;
}

/** Throws KEK_TAMPERED when the row was not wrapped by this HK for this ledger and epoch. */
export function openEpochKeys(ledger: string, hk: KeyObject, row: EpochRow): EpochKeys {
  const kek = unwrap(hk, row.wrapped_kek, aad.kek(ledger, row.epoch));
  if (!kek || !keyCheckValue(kek).equals(row.kcv)) {
    throw new VaultError('KEK_TAMPERED', `epoch ${row.epoch}: its key does not open under this keep`);
  }
  const idx = new MacKey(indexKey(kek));
  return { epoch: row.epoch, kek: secretKey(kek), idx };
}

/** Inserts epoch 1 with a fresh KEK, unless the table already has one or owners already stand under a lost one. */
export async function beginEpoch(db: Pool | PoolClient, keep: Keep): Promise<void> {
  const kek = randomKey();
  const wrappedKek = wrap(hkOf(keep, firstEpoch), kek, aad.kek(keep.ledger, firstEpoch));
  const kcv = keyCheckValue(kek);
  kek.fill(0);
  await db.query(
    `insert into epoch (epoch, wrapped_kek, kcv, state)
      select $1, $2, $3, 'open' where not exists (select from key_owner) and not exists (select from epoch)
      on conflict do nothing`,
    [firstEpoch, wrappedKek, kcv],
  );
}

/** All keys of the epochs that stand. Throws EPOCH_MISSING, KEEP_BEHIND_DATABASE or KEK_TAMPERED. */
export async function loadKeys(app: Pool, keep: Keep): Promise<VaultKeys> {
  const { rows } = await app.query<EpochRow>(
    'select epoch, wrapped_kek, kcv from epoch where wrapped_kek is not null order by epoch',
  );
  const epochs = new Map(rows.map((row) => [row.epoch, openEpochKeys(keep.ledger, hkOf(keep, row.epoch), row)]));
  const current = epochs.get(keep.epoch);
  if (!current) {
    throw new VaultError(
      'EPOCH_MISSING',
      `the keep is at epoch ${keep.epoch}, the database has no such key: it is another ledger's database or an older one`,
    );
  }
  return {
    ledger: keep.ledger,
    kStatic: MacKey.of(keep.kStatic),
    kDedupe: MacKey.of(keep.kDedupe),
    epochs,
    current,
  };
}

function hkOf(keep: Keep, epoch: number): KeyObject {
  const hk = keep.hks.get(epoch);
  if (hk) return hk;
  throw new VaultError(
    'KEEP_BEHIND_DATABASE',
    `the database needs the key of epoch ${epoch}, the keep ends at epoch ${keep.epoch}: put back the keep that belongs to it`,
  );
}
