import { EventReader } from './event-form.js';

const uuid = '6f1c2f0e-6d3c-4f6e-9a53-0d3a0c1b2a3d';
const digest = `${'x'.repeat(42)}A`;
const event = {
  v: '1',
  id: uuid,
  type: 'DataCollected',
  stream: `subject-${uuid}`,
  revision: '17',
  at: '2026-11-20T09:00:01Z',
  occurred: '2026-11-20T09:00:00Z',
  actor: 'emitter',
  source: 'urn:example:"crm"\\1',
  edition: 'a'.repeat(64),
  facts: {
    ...{ basis: { code: 'consent' }, capacity: 'own', categories: ['email'], holder: 'crm' },
    ...{ origin: { kind: 'subject' }, purposes: ['account'], role: 'private' },
  },
  parts: [
    { p: '0', commit: digest, blob: digest },
    { p: '1', commit: digest, blob: `${'y'.repeat(42)}w`, owner: `staff-${uuid}` },
  ],
};

const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, item]) => [key, sorted(item)]),
        )
      : value;
const written = (value: object): Buffer => Buffer.from(JSON.stringify(sorted(value)));
const read = (bytes: Buffer) => new EventReader().read(bytes.toString('latin1'), 0, bytes.length);

describe('the form of an event', () => {
  it('is read with what matters beyond it', () => {
    expect(read(written(event))).toEqual({
      id: uuid,
      stream: `subject-${uuid}`,
      named: 'DataCollected@1',
      facts: 'as published',
      revision: 17,
      at: '2026-11-20T09:00:01Z',
      blobs: [digest, `${'y'.repeat(42)}w`],
    });
  });

  it('needs no source, edition or parts', () => {
    const { source, edition, parts, ...others } = event;
    expect([source, edition, parts]).not.toContain(undefined);
    expect(read(written(others)).blobs).toEqual([]);
  });

  it.each(['v', 'id', 'type', 'stream', 'revision', 'at', 'occurred', 'actor', 'facts'])('needs %s', (name) => {
    expect(() => read(written({ ...event, [name]: undefined }))).toThrow(`${name} is absent`);
  });

  it.each<[string, object]>([
    ['a number among the facts', { facts: { count: 1 } }],
    ['a null among the facts', { facts: { a: { b: null } } }],
    ['facts that are a text', { facts: 'none' }],
    ['a field of no event', { position: '7' }],
    ['a field of no event at the end', { z: '7' }],
    ['fractions of a second', { at: '2026-11-20T09:00:01.5Z' }],
    ['an offset instead of UTC', { occurred: '2026-11-20T14:00:00+05:00' }],
    ['a thirteenth month', { at: '2026-13-20T09:00:01Z' }],
    ['an upper-case id', { id: uuid.toUpperCase() }],
    ['an empty list of parts', { parts: [] }],
    ['parts counted from one', { parts: [{ p: '1', commit: digest, blob: digest }] }],
    ['a padded digest', { parts: [{ p: '0', commit: `${digest}=`, blob: digest }] }],
    ['a digest of 31 bytes and a half', { parts: [{ p: '0', commit: digest, blob: `${'x'.repeat(42)}B` }] }],
    ['an owner of no known kind', { parts: [{ p: '0', commit: digest, blob: digest, owner: `dog-${uuid}` }] }],
    ['a part that says more', { parts: [{ p: '0', commit: digest, blob: digest, name: 'x' }] }],
    ['a part without a commitment', { parts: [{ p: '0', blob: digest }] }],
    ['a stream with a name in it', { stream: 'subject-Ivan' }],
    ['a revision with a zero before it', { revision: '01' }],
    ['a version 0', { v: '0' }],
    ['a source with a space', { source: 'urn: crm' }],
  ])('is refused with %s', (_name, change) => {
    expect(() => read(written({ ...event, ...change }))).toThrow();
  });

  it('is refused in any other order of its fields', () => {
    expect(() => read(Buffer.from(JSON.stringify(event)))).toThrow('out of place');
  });

  it('ends where the entry ends, whatever follows in the bundle', () => {
    const bytes = written(event).toString('latin1');
    for (let end = 0; end < bytes.length; end++) expect(() => new EventReader().read(bytes, 0, end)).toThrow();
    expect(new EventReader().read(`..${bytes}..`, 2, 2 + bytes.length).revision).toBe(17);
  });

  it('is refused when anything follows', () => {
    expect(() => read(Buffer.concat([written(event), Buffer.from('\n')]))).toThrow('follows the end');
  });
});
