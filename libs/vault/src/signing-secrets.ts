// Where do the private keys lie that the log is signed with? Beside the keys of epochs, in files of the keep and of its copy, tied to no epoch.
import { destroyAt, ensureEverywhere, readAnywhere } from './custody.js';
import { type Keep } from './keep.js';

/** The Ed25519 seed of the log's nth key, 32 bytes. */
const nameOf = (number: number): string => `log-${number}`;

export interface SigningSecrets {
  /** Undefined when no location has it; throws what a location failed with that could not say. */
  read(number: number): Promise<Buffer | undefined>;
  /** Makes it in every location, or completes its making, and reads it back from each. Throws what `ensureEverywhere` throws. */
  make(number: number): Promise<Buffer>;
  /** Destroys it in every location; nothing happens where it is not. Throws KEY_NOT_DESTROYED, or what a location failed with. */
  destroy(number: number): Promise<void>;
}

export const signingSecrets = ({ files }: Keep): SigningSecrets => ({
  read: (number) => readAnywhere(files, nameOf(number)),
  make: (number) => ensureEverywhere(files, nameOf(number)),
  async destroy(number) {
    for (const file of files) await destroyAt(file, nameOf(number));
  },
});
