// What does one order destroy? The same on the day it is carried out and on data restored from before it: what the journal says.
import { type PoolClient } from 'pg';
import { type VaultKeys } from './epoch-keys.js';
import { beginErasure, destroyOwner, nothingDestroyed, type Destroyed } from './erasure.js';
import { type JournalEntry } from './journal-lines.js';
import { destroyParts } from './part-erasure.js';
import { checkOwners } from './reading.js';
import { type OwnerName } from './rows.js';

/** Owners in the order of their names, so that two destructions never wait for each other in a circle. */
export async function destroy(tx: PoolClient, keys: VaultKeys, entry: JournalEntry): Promise<Destroyed> {
  const { owner, parts = [], checks = [], also = [] } = entry;
  const byOwner = await checkOwners(tx, checks);
  let sum = nothingDestroyed;
  const whole = new Set<OwnerName>([...also, ...(entry.scope === 'person' ? [owner] : [])]);
  for (const one of [...new Set<OwnerName>([owner, ...byOwner.keys(), ...also])].sort()) {
    const own = byOwner.get(one) ?? [];
    if (whole.has(one)) {
      await beginErasure(tx, one);
      sum = plus(sum, await destroyOwner(tx, one, entry.at));
    } else if (one === owner) sum = plus(sum, await destroyParts(tx, keys, one, { parts, checks: own }));
    else sum = plus(sum, await destroyParts(tx, keys, one, { parts: [], checks: own }));
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
