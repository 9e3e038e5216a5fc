// Which facts are suspicious, and which are not?
import { type Facts } from '@derbes/kernel';
import { NotJudgeable, type Outside } from './case.js';
import { type SubjectEvent } from './catalogue.js';
import { articleOf, findingCodes, type Finding, type FindingCode } from './finding.js';
import { judgeSubject } from './judge-subject.js';
import { judgeLedger } from './judge.js';
import { emptyRegisters, foldRegisters } from './registers.js';
import { foldSubject } from './subject-fold.js';
import {
  brief,
  claimingEdition,
  collected,
  completeItems,
  consented,
  documents,
  gdprClaimingEdition,
  gdprEdition,
  laterEdition,
  minute,
  newId,
  outside,
  registered,
  registerEvents,
  registers,
  sampleEdition,
  shown,
  Teller,
  without,
} from './testing.js';
import { sampleSha256, sampleUuid } from './vocabulary.js';

/** What is found about the facts told, TERM_NOT_SET apart unless asked for. */
function judged(tell: (teller: Teller) => SubjectEvent | undefined, { edition = sampleEdition, by = outside } = {}) {
  const teller = new Teller(newId(), edition);
  const last = tell(teller);
  const all = judgeSubject(foldSubject(teller.events), by);
  return {
    all,
    last: all.filter(({ event, code }) => event === last?.id && code !== 'TERM_NOT_SET'),
    codes: brief(all.filter(({ event, code }) => event === last?.id && code !== 'TERM_NOT_SET')),
    of: (code: FindingCode): Finding | undefined => all.find((finding) => finding.code === code),
  };
}

const collecting = (facts: Facts = {}, items: Facts = {}) =>
  judged((to) => {
    to.tell('ConsentGiven', consented(items));
    return to.tell('DataCollected', collected(facts));
  });

/** A consent and a holding in `crm`, then the fact. */
const upon = (
  type: SubjectEvent['type'],
  facts: Facts,
  items: Facts = {},
  held: Facts = {},
  edition: string = sampleEdition,
) =>
  judged(
    (to) => {
      to.tell('ConsentGiven', consented(items));
      to.tell('DataCollected', collected({ categories: ['full-name', 'email'], purposes: ['account'], ...held }));
      return to.tell(type, facts);
    },
    { edition },
  );

const used = (facts: Facts = {}): Facts => ({
  categories: ['email'],
  purposes: ['account'],
  basis: { code: 'consent' },
  ...facts,
});
const sent = (facts: Facts = {}): Facts => ({
  categories: ['full-name'],
  purposes: ['payment'],
  basis: { code: 'consent' },
  recipient: 'good-bank',
  country: 'KZ',
  mode: 'sent',
  ...facts,
});
const abroad = (facts: Facts = {}): Facts => sent({ recipient: 'far-cloud', country: 'DE', ...facts });

describe('a collection', () => {
  it('with a covering consent, declared words, a known holder and a stated source is clean', () => {
    expect(collecting().codes).toEqual([]);
  });
  it('of a category that the edition does not name is found', () => {
    const { codes, of } = collecting({ categories: ['shoe-size'] });
    expect(codes).toContain('UNDECLARED_CATEGORY shoe-size');
    expect(of('UNDECLARED_CATEGORY')).toMatchObject({ clause: '3', article: '94-V:25(2)(1)', category: 'shoe-size' });
  });
  it('for a purpose that the edition does not name is found', () => {
    const { codes, of } = collecting({ purposes: ['marketing'] });
    expect(codes).toContain('UNDECLARED_PURPOSE marketing');
    expect(of('UNDECLARED_PURPOSE')).toMatchObject({ clause: '4', article: '94-V:14' });
  });
  it('of an open category must name a closed item of it', () => {
    const { of } = collecting({ categories: ['requisites'], purposes: ['payment'] });
    expect(of('OPEN_CATEGORY')).toMatchObject({
      clause: '3.1',
      params: { items: ['requisites.iban', 'requisites.iin'] },
    });
  });
  it('of a closed item of an open category is clean', () => {
    expect(collecting({ categories: ['requisites.iban'], purposes: ['payment'] }).codes).toEqual([]);
  });
  it('of a heading of the text is no closed item either', () => {
    expect(collecting({ categories: ['provided'] }).codes).toContain('OPEN_CATEGORY provided');
  });
  it('beyond what the purpose needs is found (Art. 7(9))', () => {
    const { of } = collecting({ categories: ['session'], purposes: ['account'] });
    expect(of('EXCESSIVE_FOR_PURPOSE')).toMatchObject({
      article: '94-V:7(9)',
      category: 'session',
      purpose: 'account',
    });
  });
  it('is not excessive where the edition says nothing about what the purpose needs', () => {
    expect(collecting({ categories: ['session'], purposes: ['support'] }).of('EXCESSIVE_FOR_PURPOSE')).toBeUndefined();
  });
  it('into a holder that nobody registered is found', () => {
    expect(collecting({ holder: 'attic' }).of('UNDECLARED_HOLDER')).toMatchObject({ params: { holder: 'attic' } });
  });
  it('into the ledger itself needs no registration', () => {
    expect(collecting({ holder: 'ledger' }).codes).toEqual([]);
  });
  it('into a holder registered only later is found, as of then', () => {
    const later = registered(
      'HolderRegistered',
      { holder: 'attic', countries: ['KZ'] },
      `holder-${newId()}`,
      '2026-12-01T00:00:00Z',
    );
    const by: Outside = { registers: foldRegisters([...registerEvents, later]), documents };
    const tell = (occurred: string) =>
      judged((to) => to.tell('DataCollected', collected({ holder: 'attic' }), occurred), { by });
    expect(tell('2026-11-30T00:00:00Z').of('UNDECLARED_HOLDER')).toBeDefined();
    expect(tell('2026-12-01T00:00:00Z').of('UNDECLARED_HOLDER')).toBeUndefined();
  });
  it('told within 24 hours is in time, a second later is not', () => {
    const told = (at: string) =>
      judged((to) => to.tell('DataCollected', collected(), '2026-11-20T09:00:00Z', { at })).codes.includes('TOLD_LATE');
    expect(told('2026-11-21T09:00:00Z')).toBe(false);
    expect(told('2026-11-21T09:00:01Z')).toBe(true);
  });
  it('has the finding id of event, code, category and purpose', () => {
    const [finding] = collecting({ categories: ['shoe-size'] }).last;
    expect(finding?.id).toBe(`${finding?.event}:UNDECLARED_CATEGORY:shoe-size:-`);
  });
  it('of one category told twice is found once', () => {
    const { codes } = collecting({ categories: ['shoe-size', 'shoe-size'] });
    expect(codes.filter((code) => code.startsWith('UNDECLARED_CATEGORY'))).toHaveLength(1);
  });
});

describe('the edition', () => {
  it('that is not in force when something occurs is found missing', () => {
    const { codes } = judged((to) => to.tell('DataCollected', collected(), '2025-06-01T00:00:00Z'), {
      edition: 'none',
    });
    expect(codes).toContain('NO_EDITION_IN_FORCE');
  });
  it('of the moment is looked up when the event names none', () => {
    const { codes } = judged((to) => to.tell('RelationStarted', { kind: 'account' }), { edition: 'none' });
    expect(codes).toEqual([]);
  });
  it('is not asked of a registration', () => {
    const { codes } = judged((to) => to.tell('SubjectRegistered', { kind: 'person' }, '2025-06-01T00:00:00Z'), {
      edition: 'none',
    });
    expect(codes).toEqual([]);
  });
  it('that the event names goes before a later one', () => {
    expect(collecting({ categories: ['requisites.card'] }).codes).toContain('UNDECLARED_CATEGORY requisites.card');
  });
  it('whose document is gone stops the judgement instead of guessing', () => {
    expect(() => judged((to) => to.tell('DataCollected', collected()), { edition: sampleSha256('9') })).toThrow(
      NotJudgeable,
    );
  });
  it('without any profile published stops the judgement too', () => {
    const by: Outside = { registers: emptyRegisters, documents };
    expect(() => judged((to) => to.tell('DataCollected', collected()), { by })).toThrow(NotJudgeable);
  });
});

describe('the basis', () => {
  it('must be stated', () => {
    const { of } = judged((to) => {
      return to.tell('DataCollected', without(collected(), 'basis'));
    });
    expect(of('NO_BASIS')).toMatchObject({ clause: '5', article: '94-V:7(1)' });
  });
  it.each(['legitimate-interest', 'legal-obligation', 'made-up'])('%s does not stand in Kazakhstan', (code) => {
    expect(collecting({ basis: { code } }).of('BASIS_NOT_IN_LAW')).toMatchObject({ params: { basis: code } });
  });
  it('of Art. 9 stands without a consent', () => {
    expect(judged((to) => to.tell('DataCollected', collected({ basis: { code: 'kz.9.1' } }))).codes).toEqual([]);
  });
  it('of the policy stands for the one row of the profile that it covers', () => {
    expect(judged((to) => to.tell('DataCollected', collected({ basis: { code: 'by-court' } }))).codes).toEqual([]);
  });
  it('of Art. 9(10) stands with law and article', () => {
    const basis = { code: 'kz.9.10', law: '120-VI', article: '190(1)' };
    expect(judged((to) => to.tell('DataCollected', collected({ basis }))).codes).toEqual([]);
  });
  it.each([
    [{ code: 'kz.9.10' }, ['law', 'article']],
    [{ code: 'kz.9.10', law: '120-VI' }, ['article']],
    [{ code: 'kz.9.10', article: '190(1)' }, ['law']],
  ])('of Art. 9(10) %j lacks %j', (basis, lacks) => {
    const { of } = judged((to) => to.tell('DataCollected', collected({ basis })));
    expect(of('BASIS_NOT_IN_LAW')).toMatchObject({ article: '94-V:9(10)', params: { lacks } });
  });
  it('says which codes could be named instead', () => {
    expect(collecting({ basis: { code: 'legal-obligation' } }).of('BASIS_NOT_IN_LAW')?.params['instead']).toContain(
      'kz.9.10',
    );
  });
  it('contract stands in Kazakhstan only with a consent', () => {
    const { of } = judged((to) => to.tell('DataCollected', collected({ basis: { code: 'contract' } })));
    expect(of('CONSENT_MISSING')).toMatchObject({ params: { basis: 'contract' } });
    expect(collecting({ basis: { code: 'contract' } }).codes).toEqual([]);
  });
  it('contract stands alone under the GDPR', () => {
    const { codes } = judged((to) => to.tell('DataCollected', collected({ basis: { code: 'contract' } })), {
      edition: gdprEdition,
    });
    expect(codes).toEqual([]);
  });
  it('legitimate interest stands under the GDPR', () => {
    const { codes } = judged((to) => to.tell('DataCollected', collected({ basis: { code: 'legitimate-interest' } })), {
      edition: gdprEdition,
    });
    expect(codes).toEqual([]);
  });
});

describe('a consent that a fact leans on', () => {
  const CONSENT_MISSING = 'CONSENT_MISSING email account';
  it('must have been given', () => {
    expect(judged((to) => to.tell('DataCollected', collected())).codes).toEqual([CONSENT_MISSING]);
  });
  it('must have been given before', () => {
    const { all } = judged((to) => {
      to.tell('DataCollected', collected(), minute(1));
      return to.tell('ConsentGiven', consented(), minute(2));
    });
    expect(brief(all)).toContain(CONSENT_MISSING);
  });
  it('given in the same second counts, whichever is told first', () => {
    const { all } = judged((to) => {
      to.tell('DataCollected', collected(), minute(1));
      return to.tell('ConsentGiven', consented(), minute(1));
    });
    expect(brief(all)).not.toContain(CONSENT_MISSING);
  });
  it('told late cures what occurred after it', () => {
    const { all } = judged((to) => {
      to.tell('DataCollected', collected(), minute(5), { at: minute(5) });
      return to.tell('ConsentGiven', consented(), minute(1), { at: minute(9) });
    });
    expect(brief(all)).not.toContain(CONSENT_MISSING);
  });
  it('is never an acknowledgement, which is named when there is nothing else', () => {
    const acknowledgement = newId();
    const { of } = judged((to) => {
      to.tell('PolicyAcknowledged', { shown, channel: 'web-form' }, undefined, { id: acknowledgement });
      return to.tell('DataCollected', collected());
    });
    expect(of('CONSENT_MISSING')?.params).toMatchObject({ acknowledgement });
  });
  it('is not the acknowledgement beside a consent that falls short', () => {
    const { of } = judged((to) => {
      to.tell('PolicyAcknowledged', { shown, channel: 'web-form' });
      to.tell('ConsentGiven', consented({ data: ['phone'] }));
      return to.tell('DataCollected', collected());
    });
    expect(of('CONSENT_MISSING')?.params).toMatchObject({ lacks: ['category'] });
    expect(of('CONSENT_MISSING')?.params['acknowledgement']).toBeUndefined();
  });
  it('that was refused is named as refused', () => {
    const refusal = newId();
    const { of } = judged((to) => {
      to.tell('ConsentRefused', { purposes: ['account'], channel: 'web-form', by: 'subject' }, undefined, {
        id: refusal,
      });
      return to.tell('DataCollected', collected());
    });
    expect(of('CONSENT_MISSING')?.params).toMatchObject({ refusal });
  });
  it('must name the category', () => {
    expect(collecting({}, { data: ['phone'] }).of('CONSENT_MISSING')?.params).toMatchObject({ lacks: ['category'] });
  });
  it('must name the purpose', () => {
    const { of } = judged((to) => {
      to.tell('ConsentGiven', consented({}, { purposes: ['support'] }));
      return to.tell('DataCollected', collected());
    });
    expect(of('CONSENT_MISSING')?.params).toMatchObject({ lacks: ['purpose'] });
  });
  it('that names a group covers the items that the shown text had in it', () => {
    expect(collecting({}, { data: ['provided'] }).codes).toEqual([]);
  });
  it('does not cover an item that a later edition put into the group', () => {
    const tell = (edition: string) =>
      judged(
        (to) => {
          to.tell('ConsentGiven', consented({ data: ['requisites'] }, { shown: { ...shown, edition } }));
          return to.tell('DataCollected', collected({ categories: ['requisites.card'], purposes: ['payment'] }));
        },
        { edition: laterEdition },
      ).of('CONSENT_MISSING');
    expect(tell(sampleEdition)).toBeDefined();
    expect(tell(laterEdition)).toBeUndefined();
  });
  it('does not cover a purpose that the shown text did not have', () => {
    const tell = (edition: string) =>
      judged(
        (to) => {
          to.tell('ConsentGiven', consented({}, { purposes: ['marketing'], shown: { ...shown, edition } }));
          return to.tell('DataCollected', collected({ purposes: ['marketing'] }));
        },
        { edition: laterEdition },
      ).of('CONSENT_MISSING');
    expect(tell(sampleEdition)).toMatchObject({ params: { lacks: ['purpose'] } });
    expect(tell(laterEdition)).toBeUndefined();
  });
  it('holds until its date', () => {
    const tell = (until: string) => collecting({}, { term: { until } }).of('CONSENT_MISSING');
    expect(tell('2026-11-20T00:01:00Z')).toBeUndefined();
    expect(tell('2026-11-20T00:00:30Z')).toMatchObject({ params: { lacks: ['term'] } });
  });
  it('holds until its purpose has ended (Art. 8(6))', () => {
    const { of } = judged((to) => {
      to.tell('ConsentGiven', consented());
      to.tell('PurposeEnded', { purpose: 'account' });
      return to.tell('DataUsed', used());
    });
    expect(of('CONSENT_MISSING')?.params).toMatchObject({ lacks: ['term'] });
  });
  it('given anew after its purpose ended holds again', () => {
    const { of } = judged((to) => {
      to.tell('PurposeEnded', { purpose: 'account' });
      to.tell('ConsentGiven', consented());
      return to.tell('DataUsed', used());
    });
    expect(of('CONSENT_MISSING')).toBeUndefined();
  });
  it('until the end of a relation ends with it', () => {
    const { of } = judged((to) => {
      to.tell('ConsentGiven', consented({ term: { untilEvent: 'contract-ended' } }));
      const relation = to.tell('RelationStarted', { kind: 'contract' }).id;
      to.tell('RelationEnded', { kind: 'contract', relation });
      return to.tell('DataUsed', used());
    });
    expect(of('CONSENT_MISSING')?.params).toMatchObject({ lacks: ['term'] });
  });
  it('that is named but does not cover gives way to one that does', () => {
    const { codes } = judged((to) => {
      const consent = to.tell('ConsentGiven', consented({ data: ['phone'] })).id;
      to.tell('ConsentGiven', consented());
      return to.tell('DataCollected', collected({ basis: { code: 'consent', consent } }));
    });
    expect(codes).toEqual([]);
  });
  it('is asked for each category and purpose', () => {
    const { codes } = judged((to) => {
      to.tell('ConsentGiven', consented({ data: ['email'] }, { purposes: ['account'] }));
      return to.tell('DataCollected', collected({ categories: ['email', 'phone'], purposes: ['account', 'support'] }));
    });
    expect(codes.filter((code) => code.startsWith('CONSENT_MISSING'))).toEqual([
      'CONSENT_MISSING email support',
      'CONSENT_MISSING phone account',
      'CONSENT_MISSING phone support',
    ]);
  });
});

describe('a withdrawal', () => {
  const withdrawn = (scope: Facts | undefined, then: [SubjectEvent['type'], Facts], items: Facts = {}) =>
    judged((to) => {
      const consent = to.tell('ConsentGiven', consented(items)).id;
      to.tell('DataCollected', collected({ categories: ['full-name', 'email'] }));
      to.tell('ConsentWithdrawn', { consent, received: minute(2), ...(scope ? { scope } : {}) });
      return to.tell(...then);
    });
  it('of the whole consent takes away every use', () => {
    const { codes, of } = withdrawn(undefined, ['DataUsed', used()]);
    expect(codes).toEqual(['CONSENT_WITHDRAWN email account']);
    expect(of('CONSENT_WITHDRAWN')).toMatchObject({ article: '94-V:8(7)' });
  });
  it('of one purpose leaves the others', () => {
    expect(withdrawn({ purposes: ['support'] }, ['DataUsed', used()]).codes).toEqual([]);
    expect(withdrawn({ purposes: ['account'] }, ['DataUsed', used()]).codes).toEqual([
      'CONSENT_WITHDRAWN email account',
    ]);
  });
  it('of one category leaves the others', () => {
    expect(withdrawn({ categories: ['phone'] }, ['DataUsed', used()]).codes).toEqual([]);
    expect(withdrawn({ categories: ['email'] }, ['DataUsed', used()]).codes).toEqual([
      'CONSENT_WITHDRAWN email account',
    ]);
  });
  it('of transfers alone leaves use (Art. 24(1)(5))', () => {
    expect(withdrawn({ thirdParties: 'yes' }, ['DataUsed', used()]).codes).toEqual([]);
    expect(withdrawn({ thirdParties: 'yes' }, ['DataTransferred', sent()]).codes).toEqual([
      'CONSENT_WITHDRAWN full-name payment',
    ]);
  });
  it('of one recipient leaves the others', () => {
    expect(withdrawn({ recipients: ['far-cloud'] }, ['DataTransferred', sent()]).codes).toEqual([]);
    expect(withdrawn({ recipients: ['good-bank'] }, ['DataTransferred', sent()]).codes).toEqual([
      'CONSENT_WITHDRAWN full-name payment',
    ]);
  });
  it('of crossing the border leaves the ground missing', () => {
    const { codes } = withdrawn({ crossBorder: 'yes' }, ['DataTransferred', abroad()], {
      crossBorder: { allowed: 'yes' },
    });
    expect(codes).toEqual(['CROSS_BORDER_WITHOUT_GROUND full-name payment']);
  });
  it('of publication forbids publishing alone', () => {
    const items = { publication: { allowed: 'yes' } };
    const published = { categories: ['full-name'], purposes: ['account'], basis: { code: 'consent' }, place: 'site' };
    expect(withdrawn({ publication: 'yes' }, ['DataPublished', published], items).codes).toEqual([
      'CONSENT_WITHDRAWN full-name account',
    ]);
    expect(withdrawn({ publication: 'yes' }, ['DataUsed', used()], items).codes).toEqual([]);
  });
  it('is followed by a new consent that stands', () => {
    const { codes } = judged((to) => {
      const consent = to.tell('ConsentGiven', consented()).id;
      to.tell('DataCollected', collected());
      to.tell('ConsentWithdrawn', { consent, received: minute(2) });
      to.tell('ConsentGiven', consented());
      return to.tell('DataUsed', used());
    });
    expect(codes).toEqual([]);
  });
  it('has no effect on a contract while something is owed (Art. 8(2))', () => {
    const tell = (closed: boolean, code: string) =>
      judged((to) => {
        const consent = to.tell('ConsentGiven', consented()).id;
        to.tell('DataCollected', collected({ basis: { code: 'contract' } }));
        const obligation = to.tell('ObligationOpened', { kind: 'debt' }).id;
        to.tell('ConsentWithdrawn', { consent, received: minute(2) });
        if (closed) to.tell('ObligationClosed', { obligation });
        return to.tell('DataUsed', used({ basis: { code } }));
      }).codes;
    expect(tell(false, 'contract')).toEqual([]);
    expect(tell(true, 'contract')).toEqual(['CONSENT_WITHDRAWN email account']);
    expect(tell(false, 'consent')).toEqual(['CONSENT_WITHDRAWN email account']);
  });
  it('of a consent that nobody gave changes nothing', () => {
    const { codes } = judged((to) => {
      to.tell('ConsentGiven', consented());
      to.tell('DataCollected', collected());
      to.tell('ConsentWithdrawn', { consent: newId(), received: minute(2) });
      return to.tell('DataUsed', used());
    });
    expect(codes).toEqual([]);
  });
});

describe('a consent itself', () => {
  const giving = (facts: Facts, edition = sampleEdition) => judged((to) => to.tell('ConsentGiven', facts), { edition });
  it('with items 1 to 7 and the text in force is clean', () => {
    expect(giving(consented()).codes).toEqual([]);
  });
  it.each([
    ['operator', 'operator'],
    ['subjectName', 'subject'],
    ['term', 'term'],
    ['thirdParties', 'third-parties'],
    ['crossBorder', 'cross-border'],
    ['publication', 'publication'],
    ['data', 'data'],
  ])('without %s is incomplete (Art. 8(4))', (field, item) => {
    const items = without(completeItems, field);
    const found = giving({ ...consented(), items }).of('CONSENT_INCOMPLETE');
    expect(found).toMatchObject({ params: { items: [item] } });
    expect(found?.article).toMatch(/^94-V:8\(4\)\([1-7]\)$/);
  });
  it('with an empty term is incomplete', () => {
    expect(giving(consented({ term: {} })).of('CONSENT_INCOMPLETE')).toMatchObject({ params: { items: ['term'] } });
  });
  it('names all the items that lack', () => {
    expect(giving({ ...consented(), items: {} }).of('CONSENT_INCOMPLETE')?.params['items']).toHaveLength(7);
  });
  it('under the GDPR needs the items of that profile', () => {
    const { of } = giving({ ...consented({}, { shown: { ...shown, edition: gdprEdition } }), items: {} }, gdprEdition);
    expect(of('CONSENT_INCOMPLETE')?.params['items']).toEqual(['operator', 'data']);
  });
  it('to a text that was not in force is found', () => {
    const { of } = giving(consented({}, { shown: { ...shown, edition: laterEdition } }));
    expect(of('SHOWN_NOT_IN_FORCE')).toMatchObject({
      clause: '12',
      params: { shown: laterEdition, inForce: sampleEdition },
    });
  });
  it('to no text at all is found', () => {
    expect(giving(without(consented(), 'shown')).codes).toEqual(['SHOWN_NOT_IN_FORCE']);
  });
  it('to an undeclared purpose or category is found', () => {
    const { codes } = giving(consented({ data: ['shoe-size'] }, { purposes: ['marketing'] }));
    expect(codes).toEqual(['UNDECLARED_CATEGORY shoe-size', 'UNDECLARED_PURPOSE marketing']);
  });
  it('may name an open category, as the text does', () => {
    expect(giving(consented({ data: ['requisites'] })).codes).toEqual([]);
  });
});

describe('an acknowledgement', () => {
  it('of the text in force is clean', () => {
    expect(judged((to) => to.tell('PolicyAcknowledged', { shown, channel: 'web-form' })).codes).toEqual([]);
  });
  it('of another text is found', () => {
    const facts = { shown: { ...shown, edition: laterEdition }, channel: 'web-form' };
    expect(judged((to) => to.tell('PolicyAcknowledged', facts)).codes).toEqual(['SHOWN_NOT_IN_FORCE']);
  });
});

describe('a transfer', () => {
  const passed = (facts: Facts, items: Facts = {}, edition?: string) =>
    upon('DataTransferred', facts, items, {}, edition);
  it('to a registered recipient of a class that the consent names is clean', () => {
    expect(passed(sent()).codes).toEqual([]);
  });
  it('to somebody nobody registered is found', () => {
    expect(passed(sent({ recipient: 'stranger' })).of('UNDECLARED_RECIPIENT')).toMatchObject({
      clause: '6',
      params: { recipient: 'stranger', lacks: 'registration' },
    });
  });
  it('to a class that the edition does not name is found', () => {
    expect(passed(sent({ recipient: 'odd-class' })).of('UNDECLARED_RECIPIENT')).toMatchObject({
      params: { lacks: 'class' },
    });
  });
  it('to a recipient without an undertaking is found (Art. 10(1))', () => {
    expect(passed(sent({ recipient: 'no-promise' })).of('RECIPIENT_WITHOUT_UNDERTAKING')).toMatchObject({
      article: '94-V:10(1)',
    });
  });
  it('after the undertaking ended is found, on its last day it is not', () => {
    const on = (occurred: string) =>
      judged((to) => {
        to.tell('ConsentGiven', consented());
        to.tell('DataCollected', collected({ categories: ['full-name'] }));
        return to.tell('DataTransferred', sent(), occurred);
      }).of('RECIPIENT_WITHOUT_UNDERTAKING');
    expect(on('2027-01-01T23:59:59Z')).toBeUndefined();
    expect(on('2027-01-02T00:00:00Z')).toMatchObject({ params: { until: '2027-01-01' } });
  });
  it('that the law itself orders needs no undertaking', () => {
    const facts = sent({ recipient: 'no-promise', basis: { code: 'kz.9.1' } });
    expect(passed(facts).of('RECIPIENT_WITHOUT_UNDERTAKING')).toBeUndefined();
  });
  it('to a suspended recipient is found from the moment of suspension on', () => {
    const suspension = registered(
      'RecipientSuspended',
      { recipient: 'good-bank', from: '2026-11-20T00:10:00Z', ground: 'undertaking-broken' },
      `recipient-${sampleUuid(40)}`,
      '2026-11-20T00:05:00Z',
    );
    const by: Outside = { registers: foldRegisters([suspension], registers), documents };
    const on = (occurred: string) =>
      judged((to) => to.tell('DataTransferred', sent(), occurred), { by }).of('RECIPIENT_SUSPENDED');
    expect(on('2026-11-20T00:09:59Z')).toBeUndefined();
    expect(on('2026-11-20T00:10:00Z')).toMatchObject({ params: { ground: 'undertaking-broken' } });
  });
  it('of more than the class may get is found', () => {
    const { of } = passed(sent({ categories: ['email'] }));
    expect(of('EXCESSIVE_FOR_RECIPIENT')).toMatchObject({ category: 'email', params: { beyond: 'class' } });
  });
  it('of more than this recipient is registered for is found', () => {
    const { of } = passed(sent({ recipient: 'no-promise', categories: ['session'] }));
    expect(of('EXCESSIVE_FOR_RECIPIENT')).toMatchObject({ category: 'session', params: { beyond: 'register' } });
  });
  it('for a purpose that the recipient is not registered for is found', () => {
    expect(passed(sent({ purposes: ['support'] })).codes).toContain('EXCESSIVE_FOR_RECIPIENT support');
  });
  it('of an item of a registered group is not excessive', () => {
    expect(passed(sent({ categories: ['requisites.iban'] })).of('EXCESSIVE_FOR_RECIPIENT')).toBeUndefined();
  });
  it('that item 4 forbids has no consent (Art. 7(6))', () => {
    expect(passed(sent(), { thirdParties: { allowed: 'no' } }).of('CONSENT_MISSING')).toMatchObject({
      article: '94-V:7(6)',
      params: { lacks: ['third-parties'] },
    });
  });
  it('to a class that item 4 does not list has no consent', () => {
    const { of } = passed(sent(), { thirdParties: { allowed: 'yes', classes: ['hosting-cloud'] } });
    expect(of('CONSENT_MISSING')?.params).toMatchObject({ lacks: ['third-parties'] });
  });
  it('to a recipient that item 4 names is covered', () => {
    expect(passed(sent(), { thirdParties: { allowed: 'yes', recipients: ['good-bank'] } }).codes).toEqual([]);
  });
  it('to any declared class is covered when item 4 lists none', () => {
    expect(passed(sent(), { thirdParties: { allowed: 'yes' } }).codes).toEqual([]);
  });
  it('abroad without a ground is found (Art. 16)', () => {
    expect(passed(abroad()).codes).toEqual(['CROSS_BORDER_WITHOUT_GROUND full-name payment']);
  });
  it('abroad is clean when item 5 allows the country', () => {
    expect(passed(abroad(), { crossBorder: { allowed: 'yes', countries: ['DE'] } }).codes).toEqual([]);
  });
  it('to a country that item 5 does not name is found', () => {
    expect(passed(abroad(), { crossBorder: { allowed: 'yes', countries: ['FR'] } }).codes).toEqual([
      'CROSS_BORDER_WITHOUT_GROUND full-name payment',
    ]);
  });
  it('abroad on a ground that no law knows is found', () => {
    expect(passed(abroad({ ground: 'because' })).of('CROSS_BORDER_WITHOUT_GROUND')).toMatchObject({
      params: { ground: 'because' },
    });
  });
  it('abroad by a treaty needs the treaty named', () => {
    const found = (basis: Facts) =>
      passed(abroad({ ground: 'kz.16.3.2', basis }), {}).of('CROSS_BORDER_WITHOUT_GROUND');
    expect(found({ code: 'consent' })).toMatchObject({ article: '94-V:16(3)(2)', params: { lacks: ['law'] } });
    expect(found({ code: 'consent', law: '32-VI' })).toBeUndefined();
  });
  it('abroad by consent needs that consent', () => {
    expect(passed(abroad({ ground: 'kz.16.3.1' })).codes).toEqual(['CROSS_BORDER_WITHOUT_GROUND full-name payment']);
  });
  it('abroad because that state protects personal data needs somebody to claim it (Art. 16(2))', () => {
    const found = (country: string, edition?: string) =>
      passed(abroad({ ground: 'kz.16.2', country }), {}, edition).of('CROSS_BORDER_WITHOUT_GROUND');
    expect(found('DE')).toMatchObject({ article: '94-V:16(2)', params: { lacks: ['adequacy-claim'] } });
    expect(found('DE', claimingEdition)).toBeUndefined();
    expect(found('FR', claimingEdition)).toMatchObject({ params: { lacks: ['adequacy-claim'] } });
    expect(found('US', claimingEdition)).toMatchObject({ params: { lacks: ['adequacy-claim'] } });
  });
  it('abroad under a safeguard binds the recipients that it names (GDPR Art. 45, 46)', () => {
    const found = (facts: Facts) => passed(abroad(facts), {}, gdprClaimingEdition).of('CROSS_BORDER_WITHOUT_GROUND');
    expect(found({ ground: 'gdpr.46' })).toBeUndefined();
    expect(found({ ground: 'gdpr.46', recipient: 'good-bank' })).toMatchObject({ params: { lacks: ['safeguard'] } });
    expect(found({ ground: 'gdpr.46', recipient: 'stranger' })).toMatchObject({ params: { lacks: ['safeguard'] } });
    expect(found({ ground: 'gdpr.47' })).toMatchObject({ article: 'GDPR:47', params: { lacks: ['safeguard'] } });
    expect(found({ ground: 'gdpr.45', country: 'JP' })).toBeUndefined();
    expect(found({ ground: 'gdpr.45' })).toMatchObject({ article: 'GDPR:45' });
  });
  it('at home crosses no border', () => {
    expect(passed(sent()).of('CROSS_BORDER_WITHOUT_GROUND')).toBeUndefined();
  });
  it('by giving access is judged as one by sending (Art. 1(15))', () => {
    expect(passed(sent({ mode: 'access', recipient: 'stranger' })).codes).toEqual(
      passed(sent({ mode: 'sent', recipient: 'stranger' })).codes,
    );
  });
});

describe('a publication', () => {
  const published = { categories: ['full-name'], purposes: ['account'], basis: { code: 'consent' }, place: 'site' };
  it('that item 6 forbids has no consent', () => {
    expect(upon('DataPublished', published).of('CONSENT_MISSING')?.params).toMatchObject({ lacks: ['publication'] });
  });
  it('that item 6 allows is clean', () => {
    expect(upon('DataPublished', published, { publication: { allowed: 'yes' } }).codes).toEqual([]);
  });
  it('taken down is clean', () => {
    expect(upon('DataUnpublished', { categories: ['full-name'], place: 'site' }).codes).toEqual([]);
  });
});

describe('where data is kept', () => {
  it('abroad alone is found (Art. 12(2))', () => {
    expect(collecting({ holder: 'cloud' }).of('NOT_LOCALISED')).toMatchObject({
      article: '94-V:12(2)',
      params: { holder: 'cloud', countries: ['DE'] },
    });
  });
  it('abroad beside a base at home is a copy', () => {
    const { codes } = judged((to) => {
      to.tell('ConsentGiven', consented());
      to.tell('DataCollected', collected());
      return to.tell('DataCollected', collected({ holder: 'cloud' }));
    });
    expect(codes).toEqual([]);
  });
  it('abroad after the base at home is gone is found', () => {
    const { codes } = judged((to) => {
      to.tell('ConsentGiven', consented());
      to.tell('DataCollected', collected());
      to.tell('DataDestroyed', {
        manner: 'destroyed',
        categories: ['email'],
        holder: 'crm',
        ground: 'x',
        method: 'shredding',
      });
      return to.tell('DataCollected', collected({ holder: 'cloud' }));
    });
    expect(codes).toEqual(['NOT_LOCALISED email']);
  });
  it('in a country stated with the fact goes before the holder s own', () => {
    expect(collecting({ country: 'DE' }).codes).toEqual(['NOT_LOCALISED email']);
    expect(collecting({ holder: 'cloud', country: 'KZ' }).codes).toEqual([]);
  });
  it('is no question under the GDPR', () => {
    const { of } = judged((to) => to.tell('DataCollected', collected({ holder: 'cloud' })), { edition: gdprEdition });
    expect(of('NOT_LOCALISED')).toBeUndefined();
  });
});

describe('a block', () => {
  const blocked = (then: [SubjectEvent['type'], Facts], block: Facts = {}, unblock?: Facts) =>
    judged((to) => {
      to.tell('ConsentGiven', consented());
      to.tell('DataCollected', collected({ categories: ['full-name', 'email'] }));
      to.tell('DataBlocked', { categories: ['email'], ground: 'breach-reported', ...block });
      if (unblock) to.tell('DataUnblocked', { categories: ['email'], ground: 'breach-not-confirmed', ...unblock });
      return to.tell(...then);
    }).codes;
  const destroyed = { manner: 'destroyed', categories: ['email'], holder: 'crm', ground: 'x', method: 'shredding' };
  const found = 'SUBJECT_BLOCKED email';
  it.each<[string, [SubjectEvent['type'], Facts]]>([
    ['collection', ['DataCollected', collected()]],
    ['use', ['DataUsed', used()]],
    ['correction', ['DataCorrected', { categories: ['email'], holder: 'crm', role: 'private', ground: 'x' }]],
    ['destruction', ['DataDestroyed', destroyed]],
    ['anonymisation', ['DataDestroyed', { ...destroyed, manner: 'anonymised', method: 'aggregation' }]],
    ['transfer', ['DataTransferred', sent({ categories: ['email'] })]],
    ['publication', ['DataPublished', { categories: ['email'], place: 'site', basis: { code: 'consent' } }]],
    [
      'an automated decision',
      ['AutomatedDecisionMade', { categories: ['email'], purposes: ['account'], effect: 'none' }],
    ],
  ])('stops %s (Art. 1(3))', (_, then) => {
    expect(blocked(then)).toContain(found);
  });
  it('leaves other categories', () => {
    expect(blocked(['DataUsed', used({ categories: ['full-name'] })])).toEqual([]);
  });
  it('of one holder leaves another', () => {
    expect(blocked(['DataCollected', collected({ holder: 'ledger' })], { holder: 'crm' })).toEqual([]);
    expect(blocked(['DataCollected', collected()], { holder: 'crm' })).toEqual([found]);
  });
  it('of one holder stops a use that names none', () => {
    expect(blocked(['DataUsed', used()], { holder: 'crm' })).toEqual([found]);
  });
  it('ends when unblocked', () => {
    expect(blocked(['DataUsed', used()], {}, {})).toEqual([]);
  });
  it('of all, unblocked for one holder, stands for the others', () => {
    expect(blocked(['DataUsed', used({ holder: 'crm' })], {}, { holder: 'crm' })).toEqual([]);
    expect(blocked(['DataCollected', collected({ holder: 'ledger' })], {}, { holder: 'crm' })).toEqual([found]);
  });
  it('of an open category stops its items', () => {
    const { codes } = judged((to) => {
      to.tell('ConsentGiven', consented());
      to.tell('DataBlocked', { categories: ['requisites'], ground: 'breach-reported' });
      return to.tell('DataCollected', collected({ categories: ['requisites.iban'], purposes: ['payment'] }));
    });
    expect(codes).toEqual(['SUBJECT_BLOCKED requisites.iban']);
  });
});

describe('what is held', () => {
  it('cannot be used before anybody told of it', () => {
    expect(upon('DataUsed', used({ categories: ['phone'] })).codes).toEqual(['UNTOLD_HOLDING phone']);
  });
  it('cannot be used in a holder that has it not', () => {
    expect(upon('DataUsed', used({ holder: 'ledger' })).codes).toEqual(['UNTOLD_HOLDING email']);
  });
  it('cannot be destroyed where it never was', () => {
    const facts = { manner: 'destroyed', categories: ['phone'], holder: 'crm', ground: 'x', method: 'shredding' };
    expect(upon('DataDestroyed', facts).codes).toEqual(['UNTOLD_HOLDING phone']);
  });
  const after = (manner: string, then: [SubjectEvent['type'], Facts]) =>
    judged((to) => {
      to.tell('ConsentGiven', consented());
      to.tell('DataCollected', collected());
      to.tell('DataDestroyed', { manner, categories: ['email'], holder: 'crm', ground: 'x', method: 'shredding' });
      return to.tell(...then);
    }).codes;
  const destroying = (manner: string): [SubjectEvent['type'], Facts] => [
    'DataDestroyed',
    { manner, categories: ['email'], holder: 'crm', ground: 'x', method: 'shredding' },
  ];
  it.each(['deleted', 'destroyed', 'anonymised'])('cannot be used after it was %s', (manner) => {
    expect(after(manner, ['DataUsed', used()])).toEqual(['HOLDING_GONE email']);
  });
  it('that is deleted can still be destroyed with its copies', () => {
    expect(after('deleted', destroying('destroyed'))).toEqual([]);
  });
  it('that is destroyed cannot be destroyed again', () => {
    expect(after('destroyed', destroying('destroyed'))).toEqual(['HOLDING_GONE email']);
    expect(after('deleted', destroying('deleted'))).toEqual(['HOLDING_GONE email']);
  });
  it('that was collected again can be used again', () => {
    const { codes } = judged((to) => {
      to.tell('ConsentGiven', consented());
      to.tell('DataCollected', collected());
      to.tell(...destroying('destroyed'));
      to.tell('DataCollected', collected());
      return to.tell('DataUsed', used());
    });
    expect(codes).toEqual([]);
  });
  it('told late of counts from when it occurred', () => {
    const { all } = judged((to) => {
      to.tell('ConsentGiven', consented(), minute(0));
      to.tell('DataUsed', used(), minute(5), { at: minute(5) });
      return to.tell('DataCollected', collected(), minute(2), { at: minute(6) });
    });
    expect(brief(all)).not.toContain('UNTOLD_HOLDING email');
  });
});

describe('anonymisation', () => {
  const by = (method: string, manner = 'anonymised') =>
    upon('DataDestroyed', { manner, categories: ['email'], holder: 'crm', ground: 'purpose-reached', method }).codes;
  it.each(['hash', 'keyed-hash', 'mask', 'token', 'pseudonym', 'aes.encryption'])(
    'by %s is none (Art. 1(7))',
    (method) => {
      expect(by(method)).toEqual(['NOT_ANONYMISED email']);
    },
  );
  it('by aggregation is one', () => {
    expect(by('aggregation')).toEqual([]);
  });
  it('is not what a deletion claims to be', () => {
    expect(by('hash', 'deleted')).toEqual([]);
  });
});

describe('the term', () => {
  const termed = (tell: (teller: Teller) => void) => {
    const teller = new Teller();
    tell(teller);
    return judgeSubject(foldSubject(teller.events), outside).filter(({ code }) => code === 'TERM_NOT_SET');
  };
  it('of a holding whose relation is open is set', () => {
    expect(
      termed((to) => {
        to.tell('DataCollected', collected());
        to.tell('RelationStarted', { kind: 'account' });
      }),
    ).toEqual([]);
  });
  it('of a holding without the relation that would end it is not set', () => {
    const [finding] = termed((to) => void to.tell('DataCollected', collected()));
    expect(finding).toMatchObject({ clause: '7', params: { lacks: 'account', review: 'P1Y', holder: 'crm' } });
  });
  it('of a purpose without a rule is not set', () => {
    const [finding] = termed(
      (to) => void to.tell('DataCollected', collected({ categories: ['session'], purposes: ['analytics'] })),
    );
    expect(finding).toMatchObject({ purpose: 'analytics', params: { lacks: 'rule' } });
  });
  it('of a rule that says a term and gives none is not set', () => {
    const [finding] = termed((to) => void to.tell('DataCollected', collected({ purposes: ['accountability'] })));
    expect(finding).toMatchObject({ params: { lacks: 'term' } });
  });
  it('is set by a consent with a date', () => {
    expect(
      termed((to) => {
        to.tell('ConsentGiven', consented({ term: { until: '2027-01-01T00:00:00Z' } }));
        to.tell('DataCollected', collected());
      }),
    ).toEqual([]);
  });
  it('stands on the event that began the holding', () => {
    const teller = new Teller();
    const first = teller.tell('DataCollected', collected());
    teller.tell('DataCollected', collected());
    const found = judgeSubject(foldSubject(teller.events), outside).filter(({ code }) => code === 'TERM_NOT_SET');
    expect(found.map(({ event }) => event)).toEqual([first.id]);
  });
  it('is no question for what is gone', () => {
    expect(
      termed((to) => {
        to.tell('DataCollected', collected());
        to.tell('DataDestroyed', {
          manner: 'destroyed',
          categories: ['email'],
          holder: 'crm',
          ground: 'x',
          method: 'shredding',
        });
      }),
    ).toEqual([]);
  });
  it('is set once the purpose has ended', () => {
    expect(
      termed((to) => {
        to.tell('DataCollected', collected());
        to.tell('PurposeEnded', { purpose: 'account' });
      }),
    ).toEqual([]);
  });
});

describe('the source', () => {
  const uploader = `organisation-${sampleUuid(50)}`;
  const uploaded = { kind: 'uploaded', uploader, declaredBasis: 'contract', acceptance: 'yes' };
  const open = { kind: 'public-source', link: 'yes', ground: 'kz.7.3', fetched: minute(0), case: 'due-diligence' };
  const from = (origin: Facts) => collecting({ origin });
  it('unknown is found', () => {
    expect(from({ kind: 'unknown' }).of('SOURCE_NOT_STATED')).toMatchObject({
      article: '94-V:24(1)(1)',
      params: { lacks: ['kind'] },
    });
  });
  it('of data from before the ledger may be unknown, and is found', () => {
    const { codes } = judged((to) => {
      to.tell('ConsentGiven', consented());
      const since = { moment: '2024-01-01T00:00:00Z', precision: 'not-later-than' };
      return to.tell('DataDeclared', collected({ origin: { kind: 'unknown' }, since }));
    });
    expect(codes).toEqual(['SOURCE_NOT_STATED']);
  });
  it('third party must be named', () => {
    expect(from({ kind: 'third-party' }).of('SOURCE_NOT_STATED')?.params).toMatchObject({ lacks: ['recipient'] });
    expect(from({ kind: 'third-party', recipient: 'good-bank' }).codes).toEqual([]);
  });
  it('upload by an organisation that declared its basis and accepted clause 10 is clean', () => {
    expect(from(uploaded).codes).toEqual([]);
  });
  it.each([
    ['uploader', 'uploader'],
    ['declaredBasis', 'declared-basis'],
    ['acceptance', 'acceptance'],
  ])('upload without %s is found', (field, lack) => {
    expect(from(without(uploaded, field)).of('SOURCE_NOT_STATED')).toMatchObject({
      clause: '10',
      params: { lacks: [lack] },
    });
  });
  it('upload without acceptance of clause 10 is found', () => {
    expect(from({ ...uploaded, acceptance: 'no' }).of('SOURCE_NOT_STATED')?.params).toMatchObject({
      lacks: ['acceptance'],
    });
  });
  it('public with link, ground, moment and case is clean', () => {
    expect(from(open).codes).toEqual([]);
  });
  it('public without a link is found (Art. 7(5))', () => {
    const origin = without(open, 'link');
    expect(from(origin).of('SOURCE_LINK_MISSING')).toMatchObject({ article: '94-V:7(5)' });
  });
  it('public on the basis of Art. 7(5) without a link is a missing link, not a missing basis', () => {
    const origin = without(open, 'link');
    const { codes } = judged((to) => to.tell('DataCollected', collected({ origin, basis: { code: 'kz.7.5' } })));
    expect(codes).toEqual(['SOURCE_LINK_MISSING']);
  });
  it.each(['ground', 'fetched', 'case'] as const)('public without %s is found (Art. 7(11))', (field) => {
    expect(from(without(open, field)).of('SOURCE_NOT_STATED')?.params).toMatchObject({ lacks: [field] });
  });
  it('subject or automatic needs nothing more', () => {
    expect(from({ kind: 'subject' }).codes).toEqual([]);
    expect(from({ kind: 'automatic' }).codes).toEqual([]);
  });
});

describe('a copy of an identity document', () => {
  it('is found (Art. 7(10))', () => {
    expect(collecting({ documentCopy: 'yes' }).of('ID_COPY')).toMatchObject({ article: '94-V:7(10)' });
  });
  it('that a law asks for is not', () => {
    expect(collecting({ documentCopy: 'yes', basis: { code: 'kz.9.1' } }).codes).toEqual([]);
  });
});

describe('an automated decision', () => {
  const decided = (facts: Facts, items: Facts = {}) =>
    upon(
      'AutomatedDecisionMade',
      { categories: ['email'], purposes: ['account'], effect: 'right-ended', ...facts },
      items,
    );
  it('about a right without a ground is found (Art. 19-1)', () => {
    expect(decided({}).of('AUTOMATED_WITHOUT_GROUND')).toMatchObject({
      article: '94-V:19-1',
      params: { effect: 'right-ended' },
    });
  });
  it('about a right with a covering consent is clean', () => {
    expect(decided({ basis: { code: 'consent' } }).codes).toEqual([]);
  });
  it('about a right with a consent that does not cover is found', () => {
    expect(decided({ basis: { code: 'consent' } }, { data: ['phone'] }).of('AUTOMATED_WITHOUT_GROUND')).toBeDefined();
  });
  it('about a right by law is clean', () => {
    expect(decided({ basis: { code: 'kz.9.10', law: '120-VI', article: '26' } }).codes).toEqual([]);
  });
  it('without effect on a right is a use like any other', () => {
    expect(decided({ effect: 'none' }).codes).toEqual(['NO_BASIS']);
    expect(decided({ effect: 'none', basis: { code: 'consent' } }).codes).toEqual([]);
  });
});

describe('a contested identifier', () => {
  const contested = (kind: string, rank: string) =>
    judged((to) => {
      to.tell('SubjectRegistered', { kind });
      return to.tell('IdentifierContested', { scheme: 'email', rank, other: newId() });
    }).codes;
  it('of another person is a conflict', () => {
    expect(contested('person', 'weaker')).toEqual(['IDENTIFIERS_CONFLICT']);
    expect(contested('person', 'equal')).toEqual(['IDENTIFIERS_CONFLICT']);
  });
  it('of a cookie beside its person is none', () => {
    expect(contested('device', 'weaker')).toEqual([]);
  });
  it('of two devices is a conflict', () => {
    expect(contested('device', 'equal')).toEqual(['IDENTIFIERS_CONFLICT']);
  });
});

describe('the ledger itself', () => {
  it('without a responsible person is found, on LedgerOpened', () => {
    const opened = newId();
    const others = registerEvents.filter(({ type }) => type !== 'OfficerAppointed');
    const by: Outside = { registers: foldRegisters(others), documents };
    expect(judgeLedger(opened, by, minute(0))).toMatchObject([
      { event: opened, code: 'NO_RESPONSIBLE_PERSON', article: '94-V:25(2)(10)' },
    ]);
  });
  it('with one is clean', () => {
    expect(judgeLedger(newId(), outside, minute(0))).toEqual([]);
  });
});

describe('a retracted fact', () => {
  it('raises nothing any more, and neither do facts cured by its going', () => {
    const { all } = judged((to) => {
      const fact = to.tell('DataCollected', collected({ categories: ['shoe-size'], basis: { code: 'kz.9.1' } })).id;
      return to.tell('FactRetracted', { fact, type: 'DataCollected', ground: 'told-in-error' });
    });
    expect(all).toEqual([]);
  });
  it('that was a consent leaves what leant on it without one', () => {
    const { all } = judged((to) => {
      const fact = to.tell('ConsentGiven', consented()).id;
      to.tell('DataCollected', collected());
      return to.tell('FactRetracted', { fact, type: 'ConsentGiven', ground: 'told-in-error' });
    });
    expect(brief(all)).toContain('CONSENT_MISSING email account');
  });
});

it.each(findingCodes.filter((code) => code !== 'IDENTIFIERS_CONFLICT'))('%s cites an article in Kazakhstan', (code) => {
  expect(articleOf('kz', code)).toMatch(/^(94-V|255-VIII):/);
});
