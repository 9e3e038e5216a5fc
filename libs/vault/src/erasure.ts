// How does a person's key go for ever? First nobody may write about her any more, then keys, values and tokens go at once.
import { type PoolClient } from 'pg';
import { type KeyRow, type OwnerName } from './rows.js';
import { VaultError } from './vault-error.js';

/** What went; nothing when it had gone before. */
export interface Destroyed {
  /** Sealed values. */
  readonly parts: number;
  /** Keys of values, checks and references. */
  readonly keys: number;
  /** Look-up tokens, those of earlier links and of references among them. */
  readonly tokens: number;
  /** The last epoch under which any of it stood: with its close all of it is final. Absent when nothing went. */
  readonly epoch?: number;
}

export const nothingDestroyed: Destroyed = { parts: 0, keys: 0, tokens: 0 };

/**
 * From the commit on nothing can be written that names the owner: what is under way landed before, or conflicts with
 * OWNER_NOT_LIVE. Waits for writers that hold the row. Answers the state before; undefined when there is no key row.
 */
export async function beginErasure(tx: PoolClient, owner: OwnerName): Promise<KeyRow['state'] | undefined> {
  const { rows } = await tx.query<{ state: KeyRow['state'] }>({
    name: 'vault-erasing-lock',
    text: 'select state from key_owner where owner = $1 for update',
    values: [owner],
  });
  const state = rows[0]?.state;
  if (state === 'live') {
    const text = `update key_owner set state = 'erasing' where owner = $1`;
    await tx.query({ name: 'vault-erasing', text, values: [owner] });
  }
  return state;
}

/** What `destroyOwner` would destroy now. */
export async function countOwner(tx: PoolClient, owner: OwnerName): Promise<Destroyed> {
  const { rows } = await tx.query<Destroyed>({
    name: 'vault-count-owner',
    text: `select (select count(*) from part where owner = $1)::int as parts,
      (select count(*) from part_key where owner = $1)::int as keys,
      ((select count(*) from lookup where owner = $1) + (select count(*) from lookup_past where owner = $1))::int as tokens`,
    values: [owner],
  });
  return rows[0] ?? nothingDestroyed;
}

interface Gone {
  readonly parts: number;
  readonly keys: number;
  readonly tokens: number;
  readonly epoch: number | null;
}

/**
 * Destroys the owner's key, all its values across all streams, the keys of its checks and references, and turns every token
 * that found it into a fence. `orderedAt`: moment of the order, whole UTC seconds. Done before, or the key row gone with its
 * epoch: nothing happens but for rows that were left over. Throws ERASURE_NOT_BEGUN while the owner lives.
 */
export async function destroyOwner(tx: PoolClient, owner: OwnerName, orderedAt: string): Promise<Destroyed> {
  const { rows: found } = await tx.query<{ state: KeyRow['state'] }>({
    name: 'vault-erasing-lock',
    text: 'select state from key_owner where owner = $1 for update',
    values: [owner],
  });
  if (found[0]?.state === 'live')
    throw new VaultError('ERASURE_NOT_BEGUN', `${owner} is live: what is under way could still land`);
  const { rows } = await tx.query<Gone>({
    name: 'vault-destroy-owner',
    text: `with k as (delete from part_key where owner = $1 returning 1),
        p as (delete from part where owner = $1 returning 1),
        now as (delete from lookup where owner = $1 returning token, null::text as until, epoch),
        past as (delete from lookup_past where owner = $1 returning token, until, epoch),
        l as (select * from now union all select * from past),
        f as (insert into token_fence (token, since, until, epoch) select token, $2, until, epoch from l),
        o as (
          update key_owner set state = 'erased', wrapped_sk = null, claim = null
          where owner = $1 and state = 'erasing' returning epoch
        )
      select (select count(*) from p)::int as parts, (select count(*) from k)::int as keys,
        (select count(*) from l)::int as tokens,
        (select max(epoch) from (select epoch from l union all select epoch from o) e) as epoch`,
    values: [owner, orderedAt],
  });
  const [gone] = rows;
  if (!gone) return nothingDestroyed;
  const { epoch, ...counts } = gone;
  return { ...counts, ...(epoch !== null && { epoch }) };
}
