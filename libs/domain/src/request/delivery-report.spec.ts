// Is what the post, the courier or the mail says days later kept as it was said, and is what came back a finding?
import { describe, expect, it } from '@jest/globals';
import { fold, Refused, type Facts } from '@derbes/kernel';
import { catalogue, type RequestEvent } from '../catalogue.js';
import { newId, outside } from '../testing.js';
import { judgeRequest } from './judge-request.js';
import { type RequestCommand } from './request-command.js';
import { requestDecider } from './request-decider.js';
import { foldRequest, leftAt, requestStream } from './request-state.js';

const received = '2026-11-20T05:00:00Z';
const left = '2026-11-24T05:00:00Z';
const later = '2026-11-30T05:00:00Z';

class Story {
  readonly request = newId();
  readonly events: RequestEvent[] = [];

  decide(command: object, at: string) {
    const state = fold(requestDecider, this.events);
    return requestDecider.decide(command as RequestCommand, state, { ...outside, at, request: this.request });
  }

  do(command: object, at: string): this {
    for (const { type, facts, occurred } of this.decide(command, at)) {
      catalogue.get(type).check(facts as Facts);
      const told = { type, facts, occurred, id: newId(), stream: requestStream(this.request), at, parts: [] };
      this.events.push({ ...told, revision: this.events.length } as unknown as RequestEvent);
    }
    return this;
  }

  refusal(command: object, at = later): string {
    try {
      this.decide(command, at);
    } catch (error) {
      if (error instanceof Refused) return error.code;
      throw error;
    }
    return 'not refused';
  }

  found(now: string): string[] {
    return judgeRequest(foldRequest(this.events), now).map(({ finding }) => finding.code);
  }
}
const open = () =>
  new Story().do(
    { type: 'ReceiveRequest', right: 'know', channel: 'paper', language: 'ru', received, sealed: [], profiles: ['kz'] },
    received,
  );
const closed = (more: object = {}) =>
  open().do({ type: 'RefuseRequest', reason: 'rights-of-others', how: 'post', ...more }, left);
const report = (outcome: string, more: object = {}) => ({ type: 'ReportDelivery', outcome, ...more });
const arrived = report('delivered', { proof: 'signed-for' });
const returned = report('failed', { fault: 'returned' });

describe('a delivery', () => {
  it('that is proved days later is an event about that answer, its number sealed under a key that outlasts the request', () => {
    const one = closed();
    const owner = `organisation-${newId()}`;
    const [draft] = one.decide({ ...arrived, reference: 0, referenceOwner: owner }, later);
    expect(draft).toMatchObject({
      type: 'DeliveryReported',
      occurred: later,
      facts: { of: one.events.at(-1)?.id, outcome: 'delivered', how: 'post', happened: later, proof: 'signed-for' },
      seals: [{ category: 'meta.reference', value: 0, owner }],
    });
    expect(one.do(arrived, later).found(later)).toEqual([]);
  });

  it('that failed is a finding until a later word says that it arrived', () => {
    const one = closed().do(returned, later);
    expect(one.found(later)).toEqual(['ANSWER_NOT_DELIVERED']);
    const again = { ...report('sent'), happened: '2026-12-01T05:00:00Z', how: 'email' };
    expect(one.do(again, '2026-12-01T05:00:00Z').found('2026-12-01T05:00:00Z')).toEqual([]);
    expect(one.do(returned, '2026-12-02T05:00:00Z').found('2026-12-02T05:00:00Z')).toEqual(['ANSWER_NOT_DELIVERED']);
    expect(one.do(arrived, '2026-12-03T05:00:00Z').found('2026-12-03T05:00:00Z')).toEqual([]);
  });

  it('that is told twice is recorded once', () => {
    const one = closed().do(arrived, later);
    expect(one.decide({ ...arrived, happened: later }, '2026-12-02T05:00:00Z')).toEqual([]);
  });

  it('is refused of what never left, before it left, in the future, and in another form', () => {
    expect(new Story().refusal(arrived)).toBe('REQUEST_UNKNOWN');
    expect(open().refusal(arrived)).toBe('NOT_ANSWERED');
    expect(closed().refusal({ ...arrived, happened: '2026-11-24T04:59:59Z' })).toBe('DELIVERED_BEFORE_ANSWER');
    expect(closed().refusal({ ...arrived, happened: '2026-11-30T05:00:01Z' })).toBe('DELIVERED_IN_FUTURE');
    expect(closed().refusal(report('delivered'))).toBe('DELIVERY_MALFORMED');
    expect(closed().refusal(report('failed'))).toBe('DELIVERY_MALFORMED');
    expect(closed().refusal(report('sent', { fault: 'lost' }))).toBe('DELIVERY_MALFORMED');
    expect(closed().refusal({ ...returned, proof: 'signed-for' })).toBe('DELIVERY_MALFORMED');
  });
});

describe('a refusal that the ledger made by itself', () => {
  it('has left when somebody says that it was sent, and is late until then', () => {
    const one = closed({ unsent: true });
    const state = () => foldRequest(one.events);
    expect(leftAt(state())).toBeUndefined();
    const due = '2026-11-25T18:59:59Z';
    expect(one.found(due)).toEqual([]);
    expect(one.found(later)).toEqual(['REQUEST_OVERDUE']);
    one.do(report('sent', { happened: '2026-11-25T10:00:00Z' }), '2026-11-26T05:00:00Z');
    expect(leftAt(state())).toBe('2026-11-25T10:00:00Z');
    expect(one.found(later)).toEqual([]);
  });
});
