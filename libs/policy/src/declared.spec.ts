// What does the Kiberon edition declare about a code?
import { readFileSync } from 'node:fs';
import { declared, type Fit, loadPolicy, type Policy } from './index.js';

const folder = `${import.meta.dirname}/../../../examples/kiberon`;
const texts = { ru: readFileSync(`${folder}/policy.ru.txt`, 'utf8') };
const loaded = loadPolicy(readFileSync(`${folder}/policy.yaml`, 'utf8'), { texts });
if (!loaded.ok) throw new Error('the example has mistakes');
const { policy } = loaded;
const kiberon = declared(policy);

describe('a declared category', () => {
  it('is an item of a group, with the clause that says so', () => {
    expect(kiberon.category('email')).toMatchObject({
      kind: 'item',
      open: false,
      ancestors: ['provided'],
      clause: '3.1',
      declared: 'text',
      dpv: ['pd:EmailAddress'],
    });
  });

  it('is open where the text leaves open what belongs to it', () => {
    expect(kiberon.category('requisites')).toMatchObject({
      kind: 'group',
      open: true,
      ancestors: ['provided'],
      clause: '3.1',
    });
    expect(kiberon.category('requisites')?.items).toContain('requisites.iban');
  });

  it('is a closed item of an open one, proposed, citing the clause of the open one', () => {
    expect(kiberon.category('requisites.iban')).toMatchObject({
      kind: 'item',
      open: false,
      ancestors: ['requisites', 'provided'],
      clause: '3.1',
      declared: 'proposed',
    });
  });

  it('is a heading of the text, open too, for it names no single kind', () => {
    expect(kiberon.category('automatic')).toMatchObject({ kind: 'group', open: true, ancestors: [], clause: '3.2' });
  });

  it.each(['biometrics', '', '__proto__', 'constructor', 'toString'])('is not %j', (code) => {
    expect(kiberon.category(code)).toBeUndefined();
    expect(kiberon.purpose(code)).toBeUndefined();
    expect(kiberon.recipientClass(code)).toBeUndefined();
    expect(kiberon.basis(code)).toBeUndefined();
    expect(kiberon.identifier(code)).toBeUndefined();
    expect(kiberon.retention(code, code)).toBeUndefined();
  });
});

describe('a claim by which data may go to a country', () => {
  const label = { ru: 'Германия', kk: 'Германия', en: 'Germany' };
  const claim = { code: 'germany', label, ground: 'kz.16.2', instrument: 'Convention 108', asserted_by: 'director' };
  const claiming = (more: object) =>
    declared({ ...policy, cross_border: [{ ...claim, declared: 'controller', countries: ['DE', 'FR'], ...more }] });

  it('is none where the policy makes none', () => {
    expect(kiberon.borderClaim('kz.16.2', 'DE', 'hosting-cloud')).toBeUndefined();
  });

  it('is about its ground and its countries, for whatever recipient', () => {
    const found = claiming({}).borderClaim('kz.16.2', 'FR', undefined);
    expect(found).toMatchObject({ code: 'germany', assertedBy: 'director', clause: '-' });
    expect(claiming({}).borderClaim('kz.16.2', 'US', undefined)).toBeUndefined();
    expect(claiming({}).borderClaim('kz.16.3.2', 'DE', undefined)).toBeUndefined();
  });

  it('binds the recipient classes that it names alone', () => {
    const bound = claiming({ recipients: ['hosting-cloud'] });
    expect(bound.borderClaim('kz.16.2', 'DE', 'hosting-cloud')).toBeDefined();
    expect(bound.borderClaim('kz.16.2', 'DE', 'payment-and-banks')).toBeUndefined();
    expect(bound.borderClaim('kz.16.2', 'DE', undefined)).toBeUndefined();
  });

  it('is none while it is only proposed', () => {
    expect(claiming({ declared: 'proposed' }).borderClaim('kz.16.2', 'DE', undefined)).toBeUndefined();
  });
});

describe('a declared purpose, class, basis, right or identifier', () => {
  it('cites its clause', () => {
    expect(kiberon.purpose('payment')).toMatchObject({ clause: '4', declared: 'text' });
    expect(kiberon.recipientClass('state-body')).toMatchObject({ clause: '6', dpv: ['dpv:Authority'] });
    expect(kiberon.right('withdraw')).toMatchObject({ clause: '8', articles: ['94-V:24(1)(5)', '94-V:8(2)'] });
  });

  it('cites nothing where the text says nothing', () => {
    expect(kiberon.purpose('accountability')).toMatchObject({ clause: '-', declared: 'controller' });
  });

  it('is a basis by the policy’s own code and by every code of the profile that it covers', () => {
    expect(kiberon.basis('legal-obligation')?.clause).toBe('5');
    expect(kiberon.basis('kz.9.10')?.code).toBe('legal-obligation');
    expect(kiberon.basis('kz.9.2-1')?.code).toBe('other-by-law');
    expect(kiberon.basis('kz.7.5')?.code).toBe('other-by-law');
    expect(kiberon.basis('legitimate-interest')).toBeUndefined();
  });

  it('is a scheme with what it identifies, its rank and the category it is held under', () => {
    expect(kiberon.identifier('iin')).toEqual({
      scheme: 'iin',
      identifies: 'person',
      rank: 30,
      category: 'requisites.iin',
      declared: 'controller',
    });
    expect(kiberon.identifier('cookie')).toMatchObject({ identifies: 'device', category: 'cookie' });
    expect(kiberon.identifier('ip')).toBeUndefined();
  });

  it('has a section to cite when something is undeclared', () => {
    const about = ['categories', 'purposes', 'bases', 'recipients', 'retention', 'rights', 'third-party-data'] as const;
    expect(about.map((section) => kiberon.sectionClause(section))).toEqual(['3', '4', '5', '6', '7', '8', '10']);
    expect(declared({ ...policy, sections: [] }).sectionClause('purposes')).toBe('-');
  });
});

describe('declared retention', () => {
  it.each([
    ['account', 'email', 'account'],
    ['support', 'enquiries.message', 'ticket'],
    ['support', 'form-data', 'enquiry'],
    ['support', 'form-data.request', 'enquiry'],
    ['service-access', 'email', 'account'],
    ['service-access', 'usage-history', 'subscription'],
    ['analytics', 'cookie', 'session'],
    ['analytics', 'usage-history', 'subscription'],
    ['contract', 'undeclared-category', 'contract'],
  ])('for %s of %s waits for the end of the %s', (purpose, category, relation) => {
    const rule = kiberon.retention(purpose, category);
    expect(rule).toMatchObject({ purpose, until: 'purpose-reached', relation, clause: '7' });
    expect(rule).not.toHaveProperty('term');
  });

  it('for proof records has a trigger and no term yet, and cites no clause', () => {
    expect(kiberon.retention('accountability', 'email')).toEqual({
      purpose: 'accountability',
      until: 'term',
      event: 'erasure-final',
      byItself: false,
      clause: '-',
      declared: 'proposed',
    });
  });

  it('says what becomes of it, who sees to that, and how its queue is read', () => {
    expect(kiberon.retention('analytics', 'session')).toMatchObject({ act: 'destroy', byItself: true });
    expect(kiberon.retention('account', 'email')).toMatchObject({ byItself: false });
    expect(kiberon.retentionQueue).toEqual({ soonDays: 30, overdueDays: 1 });
  });

  it('of an edition that says neither act nor queue waits for an officer, a month ahead', () => {
    const retention = { ...policy.retention };
    delete retention.queue;
    const rules: Policy['retention']['rules'] = [
      { purpose: 'support', until: 'term', term: 'P90D', obligation: 'debt' },
      { purpose: 'analytics', until: 'purpose-reached', event: 'purpose-ended' },
    ];
    const older = declared({ ...policy, retention: { ...retention, rules } });
    expect(older.retentionQueue).toEqual({ soonDays: 30, overdueDays: 1 });
    expect(older.retention('support', 'email')).toMatchObject({ obligation: 'debt', byItself: false });
    expect(older.retention('analytics', 'session')).toMatchObject({ event: 'purpose-ended', byItself: false });
  });

  it('takes the nearest of two rules that both contain a category', () => {
    const rules: Policy['retention']['rules'] = [
      { purpose: 'support', categories: ['provided'], until: 'purpose-reached', relation: 'account' },
      { purpose: 'support', categories: ['requisites'], until: 'term', relation: 'contract', term: 'P5Y' },
    ];
    const other = declared({ ...policy, retention: { ...policy.retention, rules } });
    expect(other.retention('support', 'requisites.iban')).toMatchObject({ relation: 'contract', term: 'P5Y' });
    expect(other.retention('support', 'email')).toMatchObject({ relation: 'account' });
    expect(other.retention('support', 'ip')).toBeUndefined();
  });

  it('by statute is unconfirmed until somebody confirms it, and reaches what its categories contain', () => {
    const rows = kiberon.statutoryRetention('requisites.iban');
    expect(rows.map(({ code }) => code)).toEqual(['contract-documents', 'payment-documents']);
    expect(rows.every(({ confirmed }) => !confirmed)).toBe(true);
    expect(kiberon.statutoryRetention('ip')).toEqual([]);
  });

  it('looks again after the review term what no rule covers', () => {
    expect(kiberon.reviewEvery).toBe('P1Y');
  });
});

describe('declared necessity and disclosure', () => {
  it.each<[string, string, Fit]>([
    ['email', 'account', 'fits'],
    ['pages-actions', 'payment', 'excessive'],
    ['requisites.iban', 'payment', 'fits'],
    ['requisites.iban', 'support', 'excessive'],
    ['ip', 'fraud-prevention', 'fits'],
    ['automatic', 'account', 'not-stated'],
    ['email', 'legal-compliance', 'not-stated'],
    ['email', 'unknown-purpose', 'not-stated'],
    ['unknown-category', 'account', 'not-stated'],
  ])('%s for %s: %s', (category, purpose, fit) => {
    expect(kiberon.categoryFitsPurpose(category, purpose)).toBe(fit);
  });

  it.each<[string, string, Fit]>([
    ['messaging', 'phone', 'fits'],
    ['messaging', 'requisites.iban', 'excessive'],
    ['hosting-cloud', 'requisites.iban', 'fits'],
    ['state-body', 'requisites.iin', 'not-stated'],
    ['unknown-class', 'email', 'not-stated'],
  ])('to %s of %s: %s', (recipient, category, fit) => {
    expect(kiberon.categoryFitsRecipient(recipient, category)).toBe(fit);
  });

  it('cites the clause that promises no more than is needed', () => {
    expect(kiberon.necessityClause('payment')).toBe('4');
    expect(kiberon.disclosureClause('messaging')).toBe('6');
    expect(kiberon.disclosureClause('state-body')).toBe('6');
  });
});
