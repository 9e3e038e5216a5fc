// May somebody act for a person, and when does that end?
import { Refused } from '@derbes/kernel';
import { type SubjectEvent } from '../catalogue.js';
import { foldSubject, type SubjectFold } from '../subject-fold.js';
import { newId, outside, Teller } from '../testing.js';
import { sampleUuid } from '../vocabulary.js';
import { scopeOf, statusAt, whoActs } from './authority.js';
import { decidePerson } from './person-decider.js';
import { type ChangeStatus, type PersonCommand, type RecogniseRepresentative } from './person-command.js';
import { renewalsDue } from './renewal.js';

const at = '2026-06-01T12:00:00Z';
const document = { kind: 'birth-certificate', date: '2016-03-02' };
const power = { kind: 'power-of-attorney', date: '2026-05-01' };
const staff = sampleUuid(20);

/** A person, with what was decided about her. */
class Deciding {
  readonly teller = new Teller();
  constructor() {
    this.teller.tell('SubjectRegistered', { kind: 'person' }, '2026-02-01T00:00:00Z');
  }

  get fold(): SubjectFold {
    return foldSubject(this.teller.events);
  }

  decide(command: PersonCommand, moment = at) {
    const folds = new Map([[this.teller.subject, this.fold]]);
    return decidePerson(command, folds, { ...outside, at: moment });
  }

  /** Decides and records; answers the event. */
  done(command: PersonCommand, moment = at): SubjectEvent {
    const [one] = this.decide(command, moment).drafts;
    if (!one) throw new Error('nothing came of it');
    return this.teller.tell(one.type as SubjectEvent['type'], one.facts, one.occurred, { at: moment });
  }

  refusal(command: PersonCommand, moment = at): string {
    try {
      this.decide(command, moment);
      return 'nothing';
    } catch (error) {
      if (error instanceof Refused) return error.code;
      throw error;
    }
  }

  child(on = '2030-05-17', age: '14' | '18' = '18'): SubjectEvent {
    return this.done(this.status('minor', { turns: { age, on } }));
  }

  status(status: ChangeStatus['status'], more: Partial<ChangeStatus> = {}): ChangeStatus {
    return { type: 'ChangeStatus', subject: this.teller.subject, status, ...more };
  }

  recognise(more: Partial<RecogniseRepresentative> = {}): RecogniseRepresentative {
    return {
      type: 'RecogniseRepresentative',
      subject: this.teller.subject,
      representative: newId(),
      kind: 'attorney-in-fact',
      from: '2026-05-01T00:00:00Z',
      document: power,
      number: 1,
      name: 0,
      ...more,
    };
  }

  /** What an authority is worth at a moment. */
  standing(event: { readonly id: string }, moment = at): string | undefined {
    return scopeOf(this.fold.state, event.id, moment)?.standing;
  }

  consent(purposes: readonly string[], by: SubjectEvent | 'subject', moment: string): SubjectEvent {
    const spoken = by === 'subject' ? { by: 'subject' } : { by: 'representative', representative: by.id };
    const facts = { purposes: [...purposes], items: { data: ['email'] }, channel: 'web-form', ...spoken };
    return this.teller.tell('ConsentGiven', facts, moment, { at: moment });
  }

  withdraw(consent: SubjectEvent, by: SubjectEvent, moment: string): SubjectEvent {
    const facts = { consent: consent.id, received: moment, representative: by.id };
    return this.teller.tell('ConsentWithdrawn', facts, moment, { at: moment });
  }
}

describe('a representative', () => {
  it('is recognised by a document, with name, contact and number sealed under a key of her own', () => {
    const one = new Deciding();
    const command = one.recognise({ contact: 2, scope: { rights: ['know'], categories: ['email'] }, staff });
    const { outcome, drafts, conflicts } = one.decide(command);
    const owner = `representative-${command.representative}`;
    expect({ outcome, conflicts }).toEqual({ outcome: 'recognised', conflicts: [] });
    expect(drafts).toEqual([
      {
        type: 'RepresentativeRecognised',
        stream: `subject-${one.teller.subject}`,
        occurred: at,
        facts: {
          representative: command.representative,
          kind: 'attorney-in-fact',
          scope: { rights: ['know'], categories: ['email'] },
          from: '2026-05-01T00:00:00Z',
          document: power,
          staff,
        },
        seals: [
          { category: 'meta.name', value: 0, owner },
          { category: 'meta.contact', value: 2, owner },
          { category: 'meta.document', value: 1, owner },
        ],
      },
    ]);
  });

  it.each([
    ['without a document', { document: undefined }, 'AUTHORITY_UNPROVED'],
    ['without the number of the document', { number: undefined }, 'AUTHORITY_UNPROVED'],
    ['by a document of tomorrow', { document: { ...power, date: '2026-06-02' } }, 'AUTHORITY_UNPROVED'],
    ['as the parent of somebody of whom nobody said that she is a child', { kind: 'parent' }, 'AUTHORITY_UNFIT'],
    ['as the heir of the living', { kind: 'heir', act: '409-I', article: '1039' }, 'AUTHORITY_UNFIT'],
    ['for a term that is over', { until: '2026-05-31T00:00:00Z' }, 'UNTIL_PAST'],
    ['until before it begins', { from: '2027-01-01T00:00:00Z', until: '2026-12-01T00:00:00Z' }, 'UNTIL_PAST'],
    ['for a category that there is not', { scope: { categories: ['shoe-size'] } }, 'CATEGORY_UNKNOWN'],
    ['for a purpose that there is not', { scope: { purposes: ['astrology'] } }, 'PURPOSE_UNKNOWN'],
    ['by an officer whom nobody appointed', { staff: sampleUuid(99) }, 'STAFF_UNKNOWN'],
  ] as const)('is not recognised %s', (_, more, code) => {
    const one = new Deciding();
    expect(one.refusal(one.recognise(more))).toBe(code);
  });

  it('is not recognised for somebody whom the ledger does not know, for a device, or for somebody to be erased', () => {
    const one = new Deciding();
    expect(one.refusal({ ...one.recognise(), subject: newId() })).toBe('SUBJECT_UNKNOWN');
    const device = new Deciding();
    device.teller.events.length = 0;
    device.teller.tell('SubjectRegistered', { kind: 'device' }, '2026-02-01T00:00:00Z');
    expect(device.refusal(device.recognise())).toBe('NOT_A_PERSON');
    one.teller.tell('ErasureOrdered', { scope: 'person', ground: 'subject-request' }, '2026-05-01T00:00:00Z');
    expect(one.refusal(one.recognise())).toBe('SUBJECT_ERASED');
  });

  it('stands from its day until its term is over', () => {
    const one = new Deciding();
    const event = one.done(one.recognise({ from: '2026-07-01T00:00:00Z', until: '2026-08-01T00:00:00Z' }));
    expect(one.standing(event, '2026-06-30T23:59:59Z')).toBe('not-yet');
    expect(one.standing(event, '2026-07-01T00:00:00Z')).toBe('stands');
    expect(one.standing(event, '2026-07-31T23:59:59Z')).toBe('stands');
    expect(one.standing(event, '2026-08-01T00:00:00Z')).toBe('over');
  });

  it('ends by an officer, once, and ending her again on the same ground says nothing new', () => {
    const one = new Deciding();
    const event = one.done(one.recognise());
    const end = { type: 'EndRepresentation', subject: one.teller.subject, recognition: event.id } as const;
    expect(one.refusal({ ...end, recognition: newId(), ground: 'revoked' })).toBe('REPRESENTATIVE_UNKNOWN');
    one.done({ ...end, ground: 'revoked' }, '2026-06-02T00:00:00Z');
    expect(one.standing(event, '2026-06-01T23:59:59Z')).toBe('stands');
    expect(one.standing(event, '2026-06-02T00:00:00Z')).toBe('ended');
    expect(one.decide({ ...end, ground: 'revoked' }).drafts).toEqual([]);
    expect(one.refusal({ ...end, ground: 'court-decision' })).toBe('REPRESENTATION_ENDED');
  });
});

describe('a child', () => {
  it('is said to be one with the date of turning 14 or 18 alone, and comes of age by the day of her country', () => {
    const one = new Deciding();
    const event = one.child('2030-05-17');
    expect(event.facts).toEqual({
      status: 'minor',
      turns: { age: '18', on: '2030-05-17' },
      ofAge: '2030-05-16T19:00:00Z',
    });
    expect(statusAt(one.fold.state.person, '2030-05-16T18:59:59Z')).toBe('minor');
    expect(statusAt(one.fold.state.person, '2030-05-16T19:00:00Z')).toBe('adult');
  });

  it('comes of age four years after turning 14, the day after where there is no such date', () => {
    const one = new Deciding();
    expect(one.child('2028-02-29', '14').facts).toMatchObject({ ofAge: '2032-02-28T19:00:00Z' });
    const other = new Deciding();
    expect(other.child('2096-02-29', '14').facts).toMatchObject({ ofAge: '2100-02-28T19:00:00Z' });
  });

  it.each([
    ['without a date', { status: 'minor' }, 'AGE_DATE_MISSING'],
    ['who turned 18 yesterday', { status: 'minor', turns: { age: '18', on: '2026-05-31' } }, 'AGE_DATE_PAST'],
    ['who is of age and has a date', { status: 'adult', turns: { age: '18', on: '2030-01-01' } }, 'AGE_DATE_MISSING'],
  ] as const)('is not one %s', (_, said, code) => {
    const one = new Deciding();
    expect(one.refusal(one.status(said.status, said))).toBe(code);
  });

  it('acts by her parent before 14, with her consent until 18, and herself from then on', () => {
    const one = new Deciding();
    one.child('2028-05-17', '14');
    expect(whoActs(one.fold.state.person, at)).toBe('representative');
    expect(whoActs(one.fold.state.person, '2028-05-17T00:00:00Z')).toBe('with-consent');
    expect(whoActs(one.fold.state.person, '2032-05-16T19:00:00Z')).toBe('herself');
  });

  it('has a parent whose authority ends on her 18th birthday, whether or not anybody wrote that down', () => {
    const one = new Deciding();
    one.child('2027-01-10');
    const parent = one.done(one.recognise({ kind: 'parent', document }));
    const advocate = one.done(one.recognise());
    expect(one.standing(parent, '2027-01-09T18:59:59Z')).toBe('stands');
    expect(one.standing(parent, '2027-01-09T19:00:00Z')).toBe('came-of-age');
    expect(one.standing(advocate, '2027-01-09T19:00:00Z')).toBe('stands');
  });

  it('is of age by one event, at the moment of her birthday, which names the consents that she must be asked to give herself', () => {
    const one = new Deciding();
    const come = { type: 'ComeOfAge', subject: one.teller.subject } as const;
    one.child('2026-08-01');
    const parent = one.done(one.recognise({ kind: 'parent', document }));
    const kept = one.consent(['account'], parent, '2026-06-02T00:00:00Z');
    const dropped = one.consent(['support'], parent, '2026-06-02T00:01:00Z');
    one.withdraw(dropped, parent, '2026-06-03T00:00:00Z');
    one.consent(['analytics'], parent, '2026-06-02T00:02:00Z');
    one.consent(['analytics'], 'subject', '2026-06-04T00:00:00Z');
    expect(one.decide(come, '2026-07-31T18:59:59Z').drafts).toEqual([]);
    const grown = one.done(come, '2026-08-01T08:00:00Z');
    expect(grown).toMatchObject({ occurred: '2026-07-31T19:00:00Z', facts: { status: 'adult', renew: [kept.id] } });
    expect(one.decide(come, '2026-08-02T00:00:00Z').drafts).toEqual([]);
    expect(renewalsDue(one.fold.state)).toEqual([{ consent: kept.id, since: '2026-07-31T19:00:00Z' }]);
    one.consent(['account'], 'subject', '2026-08-03T00:00:00Z');
    expect(renewalsDue(one.fold.state)).toEqual([]);
  });

  it('who is incapable on her birthday does not come of age by it', () => {
    const one = new Deciding();
    one.child('2026-08-01');
    const guardian = one.done(one.recognise({ kind: 'guardian', document }));
    one.done(one.status('incapable', { document: { kind: 'court-decision', date: '2026-06-01' } }));
    expect(one.decide({ type: 'ComeOfAge', subject: one.teller.subject }, '2026-09-01T00:00:00Z').drafts).toEqual([]);
    expect(one.standing(guardian, '2026-09-01T00:00:00Z')).toBe('stands');
    expect(whoActs(one.fold.state.person, '2026-09-01T00:00:00Z')).toBe('representative');
  });
});

describe('two representatives', () => {
  const sole = { exclusive: true } as const;

  it('are contested when each document lets nobody else act in the same, until an officer ends one', () => {
    const one = new Deciding();
    const first = one.done(one.recognise(sole));
    const second = one.decide(one.recognise({ ...sole, scope: { rights: ['know'] } }));
    expect(second.outcome).toBe('contested');
    expect(second.conflicts.map(({ why }) => why)).toEqual(['exclusive']);
    const other = one.done(one.recognise({ ...sole, scope: { rights: ['know'] } }));
    expect([one.standing(first), one.standing(other)]).toEqual(['contested', 'contested']);
    const end = { type: 'EndRepresentation', subject: one.teller.subject, recognition: first.id } as const;
    one.done({ ...end, ground: 'conflict-decided' });
    expect([one.standing(first), one.standing(other)]).toEqual(['ended', 'stands']);
  });

  it('who act in different things do not contradict each other', () => {
    const one = new Deciding();
    const first = one.done(one.recognise({ ...sole, scope: { categories: ['requisites'] } }));
    const apart = one.decide(one.recognise({ ...sole, scope: { categories: ['email'] } }));
    const within = one.decide(one.recognise({ ...sole, scope: { categories: ['requisites.iban'] } }));
    expect([apart.outcome, within.outcome]).toEqual(['recognised', 'contested']);
    expect(one.standing(first)).toBe('stands');
  });

  it('of whom only one claims to be alone stand side by side', () => {
    const one = new Deciding();
    one.done(one.recognise(sole));
    expect(one.decide(one.recognise()).outcome).toBe('recognised');
  });

  it('are contested when one undoes what the other did, and an officer who recognises one anew settles it', () => {
    const one = new Deciding();
    one.child();
    const mother = one.done(one.recognise({ kind: 'parent', document }));
    const father = one.done(one.recognise({ kind: 'parent', document }));
    const consent = one.consent(['analytics'], mother, '2026-06-02T00:00:00Z');
    expect(one.standing(mother, '2026-06-02T12:00:00Z')).toBe('stands');
    const withdrawal = one.withdraw(consent, father, '2026-06-03T00:00:00Z');
    const authority = scopeOf(one.fold.state, father.id, '2026-06-03T12:00:00Z');
    expect(authority?.standing).toBe('contested');
    expect(authority?.conflicts).toEqual([
      { between: [mother.id, father.id], why: 'contrary-acts', acts: [consent.id, withdrawal.id] },
    ]);
    const end = { type: 'EndRepresentation', subject: one.teller.subject, recognition: mother.id } as const;
    one.done({ ...end, ground: 'conflict-decided' }, '2026-06-04T00:00:00Z');
    const anew = one.done(one.recognise({ kind: 'parent', document }), '2026-06-04T00:00:00Z');
    expect([one.standing(father, '2026-06-05T00:00:00Z'), one.standing(anew, '2026-06-05T00:00:00Z')]).toEqual([
      'stands',
      'stands',
    ]);
  });
});

describe('the dead', () => {
  const death = { document: { kind: 'death-certificate', date: '2026-05-20' } };

  it('are so by a document, and come back by a document alone', () => {
    const one = new Deciding();
    expect(one.refusal(one.status('deceased'))).toBe('STATUS_UNPROVED');
    one.done(one.status('deceased', death));
    expect(one.decide(one.status('deceased', death)).drafts).toEqual([]);
    expect(one.refusal(one.status('adult'))).toBe('STATUS_UNPROVED');
    const court = { document: { kind: 'court-decision', date: '2026-05-30' } };
    expect(one.decide(one.status('adult', court)).outcome).toBe('changed');
  });

  it('have no representatives but heirs, whom an officer decides by an act', () => {
    const one = new Deciding();
    const attorney = one.done(one.recognise());
    one.done(one.status('deceased', death));
    expect(one.standing(attorney)).toBe('subject-deceased');
    const will = { kind: 'heir', document: { kind: 'certificate-of-inheritance', date: '2026-05-30' } } as const;
    expect(one.refusal(one.recognise(will))).toBe('LAW_MISSING');
    expect(one.refusal(one.recognise())).toBe('AUTHORITY_UNFIT');
    const heir = one.done(one.recognise({ ...will, act: '409-I', article: '1039' }));
    expect(one.standing(heir)).toBe('stands');
    expect(heir.facts).toMatchObject({ kind: 'heir', act: '409-I', article: '1039' });
    expect(whoActs(one.fold.state.person, at)).toBe('heirs');
  });
});
