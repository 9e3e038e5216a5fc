// What does a person get by which she checks that the value committed to in an event is hers? Plaintext and key of each of her parts.
import { type Part } from '@derbes/kernel';
import { type Disclosed, type Unopened } from '@derbes/vault';

export const openingFormat = 'derbes.opening/v1';

/**
 * One value. It is the committed one if `commit`, which the event in the receipt names for `p`, is
 * base64url(HMAC-SHA256(key, u32be(bytes of plaintext) ‖ plaintext ‖ zeros to a power of two of at least 256 bytes)).
 */
interface OpenedCommitment {
  readonly p: string;
  readonly commit: string;
  /** Canonical JSON of `category` and `value`: these very characters are committed to. */
  readonly plaintext: string;
  /** K_com of this part alone, base64url. */
  readonly key: string;
}

/** A value that is not told, and why. */
interface WithheldCommitment {
  readonly p: string;
  readonly commit: string;
  readonly state: 'ordered' | 'erased' | 'lost' | 'tampered';
}

/** Beside the receipt of the same event: it proves nothing without that. */
export interface OpeningFile {
  readonly format: typeof openingFormat;
  readonly event: string;
  /** In the order of the event. */
  readonly parts: readonly (OpenedCommitment | WithheldCommitment)[];
}

const tampered: ReadonlySet<string> = new Set(['PART_TAMPERED', 'KEY_TAMPERED']);
const gone: ReadonlySet<string> = new Set(['PART_ERASED', 'OWNER_NOT_LIVE', 'EPOCH_CLOSED']);

/** `ended`: what her own events say of it. */
export function commitmentOf(
  { p, commit }: Part,
  told: Disclosed | Unopened,
  ended?: 'ordered' | 'erased',
): OpenedCommitment | WithheldCommitment {
  if (ended) return { p, commit, state: ended };
  if ('commitmentKey' in told)
    return { p, commit, plaintext: told.plaintext, key: told.commitmentKey.toString('base64url') };
  return { p, commit, state: tampered.has(told.code) ? 'tampered' : gone.has(told.code) ? 'erased' : 'lost' };
}
