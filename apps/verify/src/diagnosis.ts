// The entries are not what was signed: what became of them? docs/verification.md has these rules in words.
import { hashBytes, rootInTile, tilePath, tileWidth, tileWidthMax } from '@derbes/transparency';
import { type ExportFiles } from './export-files.js';
import { ofEntries } from './layout.js';
import { type LooseBundle, readLoosely } from './loose-bundle.js';
import { SignedTiles } from './signed-tiles.js';
import { Found, type Problem } from './verdict.js';

/** Entries that are compared with what was signed, from the first difference on: 50 MB of hashes. */
const comparedMax = 262_144;

interface Place {
  readonly index: number;
  readonly width: number;
  readonly path: string;
  readonly bundle: LooseBundle;
  /** What was signed for it, where the export still tells. */
  readonly signed: readonly string[] | undefined;
}

/** What is wrong with the entries of a log of that signed size and root. Never empty: it is asked when they hash to something else. */
export function diagnose(files: ExportFiles, size: number, root: Uint8Array): Problem {
  const tiles = new SignedTiles(files, size, root);
  const compared: Place[] = [];
  const bundles = Math.ceil(size / tileWidthMax);
  for (let index = 0; index < bundles && compared.length * tileWidthMax < comparedMax; index++) {
    const place = readPlace(files, tiles, index, size);
    if ('word' in place) return place;
    if (compared.length > 0 || !isAsSigned(place, tiles)) compared.push(place);
  }
  const [first] = compared;
  if (!first) {
    // Every bundle leads to the signed root by itself, so it is the tiles between that do not.
    return {
      word: 'EDITED',
      where: 'checkpoint',
      says: 'signs another root than that of the entries and of the tiles',
    };
  }
  const toTheEnd = first.index + compared.length === bundles;
  return compare(compared, toTheEnd);
}

function readPlace(files: ExportFiles, tiles: SignedTiles, index: number, size: number): Place | Problem {
  const width = tileWidth('entries', index, size);
  const tile = { level: 'entries', index, width } as const;
  const path = tilePath(tile);
  try {
    const bytes = files.bundle(index, width);
    if (!bytes) return { word: 'DROPPED', where: path, says: `is missing${ofEntries(tile)}` };
    const signed = tiles.tile(0, index);
    return { index, width, path, bundle: readLoosely(bytes), signed: signed && hashesOf(signed) };
  } catch (error) {
    if (error instanceof Found) return error;
    throw error;
  }
}

function isAsSigned({ index, width, bundle, signed }: Place, tiles: SignedTiles): boolean {
  if (!bundle.whole || bundle.hashes.length !== width) return false;
  if (signed) return signed.every((hash, i) => hash === bundle.hashes[i]);
  // Its own tile was changed; the one above may still say what it hashes to.
  if (width < tileWidthMax) return false;
  return tiles.rootOf(0, index)?.equals(rootInTile(Buffer.from(bundle.hashes.join(''), 'latin1'))) ?? false;
}

/** `toTheEnd`: whether the last entry of the log is among them. */
function compare(places: readonly Place[], toTheEnd: boolean): Problem {
  const broken = places.find(({ bundle }) => !bundle.whole);
  if (broken) {
    const says = `cannot be taken apart after ${broken.bundle.hashes.length} of its ${broken.width} entries`;
    return { word: 'MALFORMED_BUNDLE', where: broken.path, says };
  }
  const from = (places[0]?.index ?? 0) * tileWidthMax;
  const found = places.flatMap(({ bundle }) => bundle.hashes);
  const signed = places.some((place) => place.signed === undefined)
    ? undefined
    : places.flatMap((place) => place.signed ?? []);
  return signed ? classify(from, found, signed, toTheEnd) : byCounting(places);
}

/** Both sequences are known: the entries that stand there, and those that were signed for the same places. */
function classify(from: number, found: readonly string[], signed: readonly string[], toTheEnd: boolean): Problem {
  const missing = without(signed, found);
  const extra = without(found, signed);
  const differing = signed.flatMap((hash, i) => (hash === found[i] ? [] : [i]));
  const first = differing[0] ?? signed.length;
  const at = (index = first): string => `entry ${from + index}`;
  const more = (indexes: readonly number[]): string => (indexes.length > 1 ? `, and ${indexes.length - 1} more` : '');
  // Each place that differs has lost its entry, and every other holds its own.
  if (found.length === signed.length && differing.length === missing.length) {
    return { word: 'EDITED', where: at(), says: `has other bytes than were signed${more(differing)}` };
  }
  // What seems to be gone may stand further on than was looked.
  if (!toTheEnd) return { word: 'EDITED', where: at(), says: 'from here on other entries stand than were signed' };
  if (missing.length > 0 && found.length <= signed.length) {
    return { word: 'DROPPED', where: at(missing[0]), says: `was signed and stands nowhere any more${more(missing)}` };
  }
  if (extra.length > 0) {
    const twice = new Set(signed).has(found[extra[0] ?? 0] ?? '');
    const says = twice ? 'stands there more often than it was signed' : 'was not signed';
    return { word: 'INSERTED', where: at(extra[0]), says: `${says}${more(extra)}` };
  }
  return { word: 'REORDERED', where: at(), says: `stands in another place than was signed for it${more(differing)}` };
}

/** The export no longer tells what was signed for some of these places; how many entries were, it does. */
function byCounting(places: readonly Place[]): Problem {
  const found = places.reduce((sum, { bundle }) => sum + bundle.hashes.length, 0);
  const signed = places.reduce((sum, { width }) => sum + width, 0);
  const where = (places.find(({ bundle, width }) => bundle.hashes.length !== width) ?? places[0])?.path ?? '';
  const says = `from here on ${found} entries stand where ${signed} were signed`;
  if (found < signed) return { word: 'DROPPED', where, says };
  if (found > signed) return { word: 'INSERTED', where, says };
  return { word: 'EDITED', where, says: 'holds other entries than were signed, and its tile was changed with it' };
}

/** Indexes of those in `some` that `others` does not have as often. */
function without(some: readonly string[], others: readonly string[]): number[] {
  const left = new Map<string, number>();
  for (const hash of others) left.set(hash, (left.get(hash) ?? 0) + 1);
  const indexes: number[] = [];
  for (const [i, hash] of some.entries()) {
    const count = left.get(hash) ?? 0;
    if (count === 0) indexes.push(i);
    else left.set(hash, count - 1);
  }
  return indexes;
}

const hashesOf = (tile: Buffer): string[] =>
  Array.from({ length: tile.length / hashBytes }, (_, i) =>
    tile.toString('latin1', i * hashBytes, (i + 1) * hashBytes),
  );
