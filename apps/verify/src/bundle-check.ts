// Is one bundle made of events, and what do they hash to? The work that threads share.
import { entryPlaces, hashBytes, leafHashWithinLatin1, Malformed } from '@derbes/transparency';
import { NotCanonical } from './canonical-reader.js';
import { EventReader, ownForms, type EventRead } from './event-form.js';
import { type FactsForms } from './facts-form.js';
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

/** An event whose facts break the schema of its type and version, or one of which no schema is known. */
export interface OddFacts {
  readonly place: number;
  /** `<type>@<version>`. */
  readonly named: string;
  /** Which field; undefined where no schema is known. */
  readonly reason?: string;
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
  readonly odd: readonly OddFacts[];
}

/** Of each kind, of one bundle. */
const badMax = 20;
const ledgerStream = 'ledger';

/** One for each thread. */
export class BundleChecker {
  private readonly events: EventReader;
  private readonly recorder = new Recorder();

  constructor(private readonly forms: FactsForms = ownForms) {
    this.events = new EventReader(forms);
  }

  /** `first`: the place of the first entry in the log. Undefined when the bytes are no bundle of that many entries. */
  check(bundle: Buffer, width: number, first: number, keepSealed: boolean): BundleRead | undefined {
    const places = placesIn(bundle, width);
    if (!places) return undefined;
    const hashes = Buffer.allocUnsafe(width * hashBytes);
    const records = emptyRecords(width);
    const ledger: LedgerEventRead[] = [];
    const sealed: SealedValue[] = [];
    const bad: BadEntry[] = [];
    const odd: OddFacts[] = [];
    const bytes = bundle.toString('latin1');
    for (let row = 0; row < width; row++) {
      const place = first + row;
      const from = places[2 * row] ?? 0;
      const to = places[2 * row + 1] ?? 0;
      hashes.write(leafHashWithinLatin1(bundle, from, to), row * hashBytes, 'latin1');
      try {
        const event = this.events.read(bytes, from, to);
        this.recorder.record(records, row, event);
        if (event.stream === ledgerStream) ledger.push({ place, text: bundle.toString('utf8', from, to) });
        if (event.facts !== 'as published' && odd.length < badMax) odd.push(this.oddOf(place, event, bundle, from, to));
        if (keepSealed) {
          for (const [part, blob] of event.blobs.entries()) sealed.push({ place, event: event.id, part, blob });
        }
      } catch (error) {
        if (!(error instanceof NotCanonical)) throw error;
        if (bad.length < badMax) bad.push({ place, reason: error.message });
      }
    }
    return { hashes, records, ledger, sealed, bad, odd };
  }

  private oddOf(place: number, { facts, named }: EventRead, bundle: Buffer, from: number, to: number): OddFacts {
    if (facts === 'unknown') return { place, named };
    const event = JSON.parse(bundle.toString('utf8', from, to)) as { facts: unknown };
    return { place, named, reason: this.forms.of(named)?.explain(event.facts) ?? '' };
  }
}

function placesIn(bundle: Buffer, width: number): Uint32Array | undefined {
  try {
    return entryPlaces(bundle, width);
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}
