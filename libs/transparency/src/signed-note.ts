// Whose signatures does this text bear? C2SP signed-note v1.0.
import { hash, type KeyObject, sign, verify } from 'node:crypto';
import { ed25519KeyBytes, publicKeyBytes, publicKeyObject } from './ed25519-key.js';
import { Malformed } from './malformed.js';
import { decodeBase64, decodeUtf8 } from './strict-text.js';

/** signed-note asks for at least 16 signatures; Go's package `note` takes 100 and so do we, lest one accept what the other refuses. */
export const signaturesMax = 100;

/** A hundred of the largest signatures assigned (ML-DSA, "nearly 5kB", 6.7 kB in base64) with their names, and a text. Go's limit too. */
export const noteBytesMax = 1_000_000;

/** Far above any schema-less URL; a name stands in every signature line. */
const keyNameCharactersMax = 1024;

/** Signature types that signed-note assigns; the ones that we know. */
export const signatureType = { ed25519: 0x01, cosignatureV1: 0x04 } as const;

const ed25519SignatureBytes = 64;
const keyIdBytes = 4;

// "MUST NOT contain any ASCII control characters (those below U+0020) other than newline": so a carriage return is refused.
// eslint-disable-next-line no-control-regex -- they are what is looked for
const controlCharacter = /[\x00-\x09\x0b-\x1f]/;

/** A public key by which notes are verified. Written as a vkey: `<name>+<key ID in hex>+<base64 of type ‖ public key>`. */
export interface VerifierKey {
  readonly name: string;
  /** The first four bytes of SHA-256(name ‖ "\n" ‖ type ‖ public key), big-endian. An identifier, not a strong hash. */
  readonly id: number;
  readonly type: number;
  /** Ed25519, 32 bytes (RFC 8032 section 5.1.5). */
  readonly publicKey: Buffer;
}

/** Something that can tell whether a signature of its key over a note's text is valid. */
export interface NoteVerifier {
  readonly key: VerifierKey;
  verify(text: string, signature: Uint8Array): boolean;
}

/** Something that can sign a note's text; the result stands in the note after the key ID. */
export interface NoteSigner {
  readonly key: VerifierKey;
  sign(text: string): Buffer;
}

/** One signature line. */
export interface NoteSignature {
  readonly name: string;
  readonly id: number;
  /** What follows the key ID. */
  readonly signature: Buffer;
}

/** A note taken apart; nothing in it is verified yet, and `text` must be ignored until it is. */
export interface SignedNote {
  /** With its final newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** The key of that name, with its ID. */
export function verifierKey(name: string, type: number, publicKey: Uint8Array): VerifierKey {
  if (!isKeyName(name)) throw new Malformed('BAD_KEY_NAME', 'key name', 'Empty, or with a space or plus');
  if (publicKey.length !== ed25519KeyBytes) throw new Malformed('BAD_KEY', 'key', 'An Ed25519 key has 32 bytes');
  const hashed = hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(type), publicKey]), 'buffer');
  return { name, id: hashed.readUInt32BE(0), type, publicKey: Buffer.from(publicKey) };
}

export function formatVkey({ name, id, type, publicKey }: VerifierKey): string {
  return `${name}+${hexOfId(id)}+${Buffer.concat([Buffer.of(type), publicKey]).toString('base64')}`;
}

/** The key that a vkey describes; refused unless the ID is that of the key. */
export function parseVkey(vkey: string, place = 'vkey'): VerifierKey {
  const [name = '', id = '', encoded = '', ...more] = vkey.length <= 2 * keyNameCharactersMax ? vkey.split('+') : [];
  // The base64 alphabet has a plus of its own, the name has none.
  const material = decodeBase64([encoded, ...more].join('+'), place);
  const type = material[0];
  if (type !== signatureType.ed25519 && type !== signatureType.cosignatureV1) {
    throw new Malformed('UNKNOWN_KEY_TYPE', place, 'Neither Ed25519 (0x01) nor its cosignatures (0x04)');
  }
  const key = verifierKey(name, type, material.subarray(1));
  if (id !== hexOfId(key.id)) throw new Malformed('KEY_ID_MISMATCH', place, 'The ID is not that of the name and key');
  return key;
}

/** Verifies signatures of type 0x01: Ed25519 over the text itself. */
export function ed25519Verifier(key: VerifierKey): NoteVerifier {
  if (key.type !== signatureType.ed25519) throw new Malformed('UNKNOWN_KEY_TYPE', 'key', 'Not of type 0x01');
  const object = publicKeyObject(key.publicKey);
  return {
    key,
    verify: (text, signature) =>
      signature.length === ed25519SignatureBytes && verify(null, Buffer.from(text), object, signature),
  };
}

/** Signs with type 0x01. */
export function ed25519Signer(name: string, privateKey: KeyObject): NoteSigner {
  const key = verifierKey(name, signatureType.ed25519, publicKeyBytes(privateKey));
  return { key, sign: (text) => sign(null, Buffer.from(text), privateKey) };
}

/** The note of that text with one signature per signer, in their order. */
export function signNote(text: string, signers: readonly NoteSigner[]): string {
  checkText(text);
  return `${text}\n${signers.map((signer) => signatureLine(text, signer)).join('')}`;
}

/** `— <name> <base64 of key ID ‖ signature>` and a newline, for appending to a note of that text. */
export function signatureLine(text: string, signer: NoteSigner): string {
  const { name, id } = signer.key;
  return formatSignatureLine({ name, id, signature: signer.sign(text) });
}

export function formatSignatureLine({ name, id, signature }: NoteSignature): string {
  const signed = Buffer.alloc(keyIdBytes + signature.length);
  signed.writeUInt32BE(id, 0);
  signed.set(signature, keyIdBytes);
  return `— ${name} ${signed.toString('base64')}\n`;
}

/** Takes a note apart, strictly: UTF-8, no control characters, a blank line, one to 100 signature lines. */
export function parseNote(note: Uint8Array | string): SignedNote {
  const whole = decodeUtf8(note, noteBytesMax, 'note');
  checkText(whole);
  // "The text is separated from the signatures by the last empty line in the note."
  const blank = whole.lastIndexOf('\n\n');
  const text = whole.slice(0, blank + 1);
  const signed = whole.slice(blank + 2);
  if (blank < 0 || signed === '') throw new Malformed('NO_SIGNATURES', 'note', 'No signature after a blank line');
  return { text, signatures: parseSignatureLines(signed) };
}

/** One or more signature lines, each with its newline: the end of a note, or what a witness answers. */
export function parseSignatureLines(lines: string): NoteSignature[] {
  if (!lines.endsWith('\n')) throw new Malformed('NO_FINAL_NEWLINE', 'signatures', 'The last line does not end');
  const found = lines.slice(0, -1).split('\n', signaturesMax + 1);
  if (found.length > signaturesMax) throw new Malformed('TOO_MANY_LINES', 'signatures', 'More than 100 signatures');
  return found.map((line, i) => parseSignatureLine(line, `signature ${i + 1}`));
}

function parseSignatureLine(line: string, place: string): NoteSignature {
  const [dash, name = '', encoded = '', ...more] = line.split(' ');
  if (dash !== '—' || more.length > 0 || !isKeyName(name)) {
    throw new Malformed('BAD_SIGNATURE_LINE', place, 'Not an em dash, a key name and base64');
  }
  const signed = decodeBase64(encoded, place);
  if (signed.length <= keyIdBytes) throw new Malformed('BAD_SIGNATURE_LINE', place, 'No signature after the key ID');
  return { name, id: signed.readUInt32BE(0), signature: signed.subarray(keyIdBytes) };
}

/** A note's text once at least one known key has signed it, with the signatures that were verified. */
export interface OpenedNote<V extends NoteVerifier> {
  readonly text: string;
  readonly verified: readonly { readonly verifier: V; readonly signature: Buffer }[];
}

/**
 * Opens a note by the keys that are known. Signatures by others are ignored, as signed-note demands. One wrong signature of a known key
 * refuses the whole note (BAD_SIGNATURE); so does having none of a known key (UNKNOWN_KEY).
 */
export function openNote<V extends NoteVerifier>(note: Uint8Array | string, known: readonly V[]): OpenedNote<V> {
  const { text, signatures } = parseNote(note);
  const verified: { verifier: V; signature: Buffer }[] = [];
  for (const [i, { name, id, signature }] of signatures.entries()) {
    for (const verifier of known) {
      if (verifier.key.name !== name || verifier.key.id !== id) continue;
      if (!verifier.verify(text, signature)) {
        throw new Malformed('BAD_SIGNATURE', `signature ${i + 1}`, 'Not a signature of that key over this text');
      }
      // A second valid line of the same key says nothing more.
      if (!verified.some((seen) => seen.verifier === verifier)) verified.push({ verifier, signature });
    }
  }
  if (verified.length === 0) throw new Malformed('UNKNOWN_KEY', 'signatures', 'No signature of a known key');
  return { text, verified };
}

function checkText(text: string): void {
  if (!text.endsWith('\n')) throw new Malformed('NO_FINAL_NEWLINE', 'note', 'The last line does not end');
  const at = text.search(controlCharacter);
  if (at >= 0) throw new Malformed('CONTROL_CHARACTER', `character ${at}`, 'A control character');
}

function isKeyName(name: string): boolean {
  return (
    name.length > 0 &&
    name.length <= keyNameCharactersMax &&
    name.isWellFormed() &&
    !controlCharacter.test(name) &&
    !/[\p{White_Space}+]/u.test(name)
  );
}

function hexOfId(id: number): string {
  return id.toString(16).padStart(8, '0');
}
