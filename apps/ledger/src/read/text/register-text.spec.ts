// Given a page of a register, when it is told in ru, kk or en, then it reads in words and not in columns.
import { describe, expect, it } from '@jest/globals';
import { page } from '../../http/answers/registers.js';
import { registerText } from './register-text.js';
import { columnTitles } from './register-titles.js';
import { registerCodes } from './register-words.js';

const holding = {
  subject: '11111111-1111-4111-8111-111111111111',
  holder: 'ledger',
  role: 'private',
  capacity: 'own',
  status: 'held',
  since: '2026-11-20T09:02:00Z',
  sincePrecision: 'not-later-than',
  origins: ['subject'],
  stays: ['purpose-reached'],
  endGround: 'consent-withdrawn',
  country: 'DE',
  copiesUntil: '2026-12-20',
};

describe('a register in words', () => {
  it.each([
    [
      'ru',
      ['Точность начала:', 'не позже', 'до достижения цели', 'хранится', 'согласие отозвано', 'Германия', 'от вас'],
    ],
    ['kk', ['Басталу дәлдігі:', 'одан кеш емес', 'мақсатқа жеткенше', 'сақталуда', 'келісім кері қайтарып алынды']],
    ['en', ['How exact:', 'not later than', 'until the purpose is reached', 'the ledger itself', '20 December 2026']],
  ] as const)('tells titles and codes in %s', (language, words) => {
    const text = registerText('holdings', { items: [holding], reach: {} }, language);
    for (const expected of words) expect(text).toContain(expected);
    expect(text).not.toMatch(/sincePrecision|copiesUntil|purpose-reached|not-later-than|2026-11-20T/);
  });

  it('says why a sealed name does not open, and shows one that does', () => {
    const about = [
      { event: 'e', p: '0', owner: 'o', state: 'withheld' },
      { event: 'e', p: '1', owner: 'o', state: 'opened', category: 'meta.name', value: 'АО «Банк Примеров»' },
    ];
    const text = registerText('recipients', { items: [{ about }], reach: {} }, 'en');
    expect(text).toContain('АО «Банк Примеров»');
    expect(text).toContain('does not let it be seen');
  });

  it('has a title for every column that is published, and no empty word', () => {
    const rows = (page as { properties: { items: { items: { anyOf: { properties: object }[] } } } }).properties.items
      .items.anyOf;
    const columns = new Set(rows.flatMap(({ properties }) => Object.keys(properties)));
    expect([...columns].filter((column) => !(column in columnTitles))).toEqual([]);
    const words = [...Object.values(columnTitles), ...Object.values(registerCodes)];
    expect(words.filter((one) => Object.values(one).some((text) => text === ''))).toEqual([]);
  });
});
