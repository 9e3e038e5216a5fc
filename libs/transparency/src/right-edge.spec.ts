import { hash } from 'node:crypto';
import fc from 'fast-check';
import { emptyRoot, leafHash, nodeHash } from './hash.js';
import { RightEdge } from './right-edge.js';

// RFC 6962 section 2.1, word by word: k is the largest power of two smaller than n.
function naiveRoot(entries: readonly Buffer[]): Buffer {
  const [first] = entries;
  if (first === undefined) return hash('sha256', '', 'buffer');
  if (entries.length === 1) return leafHash(first);
  let k = 1;
  while (k * 2 < entries.length) k *= 2;
  return nodeHash(naiveRoot(entries.slice(0, k)), naiveRoot(entries.slice(k)));
}

const entries = (count: number) => Array.from({ length: count }, (_, i) => Buffer.from(`entry ${i}`));

describe('the right edge', () => {
  it('has the root of the definition at every size', () => {
    const edge = new RightEdge();
    const all = entries(130);
    expect(edge.root()).toEqual(emptyRoot());
    for (const [i, entry] of all.entries()) {
      edge.append(leafHash(entry));
      expect(edge.root()).toEqual(naiveRoot(all.slice(0, i + 1)));
    }
  });

  it('has the same root however its entries come and wherever it was saved, restored and copied', () => {
    const batches = fc.array(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 }), { maxLength: 12 });
    fc.assert(
      fc.property(batches, (lists) => {
        let edge = new RightEdge();
        for (const [i, list] of lists.entries()) {
          for (const entry of list) {
            if (i % 2 === 0) edge.appendEntry(entry);
            else edge.append(leafHash(entry));
          }
          edge = i % 3 === 0 ? edge.copy() : RightEdge.restore(edge.size, edge.save());
        }
        const all = lists.flat();
        expect(edge.size).toBe(all.length);
        expect(edge.root()).toEqual(naiveRoot(all.map((entry) => Buffer.from(entry))));
      }),
    );
  });

  it('does not change when a copy of it grows', () => {
    const edge = new RightEdge();
    for (const entry of entries(7)) edge.appendEntry(entry);
    const before = edge.root();
    const copy = edge.copy();
    for (const entry of entries(9)) copy.appendEntry(entry);
    expect([edge.size, edge.root()]).toEqual([7, before]);
  });

  it('refuses to be restored from hashes of a tree of another size', () => {
    const edge = new RightEdge();
    for (const entry of entries(7)) edge.appendEntry(entry);
    for (const size of [0, 3, 8, 15, -1, 1.5, 2 ** 53]) {
      expect(() => RightEdge.restore(size, edge.save())).toThrow(/BAD_|hashes|size/);
    }
    expect(() => RightEdge.restore(7, edge.save().subarray(1))).toThrow('Other hashes');
    expect(() => edge.append(Buffer.alloc(31))).toThrow('32 bytes');
  });
});
