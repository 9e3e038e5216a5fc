// How is a sealed value read back? Blob, key and owner in two queries, then each part is verified against its event.
import { type Part } from '@derbes/kernel';
import { type Pool, type PoolClient } from 'pg';
import { type VaultKeys } from './epoch-keys.js';
import { KeyRing, type Content, type Disclosure, type Stored } from './key-ring.js';
import { textArray, uuidArray } from './pg-arrays.js';
import { ownersOf } from './reading.js';
import { type KeyRow, type OwnerName } from './rows.js';
import { VaultError } from './vault-error.js';

/** Parts that one query fetches; a longer list is read in pages of this size. */
const partsPageMax = 1_000;

/** A part as its event names it; `owner` is the part's own, or else the subject whose stream it stands in. */
export interface Wanted {
  readonly eventId: string;
  readonly owner: OwnerName;
  readonly part: Part;
  /** Id of the event by which it was destroyed, for whoever asks knows the events: it is not opened, whatever stands of it. */
  readonly erasure?: string;
}

interface Placed {
  readonly eventId: string;
  readonly p: string;
  readonly owner: OwnerName;
}

export type Opened = Placed & Content;
export type Disclosed = Placed & Disclosure;

/**
 * `code`: PART_ERASED where an event says so, and nowhere else; else PART_LOST, PART_KEY_MISSING, PART_TAMPERED, KEY_TAMPERED,
 * OWNER_MISSING, OWNER_NOT_LIVE or EPOCH_CLOSED.
 */
export interface Unopened extends Placed {
  readonly code: string;
  readonly message: string;
}

/** What stands of a part; null is what is gone. */
export interface StoredPart {
  readonly owner: OwnerName | null;
  readonly category: string | null;
  readonly blob: Buffer | null;
  readonly wrapped_pk: Buffer | null;
}

/** What is taken from a part while its keys are open. */
type Taking<T> = (ring: KeyRing, stored: Stored) => T;

const unsealed: Taking<Content> = (ring, stored) => ring.unseal(stored);
const disclosed: Taking<Disclosure> = (ring, stored) => ring.disclose(stored);

/** `met`: rows that were read already, by `placeKey`. */
export const openParts = (
  app: Pool,
  keys: VaultKeys,
  wanted: readonly Wanted[],
  met: ReadonlyMap<string, StoredPart> = new Map(),
): Promise<(Opened | Unopened)[]> => takeParts(app, keys, wanted, met, unsealed);

export const discloseParts = (
  app: Pool,
  keys: VaultKeys,
  wanted: readonly Wanted[],
): Promise<(Disclosed | Unopened)[]> => takeParts(app, keys, wanted, new Map(), disclosed);

async function takeParts<T>(
  app: Pool,
  keys: VaultKeys,
  wanted: readonly Wanted[],
  met: ReadonlyMap<string, StoredPart>,
  take: Taking<T>,
): Promise<((Placed & T) | Unopened)[]> {
  const answers = await openWith(app, keys, wanted, met, take);
  const torn = answers.flatMap((answer, i) => ('code' in answer && answer.code === 'KEY_TAMPERED' ? [i] : []));
  if (torn.length === 0) return answers;
  // An owner who got a fresh key between two of the questions looks tampered with: one snapshot tells which it is.
  const again = torn.flatMap((i) => wanted[i] ?? []);
  const seen = await inSnapshot(app, (tx) => openWith(tx, keys, again, new Map(), take));
  torn.forEach((i, n) => {
    answers[i] = seen[n] ?? (answers[i] as Unopened);
  });
  return answers;
}

/** Whatever is read within is of one moment. */
export async function inSnapshot<T>(app: Pool, work: (tx: PoolClient) => Promise<T>): Promise<T> {
  const tx = await app.connect();
  try {
    await tx.query('begin isolation level repeatable read read only');
    return await work(tx);
  } finally {
    await tx.query('rollback').catch(() => undefined);
    tx.release();
  }
}

/** One ring for all of it, zeroed when it is done. */
async function openWith<T>(
  app: Pool | PoolClient,
  keys: VaultKeys,
  wanted: readonly Wanted[],
  met: ReadonlyMap<string, StoredPart>,
  take: Taking<T>,
): Promise<((Placed & T) | Unopened)[]> {
  const ring = new KeyRing(keys);
  try {
    return await openPages(app, keys, ring, wanted, met, take);
  } finally {
    ring.close();
  }
}

async function openPages<T>(
  app: Pool | PoolClient,
  keys: VaultKeys,
  ring: KeyRing,
  wanted: readonly Wanted[],
  met: ReadonlyMap<string, StoredPart>,
  take: Taking<T>,
): Promise<((Placed & T) | Unopened)[]> {
  const answers: ((Placed & T) | Unopened)[] = [];
  for (let at = 0; at < wanted.length; at += partsPageMax) {
    const page = wanted.slice(at, at + partsPageMax);
    const closed = [...new Set(page.map((want) => want.owner))].filter((owner) => !ring.has(owner));
    const unmet = page.filter((want) => !met.has(keyOf(want)));
    const [read, owners] = await readBoth(app, keys, unmet, closed);
    const stored = new Map(unmet.map((want, i) => [keyOf(want), read[i]]));
    for (const want of page) {
      const key = keyOf(want);
      answers.push(openOne(ring, want, owners.get(want.owner), met.get(key) ?? stored.get(key), take));
    }
  }
  return answers;
}

/** At once where there are connections for it. */
async function readBoth(
  app: Pool | PoolClient,
  keys: VaultKeys,
  unmet: readonly Wanted[],
  closed: readonly OwnerName[],
): Promise<[StoredPart[], Map<OwnerName, KeyRow>]> {
  if ('release' in app) return [await storedParts(app, unmet), await ownersOf(app, keys, closed)];
  return Promise.all([storedParts(app, unmet), ownersOf(app, keys, closed)]);
}

export const placeKey = (eventId: string, p: string): string => `${eventId}/${p}`;

const keyOf = ({ eventId, part }: Wanted): string => placeKey(eventId, part.p);

async function storedParts(app: Pool | PoolClient, page: readonly Wanted[]): Promise<StoredPart[]> {
  if (page.length === 0) return [];
  const { rows } = await app.query<StoredPart>({
    name: 'vault-open',
    text: `select t.owner, t.category, t.blob, k.wrapped_pk
      from unnest((select $1::uuid[]), (select $2::text[])) with ordinality as w (event, p, n)
      left join part t on t.event = w.event and t.p = w.p
      left join part_key k on k.event = w.event and k.part = w.p
      order by w.n`,
    values: [uuidArray(page.map((want) => want.eventId)), textArray(page.map((want) => want.part.p))],
  });
  return rows;
}

function openOne<T>(
  ring: KeyRing,
  { eventId, owner, part, erasure }: Wanted,
  key: KeyRow | undefined,
  stored: StoredPart | undefined,
  take: Taking<T>,
): (Placed & T) | Unopened {
  const lost = (code: string, what: string) => new VaultError(code, `event ${eventId} part ${part.p}: ${what}`);
  try {
    if (erasure !== undefined) throw lost('PART_ERASED', `destroyed by ${erasure}`);
    if (!ring.has(owner)) {
      if (!key) throw lost('OWNER_MISSING', `the key row of ${owner} is gone`);
      ring.open(key);
    }
    const { blob, category, wrapped_pk: wrappedPk } = stored ?? {};
    if (!blob || !category) throw lost('PART_LOST', 'its ciphertext is gone');
    if (!wrappedPk) throw lost('PART_KEY_MISSING', 'its key is gone');
    if (stored?.owner !== owner) throw lost('PART_TAMPERED', 'its row names another owner');
    return { eventId, p: part.p, owner, ...take(ring, { eventId, part, owner, category, blob, wrappedPk }) };
  } catch (error) {
    if (error instanceof VaultError) return { eventId, p: part.p, owner, code: error.code, message: error.message };
    throw error;
  }
}
