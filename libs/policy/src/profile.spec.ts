// What does the law of each jurisdiction make of a stated basis?
import { createHash } from 'node:crypto';
import { canonicalJson } from '@derbes/kernel';
import {
  baseVerdict,
  type BaseVerdict,
  builtInProfile,
  destructionGround,
  keepingOf,
  missingRequirements,
  NotADocument,
  type Profile,
  type ProfileCode,
  profileDocument,
  readProfileDocument,
  servedBy,
} from './index.js';
import { profileShape } from './shape.js';

const articleNine = ['1', '2', '2-1', '3', '4', '5', '5-1', '6', '7', '8', '9', '9-1', '9-2', '9-3', '9-4', '10'].map(
  (point) => `kz.9.${point}`,
);

const verdicts: [ProfileCode, string, BaseVerdict, string | undefined][] = [
  ['kz', 'consent', 'stands', '94-V:7(1)'],
  ['kz', 'contract', 'stands-only-with-consent', '94-V:7(1)'],
  ['kz', 'legal-obligation', 'does-not-stand', '94-V:9'],
  ['kz', 'other-by-law', 'does-not-stand', '94-V:9'],
  ['kz', 'legitimate-interest', 'does-not-stand', '94-V:9'],
  ['kz', 'acknowledgement', 'does-not-stand', undefined],
  ['kz', 'kz.9.11', 'does-not-stand', undefined],
  ['kz', 'kz.7.5', 'stands', '94-V:7(5)'],
  ...articleNine.map((code): [ProfileCode, string, BaseVerdict, string] => [
    'kz',
    code,
    'stands',
    `94-V:9(${code.slice(5)})`,
  ]),
  ['gdpr', 'consent', 'stands', 'GDPR:6(1)(a)'],
  ['gdpr', 'contract', 'stands', 'GDPR:6(1)(b)'],
  ['gdpr', 'legal-obligation', 'stands', 'GDPR:6(1)(c)'],
  ['gdpr', 'vital-interests', 'stands', 'GDPR:6(1)(d)'],
  ['gdpr', 'public-task', 'stands', 'GDPR:6(1)(e)'],
  ['gdpr', 'legitimate-interest', 'stands', 'GDPR:6(1)(f)'],
  ['gdpr', 'kz.9.10', 'does-not-stand', undefined],
];

describe('the bases table', () => {
  it.each(verdicts)('of %s says of %s that it %s', (profile, code, verdict, article) => {
    const found = baseVerdict(builtInProfile(profile), code);
    expect(found.verdict).toBe(verdict);
    expect(found.base?.article).toBe(article);
  });

  it('of kz needs law and article for the other cases, and a link for what was public', () => {
    const missing = (code: string, stated: Parameters<typeof missingRequirements>[1]) =>
      missingRequirements(baseVerdict(builtInProfile('kz'), code).base ?? { requires: [] }, stated);
    expect(missing('kz.9.10', {})).toEqual(['law', 'article']);
    expect(missing('kz.9.10', { law: 'Tax Code', article: '1' })).toEqual([]);
    expect(missing('kz.7.5', { law: 'x' })).toEqual(['source-link']);
    expect(missing('kz.9.1', {})).toEqual([]);
    expect(missing('contract', {})).toEqual(['consent']);
  });

  it('of kz lets a contract limit withdrawal, and of gdpr needs nothing beside it', () => {
    expect(baseVerdict(builtInProfile('kz'), 'contract').base?.limits_withdrawal).toEqual([
      '94-V:8(2)',
      '94-V:24(1)(5)',
    ]);
    expect(baseVerdict(builtInProfile('gdpr'), 'contract').base?.requires).toEqual([]);
  });

  it('of kz has just the closed list of Article 9, and names it where a duty names no case', () => {
    const { bases } = builtInProfile('kz');
    expect(bases.map(({ code }) => code).filter((code) => code.startsWith('kz.9.'))).toEqual(articleNine);
    expect(baseVerdict(builtInProfile('kz'), 'legal-obligation').base?.instead).toEqual(articleNine);
  });
});

describe('a profile', () => {
  it('of kz has the eight items of a consent, of which seven are required', () => {
    const items = builtInProfile('kz').consent_items;
    expect(items.map(({ number, code, required }) => [number, code, required])).toEqual([
      [1, 'operator', true],
      [2, 'subject', true],
      [3, 'term', true],
      [4, 'third-parties', true],
      [5, 'cross-border', true],
      [6, 'publication', true],
      [7, 'data', true],
      [8, 'other', false],
    ]);
    expect(items.map(({ article }) => article)).toEqual(items.map(({ number }) => `94-V:8(4)(${number})`));
  });

  it('of kz names the grounds for leaving the country, where the base must be, and whom a transfer is told', () => {
    const { cross_border: grounds, localisation, transfer_notice: notice } = builtInProfile('kz');
    expect(grounds.map(({ code }) => code)).toEqual(['kz.16.2', 'kz.16.3.1', 'kz.16.3.2', 'kz.16.3.3', 'kz.16.3.4']);
    expect(localisation).toMatchObject({ country: 'KZ', article: '94-V:12(2)' });
    expect(notice).toMatchObject({ default: 'always', article: '94-V:19(1)' });
    expect(notice?.except).toContain('state-body');
  });

  it('of gdpr names the grounds of Chapter V', () => {
    expect(builtInProfile('gdpr').cross_border.map(({ article }) => article)).toEqual([
      'GDPR:45',
      'GDPR:46',
      'GDPR:47',
      'GDPR:49',
    ]);
  });

  it.each(['kz', 'gdpr'] as const)(
    '%s has the form of its schema, no code twice, and every code it points to',
    (code) => {
      const profile = builtInProfile(code);
      expect(profileShape().deviations(profile)).toEqual([]);
      for (const rows of [profile.bases, profile.consent_items, profile.cross_border]) {
        expect(new Set(rows.map((row) => row.code)).size).toBe(rows.length);
      }
      const known = profile.bases.map((base) => base.code);
      expect(profile.bases.flatMap(({ instead = [] }) => instead).filter((named) => !known.includes(named))).toEqual(
        [],
      );
    },
  );

  it.each(['kz', 'gdpr'] as const)('%s is stored as a document and read back', (code) => {
    const profile = builtInProfile(code);
    const { bytes, sha256 } = profileDocument(profile);
    expect(sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(readProfileDocument(bytes, sha256)).toEqual(profile);
    expect(() => readProfileDocument(bytes, '0'.repeat(64))).toThrow(NotADocument);
  });

  it('of another form is refused, even under its own hash', () => {
    const odd = { ...builtInProfile('kz'), bases: [{ code: 'x', verdict: 'perhaps' }] };
    const bytes = new TextEncoder().encode(canonicalJson(odd));
    expect(() => readProfileDocument(bytes, createHash('sha256').update(bytes).digest('hex'))).toThrow(NotADocument);
  });

  it('corrected by a lawyer changes its hash, so that what was judged by it stays known', () => {
    const kz = builtInProfile('kz');
    const corrected: Profile = {
      ...kz,
      version: '2',
      bases: kz.bases.map((base) => (base.code === 'kz.9.5-1' ? { ...base, confidence: 'T' } : base)),
    };
    expect(profileDocument(corrected).sha256).not.toBe(profileDocument(kz).sha256);
  });
});

describe('destruction, in a profile', () => {
  const profiles = ['kz', 'gdpr'] as const;
  const rowsOf = (code: ProfileCode) => {
    const { destruction } = builtInProfile(code);
    if (!destruction) throw new Error(`${code} says nothing of destruction`);
    return destruction;
  };

  it('of kz cites for each ground the article, how sure it is, and the term where the law has one', () => {
    const rows = rowsOf('kz').grounds.map(({ code, article, confidence, term }) => [
      code,
      article,
      confidence,
      term && `${term.count} ${term.unit}`,
    ]);
    expect(rows).toEqual([
      ['purpose-reached', '94-V:12(2)', 'T', undefined],
      ['term-over', '94-V:18', 'T', undefined],
      ['relation-ended', '94-V:18', 'T', undefined],
      ['court-decision', '94-V:18', 'T', undefined],
      ['other-law', '94-V:18', 'T', undefined],
      ['collected-without-consent', '94-V:18(3-1)', 'T2', '1 working-day'],
      ['breach-confirmed', '94-V:25(2)(8)', 'T', '1 working-day'],
      ['consent-withdrawn', '94-V:8(7)', 'T', '15 working-day'],
      ['subject-request', '255-VIII:41', 'S1', '15 day'],
      ['objection', '94-V:19-1', 'T', '3 working-day'],
    ]);
  });

  it('of kz names what keeps data, and what of it locks', () => {
    expect(rowsOf('kz').keeps.map(({ code, article, locks }) => [code, article, locks])).toEqual([
      ['legal-hold', '94-V:8(2)', true],
      ['statutory-retention', '94-V:12(2)', true],
      ['retention-unconfirmed', '94-V:12(2)', true],
      ['obligation-open', '94-V:8(2)', false],
      ['blocked', '94-V:1(3)', false],
    ]);
  });

  it('has the same grounds and keepers everywhere, so that an event names the same in every jurisdiction', () => {
    const codes = profiles.map((code) =>
      rowsOf(code)
        .grounds.map((row) => row.code)
        .sort(),
    );
    expect(codes[0]).toEqual(codes[1]);
    const keeps = profiles.map((code) =>
      rowsOf(code)
        .keeps.map((row) => row.code)
        .sort(),
    );
    expect(keeps[0]).toEqual(keeps[1]);
  });

  it.each(profiles)('of %s names no act that it does not list', (code) => {
    const { destruction, acts } = builtInProfile(code);
    const rows = [
      ...(destruction?.grounds ?? []),
      ...(destruction?.keeps ?? []),
      ...(destruction ? [destruction.locked, destruction.remains] : []),
    ];
    const named = new Set(rows.map(({ article }) => article.split(':')[0]));
    expect([...named].filter((act) => !acts.some((one) => one.code === act))).toEqual([]);
  });

  it('is looked up by code, and was not there in the first versions, which are still read', () => {
    const kz = builtInProfile('kz');
    expect(destructionGround(kz, 'breach-confirmed')?.article).toBe('94-V:25(2)(8)');
    expect(keepingOf(kz, 'blocked')?.confidence).toBe('T2');
    const first = Object.fromEntries(Object.entries(kz).filter(([key]) => key !== 'destruction')) as Profile;
    const { bytes, sha256 } = profileDocument(first);
    const read = readProfileDocument(bytes, sha256);
    expect(destructionGround(read, 'breach-confirmed')).toBeUndefined();
    expect(keepingOf(read, 'blocked')).toBeUndefined();
  });
});

describe('the registers, in a profile', () => {
  it.each(['kz', 'gdpr'] as const)('of %s are each named once, by acts that it lists', (code) => {
    const { registers = [], acts } = builtInProfile(code);
    expect(new Set(registers.map((one) => one.code)).size).toBe(registers.length);
    const named = registers.flatMap(({ serves }) => serves.map((article) => article.split(':')[0]));
    expect(named.filter((act) => !acts.some((one) => one.code === act))).toEqual([]);
  });

  it('serve what the law asks of a list of consents', () => {
    expect(servedBy(builtInProfile('kz'), 'consents')).toEqual(['94-V:8(4)', '94-V:22(1)(5)', '94-V:25(2)(5)']);
    expect(servedBy(builtInProfile('kz'), 'no-register')).toEqual([]);
  });

  it('were not there in the first versions, for which those of the program speak', () => {
    const kz = builtInProfile('kz');
    const first = Object.fromEntries(Object.entries(kz).filter(([key]) => key !== 'registers')) as Profile;
    const { bytes, sha256 } = profileDocument(first);
    expect(servedBy(readProfileDocument(bytes, sha256), 'consents')).toEqual(servedBy(kz, 'consents'));
  });
});
