// Whatever bytes a parser is given, it refuses them as malformed or gives back what writes the very same bytes; nothing else may happen.
import fc from 'fast-check';
import { formatAddCheckpoint, parseAddCheckpoint } from './add-checkpoint.js';
import { formatCheckpoint, openCheckpoint, parseCheckpoint } from './checkpoint.js';
import { cosignatureVerifier, cosigner } from './cosignature.js';
import { privateKeyOf } from './ed25519-key.js';
import { readBundle, writeBundle } from './entry-bundle.js';
import { leafHash } from './hash.js';
import { Malformed } from './malformed.js';
import { buildProof, inclusionPlan } from './proofs.js';
import { RightEdge } from './right-edge.js';
import {
  ed25519Signer,
  ed25519Verifier,
  formatSignatureLine,
  formatVkey,
  openNote,
  parseNote,
  parseSignatureLines,
  parseVkey,
  signNote,
} from './signed-note.js';
import { parseTilePath, rootInTile, tilePath } from './tiles.js';
import { formatPolicy, openByPolicy, parsePolicy } from './tlog-policy.js';
import { formatTlogProof, parseTlogProof, verifyTlogProof } from './tlog-proof.js';

// Another seed finds other things.
const numRuns = Number(process.env['FUZZ_RUNS'] ?? 400);
const seed = Number(process.env['FUZZ_SEED'] ?? 20_261_123);

const keyOf = (seed: number) => privateKeyOf(Buffer.alloc(32, seed));

const origin = 'log.example/fuzz';
const logSigner = ed25519Signer(origin, keyOf(1));
const witnesses = [2, 3].map((seed) => cosigner(`witness.example/${seed}`, keyOf(seed), 1_700_000_000 + seed));
const known = [ed25519Verifier(logSigner.key), ...witnesses.map(({ key }) => cosignatureVerifier(key))];

const entries = Array.from({ length: 21 }, (_, i) => Buffer.from(`entry ${i} ${'x'.repeat(i)}`));
const leaves = Buffer.concat(entries.map((entry) => leafHash(entry)));
const edge = new RightEdge();
for (const entry of entries) edge.appendEntry(entry);

const text = formatCheckpoint({ origin, size: edge.size, root: edge.root() });
const note = signNote(text, [logSigner, ...witnesses]);
const policy = [
  '# whom we trust',
  `log ${formatVkey(logSigner.key)} https://log.example/`,
  ...witnesses.map(({ key }, i) => `witness w${i} ${formatVkey(key)}`),
  'group both all w0 w1',
  'quorum both\n',
].join('\n');
const entry = entries[13] ?? Buffer.alloc(0);
const receipt = formatTlogProof({
  extra: entry,
  index: 13,
  hashes: buildProof(inclusionPlan(13, edge.size), ({ height, index }) =>
    rootInTile(leaves, index * 2 ** height, (index + 1) * 2 ** height),
  ),
  checkpoint: note,
});

// One to three edits: a bit flipped, bytes put in, taken out, doubled, or everything after a place cut off.
type Edit = (bytes: Buffer) => Buffer;
const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const at = (bytes: Buffer, where: number) => Math.floor(where * bytes.length);
const hostile = fc.constantFrom(
  ...['\r', '\n', '\n\n', '\0', ' ', '\t', '+', '=', '0', '-', '—', '\u2028', '\ufeff', 'ｅ'].map((text) =>
    Buffer.from(text),
  ),
);
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.tuple(place, fc.nat(7)).map(([where, bit]): Edit => (bytes) => {
    const i = at(bytes, where);
    return Buffer.concat([bytes.subarray(0, i), Buffer.of((bytes[i] ?? 0) ^ (1 << bit)), bytes.subarray(i + 1)]);
  }),
  fc
    .tuple(
      place,
      fc.oneof(
        fc.uint8Array({ minLength: 1, maxLength: 5 }).map((more) => Buffer.from(more)),
        hostile,
      ),
    )
    .map(
      ([where, more]): Edit =>
        (bytes) =>
          Buffer.concat([bytes.subarray(0, at(bytes, where)), more, bytes.subarray(at(bytes, where))]),
    ),
  fc.tuple(place, fc.nat(60)).map(([where, count]): Edit => (bytes) => {
    return Buffer.concat([bytes.subarray(0, at(bytes, where)), bytes.subarray(at(bytes, where) + count)]);
  }),
  fc.tuple(place, fc.nat(60)).map(([where, count]): Edit => (bytes) => {
    const from = at(bytes, where);
    return Buffer.concat([bytes.subarray(0, from + count), bytes.subarray(from)]);
  }),
  place.map(
    (where): Edit =>
      (bytes) =>
        bytes.subarray(0, at(bytes, where)),
  ),
);
const asBytes = (original: string | Buffer): Buffer =>
  typeof original === 'string' ? Buffer.from(original) : original;
const mutated = (original: string | Buffer) =>
  fc
    .array(edit, { minLength: 1, maxLength: 3 })
    .map((edits) => edits.reduce((bytes, one) => one(bytes), asBytes(original)));

/** What `parse` gives, or undefined when it refuses as it should; any other error fails the test. */
function accepted<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

/** Feeds mutations of `original` to `check`, which gives back what it accepted; the original itself must be. */
function fuzz(original: string | Buffer, check: (bytes: Buffer) => unknown): void {
  expect(check(asBytes(original))).toBeTruthy();
  const property = fc.property(mutated(original), (bytes) => {
    check(bytes);
  });
  fc.assert(property, { numRuns, seed });
}

describe('bytes that were changed on the way', () => {
  it('in a note: it is refused, or its text is the one that was signed', () => {
    fuzz(note, (bytes) => {
      const opened = accepted(() => openNote(bytes, known));
      if (opened) expect(opened.text).toBe(text);
      const checkpoint = accepted(() => openCheckpoint(bytes, origin, known));
      if (checkpoint) expect(checkpoint.checkpoint).toEqual({ origin, size: 21, root: edge.root() });
      return checkpoint;
    });
  });

  it('in a note whose keys are unknown: what is read writes the same note', () => {
    fuzz(note, (bytes) => {
      const parsed = accepted(() => parseNote(bytes));
      if (!parsed) return undefined;
      const written = `${parsed.text}\n${parsed.signatures.map(formatSignatureLine).join('')}`;
      expect(written).toBe(bytes.toString());
      return parsed;
    });
  });

  it('in the lines that a witness answers: what is read writes the same lines', () => {
    fuzz(note.slice(text.length + 1), (bytes) => {
      const lines = bytes.toString();
      const parsed = accepted(() => parseSignatureLines(lines));
      if (parsed) expect(parsed.map(formatSignatureLine).join('')).toBe(lines);
      return parsed;
    });
  });

  it('in a cosignature: it holds no longer', () => {
    const [witness] = witnesses;
    const [, verifier] = known;
    if (!witness || !verifier) throw new Error('There are witnesses');
    const signature = witness.sign(text);
    fuzz(signature, (bytes) => {
      const holds = verifier.verify(text, bytes);
      expect(holds).toBe(bytes.equals(signature));
      return holds;
    });
    fuzz(text, (bytes) => {
      const holds = verifier.verify(bytes.toString(), signature);
      expect(holds).toBe(bytes.toString() === text);
      return holds;
    });
  });

  it('in a key: what is read writes the same key', () => {
    for (const { key } of [logSigner, ...witnesses]) {
      fuzz(formatVkey(key), (bytes) => {
        const parsed = accepted(() => parseVkey(bytes.toString()));
        if (parsed) expect(formatVkey(parsed)).toBe(bytes.toString());
        return parsed;
      });
    }
  });

  it('in a checkpoint: what is read writes the same checkpoint', () => {
    fuzz(text, (bytes) => {
      const parsed = accepted(() => parseCheckpoint(bytes.toString()));
      if (parsed) expect(formatCheckpoint(parsed)).toBe(bytes.toString());
      return parsed;
    });
  });

  it('in what a log sends a witness: what is read writes the same request', () => {
    const proof = [leafHash(entry), leafHash(leaves)];
    fuzz(formatAddCheckpoint({ oldSize: 13, proof, note }), (bytes) => {
      const parsed = accepted(() => parseAddCheckpoint(bytes));
      if (parsed) expect(formatAddCheckpoint(parsed)).toBe(bytes.toString());
      return parsed;
    });
  });

  it('in a receipt: what is read writes the same receipt, and it proves the same entry at the same place or nothing', () => {
    const trusted = parsePolicy(policy);
    fuzz(receipt, (bytes) => {
      const parsed = accepted(() => parseTlogProof(bytes));
      if (!parsed) return undefined;
      expect(formatTlogProof(parsed)).toBe(bytes.toString());
      const proven = accepted(() => verifyTlogProof(parsed, leafHash(parsed.extra ?? Buffer.alloc(0)), trusted));
      if (proven) expect([parsed.index, parsed.extra, proven.checkpoint.size]).toEqual([13, entry, 21]);
      return proven;
    });
  });

  it('in a policy: it is refused, or what is read writes a policy that reads the same', () => {
    fuzz(policy, (bytes) => {
      const parsed = accepted(() => parsePolicy(bytes));
      const written = parsed && accepted(() => formatPolicy(parsed));
      if (parsed && written !== undefined) expect(formatPolicy(parsePolicy(written))).toBe(written);
      return parsed && accepted(() => openByPolicy(parsed, note))?.quorumMet;
    });
  });

  it('in a bundle: what is read writes the same bundle', () => {
    fuzz(writeBundle(entries), (bytes) => {
      const parsed = accepted(() => [...readBundle(bytes, entries.length)]);
      if (parsed) expect(writeBundle(parsed)).toEqual(bytes);
      return parsed;
    });
  });

  it('in the path of a tile: what is read writes the same path', () => {
    const paths = [
      'tile/entries/x001/x234/067',
      'tile/0/000.p/1',
      'tile/63/x009/x007/x199/x254/x740/991',
      'tile/2/017.p/255',
    ];
    for (const path of paths) {
      fuzz(path, (bytes) => {
        const parsed = accepted(() => parseTilePath(bytes.toString()));
        if (parsed) expect(tilePath(parsed)).toBe(bytes.toString());
        return parsed;
      });
    }
  });
});
