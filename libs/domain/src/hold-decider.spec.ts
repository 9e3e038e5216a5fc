// When may a hold be placed and lifted, and how long does it stand?
import { holdsOn, holdStands } from './erasure-state.js';
import { Erasing } from './testing/erasing.js';
import { newId } from './testing.js';

const person = () => {
  const one = new Erasing();
  one.collect(['email', 'phone']);
  return one;
};
const place = (one: Erasing, more: object = {}) =>
  ({ type: 'PlaceHold', subject: one.subject, ground: 'legal-claim', ...more }) as const;
const lift = (one: Erasing, hold: string, ground: 'claim-settled' | 'court-order' = 'claim-settled') =>
  ({ type: 'LiftHold', subject: one.subject, hold, ground }) as const;

describe('placing a hold', () => {
  it('is one event with ground, act, article, categories and end', () => {
    const one = person();
    const more = { act: '94-V', article: '8(2)', categories: ['email'], until: '2027-01-01T00:00:00Z' };
    expect(one.decide(place(one, more))).toEqual({
      outcome: 'placed',
      kept: [],
      drafts: [
        {
          type: 'LegalHoldPlaced',
          stream: `subject-${one.subject}`,
          occurred: one.at,
          facts: { ground: 'legal-claim', ...more },
        },
      ],
    });
  });
  it('again is another hold: two cases may need the same data', () => {
    const one = person();
    one.do(place(one));
    expect(one.do(place(one)).drafts).toHaveLength(1);
    expect(one.family().state.erasures.holds.size).toBe(2);
  });
  it('that would have ended already is refused', () => {
    const one = person();
    expect(one.refusal(place(one, { until: one.at }))).toBe('UNTIL_PAST');
  });
  it('on a category that exists nowhere is refused', () => {
    const one = person();
    expect(one.refusal(place(one, { categories: ['shoe-size'] }))).toBe('CATEGORY_UNKNOWN');
  });
  it('on a category that is declared and not yet held stands for what comes', () => {
    const one = person();
    expect(one.decide(place(one, { categories: ['session'] })).outcome).toBe('placed');
  });
  it('by another law that nobody names is refused', () => {
    const one = person();
    expect(one.refusal(place(one, { ground: 'other-law' }))).toBe('LAW_MISSING');
  });
  it('by somebody who was never appointed is refused', () => {
    const one = person();
    expect(one.refusal(place(one, { staff: newId() }))).toBe('STAFF_UNKNOWN');
  });
  it('on somebody who is to be erased is possible until it is done', () => {
    const one = person();
    one.do(one.erase());
    expect(one.decide(place(one)).outcome).toBe('placed');
    one.execute();
    expect(one.refusal(place(one))).toBe('SUBJECT_ERASED');
  });
  it('on one that was merged away is refused: the survivor is the person', () => {
    const one = person();
    const merged = one.another();
    one.merge(merged);
    expect(one.refusal({ ...place(one), subject: merged })).toBe('MERGED');
  });
  it('on nobody is refused', () => {
    const one = person();
    expect(one.refusal({ ...place(one), subject: newId() })).toBe('SUBJECT_UNKNOWN');
  });
});

describe('lifting a hold', () => {
  it('is one event that names it', () => {
    const one = person();
    const hold = one.hold();
    expect(one.decide(lift(one, hold)).drafts).toMatchObject([
      { type: 'LegalHoldLifted', facts: { hold, ground: 'claim-settled' } },
    ]);
  });
  it('twice says nothing new', () => {
    const one = person();
    const hold = one.hold();
    one.do(lift(one, hold));
    expect(one.decide(lift(one, hold)).drafts).toEqual([]);
  });
  it('twice on another ground is refused', () => {
    const one = person();
    const hold = one.hold();
    one.do(lift(one, hold));
    expect(one.refusal(lift(one, hold, 'court-order'))).toBe('HOLD_ENDED');
  });
  it('whose term is over is refused', () => {
    const one = person();
    const hold = one.hold({ until: '2026-11-21T00:00:00Z' });
    one.wait(3);
    expect(one.refusal(lift(one, hold))).toBe('HOLD_ENDED');
  });
  it('that nobody placed is refused', () => {
    const one = person();
    expect(one.refusal(lift(one, newId()))).toBe('HOLD_UNKNOWN');
  });
  it('of one that was merged stands in the stream of the hold', () => {
    const one = person();
    const merged = one.another();
    const hold = one.tell('LegalHoldPlaced', { ground: 'legal-claim' }, { subject: merged }).id;
    one.merge(merged);
    expect(one.decide(lift(one, hold)).drafts).toMatchObject([{ stream: `subject-${merged}` }]);
  });
});

describe('a hold', () => {
  it('stands from its moment until it is lifted', () => {
    const one = person();
    const before = one.at;
    const hold = one.hold();
    const placed = one.at;
    one.wait(1);
    one.do(lift(one, hold));
    const found = one.family().state.erasures.holds.get(hold);
    if (!found) throw new Error('the hold is gone');
    expect([before, placed, one.at].map((moment) => holdStands(found, moment))).toEqual([false, true, false]);
  });
  it('stands until its term and not at it', () => {
    const one = person();
    const hold = one.hold({ until: '2026-12-01T00:00:00Z' });
    const found = one.family().state.erasures.holds.get(hold);
    if (!found) throw new Error('the hold is gone');
    expect(holdStands(found, '2026-11-30T23:59:59Z')).toBe(true);
    expect(holdStands(found, '2026-12-01T00:00:00Z')).toBe(false);
  });
  it('covers its categories, or everything', () => {
    const one = person();
    one.hold({ categories: ['email'] });
    const { erasures } = one.family().state;
    expect(holdsOn(erasures, 'email', one.at)).toHaveLength(1);
    expect(holdsOn(erasures, 'phone', one.at)).toHaveLength(0);
    one.hold();
    expect(holdsOn(one.family().state.erasures, 'phone', one.at)).toHaveLength(1);
  });
});
