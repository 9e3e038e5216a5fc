// What is a service told that asks first?
import { type Facts } from '@derbes/kernel';
import { check, type Question } from './check.js';
import { emptyFold, foldSubject } from './subject-fold.js';
import {
  brief,
  collected,
  consented,
  gdprEdition,
  minute,
  newId,
  outside,
  registered,
  registers,
  sampleEdition,
  Teller,
} from './testing.js';
import { evolveRegisters } from './registers.js';
import { catalogue } from './catalogue.js';
import { sampleUuid } from './vocabulary.js';

const now = minute(60);
const asked = (question: Partial<Question>, tell: (to: Teller) => void = () => undefined) => {
  const teller = new Teller();
  tell(teller);
  const whole: Question = { action: 'use', category: 'email', purpose: 'account', ...question };
  return check(whole, foldSubject(teller.events), outside, now);
};
const agreed =
  (items: Facts = {}) =>
  (to: Teller) =>
    void to.tell('ConsentGiven', consented(items));

describe('a use', () => {
  it('with a covering consent is allowed, and the consent is named', () => {
    const consent = newId();
    const answer = asked({}, (to) => void to.tell('ConsentGiven', consented(), undefined, { id: consent }));
    expect(answer).toMatchObject({ allowed: true, consent, clause: '5', article: '94-V:7(1)', missing: [] });
    expect(answer.consentNeeded).toBeUndefined();
  });
  it('without one is not, and says what is missing and where it is written', () => {
    const answer = asked({});
    expect(answer).toMatchObject({ allowed: false, clause: '5', article: '94-V:7(1)' });
    expect(answer.consent).toBeUndefined();
    expect(brief(answer.missing)).toEqual(['CONSENT_MISSING email account']);
  });
  it('after withdrawal is not', () => {
    const answer = asked({}, (to) => {
      const consent = to.tell('ConsentGiven', consented()).id;
      to.tell('ConsentWithdrawn', { consent, received: minute(1) });
    });
    expect(answer.allowed).toBe(false);
    expect(brief(answer.missing)).toEqual(['CONSENT_WITHDRAWN email account']);
  });
  it('of what is blocked is not', () => {
    const answer = asked({}, (to) => {
      to.tell('ConsentGiven', consented());
      to.tell('DataBlocked', { categories: ['email'], ground: 'breach-reported' });
    });
    expect(brief(answer.missing)).toEqual(['SUBJECT_BLOCKED email']);
  });
  it('of what is gone is not', () => {
    const answer = asked({}, (to) => {
      to.tell('ConsentGiven', consented());
      to.tell('DataCollected', collected());
      to.tell('DataDestroyed', {
        manner: 'destroyed',
        categories: ['email'],
        holder: 'crm',
        ground: 'x',
        method: 'shredding',
      });
    });
    expect(brief(answer.missing)).toEqual(['HOLDING_GONE email']);
  });
  it('in a named holder that has it not is not', () => {
    expect(brief(asked({ holder: 'crm' }, agreed()).missing)).toEqual(['UNTOLD_HOLDING email']);
  });
  it('for an undeclared purpose is not', () => {
    expect(brief(asked({ purpose: 'marketing' }, agreed()).missing)).toContain('UNDECLARED_PURPOSE marketing');
  });
  it('by law is allowed without a consent', () => {
    const answer = asked({ basis: { code: 'kz.9.10', law: '120-VI', article: '26' } });
    expect(answer).toMatchObject({ allowed: true, article: '94-V:9(10)' });
    expect(answer.consent).toBeUndefined();
  });
  it('on a basis that is not in law is not', () => {
    expect(asked({ basis: { code: 'legitimate-interest' } })).toMatchObject({ allowed: false, article: '94-V:9' });
  });
});

describe('a contract in Kazakhstan', () => {
  const answer = asked({ basis: { code: 'contract' }, purpose: 'contract' });
  it('is not enough', () => expect(answer.allowed).toBe(false));
  it('needs a consent whose items the edition fills in', () => {
    expect(answer.consentNeeded).toMatchObject({
      purposes: ['contract'],
      edition: sampleEdition,
      operator: { bin: '000000000000' },
      items: {
        operator: 'yes',
        subjectName: 'yes',
        term: { untilEvent: 'contract-ended' },
        thirdParties: { allowed: 'no' },
        crossBorder: { allowed: 'no' },
        publication: { allowed: 'no' },
        data: ['email'],
        other: ['know', 'correct'],
      },
    });
  });
  it('is allowed once that consent is given', () => {
    const facts = {
      purposes: ['contract'],
      items: answer.consentNeeded?.items,
      channel: 'web-form',
      by: 'subject',
    } as unknown as Facts;
    expect(() => catalogue.get('ConsentGiven').check(facts)).not.toThrow();
    const after = asked(
      { basis: { code: 'contract' }, purpose: 'contract' },
      (to) => void to.tell('ConsentGiven', facts),
    );
    expect(after.allowed).toBe(true);
  });
  it('is enough under the GDPR', () => {
    const by = evolveRegisters(
      registers,
      registered(
        'PolicyPublished',
        { document: gdprEdition, edition: 'eu', inForce: minute(0), assertedBy: 'officer', languages: ['ru'] },
        'policy',
        minute(0),
      ),
    );
    const question: Question = { action: 'use', category: 'email', purpose: 'account', basis: { code: 'contract' } };
    expect(check(question, emptyFold(), { ...outside, registers: by }, now).allowed).toBe(true);
  });
});

describe('a transfer', () => {
  const transfer = { action: 'transfer', category: 'full-name', purpose: 'payment' } as const;
  it('to a recipient that the consent names is allowed', () => {
    expect(asked({ ...transfer, recipient: 'good-bank' }, agreed()).allowed).toBe(true);
  });
  it('that item 4 forbids is not, and the consent to ask for allows the class', () => {
    const answer = asked({ ...transfer, recipient: 'good-bank' }, agreed({ thirdParties: { allowed: 'no' } }));
    expect(answer.allowed).toBe(false);
    expect(answer.consentNeeded?.items.thirdParties).toEqual({ allowed: 'yes', classes: ['payment-and-banks'] });
  });
  it('goes to the recipient s own country when none is named', () => {
    const answer = asked({ ...transfer, recipient: 'far-cloud' }, agreed());
    expect(brief(answer.missing)).toEqual(['CROSS_BORDER_WITHOUT_GROUND full-name payment']);
    expect(answer.consentNeeded?.items.crossBorder).toEqual({ allowed: 'yes', countries: ['DE'] });
  });
  it('to a suspended recipient is not, from the moment of suspension on', () => {
    const suspension = registered(
      'RecipientSuspended',
      { recipient: 'good-bank', from: minute(30), ground: 'undertaking-broken' },
      `recipient-${sampleUuid(40)}`,
      minute(20),
    );
    const by = { ...outside, registers: evolveRegisters(registers, suspension) };
    const to = new Teller();
    agreed()(to);
    const ask = (moment: string) => check({ ...transfer, recipient: 'good-bank' }, foldSubject(to.events), by, moment);
    expect(ask(minute(29)).allowed).toBe(true);
    expect(ask(minute(30))).toMatchObject({ allowed: false, article: '94-V:10(1)' });
    expect(brief(ask(minute(30)).missing)).toEqual(['RECIPIENT_SUSPENDED']);
  });
  it('to somebody unknown is not', () => {
    const answer = asked({ ...transfer, recipient: 'stranger' }, agreed());
    expect(brief(answer.missing)).toContain('UNDECLARED_RECIPIENT');
    expect(answer.consentNeeded?.items.crossBorder).toEqual({ allowed: 'no' });
  });
  it('without an undertaking is not', () => {
    expect(brief(asked({ ...transfer, recipient: 'no-promise' }, agreed()).missing)).toContain(
      'RECIPIENT_WITHOUT_UNDERTAKING',
    );
  });
});

describe('a publication', () => {
  it('needs item 6', () => {
    const question = { action: 'publish', category: 'full-name' } as const;
    const answer = asked(question, agreed());
    expect(answer.allowed).toBe(false);
    expect(answer.consentNeeded?.items.publication).toEqual({ allowed: 'yes' });
    expect(asked(question, agreed({ publication: { allowed: 'yes' } })).allowed).toBe(true);
  });
});

describe('a collection', () => {
  it('about somebody unknown is judged like any other', () => {
    const question: Question = { action: 'collect', category: 'email', purpose: 'account' };
    expect(brief(check(question, emptyFold(), outside, now).missing)).toEqual(['CONSENT_MISSING email account']);
  });
  it('of an open category is not allowed', () => {
    expect(brief(asked({ action: 'collect', category: 'requisites', purpose: 'payment' }, agreed()).missing)).toEqual([
      'OPEN_CATEGORY requisites',
    ]);
  });
  it('beyond what the purpose needs is not allowed', () => {
    expect(brief(asked({ action: 'collect', category: 'session' }, agreed()).missing)).toEqual([
      'EXCESSIVE_FOR_PURPOSE session account',
    ]);
  });
  it('abroad alone is not allowed', () => {
    expect(brief(asked({ action: 'collect', holder: 'cloud' }, agreed()).missing)).toEqual(['NOT_LOCALISED email']);
  });
});

it('asking changes nothing', () => {
  const teller = new Teller();
  teller.tell('ConsentGiven', consented());
  const fold = foldSubject(teller.events);
  check({ action: 'collect', category: 'email', purpose: 'account' }, fold, outside, now);
  expect(fold).toEqual(foldSubject(teller.events));
});
