// What could be read by somebody who kept every byte that ever stood in the database, and has every key that was not destroyed?
import { createSecretKey, type KeyObject } from 'node:crypto';
import { type Pool, type PoolClient } from 'pg';
import { unwrap } from '../aes-gcm.js';
import * as formulas from '../formulas.js';
import { type Identifier, type Keep } from '../index.js';

/** Rows as they stood at some time; hex, so that the same row is kept once. */
interface Seen {
  /** epoch, wrapped KEK */
  readonly keks: Map<string, readonly [number, Buffer]>;
  /** owner, wrapped SK */
  readonly sks: Map<string, readonly [string, Buffer]>;
  /** owner, event, part, wrapped PK */
  readonly pks: Map<string, readonly [string, string, string, Buffer]>;
  /** owner, event, p, blob */
  readonly blobs: Map<string, readonly [string, string, string, Buffer]>;
  /** owner, scheme, wrapped digest */
  readonly inners: Map<string, readonly [string, string, Buffer]>;
  readonly tokens: Set<string>;
}

/** What of a row says where it belongs, and its bytes. */
export interface SeenRow {
  readonly kind: 'kek' | 'sk' | 'pk' | 'blob' | 'inner' | 'token';
  readonly a: string;
  readonly b: string;
  readonly c: string;
  readonly bytes: Buffer | null;
}

const everything = `
  select 'kek' as kind, epoch::text as a, '' as b, '' as c, wrapped_kek as bytes from epoch
  union all select 'sk', owner, '', '', wrapped_sk from key_owner
  union all select 'pk', owner, event::text, part, wrapped_pk from part_key
  union all select 'blob', owner, event::text, p, blob from part
  union all select 'inner', owner, scheme, '', inner_wrapped from lookup
  union all select 'inner', owner, scheme, '', inner_wrapped from lookup_past
  union all select 'token', '', '', '', token from lookup
  union all select 'token', '', '', '', token from lookup_past
  union all select 'token', '', '', '', token from token_fence`;

/** What is reachable: values by `<event>/<p>`, and whether an identifier can be told from a guess. */
export interface Reached {
  readonly values: ReadonlyMap<string, unknown>;
  knows(identifier: Identifier): boolean;
}

export class Adversary {
  readonly #seen: Seen = {
    keks: new Map(),
    sks: new Map(),
    pks: new Map(),
    blobs: new Map(),
    inners: new Map(),
    tokens: new Set(),
  };

  /** Keeps what stands; given a transaction, also what it wrote and will take back. */
  async look(db: Pool | PoolClient): Promise<void> {
    this.take((await db.query<SeenRow>(everything)).rows);
  }

  /** Keeps rows that were found elsewhere. */
  take(rows: readonly SeenRow[]): void {
    for (const { kind, a, b, c, bytes } of rows) {
      if (!bytes) continue;
      const key = [a, b, c, bytes.toString('base64')].join('|');
      if (kind === 'kek') this.#seen.keks.set(key, [Number(a), bytes]);
      else if (kind === 'sk') this.#seen.sks.set(key, [a, bytes]);
      else if (kind === 'pk') this.#seen.pks.set(key, [a, b, c, bytes]);
      else if (kind === 'blob') this.#seen.blobs.set(key, [a, b, c, bytes]);
      else if (kind === 'inner') this.#seen.inners.set(key, [a, b, bytes]);
      else this.#seen.tokens.add(bytes.toString('base64'));
    }
  }

  /** What another saw and this one did not, by kind. */
  lacks(other: Adversary): string[] {
    const kinds = Object.keys(this.#seen) as (keyof Seen)[];
    return kinds.flatMap((kind) =>
      [...other.#seen[kind].keys()].filter((key) => !this.#seen[kind].has(key)).map((key) => `${kind} ${key}`),
    );
  }

  /** Tries every key on everything. `epochs`: as many as there ever were. `found`: whatever else may be a key, tried in every place. */
  async reach(keep: Keep, epochs: number, found: readonly Buffer[] = []): Promise<Reached> {
    const { ledger, kStatic } = keep;
    const keks: (readonly [number, KeyObject])[] = [];
    const others = found.map((key) => createSecretKey(key));
    const hks: KeyObject[] = [...others];
    for (let of = 1; of <= epochs; of++) {
      const hk = await keep.hk(of);
      if (hk) hks.push(hk);
      for (const key of others) keks.push([of, key]);
    }
    for (const [epoch, wrapped] of this.#seen.keks.values()) {
      for (const hk of hks) {
        const kek = unwrap(hk, wrapped, formulas.aad.kek(ledger, epoch));
        if (kek) keks.push([epoch, createSecretKey(kek)]);
      }
    }
    const sks = new Map<string, Buffer[]>();
    for (const [owner, wrapped] of this.#seen.sks.values()) {
      for (const [epoch, kek] of keks) {
        const sk = unwrap(kek, wrapped, formulas.aad.sk(ledger, owner, epoch));
        if (sk) sks.set(owner, [...(sks.get(owner) ?? []), sk]);
      }
    }
    const pks = new Map<string, Buffer[]>();
    for (const [owner, event, part, wrapped] of this.#seen.pks.values()) {
      for (const sk of distinct([...(sks.get(owner) ?? []), ...found])) {
        const pk = unwrap(sk, wrapped, formulas.aad.pk(ledger, owner, event, part));
        if (pk) pks.set(`${event}/${part}`, [...(pks.get(`${event}/${part}`) ?? []), pk]);
      }
    }
    const values = new Map<string, unknown>();
    for (const [owner, event, p, blob] of this.#seen.blobs.values()) {
      for (const pk of distinct([...(pks.get(`${event}/${p}`) ?? []), ...found])) {
        const padded = unwrap(formulas.sealingKey(pk, event, p), blob, formulas.aad.part(ledger, owner, event, p));
        if (padded) values.set(`${event}/${p}`, formulas.unpad(padded)?.value);
      }
    }
    const inners = new Set<string>();
    for (const [owner, scheme, wrapped] of this.#seen.inners.values()) {
      for (const [epoch, kek] of keks) {
        const inner = unwrap(kek, wrapped, formulas.aad.inner(ledger, owner, scheme, epoch));
        if (inner) inners.add(inner.toString('base64'));
      }
    }
    return {
      values,
      knows: ({ scheme, norm, value }) => {
        const inner = formulas.lookupInner(kStatic, scheme, norm, value);
        const tokenUnder = (kek: KeyObject): string =>
          formulas.lookupToken(formulas.indexKey(kek), inner).toString('base64');
        return inners.has(inner.toString('base64')) || keks.some(([, kek]) => this.#seen.tokens.has(tokenUnder(kek)));
      },
    };
  }
}

const distinct = (keys: readonly Buffer[]): Buffer[] => [
  ...new Map(keys.map((key) => [key.toString('base64'), key])).values(),
];
