// Which events does an answer name by itself as having carried a request out?
import { describe, expect, it } from '@jest/globals';
import { foldSubject } from '../subject-fold.js';
import { consented, minute, newId, Teller } from '../testing.js';
import { carriedOut } from './carried-out.js';

describe('what carried a request out', () => {
  it('is what names the request, and what was acknowledged of its tasks; nothing of another request', () => {
    const [request, other] = [newId(), newId()];
    const teller = new Teller();
    teller.tell('SubjectRegistered', { kind: 'person' }, minute(0));
    const { id: consent } = teller.tell('ConsentGiven', consented(), minute(1));
    const withdrawal = teller.tell('ConsentWithdrawn', { consent, received: minute(2), request }, minute(2));
    teller.tell('ConsentWithdrawn', { consent, received: minute(3), request: other }, minute(3));
    const erasing = { scope: 'category', categories: ['phone'], ground: 'subject-request' };
    const order = teller.tell('ErasureOrdered', { ...erasing, request }, minute(4));
    teller.tell('ErasureOrdered', { ...erasing, categories: ['email'] }, minute(5));
    const task = { kind: 'destroy', holder: 'crm', cause: order.id, by: 'webhook' };
    const [ours, theirs] = [
      teller.tell('TaskOrdered', { ...task, request }, minute(6)),
      teller.tell('TaskOrdered', task, minute(7)),
    ];
    const acknowledged = { result: 'done', by: 'poll', proof: 'key', happened: minute(8) };
    const done = teller.tell('TaskAcknowledged', { task: ours.id, ...acknowledged }, minute(8));
    teller.tell('TaskAcknowledged', { task: theirs.id, ...acknowledged }, minute(9));
    const fold = foldSubject(teller.events);
    expect(carriedOut(fold, request)).toEqual([withdrawal.id, order.id, done.id]);
    expect(carriedOut(fold, newId())).toEqual([]);
  });
});
