// Which CloudEvents are taken, whoever wrote them, and does nothing that is sent break the reading of it?
import { describe, expect, it } from '@jest/globals';
import { CloudEvent, HTTP } from 'cloudevents';
import fc from 'fast-check';
import { type Principal } from '../../write/received.js';
import { type Problem } from '../problem/problem.js';
import { faultsMax } from '../form/check.js';
import { forbidden } from './authorise.js';
import { checkCloudEvent, futureMsMax } from './cloud-event.js';
import { inOrder, sift } from './outcomes.js';
import { batchEventsMax, readSent } from './transport.js';

const nowMs = Date.parse('2026-11-23T00:00:00Z');
const data = { subject: { identifiers: [{ scheme: 'account', value: 'u1' }] }, purpose: 'support' };
const event = {
  specversion: '1.0',
  id: 'e-1',
  source: 'urn:example:crm',
  type: 'derbes.purpose.ended',
  time: '2026-11-20T09:00:00Z',
  data,
};
const received = { id: 'e-1', source: event.source, type: event.type, time: event.time, data };
const emitter: Principal = { key: 'k', role: 'emitter', source: event.source };
const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'taken';
  } catch (error) {
    return (error as Problem).code;
  }
};

describe('an event of the official SDK', () => {
  const made = new CloudEvent({ ...event, datacontenttype: 'application/json' });
  it.each(['structured', 'binary'] as const)('is taken in %s mode as it was sent', (mode) => {
    const { headers, body } = HTTP[mode](made);
    const lower = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
    );
    const sent = readSent(lower, JSON.parse(String(body)));
    if (sent.mode !== 'single') throw new Error('one event was sent');
    const checked = checkCloudEvent(sent.event, nowMs);
    if (!checked.ok) throw new Error(JSON.stringify(checked.faults));
    expect({ ...checked.event, time: new Date(checked.event.time).toISOString() }).toEqual({
      ...received,
      time: '2026-11-20T09:00:00.000Z',
    });
  });
});

describe('an event', () => {
  it('is taken up to five minutes ahead of the clock and not a second more', () => {
    const at = (ms: number) => checkCloudEvent({ ...event, time: new Date(ms).toISOString() }, nowMs);
    expect(at(nowMs + futureMsMax)).toMatchObject({ ok: true });
    expect(at(nowMs + futureMsMax + 1)).toMatchObject({ ok: false, code: 'FUTURE' });
  });

  it('full of unknown attributes is answered by a few of them', () => {
    const full = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`unknown${i}`, i]));
    const checked = checkCloudEvent({ ...event, ...full }, nowMs);
    expect(checked.ok ? [] : checked.faults).toHaveLength(faultsMax);
  });

  it('is not told back a field named like a person, at whatever depth', () => {
    for (const wrong of [
      { ...event, 'anna@example.kz': 1 },
      { ...event, data: { ...data, '+77010000000': 1 } },
    ]) {
      const checked = checkCloudEvent(wrong, nowMs);
      expect(checked).toMatchObject({ ok: false, faults: [{ detail: '"(personal)" is no field here' }] });
      expect(JSON.stringify(checked)).not.toMatch(/anna|7701/);
    }
  });

  it('is never told back by an id that looks like a person', () => {
    for (const id of ['a@example.kz', '+77010000000', 'a%40example.kz']) {
      const checked = checkCloudEvent({ ...event, id }, nowMs);
      expect(checked).toMatchObject({ ok: false, code: 'ID_LOOKS_PERSONAL' });
      expect(JSON.stringify(checked)).not.toContain(id);
    }
  });

  it('is either taken or answered by faults, whatever is sent', () => {
    const anything = fc.oneof(fc.jsonValue({ maxDepth: 4 }), fc.record({}, { requiredKeys: [] }));
    const spoilt = fc
      .tuple(fc.constantFrom(...Object.keys(event), 'extension'), anything)
      .map(([name, value]) => ({ ...event, [name]: value }));
    fc.assert(
      fc.property(fc.oneof(anything, spoilt), (told) => {
        const checked = checkCloudEvent(told, nowMs);
        if (checked.ok) expect(Object.keys(checked.event).sort()).toEqual(['data', 'id', 'source', 'time', 'type']);
        else expect(checked.faults.length).toBeGreaterThan(0);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the mode of a request', () => {
  const binary = {
    'content-type': 'application/json; charset=utf-8',
    'ce-specversion': '1.0',
    'ce-id': 'e-1',
    'ce-source': event.source,
    'ce-type': event.type,
    'ce-time': event.time,
  };

  it('is read from Content-Type, whatever its letters and parameters', () => {
    expect(readSent({ 'content-type': 'Application/CloudEvents+JSON; charset=UTF-8' }, event)).toEqual({
      mode: 'single',
      event,
    });
    expect(readSent({ 'content-type': 'application/cloudevents-batch+json' }, [1, 2])).toEqual({
      mode: 'batch',
      events: [1, 2],
    });
    expect(readSent(binary, data)).toEqual({ mode: 'single', event });
  });

  it('is refused when it is none of the three', () => {
    expect(codeOf(() => readSent({}, event))).toBe('MEDIA_TYPE_UNSUPPORTED');
    expect(codeOf(() => readSent({ 'content-type': 'application/json' }, event))).toBe('MEDIA_TYPE_UNSUPPORTED');
    expect(codeOf(() => readSent({ 'content-type': 'application/cloudevents+avro' }, event))).toBe(
      'MEDIA_TYPE_UNSUPPORTED',
    );
  });

  it('is refused with a header that cannot be read or that hides data', () => {
    expect(codeOf(() => readSent({ ...binary, 'ce-id': '%E0%A4%A' }, data))).toBe('MALFORMED_REQUEST');
    expect(codeOf(() => readSent({ ...binary, 'ce-data': '{}' }, data))).toBe('MALFORMED_REQUEST');
    expect(checkCloudEvent({ ...event, subject: 'x' }, nowMs)).toMatchObject({ faults: [{ pointer: '/subject' }] });
  });

  it('is refused beyond as many events as a batch may have', () => {
    const type = { 'content-type': 'application/cloudevents-batch+json' };
    expect(codeOf(() => readSent(type, Array(batchEventsMax).fill(0)))).toBe('taken');
    expect(codeOf(() => readSent(type, Array(batchEventsMax + 1).fill(0)))).toBe('BATCH_TOO_LARGE');
    expect(codeOf(() => readSent(type, {}))).toBe('MALFORMED_BODY');
  });
});

describe('who may tell what', () => {
  const retraction = {
    ...received,
    type: 'derbes.fact.retracted',
    data: { fact: { source: event.source, id: 'e-0' } },
  };
  const officer: Principal = { key: 'k', role: 'officer' };

  it('is an emitter its own source’s facts and retractions', () => {
    expect(forbidden(emitter, received)).toBeUndefined();
    expect(forbidden(emitter, retraction)).toBeUndefined();
    expect(forbidden({ ...emitter, source: 'urn:example:crm2' }, received)).toMatchObject({ code: 'SOURCE_NOT_YOURS' });
  });

  it('is an emitter without a source nothing', () => {
    expect(forbidden({ key: 'k', role: 'emitter' }, received)).toMatchObject({ code: 'SOURCE_NOT_YOURS' });
  });

  it('is an officer any source’s retraction, under the officers’ own', () => {
    expect(forbidden(officer, { ...retraction, source: 'urn:derbes:officer' })).toBeUndefined();
    expect(forbidden(officer, retraction)).toMatchObject({ code: 'SOURCE_NOT_YOURS' });
    expect(forbidden(officer, received)).toMatchObject({ code: 'TYPE_NOT_YOURS' });
  });
});

describe('the outcomes of a batch', () => {
  it('stand in the order of its events, however the good and the bad are mixed', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 30 }), (good) => {
        const told = good.map((isGood, i) =>
          isGood ? { ...event, id: `e-${i}` } : { ...event, id: `e-${i}`, time: 'x' },
        );
        const { events, known } = sift(told, { by: emitter, request: 'r' }, nowMs);
        const recorded = events.map(({ id }) => ({ id, status: 'recorded' as const }));
        const outcomes = inOrder(told.length, known, recorded).map(({ outcome: { id, status } }) => ({ id, status }));
        expect(outcomes).toEqual(
          good.map((isGood, i) => ({ id: `e-${i}`, status: isGood ? 'recorded' : 'malformed' })),
        );
      }),
    );
  });

  it('are refused when there are not as many as events', () => {
    expect(() => inOrder(2, new Map(), [{ status: 'recorded' }])).toThrow(/one outcome per event/);
  });
});
