// By which key does a witness cosign? One that it made itself, in a file for its owner alone, with a name that stands beside it.
import {
  cosignatureVerifier,
  formatVkey,
  Malformed,
  type NoteVerifier,
  parseVkey,
  publicKeyBytes,
  signatureType,
  verifierKey,
} from '@derbes/transparency';
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { makeFile } from './durable-file.js';
import { systemCodeOf, WitnessError } from './witness-error.js';

/** The vkey in its first line, then the private half as PKCS #8 in PEM: one file, so that there is a whole key or none. */
const keyFile = 'witness.key';
const fileBytesMax = 4_096;

export interface OwnKey {
  readonly name: string;
  readonly vkey: string;
  readonly privateKey: KeyObject;
  /** Opens what this witness cosigned. */
  readonly verifier: NoteVerifier;
}

/** A new key under that name, on no disk yet. Throws WITNESS_USAGE for a name that no note can bear. */
export function newOwnKey(name: string): { readonly vkey: string; readonly content: string } {
  const { privateKey } = generateKeyPairSync('ed25519');
  try {
    const vkey = formatVkey(verifierKey(name, signatureType.cosignatureV1, publicKeyBytes(privateKey)));
    return { vkey, content: `${vkey}\n${String(privateKey.export({ type: 'pkcs8', format: 'pem' }))}` };
  } catch (error) {
    if (error instanceof Malformed) throw new WitnessError('WITNESS_USAGE', 'a name has neither spaces nor a plus');
    throw error;
  }
}

/** Throws WITNESS_STANDS where there is a key already. */
export function keepOwnKey(folder: string, content: string): void {
  try {
    makeFile(join(folder, keyFile), content);
  } catch (error) {
    if (systemCodeOf(error) === 'EEXIST')
      throw new WitnessError('WITNESS_STANDS', `${folder} holds a witness already; its key is never written over`);
    throw new WitnessError('WITNESS_FILE_NOT_USABLE', `${folder} cannot be written to (${systemCodeOf(error)})`);
  }
}

/** Throws WITNESS_MISSING, WITNESS_KEY_WRONG. */
export function readOwnKey(folder: string): OwnKey {
  const path = join(folder, keyFile);
  const content = readSmall(path);
  // Whoever reads the key can cosign in this witness's name.
  if ((statSync(path).mode & 0o077) !== 0)
    throw new WitnessError('WITNESS_KEY_WRONG', `${path} is readable by others than its owner: chmod 600`);
  const [vkey = '', ...pem] = content.split('\n');
  try {
    const key = parseVkey(vkey);
    const privateKey = createPrivateKey(pem.join('\n'));
    if (key.type !== signatureType.cosignatureV1 || !publicKeyBytes(privateKey).equals(key.publicKey))
      throw new WitnessError('WITNESS_KEY_WRONG', `${path} holds two halves that are not of one key`);
    return { name: key.name, vkey, privateKey, verifier: cosignatureVerifier(key) };
  } catch (error) {
    if (error instanceof WitnessError) throw error;
    throw new WitnessError('WITNESS_KEY_WRONG', `${path} holds a key that cannot be read`);
  }
}

function readSmall(path: string): string {
  try {
    if (statSync(path).size > fileBytesMax) throw new WitnessError('WITNESS_KEY_WRONG', `${path} is no key`);
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof WitnessError) throw error;
    if (systemCodeOf(error) === 'ENOENT')
      throw new WitnessError('WITNESS_MISSING', `${path} is not there; make a witness with \`witness init\``);
    throw new WitnessError('WITNESS_FILE_NOT_USABLE', `${path} cannot be read (${systemCodeOf(error)})`);
  }
}
