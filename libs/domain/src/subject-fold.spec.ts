// Does a fold say the same whatever the order of arrival, and the truth as of and as known at a moment?
import fc from 'fast-check';
import { type SubjectEvent } from './catalogue.js';
import { statusOf } from './holding.js';
import { findingsOf, judgeNext, judgeSubject, type JudgedSubject } from './judge-subject.js';
import {
  emptyFold,
  entriesOf,
  evolveSubject,
  evolveSubjectAll,
  foldAsOf,
  foldSubject,
  foldSubjectAt,
  joinFolds,
  type SubjectFold,
} from './subject-fold.js';
import { brief, collected, consented, minute, newId, outside, Teller } from './testing.js';
import { destroyed, factIds, history, tellHistory, type Told } from './testing/histories.js';

const evolved = (events: readonly SubjectEvent[]): SubjectFold => events.reduce(evolveSubject, emptyFold());
const statuses = ({ state }: SubjectFold) =>
  [...state.holdings.current.values()].map((held) => `${held.category} ${statusOf(held, state.holdings)}`);

describe('a late fact', () => {
  const late = (): Teller => {
    const to = new Teller();
    to.tell('DataCollected', collected(), minute(10), { at: minute(10) });
    to.tell('DataDestroyed', destroyed, minute(5), { at: minute(11) });
    return to;
  };
  it('takes its place by when it occurred', () => {
    expect(statuses(evolved(late().events))).toEqual(['email held']);
    expect(entriesOf(evolved(late().events), 'DataDestroyed')).toHaveLength(1);
  });
  it('gives the state that it would have given in time', () => {
    const events = late().events;
    expect(evolved(events).state).toEqual(foldSubject(events).state);
    expect(evolved(events).entries.map(({ occurred }) => occurred)).toEqual([minute(5), minute(10)]);
  });
  it('told in the same second counts by what it is, then by when it was recorded', () => {
    const to = new Teller();
    to.tell('ConsentWithdrawn', { consent: newId(), received: minute(0) }, minute(0));
    to.tell('DataCollected', collected(), minute(0));
    const consent = to.tell('ConsentGiven', consented(), minute(0));
    expect(foldSubject(to.events).entries[0]?.id).toBe(consent.id);
  });
});

describe('a retraction', () => {
  const retracted = (): Teller => {
    const to = new Teller();
    const fact = to.tell('DataDestroyed', destroyed, minute(2), { at: minute(2) }).id;
    to.tell('DataCollected', collected(), minute(1), { at: minute(3) });
    to.tell('FactRetracted', { fact, type: 'DataDestroyed', ground: 'told-in-error' }, minute(9), { at: minute(9) });
    return to;
  };
  it('makes its fact count for nothing', () => {
    expect(statuses(evolved(retracted().events))).toEqual(['email held']);
  });
  it('shows its fact apart', () => {
    expect(evolved(retracted().events).retracted.map(({ type }) => type)).toEqual(['DataDestroyed']);
  });
  it('is not known before it was recorded', () => {
    expect(statuses(foldSubjectAt(retracted().events, { asKnownAt: minute(8) }))).toEqual(['email destroyed']);
    expect(statuses(foldSubjectAt(retracted().events, { asKnownAt: minute(9) }))).toEqual(['email held']);
  });
  it('holds for all moments once it is known', () => {
    expect(statuses(foldSubjectAt(retracted().events, { asOf: minute(3) }))).toEqual(['email held']);
  });
  it('that comes before its fact waits for it', () => {
    const events = retracted().events;
    const [fact, other, retraction] = events;
    if (!fact || !other || !retraction) throw new Error('three events were told');
    const swapped = [
      { ...retraction, revision: 0 },
      { ...other, revision: 1 },
      { ...fact, revision: 2 },
    ] as SubjectEvent[];
    expect(evolved(swapped).entries.map(({ type }) => type)).toEqual(['DataCollected']);
  });
  it('told twice is one', () => {
    const to = retracted();
    const [fact] = to.events;
    to.tell('FactRetracted', { fact: fact?.id ?? '', type: 'DataDestroyed', ground: 'other' }, minute(10));
    expect(evolved(to.events).retractions.get(fact?.id ?? '')?.ground).toBe('told-in-error');
    expect(evolved(to.events)).toEqual(foldSubject(to.events));
  });
});

describe('two times', () => {
  const to = new Teller();
  to.tell('DataCollected', collected(), minute(1), { at: minute(1) });
  to.tell('DataDestroyed', destroyed, minute(5), { at: minute(20) });
  it('what was true then', () => {
    expect(statuses(foldSubjectAt(to.events, { asOf: minute(4) }))).toEqual(['email held']);
    expect(statuses(foldSubjectAt(to.events, { asOf: minute(5) }))).toEqual(['email destroyed']);
    expect(statuses(foldSubjectAt(to.events, { asOf: minute(0) }))).toEqual([]);
  });
  it('what was known then', () => {
    expect(statuses(foldSubjectAt(to.events, { asKnownAt: minute(19) }))).toEqual(['email held']);
    expect(statuses(foldSubjectAt(to.events, { asKnownAt: minute(20) }))).toEqual(['email destroyed']);
  });
  it('what was true then as known then', () => {
    expect(statuses(foldSubjectAt(to.events, { asOf: minute(6), asKnownAt: minute(10) }))).toEqual(['email held']);
    expect(statuses(foldSubjectAt(to.events, { asOf: minute(6), asKnownAt: minute(30) }))).toEqual(['email destroyed']);
  });
  it('data declared from before the ledger was true since then', () => {
    const old = new Teller();
    const since = { moment: '2024-01-01T00:00:00Z', precision: 'not-later-than' };
    old.tell('DataDeclared', collected({ since }), minute(0));
    const held = foldAsOf(foldSubject(old.events), '2024-06-01T00:00:00Z').state.holdings.current;
    expect([...held.values()]).toMatchObject([{ since }]);
    expect(foldAsOf(foldSubject(old.events), '2023-06-01T00:00:00Z').entries).toEqual([]);
  });
});

describe('folding together', () => {
  it('takes the facts of both streams in the order in which they occurred', () => {
    const [a, b] = [new Teller(), new Teller()];
    a.tell('DataCollected', collected(), minute(1));
    b.tell('DataDestroyed', destroyed, minute(2));
    a.tell('DataCollected', collected({ holder: 'ledger' }), minute(3));
    const joined = joinFolds(foldSubject(a.events), foldSubject(b.events));
    expect(statuses(joined)).toEqual(['email destroyed', 'email held']);
    expect(joined).toEqual(foldSubject([...a.events, ...b.events]));
  });
});

it('an event already folded changes nothing', () => {
  const to = new Teller();
  const event = to.tell('DataCollected', collected());
  const fold = evolved([event]);
  expect(evolveSubject(fold, event)).toBe(fold);
});

it('evolving leaves the fold before as it was', () => {
  const to = new Teller();
  const before = evolved([to.tell('ConsentGiven', consented()), to.tell('DataCollected', collected())]);
  const text = () => JSON.stringify([...before.state.holdings.current, ...before.state.consents.given]);
  const was = text();
  evolveSubject(before, to.tell('DataDestroyed', destroyed));
  evolveSubject(before, to.tell('DataBlocked', { categories: ['email'], ground: 'x' }));
  expect(text()).toBe(was);
});

/** The same events as if they had arrived in another order. */
const rearranged = (events: readonly SubjectEvent[], order: readonly number[]): SubjectEvent[] =>
  order.flatMap((n, revision) => {
    const event = events[n];
    return event ? [{ ...event, revision }] : [];
  });

const run = (events: readonly SubjectEvent[]): JudgedSubject =>
  events.reduce((judged, event) => judgeNext(judged, event, outside), {
    fold: emptyFold(),
    byFact: new Map(),
  } as JudgedSubject);

const withoutRevision = (fold: SubjectFold) => ({
  entries: fold.entries.map((entry) => ({ ...entry, revision: 0 })),
  state: fold.state,
});

describe('for any history', () => {
  it('folding one by one gives what folding the whole gives', () => {
    fc.assert(
      fc.property(history, (facts) => {
        const events = tellHistory(facts);
        expect(evolved(events)).toEqual(foldSubject(events));
      }),
    );
  });

  it('facts retracted before they were told stand in the order in which they occurred', () => {
    const [first, second] = [factIds[0] ?? '', factIds[1] ?? ''];
    const retraction = (fact: string): Told => ['FactRetracted', { fact, type: 'DataCollected', ground: 'x' }];
    const collection = (id: string): Told => ['DataCollected', collected({ holder: 'crm' }), id];
    const events = tellHistory([
      [retraction(first), 0],
      [collection(first), 3],
      [retraction(second), 1],
      [collection(second), 2],
    ]);
    expect(evolved(events).retracted.map(({ id }) => id)).toEqual([second, first]);
    expect(evolved(events)).toEqual(foldSubject(events));
  });

  it('folding some at a time gives what folding one by one gives, and leaves the fold before as it was', () => {
    fc.assert(
      fc.property(history, fc.nat(12), fc.nat(12), (facts, first, more) => {
        const events = tellHistory(facts);
        const before = evolveSubjectAll(emptyFold(), events.slice(0, first));
        evolveSubjectAll(before, events.slice(first, first + more));
        expect(before).toEqual(evolved(events.slice(0, first)));
        expect(evolveSubjectAll(before, events)).toEqual(evolved(events));
      }),
    );
  });

  it('judging one by one gives what judging the whole gives', () => {
    fc.assert(
      fc.property(history, (facts) => {
        const events = tellHistory(facts);
        const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
        expect(findingsOf(run(events), outside).sort(byId)).toEqual(
          judgeSubject(foldSubject(events), outside).sort(byId),
        );
      }),
    );
  });

  it('any order of arrival gives the same state and the same findings', () => {
    fc.assert(
      fc.property(
        history.chain((facts) =>
          fc.tuple(fc.constant(facts), fc.shuffledSubarray([...facts.keys()], { minLength: facts.length })),
        ),
        ([facts, order]) => {
          const events = tellHistory(facts);
          const other = rearranged(events, order);
          expect(withoutRevision(evolved(other))).toEqual(withoutRevision(evolved(events)));
          expect(brief(findingsOf(run(other), outside))).toEqual(brief(findingsOf(run(events), outside)));
        },
      ),
    );
  });

  it('as of the end is the whole, and as of a moment knows nothing later', () => {
    fc.assert(
      fc.property(history, fc.integer({ min: 0, max: 1_439 }), (facts, when) => {
        const events = tellHistory(facts);
        const fold = foldSubject(events);
        expect(foldAsOf(fold, '9999-12-31T23:59:59Z')).toEqual(fold);
        expect(foldAsOf(fold, minute(when)).entries.every(({ occurred }) => occurred <= minute(when))).toBe(true);
      }),
    );
  });

  it('known at an event is the fold of the stream up to it', () => {
    fc.assert(
      fc.property(history, fc.nat(23), (facts, n) => {
        const events = tellHistory(facts);
        const known = events.slice(0, n + 1);
        const asKnownAt = known.at(-1)?.at;
        expect(foldSubjectAt(events, { asKnownAt: asKnownAt ?? minute(0) })).toEqual(foldSubject(known));
      }),
    );
  });
});
