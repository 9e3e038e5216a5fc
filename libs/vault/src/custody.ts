// Does every custodian hold the same key, and has every one destroyed it? Nothing is believed that was not read back.
import { timingSafeEqual } from 'node:crypto';
import { randomKey } from './aes-gcm.js';
import { type Custodian } from './custodian.js';
import { VaultError } from './vault-error.js';

/** How a custodian stands: what is wrong with it is a code, and words without a secret. */
export interface CustodianState {
  readonly kind: string;
  readonly fault?: { readonly code: string; readonly message: string };
}

/**
 * Makes a secret, or completes its making, at every custodian, and reads it back from each. Throws what the first custodian failed
 * with, KEY_NOT_PROVED, or KEY_COPIES_DIFFER.
 */
export async function ensureEverywhere(custodians: readonly Custodian[], name: string): Promise<Buffer> {
  const standing = await Promise.all(custodians.map((custodian) => custodian.read(name)));
  const secret = standing.find((one) => one !== undefined) ?? randomKey();
  for (const [i, custodian] of custodians.entries()) {
    if (standing[i] === undefined) await custodian.write(name, secret);
    const proof = await custodian.read(name);
    if (!proof) {
      throw new VaultError('KEY_NOT_PROVED', `${custodian.kind} took the key ${name} and does not have it`);
    }
    const same = timingSafeEqual(proof, secret);
    proof.fill(0);
    if (!same) {
      throw new VaultError(
        'KEY_COPIES_DIFFER',
        `${custodian.kind} holds another key ${name} than ${custodians[0]?.kind}`,
      );
    }
  }
  return secret;
}

/**
 * The secret from the first custodian that has it; undefined when all answer that they have none. Throws the first fault when
 * nobody has it and somebody could not say.
 */
export async function readAnywhere(custodians: readonly Custodian[], name: string): Promise<Buffer | undefined> {
  let fault: unknown;
  for (const custodian of custodians) {
    try {
      const secret = await custodian.read(name);
      if (secret) return secret;
    } catch (error) {
      fault ??= error;
    }
  }
  if (fault !== undefined) throw fault as Error;
  return undefined;
}

/** Destroys the secret at one custodian and asks it again. Throws KEY_NOT_DESTROYED, or what the custodian failed with. */
export async function destroyAt(custodian: Custodian, name: string): Promise<void> {
  await custodian.destroy(name);
  const left = await custodian.read(name);
  left?.fill(0);
  if (left)
    throw new VaultError('KEY_NOT_DESTROYED', `${custodian.kind} says that it destroyed ${name}, and still has it`);
}

/** Asks each custodian for a key that it must hold. */
export async function stateOf(custodians: readonly Custodian[], name: string): Promise<CustodianState[]> {
  return Promise.all(
    custodians.map(async (custodian): Promise<CustodianState> => {
      const { kind } = custodian;
      try {
        const secret = await custodian.read(name);
        secret?.fill(0);
        if (secret) return { kind };
        return { kind, fault: { code: 'KEY_MISSING', message: `${kind} does not have the key ${name}` } };
      } catch (error) {
        if (!(error instanceof VaultError)) throw error;
        return { kind, fault: { code: error.code, message: error.message } };
      }
    }),
  );
}
