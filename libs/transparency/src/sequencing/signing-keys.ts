// With which keys is the log signed now? The newest, and the one before until the overlap ends, each in the keep by its number.
import { privateKeyOf } from '../ed25519-key.js';
import {
  ed25519Signer,
  ed25519Verifier,
  formatVkey,
  parseVkey,
  type NoteSigner,
  type NoteVerifier,
} from '../signed-note.js';
import { LogTrouble } from '../files/log-trouble.js';

/** A key as the log names it: SigningKeyAdded. */
export interface AddedKey {
  /** Counted from 1. */
  readonly number: number;
  readonly vkey: string;
  /** Until when the key before signs as well; of every key but the first. */
  readonly overlapUntil?: Date;
}

/** Where the private halves lie: 32-byte seeds by number, in the keep and its copy. */
export interface SigningSecrets {
  /** Undefined when it is not there. */
  read(number: number): Promise<Buffer | undefined>;
  /** Makes it everywhere, or completes its making, and reads it back from everywhere. */
  make(number: number): Promise<Buffer>;
  destroy(number: number): Promise<void>;
}

interface HeldKey {
  readonly number: number;
  readonly signer: NoteSigner;
  readonly verifier: NoteVerifier;
  readonly until?: Date;
}

/** The vkey of a key of this log. */
export const vkeyOf = (origin: string, seed: Uint8Array): string =>
  formatVkey(ed25519Signer(origin, privateKeyOf(seed)).key);

export class SigningKeys {
  constructor(
    private readonly held: readonly HeldKey[],
    /** Of every key that ever signed, by which older notes are opened. */
    readonly verifiers: readonly NoteVerifier[],
  ) {}

  /** Throws LogTrouble LOG_KEY_MISSING when the newest key is not in the keep or another one stands in its place. */
  static async load(
    added: readonly AddedKey[],
    secrets: Pick<SigningSecrets, 'read'>,
    now: Date,
  ): Promise<SigningKeys> {
    const newest = added.at(-1);
    if (!newest) throw new LogTrouble('LOG_KEY_MISSING', 'this ledger has no key to sign its log with yet');
    const held: HeldKey[] = [];
    for (const [i, { number, vkey }] of added.entries()) {
      const until = added[i + 1]?.overlapUntil;
      if (number !== newest.number && (until === undefined || until <= now)) continue;
      const key = await heldKey(number, vkey, secrets);
      if (key) held.push({ ...key, ...(until && { until }) });
      else if (number === newest.number) throw missing(number);
    }
    return new SigningKeys(
      held,
      added.map(({ vkey }) => ed25519Verifier(parseVkey(vkey))),
    );
  }

  /** The newest first. */
  signers(now: Date): NoteSigner[] {
    return this.held
      .filter(({ until }) => until === undefined || until > now)
      .map(({ signer }) => signer)
      .reverse();
  }
}

async function heldKey(
  number: number,
  vkey: string,
  secrets: Pick<SigningSecrets, 'read'>,
): Promise<HeldKey | undefined> {
  const seed = await secrets.read(number);
  if (!seed) return undefined;
  const { name } = parseVkey(vkey);
  const signer = ed25519Signer(name, privateKeyOf(seed));
  seed.fill(0);
  if (formatVkey(signer.key) !== vkey) {
    throw new LogTrouble('LOG_KEY_MISSING', `the keep holds another signing key ${number} than the log names`);
  }
  return { number, signer, verifier: ed25519Verifier(signer.key) };
}

const missing = (number: number): LogTrouble =>
  new LogTrouble(
    'LOG_KEY_MISSING',
    `the signing key ${number} of the log is not in the keep: put it back, or add a new one with \`derbes log rotate-key\``,
  );
