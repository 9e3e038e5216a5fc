// Is every mistake of a policy file named, on its line, with what would be right?
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { checkPolicy, loadPolicy, namedTextFiles, type Mistake, type MistakeCode } from './index.js';
import { mistakesMax } from './mistake.js';

const folder = `${import.meta.dirname}/../../../examples/kiberon`;
const good = readFileSync(`${folder}/policy.yaml`, 'utf8');
const ru = readFileSync(`${folder}/policy.ru.txt`, 'utf8');
const texts = { ru };

/** Replaces once and refuses to replace nothing, so that a case cannot pass because it changed nothing. */
function edited(from: string, to: string, text = good): string {
  if (!text.includes(from)) throw new Error(`the file does not hold: ${from}`);
  return text.replace(from, () => to);
}

const lineOf = (text: string, marker: string) => text.slice(0, text.indexOf(marker)).split('\n').length;

/** What the example does not say: a state protects personal data, and somebody claims so. */
const claim = `cross_border:
  - code: germany
    declared: controller
    label:
      ru: Германия
      kk: Германия
      en: Germany
    ground: kz.16.2
    countries: [DE]
    recipients: [hosting-cloud]
    instrument: Convention 108
    asserted_by: director
`;

interface Case {
  readonly code: MistakeCode;
  readonly from: string;
  readonly to: string;
  /** Stands on the line of the mistake, in the edited file. */
  readonly at: string;
  readonly hint?: string;
}

const cases: Record<string, Case> = {
  'an unknown key, with the nearest known one': {
    code: 'UNKNOWN_KEY',
    from: '  in_force:',
    to: '  in_forse:',
    at: '  in_forse:',
    hint: 'did you mean in_force?',
  },
  'an unknown key with no near one, listing those known': {
    code: 'UNKNOWN_KEY',
    from: '  country: KZ',
    to: '  country: KZ\n  zzzzzz: 1',
    at: 'zzzzzz',
    hint: 'known here: clause, name, quote, bin, country, address, site, service, contacts, dpv, note',
  },
  'a missing key, at what lacks it': {
    code: 'MISSING_KEY',
    from: '  country: KZ\n',
    to: '',
    at: 'controller:',
    hint: 'ISO 3166-1 alpha-2.',
  },
  'a missing language of a label': {
    code: 'MISSING_LABEL',
    from: '      kk: Терминдер\n',
    to: '',
    at: '    label:\n      ru: Термины',
  },
  'a number where text must stand': {
    code: 'WRONG_TYPE',
    from: "clause: '12'",
    to: 'clause: 12',
    at: 'clause: 12',
    hint: 'put it in quotes',
  },
  'a list where a mapping must stand': {
    code: 'WRONG_TYPE',
    from: good.slice(good.indexOf('edition:'), good.indexOf('controller:')),
    to: 'edition: []\n',
    at: 'edition: []',
  },
  'a value that is not one of the allowed': {
    code: 'WRONG_VALUE',
    from: 'relation: ticket',
    to: 'relation: tiket',
    at: 'relation: tiket',
    hint: 'did you mean ticket?',
  },
  'a code with a capital': {
    code: 'WRONG_FORM',
    from: '  - code: payment\n',
    to: '  - code: Payment\n',
    at: '  - code: Payment\n',
  },
  'an empty list that must not be empty': {
    code: 'WRONG_LENGTH',
    from: 'afterwards: [deleted, anonymised, destroyed]',
    to: 'afterwards: []',
    at: 'afterwards: []',
  },
  'a category declared twice': {
    code: 'DUPLICATE_CODE',
    from: '- code: position',
    to: '- code: company',
    at: "- code: company\n        clause: '3.1'\n        label:\n          ru: должность",
  },
  'a purpose declared twice': {
    code: 'DUPLICATE_CODE',
    from: "- code: payment\n    clause: '4'",
    to: "- code: contract\n    clause: '4'",
    at: "- code: contract\n    clause: '4'\n    label:\n      ru: приём",
  },
  'a scheme declared twice': {
    code: 'DUPLICATE_CODE',
    from: 'scheme: phone',
    to: 'scheme: iin',
    at: 'scheme: iin\n    identifies: line',
  },
  'a base covered twice': {
    code: 'DUPLICATE_CODE',
    from: 'covers: [contract]',
    to: 'covers: [consent]',
    at: 'covers: [consent]\n    not_in_text: [articles, covers]\n    note',
  },
  'a retention rule of an undeclared purpose': {
    code: 'UNDECLARED_CODE',
    from: 'purpose: service-notices',
    to: 'purpose: service-notice',
    at: 'purpose: service-notice\n',
    hint: 'did you mean service-notices?',
  },
  'a retention rule of an undeclared category': {
    code: 'UNDECLARED_CODE',
    from: 'categories: [usage-history]',
    to: 'categories: [use-history]',
    at: 'categories: [use-history]',
    hint: 'did you mean usage-history?',
  },
  'a cookie that serves an undeclared purpose': {
    code: 'UNDECLARED_CODE',
    from: 'serves: account',
    to: 'serves: acount',
    at: 'serves: acount',
    hint: 'did you mean account?',
  },
  'an identifier held under an undeclared category': {
    code: 'UNDECLARED_CODE',
    from: 'category: requisites.iin',
    to: 'category: requisites.inn',
    at: 'category: requisites.inn',
    hint: 'did you mean requisites.iin?',
  },
  'a disclosure to an undeclared class': {
    code: 'UNDECLARED_CODE',
    from: 'recipient: messaging',
    to: 'recipient: messagin',
    at: 'recipient: messagin\n',
    hint: 'did you mean messaging?',
  },
  'a property said not to be in the text that the entry has not': {
    code: 'UNDECLARED_CODE',
    from: 'not_in_text: [serves]',
    to: 'not_in_text: [purpose]',
    at: 'not_in_text: [purpose]',
  },
  'an entry of the text without a clause': {
    code: 'CLAUSE_MISSING',
    from: "  - code: complain\n    clause: '8'\n",
    to: '  - code: complain\n',
    at: '  - code: complain',
  },
  'a clause that no section has': {
    code: 'CLAUSE_UNKNOWN',
    from: "  - code: complain\n    clause: '8'",
    to: "  - code: complain\n    clause: '18'",
    at: "clause: '18'",
  },
  'an item outside its group': {
    code: 'ITEM_OUTSIDE_GROUP',
    from: '- code: requisites.bank\n',
    to: '- code: form-data.bank\n',
    at: '- code: form-data.bank',
    hint: 'write requisites.bank',
  },
  'items of a category that is not open': {
    code: 'ITEMS_OF_CLOSED_CATEGORY',
    from: '        open: true\n',
    to: '',
    at: '- code: requisites.iban',
  },
  'a retention rule without a trigger': {
    code: 'RETENTION_WITHOUT_TRIGGER',
    from: '      relation: ticket\n',
    to: '',
    at: '- purpose: support',
  },
  'a retention rule with two triggers': {
    code: 'RETENTION_WITHOUT_TRIGGER',
    from: '      relation: ticket\n',
    to: '      relation: ticket\n      event: erasure-final\n',
    at: '- purpose: support',
  },
  'a retention rule whose clock a relation and an obligation start': {
    code: 'RETENTION_WITHOUT_TRIGGER',
    from: '      relation: ticket\n',
    to: '      relation: ticket\n      obligation: debt\n',
    at: '- purpose: support',
    hint: 'name what starts it: `relation` or `obligation` or `event`',
  },
  'an act that the text does not allow': {
    code: 'RETENTION_ACT_NOT_ALLOWED',
    from: 'afterwards: [deleted, anonymised, destroyed]',
    to: 'afterwards: [deleted, anonymised]',
    at: 'act: destroy',
  },
  'a rule that carries itself out without an act': {
    code: 'RETENTION_NOT_BY_ITSELF',
    from: "      act: destroy\n      carried_out: by-itself\n      clause: '7'\n      not_in_text: [relation, act, carried_out]",
    to: "      carried_out: by-itself\n      clause: '7'\n      not_in_text: [relation, carried_out]",
    at: 'carried_out: by-itself',
  },
  'a rule that anonymises by itself': {
    code: 'RETENTION_NOT_BY_ITSELF',
    from: 'act: destroy',
    to: 'act: anonymise',
    at: 'carried_out: by-itself',
  },
  'a rule that carries itself out though nobody confirmed it': {
    code: 'RETENTION_NOT_BY_ITSELF',
    from: '      event: erasure-final\n      declared: proposed',
    to: '      event: erasure-final\n      term: P1Y\n      act: delete\n      carried_out: by-itself\n      declared: proposed',
    at: 'carried_out: by-itself\n      declared: proposed',
  },
  'a term that the text is said to set and does not': {
    code: 'RETENTION_WITHOUT_TERM',
    from: '      event: erasure-final\n      declared: proposed',
    to: '      event: erasure-final',
    at: '      until: term',
  },
  'a term of a rule that ends with the purpose': {
    code: 'WRONG_VALUE',
    from: '      relation: ticket\n',
    to: '      relation: ticket\n      term: P3Y\n',
    at: 'term: P3Y',
    hint: 'write `until: term`',
  },
  'two rules for one purpose and category': {
    code: 'RETENTION_AMBIGUOUS',
    from: 'categories: [form-data]\n      until: purpose-reached',
    to: 'until: purpose-reached',
    at: '- purpose: support\n      until: purpose-reached\n      relation: enquiry',
  },
  'a statutory row confirmed without act, article and term': {
    code: 'STATUTORY_INCOMPLETE',
    from: '      document: счета и акты\n',
    to: '      document: счета и акты\n      confirmed_by: A. Lawyer\n',
    at: 'confirmed_by: A.',
  },
  'a BIN with a wrong check digit': {
    code: 'BIN_CHECK_DIGIT',
    from: "bin: '230340021377'",
    to: "bin: '230340021371'",
    at: 'bin:',
  },
  'a DPV term with an unknown prefix': {
    code: 'DPV_PREFIX',
    from: 'dpv: [pd:Name]',
    to: 'dpv: [dp:Name]',
    at: 'dpv: [dp:Name]',
    hint: 'known: dpv, pd, loc, tech, eu-gdpr, kz-pd',
  },
  'an IP address as an identifier': {
    code: 'SCHEME_RESERVED',
    from: 'scheme: cookie',
    to: 'scheme: ip',
    at: 'scheme: ip',
  },
  'a base that the profile lacks': {
    code: 'BASE_NOT_IN_PROFILE',
    from: 'covers: [consent]',
    to: 'covers: [konsent]',
    at: 'covers: [konsent]',
    hint: 'did you mean consent?',
  },
  'a ground of a border claim that stands by no claim': {
    code: 'GROUND_NOT_IN_PROFILE',
    from: '\nretention:\n',
    to: `\n${claim.replace('kz.16.2', 'kz.16.3.1')}\nretention:\n`,
    at: 'ground: kz.16.3.1',
    hint: 'these do: kz.16.2',
  },
  'a recipient class of a border claim that nobody declared': {
    code: 'UNDECLARED_CODE',
    from: '\nretention:\n',
    to: `\n${claim.replace('hosting-cloud', 'hosting-clod')}\nretention:\n`,
    at: 'recipients: [hosting-clod]',
    hint: 'did you mean hosting-cloud?',
  },
  'a label that the text does not say': {
    code: 'NOT_IN_TEXT',
    from: 'ru: номер телефона',
    to: 'ru: отпечаток пальца',
    at: 'ru: отпечаток',
  },
  'a quote that the text does not say': {
    code: 'NOT_IN_TEXT',
    from: 'quote: платежным организациям и банкам',
    to: 'quote: рекламным сетям',
    at: 'quote: рекламным',
  },
  'an address that the text does not give': {
    code: 'NOT_IN_TEXT',
    from: 'value: info@kiberon.kz',
    to: 'value: privacy@kiberon.kz',
    at: 'value: privacy@',
  },
  'a text with another hash': {
    code: 'TEXT_HASH',
    from: 'sha256: 37e9',
    to: 'sha256: 37e8',
    at: 'sha256: 37e8',
    hint: 'it is 37e9c074a6d4568a72935e90303d96006803beea65dd1265be6e02e5f2c11dd7',
  },
  'an authoritative language without a text': {
    code: 'TEXT_MISSING',
    from: 'authoritative: ru',
    to: 'authoritative: kk',
    at: 'authoritative: kk',
  },
  'a key that stands twice': {
    code: 'DUPLICATE_KEY',
    from: '  country: KZ\n',
    to: '  country: KZ\n  country: US\n',
    at: 'country: US',
  },
  'an alias': { code: 'ALIAS_REFUSED', from: 'country: KZ', to: 'country: *kz', at: 'country: *kz' },
  'an anchor': { code: 'ALIAS_REFUSED', from: 'country: KZ', to: 'country: &kz KZ', at: 'country: &kz' },
  'a tag': { code: 'TAG_REFUSED', from: 'country: KZ', to: 'country: !!binary aGk=', at: 'country: !!binary' },
  'a key that is a list': {
    code: 'KEY_NOT_TEXT',
    from: '  country: KZ',
    to: '  country: KZ\n  ? [a]\n  : b',
    at: '? [a]',
  },
  'a bracket that is not closed': {
    code: 'NOT_YAML',
    from: 'dpv: [dpv:DataController]',
    to: 'dpv: [dpv:DataController',
    at: '  note: The text opens',
  },
  'a second document': { code: 'NOT_YAML', from: 'sections:', to: '---\nsections:', at: '---' },
  'an invisible character that turns the direction of a line': {
    code: 'NOT_YAML',
    from: 'country: KZ',
    to: 'country: "K\u202eZ"',
    at: 'country:',
  },
};

const places = (mistakes: readonly Mistake[]) => mistakes.map(({ code, line }) => `${code} ${line}`);

describe('a policy file', () => {
  it.each(Object.entries(cases))('is refused for %s', (_, { code, from, to, at, hint }) => {
    const text = edited(from, to);
    if (!text.includes(at)) throw new Error(`the edited file does not hold: ${at}`);
    const mistakes = checkPolicy(text, { texts });
    expect(places(mistakes)).toContain(`${code} ${lineOf(text, at)}`);
    if (hint !== undefined) expect(mistakes.map((mistake) => mistake.hint)).toContain(hint);
    const loaded = loadPolicy(text, { texts });
    expect(loaded).toEqual({ ok: false, mistakes });
  });

  it('names every mistake at once, of form, of reference and of text, in the order of the lines', () => {
    let text = good;
    for (const name of [
      'an unknown key, with the nearest known one',
      'a BIN with a wrong check digit',
      'a label that the text does not say',
      'a retention rule without a trigger',
      'a cookie that serves an undeclared purpose',
      'an IP address as an identifier',
    ]) {
      const { from, to } = cases[name] ?? { from: '', to: '' };
      text = edited(from, to, text);
    }
    const mistakes = checkPolicy(text, { texts });
    expect(mistakes.map(({ code }) => code)).toEqual([
      'MISSING_KEY',
      'UNKNOWN_KEY',
      'BIN_CHECK_DIGIT',
      'NOT_IN_TEXT',
      'NOT_IN_TEXT',
      'RETENTION_WITHOUT_TRIGGER',
      'UNDECLARED_CODE',
      'SCHEME_RESERVED',
    ]);
    expect(mistakes.map(({ line }) => line)).toEqual(mistakes.map(({ line }) => line).toSorted((a, b) => a - b));
  });

  it('does not blame every reference when the list it refers to is missing', () => {
    const text = edited('\npurposes:\n', '\npurposez:\n');
    expect(checkPolicy(text).map(({ code }) => code)).toEqual(['MISSING_KEY', 'UNKNOWN_KEY']);
  });

  it('is refused when a text is not given, and when one is given that it does not name', () => {
    expect(checkPolicy(good, { texts: {} }).map(({ code }) => code)).toEqual(['TEXT_MISSING']);
    expect(checkPolicy(good, { texts: { ru, en: 'x' } }).map(({ code }) => code)).toEqual(['TEXT_NOT_NAMED']);
  });

  it('is refused when a text differs by one character', () => {
    const [mistake, ...rest] = checkPolicy(good, { texts: { ru: `${ru} ` } });
    expect(rest).toEqual([]);
    expect(mistake).toMatchObject({
      code: 'TEXT_HASH',
      path: '/edition/texts/0/sha256',
      line: lineOf(good, 'sha256:'),
    });
  });

  it('lists no more mistakes than the limit and counts the rest', () => {
    const purposes = Array.from({ length: 250 }, () => '  - {code: A, label: 1, extra: 2}\n').join('');
    const mistakes = checkPolicy(edited('\npurposes:\n', `\npurposes:\n${purposes}`));
    expect(mistakes).toHaveLength(mistakesMax + 1);
    expect(mistakes.at(-1)?.code).toBe('MORE_MISTAKES');
    expect(mistakes.at(-1)?.message).toMatch(/^\d+ more mistakes/);
  });

  it('tells which text files stand beside it, and never names one elsewhere', () => {
    expect(namedTextFiles(good)).toEqual([{ language: 'ru', file: 'policy.ru.txt' }]);
    expect(namedTextFiles(edited('file: policy.ru.txt', 'file: ../../secret'))).toEqual([]);
    expect(namedTextFiles(edited('language: ru', 'language: de'))).toEqual([]);
    expect(namedTextFiles('[')).toEqual([]);
  });

  it('points at the key by a JSON pointer', () => {
    const { from, to } = cases['a BIN with a wrong check digit'] ?? { from: '', to: '' };
    expect(checkPolicy(edited(from, to))).toMatchObject([{ path: '/controller/bin', column: 8 }]);
  });

  it('is answered with lines, never an exception, whatever it holds', () => {
    const mutation = fc.record({
      at: fc.nat(good.length),
      cut: fc.nat(200),
      put: fc.oneof(
        fc.string({ unit: 'binary', maxLength: 20 }),
        fc.constantFrom(
          '\n',
          '  ',
          '- ',
          ': ',
          '[',
          '{',
          '*a',
          '&a ',
          '!!x ',
          "'",
          '"',
          '#',
          '|',
          '? ',
          '\t',
          'null',
          '~',
          '1',
        ),
      ),
    });
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
        let text = good;
        for (const { at, cut, put } of mutations) text = text.slice(0, at) + put + text.slice(at + cut);
        const lines = text.split(/\r\n|\n|\r/).length;
        for (const { line, column, path, code, message } of checkPolicy(text, { texts })) {
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(lines);
          expect(column).toBeGreaterThanOrEqual(1);
          expect(path === '' || path.startsWith('/')).toBe(true);
          expect(code).toMatch(/^[A-Z_]+$/);
          expect(message).not.toBe('');
        }
      }),
      { numRuns: 40 },
    );
  });

  it('is answered with lines when lines of it are dropped, doubled or swapped', () => {
    const rows = good.split('\n');
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(rows.length - 2), fc.nat(2)), { minLength: 1, maxLength: 3 }), (moves) => {
        const next = [...rows];
        for (const [row, move] of moves) {
          if (move === 0) next.splice(row, 1);
          else if (move === 1) next.splice(row, 0, next[row] ?? '');
          else next.splice(row, 2, next[row + 1] ?? '', next[row] ?? '');
        }
        for (const { line } of checkPolicy(next.join('\n'), { texts })) {
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(next.length);
        }
      }),
      { numRuns: 25 },
    );
  });
});
