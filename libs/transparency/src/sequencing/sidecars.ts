// Which claims belong beside the bundles that were just written? Read from the database as it is now, whole bundles at a time.
import { claimsOfEvents, reservationsAmong, type CarriedClaim } from '@derbes/event-store';
import { type Pool } from 'pg';
import { type Sidecar } from '../files/sidecar.js';
import { type TileFile } from '../files/directory.js';
import { tileWidthMax } from '../tiles.js';
import { type HeadTable } from './head-table.js';

/** What an event names stands there as a string of its own; streams and owners have a word before it. */
const named = /"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"/g;

/** The sidecars of these files' bundles, whose leaves are assigned. */
export async function sidecarsOf(pool: Pool, heads: HeadTable, files: readonly TileFile[]): Promise<Sidecar[]> {
  const bundles = files.filter(({ tile }) => tile.level === 'entries');
  const [first, last] = [bundles[0]?.tile, bundles.at(-1)?.tile];
  if (!first || !last) return [];
  const begin = first.index * tileWidthMax;
  const ids = await heads.idsBetween(begin, last.index * tileWidthMax + last.width);
  const placeOf = new Map(ids.map((id, i) => [id, Math.floor((begin + i) / tileWidthMax)]));
  const claims = await claimsOfEvents(pool, ids);
  const mentions = bundles.map(({ bytes }) => mentionedIn(bytes, placeOf));
  const unknown = new Set(await heads.notLeaves([...new Set(mentions.flat())]));
  const reserved = await reservationsAmong(pool, [...unknown]);
  return bundles.map(({ tile: { index, width } }, i) => {
    const within = new Set(mentions[i]);
    return {
      index,
      width,
      claims: claims.flatMap((claim) => partOf(claim, (id) => placeOf.get(id) === index)),
      reserved: reserved.filter(({ id }) => within.has(id)),
    };
  });
}

/** Ids that the entries name, but for the entries' own. */
function mentionedIn(bundle: Uint8Array, own: ReadonlyMap<string, number>): string[] {
  const text = Buffer.from(bundle.buffer, bundle.byteOffset, bundle.length).toString('latin1');
  const ids = new Set<string>();
  for (const [, id = ''] of text.matchAll(named)) if (!own.has(id)) ids.add(id);
  return [...ids];
}

function partOf(claim: CarriedClaim, isHere: (id: string) => boolean): CarriedClaim[] {
  const events = claim.events.filter(({ id }) => isHere(id));
  return events.length > 0 ? [{ ...claim, events }] : [];
}
