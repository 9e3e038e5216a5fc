import { Type } from 'typebox';
import { fold, type Decider } from './decider.js';
import { NotAnEnvelope, writeEnvelope, type Envelope } from './envelope.js';
import { Catalogue, defineEvent } from './event.js';
import { Refused } from './refused.js';
import { spec } from './testing.js';

const Opened = defineEvent('DoorOpened', {
  v: 3,
  says: 'A door was opened.',
  facts: Type.Object({ door: Type.String(), by: Type.String(), way: Type.String() }, { additionalProperties: false }),
  sample: { door: 'north', by: 'key', way: 'out' },
  upcast: { 1: (facts) => ({ ...facts, by: 'unrecorded' }), 2: (facts) => ({ ...facts, way: 'in' }) },
});

const envelope = (facts: Envelope['facts'], v: string): Envelope => ({
  v,
  id: '6f1c2f0e-6d3c-4f6e-9a53-0d3a0c1b2a3d',
  type: 'DoorOpened',
  stream: 'door-1',
  revision: '4',
  at: '2026-11-20T09:00:01Z',
  occurred: '2026-11-20T09:00:00Z',
  actor: 'emitter',
  facts,
});

describe('an event type', () => {
  const catalogue = new Catalogue([Opened]);

  it('climbs from the first version one at a time', () => {
    expect(catalogue.read(envelope({ door: 'north' }, '1'))).toMatchObject({
      revision: 4,
      facts: { door: 'north', by: 'unrecorded', way: 'in' },
      parts: [],
    });
  });

  it('does not climb what is of the newest version', () => {
    expect(catalogue.read(envelope({ door: 'north', by: 'key', way: 'out' }, '3')).facts).toEqual(Opened.sample);
  });

  it.each([
    ['an unknown version', envelope({ door: 'north' }, '4')],
    ['facts that break the schema', envelope({ gate: 'north' }, '3')],
    ['a type of no catalogue', { ...envelope({ door: 'north' }, '1'), type: 'DoorShut' }],
  ])('refuses %s', (_name, broken) => {
    expect(() => catalogue.read(broken)).toThrow(NotAnEnvelope);
  });

  it.each([
    ['with all fields', { source: 'urn:example:door', edition: 'e'.repeat(64) }],
    ['without those that may be absent', {}],
  ])('is read from stored bytes as from its envelope, %s', (_name, more) => {
    const whole = { ...envelope({ door: 'north' }, '1'), ...more };
    expect(catalogue.readStored(writeEnvelope(whole))).toStrictEqual(catalogue.read(whole));
    expect(catalogue.read(whole)).toStrictEqual({
      ...more,
      type: 'DoorOpened',
      facts: { door: 'north', by: 'unrecorded', way: 'in' },
      id: whole.id,
      stream: 'door-1',
      revision: 4,
      at: whole.at,
      occurred: whole.occurred,
      actor: 'emitter',
      parts: [],
    });
  });

  it.each([
    ['bytes that are no JSON', () => 'derbes'],
    ['another version', (text: string) => text.replace('"v":"1"', '"v":"9"')],
    ['a number among the facts', (text: string) => text.replace('"north"', '7')],
    ['a moment that is none', (text: string) => text.replace('T09:00:00Z', ' noon')],
    ['facts of another form', (text: string) => text.replace('"door"', '"gate"')],
  ])('is not read from stored bytes with %s', (_name, change) => {
    const text = writeEnvelope(envelope({ door: 'north' }, '1'));
    expect(change(text)).not.toBe(text);
    expect(() => catalogue.readStored(change(text))).toThrow(NotAnEnvelope);
  });

  it('cannot be defined with a gap in its ladder', () => {
    const shape = { says: '', facts: Type.Object({}), sample: {} };
    expect(() => defineEvent('Gap', { ...shape, v: 3, upcast: { 2: (facts) => facts } })).toThrow('from version 1');
  });

  it('cannot be in the catalogue twice', () => {
    expect(() => new Catalogue([Opened, Opened])).toThrow('twice');
  });
});

describe('a decider', () => {
  type Count = { type: 'Counted'; facts: { by: number } };
  const counter: Decider<{ by: number }, number, Count, { max: number }, Count> = {
    initial: 0,
    evolve: (state, event) => state + event.facts.by,
    decide({ by }, state, { max }) {
      if (by === 0) return [];
      if (state + by > max) throw new Refused('TOO_MANY', 'more than there is room for');
      return [{ type: 'Counted', facts: { by } }];
    },
  };
  const { given } = spec(counter, { max: 3 });
  const one: Count = { type: 'Counted', facts: { by: 1 } };

  it('decides on the state its history gives', () =>
    given(one, one)
      .when({ by: 1 })
      .then({ facts: { by: 1 } }));
  it('stays silent when there is nothing to say', () => given(one).when({ by: 0 }).thenNothing());
  it('refuses with a code', () => given(one, one).when({ by: 2 }).thenRefused('TOO_MANY'));
  it('folds on from a state already known', () => expect(fold(counter, [one], 2)).toBe(3));
});
