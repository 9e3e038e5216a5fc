import { generateKeyPairSync } from 'node:crypto';
import {
  ed25519Signer,
  ed25519Verifier,
  formatVkey,
  noteBytesMax,
  type NoteSigner,
  openNote,
  parseNote,
  parseSignatureLines,
  parseVkey,
  signatureLine,
  signaturesMax,
  signNote,
  verifierKey,
} from './signed-note.js';
import { refusal } from './testing/refusal.js';

const newSigner = (name: string) => ed25519Signer(name, generateKeyPairSync('ed25519').privateKey);
const verifierOf = ({ key }: NoteSigner) => ed25519Verifier(key);

const exampleKey = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
const exampleLine =
  '— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n';
const example = `This is an example message.\n\n${exampleLine}`;

describe('a signed note', () => {
  it('opens: the example of the specification', () => {
    expect(openNote(example, [ed25519Verifier(parseVkey(exampleKey))]).text).toBe('This is an example message.\n');
    expect(formatVkey(parseVkey(exampleKey))).toBe(exampleKey);
  });

  it.each([
    ['NO_FINAL_NEWLINE', example.trimEnd()],
    ['NO_FINAL_NEWLINE', ''],
    ['NO_SIGNATURES', 'This is an example message.\n'],
    ['NO_SIGNATURES', 'This is an example message.\n\n'],
    ['CONTROL_CHARACTER', example.replaceAll('\n', '\r\n')],
    ['CONTROL_CHARACTER', example.replace('This', 'This\t')],
    ['CONTROL_CHARACTER', example.replace('This', 'This\0')],
    ['BAD_SIGNATURE_LINE', example.replace('— ', '- ')],
    ['BAD_SIGNATURE_LINE', example.replace('— ', '—  ')],
    ['BAD_SIGNATURE_LINE', example.replace('com/foo', 'com/f+o')],
    ['BAD_SIGNATURE_LINE', example.replace('com/foo', 'com/f\u00a0o')],
    ['BAD_SIGNATURE_LINE', example.replace(' example.com/foo', ' ')],
    ['BAD_SIGNATURE_LINE', `text\n\n— example.com/foo Uw2QOg==\n`],
    ['BAD_SIGNATURE_LINE', `${example}another line\n`],
    ['BAD_BASE64', example.replace('aQM=', 'aQM')],
    ['BAD_BASE64', example.replace('aQM=', 'aQN=')],
    ['BAD_BASE64', example.replace('aQM=', 'aQ-=')],
    ['BAD_BASE64', example.replace('aQM=', 'aQM==')],
    ['BAD_SIGNATURE', example.replace('This', 'this')],
    ['BAD_SIGNATURE', `\ufeff${example}`],
    ['BAD_SIGNATURE', example.replace('UW2QO', 'Uw2QO').replace('QOkn8', 'QOkn9')],
    ['UNKNOWN_KEY', example.replace('Uw2QO', 'Uw2RO')],
    ['UNKNOWN_KEY', example.replace('com/foo', 'com/bar')],
    ['TOO_LONG', `${'x'.repeat(noteBytesMax)}${example}`],
    ['TOO_LONG', `${'ү'.repeat(noteBytesMax / 2)}${example}`],
    ['NOT_UTF8', `\ud800${example}`],
  ])('is refused: %s', (code, note) => {
    expect(refusal(() => openNote(note, [ed25519Verifier(parseVkey(exampleKey))]))).toBe(code);
  });

  it('is refused when it is not UTF-8', () => {
    const latin1 = Buffer.from(example.replaceAll('—', '-').replace('This', 'Th\u00efs'), 'latin1');
    expect(refusal(() => parseNote(latin1))).toBe('NOT_UTF8');
  });

  it('may have empty lines in its text: the last one separates', () => {
    const signer = newSigner('example.com/lines');
    const text = 'one\n\ntwo\n\n\n';
    expect(openNote(signNote(text, [signer]), [verifierOf(signer)]).text).toBe(text);
  });

  it('is verified by every key that is known and signed by others as well', () => {
    const [ours, theirs, unknown] = [newSigner('a.example'), newSigner('b.example'), newSigner('c.example')];
    const note = signNote('text\n', [unknown, ours, theirs]);
    const opened = openNote(note, [theirs, ours].map(verifierOf));
    expect(opened.verified.map(({ verifier }) => verifier.key.name)).toEqual(['a.example', 'b.example']);
    expect(refusal(() => openNote(note, []))).toBe('UNKNOWN_KEY');
  });

  it('is refused whole when one known key signed wrongly, though another signed well', () => {
    const [ours, theirs] = [newSigner('a.example'), newSigner('b.example')];
    const note = signNote('text\n', [ours]) + signatureLine('other text\n', theirs);
    expect(refusal(() => openNote(note, [ours, theirs].map(verifierOf)))).toBe('BAD_SIGNATURE');
    expect(openNote(note, [verifierOf(ours)]).verified).toHaveLength(1);
  });

  it('counts a key once, however often it signed, and looks at each of its signatures', () => {
    const signer = newSigner('a.example');
    const line = signatureLine('text\n', signer);
    expect(openNote(`text\n\n${line}${line}`, [verifierOf(signer)]).verified).toHaveLength(1);
    const wrong = signatureLine('other text\n', signer);
    expect(refusal(() => openNote(`text\n\n${line}${wrong}`, [verifierOf(signer)]))).toBe('BAD_SIGNATURE');
  });

  it('takes 100 signatures and refuses 10,000 without verifying one', () => {
    const line = signatureLine('text\n', newSigner('a.example'));
    expect(parseNote(`text\n\n${line.repeat(signaturesMax)}`).signatures).toHaveLength(100);
    expect(refusal(() => parseNote(`text\n\n${line.repeat(signaturesMax + 1)}`))).toBe('TOO_MANY_LINES');
    expect(refusal(() => parseNote(`text\n\n${line.repeat(10_000)}`))).toBe('TOO_LONG');
    expect(refusal(() => parseNote(`text\n\n${'— a AAAAAAA=\n'.repeat(10_000)}`))).toBe('TOO_MANY_LINES');
    expect(refusal(() => parseSignatureLines('— a AAAAAAA=\n'.repeat(10_000)))).toBe('TOO_MANY_LINES');
  });

  it('is not made of a text that no note may have', () => {
    const signer = newSigner('a.example');
    expect(refusal(() => signNote('no end', [signer]))).toBe('NO_FINAL_NEWLINE');
    expect(refusal(() => signNote('a\r\n', [signer]))).toBe('CONTROL_CHARACTER');
  });
});

describe('a verifier key', () => {
  it.each([
    ['KEY_ID_MISMATCH', exampleKey.replace('530d', '530e')],
    ['KEY_ID_MISMATCH', exampleKey.replace('530d', '530D')],
    ['KEY_ID_MISMATCH', exampleKey.replace('example', 'exemple')],
    ['KEY_ID_MISMATCH', exampleKey.replace('+530d903a', '+0530d903a')],
    ['BAD_BASE64', `${exampleKey}=`],
    ['BAD_BASE64', `${exampleKey}\n`],
    ['BAD_BASE64', exampleKey.replace('v3U2k', 'v3U2')],
    ['BAD_KEY', 'example.com/foo+530d903a+Aek='],
    ['BAD_KEY_NAME', exampleKey.replace('example.com/foo', '')],
    ['BAD_KEY_NAME', exampleKey.replace('example', 'exam ple')],
    ['BAD_KEY_NAME', exampleKey.replace('example', 'exam\u2028ple')],
    ['BAD_KEY_NAME', exampleKey.replace('example', 'exam\u0007ple')],
    ['UNKNOWN_KEY_TYPE', exampleKey.replace('+Ae', '+Be')],
    ['UNKNOWN_KEY_TYPE', ''],
    ['UNKNOWN_KEY_TYPE', 'a'.repeat(100_000)],
  ])('is refused: %s', (code, vkey) => {
    expect(refusal(() => parseVkey(vkey))).toBe(code);
  });

  it('has another ID for another type, so that a signature of one is none of the other', () => {
    const { name, publicKey } = parseVkey(exampleKey);
    const cosigning = verifierKey(name, 0x04, publicKey);
    expect(cosigning.id).not.toBe(parseVkey(exampleKey).id);
    expect(refusal(() => ed25519Verifier(cosigning))).toBe('UNKNOWN_KEY_TYPE');
  });

  it('is not made of a key of another kind', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    expect(refusal(() => ed25519Signer('a.example', privateKey))).toBe('BAD_KEY');
  });
});
