import fc from 'fast-check';
import { leafHash } from './hash.js';
import {
  buildProof,
  consistencyPlan,
  inclusionPlan,
  type NodeReader,
  rootPlan,
  verifyConsistency,
  verifyInclusion,
} from './proofs.js';
import { RightEdge } from './right-edge.js';
import { hashBytes } from './hash.js';
import { rootInTile } from './tiles.js';

const entries = Array.from({ length: 300 }, (_, i) => Buffer.from(`entry ${i}`));
const leaves = Buffer.concat(entries.map((entry) => leafHash(entry)));
const roots = [new RightEdge().root()];
const edge = new RightEdge();
for (const entry of entries) {
  edge.appendEntry(entry);
  roots.push(edge.root());
}

const read: NodeReader = ({ height, index }) => {
  const wide = 2 ** height;
  return rootInTile(leaves, index * wide, (index + 1) * wide);
};
const rootAt = (size: number) => roots[size] ?? Buffer.alloc(0);
const leafAt = (index: number) => leaves.subarray(index * hashBytes, (index + 1) * hashBytes);
const inclusion = (index: number, size: number) => ({ leafHash: leafAt(index), index, size, root: rootAt(size) });
const consistency = (oldSize: number, size: number) => {
  return { oldSize, oldRoot: rootAt(oldSize), size, root: rootAt(size) };
};

const flipped = (bytes: Uint8Array, bit: number) => {
  const other = Buffer.from(bytes);
  const at = Math.floor(bit / 8) % bytes.length;
  other[at] = (other[at] ?? 0) ^ (1 << (bit % 8));
  return other;
};
// Every list that differs from `proof` in one bit, by one hash too few or too many, or by two that changed places.
function mutations(proof: readonly Buffer[], bit: number): Buffer[][] {
  const all = [
    [...proof, leafAt(0)],
    [leafAt(0), ...proof],
  ];
  for (let i = 0; i < proof.length; i++) {
    const [before, here, after] = [proof.slice(0, i), proof[i] ?? Buffer.alloc(0), proof.slice(i + 1)];
    all.push([...before, flipped(here, bit), ...after], [...before, ...after], [...before, here, here, ...after]);
    all.push([...before, here.subarray(1), ...after]);
    const [next, ...rest] = after;
    if (next) all.push([...before, next, here, ...rest]);
  }
  return all;
}

const bits = fc.nat(hashBytes * 8 - 1);
const sizes = fc.integer({ min: 1, max: entries.length });
const sizeAndIndex = sizes.chain((size) => fc.tuple(fc.constant(size), fc.nat(size - 1)));
const twoSizes = sizes.chain((size) => fc.tuple(fc.integer({ min: 1, max: size }), fc.constant(size)));

describe('a plan', () => {
  it('gives the root of every size', () => {
    for (let size = 1; size <= entries.length; size++) {
      expect(buildProof(rootPlan(size), read)).toEqual([rootAt(size)]);
    }
  });

  it('is refused for places that a tree has not', () => {
    const places = [
      [-1, 5],
      [5, 5],
      [0, 0],
      [1.5, 5],
      [0, 2 ** 53],
      [NaN, 5],
    ] as const;
    for (const [index, size] of places) expect(() => inclusionPlan(index, size)).toThrow('No such place');
    const pairs = [
      [0, 5],
      [6, 5],
      [-1, 5],
      [1, 2 ** 53],
      [0, 0],
    ] as const;
    for (const [oldSize, size] of pairs) expect(() => consistencyPlan(oldSize, size)).toThrow('No such place');
    expect(() => rootPlan(0)).toThrow('No such place');
  });

  it('is at most 53 hashes long in the largest tree, whose sizes are beyond the reach of 32-bit operators', () => {
    const size = Number.MAX_SAFE_INTEGER;
    expect(inclusionPlan(0, size)).toHaveLength(53);
    expect(inclusionPlan(0, size)[52]?.[0]).toEqual({ height: 51, index: 2 });
    expect(consistencyPlan(2 ** 40 + 1, size).length).toBeLessThanOrEqual(54);
  });
});

describe('an inclusion proof', () => {
  it('verifies for every entry of every tree, and no other entry by it', () => {
    for (let size = 1; size <= 40; size++) {
      for (let index = 0; index < size; index++) {
        const proof = buildProof(inclusionPlan(index, size), read);
        expect(verifyInclusion(inclusion(index, size), proof)).toBe(true);
        for (let other = 0; other < size; other++) {
          if (other === index) continue;
          const stolen = { ...inclusion(index, size), index: other };
          if (verifyInclusion(stolen, proof)) throw new Error(`Entry ${index} of ${size} passes as ${other}`);
        }
      }
    }
  });

  it('fails with any bit of leaf, root or proof changed, at any other index or size, and with hashes missing, doubled or swapped', () => {
    fc.assert(
      fc.property(sizeAndIndex, bits, fc.nat(400), ([size, index], bit, other) => {
        const claim = inclusion(index, size);
        const proof = buildProof(inclusionPlan(index, size), read);
        expect(verifyInclusion(claim, proof)).toBe(true);
        expect(verifyInclusion({ ...claim, leafHash: flipped(claim.leafHash, bit) }, proof)).toBe(false);
        expect(verifyInclusion({ ...claim, root: flipped(claim.root, bit) }, proof)).toBe(false);
        expect(verifyInclusion({ ...claim, index: other }, proof)).toBe(other === index);
        for (const changed of mutations(proof, bit)) expect(verifyInclusion(claim, changed)).toBe(false);
      }),
    );
  });

  it('fails with a root of another size', () => {
    fc.assert(
      fc.property(sizeAndIndex, sizes, ([size, index], other) => {
        const proof = buildProof(inclusionPlan(index, size), read);
        expect(verifyInclusion({ ...inclusion(index, size), root: rootAt(other) }, proof)).toBe(other === size);
      }),
    );
  });

  it('fails for places and hashes that cannot be', () => {
    const claim = inclusion(2, 5);
    const proof = buildProof(inclusionPlan(2, 5), read);
    for (const index of [-1, 5, 2.5, NaN, Infinity, 2 ** 53])
      expect(verifyInclusion({ ...claim, index }, proof)).toBe(false);
    for (const size of [0, 2, 2.5, NaN, 2 ** 53]) expect(verifyInclusion({ ...claim, size }, proof)).toBe(false);
    expect(verifyInclusion({ ...claim, root: Buffer.alloc(0) }, proof)).toBe(false);
    expect(verifyInclusion({ ...claim, leafHash: Buffer.alloc(33) }, proof)).toBe(false);
    expect(
      verifyInclusion(
        claim,
        Array.from({ length: 64 }, () => leafAt(0)),
      ),
    ).toBe(false);
  });
});

describe('a consistency proof', () => {
  it('verifies between every two sizes, and between no other two', () => {
    for (let size = 1; size <= 40; size++) {
      for (let oldSize = 1; oldSize <= size; oldSize++) {
        const proof = buildProof(consistencyPlan(oldSize, size), read);
        expect(verifyConsistency(consistency(oldSize, size), proof)).toBe(true);
        for (let other = 0; other <= size; other++) {
          if (other === oldSize) continue;
          if (verifyConsistency(consistency(other, size), proof)) throw new Error(`${oldSize}–${size} proves ${other}`);
        }
      }
    }
  });

  it('fails with any bit of either root or the proof changed, and with hashes missing, doubled or swapped', () => {
    fc.assert(
      fc.property(twoSizes, bits, ([oldSize, size], bit) => {
        const claim = consistency(oldSize, size);
        const proof = buildProof(consistencyPlan(oldSize, size), read);
        expect(verifyConsistency(claim, proof)).toBe(true);
        expect(verifyConsistency({ ...claim, oldRoot: flipped(claim.oldRoot, bit) }, proof)).toBe(false);
        expect(verifyConsistency({ ...claim, root: flipped(claim.root, bit) }, proof)).toBe(false);
        for (const changed of mutations(proof, bit)) expect(verifyConsistency(claim, changed)).toBe(false);
      }),
    );
  });

  it('from size 0 is refused, whatever is handed in: every tree begins with the empty one', () => {
    const claim = { oldSize: 0, oldRoot: rootAt(0), size: 5, root: rootAt(5) };
    expect(verifyConsistency(claim, [])).toBe(false);
    expect(verifyConsistency(claim, buildProof(consistencyPlan(3, 5), read))).toBe(false);
    expect(verifyConsistency({ ...claim, oldRoot: rootAt(5) }, [])).toBe(false);
    expect(verifyConsistency({ ...claim, size: 0, root: rootAt(0) }, [])).toBe(false);
  });

  it('from a larger to a smaller tree, or of one size with hashes in it, is refused', () => {
    expect(verifyConsistency(consistency(5, 3), buildProof(consistencyPlan(3, 5), read))).toBe(false);
    expect(verifyConsistency(consistency(5, 5), [leafAt(0)])).toBe(false);
    expect(verifyConsistency({ ...consistency(5, 5), oldRoot: rootAt(4) }, [])).toBe(false);
    expect(verifyConsistency(consistency(4, 5), [])).toBe(false);
  });
});
