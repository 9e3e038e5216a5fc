// Which facts about somebody who was erased are still recorded, which begin somebody new, and which are answered 410?
import { factTypes } from './fact.js';
import { fenceOf, mayPass } from './fence.js';
import { Erasing } from './testing/erasing.js';

const since = '2026-11-20T12:00:00Z';
const [before, after] = ['2026-11-20T11:59:59Z', '2026-11-20T12:00:01Z'];
const told = (type: string, more: object = {}) => ({
  type,
  occurred: after,
  byIdentifier: true,
  values: false,
  ...more,
});
const types = [...new Set(Object.values(factTypes))];
const passing = ['DataDestroyed', 'SubjectNotified'];
const beginning = ['ConsentGiven', 'RelationStarted'];

describe('the fence', () => {
  it.each(passing)('lets %s through, whenever it occurred', (type) => {
    expect([before, since, after].map((occurred) => mayPass(told(type, { occurred }), since))).toEqual([
      'passes',
      'passes',
      'passes',
    ]);
  });
  it.each(['TaskAcknowledged', 'TaskFailed', 'LegalHoldPlaced', 'LegalHoldLifted'])(
    'lets %s through by subject',
    (type) => {
      expect(mayPass(told(type, { byIdentifier: false }), since)).toBe('passes');
    },
  );
  it.each(passing)('lets no %s through that brings values', (type) => {
    expect(mayPass(told(type, { values: true }), since)).toBe('gone');
  });
  it.each(types.filter((type) => ![...passing, ...beginning].includes(type)))('answers %s with 410', (type) => {
    expect([before, since, after].map((occurred) => mayPass(told(type, { occurred }), since))).toEqual([
      'gone',
      'gone',
      'gone',
    ]);
  });
  it.each(beginning)('lets %s that occurred after it begin somebody new', (type) => {
    expect(mayPass(told(type), since)).toBe('begins');
    expect(mayPass(told(type, { values: true }), since)).toBe('begins');
  });
  it.each(beginning)('answers %s that occurred before it, or in its second, with 410', (type) => {
    expect(mayPass(told(type, { occurred: before }), since)).toBe('gone');
    expect(mayPass(told(type, { occurred: since }), since)).toBe('gone');
  });
  it.each(beginning)('answers %s by a reference to whoever was erased with 410', (type) => {
    expect(mayPass(told(type, { byIdentifier: false }), since)).toBe('gone');
  });

  it('stands from the order on, before anything is destroyed', () => {
    const one = new Erasing();
    one.collect(['email']);
    expect(fenceOf(one.family())).toBeUndefined();
    const { order } = one.do(one.erase());
    expect(fenceOf(one.family())).toEqual({ order, since: one.at });
  });
  it('says when the order was executed', () => {
    const one = new Erasing();
    one.collect(['email']);
    one.do(one.erase());
    one.execute();
    expect(fenceOf(one.family())?.executed).toBe(one.at);
  });
  it('is not put up by the erasure of a category or a value', () => {
    const one = new Erasing();
    one.collect(['email', 'phone']);
    const [email = ''] = one.names();
    one.do(one.erase({ parts: [email] }));
    one.do(one.erase({ categories: ['phone'] }));
    one.execute();
    expect(fenceOf(one.family())).toBeUndefined();
  });
  it('is not put up by the erasure of a person of whom something is kept', () => {
    const one = new Erasing();
    one.collect(['email', 'phone']);
    one.hold({ categories: ['phone'] });
    one.do(one.erase());
    one.execute();
    expect(fenceOf(one.family())).toBeUndefined();
  });
  it('of a family names the survivor s order, and is executed with the last of its members', () => {
    const one = new Erasing();
    const merged = one.another();
    one.collect(['email']);
    one.merge(merged);
    const { order } = one.do(one.erase());
    expect(fenceOf(one.family())).toMatchObject({ order });
    expect(fenceOf(one.family())?.executed).toBeUndefined();
    one.execute();
    expect(fenceOf(one.family())).toMatchObject({ order, executed: one.at });
  });
  it('stands around each member alone as well', () => {
    const one = new Erasing();
    const merged = one.another();
    one.merge(merged);
    one.do(one.erase());
    expect(one.folds.get(merged) && fenceOf(one.family(merged))).toMatchObject({ since: one.at });
  });
});
