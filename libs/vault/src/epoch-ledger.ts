// What does the close of an epoch need of the ledger around it? Its erasures, its events and its stored documents.

/** Who vouches for a checkpoint beside the log: as many as its policy demands, nobody where it demands nobody; else an admin accepted it. */
export type LogWitnesses = 'cosigned' | 'none' | 'accepted-without';

/** How far the log is with the event that says that an epoch ended. */
export interface Published {
  /** Entries that a checkpoint covering it has at least; absent while it is no leaf. */
  readonly needed?: number;
  /** Entries under the published checkpoint. */
  readonly size: number;
  readonly witnesses: Exclude<LogWitnesses, 'accepted-without'> | 'below-quorum';
  /** Why nothing is signed any more. */
  readonly halted?: string;
}

export interface DestroyedFacts {
  readonly epoch: string;
  readonly custodian: string;
  /** Check value of the destroyed key, hex. */
  readonly kcv: string;
  /** When the custodian no longer had it, whole UTC seconds. */
  readonly destroyed: string;
  /** The checkpoint that covered EpochClosed before the first custodian was told; `accepted`: API key of whoever accepted it without witnesses. */
  readonly log?: { readonly size: string; readonly witnesses: LogWitnesses; readonly accepted?: string };
}

/** As the events' facts say it; what counts is written as decimal text. */
export type EpochEvent =
  | {
      readonly type: 'EpochOpened';
      readonly facts: {
        readonly epoch: string;
        /** `kcv`: check value of the epoch's key, base64url. */
        readonly custodians: readonly { readonly name: string; readonly kcv: string }[];
      };
    }
  | {
      readonly type: 'EpochClosed';
      readonly facts: {
        readonly epoch: string;
        /** Key owners, and the identifiers that find them, which stand under the next epoch. */
        readonly survivors: { readonly owners: string; readonly tokens: string };
        readonly erasures: string;
        /** SHA-256, hex, of the document that `keepDocument` took. */
        readonly list: string;
        /** Whether a backup of the next epoch's keys was restored on trial, or an admin accepted that there is a single copy. */
        readonly backup: 'restored' | 'single-copy-accepted';
        /** The API key of a second person who let an unexplained drop pass. */
        readonly approved?: string;
      };
    }
  | {
      readonly type: 'KeyDestroyed';
      readonly facts: DestroyedFacts;
    };

/** Ids of two events. */
export interface ErasureMade {
  readonly executed: string;
  readonly order: string;
}

/** Given by the composition of the service: the vault knows no events. Every method may be called again after a crash. */
export interface EpochLedger {
  /**
   * Records it in the stream `ledger`, once for each type, epoch and custodian; a repeat changes nothing. Signs what it says of a destroyed
   * key; throws VaultError LOG_KEY_MISSING when it cannot.
   */
  write(event: EpochEvent): Promise<void>;
  /** How far the log is with EpochClosed of `epoch`. Throws VaultError LOG_KEY_MISSING when nothing could be signed of its key. */
  published(epoch: number): Promise<Published>;
  /** Stores the bytes as a document under their SHA-256, which it answers as hex. */
  keepDocument(bytes: Buffer): Promise<string>;
  /**
   * Destroys what an ErasureExecuted that stands says is destroyed, where a crash came between; resolves when nothing is half done.
   * Called after the flip and before the first key is wrapped anew, so that no key which the log calls destroyed is carried over.
   */
  settleErasures(): Promise<void>;
  /**
   * The ErasureExecuted events recorded from EpochOpened of `epoch` up to EpochOpened of the one after it, each with the event
   * that ordered it, by which the journal knows it.
   */
  erasuresOf(epoch: number): Promise<readonly ErasureMade[]>;
}
