// How does one answer read a person's sealed values? Where they stand and what stands there at once; nothing is read twice.
import { type Pool } from 'pg';
import { type VaultKeys } from './epoch-keys.js';
import { openParts, placeKey, type Opened, type StoredPart, type Unopened, type Wanted } from './opening.js';
import { mentionsMax, partsOfOwner, type Mention } from './reading.js';
import { type OwnerName } from './rows.js';

/** Sealed values brought along with where they stand, of one owner; of those beyond it the place alone, until they are wanted. */
const sealedMax = 1_000;

interface SealedRow {
  readonly event: string;
  readonly p: string;
  readonly category: string;
  readonly blob: Buffer;
  readonly wrapped_pk: Buffer | null;
}

/** For as long as one answer is made. It holds ciphertext alone; keys live while `open` works and no longer. */
export class Answer {
  readonly #app: Pool;
  readonly #keys: VaultKeys;
  readonly #met = new Map<string, StoredPart>();

  constructor(app: Pool, keys: VaultKeys) {
    this.#app = app;
    this.#keys = keys;
  }

  /** As Vault.partsOfOwner, for an answer that will open what it finds. */
  async partsOfOwner(owner: OwnerName, after?: Mention): Promise<Mention[]> {
    if (after) return partsOfOwner(this.#app, owner, after);
    const { rows } = await this.#app.query<SealedRow>({
      name: 'vault-sealed',
      text: `select t.event, t.p, t.category, t.blob, k.wrapped_pk
        from part t left join part_key k on k.event = t.event and k.part = t.p
        where t.owner = $1 order by t.event, t.p limit ${sealedMax}`,
      values: [owner],
    });
    const found = rows.map(({ event, p, category, blob, wrapped_pk }): Mention => {
      this.#met.set(placeKey(event, p), { owner, category, blob, wrapped_pk });
      return { eventId: event, p, category };
    });
    if (found.length < sealedMax) return found;
    const more = await partsOfOwner(this.#app, owner, found.at(-1));
    return [...found, ...more].slice(0, mentionsMax);
  }

  /** As Vault.open. */
  open(wanted: readonly Wanted[]): Promise<(Opened | Unopened)[]> {
    return openParts(this.#app, this.#keys, wanted, this.#met);
  }
}
