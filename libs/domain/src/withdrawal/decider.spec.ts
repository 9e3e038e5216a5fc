// What of a withdrawal stops, what is refused by which act, and what stops by itself when that has ended?
import { Refused, type Facts } from '@derbes/kernel';
import { type Outside } from '../case.js';
import { check } from '../check.js';
import { judgeSubject } from '../judge-subject.js';
import { foldSubject } from '../subject-fold.js';
import { brief, collected, consented, newId, outside, sampleEdition, Teller } from '../testing.js';
import { samplePolicy } from '../testing.js';
import { declared } from '@derbes/policy';
import { sampleUuid } from '../vocabulary.js';
import {
  type DecideWithdrawal,
  type ReopenWithdrawal,
  type WithdrawalCommand,
  type WithdrawalDecision,
} from './command.js';
import { decideWithdrawal } from './decider.js';

const [consent, obligation, officer] = [newId(), newId(), sampleUuid(20)];
const at = '2026-11-21T10:00:00Z';
const ids = Array.from({ length: 20 }, newId);

/** The sample policy with a statute that keeps bank details for five years after the contract. */
const withStatute = (confirmed: boolean): Outside => ({
  ...outside,
  documents: {
    ...outside.documents,
    policy: (document) =>
      document === sampleEdition
        ? declared({
            ...samplePolicy,
            acts: [{ code: '409-I', label: samplePolicy.edition.label }],
            retention: {
              ...samplePolicy.retention,
              statutory: [
                {
                  code: 'payment-documents',
                  act: '409-I',
                  article: '12(1)',
                  document: samplePolicy.edition.label,
                  categories: ['requisites'],
                  holders: [],
                  relation: 'contract',
                  term: 'P5Y',
                  ...(confirmed ? { confirmed_by: 'accountant' } : {}),
                } as never,
              ],
            },
          })
        : outside.documents.policy(document),
  },
});

const iban = 'requisites.iban';
const agreed = consented({ data: ['full-name', 'email', 'phone', 'requisites'] });

class Person extends Teller {
  /** A consent, an e-mail held for the account by it, and bank details held for the contract. */
  begin(): this {
    this.tell('ConsentGiven', agreed, undefined, { id: consent });
    this.tell('DataCollected', collected({ basis: { code: 'consent', consent } }));
    this.tell(
      'DataCollected',
      collected({ categories: [iban], purposes: ['contract'], basis: { code: 'contract', consent } }),
    );
    return this;
  }
  owe(id = obligation): this {
    this.tell('ObligationOpened', { kind: 'debt' }, undefined, { id });
    return this;
  }
  pass(recipient: string, facts: Facts = {}): this {
    this.tell('DataTransferred', {
      categories: ['email'],
      purposes: ['account'],
      basis: { code: 'consent', consent },
      recipient,
      country: 'KZ',
      mode: 'sent',
      ...facts,
    });
    return this;
  }
  decide(
    command: Partial<DecideWithdrawal> | ReopenWithdrawal = {},
    moment = at,
    around: Outside = outside,
  ): WithdrawalDecision {
    const whole: WithdrawalCommand =
      command.type === 'ReopenWithdrawal' ? command : { subject: this.subject, ...command, type: 'DecideWithdrawal' };
    const folds = new Map([[this.subject, foldSubject(this.events)]]);
    return decideWithdrawal(whole, folds, { ...around, at: moment, ids, parts: [] });
  }
  /** Records what was decided. */
  record({ drafts }: WithdrawalDecision): string[] {
    return drafts.map(
      ({ type, facts, occurred, id }) =>
        this.tell(type as 'ConsentWithdrawn', facts, occurred, { ...(id !== undefined && { id }), at }).id,
    );
  }
  findings(around: Outside = outside): string[] {
    return brief(judgeSubject(foldSubject(this.events), around));
  }
  get fold() {
    return foldSubject(this.events);
  }
}

const begun = () => new Person().begin();
const refusal = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof Refused) return error.code;
    throw error;
  }
  return 'not refused';
};
/** What is decided; what others are told because of it comes after. */
const of = (decision: WithdrawalDecision) =>
  decision.drafts.map(({ type }) => type).filter((type) => type !== 'TaskOrdered');
const told = (decision: WithdrawalDecision) =>
  decision.drafts.filter(({ type }) => type === 'TaskOrdered').map(({ facts }) => facts);

describe('a withdrawal of everything, with nothing in its way', () => {
  const decision = begun().decide({ staff: officer });
  it('stops every use that leans on the consent', () => {
    expect(decision.outcome).toBe('stopped');
    expect(decision.stopped).toEqual([
      { purposes: ['account'], categories: ['email'] },
      { purposes: ['contract'], categories: [iban] },
    ]);
  });
  it('records the notice with its clock of fifteen working days, and what was stopped', () => {
    expect(of(decision)).toEqual(['ConsentWithdrawn', 'ProcessingStopped']);
    expect(decision.drafts[0]?.facts).toMatchObject({
      consent,
      received: at,
      staff: officer,
      // Saturday 21 November 2026: 15 working days from Monday 23 November end on Friday 11 December, 24:00 in Almaty (UTC+5).
      clock: { term: 'withdrawal', profile: 'kz', from: at, due: '2026-12-11T18:59:59Z' },
    });
  });
  it('leaves nobody a use that is no finding', () => {
    const person = begun();
    person.record(person.decide());
    person.tell(
      'DataUsed',
      { categories: ['email'], purposes: ['account'], basis: { code: 'consent', consent }, holder: 'crm' },
      '2026-11-21T10:30:00Z',
    );
    expect(person.findings()).toContain('CONSENT_WITHDRAWN email account');
  });
});

describe('what an open obligation needs', () => {
  const owing = () => begun().owe();
  const use = { categories: [iban], purposes: ['contract'], basis: { code: 'contract', consent }, holder: 'crm' };

  it('is refused with the act and what ends it, and the rest stops in the same answer', () => {
    const decision = owing().decide();
    expect(decision.outcome).toBe('partly-refused');
    expect(decision.stopped).toEqual([{ purposes: ['account'], categories: ['email'] }]);
    expect(decision.kept).toEqual([
      {
        extent: 'use',
        why: 'OBLIGATION_OPEN',
        obligation,
        act: '94-V',
        article: '8(2)',
        purposes: ['contract'],
        categories: [iban],
      },
    ]);
    expect(of(decision)).toEqual(['ConsentWithdrawn', 'WithdrawalRefused', 'ProcessingStopped']);
  });
  it('goes on without a finding, and so does a check of it, while other uses are findings', () => {
    const person = owing();
    person.record(person.decide());
    person.tell('DataUsed', use, '2026-11-21T11:00:00Z');
    person.tell('DataUsed', { ...use, purposes: ['account'], categories: ['email'] }, '2026-11-21T11:01:00Z');
    expect(person.findings().filter((code) => code.startsWith('CONSENT'))).toEqual(['CONSENT_WITHDRAWN email account']);
    const question = { action: 'use', category: iban, purpose: 'contract', basis: use.basis } as const;
    expect(check(question, person.fold, outside, '2026-11-21T12:00:00Z').allowed).toBe(true);
  });
  it('passes to the recipient whom the obligation needs, and to no other', () => {
    const person = owing()
      .pass('good-bank', { categories: [iban], purposes: ['contract'], basis: { code: 'contract', consent } })
      .pass('far-cloud');
    const { kept, stopped } = person.decide();
    expect(kept).toContainEqual(
      expect.objectContaining({ purposes: ['contract'], categories: [iban], recipients: ['good-bank'] }),
    );
    expect(stopped).toContainEqual({ purposes: ['account'], categories: ['email'], recipients: ['far-cloud'] });
  });
  it('does not keep what leans on the consent alone', () => {
    const person = begun().owe();
    expect(person.decide({ consent }).stopped).toContainEqual({ purposes: ['account'], categories: ['email'] });
  });

  describe('when it is closed', () => {
    const closed = '2026-11-22T09:00:00Z';
    const later = '2026-11-22T09:00:10Z';
    const settled = () => {
      const person = owing();
      const [, refused = ''] = person.record(person.decide());
      person.tell('ObligationClosed', { obligation }, closed);
      return { person, refused };
    };
    const reopening = (person: Person, refused: string, due = closed) =>
      person.decide({ type: 'ReopenWithdrawal', subject: person.subject, refusal: refused, due }, later);

    it('is a finding at once, whether or not anybody has reopened it yet', () => {
      const { person } = settled();
      person.tell('DataUsed', use, '2026-11-22T09:00:05Z');
      expect(person.findings()).toContain(`CONSENT_WITHDRAWN ${iban} contract`);
    });
    it('stops by itself, naming what it reopens and when the condition ended', () => {
      const { person, refused } = settled();
      const decision = reopening(person, refused);
      expect(of(decision)).toEqual(['ProcessingStopped']);
      expect(decision.drafts[0]?.facts).toMatchObject({
        reopens: refused,
        ended: closed,
        stopped: [{ purposes: ['contract'], categories: [iban] }],
      });
    });
    it('stops once: said again it says nothing', () => {
      const { person, refused } = settled();
      person.record(reopening(person, refused));
      expect(reopening(person, refused).drafts).toEqual([]);
    });
    it('is refused again where something else is owed by then', () => {
      const person = owing();
      const [, refused = ''] = person.record(person.decide());
      const another = newId();
      person.owe(another);
      person.tell('ObligationClosed', { obligation }, closed);
      const decision = reopening(person, refused);
      expect(of(decision)).toEqual(['WithdrawalRefused']);
      expect(decision.drafts[0]?.facts).toMatchObject({ reopens: refused, obligation: another });
    });
    it.each([
      ['before it is closed', undefined, closed],
      ['by another moment than that at which it was closed', closed, '2026-11-22T08:00:00Z'],
    ])('says nothing %s', (_, at, due) => {
      const person = owing();
      const [, refused = ''] = person.record(person.decide());
      if (at !== undefined) person.tell('ObligationClosed', { obligation }, at);
      expect(reopening(person, refused, due).drafts).toEqual([]);
    });
    it('says nothing of a refusal that nobody made, or about somebody who is erased', () => {
      const { person, refused } = settled();
      expect(reopening(person, newId()).drafts).toEqual([]);
      person.tell('ErasureOrdered', { scope: 'person', ground: 'subject-request' }, '2026-11-22T09:00:05Z');
      expect(reopening(person, refused).drafts).toEqual([]);
    });
  });
});

describe('what a statute keeps', () => {
  const bound = () => {
    const person = begun();
    const relation = newId();
    person.tell('RelationStarted', { kind: 'contract' }, undefined, { id: relation });
    return { person, relation };
  };
  it('is stored on and used no more', () => {
    const { person } = bound();
    const decision = person.decide({}, at, withStatute(true));
    expect(decision.outcome).toBe('partly-refused');
    expect(decision.stopped).toContainEqual({ purposes: ['contract'], categories: [iban] });
    expect(decision.kept).toEqual([
      {
        extent: 'storage',
        why: 'STATUTORY_RETENTION',
        row: 'payment-documents',
        relation: 'contract',
        act: '409-I',
        article: '12(1)',
        purposes: ['contract'],
        categories: [iban],
      },
    ]);
    person.record(decision);
    const use = { categories: [iban], purposes: ['contract'], basis: { code: 'contract', consent }, holder: 'crm' };
    person.tell('DataUsed', use, '2026-11-21T11:00:00Z');
    expect(person.findings(withStatute(true))).toContain(`CONSENT_WITHDRAWN ${iban} contract`);
  });
  it('gets its end when the relation ends that starts the term, and stops when the term is over', () => {
    const { person, relation } = bound();
    const around = withStatute(true);
    const [, refused = ''] = person.record(person.decide({}, at, around));
    const ended = '2026-12-01T00:00:00Z';
    person.tell('RelationEnded', { relation, kind: 'contract' }, ended);
    const command = { type: 'ReopenWithdrawal', subject: person.subject } as const;
    const first = person.decide({ ...command, refusal: refused, due: ended }, '2026-12-01T00:00:09Z', around);
    const until = '2031-12-01T00:00:00Z';
    expect(first.drafts.map(({ type, facts }) => [type, facts['until'], facts['relation']])).toEqual([
      ['WithdrawalRefused', until, undefined],
    ]);
    const [again = ''] = person.record(first);
    const last = person.decide({ ...command, refusal: again, due: until }, '2031-12-01T00:00:05Z', around);
    expect(of(last)).toEqual(['ProcessingStopped']);
    expect(last.stopped).toEqual([{ purposes: ['contract'], categories: [iban] }]);
  });
  it('is decided by an officer where nobody confirmed the term', () => {
    const { person } = bound();
    const around = withStatute(false);
    expect(refusal(() => person.decide({}, at, around))).toBe('RETENTION_UNCONFIRMED');
    expect(refusal(() => person.decide({ decide: 'keep' }, at, around))).toBe('DECISION_WITHOUT_REASON');
    expect(person.decide({ decide: 'keep', reason: 'asked-accountant' }, at, around).kept).toMatchObject([
      { why: 'RETENTION_UNCONFIRMED', reason: 'asked-accountant', row: 'payment-documents' },
    ]);
    expect(person.decide({ decide: 'stop', reason: 'no-document-made' }, at, around).kept).toEqual([]);
  });
  it('is what is left of a use when the obligation that needed it is closed', () => {
    const { person } = bound();
    const around = withStatute(true);
    person.owe();
    const [, refused = ''] = person.record(person.decide({}, at, around));
    const due = '2026-11-22T09:00:00Z';
    person.tell('ObligationClosed', { obligation }, due);
    const command = { type: 'ReopenWithdrawal', subject: person.subject, refusal: refused, due } as const;
    const decision = person.decide(command, '2026-11-22T09:00:05Z', around);
    expect(of(decision)).toEqual(['WithdrawalRefused', 'ProcessingStopped']);
    expect(decision.kept).toMatchObject([{ extent: 'storage', why: 'STATUTORY_RETENTION' }]);
  });
});

describe('what a hold keeps', () => {
  it('is stored until the hold is lifted', () => {
    const person = begun();
    const hold = newId();
    person.tell('LegalHoldPlaced', { ground: 'legal-claim', categories: ['email'] }, undefined, { id: hold });
    const decision = person.decide();
    expect(decision.kept).toMatchObject([{ extent: 'storage', why: 'LEGAL_HOLD', hold, categories: ['email'] }]);
    const [, refused = ''] = person.record(decision);
    const due = '2026-11-23T00:00:00Z';
    person.tell('LegalHoldLifted', { hold, ground: 'claim-settled' }, due);
    const command = { type: 'ReopenWithdrawal', subject: person.subject, refusal: refused, due } as const;
    expect(person.decide(command, due).stopped).toEqual([{ purposes: ['account'], categories: ['email'] }]);
  });
});

describe('a withdrawal in part (Art. 24(1)(5))', () => {
  const passed = () => begun().pass('good-bank').pass('far-cloud', { country: 'DE' });
  it('of passing on stops every recipient and no use here', () => {
    expect(passed().decide({ scope: { thirdParties: 'yes' } }).stopped).toEqual([
      { purposes: ['account'], categories: ['email'], recipients: ['far-cloud', 'good-bank'] },
    ]);
  });
  it('of sending abroad stops the recipient abroad alone', () => {
    expect(passed().decide({ scope: { crossBorder: 'yes' } }).stopped).toEqual([
      { purposes: ['account'], categories: ['email'], recipients: ['far-cloud'] },
    ]);
  });
  it('of publication stops what is published, until it was taken down', () => {
    const person = begun();
    const published = { categories: ['full-name'], purposes: ['support'], basis: { code: 'consent', consent } };
    person.tell('DataCollected', collected({ ...published }));
    person.tell('DataPublished', { ...published, place: 'site' });
    expect(person.decide({ scope: { publication: 'yes' } }).stopped).toEqual([
      { purposes: ['support'], categories: ['full-name'], publication: 'yes' },
    ]);
    person.tell('DataUnpublished', { categories: ['full-name'], place: 'site' });
    expect(person.decide({ scope: { publication: 'yes' } }).outcome).toBe('nothing');
  });
  it('of one purpose leaves the others', () => {
    const decision = begun().decide({ scope: { purposes: ['account'] } });
    expect(decision.stopped).toEqual([{ purposes: ['account'], categories: ['email'] }]);
  });
});

describe('what stands on another ground', () => {
  it('is not touched, and the answer says on which', () => {
    const person = begun();
    person.tell('DataUsed', {
      categories: ['email'],
      purposes: ['account'],
      basis: { code: 'kz.9.10', law: '99-VI', article: '5' },
      holder: 'crm',
    });
    const decision = person.decide();
    expect(decision.untouched).toEqual([{ purposes: ['account'], categories: ['email'], basis: 'kz.9.10' }]);
    expect(decision.stopped).toEqual([{ purposes: ['contract'], categories: [iban] }]);
    const [stopped] = decision.drafts.filter(({ type }) => type === 'ProcessingStopped');
    expect(stopped?.facts).toMatchObject({ untouched: decision.untouched });
  });
  it('goes on by another consent that covers it', () => {
    const person = begun();
    person.tell('ConsentGiven', consented({ data: ['email'] }, { purposes: ['account'] }));
    expect(person.decide({ consent }).untouched).toEqual([
      { purposes: ['account'], categories: ['email'], basis: 'other-consent' },
    ]);
  });
});

describe('what others are told', () => {
  it('is to stop, each what it has, by the term of the withdrawal', () => {
    const person = begun().owe().pass('far-cloud');
    const decision = person.decide();
    const clock = { term: 'withdrawal', due: '2026-12-11T18:59:59Z' };
    const cause = decision.stop;
    expect(told(decision)).toEqual([
      expect.objectContaining({ kind: 'stop', holder: 'crm', categories: ['email'], purposes: ['account'], cause }),
      expect.objectContaining({ kind: 'stop', recipient: 'far-cloud', categories: ['email'], cause }),
    ]);
    expect(told(decision).every((facts) => (facts['clock'] as { due: string }).due === clock.due)).toBe(true);
  });
  it('is nothing while all of it is refused', () => {
    const person = new Person();
    person.tell('ConsentGiven', agreed, undefined, { id: consent });
    person.tell(
      'DataCollected',
      collected({ categories: [iban], purposes: ['contract'], basis: { code: 'contract', consent } }),
    );
    const decision = person.owe().decide();
    expect(decision.outcome).toBe('refused');
    expect(told(decision)).toEqual([]);
  });
});

describe('a withdrawal that a service told', () => {
  const withdrawal = newId();
  const toldOne = () => {
    const person = begun();
    person.tell('ConsentWithdrawn', { consent, received: '2026-11-20T12:00:00Z' }, '2026-11-20T12:00:00Z', {
      id: withdrawal,
    });
    return person;
  };
  it('is decided without being told again', () => {
    const decision = toldOne().decide({ withdrawal });
    expect(of(decision)).toEqual(['ProcessingStopped']);
    expect(decision.withdrawals).toMatchObject([{ withdrawal, consent, received: '2026-11-20T12:00:00Z' }]);
  });
  it('is decided once', () => {
    const person = toldOne();
    person.record(person.decide({ withdrawal }));
    expect(refusal(() => person.decide({ withdrawal }))).toBe('WITHDRAWAL_DECIDED');
  });
  it('has no effect on what is owed until it is decided, and then on all that was not refused', () => {
    const person = toldOne().owe();
    const use = { categories: ['email'], purposes: ['account'], basis: { code: 'contract', consent }, holder: 'crm' };
    person.tell('DataUsed', use, '2026-11-21T09:00:00Z');
    expect(person.findings()).not.toContain('CONSENT_WITHDRAWN email account');
    person.record(person.decide({ withdrawal, request: newId() }));
    // What the obligation needs was refused: the use for it goes on.
    person.tell('DataUsed', use, '2026-11-21T11:00:00Z');
    expect(person.findings()).not.toContain('CONSENT_WITHDRAWN email account');
    person.tell('DataUsed', { ...use, purposes: ['support'] }, '2026-11-21T11:01:00Z');
    expect(person.findings()).toContain('CONSENT_WITHDRAWN email support');
  });
  it('of which nothing was held is decided too', () => {
    const person = new Person();
    person.tell('ConsentGiven', agreed, undefined, { id: consent });
    const decision = person.decide();
    expect(decision.outcome).toBe('nothing');
    expect(of(decision)).toEqual(['ConsentWithdrawn', 'ProcessingStopped']);
  });
});

describe('a withdrawal is refused', () => {
  const withdrawal = newId();
  it.each<[string, Partial<DecideWithdrawal>]>([
    ['CONSENT_UNKNOWN', { consent: newId() }],
    ['WITHDRAWAL_UNKNOWN', { withdrawal }],
    ['WITHDRAWAL_MALFORMED', { withdrawal, consent }],
    ['WITHDRAWAL_MALFORMED', { withdrawal, received: at }],
    ['RECEIVED_IN_FUTURE', { received: '2026-11-22T10:00:00Z' }],
    ['RECEIVED_BEFORE_CONSENT', { consent, received: '2026-01-02T10:00:00Z' }],
    ['NOTHING_TO_WITHDRAW', { received: '2026-01-02T10:00:00Z' }],
    ['STAFF_UNKNOWN', { staff: newId() }],
    ['DECISION_WITHOUT_REASON', { decide: 'keep' }],
    ['SUBJECT_UNKNOWN', { subject: newId() }],
  ])('%s', (code, command) => {
    expect(refusal(() => begun().decide(command))).toBe(code);
  });
  it('ALREADY_WITHDRAWN when the same was withdrawn, and NOTHING_TO_WITHDRAW when all was', () => {
    const person = begun();
    person.record(person.decide());
    expect(refusal(() => person.decide({ consent }))).toBe('ALREADY_WITHDRAWN');
    expect(refusal(() => person.decide())).toBe('NOTHING_TO_WITHDRAW');
  });
  it('SUBJECT_ERASED when the person is to be erased', () => {
    const person = begun();
    person.tell('ErasureOrdered', { scope: 'person', ground: 'subject-request' });
    expect(refusal(() => person.decide())).toBe('SUBJECT_ERASED');
  });
  it('MERGED of somebody who is merged into another', () => {
    const person = begun();
    person.tell('SubjectsMerged', { part: 'merged', other: newId(), ground: 'same-person' });
    expect(refusal(() => person.decide())).toBe('MERGED');
  });
  it('CALENDAR_ENDS where nobody knows the working days any more', () => {
    const person = begun();
    expect(refusal(() => person.decide({ received: '2039-01-10T00:00:00Z' }, '2039-01-10T01:00:00Z'))).toBe(
      'CALENDAR_ENDS',
    );
  });
});
