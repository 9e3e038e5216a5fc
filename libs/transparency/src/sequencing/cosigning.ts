// Who else signs? Witnesses, asked between the lock and the publication; a log without a policy has none.
import { type Checkpoint } from '../checkpoint.js';

export interface Cosigned {
  /** Signature lines, each with its newline, to stand behind the log's own. */
  readonly lines: string;
  /** Published all the same, and said so. */
  readonly belowQuorum: boolean;
}

/** How one witness did when it was asked last. */
export interface WitnessStanding {
  /** As the policy calls it. */
  readonly name: string;
  /** `unasked`, `cosigned`, or the code of why it did not. */
  readonly state: string;
  /** Entries of the last tree that it cosigned, as far as is known. */
  readonly size: number;
}

export interface Cosigning {
  readonly standing: readonly WitnessStanding[];
  /**
   * `note` bears the log's own signatures, and the files of the log prove it consistent with any smaller size. Asked again for the same
   * checkpoint, it adds what came since. Throws LogHalted when a witness shows what this log cannot have signed, and LogTrouble
   * LOG_WITNESS_CONTRADICTS when it says so without showing it; any other failure is a cosignature less.
   */
  cosign(note: string, checkpoint: Checkpoint): Promise<Cosigned>;
}
