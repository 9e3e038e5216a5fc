import { generateKeyPairSync } from 'node:crypto';
import { formatCheckpoint, openCheckpoint, parseCheckpoint, sameTree } from './checkpoint.js';
import { cosignatureTime, cosignatureVerifier, cosigner } from './cosignature.js';
import { emptyRoot, leafHash } from './hash.js';
import { ed25519Signer, ed25519Verifier, parseVkey, signNote } from './signed-note.js';
import { refusal } from './testing/refusal.js';

const root = leafHash(Buffer.from('entry'));
const origin = 'example.com/behind-the-sofa';
const text = `${origin}\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n`;
const newKey = () => generateKeyPairSync('ed25519').privateKey;

describe('a checkpoint', () => {
  it('is three lines: the example of the specification', () => {
    const checkpoint = parseCheckpoint(text);
    expect([checkpoint.origin, checkpoint.size]).toEqual([origin, 20_852_163]);
    expect(formatCheckpoint(checkpoint)).toBe(text);
  });

  it.each([
    ['NO_FINAL_NEWLINE', text.trimEnd()],
    ['BAD_CHECKPOINT', `\n${text}`],
    ['BAD_CHECKPOINT', `${origin}\n20852163\n`],
    ['BAD_CHECKPOINT', `${origin}\n0\n${root.toString('base64')}\n`],
    ['BAD_CHECKPOINT', text.replace(origin, 'x'.repeat(1025))],
    ['EXTENSION_LINE', `${text}extension\n`],
    ['EXTENSION_LINE', `${text}\n`],
    ['EXTENSION_LINE', `${text}${'extension\n'.repeat(10_000)}`],
    ['BAD_NUMBER', text.replace('2085', '02085')],
    ['BAD_NUMBER', text.replace('2085', '-2085')],
    ['BAD_NUMBER', text.replace('2085', '+2085')],
    ['BAD_NUMBER', text.replace('20852163', '2e7')],
    ['BAD_NUMBER', text.replace('20852163', '٢')],
    ['BAD_NUMBER', text.replace('20852163', '00')],
    ['BAD_NUMBER', text.replace('20852163', '')],
    ['BAD_NUMBER', text.replace('20852163', '20852163\r')],
    ['BAD_NUMBER', text.replace('20852163', '9007199254740992')],
    ['BAD_NUMBER', text.replace('20852163', '18446744073709551616')],
    ['BAD_NUMBER', text.replace('20852163', '1'.repeat(100_000))],
    ['BAD_BASE64', text.replace('q2I=', 'q2J=')],
    ['BAD_BASE64', text.replace('q2I=', 'q2I= ')],
    ['BAD_LENGTH', text.replace('CsUY', '')],
  ])('is refused: %s', (code, wrong) => {
    expect(refusal(() => parseCheckpoint(wrong))).toBe(code);
  });

  it('is not written with a root or a size that none may have', () => {
    expect(() => formatCheckpoint({ origin, size: 0, root })).toThrow('without entries');
    expect(() => formatCheckpoint({ origin, size: 1.5, root })).toThrow('decimal');
    expect(() => formatCheckpoint({ origin: 'two\nlines', size: 1, root })).toThrow('Extension');
    expect(() => formatCheckpoint({ origin, size: 1, root: root.subarray(1) })).toThrow('32 bytes');
    expect(formatCheckpoint({ origin, size: 0, root: emptyRoot() })).toContain(
      '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
    );
  });

  it('opens for its log alone, signed by a key of that name', () => {
    const [log, other] = [ed25519Signer(origin, newKey()), ed25519Signer('other.example', newKey())];
    const known = [log, other].map(({ key }) => ed25519Verifier(key));
    expect(openCheckpoint(signNote(text, [log, other]), origin, known).checkpoint.size).toBe(20_852_163);
    const opened =
      (note: string, as = origin) =>
      () =>
        openCheckpoint(note, as, known);
    expect(refusal(opened(signNote(text, [log]), 'other.example'))).toBe('OTHER_ORIGIN');
    expect(refusal(opened(signNote(text, [other])))).toBe('UNKNOWN_KEY');
  });

  it('is not opened by a cosignature alone, though the cosigner calls itself after the log', () => {
    const witness = cosigner(origin, newKey(), 1_700_000_000);
    const opened = () => openCheckpoint(signNote(text, [witness]), origin, [cosignatureVerifier(witness.key)]);
    expect(refusal(opened)).toBe('UNKNOWN_KEY');
  });

  it('names the same tree as another by size and root', () => {
    const one = { origin, size: 1, root };
    expect(sameTree(one, { origin: 'other', size: 1, root: Buffer.from(root) })).toBe(true);
    expect(sameTree(one, { ...one, size: 2 })).toBe(false);
    expect(sameTree(one, { ...one, root: emptyRoot() })).toBe(false);
  });
});

describe('a cosignature', () => {
  const witness = cosigner('witness.example/w1', newKey(), 1_679_315_147);
  const verifier = cosignatureVerifier(witness.key);

  it('tells its moment, and holds for that moment and text alone', () => {
    const signature = witness.sign(text);
    expect([cosignatureTime(signature), verifier.verify(text, signature)]).toEqual([1_679_315_147, true]);
    const later = Buffer.from(signature);
    later.writeBigUInt64BE(1_679_315_148n);
    expect(verifier.verify(text, later)).toBe(false);
    expect(verifier.verify(text.replace('2085', '2086'), signature)).toBe(false);
    expect(verifier.verify(text, signature.subarray(8))).toBe(false);
  });

  it('without a moment, or with one beyond counting, does not hold', () => {
    const signature = witness.sign(text);
    for (const time of [0n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n]) {
      signature.writeBigUInt64BE(time);
      expect(verifier.verify(text, signature)).toBe(false);
    }
    for (const time of [0, -1, 1.5, NaN, 2 ** 53]) expect(() => cosigner('w', newKey(), time)).toThrow('moment');
  });

  it('is given to checkpoints only', () => {
    expect(refusal(() => witness.sign('anything\n'))).toBe('BAD_CHECKPOINT');
    expect(refusal(() => cosignatureTime(Buffer.alloc(64)))).toBe('BAD_LENGTH');
  });

  it('is no signature of the log, and a signature of the log is none', () => {
    const key = newKey();
    const [log, cosigning] = [ed25519Signer(origin, key), cosigner(origin, key, 1_679_315_147)];
    expect(ed25519Verifier(log.key).verify(text, cosigning.sign(text))).toBe(false);
    expect(cosignatureVerifier(cosigning.key).verify(text, log.sign(text))).toBe(false);
    const vkey = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
    expect(refusal(() => cosignatureVerifier(parseVkey(vkey)))).toBe('UNKNOWN_KEY_TYPE');
  });
});
