// Does the example file say all that the first operator's policy says, and nothing that it does not?
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { checkPolicy, loadPolicy, type Policy } from './index.js';

const folder = `${import.meta.dirname}/../../../examples/kiberon`;
const yamlText = readFileSync(`${folder}/policy.yaml`, 'utf8');
const ru = readFileSync(`${folder}/policy.ru.txt`, 'utf8');
const texts = { ru };

function loaded(): Policy {
  const policy = loadPolicy(yamlText, { texts });
  if (!policy.ok) throw new Error(JSON.stringify(policy.mistakes, null, 1));
  return policy.policy;
}

const plain = (text: string) => text.replace(/\s+/gu, ' ').trim().toLowerCase();

/** Everything that the file says in the text's own words, with the clause it cites. */
function claims(): { clause: string; words: string }[] {
  const found: { clause: string; words: string }[] = [];
  const walk = (value: unknown, inherited: string) => {
    if (typeof value !== 'object' || value === null) return;
    const entry = value as { clause?: string; declared?: string; quote?: string; label?: { ru: string } };
    const clause = entry.clause ?? inherited;
    const words = entry.quote ?? entry.label?.ru;
    if (words !== undefined && (entry.declared ?? 'text') === 'text') found.push({ clause, words: plain(words) });
    for (const inner of Object.values(value)) walk(inner, clause);
  };
  const policy = loaded();
  walk(policy, '');
  const { controller } = policy;
  for (const { clause = '', value } of controller.contacts) found.push({ clause, words: plain(value) });
  found.push({ clause: '1', words: plain(controller.bin) });
  return found;
}

/** The text cut into its numbered sections and sub-sections. */
function sectionsOfText(): Map<string, string[]> {
  const sections = new Map<string, string[]>();
  let clause = '';
  for (const line of ru.split('\n').map((text) => text.trim())) {
    const heading = /^(\d+(?:\.\d+)?)\. /.exec(line);
    if (heading?.[1] !== undefined) clause = heading[1];
    const said = line.slice(heading?.[0].length ?? 0);
    if (said !== '') sections.set(clause, [...(sections.get(clause) ?? []), said]);
  }
  return sections;
}

describe('the Kiberon policy file', () => {
  it('has no mistake, its text included', () => {
    expect(checkPolicy(yamlText, { texts })).toEqual([]);
  });

  it('names the text by its hash, and the text is the one that the operator published', () => {
    const sha256 = createHash('sha256').update(ru).digest('hex');
    expect(sha256).toBe('37e9c074a6d4568a72935e90303d96006803beea65dd1265be6e02e5f2c11dd7');
    expect(loaded().edition.texts).toEqual([{ language: 'ru', file: 'policy.ru.txt', sha256 }]);
  });

  it('lets editors complete it by the schema', () => {
    expect(yamlText.split('\n')[0]).toBe('# yaml-language-server: $schema=../../libs/policy/policy.schema.json');
  });

  it('has 8 + 8 + 4 categories, three of them open and closed by items', () => {
    const { categories } = loaded();
    expect(categories.map(({ clause, items }) => [clause, items.length])).toEqual([
      ['3.1', 8],
      ['3.2', 8],
      ['3.3', 4],
    ]);
    const open = categories.flatMap(({ items }) => items.filter((item) => item.open === true));
    expect(open.map(({ code }) => code)).toEqual(['requisites', 'enquiries', 'form-data']);
    for (const { items = [] } of open) {
      expect(items.length).toBeGreaterThan(0);
      expect(items.every(({ declared }) => declared === 'proposed')).toBe(true);
    }
  });

  it('has nine purposes of the text and one of the controller for proof records', () => {
    const { purposes } = loaded();
    expect(purposes.filter(({ declared = 'text' }) => declared === 'text')).toHaveLength(9);
    expect(purposes.filter(({ declared }) => declared !== undefined).map(({ code }) => code)).toEqual([
      'accountability',
    ]);
  });

  it('has four bases, each with its articles, and seven recipient classes, the seventh as two codes', () => {
    const { bases, recipients } = loaded();
    expect(bases.map(({ code }) => code)).toEqual(['consent', 'contract', 'legal-obligation', 'other-by-law']);
    expect(bases.every(({ articles = [] }) => articles.length > 0)).toBe(true);
    expect(recipients).toHaveLength(8);
    expect(new Set(recipients.map(({ quote }) => quote)).size).toBe(7);
    expect(recipients.slice(6).map(({ code }) => code)).toEqual(['state-body', 'other-by-law']);
  });

  it('has six rights and six cookie purposes, each naming a purpose of section 4 or none', () => {
    const { rights, cookies, purposes } = loaded();
    expect(rights).toHaveLength(6);
    expect(cookies).toHaveLength(6);
    const known = [...purposes.map(({ code }) => code), 'none'];
    for (const { serves } of cookies) expect(known).toContain(serves);
  });

  it('gives every purpose a retention rule with a trigger and invents no number', () => {
    const { purposes, retention } = loaded();
    const covered = new Set(retention.rules.map(({ purpose }) => purpose));
    expect(purposes.map(({ code }) => code).filter((code) => !covered.has(code))).toEqual([]);
    expect(retention.rules.filter(({ term }) => term !== undefined)).toEqual([]);
    for (const { relation, event } of retention.rules) expect(relation ?? event).toBeDefined();
    expect(retention.statutory.length).toBeGreaterThan(0);
    for (const row of retention.statutory) {
      expect([row.act, row.article, row.term, row.confirmed_by]).toEqual([undefined, undefined, undefined, undefined]);
    }
  });

  it('marks everything that the text does not say', () => {
    const { necessity, disclosure, identifiers, retention } = loaded();
    expect([...necessity, ...disclosure, ...identifiers].every(({ declared }) => declared === 'controller')).toBe(true);
    expect(retention.rules.every((rule) => rule.declared !== undefined || rule.not_in_text?.includes('relation'))).toBe(
      true,
    );
  });

  it('ranks account over iin over phone and email over cookie', () => {
    const rank = new Map(loaded().identifiers.map((identifier) => [identifier.scheme, identifier.rank]));
    const [account = 0, iin = 0, phone = 0, email = 0, cookie = 0] = ['account', 'iin', 'phone', 'email', 'cookie'].map(
      (s) => rank.get(s),
    );
    expect(account).toBeGreaterThan(iin);
    expect(iin).toBeGreaterThan(phone);
    expect(phone).toBe(email);
    expect(email).toBeGreaterThan(cookie);
    expect(cookie).toBeGreaterThan(0);
  });

  it('represents every section of the text, 1 to 12 and 3.1 to 3.3', () => {
    const clauses = new Set(claims().map(({ clause }) => clause));
    const inText = [...sectionsOfText().keys()];
    expect(inText).toEqual(['1', '2', '3', '3.1', '3.2', '3.3', '4', '5', '6', '7', '8', '9', '10', '11', '12']);
    expect(inText.filter((clause) => !clauses.has(clause))).toEqual([]);
  });

  it('says every line of the text, in the words of the section that the entry cites', () => {
    const unsaid: string[] = [];
    for (const [clause, lines] of sectionsOfText()) {
      const words = claims()
        .filter((claim) => claim.clause === clause)
        .map((claim) => claim.words);
      for (const sentence of lines.flatMap((line) => line.split(/\. (?=\p{Lu})/u))) {
        const said = plain(sentence.replace(/^·/u, '').replace(/[;.]$/u, ''));
        // A bullet is one thing and must be said whole, but for the name of a contact before it; a sentence holds several.
        const whole = sentence.startsWith('·');
        const ofContact = 'почтовый адрес: '.length;
        const found = words.some((word) =>
          whole
            ? said.endsWith(word) && said.length <= word.length + ofContact
            : said.includes(word) || word.includes(said),
        );
        if (!found) unsaid.push(`${clause}: ${sentence}`);
      }
    }
    expect(unsaid).toEqual([]);
  });

  it('cites for every entry a section in which the words stand', () => {
    const sections = sectionsOfText();
    const misplaced = claims().filter(({ clause, words }) => {
      const inClause = [...sections].filter(([code]) => code === clause || code.startsWith(`${clause}.`));
      return !plain(inClause.flatMap(([, lines]) => lines).join(' ')).includes(words);
    });
    expect(misplaced).toEqual([]);
  });

  it('reads the same with any YAML 1.2 reader', () => {
    expect(parse(yamlText)).toEqual(loaded());
  });
});
