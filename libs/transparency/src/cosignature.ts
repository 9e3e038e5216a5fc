// What does a witness sign, and when did it? C2SP tlog-cosignature v1.0, the Ed25519 form (type 0x04).
import { type KeyObject, sign, verify } from 'node:crypto';
import { publicKeyBytes, publicKeyObject } from './ed25519-key.js';
import { parseCheckpoint } from './checkpoint.js';
import { Malformed } from './malformed.js';
import { type NoteSigner, type NoteVerifier, signatureType, type VerifierKey, verifierKey } from './signed-note.js';

// struct { u64 timestamp; opaque ed25519_signature[64]; } timestamped_signature;
const timeBytes = 8;
const timestampedSignatureBytes = timeBytes + 64;

/**
 * Cosigns checkpoints as of that moment (POSIX seconds): "as of the specified time, the consistent tree head with the largest size the cosigner
 * has observed". Whether it is, the caller must know; what is no checkpoint is not signed.
 */
export function cosigner(name: string, privateKey: KeyObject, timeSeconds: number): NoteSigner {
  if (!isTime(timeSeconds)) throw new Malformed('BAD_NUMBER', 'time', 'Not a moment in whole POSIX seconds');
  const key = verifierKey(name, signatureType.cosignatureV1, publicKeyBytes(privateKey));
  return {
    key,
    sign(text) {
      parseCheckpoint(text);
      const time = Buffer.alloc(timeBytes);
      time.writeBigUInt64BE(BigInt(timeSeconds));
      return Buffer.concat([time, sign(null, signedMessage(timeSeconds, text), privateKey)]);
    },
  };
}

/** Verifies signatures of type 0x04. */
export function cosignatureVerifier(key: VerifierKey): NoteVerifier {
  if (key.type !== signatureType.cosignatureV1) throw new Malformed('UNKNOWN_KEY_TYPE', 'key', 'Not of type 0x04');
  const object = publicKeyObject(key.publicKey);
  return {
    key,
    verify(text, signature) {
      if (signature.length !== timestampedSignatureBytes) return false;
      const time = cosignatureTime(signature);
      return isTime(time) && verify(null, signedMessage(time, text), object, signature.subarray(timeBytes));
    },
  };
}

/** When it was made, POSIX seconds; true only of a signature that was verified. */
export function cosignatureTime(signature: Uint8Array): number {
  if (signature.length !== timestampedSignatureBytes) {
    throw new Malformed('BAD_LENGTH', 'signature', 'A cosignature has 8 + 64 bytes');
  }
  return Number(Buffer.from(signature.subarray(0, timeBytes)).readBigUInt64BE());
}

// The header line keeps this apart from every other use of Ed25519; the checkpoint's text follows as it stands in the note.
function signedMessage(timeSeconds: number, text: string): Buffer {
  return Buffer.from(`cosignature/v1\ntime ${timeSeconds}\n${text}`);
}

// tlog-witness: "the timestamp MUST NOT be zero". Beyond 2^53 (the format allows 2^63) lie 285 million years.
function isTime(seconds: number): boolean {
  return Number.isSafeInteger(seconds) && seconds > 0;
}
