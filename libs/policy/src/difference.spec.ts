// Is every change between two editions found, called what it is, and its own mirror image?
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { type JsonValue } from '@derbes/kernel';
import {
  changedThings,
  changeKinds,
  changeLine,
  declared,
  difference,
  languages,
  loadPolicy,
  type Change,
  type Difference,
  type Policy,
} from './index.js';

const folder = `${import.meta.dirname}/../../../examples/kiberon`;

function kiberon(): Policy {
  const loaded = loadPolicy(readFileSync(`${folder}/policy.yaml`, 'utf8'), {
    texts: { ru: readFileSync(`${folder}/policy.ru.txt`, 'utf8') },
  });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.mistakes));
  return loaded.policy;
}
const policy = kiberon();
const label = { ru: 'образец', kk: 'үлгі', en: 'sample' };

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends object ? Mutable<T[K]> : T[K] };

/** The example with something changed in it. */
function changed(change: (file: Mutable<Policy>) => void): Policy {
  const file = structuredClone(policy) as Mutable<Policy>;
  change(file);
  return file;
}

const between = (older: Policy, newer: Policy): Difference => difference(declared(older), declared(newer));
const brief = ({ changes }: Difference): string[] =>
  changes.map(({ kind, what, place, asks }) => `${kind} ${what} ${place} ${asks}`);
const grown = (change: (file: Mutable<Policy>) => void) => brief(between(policy, changed(change)));

/** What widens, each with what it must be called. */
const widenings: readonly (readonly [says: string, change: (file: Mutable<Policy>) => void, expected: string])[] = [
  [
    'a new purpose',
    (file) => file.purposes.push({ code: 'marketing', clause: '4', label }),
    'purpose purposes/marketing asking-anew',
  ],
  [
    'new data',
    (file) => file.categories[0]?.items.push({ code: 'birthday', clause: '3.1', label }),
    'category categories/birthday asking-anew',
  ],
  [
    'a new class of recipients',
    (file) => file.recipients.push({ code: 'advertisers', clause: '6', label }),
    'recipient-class recipients/advertisers asking-anew',
  ],
  [
    'a country',
    (file) => {
      const claim = {
        code: 'germany',
        label,
        ground: 'kz.16.2',
        countries: ['DE'],
        instrument: 'an act',
        asserted_by: 'x',
      };
      file.cross_border = [{ ...claim, clause: '6' }];
    },
    'country cross_border/germany/DE asking-anew',
  ],
  [
    'a term after the end of a purpose',
    (file) => {
      const rule = file.retention.rules.find(({ purpose }) => purpose === 'account');
      if (rule) Object.assign(rule, { until: 'term', term: 'P3Y' });
    },
    'retention retention/rules/account asking-anew',
  ],
  [
    'a rule of retention that is gone',
    (file) => {
      file.retention.rules = file.retention.rules.filter(({ purpose }) => purpose !== 'account');
    },
    'retention retention/rules/account asking-anew',
  ],
  [
    'a decision of a machine',
    (file) => {
      file.automated_decisions = [{ code: 'scoring', clause: '4', label, purpose: 'account' }];
    },
    'automated-decision automated_decisions/scoring asking-anew',
  ],
  [
    'a basis that needs no consent',
    (file) => file.bases.push({ code: 'press', clause: '5', label, covers: ['kz.99'] }),
    'basis bases/press telling',
  ],
  [
    'consent that is no basis any more',
    (file) => {
      file.bases = file.bases.filter(({ code }) => code !== 'consent');
    },
    'basis bases/consent telling',
  ],
  [
    'a right that is gone',
    (file) => {
      file.rights = file.rights.filter(({ code }) => code !== 'complain');
    },
    'right rights/complain telling',
  ],
  [
    'a source of data about others',
    (file) => file.third_party_data?.sources.push({ code: 'brokers', clause: '10', label, origin: 'third-party' }),
    'source third_party_data/sources/brokers telling',
  ],
  [
    'a cookie that serves a purpose',
    (file) => {
      const cookie = file.cookies.find(({ code }) => code === 'preferences');
      if (cookie) cookie.serves = 'analytics';
    },
    'cookie-purpose cookies/preferences telling',
  ],
  [
    'a promise that is gone',
    (file) => {
      file.commitments = file.commitments.filter(({ code }) => code !== 'disclosure-limits');
    },
    'commitment commitments/disclosure-limits telling',
  ],
];

/** What the widenings are combined of in the properties. */
const someChanges = fc.uniqueArray(fc.constantFrom(...widenings.map(([, change]) => change)), { maxLength: 6 });
const policies = someChanges.map((all) => changed((file) => all.forEach((change) => change(file))));

describe('a difference between editions', () => {
  it.each(widenings)('calls %s wider, and its going narrower', (_, change, expected) => {
    const [what = '', place = '', asks = ''] = expected.split(' ');
    const newer = changed(change);
    const forwards = between(policy, newer);
    expect(brief(forwards)).toContain(`wider ${what} ${place} ${asks}`);
    expect(forwards).toMatchObject({ kind: 'wider', asks });
    expect(brief(between(newer, policy))).toContain(`narrower ${what} ${place} nobody`);
  });

  it('names what a new purpose needs and whom a new kind of data is for', () => {
    const newer = changed((file) => {
      file.purposes.push({ code: 'marketing', clause: '4', label });
      file.necessity.push({ purpose: 'marketing', categories: ['email'], declared: 'controller' });
      file.categories[0]?.items.push({ code: 'birthday', clause: '3.1', label });
    });
    const { changes } = between(policy, newer);
    expect(changes.find(({ what }) => what === 'purpose')?.touches).toEqual({
      purposes: ['marketing'],
      categories: ['email'],
    });
    const birthday = changes.find(({ what }) => what === 'category');
    expect(birthday?.touches.categories).toEqual(['birthday']);
    expect(birthday?.touches.purposes).not.toContain('marketing');
  });

  it('finds data that a purpose, or a class of recipients, newly gets', () => {
    const limited = changed((file) => {
      file.necessity = [{ purpose: 'account', categories: ['email'], declared: 'controller' }];
      file.disclosure = [{ recipient: 'messaging', categories: ['email'], declared: 'controller' }];
    });
    const more = changed((file) => {
      file.necessity = [{ purpose: 'account', categories: ['email', 'phone'], declared: 'controller' }];
      file.disclosure = [{ recipient: 'messaging', categories: ['provided'], declared: 'controller' }];
    });
    const { changes } = between(limited, more);
    expect(changes.map(({ kind, what }) => `${kind} ${what}`)).toEqual([
      'wider category-for-purpose',
      'wider category-for-recipient',
    ]);
    expect(changes[0]?.touches).toEqual({ purposes: ['account'], categories: ['phone'] });
  });

  it('holds a rule whose clock another relation starts for both wider and narrower', () => {
    const found = grown((file) => {
      const rule = file.retention.rules.find(({ purpose }) => purpose === 'account');
      if (rule) rule.relation = 'contract';
    });
    expect(found).toEqual([
      'wider retention retention/rules/account asking-anew',
      'narrower retention retention/rules/account nobody',
    ]);
  });

  it('holds neither an unconfirmed statutory row nor a proposed claim for anything', () => {
    const found = grown((file) => {
      const claim = {
        code: 'germany',
        label,
        ground: 'kz.16.2',
        countries: ['DE'],
        instrument: 'an act',
        asserted_by: 'x',
      };
      file.cross_border = [{ ...claim, declared: 'proposed' }];
      file.retention.statutory = file.retention.statutory.slice(1);
    });
    expect(found.every((line) => line.startsWith('wording'))).toBe(true);
    expect(found.length).toBeGreaterThan(0);
  });

  it('calls labels, notes and terms wording that asks nothing, and contacts wording to be told', () => {
    const found = grown((file) => {
      const [purpose] = file.purposes;
      if (purpose) purpose.label = label;
      const [contact] = file.controller.contacts;
      if (contact) contact.value = 'office@kiberon.kz';
      file.terms.pop();
    });
    expect(found).toContain('wording words purposes/service-access nobody');
    expect(found.some((line) => /^wording contacts controller\/contacts\/email .* telling$/u.test(line))).toBe(true);
    expect(found.some((line) => line.startsWith('wording words terms/'))).toBe(true);
    expect(found.every((line) => line.startsWith('wording'))).toBe(true);
  });

  it('is of wording when only the order is another', () => {
    const found = between(
      policy,
      changed((file) => void file.purposes.reverse()),
    );
    expect(found).toMatchObject({ kind: 'wording', asks: 'nobody' });
    expect(brief(found)).toEqual(['wording words order nobody']);
  });

  it('refuses editions of different controllers', () => {
    const other = changed((file) => {
      file.controller.bin = '230340021378';
    });
    expect(() => between(policy, other)).toThrow(expect.objectContaining({ code: 'DIFFERENT_CONTROLLERS' }) as Error);
  });

  it('is empty between equal files, whatever they say', () => {
    fc.assert(
      fc.property(policies, (file) => {
        expect(between(file, structuredClone(file))).toEqual({ asks: 'nobody', changes: [] });
      }),
      { numRuns: 40 },
    );
  });

  it('has for each wider change the other way round the narrower one', () => {
    const mirrored = ({ kind, what, place, old, new: now }: Change): string => {
      const turned = kind === 'wider' ? 'narrower' : kind === 'narrower' ? 'wider' : kind;
      return JSON.stringify([turned, what, place, now ?? null, old ?? null]);
    };
    const plain = ({ kind, what, place, old, new: now }: Change): string =>
      JSON.stringify([kind, what, place, old ?? null, now ?? null]);
    fc.assert(
      fc.property(policies, policies, (one, other) => {
        const forwards = between(one, other).changes.map(mirrored).sort();
        const backwards = between(other, one).changes.map(plain).sort();
        expect(backwards).toEqual(forwards);
      }),
      { numRuns: 60 },
    );
  });

  it('misses no changed word, number or code anywhere in a file', () => {
    const places: (readonly (string | number)[])[] = [];
    const walk = (value: JsonValue, path: readonly (string | number)[]) => {
      if (typeof value === 'string') places.push(path);
      else if (Array.isArray(value)) value.forEach((inner: JsonValue, i) => walk(inner, [...path, i]));
      else if (typeof value === 'object' && value !== null) {
        for (const [name, inner] of Object.entries(value)) walk(inner, [...path, name]);
      }
    };
    walk(policy, []);
    fc.assert(
      fc.property(fc.constantFrom(...places), (path) => {
        if (path.join('.') === 'controller.bin') return;
        const file = structuredClone(policy) as unknown as Record<string | number, unknown>;
        let at = file;
        for (const step of path.slice(0, -1)) at = at[step] as Record<string | number, unknown>;
        const last = path.at(-1) ?? '';
        at[last] = `${String(at[last])}-x`;
        expect(between(policy, file as unknown as Policy).changes.length).toBeGreaterThan(0);
      }),
      { numRuns: 100 },
    );
  });

  it('says each change in one line of each language, none of them empty or alike', () => {
    for (const what of changedThings) {
      for (const kind of changeKinds.filter((one) => one !== 'wording')) {
        const change: Change = { kind, what, place: 'x', clause: '-', asks: 'telling', touches: {}, label };
        const lines = languages.map((language) => changeLine(change, language));
        expect(new Set(lines).size).toBe(languages.length);
        expect(lines.every((line) => !line.includes('undefined'))).toBe(true);
      }
    }
  });
});
