// When is data used that is kept for answers alone, and what does a report about somebody erased say?
import { type Recorded } from '@derbes/kernel';
import { type SourceEvent, type SubjectEvent } from './catalogue.js';
import { check } from './check.js';
import { judgeSource } from './judge-erasure.js';
import { judgeSubject } from './judge-subject.js';
import { recordFact } from './record.js';
import { decideSubject } from './subject-command.js';
import { newId } from './testing.js';
import { Erasing, keepingEdition, keepingOutside } from './testing/erasing.js';

/** Phone locked by a hold, e-mail gone. */
const locked = () => {
  const one = new Erasing();
  one.collect(['email', 'phone']);
  one.hold({ categories: ['phone'] });
  one.do(one.erase());
  one.execute();
  return one;
};
const used = { categories: ['phone'], purposes: ['account'], holder: 'crm', role: 'private' };
const transferred = { ...used, recipient: 'good-bank', country: 'KZ', mode: 'sent' };
const findings = (one: Erasing) =>
  judgeSubject(one.family(), keepingOutside).filter(({ code }) => code === 'LOCKED_DATA_USED');

describe('data that is locked', () => {
  it('and used is a finding that names the lock, its reason and the article', () => {
    const one = locked();
    const event = one.tell('DataUsed', { ...used, basis: { code: 'consent' } });
    const [lock] = one.family().state.erasures.locks.values();
    expect(findings(one)).toEqual([
      {
        id: `${event.id}:LOCKED_DATA_USED:phone:-`,
        event: event.id,
        code: 'LOCKED_DATA_USED',
        clause: '7',
        article: '255-VIII:41',
        category: 'phone',
        params: { lock: lock?.event, since: lock?.since, why: ['LEGAL_HOLD'] },
      },
    ]);
  });
  it.each([
    ['passed on', 'DataTransferred', transferred],
    ['published', 'DataPublished', { ...used, place: 'site' }],
    ['decided on by a machine', 'AutomatedDecisionMade', { ...used, effect: 'none' }],
  ] as const)('and %s is a finding', (_, type: SubjectEvent['type'], { holder, role, ...facts }) => {
    const one = locked();
    one.tell(type, type === 'AutomatedDecisionMade' ? facts : { ...facts, holder, role });
    expect(findings(one)).toHaveLength(1);
  });
  it('answers courts and the regulator', () => {
    const one = locked();
    one.tell('DataUsed', { ...used, basis: { code: 'kz.9.1' } });
    one.tell('DataTransferred', { ...transferred, basis: { code: 'by-court' } });
    expect(findings(one)).toEqual([]);
  });
  it('and put right is no finding', () => {
    const one = locked();
    const facts = { categories: ['phone'], holder: 'crm', role: 'private', ground: 'subject-request' };
    one.tell('DataCorrected', facts);
    expect(findings(one)).toEqual([]);
  });
  it('and used before it was locked is no finding', () => {
    const one = new Erasing();
    one.collect(['phone']);
    one.tell('DataUsed', used);
    one.hold();
    one.do(one.erase());
    expect(findings(one)).toEqual([]);
  });
  it('may be used when it was collected anew', () => {
    const one = locked();
    one.collect(['phone']);
    one.tell('DataUsed', used);
    expect(findings(one)).toEqual([]);
  });
  it('named by the open category that it is an item of is a finding too', () => {
    const one = new Erasing();
    one.collect(['requisites.iban']);
    one.hold();
    one.do(one.erase());
    one.tell('DataUsed', { ...used, categories: ['requisites'] });
    expect(findings(one)).toHaveLength(1);
  });
  it('is not allowed to be used when somebody asks first', () => {
    const one = locked();
    const question = { action: 'use', category: 'phone', purpose: 'account' } as const;
    const { allowed, missing } = check(question, one.family(), keepingOutside, one.at);
    expect(allowed).toBe(false);
    expect(missing.map(({ code }) => code)).toContain('LOCKED_DATA_USED');
  });
});

describe('a report about somebody erased', () => {
  const report = (edition?: string) => {
    const event: Recorded = {
      type: 'ErasedSubjectReported',
      facts: { told: 'DataUsed' },
      id: newId(),
      stream: `source-${newId()}`,
      revision: 0,
      at: '2026-11-20T10:00:00Z',
      occurred: '2026-11-20T09:59:00Z',
      actor: 'ledger',
      source: 'urn:example:crm',
      parts: [],
      ...(edition !== undefined && { edition }),
    };
    return event as unknown as SourceEvent;
  };
  it('is a finding against its source that names nobody', () => {
    const event = report(keepingEdition);
    expect(judgeSource(event, keepingOutside)).toEqual([
      {
        id: `${event.id}:AFTER_ERASURE:-:-`,
        event: event.id,
        code: 'AFTER_ERASURE',
        clause: '7',
        article: '94-V:18',
        params: { told: 'DataUsed' },
      },
    ]);
  });
  it('names no clause and no article where no edition was in force', () => {
    expect(judgeSource(report(), keepingOutside)).toMatchObject([{ code: 'AFTER_ERASURE', clause: '-', article: '-' }]);
  });
});

describe('a fact told after a category was ordered to be destroyed', () => {
  const told = (
    one: Erasing,
    occurred: string,
    seals: readonly { category: string; value: number; owner?: string }[],
  ) =>
    recordFact(
      {
        type: 'data.collected',
        facts: {
          categories: ['email', 'phone'],
          purposes: ['account'],
          holder: 'crm',
          role: 'private',
          capacity: 'own',
          origin: { kind: 'subject' },
        },
        occurred,
        seals,
      },
      [{ subject: one.subject }],
      one.folds,
      { ...keepingOutside, subject: newId(), fact: newId(), at: one.at },
    ).drafts[0]?.seals;
  const both = [
    { category: 'email', value: 0 },
    { category: 'phone', value: 1 },
  ];
  const erased = () => {
    const one = new Erasing();
    one.collect(['email', 'phone']);
    const before = one.at;
    one.do(one.erase({ categories: ['email'] }));
    return { one, before };
  };
  it('of the time before is recorded without its value of that category', () => {
    const { one, before } = erased();
    expect(told(one, before, both)).toEqual([{ category: 'phone', value: 1 }]);
  });
  it('of the time after is recorded with its values', () => {
    const { one } = erased();
    one.wait(1);
    expect(told(one, one.at, both)).toEqual(both);
  });
  it('keeps the values of others', () => {
    const { one, before } = erased();
    const other = [{ category: 'email', value: 0, owner: 'staff-1' }];
    expect(told(one, before, other)).toEqual(other);
  });
});

describe('commands about somebody erased', () => {
  it('are refused, before and after it is done', () => {
    const one = new Erasing();
    const link = one.link('email', 'email').id;
    const fact = one.collect(['email']).id;
    const other = one.another();
    one.do(one.erase());
    const commands = [
      { type: 'MergeSubjects', survivor: one.subject, merged: other, ground: 'officer-decision' },
      { type: 'MergeSubjects', survivor: other, merged: one.subject, ground: 'officer-decision' },
      { type: 'UnlinkIdentifier', subject: one.subject, link, until: one.at, ground: 'number-reissued' },
      { type: 'RetractFact', fact, ground: 'told-in-error', subjects: [one.subject] },
    ] as const;
    for (const command of commands) expect(() => decideSubject(command, one.folds, one.at)).toThrow('erased');
    one.execute();
    for (const command of commands) expect(() => decideSubject(command, one.folds, one.at)).toThrow('erased');
  });
});
