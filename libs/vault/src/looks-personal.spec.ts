// Which client ids would give a person away, and which honest ids must pass?
import { describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { looksPersonal } from './looks-personal.js';

describe('an id that gives a person away', () => {
  it.each([
    'a@example.kz',
    'crm:a.b+tag@example.kz:1',
    'user-A@EXAMPLE.KZ',
    'a%40example.kz',
    'пошта@пример.қаз',
    'urn:x:a@mail.example.kz/7',
  ])('%s looks like an e-mail', (id) => {
    expect(looksPersonal(id)).toBe('email');
  });

  it.each([
    '+77001112233',
    '77001112233',
    '87001112233',
    '7001112233',
    '+7 700 111 22 33',
    '8(700)111-22-33',
    'tel:+7-700-111-22-33',
    'user-77001112233',
    'user77001112233',
    'user_77001112233',
    'crm/87001112233/1',
    '123-77001112233',
    'call-2026-11-20-77001112233',
    '%2B77001112233',
    '+12025550143',
    '+442079460018',
  ])('%s looks like a phone', (id) => {
    expect(looksPersonal(id)).toBe('phone');
  });

  it.each(['900101300007', 'client-900101300007', 'client900101300007', '900101300007:1', '2026-900101300007'])(
    '%s looks like an IIN',
    (id) => {
      expect(looksPersonal(id)).toBe('iin');
    },
  );
});

describe('an honest id', () => {
  it.each([
    'c0ffee-1',
    'order-2026-11-20-000123',
    'order-20261120-000123',
    '6b1d1c9e-0000-4000-8000-00000000000a',
    'urn:uuid:6b1d1c9e-0000-4000-8000-900101300007',
    '01ARZ3NDEKTSV4RRFFQ69G5FAV',
    '01J9ZC5M1V7N8R2Q3S4T5V6W7X',
    '1763629200',
    '1763629200123',
    '1763629200123456',
    '2026-11-20T09:00:00Z',
    '2026-11-20T09:00:00+05:00',
    '1.0.0+20261120',
    '507f1f77bcf86cd799439011',
    'deadbeefdeadbeef',
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    '1234567890123456789',
    '202611200001',
    '900101300008',
    'inv-000000012345',
    'pkg@1.2.3',
    'user@host',
    'a@b',
    '@handle',
    '50%',
    '100%-sure',
    '7',
    '',
  ])('%j passes', (id) => {
    expect(looksPersonal(id)).toBeUndefined();
  });

  it('random UUIDs and hexadecimal ids pass', () => {
    const ids = Array.from({ length: 5_000 }, () => [randomUUID(), randomBytes(16).toString('hex')]).flat();
    expect(ids.filter((id) => looksPersonal(id) !== undefined)).toEqual([]);
  });

  it.each(['1-', '(', 'a', '@', '7 ', 'g_', '+', '%', 'a@', '-.'])(
    '%j repeated a hundred thousand times is answered, not chewed',
    (unit) => {
      for (const end of ['', 'x12345678', ' 12345678', '.']) looksPersonal(unit.repeat(100_000) + end);
      expect(looksPersonal(`${unit.repeat(1_000)}x12345678`)).toBeUndefined();
    },
  );
});
