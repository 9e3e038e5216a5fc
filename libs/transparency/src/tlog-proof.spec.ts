import { formatCheckpoint } from './checkpoint.js';
import { cosigner } from './cosignature.js';
import { privateKeyOf } from './ed25519-key.js';
import { leafHash } from './hash.js';
import { buildProof, inclusionPlan } from './proofs.js';
import { RightEdge } from './right-edge.js';
import { ed25519Signer, formatVkey, signNote } from './signed-note.js';
import { rootInTile } from './tiles.js';
import { parsePolicy } from './tlog-policy.js';
import { formatTlogProof, parseTlogProof, verifyTlogProof } from './tlog-proof.js';
import { refusal } from './testing/refusal.js';

const keyOf = (seed: number) => privateKeyOf(Buffer.alloc(32, seed));
const origin = 'log.example/receipts';
const log = ed25519Signer(origin, keyOf(1));
const witness = cosigner('witness.example/w', keyOf(2), 1_700_000_000);
const policy = parsePolicy(`log ${formatVkey(log.key)}\nwitness w ${formatVkey(witness.key)}\nquorum w\n`);

const entries = Array.from({ length: 9 }, (_, i) => Buffer.from(`entry ${i}`));
const leaves = entries.map((entry) => leafHash(entry));
const edge = new RightEdge();
for (const leaf of leaves) edge.append(leaf);
const text = formatCheckpoint({ origin, size: 9, root: edge.root() });
const checkpoint = signNote(text, [log, witness]);
const hashes = buildProof(inclusionPlan(5, 9), ({ height, index }) =>
  rootInTile(Buffer.concat(leaves), index * 2 ** height, (index + 1) * 2 ** height),
);
const [extra, leaf] = [entries[5], leaves[5]];
if (!extra || !leaf) throw new Error('There are nine entries');
const receipt = formatTlogProof({ extra, index: 5, hashes, checkpoint });

describe('a receipt', () => {
  it('shows that an entry is in a log that was signed and witnessed', () => {
    const proof = parseTlogProof(receipt);
    expect(proof).toEqual({ extra, index: 5, hashes, checkpoint });
    const { cosignatures, ...shown } = verifyTlogProof(proof, leaf, policy);
    expect(shown.checkpoint.size).toBe(9);
    expect(cosignatures.map(({ timeSeconds }) => timeSeconds)).toEqual([1_700_000_000]);
    const without = { index: 5, hashes, checkpoint };
    expect(parseTlogProof(formatTlogProof(without))).toEqual(without);
  });

  it('of a tree of one entry has no hashes', () => {
    const alone = new RightEdge();
    alone.append(leaf);
    const signed = signNote(formatCheckpoint({ origin, size: 1, root: alone.root() }), [log, witness]);
    const proof = parseTlogProof(formatTlogProof({ index: 0, hashes: [], checkpoint: signed }));
    expect(verifyTlogProof(proof, leaf, policy).checkpoint.size).toBe(1);
  });

  it('shows nothing of another entry or place', () => {
    const proof = parseTlogProof(receipt);
    expect(refusal(() => verifyTlogProof(proof, leafHash(Buffer.from('other')), policy))).toBe('NOT_INCLUDED');
    for (const index of [0, 4, 6, 8, 9]) {
      expect(refusal(() => verifyTlogProof({ ...proof, index }, leaf, policy))).toBe('NOT_INCLUDED');
    }
  });

  it('shows nothing when too few witnesses saw the checkpoint, or its size or root was changed', () => {
    const of = (note: string) => () => verifyTlogProof({ index: 5, hashes, checkpoint: note }, leaf, policy);
    expect(refusal(of(signNote(text, [log])))).toBe('BELOW_QUORUM');
    expect(refusal(of(signNote(text, [witness])))).toBe('UNKNOWN_KEY');
    expect(refusal(of(checkpoint.replace('\n9\n', '\n10\n')))).toBe('BAD_SIGNATURE');
    expect(refusal(of(checkpoint.replace(origin, 'log.example/other')))).toBe('BAD_SIGNATURE');
  });

  const hashLine = leaf.toString('base64');
  it.each([
    ['BAD_PROOF', ''],
    ['BAD_PROOF', receipt.replace('@v1', '@v2')],
    ['BAD_BASE64', receipt.replace('\n\n', '\n')],
    ['BAD_PROOF', receipt.replace('index 5\n', '')],
    ['BAD_PROOF', receipt.replace('extra ', 'Extra ')],
    ['BAD_PROOF', receipt.replace(/extra .*\n/, 'extra \n')],
    ['BAD_PROOF', receipt.replace(/(extra .*\n)/, '$1$1')],
    ['BAD_PROOF', `\n\n${receipt}`],
    ['BAD_PROOF', receipt.replaceAll('\n', '\r\n')],
    ['BAD_NUMBER', receipt.replace('index 5', 'index 05')],
    ['BAD_NUMBER', receipt.replace('index 5', 'index  5')],
    ['BAD_NUMBER', receipt.replace('index 5', 'index -5')],
    ['BAD_NUMBER', receipt.replace('index 5', 'index 9007199254740992')],
    ['BAD_BASE64', receipt.replace(/extra .*\n/, 'extra A\n')],
    ['BAD_BASE64', receipt.replace('index 5\n', 'index 5\nindex 5\n')],
    ['BAD_LENGTH', receipt.replace('index 5\n', 'index 5\nAAAA\n')],
    ['TOO_LONG', receipt.replace(/extra .*\n/, `extra ${Buffer.alloc(65_536).toString('base64')}\n`)],
    ['TOO_LONG', 'x'.repeat(2_000_000)],
    ['TOO_MANY_LINES', receipt.replace('index 5\n', `index 5\n${`${hashLine}\n`.repeat(60)}`)],
    ['TOO_MANY_LINES', receipt.replace('index 5\n', `index 5\n${`${hashLine}\n`.repeat(10_000)}`)],
  ])('is refused: %s', (code, wrong) => {
    expect(refusal(() => parseTlogProof(wrong))).toBe(code);
  });
});
