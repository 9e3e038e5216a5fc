// Where do personal values live? Here, sealed; opened at answer time alone, for one request.
import { type JsonValue } from '@derbes/kernel';
import { type Pool, type PoolClient } from 'pg';
import { wrap } from './aes-gcm.js';
import { Answer } from './answer.js';
import { beginEpoch, VaultKeys } from './epoch-keys.js';
import { count, destroy } from './destruction.js';
import { beginErasure, destroyOwner, type Destroyed } from './erasure.js';
import * as formulas from './formulas.js';
import { type JournalEntry } from './journal-lines.js';
import { type Journal } from './journal.js';
import { type Keep } from './keep.js';
import { KeyRing } from './key-ring.js';
import { refIdentifier, type Identifier } from './normalise.js';
import { discloseParts, type Disclosed, type Opened, type Unopened, type Wanted } from './opening.js';
import { destroyParts, type Doomed } from './part-erasure.js';
import * as reading from './reading.js';
import {
  type Fence,
  type Holders,
  type KeyRow,
  type LookupToken,
  type OwnerKind,
  type OwnerName,
  type PkRow,
  type TokenMove,
  type TokenRow,
} from './rows.js';

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

  /** Of the erasures since the epoch began, in the keep. */
  readonly journal: Journal;

  private constructor(keys: VaultKeys, journal: Journal, app: Pool) {
    this.#keys = keys;
    this.journal = journal;
    this.#app = app;
  }

  /** Makes the first epoch's KEK, once, before LedgerOpened is written; a repeat changes nothing. Never where owners stand already. */
  static async begin(db: Pool | PoolClient, keep: Keep): Promise<void> {
    await beginEpoch(db, keep);
  }

  /** Throws EPOCH_MISSING, KEEP_BEHIND_DATABASE, KEY_STORE_OLD or KEK_TAMPERED when keep and database do not belong together. */
  static async open(keep: Keep, app: Pool): Promise<Vault> {
    return new Vault(await VaultKeys.load(app, keep), keep.journal, app);
  }

  /** What a unit was refused with EPOCH_CHANGED for: from here on the vault writes under the epoch that is open by now. */
  reload(): Promise<void> {
    return this.#keys.reload();
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
    const { idx, epoch } = this.#keys.current;
    return { scheme, norm, inner, token: formulas.lookupToken(idx, inner), epoch };
  }

  /**
   * The row by which the owner will be found again, under the epoch that is current by now. `claim` as in OwnerRow; a ref belongs
   * to no claim. `over`: moment of the latest fence on it that the decision knew of.
   */
  tokenRow(looked: LookupToken, owner: OwnerName, claim: Buffer | null, over?: string): TokenRow {
    const { scheme, norm, inner } = looked;
    const { kek, epoch } = this.#keys.current;
    const [token, other = null] = this.#keys.tokensOf(looked);
    const innerWrapped = wrap(kek, inner, formulas.aad.inner(this.#keys.ledger, owner, scheme, epoch));
    const row = { token, other, owner, scheme, norm, epoch, innerWrapped, claim: scheme === 'ref' ? null : claim };
    return over === undefined ? row : { ...row, over };
  }

  /** That an identifier finds another owner from now on, or nobody; its names are those of the epochs that stand by now. */
  tokenMove(looked: LookupToken, move: Omit<TokenMove, 'token' | 'other' | 'epoch'>): TokenMove {
    const [token, other = null] = this.#keys.tokensOf(looked);
    return { ...move, token, other, epoch: this.#keys.current.epoch };
  }

  /** A subject's pairwise reference for one emitter, with the look-up row to be written when it is given. */
  refFor(ring: KeyRing, refPk: PkRow, source: string): { ref: string; row: TokenRow } {
    const ref = ring.ref(refPk, source);
    return { ref, row: this.tokenRow(this.token(refIdentifier(source, ref)), refPk.owner, null) };
  }

  /** Key rows by name; one that does not exist is absent from the map. One query. */
  ownersOf(names: readonly OwnerName[]): Promise<Map<OwnerName, KeyRow>> {
    return reading.ownersOf(this.#app, this.#keys, names);
  }

  /** Whom identifiers find now, by look-up token in hex. Subjects alone, unless another kind is asked for: an organisation is never mistaken for one. One query. */
  lookup(tokens: readonly LookupToken[], kind: OwnerKind = 'subject'): Promise<Map<string, KeyRow>> {
    return reading.lookup(this.#app, this.#keys, tokens, kind);
  }

  /** Subjects by look-up token in hex, whom it finds now and whom it found before; who was never found is absent. One query. */
  holders(tokens: readonly LookupToken[]): Promise<Map<string, Holders>> {
    return reading.holders(this.#app, this.#keys, tokens);
  }

  /** The fences alone, by look-up token in hex; `holders` tells them too. One query. */
  fencesOf(tokens: readonly LookupToken[]): Promise<Map<string, readonly Fence[]>> {
    return reading.fencesOf(this.#app, this.#keys, tokens);
  }

  /**
   * From the commit on nothing can be written that names the owner: what is under way landed before, or conflicts with
   * OWNER_NOT_LIVE. Waits for writers that hold the row. Answers the state before; undefined when there is no key row.
   */
  beginErasure(tx: PoolClient, owner: OwnerName): Promise<KeyRow['state'] | undefined> {
    return beginErasure(tx, owner);
  }

  /**
   * Destroys the owner's key, values, checks and references, and turns every token that found it into a fence that begins with
   * `orderedAt` (whole UTC seconds). A repeat changes nothing. Throws ERASURE_NOT_BEGUN while the owner lives.
   */
  destroyOwner(tx: PoolClient, owner: OwnerName, orderedAt: string): Promise<Destroyed> {
    return destroyOwner(tx, owner, orderedAt);
  }

  /**
   * Destroys these parts and checks of one owner, the tokens of identifiers sealed in them, and the key that their keys were wrapped
   * under. A repeat changes nothing. Throws KEY_TAMPERED or EPOCH_CLOSED when the owner's key does not open.
   */
  destroyParts(tx: PoolClient, owner: OwnerName, doomed: Doomed): Promise<Destroyed> {
    return destroyParts(tx, this.#keys, owner, doomed);
  }

  /**
   * Destroys what an order in the journal names, of its owner and of those who own checks that hold it; begins the erasure of a
   * person first, so what is under way must have landed. A repeat changes nothing: what was destroyed before counts as nothing.
   */
  destroy(tx: PoolClient, entry: JournalEntry): Promise<Destroyed> {
    return destroy(tx, this.#keys, entry);
  }

  /** What `destroy` would destroy now. Throws as it does. */
  doomed(tx: PoolClient, entry: JournalEntry): Promise<Destroyed> {
    return count(tx, this.#keys, entry);
  }

  /** The values of parts, in the order asked, each verified against its event. A part that does not open says why; it hides no other. */
  open(wanted: readonly Wanted[]): Promise<(Opened | Unopened)[]> {
    return this.answer().open(wanted);
  }

  /** The same with what opens the commitments: for the person's own copy, by which she checks that the value is the one committed to. */
  disclose(wanted: readonly Wanted[]): Promise<(Disclosed | Unopened)[]> {
    return discloseParts(this.#app, this.#keys, wanted);
  }

  /** One answer's own view, in which what was met while looking for values is not read again to open them. */
  answer(): Answer {
    return new Answer(this.#app, this.#keys);
  }

  /** Where the owner is mentioned, across all streams, ordered by event and part; at most mentionsMax after `after`. */
  partsOfOwner(owner: OwnerName, after?: reading.Mention): Promise<reading.Mention[]> {
    return reading.partsOfOwner(this.#app, owner, after);
  }

  /** Where restricted entries are sealed, about whomever: their number does not depend on who is asked about. In pages of mentionsMax. */
  async restrictedPlaces(): Promise<reading.RestrictedPlace[]> {
    const places: reading.RestrictedPlace[] = [];
    let page: reading.RestrictedPlace[];
    do {
      page = await reading.restrictedPlaces(this.#app, places.at(-1)?.owner ?? 'restricted-');
      places.push(...page);
    } while (page.length === reading.mentionsMax && places.length < reading.restrictedMax);
    return places;
  }

  /** Whether each pair received again is the same as the first time; `lost` when its check was destroyed with the person. One query. */
  compareChecks(replays: readonly Replay[]): Promise<('same' | 'other' | 'lost')[]> {
    return this.withKeys(async (ring) => {
      const checks = await reading.checkKeys(
        this.#app,
        this.#keys,
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
