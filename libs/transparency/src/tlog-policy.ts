// Whom does a reader trust, and how many of them must have seen a checkpoint? C2SP tlog-policy.
import { cosignatureTime, cosignatureVerifier } from './cosignature.js';
import { type Checkpoint, parseCheckpoint } from './checkpoint.js';
import { Malformed } from './malformed.js';
import { ed25519Verifier, formatVkey, type NoteVerifier, openNote, parseVkey, signatureType } from './signed-note.js';
import { decodeDecimal } from './strict-text.js';

/** tlog-policy strongly recommends room for at least 32 logs, 32 witnesses and 32 groups: four times that, each. */
export const policyEntriesMax = 128;

/** Room for all of them with long names and comments; a policy is written by people. */
export const policyBytesMax = 262_144;

export interface PolicyLog {
  /** Its key is of type 0x01 and bears the log's origin as its name. */
  readonly verifier: NoteVerifier;
  readonly url?: string;
}

export interface Witness {
  /** By which groups and the quorum of this file refer to it; means nothing elsewhere. */
  readonly name: string;
  /** Its key is of type 0x04. */
  readonly verifier: NoteVerifier;
  /** The submission prefix of tlog-witness. */
  readonly url?: string;
}

/** Has witnessed what at least `threshold` of its members have. */
export interface Group {
  readonly name: string;
  readonly threshold: number;
  readonly members: readonly (Witness | Group)[];
}

export interface Policy {
  readonly logs: readonly PolicyLog[];
  readonly witnesses: readonly Witness[];
  /** In an order in which each refers only to earlier ones. */
  readonly groups: readonly Group[];
  readonly quorum: Witness | Group | 'none';
}

/** Reads a policy file; refused with the number of the line. */
export function parsePolicy(file: Uint8Array | string): Policy {
  const bytes = Buffer.from(file);
  if (bytes.length > policyBytesMax) throw new Malformed('TOO_LONG', 'policy', `More than ${policyBytesMax} bytes`);
  // "Names must be handled as opaque octet strings": one character per octet here, UTF-8 only where a key or a reader wants it.
  const text = bytes.toString('latin1');
  const reading = new PolicyReader();
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new Malformed('NO_FINAL_NEWLINE', 'policy', 'The last line does not end');
  for (const [i, line] of lines.entries()) reading.take(line, `line ${i + 1}`);
  return reading.end();
}

class PolicyReader {
  readonly #logs: PolicyLog[] = [];
  readonly #witnesses: Witness[] = [];
  readonly #groups: Group[] = [];
  readonly #named = new Map<string, Witness | Group>();
  readonly #members = new Set<string>();
  #quorum: Policy['quorum'] | undefined;

  take(line: string, place: string): void {
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(line)) {
      throw new Malformed('CONTROL_CHARACTER', place, 'A control character other than a tab');
    }
    const [keyword, ...items] = line.split(/[ \t]+/).filter((item) => item !== '');
    if (keyword === undefined || keyword.startsWith('#')) return;
    if (keyword === 'log') this.#log(items, place);
    else if (keyword === 'witness') this.#witness(items, place);
    else if (keyword === 'group') this.#group(items, place);
    else if (keyword === 'quorum') this.#quorumLine(items, place);
    else throw bad(place, 'Neither log, witness, group nor quorum');
  }

  end(): Policy {
    if (this.#quorum === undefined) throw bad('policy', 'No quorum line');
    return { logs: this.#logs, witnesses: this.#witnesses, groups: this.#groups, quorum: this.#quorum };
  }

  #log([vkey = '', url, ...more]: string[], place: string): void {
    if (vkey === '' || more.length > 0) throw bad(place, 'Not: log <vkey> [<url>]');
    const verifier = ed25519Verifier(keyOf(vkey, signatureType.ed25519, place));
    addKey(this.#logs, { verifier, ...withUrl(url) }, place);
  }

  #witness([name = '', vkey = '', url, ...more]: string[], place: string): void {
    if (vkey === '' || more.length > 0) throw bad(place, 'Not: witness <name> <vkey> [<url>]');
    const verifier = cosignatureVerifier(keyOf(vkey, signatureType.cosignatureV1, place));
    const witness = { name: utf8(name), verifier, ...withUrl(url) };
    addKey(this.#witnesses, witness, place);
    this.#define(name, witness, place);
  }

  #group([name = '', threshold = '', ...names]: string[], place: string): void {
    if (names.length === 0) throw bad(place, 'Not: group <name> all|any|<k> <name>...');
    const members = names.map((member) => {
      // "Each defined name can be listed as a group member at most once", so that a witness counts in one way only.
      if (this.#members.has(member)) throw bad(place, 'A name is a member twice');
      this.#members.add(member);
      return this.#find(member, place);
    });
    const k = threshold === 'all' ? members.length : threshold === 'any' ? 1 : decodeDecimal(threshold, place);
    if (k < 1 || k > members.length) throw bad(place, 'The threshold is not between 1 and the number of members');
    const group = { name: utf8(name), threshold: k, members };
    if (this.#groups.length === policyEntriesMax) throw bad(place, `More than ${policyEntriesMax} groups`);
    this.#groups.push(group);
    this.#define(name, group, place);
  }

  #quorumLine([name = '', ...more]: string[], place: string): void {
    if (name === '' || more.length > 0) throw bad(place, 'Not: quorum <name>');
    if (this.#quorum !== undefined) throw bad(place, 'A second quorum line');
    this.#quorum = name === 'none' ? name : this.#find(name, place);
  }

  #define(name: string, what: Witness | Group, place: string): void {
    if (name === 'none' || this.#named.has(name)) throw bad(place, 'The name is taken');
    this.#named.set(name, what);
  }

  #find(name: string, place: string): Witness | Group {
    const found = this.#named.get(name);
    if (found === undefined) throw bad(place, 'A name that no earlier line defines');
    return found;
  }
}

/** The policy as a file, which `parsePolicy` reads as the same; refused when it would not (a name that is taken, or with a space). */
export function formatPolicy({ logs, witnesses, groups, quorum }: Policy): string {
  const line = (...items: (string | number | undefined)[]) =>
    `${items.filter((item) => item !== undefined).join(' ')}\n`;
  const text = [
    ...logs.map(({ verifier, url }) => line('log', formatVkey(verifier.key), url)),
    ...witnesses.map(({ name, verifier, url }) => line('witness', name, formatVkey(verifier.key), url)),
    ...groups.map(({ name, threshold, members }) => line('group', name, threshold, ...members.map((m) => m.name))),
    line('quorum', quorum === 'none' ? quorum : quorum.name),
  ].join('');
  parsePolicy(text);
  return text;
}

/** Whether these witnesses are enough. */
export function meetsQuorum({ quorum }: Policy, cosigned: ReadonlySet<Witness>): boolean {
  return quorum === 'none' || hasWitnessed(quorum, cosigned);
}

function hasWitnessed(member: Witness | Group, cosigned: ReadonlySet<Witness>): boolean {
  if (!('members' in member)) return cosigned.has(member);
  return member.members.filter((inner) => hasWitnessed(inner, cosigned)).length >= member.threshold;
}

/** A checkpoint that a log of the policy signed, and who of its witnesses cosigned it. */
export interface WitnessedCheckpoint {
  readonly checkpoint: Checkpoint;
  /** The keys of its log that signed: more than one while a key is being replaced. */
  readonly logs: readonly PolicyLog[];
  readonly cosignatures: readonly { readonly witness: Witness; readonly timeSeconds: number }[];
  /** Whether they are enough. A checkpoint that does not meet the quorum proves nothing against a split view. */
  readonly quorumMet: boolean;
}

/**
 * Opens a checkpoint by a policy. Refused with a `Malformed` when no log of the policy signed it under its own origin (UNKNOWN_KEY), or when a
 * signature of any known key is wrong (BAD_SIGNATURE); below quorum it opens and says so.
 */
export function openByPolicy(policy: Policy, note: Uint8Array | string): WitnessedCheckpoint {
  const { logs, witnesses } = policy;
  const { text, verified } = openNote(
    note,
    [...logs, ...witnesses].map(({ verifier }) => verifier),
  );
  const checkpoint = parseCheckpoint(text);
  const signatureOf = (verifier: NoteVerifier) => verified.find((one) => one.verifier === verifier)?.signature;
  const signed = logs.filter(({ verifier }) => verifier.key.name === checkpoint.origin && signatureOf(verifier));
  if (signed.length === 0) throw new Malformed('UNKNOWN_KEY', 'signatures', 'No signature of a log of the policy');
  const cosignatures = witnesses.flatMap((witness) => {
    const signature = signatureOf(witness.verifier);
    return signature ? [{ witness, timeSeconds: cosignatureTime(signature) }] : [];
  });
  const quorumMet = meetsQuorum(policy, new Set(cosignatures.map(({ witness }) => witness)));
  return { checkpoint, logs: signed, cosignatures, quorumMet };
}

function keyOf(vkey: string, type: number, place: string) {
  const key = parseVkey(utf8(vkey), place);
  if (key.type !== type) throw new Malformed('UNKNOWN_KEY_TYPE', place, 'Not a type that signs there');
  return key;
}

// "Two vkeys are considered duplicate if they wrap the same underlying public key, even if they differ by key name and key id."
function addKey<T extends { verifier: NoteVerifier }>(list: T[], entry: T, place: string): void {
  const { publicKey } = entry.verifier.key;
  if (list.some(({ verifier }) => verifier.key.publicKey.equals(publicKey))) throw bad(place, 'A key listed twice');
  if (list.length === policyEntriesMax) throw bad(place, `More than ${policyEntriesMax} of a kind`);
  list.push(entry);
}

function withUrl(url: string | undefined): { url?: string } {
  return url === undefined ? {} : { url: utf8(url) };
}

function utf8(octets: string): string {
  return Buffer.from(octets, 'latin1').toString('utf8');
}

function bad(place: string, message: string): Malformed {
  return new Malformed('BAD_POLICY', place, message);
}
