// Does a hold of which the law forbids to tell stop what it must stop, in words that any other hold has too?
import { Refused } from '@derbes/kernel';
import { decideErasure } from '../erasure-decider.js';
import { demandsOf } from '../erasure-demand.js';
import { orderOf } from '../erasure-order.js';
import { Erasing } from '../testing/erasing.js';
import { newId } from '../testing.js';
import { withheldRestricted } from '../withheld.js';
import { decideRestricted } from './command.js';
import { type RestrictedEntry, type RestrictedOf, type RestrictedRecord } from './entry.js';
import { foldRestricted, restrictedHoldsOn, type HoldExtent } from './state.js';

function person(): Erasing {
  const one = new Erasing();
  one.collect(['email', 'full-name', 'phone']);
  return one;
}

const decided = (one: Erasing, restricted: readonly HoldExtent[], more: Parameters<Erasing['erase']>[0] = {}) =>
  decideErasure(one.erase(more), one.folds, { ...one.outside, ids: [newId(), newId()], restricted });
const demands = (one: Erasing, event: string, restricted: readonly HoldExtent[]) => {
  const family = one.family();
  const order = orderOf(family, event);
  if (!order) throw new Error('no such order');
  return demandsOf(order, family, { ...one.outside, restricted });
};
const place = { holder: 'crm', role: 'private', ground: 'subject-request' };

describe('an erasure under a restricted hold', () => {
  it('is refused by an event that differs in nothing from that of a hold which names no act', () => {
    const plain = person();
    plain.hold();
    const told = plain.decide(plain.erase());
    const untold = decided(person(), [{}]);
    expect(untold.outcome).toBe('refused');
    expect(untold.kept).toEqual(told.kept);
    expect(untold.drafts.map(({ type, facts }) => [type, facts])).toEqual(
      told.drafts.map(({ type, facts }) => [type, facts]),
    );
  });
  it('is narrowed to what the hold leaves, in the same words', () => {
    const plain = person();
    plain.hold({ categories: ['phone'] });
    const told = plain.decide(plain.erase());
    const untold = decided(person(), [{ categories: ['phone'] }]);
    expect(untold.outcome).toBe('narrowed');
    expect(untold.kept).toEqual(told.kept);
  });
  it('says nothing of it where something else keeps the same', () => {
    const one = person();
    one.hold({ act: '405-VI', article: '7(1)' });
    expect(decided(one, [{}]).kept).toEqual(one.decide(one.erase()).kept);
  });
  it('of what it does not cover is ordered', () => {
    expect(decided(person(), [{ categories: ['phone'] }], { categories: ['email'] }).outcome).toBe('ordered');
  });
});

describe('what was ordered before a restricted hold', () => {
  it('waits, a person, a category, a corrected value and a retracted fact alike, and goes on when it is lifted', () => {
    for (const [restricted, count] of [
      [[{}], 0],
      [[], 1],
    ] as const) {
      const whole = person();
      const { order = '' } = whole.do(whole.erase());
      expect(demands(whole, order, restricted).demands).toHaveLength(count);
      const category = person();
      const { order: second = '' } = category.do(category.erase({ categories: ['email'] }));
      expect(demands(category, second, restricted).demands).toHaveLength(count);
      const corrected = person();
      const right = corrected.tell('DataCorrected', { ...place, categories: ['email'] }, { seals: ['email'] });
      expect(demands(corrected, right.id, restricted).demands).toHaveLength(count);
      const retracted = new Erasing();
      const wrong = retracted.collect(['email']);
      const { id } = retracted.tell('FactRetracted', {
        fact: wrong.id,
        type: 'DataCollected',
        ground: 'told-in-error',
      });
      expect(demands(retracted, id, restricted).demands).toHaveLength(count);
    }
  });
});

const at = '2026-11-23T12:00:00Z';
const record = (entry: RestrictedEntry, id = newId()): RestrictedRecord => ({ id, at, entry });

describe('a restricted record', () => {
  const one = person();
  const { subject } = one;
  const outside = { ...one.outside, at, ids: [], family: one.family() };
  const demand = record({ kind: 'demand', by: 'k', subject, authority: 'КНБ', received: '2026-11-20T09:00:00Z' });
  const hold = record({ kind: 'hold', by: 'k', subject, ground: 'demand', demand: demand.id });
  const state = foldRestricted([demand, hold]);
  const refusal = (entry: RestrictedEntry, over = outside, on = state): string => {
    try {
      decideRestricted(entry, on, over);
      return 'recorded';
    } catch (error) {
      if (error instanceof Refused) return error.code;
      throw error;
    }
  };
  const transfer: RestrictedOf<'transfer'> = {
    kind: 'transfer',
    by: 'k',
    demand: demand.id,
    subject,
    recipient: 'КНБ',
    country: 'KZ',
    mode: 'sent',
    categories: ['email'],
    occurred: '2026-11-21T09:00:00Z',
  };

  it('of a transfer is for a demand about the same person, and judged by nothing', () => {
    expect(refusal(transfer)).toBe('recorded');
    expect(refusal({ ...transfer, demand: newId() })).toBe('RESTRICTED_UNKNOWN');
    const other = person();
    expect(refusal({ ...transfer, subject: other.subject }, { ...outside, family: other.family() })).toBe(
      'RESTRICTED_UNKNOWN',
    );
    expect(refusal({ ...transfer, categories: ['no-such'] })).toBe('CATEGORY_UNKNOWN');
    expect(refusal({ ...transfer, occurred: '2026-11-24T09:00:00Z' })).toBe('FUTURE');
  });
  it('of a demand is about somebody known', () => {
    const nobody = { ...outside, family: new Erasing().family(newId()) };
    expect(refusal({ ...demand.entry, kind: 'demand' } as RestrictedEntry, nobody)).toBe('SUBJECT_UNKNOWN');
  });
  it('of an answer closes its demand once', () => {
    const answer = { kind: 'answer', by: 'k', demand: demand.id, outcome: 'fulfilled', moment: at } as const;
    expect(refusal(answer)).toBe('recorded');
    expect(refusal(answer, outside, foldRestricted([demand, record(answer)]))).toBe('DEMAND_CLOSED');
    expect(refusal({ ...answer, demand: newId() })).toBe('RESTRICTED_UNKNOWN');
  });
  it('of a hold ends by its lift, or by its term', () => {
    const lift = { kind: 'lift', by: 'k', hold: hold.id } as const;
    expect(restrictedHoldsOn(state, [subject], at)).toEqual([{}]);
    expect(restrictedHoldsOn(state, [newId()], at)).toEqual([]);
    expect(refusal(lift)).toBe('recorded');
    const lifted = foldRestricted([record(lift), demand, hold]);
    expect(restrictedHoldsOn(lifted, [subject], at)).toEqual([]);
    expect(refusal(lift, outside, lifted)).toBe('HOLD_ENDED');
    expect(refusal({ ...lift, hold: newId() })).toBe('RESTRICTED_UNKNOWN');
    const term = foldRestricted([record({ ...hold.entry, until: '2026-11-24T00:00:00Z' } as RestrictedEntry)]);
    expect(restrictedHoldsOn(term, [subject], at)).toHaveLength(1);
    expect(restrictedHoldsOn(term, [subject], '2026-11-24T00:00:00Z')).toEqual([]);
    expect(refusal({ ...hold.entry, kind: 'hold', until: at } as RestrictedEntry)).toBe('UNTIL_PAST');
  });
  it('of an internal hold needs no demand, one for a demand does', () => {
    const internal = { kind: 'hold', by: 'k', subject, ground: 'internal' } as const;
    expect(refusal(internal)).toBe('recorded');
    expect(refusal({ ...internal, ground: 'demand' })).toBe('RESTRICTED_UNKNOWN');
  });
  it('of a term is about a demand, or a hold of no demand, and ends later than now', () => {
    const until = '2027-01-01T00:00:00Z';
    const internal = record({ kind: 'hold', by: 'k', subject, ground: 'internal' });
    const known = foldRestricted([demand, hold, internal]);
    const term = { kind: 'term', by: 'k', matter: demand.id, until } as const;
    expect(refusal(term)).toBe('recorded');
    expect(refusal({ ...term, matter: internal.id }, outside, known)).toBe('recorded');
    expect(refusal({ ...term, matter: hold.id })).toBe('RESTRICTED_UNKNOWN');
    expect(refusal({ ...term, matter: newId() })).toBe('RESTRICTED_UNKNOWN');
    expect(refusal({ ...term, until: at })).toBe('UNTIL_PAST');
  });
  it('of a hold that was lifted tells whom it is told to what it withheld', () => {
    const erased = person();
    erased.do(erased.erase({ categories: ['email'] }));
    const refused = person();
    const decision = decided(refused, [{}]);
    decision.drafts.forEach((draft) => refused.record(draft));
    const placed = {
      kind: 'hold',
      by: 'k',
      subject: refused.subject,
      ground: 'internal',
      id: newId(),
      since: '2026-01-01T00:00:00Z',
    } as const;
    expect(withheldRestricted(refused.family(), placed)).toMatchObject([
      { outcome: 'refused', scope: 'person', categories: ['email', 'full-name', 'phone'] },
    ]);
    expect(withheldRestricted(erased.family(), { ...placed, subject: erased.subject })).toEqual([]);
  });
});
