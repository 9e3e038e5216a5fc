// How do single values of a living person go for ever? With their keys, and with the key that their keys were wrapped under.
import { type PoolClient } from 'pg';
import { randomKey, unwrap, wrap } from './aes-gcm.js';
import { type VaultKeys } from './epoch-keys.js';
import { nothingDestroyed, type Destroyed } from './erasure.js';
import * as formulas from './formulas.js';
import { openOwnerKey } from './key-ring.js';
import { byteaArray, textArray, uuidArray } from './pg-arrays.js';
import { ownersOf } from './reading.js';
import { type DoomedPart, type KeyRow, type OwnerName } from './rows.js';
import { tokensOfParts } from './sealed-identifiers.js';

/** Keys of an owner that are wrapped anew together. */
const renewalPageMax = 1_000;

/** What of one owner is to be destroyed. */
export interface Doomed {
  readonly parts: readonly DoomedPart[];
  /** Events under which checks of claims stand that hold any of the parts; other owners' checks are not touched. */
  readonly checks: readonly string[];
}

interface LockedOwner {
  readonly owner: OwnerName;
  readonly epoch: number;
  readonly wrapped_sk: Buffer | null;
  readonly state: KeyRow['state'];
  readonly generation: number;
}

/**
 * Destroys these parts and checks of a living owner and nothing else: values and keys go, and because their wrapped keys outlive
 * them in backups, the owner gets a fresh SK under which its other keys are wrapped anew. Parts of another owner are left alone;
 * what went before changes nothing. Of an owner that is being erased the rows go, and the SK with the person. Throws KEY_TAMPERED
 * or EPOCH_CLOSED when the owner's key does not open.
 */
export async function destroyParts(
  tx: PoolClient,
  keys: VaultKeys,
  owner: OwnerName,
  { parts, checks }: Doomed,
): Promise<Destroyed> {
  const { rows } = await tx.query<LockedOwner>({
    name: 'vault-renewal-lock',
    text: 'select owner, epoch, wrapped_sk, state, generation from key_owner where owner = $1 for update',
    values: [owner],
  });
  const [locked] = rows;
  await useOpenEpoch(tx, keys);
  const sk = locked?.wrapped_sk ? openOwnerKey(keys, { ...locked, wrappedSk: locked.wrapped_sk }) : undefined;
  try {
    const tokens = sk ? await tokensOfParts(tx, keys, { owner, sk }, parts) : [];
    const gone = await remove(tx, owner, parts, checks, tokens);
    if (gone.parts + gone.keys + gone.tokens === 0) return nothingDestroyed;
    if (sk && locked?.state === 'live' && gone.parts + gone.keys > 0) await renew(tx, keys, locked, sk);
    return { ...gone, ...(locked && { epoch: locked.epoch }) };
  } finally {
    sk?.fill(0);
  }
}

/** What `destroyParts` would destroy now. Throws as it does. */
export async function countParts(
  tx: PoolClient,
  keys: VaultKeys,
  owner: OwnerName,
  { parts, checks }: Doomed,
): Promise<Destroyed> {
  const row = (await ownersOf(tx, keys, [owner])).get(owner);
  const sk = row?.wrappedSk ? openOwnerKey(keys, { ...row, wrappedSk: row.wrappedSk }) : undefined;
  try {
    const tokens = sk ? await tokensOfParts(tx, keys, { owner, sk }, parts) : [];
    const { rows } = await tx.query<Destroyed>({
      name: 'vault-count-parts',
      text: `with w as (select * from unnest((select $2::uuid[]), (select $3::text[])) as w (event, p))
        select
          (select count(*) from part t join w on t.event = w.event and t.p = w.p where t.owner = $1)::int as parts,
          (select count(*) from part_key t join w on t.event = w.event and t.part = w.p where t.owner = $1)::int as keys,
          ((select count(*) from lookup where owner = $1 and token = any($4::bytea[]))
            + (select count(*) from lookup_past where owner = $1 and token = any($4::bytea[])))::int as tokens`,
      values: removalOf(owner, parts, checks, tokens),
    });
    return rows[0] ?? nothingDestroyed;
  } finally {
    sk?.fill(0);
  }
}

/** What is wrapped anew must stand under the epoch that is open until this transaction ends. */
async function useOpenEpoch(tx: PoolClient, keys: VaultKeys): Promise<void> {
  const { rows } = await tx.query<{ epoch: number }>({
    name: 'vault-open-epoch',
    text: `select epoch from epoch where state = 'open' for share`,
  });
  if (rows[0]?.epoch !== keys.current.epoch) await keys.reload();
}

async function remove(
  tx: PoolClient,
  owner: OwnerName,
  parts: readonly DoomedPart[],
  checks: readonly string[],
  tokens: readonly Buffer[],
): Promise<Destroyed> {
  const { rows } = await tx.query<Destroyed>({
    name: 'vault-destroy-parts',
    text: `with w as (select * from unnest((select $2::uuid[]), (select $3::text[])) as w (event, p)),
        k as (delete from part_key t using w where t.event = w.event and t.part = w.p and t.owner = $1 returning 1),
        p as (delete from part t using w where t.event = w.event and t.p = w.p and t.owner = $1 returning 1),
        l as (delete from lookup where owner = $1 and token = any($4::bytea[]) returning 1),
        past as (delete from lookup_past where owner = $1 and token = any($4::bytea[]) returning 1)
      select (select count(*) from p)::int as parts, (select count(*) from k)::int as keys,
        ((select count(*) from l) + (select count(*) from past))::int as tokens`,
    values: removalOf(owner, parts, checks, tokens),
  });
  return rows[0] ?? nothingDestroyed;
}

function removalOf(
  owner: OwnerName,
  parts: readonly DoomedPart[],
  checks: readonly string[],
  tokens: readonly Buffer[],
): readonly [OwnerName, Buffer, Buffer, Buffer] {
  const places = [...parts, ...checks.map((eventId) => ({ eventId, p: 'check' }))];
  const events = uuidArray(places.map(({ eventId }) => eventId));
  return [owner, events, textArray(places.map(({ p }) => p)), byteaArray(tokens)];
}

/** A fresh SK; the keys that are left are wrapped under it. One that does not open stays as it is, and is found by whoever reads. */
async function renew(tx: PoolClient, keys: VaultKeys, { owner, generation }: LockedOwner, old: Buffer): Promise<void> {
  const { kek, epoch } = keys.current;
  const fresh = randomKey();
  try {
    await tx.query({
      name: 'vault-renew',
      text: 'update key_owner set wrapped_sk = $2, epoch = $3, generation = $4 where owner = $1',
      values: [owner, wrap(kek, fresh, formulas.aad.sk(keys.ledger, owner, epoch)), epoch, generation + 1],
    });
    // A cursor reads what stood when it opened, once: pages by key would sort all keys of the owner for each.
    await tx.query(
      'declare renewal no scroll cursor for select event, part, wrapped_pk from part_key where owner = $1',
      [owner],
    );
    for (;;) {
      const { rows } = await tx.query<{ event: string; part: string; wrapped_pk: Buffer }>(
        `fetch ${renewalPageMax} from renewal`,
      );
      if (rows.length === 0) break;
      const wrapped = rows.flatMap(({ event, part, wrapped_pk }) => {
        const aad = formulas.aad.pk(keys.ledger, owner, event, part);
        const pk = unwrap(old, wrapped_pk, aad);
        if (!pk) return [];
        const anew = wrap(fresh, pk, aad);
        pk.fill(0);
        return [{ event, part, anew }];
      });
      await tx.query({
        name: 'vault-renew-keys',
        text: `update part_key k set wrapped_pk = n.wrapped_pk
          from unnest((select $1::uuid[]), (select $2::text[]), (select $3::bytea[])) as n (event, part, wrapped_pk)
          where k.event = n.event and k.part = n.part`,
        values: [
          uuidArray(wrapped.map(({ event }) => event)),
          textArray(wrapped.map(({ part }) => part)),
          byteaArray(wrapped.map(({ anew }) => anew)),
        ],
      });
    }
    await tx.query('close renewal');
  } finally {
    fresh.fill(0);
  }
}
