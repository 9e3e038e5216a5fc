// What may a policy say of telling people that their data was passed on, and what does it mean where it says nothing?
import { readFileSync } from 'node:fs';
import { builtInProfile, checkPolicy, declared, loadPolicy, noticeExceptions } from './index.js';

const folder = `${import.meta.dirname}/../../../examples/kiberon`;
const good = readFileSync(`${folder}/policy.yaml`, 'utf8');
const texts = { ru: readFileSync(`${folder}/policy.ru.txt`, 'utf8') };
const withEntry = (entry: string) => good.replace('\nretention:\n', () => `\n${entry}\nretention:\n`);

const loaded = (text: string) => {
  const policy = loadPolicy(text, { texts });
  if (!policy.ok) throw new Error(JSON.stringify(policy.mistakes));
  return declared(policy.policy).transferNotices;
};

describe('an edition that says nothing of notices', () => {
  it('leaves whom to tell to the profile, and making them to an officer', () => {
    expect(loaded(good)).toMatchObject({ tell: undefined, byItself: false, through: undefined, clause: '6' });
    expect(builtInProfile('kz').transfer_notice?.default).toBe('always');
  });
});

describe('an edition that says who is told', () => {
  const entry = `transfer_notices:
  declared: controller
  tell: always
  made: by-itself
  through: mailer
  exceptions:
    - case: notary
      recipients: [other-by-law]
`;

  it('names who sends, and which of its classes the law spares', () => {
    const notices = loaded(withEntry(entry));
    expect(notices).toMatchObject({ tell: 'always', byItself: true, through: 'mailer', clause: '-' });
    expect(notices.caseOf('other-by-law')).toBe('notary');
    expect(notices.caseOf('payment-and-banks')).toBeUndefined();
  });

  it.each([
    ['a case that the law does not spare', 'case: notary', 'case: friend', 'CASE_NOT_IN_PROFILE'],
    ['a class that nobody declared', '[other-by-law]', '[neighbours]', 'UNDECLARED_CODE'],
    ['one class as two cases', '[other-by-law]', '[other-by-law, other-by-law]', 'DUPLICATE_CODE'],
    ['a word for when that it does not know', 'made: by-itself', 'made: sometimes', 'WRONG_VALUE'],
  ])('is refused with %s', (_, from, to, code) => {
    const text = withEntry(entry.replace(from, to));
    expect(checkPolicy(text, { texts }).map((mistake) => mistake.code)).toEqual([code]);
  });
});

describe('the exceptions of a profile', () => {
  it('name the article of each, and in versions before that the article of the duty', () => {
    const rule = builtInProfile('kz').transfer_notice;
    if (!rule) throw new Error('kz has the duty');
    expect(noticeExceptions(rule).map(({ code, article }) => `${code} ${article}`)).toEqual([
      'state-body 94-V:19(2)(1)',
      'notary 94-V:19(2)(1)',
      'private-bailiff 94-V:19(2)(1)',
      'advocate 94-V:19(2)(1)',
      'statistics-sociology-science 94-V:19(2)(2)',
    ]);
    const { exceptions, ...before } = rule;
    expect(exceptions).toHaveLength(rule.except.length);
    expect(noticeExceptions(before).map(({ code, article }) => [code, article])).toContainEqual([
      'state-body',
      '94-V:19(1)',
    ]);
  });
});
