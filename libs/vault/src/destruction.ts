// What does one order destroy? The same on the day it is carried out and on data restored from before it: what the journal says.
import { type PoolClient } from 'pg';
import { type VaultKeys } from './epoch-keys.js';
import { beginErasure, countOwner, destroyOwner, nothingDestroyed, type Destroyed } from './erasure.js';
import { type JournalEntry } from './journal-lines.js';
import { countParts, destroyParts, type Doomed } from './part-erasure.js';
import { checkOwners } from './reading.js';
import { type OwnerName } from './rows.js';

export function destroy(tx: PoolClient, keys: VaultKeys, entry: JournalEntry): Promise<Destroyed> {
  return summed(tx, entry, {
    async whole(owner) {
      await beginErasure(tx, owner);
      return destroyOwner(tx, owner, entry.at);
    },
    parts: (owner, doomed) => destroyParts(tx, keys, owner, doomed),
  });
}

/** What it would destroy now; nothing is changed, and nobody is kept waiting. */
export const count = (tx: PoolClient, keys: VaultKeys, entry: JournalEntry): Promise<Destroyed> =>
  summed(tx, entry, {
    whole: (owner) => countOwner(tx, owner),
    parts: (owner, doomed) => countParts(tx, keys, owner, doomed),
  });

interface Of {
  whole(owner: OwnerName): Promise<Destroyed>;
  parts(owner: OwnerName, doomed: Doomed): Promise<Destroyed>;
}

/** Owners in the order of their names, so that two destructions never wait for each other in a circle. */
async function summed(tx: PoolClient, entry: JournalEntry, of: Of): Promise<Destroyed> {
  const { owner, parts = [], checks = [], also = [] } = entry;
  const byOwner = await checkOwners(tx, checks);
  let sum = nothingDestroyed;
  const whole = new Set<OwnerName>([...also, ...(entry.scope === 'person' ? [owner] : [])]);
  for (const one of [...new Set<OwnerName>([owner, ...byOwner.keys(), ...also])].sort()) {
    const own = { parts: one === owner ? parts : [], checks: byOwner.get(one) ?? [] };
    sum = plus(sum, await (whole.has(one) ? of.whole(one) : of.parts(one, own)));
  }
  return sum;
}

function plus(one: Destroyed, other: Destroyed): Destroyed {
  const epoch = Math.max(one.epoch ?? 0, other.epoch ?? 0);
  return {
    parts: one.parts + other.parts,
    keys: one.keys + other.keys,
    tokens: one.tokens + other.tokens,
    ...(epoch > 0 && { epoch }),
  };
}
