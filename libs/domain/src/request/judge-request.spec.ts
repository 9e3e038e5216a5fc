// Is a request suspicious exactly where it was taken in late, answered late, or differs from what holders said?
import { type Facts } from '@derbes/kernel';
import { describe, expect, it } from '@jest/globals';
import { type RequestEvent } from '../catalogue.js';
import { judgeRequest } from './judge-request.js';
import { foldRequest } from './request-state.js';

const request = '00000000-0000-4000-8000-000000000001';
const [from, due, after] = ['2026-11-20T05:00:00Z', '2026-11-25T18:59:59Z', '2026-11-25T19:00:00Z'];
const idOf = (n: number): string => `00000000-0000-4000-8000-00000000010${n}`;

function told(...events: readonly [type: string, facts: Facts][]) {
  const all: readonly unknown[] = events.map(([type, facts], revision) => ({
    ...{ type, facts, revision, id: idOf(revision), stream: `request-${request}`, at: from, parts: [] },
  }));
  return foldRequest(all as readonly RequestEvent[]);
}
const clock = { term: 'access', profile: 'kz', version: '3', from, due };
const received = (more: Facts = {}): [string, Facts] => [
  'RequestReceived',
  { right: 'know', received: from, clocks: [clock], ...more },
];
const left = (delivered: string, more: Facts = {}): [string, Facts] => ['RequestAnswered', { delivered, ...more }];
const brief = (state: ReturnType<typeof told>, now = from) =>
  judgeRequest(state, now).map(({ finding, since }) => [finding.id, since]);

describe('a request', () => {
  it('is overdue from the second after it was due until it is answered, and stays so when the answer left late', () => {
    const overdue = [[`${idOf(0)}:REQUEST_OVERDUE:-:-`, due]];
    expect(brief(told(received()), due)).toEqual([]);
    expect(brief(told(received()), after)).toEqual(overdue);
    expect(brief(told(received(), left(due)), after)).toEqual([]);
    expect(brief(told(received(), left(after)), after)).toEqual(overdue);
    expect(brief(told(received(), ['RequestRefused', { delivered: after }]), after)).toEqual(overdue);
  });

  it('is measured by its longer term where it has one', () => {
    const clocks = [{ ...clock, due: '2027-01-25T18:59:59Z' }];
    expect(brief(told(received(), ['RequestExtended', { clocks }]), after)).toEqual([]);
  });

  it('taken in late is found so, by the article of its law', () => {
    const [late] = judgeRequest(told(received({ late: 'yes' })), from);
    expect(late?.finding).toMatchObject({
      ...{ id: `${idOf(0)}:INTAKE_LATE:-:-`, clause: '-', article: '94-V:25(2)(6)', params: { request } },
    });
    const gdpr = { late: 'yes', clocks: [{ ...clock, profile: 'gdpr' }] };
    expect(judgeRequest(told(received(gdpr)), from)[0]?.finding.article).toBe('GDPR:12(3)');
  });

  it('tells of what holders have by category, once where several have it', () => {
    const differences = [
      { code: 'UNTOLD_HOLDING', holder: 'billing', categories: ['phone'] },
      { code: 'UNTOLD_HOLDING', holder: 'crm', categories: ['phone', 'plan'] },
      { code: 'HOLDING_GONE', holder: 'crm', categories: ['phone'] },
    ];
    const found = judgeRequest(told(received(), left(from, { differences })), after);
    expect(found.map(({ finding: { id, params } }) => [id.slice(idOf(0).length + 1), params['holder']])).toEqual([
      ['UNTOLD_HOLDING:phone:-', ['billing', 'crm']],
      ['UNTOLD_HOLDING:plan:-', 'crm'],
      ['HOLDING_GONE:phone:-', 'crm'],
    ]);
  });

  it('tells once of the holders that refused to say what they have, by the last word of each in the answer', () => {
    const said = (...refusing: string[]) => [
      { holder: 'billing', said: 'confirmed', confirmed: from },
      ...refusing.map((holder) => ({ holder, said: 'refused' })),
    ];
    const found = (...refusing: string[]) =>
      judgeRequest(told(received(), left(from, { holders: said(...refusing) })), after);
    expect(found()).toEqual([]);
    const article = '94-V:25(2)(8)';
    expect(found('crm').map(({ finding: { id, params } }) => [id, params['holder']])).toEqual([
      [`${idOf(0)}:TASK_REFUSED:-:-`, 'crm'],
    ]);
    expect(found('crm')[0]?.finding.article).toBe(article);
    expect(found('crm', 'mailer')[0]?.finding.params['holder']).toEqual(['crm', 'mailer']);
  });

  it('that nobody received is nothing', () => {
    expect(brief(told())).toEqual([]);
  });
});
