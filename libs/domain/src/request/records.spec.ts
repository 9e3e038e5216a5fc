// Does what a request said go when its own term is over, by itself only where the row is sure, and never while it is needed?
import { describe, expect, it } from '@jest/globals';
import { fold, Refused, type Facts } from '@derbes/kernel';
import { catalogue, type RequestEvent } from '../catalogue.js';
import { foldSubject } from '../subject-fold.js';
import { newId, outside, Teller } from '../testing.js';
import { type RequestCommand, type RequestOutside } from './request-command.js';
import { requestDecider } from './request-decider.js';
import { recordsOf } from './records.js';
import { foldRequest, requestStream } from './request-state.js';

const received = '2026-11-20T05:00:00Z';
const answered = '2026-11-23T05:00:00Z';
const [before, over] = ['2029-11-23T04:59:59Z', '2029-11-23T05:00:00Z'];

class Story {
  readonly request = newId();
  readonly events: RequestEvent[] = [];
  person: Teller | undefined;
  confirmed = false;

  at(moment: string): RequestOutside {
    const { person } = this;
    return {
      ...(this.confirmed ? sure : outside),
      at: moment,
      request: this.request,
      ...(person && { person: foldSubject(person.events) }),
    };
  }

  do(command: object, moment: string): this {
    const state = fold(requestDecider, this.events);
    for (const { type, facts, occurred } of requestDecider.decide(command as RequestCommand, state, this.at(moment))) {
      catalogue.get(type).check(facts as Facts);
      const told = { type, facts, occurred, id: newId(), stream: requestStream(this.request), at: moment, parts: [] };
      this.events.push({ ...told, revision: this.events.length } as unknown as RequestEvent);
    }
    return this;
  }

  refusal(command: object, moment: string): string {
    try {
      this.do(command, moment);
    } catch (error) {
      if (error instanceof Refused) return error.code;
      throw error;
    }
    return 'not refused';
  }

  standing(moment: string) {
    return recordsOf(foldRequest(this.events), this.at(moment));
  }
}
const kz = outside.registers.profiles.find(({ profile }) => profile === 'kz');
/** The world in which a named lawyer has confirmed the term. */
const sure = {
  ...outside,
  registers: {
    ...outside.registers,
    confirmations: [
      { profile: 'kz', term: 'request-records', document: kz?.document ?? '', event: newId(), staff: newId() },
    ],
  },
} as typeof outside;

const open = () =>
  new Story().do(
    { type: 'ReceiveRequest', right: 'know', channel: 'email', language: 'ru', received, sealed: [], profiles: ['kz'] },
    received,
  );
const closed = () => open().do({ type: 'RefuseRequest', reason: 'rights-of-others', how: 'email' }, answered);
const destroy = (by: 'term' | 'officer') => ({ type: 'DecideRecords', decide: 'destroy', by });

describe('the term of what a request said', () => {
  it('is three years from the answer, for a purpose of its own, and an open request has none', () => {
    expect(open().standing(over)).toEqual({
      standing: 'running',
      purpose: 'request-handling',
      term: 'request-records',
    });
    expect(closed().standing(before)).toMatchObject({
      ...{ standing: 'running', due: over, profile: 'kz', article: '268-XIII:178', purpose: 'request-handling' },
    });
  });

  it('is over by a row from memory: an officer decides, and nothing goes by itself', () => {
    const one = closed();
    expect(one.standing(over).standing).toBe('waiting');
    expect(one.refusal(destroy('term'), over)).toBe('RECORDS_NOT_DUE');
    expect(one.refusal(destroy('officer'), over)).toBe('not refused');
    expect(one.standing(over).standing).toBe('gone');
  });

  it('goes by itself once a named lawyer confirmed the row', () => {
    const one = closed();
    one.confirmed = true;
    expect(one.standing(before).standing).toBe('running');
    expect(one.standing(over).standing).toBe('due');
    one.do(destroy('term'), over);
    expect(one.events.at(-1)).toMatchObject({
      type: 'RequestRecordsDecided',
      facts: { decide: 'destroy', by: 'term', due: over, term: 'request-records', profile: 'kz' },
    });
    expect(one.refusal(destroy('officer'), over)).toBe('RECORDS_GONE');
  });

  it('begins with the sending of a refusal that the ledger made by itself', () => {
    const one = open().do({ type: 'RefuseRequest', reason: 'rights-of-others', how: 'post', unsent: true }, answered);
    expect(one.standing(over).standing).toBe('running');
    one.do({ type: 'ReportDelivery', outcome: 'sent', happened: '2026-11-24T05:00:00Z' }, '2026-11-24T06:00:00Z');
    expect(one.standing(over)).toMatchObject({ standing: 'running', due: '2029-11-24T05:00:00Z' });
  });
});

describe('what an officer decides of it', () => {
  const keep = { type: 'DecideRecords', decide: 'keep', by: 'officer', act: '377-V', article: '73' };

  it('is nothing before the term is over', () => {
    expect(closed().refusal(destroy('officer'), before)).toBe('RECORDS_NOT_DUE');
    expect(open().refusal(destroy('officer'), over)).toBe('RECORDS_NOT_DUE');
    expect(new Story().refusal(destroy('officer'), over)).toBe('REQUEST_UNKNOWN');
  });

  it('may be to keep it until a moment by an act, after which it is over again', () => {
    const one = closed();
    expect(one.refusal({ ...keep, act: undefined, until: '2030-01-01T00:00:00Z' }, over)).toBe('LAW_MISSING');
    expect(one.refusal(keep, over)).toBe('RECORDS_UNTIL_MISSING');
    expect(one.refusal({ ...keep, until: over }, over)).toBe('RECORDS_UNTIL_MISSING');
    one.do({ ...keep, until: '2030-01-01T00:00:00Z' }, over);
    expect(one.standing(over)).toMatchObject({ standing: 'kept', until: '2030-01-01T00:00:00Z' });
    expect(one.standing('2030-01-01T00:00:00Z').standing).toBe('waiting');
  });

  it('waits for a hold on the person', () => {
    const one = closed();
    one.person = new Teller();
    one.person.tell('SubjectRegistered', { kind: 'person' });
    one.person.tell('LegalHoldPlaced', { ground: 'legal-claim' });
    expect(one.refusal(destroy('officer'), over)).toBe('RECORDS_HELD');
  });
});
