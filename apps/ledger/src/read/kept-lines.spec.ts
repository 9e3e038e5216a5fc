// Does a certificate say of each thing that is kept by which act, for how long, and how sure that is?
import { builtInProfile, declared } from '@derbes/policy';
import { samplePolicy } from '@derbes/domain/testing.js';
import { type Kept } from '@derbes/domain';
import { type CertificateView, type KeptLine } from './certificate-view.js';
import { keptLines } from './kept-lines.js';
import { certificateText } from './text/certificate-text.js';

const label = { ru: 'бумаги', kk: 'қағаздар', en: 'papers' };
const row = { code: 'papers', label, declared: 'controller' as const, categories: ['email'], term: 'P5Y' };
const policy = declared({ ...samplePolicy, retention: { ...samplePolicy.retention, statutory: [row] } });
const profile = builtInProfile('kz');
const number = '00000000-0000-4000-8000-000000000001';

const lineOf = (kept: Omit<Kept, 'categories'>): KeptLine | undefined =>
  keptLines([{ ...kept, categories: ['email'] }], policy, profile)[0];

describe('what a certificate says is kept', () => {
  it('by a row that nobody confirmed has its term, and that an officer decides', () => {
    expect(lineOf({ why: 'RETENTION_UNCONFIRMED', row: 'papers', reason: 'test' })).toMatchObject({
      article: '94-V:12(2)',
      term: 'P5Y',
      confidence: 'unconfirmed',
    });
  });
  it('by a row that a lawyer confirmed has act, article and term', () => {
    const kept = { why: 'STATUTORY_RETENTION', row: 'papers', act: '405-VI', article: '10(2)' } as const;
    expect(lineOf(kept)).toMatchObject({ article: '405-VI:10(2)', term: 'P5Y', confidence: 'confirmed' });
  });
  it('by a block has the article of the profile and its mark', () => {
    expect(lineOf({ why: 'BLOCKED', act: '94-V', article: '1(3)' })).toMatchObject({ confidence: 'T2' });
    expect(lineOf({ why: 'BLOCKED' })).toMatchObject({ article: '94-V:1(3)', confidence: 'T2' });
  });
  it('by an act that an officer named has no mark, and no term that no row names', () => {
    const line = lineOf({ why: 'LEGAL_HOLD', hold: number, act: '377-V', article: '159' });
    expect(line).toMatchObject({ article: '377-V:159' });
    expect(line).not.toHaveProperty('confidence');
    expect(line).not.toHaveProperty('term');
  });
  it('is said on paper in each language', () => {
    const kept = keptLines([{ why: 'RETENTION_UNCONFIRMED', categories: ['email'], row: 'papers' }], policy, profile);
    const view: CertificateView = {
      number,
      subject: number,
      issued: '2026-11-20T09:00:00Z',
      state: 'refused',
      cause: 'erasure',
      scope: 'person',
      decided: [],
      categories: [],
      values: [],
      everywhere: 'nobody-to-ask',
      holders: [],
      recipients: [],
      kept,
      remains: { what: 'proof-records', purpose: 'accountability', anonymous: false },
      events: [number],
      wording: {
        language: 'ru',
        categories: {},
        purposes: {},
        classes: {},
        bases: {},
        statutory: { papers: { label } },
        rights: [],
        acts: {},
      },
    };
    const said = {
      ru: ['срок по закону: 5 лет', 'решает ответственное лицо'],
      kk: ['заң бойынша мерзімі: 5 жыл', 'жауапты тұлға шешеді'],
      en: ['term of law: 5 years', 'an officer decides'],
    } as const;
    for (const language of ['ru', 'kk', 'en'] as const) {
      const text = certificateText(view, language).replace(/\s+/g, ' ');
      for (const sentence of said[language]) expect(text).toContain(sentence);
    }
  });
});
