// Does what a ledger says of itself hold together: that it opened once, as this log, and what became of each key?
import {
  ed25519Verifier,
  formatKeyDestroyed,
  Malformed,
  type NoteVerifier,
  openNote,
  parseVkey,
  signatureType,
} from '@derbes/transparency';
import { type LedgerEventRead } from './bundle-check.js';
import { type Problem, type Word } from './verdict.js';

type Facts = Readonly<Record<string, unknown>>;

interface Epoch {
  /** Check values by custodian, in hex. */
  readonly custodians: ReadonlyMap<string, string>;
  closed: boolean;
  readonly destroyed: Set<string>;
}

/** A signing key that the log itself names. */
export interface NamedKey {
  readonly place: number;
  readonly at: string;
  readonly number: string;
  readonly vkey: string;
  /** Until when the key before signs beside it. */
  readonly overlap?: string;
  readonly verifier: NoteVerifier;
}

/** What is kept of events of the ledger's own at most: heartbeats of a thousand years are no key history. */
const keysMax = 1_000;
const problemsMax = 20;

/** Takes the events of the stream `ledger` in their order. */
export class KeyHistory {
  readonly problems: Problem[] = [];
  readonly keys: NamedKey[] = [];
  private readonly epochs = new Map<string, Epoch>();
  private newest = 0;
  private opened = false;

  constructor(private readonly origin: string) {}

  take({ place, text }: LedgerEventRead): void {
    const { v, type, facts, at } = JSON.parse(text) as { v: string; type: string; facts: Facts; at: string };
    if (place === 0 && type !== 'LedgerOpened') this.tell('MALFORMED_EVENT', 0, `is ${type} and not LedgerOpened`);
    if (type === 'LedgerOpened') this.ledgerOpened(place, facts);
    else if (type === 'EpochOpened') this.epochOpened(place, facts);
    else if (type === 'EpochClosed') this.epochClosed(place, facts);
    else if (type === 'KeyDestroyed') this.keyDestroyed(place, facts, v);
    else if (type === 'SigningKeyAdded') this.signingKeyAdded(place, facts, at);
  }

  /** When all were taken. */
  end(size: number): void {
    if (size > 0 && !this.opened) this.tell('MALFORMED_EVENT', 0, 'is not LedgerOpened, with which a ledger begins');
  }

  private ledgerOpened(place: number, { origin }: Facts): void {
    if (this.opened) return this.tell('INSERTED', place, 'opens the ledger a second time');
    this.opened = true;
    if (place !== 0) this.tell('REORDERED', place, 'opens the ledger, which began before');
    if (origin !== this.origin) this.tell('OTHER_ORIGIN', place, `opens a ledger whose log is not ${this.origin}`);
  }

  private epochOpened(place: number, { epoch, custodians }: Facts): void {
    const number = Number(epoch);
    if (number !== this.newest + 1) {
      return this.tellOfKeys(place, `opens epoch ${String(epoch)} after epoch ${this.newest}`);
    }
    this.newest = number;
    const named = (Array.isArray(custodians) ? custodians : []) as { name?: unknown; kcv?: unknown }[];
    const checks = named.map(
      ({ name, kcv }) => [String(name), Buffer.from(String(kcv), 'base64url').toString('hex')] as const,
    );
    this.epochs.set(String(number), { custodians: new Map(checks), closed: false, destroyed: new Set() });
  }

  private epochClosed(place: number, { epoch }: Facts): void {
    const known = this.epochs.get(String(epoch));
    if (!known) return this.tellOfKeys(place, `closes epoch ${String(epoch)}, which was not opened`);
    if (known.closed) return this.tellOfKeys(place, `closes epoch ${String(epoch)} a second time`);
    known.closed = true;
  }

  private keyDestroyed(place: number, facts: Facts, v: string): void {
    const { epoch, custodian, kcv } = facts;
    const said = `destroys the key of epoch ${String(epoch)}`;
    const name = String(custodian);
    const known = this.epochs.get(String(epoch));
    if (!known?.closed) return this.tellOfKeys(place, `${said}, which was not closed`);
    const check = known.custodians.get(name);
    if (check === undefined) return this.tellOfKeys(place, `${said} at ${name}, who did not hold it`);
    if (check !== kcv) this.tellOfKeys(place, `${said} at ${name}, and gives another check value than at its opening`);
    if (known.destroyed.has(name)) this.tellOfKeys(place, `${said} at ${name} a second time`);
    known.destroyed.add(name);
    // Version 1 of the event had no note.
    if (v !== '1' || facts['note'] !== undefined) this.checkNote(place, facts, `${said} at ${name}`);
  }

  /** A key that the log named before must have signed the same as the event says. */
  private checkNote(place: number, { note, ...facts }: Facts, said: string): void {
    const of = (name: string): string => String(facts[name]);
    const text = formatKeyDestroyed({
      ...{ origin: this.origin, epoch: of('epoch'), custodian: of('custodian'), kcv: of('kcv') },
      destroyed: of('destroyed'),
    });
    try {
      const verifiers = this.keys.map(({ verifier }) => verifier);
      if (openNote(String(note), verifiers).text !== text)
        this.tellOfKeys(place, `${said}, and its note says otherwise`);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      this.tellOfKeys(place, `${said}, and its note is not one that a key of the log signed (${error.code})`);
    }
  }

  private signingKeyAdded(place: number, { number, vkey, overlap }: Facts, at: string): void {
    if (this.keys.length === keysMax) return;
    if (number !== String(this.keys.length + 1)) {
      this.tellOfKeys(place, `adds signing key ${String(number)} after ${this.keys.length} others`);
    }
    try {
      const key = parseVkey(String(vkey));
      if (key.type !== signatureType.ed25519 || key.name !== this.origin) {
        return this.tellOfKeys(place, 'adds a signing key that is no Ed25519 key under the origin of the log');
      }
      if (this.keys.some((known) => known.vkey === vkey)) return this.tellOfKeys(place, 'adds a signing key again');
      const until = typeof overlap === 'string' && { overlap };
      this.keys.push({
        place,
        at,
        number: String(number),
        vkey: String(vkey),
        ...until,
        verifier: ed25519Verifier(key),
      });
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      this.tellOfKeys(place, 'adds a signing key that is none');
    }
  }

  private tellOfKeys(place: number, says: string): void {
    this.tell('KEY_HISTORY_WRONG', place, says);
  }

  private tell(word: Word, place: number, says: string): void {
    if (this.problems.length < problemsMax) this.problems.push({ word, where: `entry ${place}`, says });
  }
}

/** keys.json repeats what the log says of its signing keys, for people; it must repeat it exactly. */
export function checkKeysFile(file: Buffer, origin: string, keys: readonly NamedKey[]): Problem[] {
  const told = keys.map(({ place, at, number, vkey, overlap }) => ({
    ...{ leaf: String(place), at, number, vkey },
    ...(overlap !== undefined && { overlap }),
  }));
  const expected = `${JSON.stringify({ format: 'derbes.keys/v1', origin, keys: told }, undefined, 2)}\n`;
  if (file.equals(Buffer.from(expected))) return [];
  return [{ word: 'EDITED', where: 'keys.json', says: 'is not what the entries say of the keys' }];
}
