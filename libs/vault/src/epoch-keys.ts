// Which keys does the vault hold in memory? The custodian's long-lived ones and the KEK of each epoch that stands.
import { type KeyObject } from 'node:crypto';
import { type Pool, type PoolClient } from 'pg';
import { randomKey, secretKey, unwrap, wrap } from './aes-gcm.js';
import { aad, indexKey, keyCheckValue, lookupToken } from './formulas.js';
import { MacKey } from './hmac.js';
import { firstEpoch, type Keep } from './keep.js';
import { type LookupToken } from './rows.js';
import { VaultError } from './vault-error.js';

export interface EpochKeys {
  readonly epoch: number;
  readonly kek: KeyObject;
  readonly idx: MacKey;
}

/** A row of table `epoch` whose KEK still stands. */
export interface EpochRow {
  readonly epoch: number;
  readonly wrapped_kek: Buffer;
  readonly kcv: Buffer;
}

/** `coming` and `open`, or `open` and `closing`: two epochs stand while one takes over from the other. */
export type EpochState = 'coming' | 'open' | 'closing' | 'closed';

type StandingRow = EpochRow & { readonly state: EpochState };

/** Times that keys are loaded before an epoch that appears and goes is given up. */
const loadsMax = 3;

/** Throws KEK_TAMPERED when the row was not wrapped by this HK for this ledger and epoch. */
export function openEpochKeys(ledger: string, hk: KeyObject, row: EpochRow): EpochKeys {
  const kek = unwrap(hk, row.wrapped_kek, aad.kek(ledger, row.epoch));
  if (!kek || !keyCheckValue(kek).equals(row.kcv)) {
    throw new VaultError('KEK_TAMPERED', `epoch ${row.epoch}: its key does not open under this keep`);
  }
  const idx = new MacKey(indexKey(kek));
  return { epoch: row.epoch, kek: secretKey(kek), idx };
}

/** A fresh KEK as it stands in table `epoch`. */
export function newEpochRow(ledger: string, hk: KeyObject, epoch: number): EpochRow {
  const kek = randomKey();
  const row = { epoch, wrapped_kek: wrap(hk, kek, aad.kek(ledger, epoch)), kcv: keyCheckValue(kek) };
  kek.fill(0);
  return row;
}

/** Inserts epoch 1 with a fresh KEK, unless the table already has one or owners already stand under a lost one. */
export async function beginEpoch(db: Pool | PoolClient, keep: Keep): Promise<void> {
  const hk = await keep.hk(firstEpoch);
  if (!hk) throw keyMissing(keep, firstEpoch);
  const { wrapped_kek: wrappedKek, kcv } = newEpochRow(keep.ledger, hk, firstEpoch);
  await db.query(
    `insert into epoch (epoch, wrapped_kek, kcv, state, custodians)
      select $1, $2, $3, 'open', $4 where not exists (select from key_owner) and not exists (select from epoch)
      on conflict do nothing`,
    [firstEpoch, wrappedKek, kcv, keep.custodians.map(({ kind }) => kind)],
  );
}

/** What opening and sealing need of them. */
export type StandingKeys = Pick<VaultKeys, 'ledger' | 'epochs' | 'current'>;

/** KeyObjects and MacKeys print without their bytes and have no JSON form that shows the key, so none can slip into a log line. */
export class VaultKeys {
  readonly ledger: string;
  readonly kStatic: MacKey;
  readonly kDedupe: MacKey;
  readonly #app: Pool;
  readonly #keep: Keep;
  #epochs: ReadonlyMap<number, EpochKeys> = new Map();
  #current: EpochKeys | undefined;
  #loaded: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  private constructor(app: Pool, keep: Keep) {
    this.ledger = keep.ledger;
    this.kStatic = MacKey.of(keep.kStatic);
    this.kDedupe = MacKey.of(keep.kDedupe);
    this.#app = app;
    this.#keep = keep;
  }

  /** All keys of the epochs that stand. Throws EPOCH_MISSING, KEEP_BEHIND_DATABASE, KEY_STORE_OLD or KEK_TAMPERED. */
  static async load(app: Pool, keep: Keep): Promise<VaultKeys> {
    const keys = new VaultKeys(app, keep);
    await keys.reload();
    return keys;
  }

  get epochs(): ReadonlyMap<number, EpochKeys> {
    return this.#epochs;
  }

  /** The epoch under which new owners and tokens are made. */
  get current(): EpochKeys {
    if (!this.#current) throw new VaultError('EPOCH_MISSING', 'no epoch is open');
    return this.#current;
  }

  /** Loads the epochs that stand by now and forgets those that do not. Whoever asks while it loads gets a load that began later. */
  reload(): Promise<void> {
    this.#next ??= this.#loaded.then(() => {
      this.#next = undefined;
      const loading = this.#load();
      this.#loaded = loading.catch(() => undefined);
      return loading;
    });
    return this.#next;
  }

  /** Reloads when rows were met that another process wrote under an epoch not known here. */
  async cover(epochs: Iterable<number>): Promise<void> {
    for (const epoch of epochs) if (!this.#epochs.has(epoch)) return this.reload();
  }

  /** Whether the epochs known here are those that stood when a question was answered. */
  spans(oldest: number, newest: number): boolean {
    return this.#epochs.has(newest) && this.#epochs.has(oldest) && this.#epochs.size === newest - oldest + 1;
  }

  /** By which tokens an identifier may stand: under the current epoch first. */
  tokensOf({ inner, token, epoch }: LookupToken): [Buffer, ...Buffer[]] {
    const { current } = this;
    const first = epoch === current.epoch ? token : lookupToken(current.idx, inner);
    if (this.#epochs.size === 1) return [first];
    const others = [...this.#epochs.values()].filter((one) => one !== current);
    return [first, ...others.map(({ idx }) => lookupToken(idx, inner))];
  }

  async #load(): Promise<void> {
    for (let at = 1; ; at++) {
      const { rows } = await this.#app.query<StandingRow>(
        'select epoch, wrapped_kek, kcv, state from epoch where wrapped_kek is not null order by epoch',
      );
      const epochs = await this.#openAll(rows);
      // A key that went while it was loaded belongs to an epoch that has just been closed.
      if (epochs instanceof VaultError && at < loadsMax) continue;
      if (epochs instanceof VaultError) throw epochs;
      const open = epochs.get(rows.find(({ state }) => state === 'open')?.epoch ?? 0);
      if (!open) throw epochMissing(this.#keep);
      this.#epochs = epochs;
      this.#current = open;
      return;
    }
  }

  async #openAll(rows: readonly StandingRow[]): Promise<Map<number, EpochKeys> | VaultError> {
    const epochs = new Map<number, EpochKeys>();
    for (const row of rows) {
      const known = this.#epochs.get(row.epoch);
      const hk = known ? undefined : await this.#keep.hk(row.epoch);
      if (known) epochs.set(row.epoch, known);
      else if (hk) epochs.set(row.epoch, openEpochKeys(this.ledger, hk, row));
      else return keyMissing(this.#keep, row.epoch);
    }
    return epochs;
  }
}

const epochMissing = (keep: Keep): VaultError =>
  new VaultError(
    'EPOCH_MISSING',
    `the keep is at epoch ${keep.epoch}, the database has no such key: it is another ledger's database or an older one`,
  );

function keyMissing(keep: Keep, epoch: number): VaultError {
  if (epoch > keep.epoch) {
    return new VaultError(
      'KEEP_BEHIND_DATABASE',
      `the database needs the key of epoch ${epoch}, the keep ends at epoch ${keep.epoch}: put back the keep that belongs to it`,
    );
  }
  return new VaultError(
    'KEY_STORE_OLD',
    `the database needs the key of epoch ${epoch}, which was destroyed when that epoch closed; the keep is at epoch ${keep.epoch}. ` +
      'Restore the key store from a backup of that epoch, such as the one in KEY_BACKUP_DIR: an older one can be opened by nobody.',
  );
}
