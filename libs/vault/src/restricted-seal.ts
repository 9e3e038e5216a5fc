// Under which key stands what the law forbids to tell? Under an entry of the keep that no epoch, no backup and no other answer opens.
import { type JsonValue } from '@derbes/kernel';
import { type KeyObject } from 'node:crypto';
import { type Pool } from 'pg';
import { secretKey, unwrap, wrap } from './aes-gcm.js';
import { ensureEverywhere, readAnywhere } from './custody.js';
import { expand } from './formulas.js';
import { inTransaction } from './in-transaction.js';
import { missing, restrictedName, type Keep } from './keep.js';
import { restrictedPlaces } from './reading.js';
import { VaultError } from './vault-error.js';

/** What an entry says, as JSON in UTF-8; every entry is padded to it, so that no length tells what it is. */
export const restrictedBytesMax = 6_000;
const lengthBytes = 4;
/** Processes that start together on a keep of an older build make one key. */
const makingLock = 4_021_990_187;

/** Where an entry stands; it opens nowhere else. */
export interface RestrictedAt {
  /** `restricted-<uuid>`: its stream and key owner. */
  readonly stream: string;
  readonly event: string;
}

/** The inner seal of restricted entries: whoever opens the vault's own seal finds only this. */
export class RestrictedSeal {
  readonly #key: KeyObject;

  private constructor(
    key: KeyObject,
    private readonly ledger: string,
  ) {
    this.#key = secretKey(expand(key, 'derbes/restricted/v1'));
  }

  /**
   * Takes the key from the keep. A keep of an older build gets one, like every new keep, whether or not anything restricted is ever
   * recorded. Throws KEEP_MISSING when entries stand that were sealed under a key which the keep has lost, and what a location failed with.
   */
  static async open(keep: Keep, app: Pool): Promise<RestrictedSeal> {
    const secret = (await readAnywhere(keep.files, restrictedName)) ?? (await made(keep, app));
    return new RestrictedSeal(secretKey(secret), keep.ledger);
  }

  /** Text of one length, whatever is said. Throws VALUE_TOO_LONG. */
  seal(at: RestrictedAt, said: JsonValue): string {
    const text = Buffer.from(JSON.stringify(said));
    if (text.length > restrictedBytesMax) {
      throw new VaultError('VALUE_TOO_LONG', `a restricted entry holds ${restrictedBytesMax} bytes`);
    }
    const padded = Buffer.alloc(lengthBytes + restrictedBytesMax);
    padded.writeUInt32BE(text.length);
    text.copy(padded, lengthBytes);
    const sealed = wrap(this.#key, padded, this.#aad(at)).toString('base64url');
    padded.fill(0);
    text.fill(0);
    return sealed;
  }

  /** What the entry says. Throws PART_TAMPERED for what was not sealed here, or not at this place. */
  open(at: RestrictedAt, sealed: string): JsonValue {
    const padded = unwrap(this.#key, Buffer.from(sealed, 'base64url'), this.#aad(at));
    if (!padded) throw new VaultError('PART_TAMPERED', `event ${at.event}: its restricted part does not open`);
    const end = lengthBytes + padded.readUInt32BE();
    const said = JSON.parse(padded.toString('utf8', lengthBytes, end)) as JsonValue;
    padded.fill(0);
    return said;
  }

  #aad({ stream, event }: RestrictedAt): string {
    return `derbes/restricted/v1|${this.ledger}|${stream}|${event}`;
  }
}

const made = (keep: Keep, app: Pool): Promise<Buffer> =>
  inTransaction(app, async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [makingLock]);
    const key = await readAnywhere(keep.files, restrictedName);
    if (key) return key;
    const [standing] = await restrictedPlaces(tx, 'restricted-');
    if (standing) throw missing('the keep', `${restrictedName}.key`);
    return ensureEverywhere(keep.files, restrictedName);
  });
