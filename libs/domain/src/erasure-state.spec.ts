// What stands of holds, orders, executions and locks after a history?
import { executionOf } from './erasure-state.js';
import { foldAsOf, foldSubject, evolveSubject, emptyFold } from './subject-fold.js';
import { Erasing } from './testing/erasing.js';

const person = () => {
  const one = new Erasing();
  one.collect(['email', 'phone']);
  return one;
};
const locksOf = (one: Erasing) => [...one.family().state.erasures.locks.values()];

describe('a lock', () => {
  it('is put by a narrowed erasure on what it keeps', () => {
    const one = person();
    one.hold({ categories: ['phone'] });
    one.do(one.erase());
    expect(locksOf(one)).toMatchObject([{ category: 'phone', since: one.at, why: ['LEGAL_HOLD'] }]);
  });
  it('is put by a refused erasure on all that was asked', () => {
    const one = person();
    one.hold();
    one.do(one.erase());
    expect(locksOf(one).map(({ category }) => category)).toEqual(['email', 'phone']);
  });
  it('is not put by a block, which forbids more, nor by an open obligation, which data may serve', () => {
    const one = new Erasing();
    one.collect(['email'], { basis: { code: 'contract' } });
    one.collect(['phone']);
    one.tell('ObligationOpened', { kind: 'debt' });
    one.tell('DataBlocked', { categories: ['phone'], ground: 'breach-reported' });
    expect(one.do(one.erase({ ground: 'subject-request' })).outcome).toBe('refused');
    expect(locksOf(one)).toEqual([]);
  });
  it('names every reason', () => {
    const one = new Erasing();
    one.collect(['full-name']);
    one.tell('RelationStarted', { kind: 'contract' });
    one.hold();
    one.do(one.erase());
    expect(locksOf(one)).toMatchObject([{ category: 'full-name', why: ['LEGAL_HOLD', 'STATUTORY_RETENTION'] }]);
  });
  it('is opened for what is collected anew', () => {
    const one = person();
    one.hold({ categories: ['phone'] });
    one.do(one.erase());
    const again = one.collect(['phone']);
    expect(locksOf(one)).toMatchObject([{ category: 'phone', renewed: again.occurred }]);
  });
  it('goes when what it locks is destroyed', () => {
    const one = person();
    const hold = one.hold({ categories: ['phone'] });
    one.do(one.erase());
    one.execute();
    one.lift(hold);
    one.do(one.erase({ categories: ['phone'] }));
    expect(locksOf(one)).toHaveLength(1);
    one.execute();
    expect(locksOf(one)).toEqual([]);
  });
});

describe('an order', () => {
  it('is executed by the last of its executions, about each whom it concerns', () => {
    const one = person();
    const merged = one.another();
    one.merge(merged);
    const { order = '' } = one.do(one.erase());
    const { erasures } = one.family().state;
    expect(executionOf(erasures, order, one.subject)).toBeUndefined();
    one.execute();
    const after = one.family().state.erasures;
    expect(executionOf(after, order, one.subject)).toMatchObject({ scope: 'person', more: false });
    expect(executionOf(after, order, merged)).toBeUndefined();
    expect(after.executions.size).toBe(2);
  });
  it('is not executed while more follows', () => {
    const one = person();
    const { order = '' } = one.do(one.erase({ categories: ['email', 'phone'] }));
    one.hold({ categories: ['phone'] });
    one.execute();
    const { erasures } = one.family().state;
    expect(erasures.executions.get(order)).toHaveLength(1);
    expect(executionOf(erasures, order, one.subject)).toBeUndefined();
  });
});

describe('the fold of a destruction', () => {
  const history = () => {
    const one = person();
    one.hold({ categories: ['phone'] });
    one.do(one.erase());
    one.execute();
    return one;
  };
  it('is the same event by event as all at once', () => {
    const events = history().events();
    expect(events.reduce(evolveSubject, emptyFold()).state).toEqual(foldSubject(events).state);
  });
  it('as of a moment before it knows nothing of it', () => {
    const one = history();
    const { erasures } = foldAsOf(one.family(), '2026-11-20T09:00:30Z').state;
    expect([erasures.holds.size, erasures.orders.size, erasures.locks.size]).toEqual([0, 0, 0]);
  });
});
