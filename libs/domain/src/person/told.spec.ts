// What is added to what a service tells of a child and of a representative's word, and what may a service not undo?
import { describe, expect, it } from '@jest/globals';
import { Refused, type Facts } from '@derbes/kernel';
import { type FactType } from '../fact.js';
import { recordFact } from '../record.js';
import { foldSubject } from '../subject-fold.js';
import { consented, minute, newId, outside, Teller } from '../testing.js';
import { statusAt } from './authority.js';

const birth = { kind: 'birth-certificate', date: '2016-03-02' };
const turns = { age: '18', on: '2030-05-17' };

/** A child, and what a service tells of her. */
class Telling {
  readonly teller = new Teller();
  constructor() {
    this.teller.tell('SubjectRegistered', { kind: 'person' }, minute(0));
    this.teller.tell('SubjectStatusChanged', { status: 'minor', turns }, minute(1));
  }

  parent(more: Facts = {}): string {
    const said = { representative: newId(), kind: 'parent', from: minute(2), document: birth, ...more };
    return this.teller.tell('RepresentativeRecognised', said, minute(2)).id;
  }

  /** The facts as they would be recorded, or the code of a refusal. */
  told(type: FactType, facts: Facts, occurred = minute(10)): Facts | string {
    const { subject, events } = this.teller;
    const folds = new Map([[subject, foldSubject(events)]]);
    const around = { ...outside, subject: newId(), fact: newId(), at: occurred };
    try {
      return recordFact({ type, facts, occurred }, [{ subject }], folds, around).drafts[0]?.facts ?? 'nothing';
    } catch (error) {
      if (error instanceof Refused) return error.code;
      throw error;
    }
  }

  consent(more: Facts = {}): Facts | string {
    return this.told('consent.given', { ...consented(), by: 'representative', ...more });
  }
}

describe('a child of whom a service tells', () => {
  it('comes of age when the day begins in the country of the edition, which is counted once', () => {
    const facts = new Telling().told('subject.status', { status: 'minor', turns: { age: '14', on: '2028-02-29' } });
    expect(facts).toEqual({
      status: 'minor',
      turns: { age: '14', on: '2028-02-29' },
      ofAge: '2032-02-28T19:00:00Z',
    });
  });

  it.each(['deceased', 'incapable', 'missing', 'adult'])(
    'is not made of somebody whom an officer called %s',
    (status) => {
      const { teller } = new Telling();
      teller.tell('SubjectStatusChanged', { status, document: birth }, minute(5));
      const [officers] = teller.events.slice(-1);
      // The teller's events are a service's; an officer's has no source.
      const events = teller.events.map((event) => {
        const { source, ...rest } = event;
        return event === officers ? rest : { ...rest, source };
      });
      const service = new Teller(teller.subject).tell('SubjectStatusChanged', { status: 'minor', turns }, minute(9));
      const { person } = foldSubject([
        ...events,
        { ...service, revision: events.length },
      ] as typeof teller.events).state;
      expect(statusAt(person, minute(11))).toBe(status);
    },
  );

  it('may be told of anew while she is a child', () => {
    const { teller } = new Telling();
    teller.tell('SubjectStatusChanged', { status: 'minor', turns: { age: '18', on: '2031-01-01' } }, minute(5));
    expect(foldSubject(teller.events).state.person.statuses.at(-1)?.turns?.on).toBe('2031-01-01');
  });
});

describe('the word of a representative', () => {
  it('names the authority by itself where one alone stands', () => {
    const telling = new Telling();
    const mother = telling.parent();
    expect(telling.consent()).toMatchObject({ by: 'representative', representative: mother });
  });

  it('names none where several stand, unless the service says which', () => {
    const telling = new Telling();
    const [mother, father] = [telling.parent(), telling.parent()];
    expect(telling.consent()).not.toHaveProperty('representative');
    expect(telling.consent({ representative: father })).toMatchObject({ representative: father });
    expect(telling.consent({ representative: mother })).toMatchObject({ representative: mother });
  });

  it.each<[string, Facts]>([
    ['has ended', { until: minute(3) }],
    ['has not begun', { from: minute(30) }],
    ['is on other purposes', { scope: { purposes: ['payment'] } }],
  ])('names none whose authority %s', (_, more) => {
    const telling = new Telling();
    telling.parent(more);
    expect(telling.consent()).not.toHaveProperty('representative');
  });

  it('is hers alone where she spoke herself', () => {
    const telling = new Telling();
    telling.parent();
    expect(telling.consent({ by: 'subject' })).not.toHaveProperty('representative');
  });

  it('is refused under an authority that nobody recognised for her', () => {
    const telling = new Telling();
    telling.parent();
    expect(telling.consent({ representative: newId() })).toBe('REPRESENTATIVE_UNKNOWN');
  });

  it('may be said of a withdrawal and a refusal as well', () => {
    const telling = new Telling();
    const mother = telling.parent();
    const given = telling.teller.tell('ConsentGiven', consented(), minute(4)).id;
    const withdrawn = { consent: given, received: minute(6), representative: mother };
    expect(telling.told('consent.withdrawn', withdrawn)).toMatchObject({ representative: mother });
    const refused = { purposes: ['account'], channel: 'email', by: 'representative' };
    expect(telling.told('consent.refused', refused)).toMatchObject({ representative: mother });
  });
});
