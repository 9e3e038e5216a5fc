// How does a spec get people with sealed values? Made as the service makes them, and written as a flush does.
import { type JsonValue } from '@derbes/kernel';
import { randomUUID } from 'node:crypto';
import { type Pool, type PoolClient } from 'pg';
import { inTransaction } from '../in-transaction.js';
import { noRows, normalise, vaultParticipant, type Identifier, type OwnerKind, type OwnerName } from '../index.js';
import {
  type DoomedPart,
  type KeyRow,
  type PkRow,
  type Sealed,
  type Vault,
  type VaultRows,
  type Wanted,
} from '../index.js';

/** An owner with what was sealed of it beside one event. */
export interface Made {
  readonly owner: OwnerName;
  readonly eventId: string;
  readonly sealed: readonly Sealed[];
  readonly rows: VaultRows;
}

export const identifier = (scheme: string, value: string): Identifier => {
  const normal = normalise(scheme, value);
  if ('code' in normal) throw new Error(normal.reason);
  return normal;
};

export const wanted = ({ owner, eventId, sealed }: Made): Wanted[] =>
  sealed.map(({ part }) => ({ eventId, owner, part }));

/** Its parts as a destruction names them; `scheme` for those that seal an identifier. */
export const doomed = ({ eventId, sealed }: Made, scheme?: string): DoomedPart[] =>
  sealed.map(({ part }) => ({ eventId, p: part.p, ...(scheme !== undefined && { scheme }) }));

export class Workshop {
  constructor(
    readonly vault: Vault,
    private readonly app: Pool,
  ) {}

  transaction<T>(work: (tx: PoolClient) => Promise<T>): Promise<T> {
    return inTransaction(this.app, work);
  }

  /** Writes units as a flush does, and says which of them conflicted. */
  flush(units: readonly VaultRows[]): Promise<ReadonlyMap<number, string>> {
    return this.transaction(async (tx) => {
      const found = await vaultParticipant.conflicts(tx, units);
      await vaultParticipant.write(
        tx,
        units.filter((_, i) => !found.has(i)),
      );
      return found;
    });
  }

  /** A new owner with its ref, identifiers that find it, and values sealed beside one event. */
  newOwner(
    values: readonly [category: string, value: JsonValue][],
    by: readonly Identifier[] = [],
    kind: OwnerKind = 'subject',
  ): Promise<Made> {
    return this.vault.withKeys((ring) => {
      const row = ring.newOwner(kind, randomUUID(), null);
      const pks = [ring.makeRef({ owner: row.owner, eventId: randomUUID() })];
      const eventId = randomUUID();
      const { owner } = row;
      const sealed = values.map(([category, value], p) =>
        ring.seal({ owner, stream: owner, eventId, p: String(p), category, value }),
      );
      const rows = {
        ...noRows,
        owners: [row],
        pks: [...pks, ...sealed.map(({ pk }) => pk)],
        parts: sealed.map((one) => one.row),
        tokens: by.map((one) => this.vault.tokenRow(this.vault.token(one), owner, null)),
      };
      return Promise.resolve({ owner, eventId, sealed, rows });
    });
  }

  async written(...given: Parameters<Workshop['newOwner']>): Promise<Made> {
    const made = await this.newOwner(...given);
    const conflicts = await this.flush([made.rows]);
    if (conflicts.size > 0) throw new Error([...conflicts.values()].join());
    return made;
  }

  /** More values of an owner that stands, sealed beside another event but not written. */
  async more(owner: KeyRow | OwnerName, values: readonly [category: string, value: JsonValue][]): Promise<Made> {
    const row = typeof owner === 'string' ? await this.keyRow(owner) : owner;
    return this.vault.withKeys((ring) => {
      const name = ring.open(row);
      const eventId = randomUUID();
      const sealed = values.map(([category, value], p) =>
        ring.seal({ owner: name, stream: name, eventId, p: String(p), category, value }),
      );
      const rows = { ...noRows, pks: sealed.map(({ pk }) => pk), parts: sealed.map((one) => one.row) };
      return Promise.resolve({ owner: name, eventId, sealed, rows });
    });
  }

  /** A check of a claim, as it stands under an event. */
  async check(owner: OwnerName, received: JsonValue): Promise<{ checkEvent: string; check: Buffer; pk: PkRow }> {
    const row = await this.keyRow(owner);
    return this.vault.withKeys((ring) => {
      const checkEvent = randomUUID();
      return Promise.resolve({
        checkEvent,
        ...ring.makeCheck({ owner: ring.open(row), eventId: checkEvent, received }),
      });
    });
  }

  async keyRow(owner: OwnerName): Promise<KeyRow> {
    const row = (await this.vault.ownersOf([owner])).get(owner);
    if (!row) throw new Error(`${owner} has no key row`);
    return row;
  }

  /** The value of each, or the code by which it does not open. */
  async shown(asked: readonly Wanted[]): Promise<JsonValue[]> {
    return (await this.vault.open(asked)).map((one) => ('value' in one ? one.value : one.code));
  }
}
