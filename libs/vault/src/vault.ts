// Where do personal values live? Here, sealed; opened at answer time alone, for one request.
import { type JsonValue } from '@derbes/kernel';
import { type Pool, type PoolClient } from 'pg';
import { wrap } from './aes-gcm.js';
import { Answer } from './answer.js';
import { beginEpoch, loadKeys, type VaultKeys } from './epoch-keys.js';
import * as formulas from './formulas.js';
import { type Keep } from './keep.js';
import { KeyRing } from './key-ring.js';
import { refIdentifier, type Identifier } from './normalise.js';
import { type Opened, type Unopened, type Wanted } from './opening.js';
import * as reading from './reading.js';
import { type Holders, type KeyRow, type OwnerKind, type OwnerName, type PkRow, type TokenRow } from './rows.js';

/** An identifier ready to be looked up; `inner` never leaves the request unwrapped. */
export interface LookupToken {
  readonly scheme: string;
  readonly norm: number;
  readonly inner: Buffer;
  readonly token: Buffer;
}

/** A replayed pair: what was stored of the first one, and what was received now. */
export interface Replay {
  readonly checkEvent: string;
  readonly check: Buffer;
  /** `{type, source, id, time, data}` as received. */
  readonly received: JsonValue;
}

export class Vault {
  readonly #keys: VaultKeys;
  readonly #app: Pool;

  private constructor(keys: VaultKeys, app: Pool) {
    this.#keys = keys;
    this.#app = app;
  }

  /** Makes the first epoch's KEK, once, before LedgerOpened is written; a repeat changes nothing. Never where owners stand already. */
  static async begin(db: Pool | PoolClient, keep: Keep): Promise<void> {
    await beginEpoch(db, keep);
  }

  /** Throws EPOCH_MISSING, KEEP_BEHIND_DATABASE or KEK_TAMPERED when keep and database do not belong together. */
  static async open(keep: Keep, app: Pool): Promise<Vault> {
    return new Vault(await loadKeys(app, keep), app);
  }

  get ledger(): string {
    return this.#keys.ledger;
  }

  /** Tells the current epoch's key from others without being a hash of it. */
  get keyCheckValue(): Buffer {
    return formulas.keyCheckValue(this.#keys.current.kek);
  }

  get epoch(): number {
    return this.#keys.current.epoch;
  }

  /** Opens a ring of keys for one request and zeroes it when the work is done, however it ends. */
  async withKeys<T>(work: (ring: KeyRing) => Promise<T>): Promise<T> {
    const ring = new KeyRing(this.#keys);
    try {
      return await work(ring);
    } finally {
      ring.close();
    }
  }

  claimToken(source: string, id: string): Buffer {
    return formulas.claimToken(this.#keys.kDedupe, source, id);
  }

  token({ scheme, norm, value }: Identifier): LookupToken {
    const inner = formulas.lookupInner(this.#keys.kStatic, scheme, norm, value);
    return { scheme, norm, inner, token: formulas.lookupToken(this.#keys.current.idx, inner) };
  }

  /** The row by which the owner will be found again. `claim` as in OwnerRow; a ref belongs to no claim. */
  tokenRow({ scheme, norm, inner, token }: LookupToken, owner: OwnerName, claim: Buffer | null): TokenRow {
    const { kek, epoch } = this.#keys.current;
    const innerWrapped = wrap(kek, inner, formulas.aad.inner(this.#keys.ledger, owner, scheme, epoch));
    return { token, owner, scheme, norm, epoch, innerWrapped, claim: scheme === 'ref' ? null : claim };
  }

  /** A subject's pairwise reference for one emitter, with the look-up row to be written when it is given. */
  refFor(ring: KeyRing, refPk: PkRow, source: string): { ref: string; row: TokenRow } {
    const ref = ring.ref(refPk, source);
    return { ref, row: this.tokenRow(this.token(refIdentifier(source, ref)), refPk.owner, null) };
  }

  /** Key rows by name; one that does not exist is absent from the map. One query. */
  ownersOf(names: readonly OwnerName[]): Promise<Map<OwnerName, KeyRow>> {
    return reading.ownersOf(this.#app, names);
  }

  /** Whom identifiers find now, by look-up token in hex. Subjects alone, unless another kind is asked for: an organisation is never mistaken for one. One query. */
  lookup(tokens: readonly Buffer[], kind: OwnerKind = 'subject'): Promise<Map<string, KeyRow>> {
    return reading.lookup(this.#app, tokens, kind);
  }

  /** Subjects by look-up token in hex, whom it finds now and whom it found before; who was never found is absent. One query. */
  holders(tokens: readonly Buffer[]): Promise<Map<string, Holders>> {
    return reading.holders(this.#app, tokens);
  }

  /** The values of parts, in the order asked, each verified against its event. A part that does not open says why; it hides no other. */
  open(wanted: readonly Wanted[]): Promise<(Opened | Unopened)[]> {
    return this.answer().open(wanted);
  }

  /** One answer's own view, in which what was met while looking for values is not read again to open them. */
  answer(): Answer {
    return new Answer(this.#app, this.#keys);
  }

  /** Where the owner is mentioned, across all streams, ordered by event and part; at most mentionsMax after `after`. */
  partsOfOwner(owner: OwnerName, after?: reading.Mention): Promise<reading.Mention[]> {
    return reading.partsOfOwner(this.#app, owner, after);
  }

  /** Whether each pair received again is the same as the first time; `lost` when its check was destroyed with the person. One query. */
  compareChecks(replays: readonly Replay[]): Promise<('same' | 'other' | 'lost')[]> {
    return this.withKeys(async (ring) => {
      const checks = await reading.checkKeys(
        this.#app,
        replays.map((replay) => replay.checkEvent),
      );
      return replays.map(({ checkEvent, check, received }) => {
        const found = checks.get(checkEvent);
        if (found?.owner.state !== 'live') return 'lost';
        ring.open(found.owner);
        return ring.checkHolds(found.pk, check, received) ? 'same' : 'other';
      });
    });
  }
}
