import { envelopeBytesMax, NotAnEnvelope, readEnvelope, writeEnvelope, type Envelope } from './envelope.js';

const envelope: Envelope = {
  v: '1',
  id: '6f1c2f0e-6d3c-4f6e-9a53-0d3a0c1b2a3d',
  type: 'DataCollected',
  stream: 'subject-0b7f4e5a-2f0d-4a57-8b11-6f6f6f6f6f6f',
  revision: '0',
  at: '2026-11-20T09:00:01Z',
  occurred: '2026-11-20T09:00:00Z',
  actor: 'emitter',
  source: 'urn:example:crm',
  facts: { categories: ['email'], basis: { code: 'consent' } },
  parts: [{ p: '0', commit: 'A'.repeat(43), blob: 'B'.repeat(43) }],
};

describe('an envelope', () => {
  it('is written with its keys in canonical order and read back the same', () => {
    const text = writeEnvelope(envelope);
    expect(text.startsWith('{"actor":"emitter","at":"2026-11-20T09:00:01Z","facts":{"basis"')).toBe(true);
    expect(readEnvelope(text)).toEqual(envelope);
  });

  it.each<[string, object]>([
    ['a number among the facts', { facts: { count: 1 } }],
    ['a null among the facts', { facts: { a: { b: null } } }],
    ['a boolean among the facts', { facts: { a: [true] } }],
    ['a field of no envelope', { position: '7' }],
    ['fractions of a second', { at: '2026-11-20T09:00:01.5Z' }],
    ['an offset instead of UTC', { occurred: '2026-11-20T14:00:00+05:00' }],
    ['an upper-case id', { id: '6F1C2F0E-6D3C-4F6E-9A53-0D3A0C1B2A3D' }],
    ['an empty list of parts', { parts: [] }],
    ['parts counted from one', { parts: [{ p: '1', commit: 'A'.repeat(43), blob: 'B'.repeat(43) }] }],
    ['a padded digest', { parts: [{ p: '0', commit: `${'A'.repeat(43)}=`, blob: 'B'.repeat(43) }] }],
    [
      'an owner of no known kind',
      { parts: [{ p: '0', commit: 'A'.repeat(43), blob: 'B'.repeat(43), owner: 'dog-1' }] },
    ],
    ['a part that says more', { parts: [{ p: '0', commit: 'A'.repeat(43), blob: 'B'.repeat(43), name: 'x' }] }],
    ['a stream with a name in it', { stream: 'subject-Ivan' }],
  ])('is refused with %s', (_name, change) => {
    expect(() => writeEnvelope({ ...envelope, ...change })).toThrow(NotAnEnvelope);
  });

  it('is refused when a field is missing', () => {
    const { occurred, ...others } = envelope;
    expect(occurred).toBeDefined();
    expect(() => writeEnvelope(others as Envelope)).toThrow('occurred is absent');
  });

  it('is refused above 65,535 bytes and taken at exactly that many', () => {
    const fill = (n: number): Envelope => ({ ...envelope, facts: { a: 'x'.repeat(n) } });
    const overhead = Buffer.byteLength(writeEnvelope(fill(0)));
    expect(Buffer.byteLength(writeEnvelope(fill(envelopeBytesMax - overhead)))).toBe(envelopeBytesMax);
    expect(() => writeEnvelope(fill(envelopeBytesMax - overhead + 1))).toThrow(NotAnEnvelope);
  });

  it.each([
    ['other white space', (text: string) => text.replace(',', ', ')],
    ['a duplicate key', (text: string) => text.replace('"v":"1"', '"v":"2","v":"1"')],
    ['other order of keys', (text: string) => `{"v":"1",${text.slice(1).replace(',"v":"1"', '')}`],
    ['bytes that are no JSON', () => 'derbes'],
  ])('is not read from %s', (_name, change) => {
    const text = writeEnvelope(envelope);
    expect(change(text)).not.toBe(text);
    expect(() => readEnvelope(change(text))).toThrow(NotAnEnvelope);
  });
});
