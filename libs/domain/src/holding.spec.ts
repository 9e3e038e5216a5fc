// What is held after a run of facts, since when, for what, and what ends it?
import { type Facts } from '@derbes/kernel';
import { type Holding, statusOf } from './holding.js';
import { addDuration } from './retention/duration.js';
import { hasEnd, staysOf } from './retention/stay.js';
import { foldSubject } from './subject-fold.js';
import { collected, documents, minute, sampleEdition, Teller } from './testing.js';
import { sampleUuid } from './vocabulary.js';

function held(tell: (teller: Teller) => void) {
  const teller = new Teller();
  tell(teller);
  const { state } = foldSubject(teller.events);
  const all = [...state.holdings.current.values()];
  return { all, state, first: all[0] as Holding, statuses: all.map((holding) => statusOf(holding, state.holdings)) };
}
const destroyed = (manner: string, facts: Facts = {}): Facts => ({
  manner,
  categories: ['email'],
  holder: 'crm',
  ground: 'purpose-reached',
  method: 'shredding',
  ...facts,
});

describe('a holding', () => {
  it('begins with its first collection', () => {
    const teller = new Teller();
    const { id } = teller.tell('DataCollected', collected(), minute(3));
    const [holding] = foldSubject(teller.events).state.holdings.current.values();
    expect(holding).toMatchObject({
      began: id,
      since: { moment: minute(3), precision: 'exact' },
      edition: sampleEdition,
    });
  });
  it('is one per category, holder, role, capacity and organisation', () => {
    const organisation = `organisation-${sampleUuid(5)}`;
    const { all } = held((to) => {
      to.tell('DataCollected', collected({ categories: ['email', 'phone'] }));
      to.tell('DataCollected', collected({ holder: 'ledger' }));
      to.tell('DataCollected', collected({ role: 'entrepreneur' }));
      to.tell('DataCollected', collected({ capacity: 'operator', for: organisation }));
      to.tell('DataCollected', collected());
    });
    expect(all).toHaveLength(5);
  });
  it('gathers purposes, bases and origins without repeating them', () => {
    const { first } = held((to) => {
      to.tell('DataCollected', collected());
      to.tell('DataCollected', collected());
      to.tell(
        'DataCollected',
        collected({ purposes: ['support'], basis: { code: 'contract' }, origin: { kind: 'automatic' } }),
      );
    });
    expect(first.purposes.map(({ code }) => code)).toEqual(['account', 'support']);
    expect(first.bases.map(({ code }) => code)).toEqual(['consent', 'contract']);
    expect(first.origins.map(({ kind }) => kind)).toEqual(['subject', 'automatic']);
  });
  it('keeps the role apart: a sole trader who is also a private user', () => {
    const { all } = held((to) => {
      to.tell('DataCollected', collected({ role: 'entrepreneur' }));
      to.tell('DataCollected', collected({ role: 'private' }));
      to.tell('DataDestroyed', destroyed('destroyed', { role: 'private' }));
    });
    expect(all.map(({ role, end }) => [role, end?.manner])).toEqual([
      ['entrepreneur', undefined],
      ['private', 'destroyed'],
    ]);
  });
  it('declared from before the ledger is held not later than said', () => {
    const since = { moment: '2024-01-01T00:00:00Z', precision: 'not-later-than' };
    const { first } = held((to) => {
      to.tell('DataCollected', collected());
      to.tell('DataDeclared', collected({ since }));
    });
    expect(first.since).toEqual(since);
  });
  it.each(['deleted', 'destroyed', 'anonymised'])('that was %s says so', (manner) => {
    const { statuses, first } = held((to) => {
      to.tell('DataCollected', collected());
      to.tell('DataDestroyed', destroyed(manner, manner === 'deleted' ? { copiesUntil: '2026-12-20' } : {}));
    });
    expect(statuses).toEqual([manner]);
    expect(first.end?.copiesUntil).toBe(manner === 'deleted' ? '2026-12-20' : undefined);
  });
  it('deleted and later destroyed is destroyed', () => {
    const { statuses } = held((to) => {
      to.tell('DataCollected', collected());
      to.tell('DataDestroyed', destroyed('deleted'));
      to.tell('DataDestroyed', destroyed('destroyed'));
    });
    expect(statuses).toEqual(['destroyed']);
  });
  it('anonymised is not deleted afterwards', () => {
    const { statuses } = held((to) => {
      to.tell('DataCollected', collected());
      to.tell('DataDestroyed', destroyed('anonymised'));
      to.tell('DataDestroyed', destroyed('deleted'));
    });
    expect(statuses).toEqual(['anonymised']);
  });
  it('of an open category ends when the category is named', () => {
    const { statuses } = held((to) => {
      to.tell('DataCollected', collected({ categories: ['requisites.iban'] }));
      to.tell('DataDestroyed', destroyed('destroyed', { categories: ['requisites'] }));
    });
    expect(statuses).toEqual(['destroyed']);
  });
  it('is not ended by a category that only begins alike', () => {
    const { statuses } = held((to) => {
      to.tell('DataCollected', collected({ categories: ['email-archive'] }));
      to.tell('DataDestroyed', destroyed('destroyed'));
    });
    expect(statuses).toEqual(['held']);
  });
  it('collected again after it ended begins anew, and the past stays', () => {
    const { first, state } = held((to) => {
      to.tell('DataCollected', collected({ purposes: ['support'] }), minute(0));
      to.tell('DataDestroyed', destroyed('destroyed'), minute(1));
      to.tell('DataCollected', collected(), minute(2));
    });
    expect(first).toMatchObject({ since: { moment: minute(2) }, purposes: [{ code: 'account' }] });
    expect(first.end).toBeUndefined();
    expect(state.holdings.past).toMatchObject([{ end: { manner: 'destroyed' } }]);
  });
  it('blocked is blocked, unblocked is held', () => {
    const blocked = (to: Teller) => {
      to.tell('DataCollected', collected());
      to.tell('DataBlocked', { categories: ['email'], ground: 'breach-reported' });
    };
    expect(held(blocked).statuses).toEqual(['blocked']);
    const { statuses } = held((to) => {
      blocked(to);
      to.tell('DataUnblocked', { categories: ['email'], ground: 'breach-not-confirmed' });
    });
    expect(statuses).toEqual(['held']);
  });
  it('whose purposes have all ended has ended, and is still there', () => {
    const ended = (purposes: string[]) =>
      held((to) => {
        to.tell('DataCollected', collected({ purposes: ['account', 'support'] }));
        for (const purpose of purposes) to.tell('PurposeEnded', { purpose });
      }).statuses;
    expect(ended(['account'])).toEqual(['held']);
    expect(ended(['account', 'support'])).toEqual(['ended']);
  });
  it('collected for a purpose again after it ended is held for it again', () => {
    const { first, statuses } = held((to) => {
      to.tell('DataCollected', collected(), minute(0));
      to.tell('PurposeEnded', { purpose: 'account' }, minute(1));
      to.tell('DataCollected', collected(), minute(2));
    });
    expect(statuses).toEqual(['held']);
    expect(first.purposes).toEqual([{ code: 'account', since: minute(2) }]);
  });
  it('names its last correction', () => {
    const teller = new Teller();
    teller.tell('DataCollected', collected());
    const { id } = teller.tell('DataCorrected', {
      categories: ['email'],
      holder: 'crm',
      role: 'private',
      ground: 'subject-request',
    });
    expect([...foldSubject(teller.events).state.holdings.current.values()]).toMatchObject([{ corrected: id }]);
  });
});

describe('how long it stays', () => {
  const policy = documents.policy(sampleEdition);
  const stays = (tell: (to: Teller) => void) => {
    if (!policy) throw new Error('the sample edition is gone');
    const { first, state } = held(tell);
    return staysOf(first, state.relations, policy);
  };
  const contract = (to: Teller, ended?: string) => {
    to.tell('DataCollected', collected({ purposes: ['payment'] }), minute(0));
    const relation = to.tell('RelationStarted', { kind: 'contract' }, minute(1)).id;
    if (ended !== undefined) to.tell('RelationEnded', { kind: 'contract', relation }, ended);
    return relation;
  };
  it('is until the end of the relation, while that is open', () => {
    let relation = '';
    const [stay] = stays((to) => (relation = contract(to)));
    expect(stay).toMatchObject({ purpose: 'payment', relation, rule: { term: 'P5Y' } });
    expect(stay?.due).toBeUndefined();
    expect(stay && hasEnd(stay)).toBe(true);
  });
  it('is the term after the relation ended', () => {
    expect(stays((to) => contract(to, '2026-11-21T10:00:00Z'))).toMatchObject([
      { started: '2026-11-21T10:00:00Z', due: '2031-11-21T10:00:00Z' },
    ]);
  });
  it('is not counted from a relation that ended before the data came', () => {
    const [stay] = stays((to) => {
      const relation = to.tell('RelationStarted', { kind: 'contract' }, minute(1)).id;
      to.tell('RelationEnded', { kind: 'contract', relation }, minute(2));
      to.tell('DataCollected', collected({ purposes: ['payment'] }), minute(3));
    });
    expect(stay?.started).toBeUndefined();
    expect(stay && hasEnd(stay)).toBe(false);
  });
  it('goes on while another relation of the kind is open', () => {
    const [stay] = stays((to) => {
      contract(to, minute(5));
      to.tell('RelationStarted', { kind: 'contract' }, minute(6));
    });
    expect(stay?.started).toBeUndefined();
  });
  it('ends at once with its purpose, where the rule says no term', () => {
    const [stay] = stays((to) => {
      to.tell('DataCollected', collected(), minute(0));
      to.tell('PurposeEnded', { purpose: 'account' }, minute(1));
    });
    expect(stay).toMatchObject({ started: minute(1), due: minute(1) });
  });
  it.each([
    ['2024-02-29T10:00:00Z', 'P1Y', '2025-02-28T10:00:00Z'],
    ['2026-01-31T10:00:00Z', 'P1M', '2026-02-28T10:00:00Z'],
    ['2026-12-31T10:00:00Z', 'P2M', '2027-02-28T10:00:00Z'],
    ['2026-12-31T10:00:00Z', 'P1D', '2027-01-01T10:00:00Z'],
    ['2026-03-15T10:00:00Z', 'P14M', '2027-05-15T10:00:00Z'],
  ])('%s plus %s is %s', (moment, duration, due) => {
    expect(addDuration(moment, duration)).toBe(due);
  });
  it.each(['P1W', '1Y', 'PT1H', ''])('%j is no duration here', (duration) => {
    expect(() => addDuration(minute(0), duration)).toThrow('duration');
  });
});
