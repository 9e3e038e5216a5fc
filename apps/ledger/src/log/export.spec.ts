// Does an export say what a hostile log served, and never take a wrong file for a right one? Over logs made in memory.
import { afterAll, describe, expect, it } from '@jest/globals';
import {
  ed25519Signer,
  formatCheckpoint,
  formatVkey,
  hashBytes,
  leafHash,
  parseTilePath,
  RightEdge,
  signNote,
  tileWidth,
  tileWidthMax,
  verifyInclusion,
  writeBundle,
} from '@derbes/transparency';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportLog, type LogSource } from './export.js';
import { TileProofs } from './tile-proofs.js';
import { UpperTiles } from './upper-tiles.js';

const origin = 'ledger.example/test';
const signer = ed25519Signer(origin, generateKeyPairSync('ed25519').privateKey);
const policy = Buffer.from(`log ${formatVkey(signer.key)}\nquorum none\n`);
const scratch = mkdtempSync(join(tmpdir(), 'derbes-export-'));
const quiet = { phase: () => undefined, at: () => undefined, end: () => undefined };
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const entryOf = (index: number): Buffer => Buffer.from(`{"entry":"${index}"}`);
const leaves = Array.from({ length: 70_000 }, (_, i) => leafHash(entryOf(i)));

/** All hashes of a level, of full tiles below alone. */
const levels = new Map<string, Buffer>();
function tileOf(level: number, index: number, width: number): Buffer {
  const name = `${level}/${index}/${width}`;
  const made = levels.get(name);
  if (made) return made;
  const hashes = Array.from({ length: width }, (_, i) => {
    if (level === 0) return leaves[index * tileWidthMax + i] ?? Buffer.alloc(hashBytes);
    const below = tileOf(level - 1, index * tileWidthMax + i, tileWidthMax);
    const edge = new RightEdge();
    for (let at = 0; at < below.length; at += hashBytes) edge.append(below.subarray(at, at + hashBytes));
    return edge.root();
  });
  const tile = Buffer.concat(hashes);
  levels.set(name, tile);
  return tile;
}

function rootOf(size: number): Buffer {
  const edge = new RightEdge();
  for (const leaf of leaves.slice(0, size)) edge.append(leaf);
  return edge.root();
}

const noteOf = (size: number): Buffer =>
  Buffer.from(signNote(formatCheckpoint({ origin, size, root: rootOf(size) }), [signer]));

/** A log of that many entries as a static host serves it: partial tiles that are full by now are gone. */
function logOf(size: number, note = noteOf(size)): LogSource & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    checkpoint: () => Promise.resolve(note),
    policy: () => Promise.resolve(policy),
    file(path) {
      asked.push(path);
      const { level, index, width } = parseTilePath(path);
      const there = tileWidth(level, index, size);
      if (width > there || (width < tileWidthMax && there === tileWidthMax)) return Promise.resolve(undefined);
      if (level !== 'entries') return Promise.resolve(tileOf(level, index, width));
      return Promise.resolve(writeBundle(Array.from({ length: width }, (_, i) => entryOf(index * tileWidthMax + i))));
    },
  };
}

/** The same log with some of its files otherwise. */
const forging = (
  log: LogSource,
  forged: Readonly<Record<string, (bytes: Buffer) => Buffer | undefined>>,
): LogSource => ({
  ...log,
  file: async (path) => {
    const bytes = await log.file(path);
    const forge = forged[path];
    return forge && bytes ? forge(bytes) : bytes;
  },
});

let made = 0;
const taken = (source: LogSource, dir = join(scratch, String(++made))) =>
  exportLog({ source, dir, policy, progress: quiet });
const flipped = (bytes: Buffer): Buffer => {
  const other = Buffer.from(bytes);
  other[other.length - 1] = (other[other.length - 1] ?? 0) ^ 1;
  return other;
};

const filesIn = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(dir.length + 1))
    .sort();

describe('an export', () => {
  it('has exactly the files of a tree of its size, whatever that is', async () => {
    for (const size of [0, 1, 255, 256, 257, 600]) {
      const dir = join(scratch, `of-${size}`);
      expect(await taken(logOf(size), dir)).toMatchObject({ checkpoint: { size } });
      const tiles = filesIn(dir).filter((name) => name.startsWith('tile/'));
      const expected = [];
      if (size > 0)
        for (const level of ['0', 'entries']) {
          for (let index = 0; index < Math.floor(size / 256); index++) expected.push(`tile/${level}/00${index}`);
          if (size % 256 > 0) expected.push(`tile/${level}/00${Math.floor(size / 256)}.p/${size % 256}`);
        }
      if (size >= 256) expected.push(`tile/1/000.p/${Math.floor(size / 256)}`);
      expect(tiles).toEqual(expected.sort());
    }
  });

  it('of a log that grew meanwhile cuts what it needs out of the full tile', async () => {
    const before = join(scratch, 'before');
    const after = join(scratch, 'after');
    await taken(logOf(300), before);
    await taken(logOf(1_000, noteOf(300)), after);
    expect(filesIn(after)).toEqual(filesIn(before));
    for (const name of filesIn(after))
      expect(readFileSync(join(after, name)).equals(readFileSync(join(before, name)))).toBe(true);
  });

  it('goes on from what an earlier one has, fetches no full tile again, and leaves no partial one behind', async () => {
    const dir = join(scratch, 'growing');
    const fresh = join(scratch, 'grown');
    await taken(logOf(700), dir);
    const log = logOf(1_100);
    await taken(log, dir);
    expect(log.asked).not.toContain('tile/entries/001');
    await taken(logOf(1_100), fresh);
    expect(filesIn(dir)).toEqual(filesIn(fresh));
    expect(filesIn(dir).some((name) => name.endsWith('.p/188'))).toBe(false);
  });

  it('names the first file that is not what was signed, and keeps all as served', async () => {
    const cases: readonly [string, RegExp][] = [
      ['tile/entries/001', /tile\/entries\/001 is not what tile\/0\/001 says/],
      ['tile/0/001', /tile\/entries\/001 is not what tile\/0\/001 says/],
      ['tile/entries/002.p/88', /tile\/entries\/002\.p\/88/],
      ['tile/1/000.p/2', /tile\/1\/000\.p\/2 is not what the tiles below it hash to/],
    ];
    for (const [path, says] of cases) {
      const dir = join(scratch, `forged-${path.replaceAll('/', '-')}`);
      const { fault } = await taken(forging(logOf(600), { [path]: flipped }), dir);
      expect(fault).toMatch(says);
      expect(readFileSync(join(dir, path)).length).toBeGreaterThan(0);
    }
    const short = await taken(forging(logOf(600), { 'tile/0/000': (bytes) => bytes.subarray(1) }));
    expect(short.fault).toMatch(/tile\/entries\/000/);
    const both = { 'tile/0/000': flipped, 'tile/entries/000': flipped };
    expect((await taken(forging(logOf(600), both))).fault).toBeDefined();
  });

  it('ends without a checkpoint when a file is missing, and is gone on with', async () => {
    const dir = join(scratch, 'missing');
    const missing = forging(logOf(600), { 'tile/entries/001': () => undefined });
    await expect(taken(missing, dir)).rejects.toThrow(/LOG_FILE_MISSING/);
    expect(filesIn(dir)).toContain('checkpoint.unfinished');
    expect(await taken(logOf(600), dir)).not.toHaveProperty('fault');
    expect(filesIn(dir)).not.toContain('checkpoint.unfinished');
  });

  it('takes no smaller log than it had, no other key and no checkpoint that somebody changed', async () => {
    const dir = join(scratch, 'rolled');
    await taken(logOf(600), dir);
    await expect(taken(logOf(599), dir)).rejects.toThrow(/ROLLED_BACK/);
    await expect(taken(logOf(300, flipped(noteOf(300))))).rejects.toThrow(/UNTRUSTED/);
    const stranger = ed25519Signer(origin, generateKeyPairSync('ed25519').privateKey);
    const note = Buffer.from(signNote(formatCheckpoint({ origin, size: 300, root: rootOf(300) }), [stranger]));
    await expect(taken(logOf(300, note))).rejects.toThrow(/UNTRUSTED/);
  });
});

describe('the tiles above the leaves', () => {
  it('are those of the whole tree, of a log with a tile of level 2 too', () => {
    const size = leaves.length;
    const upper = new UpperTiles();
    const full = Math.floor(size / tileWidthMax);
    const found = [];
    for (let index = 0; index < full; index++) found.push(...upper.append(tileOf(0, index, tileWidthMax)));
    found.push(...upper.partial());
    expect(found.map(({ tile }) => tile)).toEqual([
      { level: 1, index: 0, width: 256 },
      { level: 1, index: 1, width: 17 },
      { level: 2, index: 0, width: 1 },
    ]);
    for (const { tile, hashes } of found) expect(hashes.equals(tileOf(tile.level, tile.index, tile.width))).toBe(true);
  });
});

describe('proofs from tiles', () => {
  it('verify for every place of trees of many sizes, and read each full tile once', async () => {
    let read = 0;
    const proofs = new TileProofs({
      readTile: (level, index, width) => {
        if (width === tileWidthMax) read++;
        return Promise.resolve(tileOf(level, index, width));
      },
    });
    for (const size of [1, 2, 255, 256, 257, 511, 65_536, 65_537, 70_000]) {
      const root = rootOf(size);
      for (const index of new Set(
        [0, 1, Math.floor(size / 2), Math.floor(size / 3), size - 1].filter((at) => at < size),
      )) {
        const hashes = await proofs.inclusion(index, size);
        const inclusion = { leafHash: leaves[index] ?? Buffer.alloc(0), index, size, root };
        expect({ index, size, holds: verifyInclusion(inclusion, hashes) }).toEqual({ index, size, holds: true });
      }
    }
    const before = read;
    await proofs.inclusion(0, 70_000);
    expect(read).toBe(before);
  });

  it('are tried again when a tile could not be read', async () => {
    let broken = true;
    const proofs = new TileProofs({
      readTile: (level, index, width) =>
        broken ? Promise.reject(new Error('not there')) : Promise.resolve(tileOf(level, index, width)),
    });
    await expect(proofs.inclusion(3, 600)).rejects.toThrow('not there');
    broken = false;
    expect((await proofs.inclusion(3, 600)).length).toBeGreaterThan(0);
  });
});
