// Is what we compute, byte for byte, what an independent implementation does? The data is made by Go (main.go, regenerate.sh).
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildProof,
  checkTile,
  consistencyPlan,
  cosignatureTime,
  cosignatureVerifier,
  cosigner,
  ed25519Signer,
  ed25519Verifier,
  formatPolicy,
  formatTlogProof,
  formatVkey,
  hashBytes,
  inclusionPlan,
  leafHash,
  nodeHash,
  type NodeReader,
  openByPolicy,
  openNote,
  parseNote,
  parsePolicy,
  parseTilePath,
  parseTlogProof,
  parseVkey,
  placeOfNode,
  privateKeyOf,
  readBundle,
  RightEdge,
  rootInTile,
  rootPlan,
  signNote,
  tilePath,
  tilesBetween,
  tileWidth,
  verifyConsistency,
  verifyInclusion,
  verifyTlogProof,
  writeBundle,
} from '@derbes/transparency';

function vectors<T>(name: string): T[] {
  const lines = readFileSync(join(import.meta.dirname, 'data', `${name}.ndjson`), 'utf8').trimEnd();
  return lines.split('\n').map((line) => JSON.parse(line) as T);
}

const bytes = (base64: string) => Buffer.from(base64, 'base64');
const base64 = (buffers: readonly Buffer[]) => buffers.map((buffer) => buffer.toString('base64'));
const sha256 = (data: Uint8Array) => hash('sha256', data, 'base64');
const entry = (i: number) => Buffer.from(`entry ${i}`);

// The tree of the numbered entries, as its level-0 hashes; nodes are read from whole tiles of it, as they are from disk.
const leafCount = 70_000;
const leaves = Buffer.alloc(leafCount * hashBytes);
for (let i = 0; i < leafCount; i++) leaves.set(leafHash(entry(i)), i * hashBytes);
const tileBytes = new Map<string, Buffer>();
function tileOf(level: number, index: number): Buffer {
  const width = tileWidth(level, index, leafCount);
  if (level === 0) return leaves.subarray(index * 256 * hashBytes, (index * 256 + width) * hashBytes);
  const name = `${level}/${index}`;
  const known = tileBytes.get(name);
  if (known) return known;
  const made = Buffer.concat(Array.from({ length: width }, (_, i) => rootInTile(tileOf(level - 1, index * 256 + i))));
  tileBytes.set(name, made);
  return made;
}
const nodes = new Map<string, Buffer>();
const read: NodeReader = ({ height, index }) => {
  const name = `${height}/${index}`;
  const known = nodes.get(name);
  if (known) return known;
  const place = placeOfNode(height, index);
  const node = rootInTile(tileOf(place.level, place.index), place.from, place.to);
  nodes.set(name, node);
  return node;
};

describe('the tree is what Go says', () => {
  it('by its root at every size up to 600 and around 256², grown by one entry at a time and read from tiles', () => {
    const wanted = new Map(vectors<{ size: number; root: string }>('roots').map(({ size, root }) => [size, root]));
    expect(wanted.size).toBe(611);
    const edge = new RightEdge();
    for (let size = 0; size <= 65_800; size++) {
      const root = wanted.get(size);
      if (root !== undefined && edge.root().toString('base64') !== root) throw new Error(`Another root at ${size}`);
      if (root !== undefined && size > 0 && base64(buildProof(rootPlan(size), read))[0] !== root) {
        throw new Error(`Another root from the tiles of ${size}`);
      }
      edge.appendEntry(entry(size));
    }
    expect(edge.size).toBe(65_801);
  });

  it('by roots and proofs of trees of repeated entries around 256², 256³, 2³¹, 2³², 2⁴⁰, 2⁴⁸ and of 2⁵³ - 1', () => {
    interface Repeated {
      size: number;
      root: string;
      index: number;
      inclusion: string[];
      oldSize: number;
      consistency: string[];
    }
    const alike = [leafHash(Buffer.from('again'))];
    for (let height = 1; height < 54; height++) {
      const below = alike[height - 1] ?? Buffer.alloc(0);
      alike.push(nodeHash(below, below));
    }
    const readAlike: NodeReader = ({ height }) => alike[height] ?? Buffer.alloc(0);
    const rootOf = (size: number) => buildProof(rootPlan(size), readAlike)[0] ?? Buffer.alloc(0);
    const all = vectors<Repeated>('repeated');
    expect(all).toHaveLength(25);
    for (const { size, root, index, inclusion, oldSize, consistency } of all) {
      expect(rootOf(size).toString('base64')).toBe(root);
      expect(base64(buildProof(inclusionPlan(index, size), readAlike))).toEqual(inclusion);
      expect(base64(buildProof(consistencyPlan(oldSize, size), readAlike))).toEqual(consistency);
      const [leaf = Buffer.alloc(0)] = alike;
      const claim = { leafHash: leaf, index, size, root: bytes(root) };
      expect(verifyInclusion(claim, inclusion.map(bytes))).toBe(true);
      const grown = { oldSize, oldRoot: rootOf(oldSize), size, root: bytes(root) };
      expect(verifyConsistency(grown, consistency.map(bytes))).toBe(true);
      // The edge of the tree before its last entry, and one entry more.
      const saved = rootPlan(size - 1)[0]?.map(readAlike) ?? [];
      const edge = RightEdge.restore(size - 1, Buffer.concat(saved));
      edge.append(leaf);
      expect([edge.size, edge.root().toString('base64')]).toEqual([size, root]);
    }
  });

  it('by every proof of trees up to 12 entries', () => {
    const all = vectors<{ size: number; index?: number; inclusion: string[]; oldSize: number; consistency: string[] }>(
      'proofs',
    );
    expect(all).toHaveLength(156);
    for (const { size, index, inclusion, oldSize, consistency } of all) {
      if (index === undefined) expect(base64(buildProof(consistencyPlan(oldSize, size), read))).toEqual(consistency);
      else expect(base64(buildProof(inclusionPlan(index, size), read))).toEqual(inclusion);
    }
  });

  it('by the digest of all proofs of each tree up to 130 entries, and of some up to 600', () => {
    const all = vectors<{ size: number; inclusion: string; consistency: string }>('proof-digests');
    expect(all.length).toBeGreaterThan(140);
    for (const { size, inclusion, consistency } of all) {
      const [inclusions, consistencies]: [Buffer[], Buffer[]] = [[], []];
      for (let i = 0; i < size; i++) {
        inclusions.push(...buildProof(inclusionPlan(i, size), read));
        consistencies.push(...buildProof(consistencyPlan(i + 1, size), read));
      }
      const digests = {
        inclusion: sha256(Buffer.concat(inclusions)),
        consistency: sha256(Buffer.concat(consistencies)),
      };
      expect({ size, ...digests }).toEqual({ size, inclusion, consistency });
    }
  });

  it('by every tile and entry bundle that a growing tree gains: path, width and bytes', () => {
    interface Written {
      oldSize: number;
      size: number;
      path: string;
      width: number;
      bytes: number;
      sha256: string;
    }
    const grown = new Map<string, Written[]>();
    for (const written of vectors<Written>('tiles')) {
      const name = `${written.oldSize}–${written.size}`;
      grown.set(name, [...(grown.get(name) ?? []), written]);
    }
    expect(grown.size).toBe(8);
    for (const wanted of grown.values()) {
      const [{ oldSize, size } = { oldSize: 0, size: 0 }] = wanted;
      const ours = [...tilesBetween(oldSize, size)].map((tile): Written => {
        const first = tile.index * 256;
        const entries = () => Array.from({ length: tile.width }, (_, i) => entry(first + i));
        const data =
          tile.level === 'entries'
            ? writeBundle(entries())
            : tileOf(tile.level, tile.index).subarray(0, tile.width * hashBytes);
        if (tile.level === 'entries')
          expect([...readBundle(data, tile.width)].map(String)).toEqual(entries().map(String));
        else checkTile(data, tile.width, tilePath(tile));
        expect(parseTilePath(tilePath(tile))).toEqual(tile);
        return { oldSize, size, path: tilePath(tile), width: tile.width, bytes: data.length, sha256: sha256(data) };
      });
      expect(ours).toEqual(wanted);
    }
  });
});

describe('what is signed is what Go says', () => {
  interface Key {
    name: string;
    seed: string;
    vkey: string;
    time: number;
  }
  const signerOf = ({ name, seed, time }: Key) =>
    time === 0 ? ed25519Signer(name, privateKeyOf(bytes(seed))) : cosigner(name, privateKeyOf(bytes(seed)), time);
  const verifierOf = ({ vkey, time }: Key) =>
    time === 0 ? ed25519Verifier(parseVkey(vkey)) : cosignatureVerifier(parseVkey(vkey));

  it('by keys, notes and cosignatures', () => {
    const all = vectors<{ text: string; keys: Key[]; note: string }>('notes');
    expect(all).toHaveLength(7);
    for (const { text, keys, note } of all) {
      const signers = keys.map(signerOf);
      expect(signers.map(({ key }) => formatVkey(key))).toEqual(keys.map(({ vkey }) => vkey));
      expect(signNote(text, signers)).toBe(note);
      expect(parseNote(note).text).toBe(text);
      const opened = openNote(Buffer.from(note), keys.map(verifierOf));
      expect(opened.verified.map(({ verifier }) => verifier.key.name)).toEqual(keys.map(({ name }) => name));
      for (const [i, { time }] of keys.entries()) {
        const signature = opened.verified[i]?.signature ?? Buffer.alloc(0);
        if (time !== 0) expect(cosignatureTime(signature)).toBe(time);
      }
    }
  });

  it('by whole receipts under a policy with two of three witnesses', () => {
    const all = vectors<{ policy: string; index: number; leafHash: string; receipt: string }>('receipts');
    expect(all).toHaveLength(5);
    for (const { policy, index, leafHash: leaf, receipt } of all) {
      const trusted = parsePolicy(policy);
      const proof = parseTlogProof(receipt);
      expect(proof.index).toBe(index);
      expect(leafHash(proof.extra ?? Buffer.alloc(0))).toEqual(bytes(leaf));
      const { checkpoint, cosignatures, quorumMet } = verifyTlogProof(proof, bytes(leaf), trusted);
      expect([checkpoint.origin, quorumMet]).toEqual(['log.example/vectors', true]);
      expect(cosignatures.map(({ timeSeconds }) => timeSeconds)).toEqual([1_700_000_000, 1_700_000_001]);
      expect(formatTlogProof(proof)).toBe(receipt);
      expect(openByPolicy(parsePolicy(formatPolicy(trusted)), proof.checkpoint).quorumMet).toBe(true);
    }
  });
});
