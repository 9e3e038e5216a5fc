// Is the person told in all three languages what stopped, what goes on, why and until when?
import { type Language } from '@derbes/policy';
import { type WithdrawalView } from '../../withdrawal/withdrawal-lines.js';
import { dossierText } from './dossier-text.js';
import { clientStory, kiberonPolicy, lookedAt, viewOf } from './testing/example-people.js';

const policy = kiberonPolicy();
const view = viewOf(clientStory(policy), policy, lookedAt);
const event = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const withdrawals: WithdrawalView[] = [
  {
    moment: '2026-11-20T09:00:00Z',
    event: event(901),
    consent: event(900),
    received: '2026-11-20T09:00:00Z',
    state: 'decided',
    due: '2026-12-11T18:59:59Z',
    decided: '2026-11-21T09:00:00Z',
    stopped: [{ purposes: ['account'], categories: ['email'], moment: '2026-11-21T09:00:00Z', event: event(902) }],
    goesOn: [
      {
        purposes: ['contract'],
        categories: ['phone'],
        recipients: ['example-bank'],
        moment: '2026-11-21T09:00:00Z',
        event: event(903),
        extent: 'use',
        why: 'OBLIGATION_OPEN',
        article: '94-V:8(2)',
      },
      {
        purposes: ['payment'],
        categories: ['email'],
        moment: '2026-11-21T09:00:00Z',
        event: event(904),
        extent: 'storage',
        why: 'STATUTORY_RETENTION',
        until: '2031-11-21T09:00:00Z',
      },
    ],
    untouched: [{ purposes: ['support'], categories: ['email'], basis: 'other-consent' }],
  },
];

describe.each([
  ['ru', ['Прекращено', 'Продолжается', 'пока не исполнено обязательство', 'Только хранится', 'другое согласие']],
  ['kk', ['тоқтатылды', 'Жалғасады', 'міндеттеме орындалғанға дейін', 'Тек сақталады', 'басқа келісім']],
  ['en', ['Stopped', 'Goes on', 'while an obligation is not fulfilled', 'Stored alone', 'another consent']],
] as const)('a withdrawal in %s', (language, words) => {
  it('says what stopped, what goes on, by what and until when', () => {
    const text = dossierText({ ...view, withdrawals }, language satisfies Language).replaceAll(/\s+/g, ' ');
    for (const word of words) expect(text).toContain(word);
    expect(text).toContain('2031');
  });
  it('of which nobody has to decide anything is not spoken of', () => {
    const silent = dossierText({ ...view, withdrawals: [] }, language);
    expect(dossierText({ ...view, withdrawals }, language)).not.toBe(silent);
  });
});
