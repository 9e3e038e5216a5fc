// Does a ring give what rows alone would give, and nothing after its request?
import { describe, expect, it } from '@jest/globals';
import { createHmac, createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import { randomKey, wrap } from './aes-gcm.js';
import { openEpochKeys, type StandingKeys } from './epoch-keys.js';
import { aad, keyCheckValue } from './formulas.js';
import { KeyRing } from './key-ring.js';
import { type KeyRow, type OwnerRow } from './rows.js';

const ledger = randomUUID();
const hk = createSecretKey(randomBytes(32));
const kek = randomKey();
const epochRow = { epoch: 1, wrapped_kek: wrap(hk, kek, aad.kek(ledger, 1)), kcv: keyCheckValue(kek) };
const current = openEpochKeys(ledger, hk, epochRow);
const keys: StandingKeys = {
  ledger,
  epochs: new Map([[1, current]]),
  current,
};

const standing = (row: OwnerRow): KeyRow => ({ ...row, state: 'live', refPk: null, generation: 0 });

describe('a ring', () => {
  it('gives the reference of a subject made in it, as it will be opened from its row later', () => {
    const ring = new KeyRing(keys);
    const owner = ring.newOwner('subject', randomUUID(), null);
    const pk = ring.makeRef({ owner: owner.owner, eventId: randomUUID() });
    const sources = ['urn:x:crm', 'urn:x:site', 'urn:x:crm'];
    const given = sources.map((source) => ring.ref(pk, source));
    ring.close();
    const later = new KeyRing(keys);
    later.open(standing(owner));
    expect(sources.map((source) => later.ref({ ...pk }, source))).toEqual(given);
    expect(given[0]).toBe(given[2]);
    expect(given[0]).not.toBe(given[1]);
    later.close();
  });

  it('opens what another ring sealed', () => {
    const ring = new KeyRing(keys);
    const { owner, ...row } = ring.newOwner('subject', randomUUID(), null);
    const eventId = randomUUID();
    const sealed = ring.seal({ owner, stream: owner, eventId, p: '0', category: 'name', value: 'Айгерім' });
    ring.close();
    const later = new KeyRing(keys);
    later.open(standing({ owner, ...row }));
    const stored = {
      eventId,
      part: sealed.part,
      owner,
      category: 'name',
      blob: sealed.row.blob,
      wrappedPk: sealed.pk.wrappedPk,
    };
    expect(later.unseal(stored)).toEqual({ category: 'name', value: 'Айгерім' });
    expect(() => later.unseal({ ...stored, category: 'email' })).toThrow(/PART_TAMPERED: event .* another category/);
    const commit = randomBytes(32).toString('base64url');
    expect(() => later.unseal({ ...stored, part: { ...sealed.part, commit } })).toThrow(/PART_TAMPERED.* commitment/);
  });

  it('discloses what anybody can check against the event with HMAC and SHA-256 alone, and nothing of another part', () => {
    const ring = new KeyRing(keys);
    const { owner, ...row } = ring.newOwner('subject', randomUUID(), null);
    const at = { owner, stream: owner, eventId: randomUUID(), category: 'name' };
    const values = ['Айгерім', 'x'.repeat(300)];
    const sealed = values.map((value, i) => ring.seal({ ...at, p: String(i), value }));
    ring.close();
    const later = new KeyRing(keys);
    later.open(standing({ owner, ...row }));
    const told = sealed.map(({ part, row: { blob }, pk: { wrappedPk } }) =>
      later.disclose({ eventId: at.eventId, part, owner, category: 'name', blob, wrappedPk }),
    );
    later.close();
    told.forEach(({ plaintext, commitmentKey, category, value }, i) => {
      const text = Buffer.from(plaintext);
      const padded = Buffer.alloc(i === 0 ? 256 : 512);
      padded.writeUInt32BE(text.length);
      text.copy(padded, 4);
      expect(createHmac('sha256', commitmentKey).update(padded).digest('base64url')).toBe(sealed[i]?.part.commit);
      expect(JSON.parse(plaintext)).toEqual({ category: 'name', value: values[i] });
      expect({ category, value }).toEqual({ category: 'name', value: values[i] });
    });
    expect(told[0]?.commitmentKey.equals(told[1]?.commitmentKey ?? Buffer.alloc(0))).toBe(false);
  });

  it('that is closed gives no reference, of a subject made in it either', () => {
    const ring = new KeyRing(keys);
    const { owner } = ring.newOwner('subject', randomUUID(), null);
    const pk = ring.makeRef({ owner, eventId: randomUUID() });
    ring.close();
    expect(() => ring.ref(pk, 'urn:x:crm')).toThrow(/OWNER_NOT_OPEN/);
  });
});
