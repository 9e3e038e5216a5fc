// Is one bundle made of events, and what do they hash to? The work that threads share.
import { hashBytes, leafHashLatin1, Malformed, readBundle } from '@derbes/transparency';
import { NotCanonical } from './canonical-reader.js';
import { EventReader } from './event-form.js';
import { emptyRecords, Recorder, type Records } from './records.js';

/** An event of the stream `ledger`, which tells of the ledger itself. */
export interface LedgerEventRead {
  readonly place: number;
  readonly text: string;
}

/** A value that an event seals: SHA-256 of its ciphertext, base64url. */
export interface SealedValue {
  readonly place: number;
  readonly event: string;
  readonly part: number;
  readonly blob: string;
}

export interface BadEntry {
  readonly place: number;
  readonly reason: string;
}

/** What stands in a bundle whose entries could be told apart. */
export interface BundleRead {
  /** Leaf hashes, 32 bytes each: what the tile of level 0 must hold. */
  readonly hashes: Buffer;
  readonly records: Records;
  readonly ledger: readonly LedgerEventRead[];
  readonly sealed: readonly SealedValue[];
  /** Entries that are no events; the others are looked at all the same. */
  readonly bad: readonly BadEntry[];
}

const badMax = 20;
const ledgerStream = 'ledger';

/** One for each thread. */
export class BundleChecker {
  private readonly events = new EventReader();
  private readonly recorder = new Recorder();

  /** `first`: the place of the first entry in the log. Undefined when the bytes are no bundle of that many entries. */
  check(bundle: Buffer, width: number, first: number, keepSealed: boolean): BundleRead | undefined {
    const hashes = Buffer.allocUnsafe(width * hashBytes);
    const records = emptyRecords(width);
    const ledger: LedgerEventRead[] = [];
    const sealed: SealedValue[] = [];
    const bad: BadEntry[] = [];
    const bytes = bundle.toString('latin1');
    let row = 0;
    try {
      for (const entry of readBundle(bundle, width)) {
        hashes.write(leafHashLatin1(entry), row * hashBytes, 'latin1');
        const from = entry.byteOffset - bundle.byteOffset;
        try {
          const event = this.events.read(bytes, from, from + entry.length);
          this.recorder.record(records, row, event);
          if (event.stream === ledgerStream) ledger.push({ place: first + row, text: Buffer.from(entry).toString() });
          if (keepSealed) {
            for (const [part, blob] of event.blobs.entries())
              sealed.push({ place: first + row, event: event.id, part, blob });
          }
        } catch (error) {
          if (!(error instanceof NotCanonical)) throw error;
          if (bad.length < badMax) bad.push({ place: first + row, reason: error.message });
        }
        row++;
      }
    } catch (error) {
      if (error instanceof Malformed) return undefined;
      throw error;
    }
    return { hashes, records, ledger, sealed, bad };
  }
}
