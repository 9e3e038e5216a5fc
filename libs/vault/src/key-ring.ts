// How long does an opened SK live? No longer than one request: a ring of opened owners that is zeroed when it is closed.
import { type JsonValue, type Part } from '@derbes/kernel';
import { timingSafeEqual } from 'node:crypto';
import { keyBytes, randomKey, unwrap, wrap } from './aes-gcm.js';
import { type StandingKeys } from './epoch-keys.js';
import * as formulas from './formulas.js';
import {
  asOwnerName,
  newGeneration,
  type KeyRow,
  type OwnerKind,
  type OwnerName,
  type OwnerRow,
  type PartRow,
  type PkRow,
} from './rows.js';
import { VaultError } from './vault-error.js';

/** Where a part stands: the event, and "0".."n" within it. */
export interface Place {
  readonly eventId: string;
  readonly p: string;
}

export interface Sealed {
  /** What the event says. */
  readonly part: Part;
  readonly pk: PkRow;
  readonly row: PartRow;
}

/** A sealed part as it stands: what its event says of it, its row, and its wrapped key. */
export interface Stored {
  readonly eventId: string;
  readonly part: Part;
  readonly owner: OwnerName;
  readonly category: string;
  readonly blob: Buffer;
  readonly wrappedPk: Buffer;
}

export interface Content {
  readonly category: string;
  readonly value: JsonValue;
}

/** Whoever has it and the event can check that this value is the one committed to, and nobody can show another. */
export interface Disclosure extends Content {
  readonly plaintext: string;
  readonly commitmentKey: Buffer;
}

interface OpenedKey {
  readonly sk: Buffer;
  readonly generation: number;
}

export class KeyRing {
  // Hard-private: neither an inspector nor JSON shows them.
  readonly #sks = new Map<OwnerName, OpenedKey>();
  /** Made in this ring; a new subject's first answer needs it at once. */
  readonly #refPks = new Map<PkRow, Buffer>();
  readonly #keys: StandingKeys;
  #closed = false;

  constructor(keys: StandingKeys) {
    this.#keys = keys;
  }

  /** A new owner, opened in this ring. `claim` is null when its events land in the transaction that writes the row. */
  newOwner(kind: OwnerKind, uuid: string, claim: Buffer | null): OwnerRow {
    const owner = asOwnerName(`${kind}-${uuid}`);
    const { kek, epoch } = this.#keys.current;
    const sk = randomKey();
    this.#keep(owner, { sk, generation: newGeneration });
    return { owner, epoch, wrappedSk: wrap(kek, sk, formulas.aad.sk(this.#keys.ledger, owner, epoch)), claim };
  }

  /** Opens a standing owner. Throws OWNER_NOT_LIVE, EPOCH_CLOSED or KEY_TAMPERED. */
  open(row: KeyRow): OwnerName {
    const opened = this.#sks.get(row.owner);
    if (opened && opened.generation >= row.generation) return row.owner;
    if (row.state !== 'live' || !row.wrappedSk) throw new VaultError('OWNER_NOT_LIVE', `${row.owner} is ${row.state}`);
    const sk = openOwnerKey(this.#keys, { ...row, wrappedSk: row.wrappedSk });
    this.#keep(row.owner, { sk, generation: row.generation });
    wipe(opened?.sk);
    return row.owner;
  }

  has(owner: OwnerName): boolean {
    return this.#sks.has(owner);
  }

  /**
   * Seals one value of one person. `stream` is the event's: its own subject's parts do not name their owner. Throws VALUE_TOO_LONG,
   * OWNER_NOT_OPEN.
   */
  seal(what: Place & { owner: OwnerName; stream: string; category: string; value: JsonValue }): Sealed {
    const { owner, eventId, p, category } = what;
    const padded = formulas.pad(category, what.value);
    const { pk, row } = this.#newPk(owner, eventId, p);
    const kEnc = formulas.sealingKey(pk, eventId, p);
    const kCom = formulas.commitmentKey(pk, eventId, p);
    const blob = wrap(kEnc, padded, formulas.aad.part(this.#keys.ledger, owner, eventId, p));
    const trace = { p, commit: formulas.commitment(kCom, padded), blob: formulas.blobHash(blob) };
    wipe(pk, kEnc, kCom, padded);
    return {
      part: owner === what.stream ? trace : { ...trace, owner },
      pk: row,
      row: { event: eventId, p, owner, category, blob },
    };
  }

  /** The category and value of a sealed part, verified against what its event says. Throws PART_TAMPERED, KEY_TAMPERED, OWNER_NOT_OPEN. */
  unseal(stored: Stored): Content {
    return this.#unsealed(stored, (content) => content);
  }

  /** The same with what opens the event's commitment: the bytes committed to, unpadded, and a copy of K_com of this part alone. */
  disclose(stored: Stored): Disclosure {
    return this.#unsealed(stored, (content, padded, kCom) => ({
      ...content,
      plaintext: formulas.plaintextOf(padded),
      commitmentKey: Buffer.from(kCom),
    }));
  }

  #unsealed<T>(
    { eventId, part, owner, category, blob, wrappedPk }: Stored,
    take: (content: Content, padded: Buffer, kCom: Buffer) => T,
  ): T {
    const fail = (how: string): VaultError =>
      new VaultError('PART_TAMPERED', `event ${eventId} part ${part.p}: ${how}`);
    if (formulas.blobHash(blob) !== part.blob) throw fail('its ciphertext is not the one the event names');
    const pk = this.#openPk(owner, eventId, part.p, wrappedPk);
    const kEnc = formulas.sealingKey(pk, eventId, part.p);
    const kCom = formulas.commitmentKey(pk, eventId, part.p);
    const padded = unwrap(kEnc, blob, formulas.aad.part(this.#keys.ledger, owner, eventId, part.p));
    try {
      if (!padded) throw fail('its ciphertext does not open under its key');
      if (formulas.commitment(kCom, padded) !== part.commit) throw fail('its value breaks the commitment');
      const content = formulas.unpad(padded);
      if (!content) throw fail('its padding is malformed');
      if (content.category !== category) throw fail('its row names another category');
      return take(content, padded, kCom);
    } finally {
      wipe(pk, kEnc, kCom, padded);
    }
  }

  /** The keyed commitment to a CloudEvent as received, with the PK row that dies with the person. */
  makeCheck(what: { owner: OwnerName; eventId: string; received: JsonValue }): { check: Buffer; pk: PkRow } {
    const { pk, row } = this.#newPk(what.owner, what.eventId, 'check');
    const kChk = formulas.checkKey(pk, what.eventId);
    const check = formulas.check(kChk, what.received);
    wipe(pk, kChk);
    return { check, pk: row };
  }

  /** Whether what was received now is what was received then. */
  checkHolds(row: PkRow, check: Buffer, received: JsonValue): boolean {
    const pk = this.#openPk(row.owner, row.event, row.part, row.wrappedPk);
    const kChk = formulas.checkKey(pk, row.event);
    const now = formulas.check(kChk, received);
    wipe(pk, kChk);
    return now.length === check.length && timingSafeEqual(now, check);
  }

  /** The PK row behind a subject's pairwise refs, made with SubjectRegistered. */
  makeRef(what: { owner: OwnerName; eventId: string }): PkRow {
    const { pk, row } = this.#newPk(what.owner, what.eventId, 'ref');
    this.#refPks.set(row, pk);
    return row;
  }

  /** The name under which one emitter knows the subject: 22 characters, another one for every source. */
  ref(row: PkRow, source: string): string {
    const made = this.#refPks.get(row);
    const pk = made ?? this.#openPk(row.owner, row.event, row.part, row.wrappedPk);
    const kRef = formulas.refKey(pk, row.event);
    const ref = formulas.pairwiseRef(kRef, source);
    wipe(kRef, made ? undefined : pk);
    return ref;
  }

  /** Zeroes every opened key; the ring opens nothing any more. */
  close(): void {
    wipe(...[...this.#sks.values()].map(({ sk }) => sk), ...this.#refPks.values());
    this.#sks.clear();
    this.#refPks.clear();
    this.#closed = true;
  }

  #newPk(owner: OwnerName, event: string, part: string): { pk: Buffer; row: PkRow } {
    formulas.assertPlace(event, part);
    const { sk, generation } = this.#keyOf(owner);
    const pk = randomKey();
    const wrappedPk = wrap(sk, pk, formulas.aad.pk(this.#keys.ledger, owner, event, part));
    return { pk, row: { event, part, owner, wrappedPk, generation } };
  }

  #openPk(owner: OwnerName, event: string, part: string, wrappedPk: Buffer): Buffer {
    const pk = unwrap(this.#keyOf(owner).sk, wrappedPk, formulas.aad.pk(this.#keys.ledger, owner, event, part));
    if (pk?.length === keyBytes) return pk;
    throw new VaultError('KEY_TAMPERED', `event ${event} part ${part}: its key does not open`);
  }

  #keyOf(owner: OwnerName): OpenedKey {
    const opened = this.#sks.get(owner);
    if (!opened) throw new VaultError('OWNER_NOT_OPEN', `${owner} is not opened in this ring`);
    return opened;
  }

  #keep(owner: OwnerName, key: OpenedKey): void {
    if (this.#closed) {
      wipe(key.sk);
      throw new VaultError('RING_CLOSED', 'the request that opened these keys is over');
    }
    this.#sks.set(owner, key);
  }
}

/** The SK of a standing owner; whoever asks must zero it. Throws EPOCH_CLOSED or KEY_TAMPERED. */
export function openOwnerKey(
  keys: StandingKeys,
  { owner, epoch, wrappedSk }: { owner: OwnerName; epoch: number; wrappedSk: Buffer },
): Buffer {
  const standing = keys.epochs.get(epoch);
  if (!standing) throw new VaultError('EPOCH_CLOSED', `${owner} stands under epoch ${epoch}, whose key is gone`);
  const sk = unwrap(standing.kek, wrappedSk, formulas.aad.sk(keys.ledger, owner, epoch));
  if (sk?.length !== keyBytes) throw new VaultError('KEY_TAMPERED', `the key of ${owner} does not open`);
  return sk;
}

function wipe(...secrets: (Buffer | undefined)[]): void {
  for (const secret of secrets) secret?.fill(0);
}
