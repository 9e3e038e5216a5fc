// When may a person, a category or a value be destroyed, what of it is kept by which act, and who is asked?
import { type Facts } from '@derbes/kernel';
import { Erasing } from './testing/erasing.js';
import { newId } from './testing.js';
import { erasureGrounds } from './erasure.js';
import { type ErasureDecision } from './erasure-command.js';
import { devicesBefore } from './erasure-decider.js';

/** A person with an e-mail address, a phone and a name in the CRM. */
const person = () => {
  const one = new Erasing();
  one.link('email', 'email');
  one.collect(['email', 'phone', 'full-name']);
  return one;
};
/** Without what others are told of it. */
const ordersOf = (decision: ErasureDecision): ErasureDecision => ({
  ...decision,
  drafts: decision.drafts.filter(({ type }) => type !== 'TaskOrdered'),
});
const first = (facts: readonly { readonly facts: Facts }[]) => facts[0]?.facts;

describe('erasing a person', () => {
  it('is ordered when nothing keeps anything', () => {
    const one = person();
    expect(ordersOf(one.decide(one.erase()))).toMatchObject({
      outcome: 'ordered',
      kept: [],
      drafts: [{ type: 'ErasureOrdered', stream: `subject-${one.subject}`, facts: { scope: 'person' } }],
    });
  });
  it('gives the order the id that was drawn for it, which is the number of the certificate', () => {
    const one = person();
    const { order, drafts } = one.decide(one.erase());
    expect(order).toBe(drafts[0]?.id);
    expect(order).toBeDefined();
  });
  it('names the act of its ground from the profile', () => {
    const one = person();
    expect(first(one.decide(one.erase({ ground: 'consent-withdrawn' })).drafts)).toEqual({
      scope: 'person',
      ground: 'consent-withdrawn',
      act: '94-V',
      article: '8(7)',
    });
  });
  it('names the act that whoever ordered it named', () => {
    const one = person();
    const named = one.erase({ ground: 'other-law', act: '999-X', article: '3(1)' });
    expect(first(one.decide(named).drafts)).toMatchObject({ act: '999-X', article: '3(1)' });
  });
  it.each(erasureGrounds.filter((ground) => ground !== 'other-law'))('has an article for the ground %s', (ground) => {
    const one = person();
    const facts = first(one.decide(one.erase({ ground })).drafts);
    expect(facts?.['act']).toMatch(/^(94-V|255-VIII)$/);
    expect(facts?.['article']).toMatch(/^[0-9]/);
  });
  it('by another law that nobody names is refused', () => {
    const one = person();
    expect(one.refusal(one.erase({ ground: 'other-law' }))).toBe('LAW_MISSING');
    expect(one.refusal(one.erase({ ground: 'other-law', act: '999-X' }))).toBe('LAW_MISSING');
  });
  it('of whom nobody knows is refused', () =>
    expect(person().refusal(person().erase({ subject: newId() }))).toBe('SUBJECT_UNKNOWN'));
  it('twice is refused while it is only ordered', () => {
    const one = person();
    one.do(one.erase());
    expect(one.refusal(one.erase())).toBe('ALREADY_ORDERED');
  });
  it('twice is refused when it is done', () => {
    const one = person();
    one.do(one.erase());
    one.execute();
    expect(one.refusal(one.erase())).toBe('ALREADY_ERASED');
  });
  it('leaves no category or value to be ordered beside it', () => {
    const one = person();
    const [name = ''] = one.names();
    one.do(one.erase());
    expect(one.refusal(one.erase({ categories: ['email'] }))).toBe('ALREADY_ORDERED');
    expect(one.refusal(one.erase({ parts: [name] }))).toBe('ALREADY_ORDERED');
  });
  it('names the member of staff who decided', () => {
    const one = person();
    const staff = '00000000-0000-4000-8000-000000000020';
    expect(first(one.decide(one.erase({ staff })).drafts)).toMatchObject({ staff });
  });
  it('by somebody who was never appointed is refused', () => {
    const one = person();
    expect(one.refusal(one.erase({ staff: newId() }))).toBe('STAFF_UNKNOWN');
  });
  it('of a device is ordered as of a person', () => {
    const one = new Erasing('device');
    one.link('cookie', 'cookie');
    expect(ordersOf(one.decide(one.erase()))).toMatchObject({
      outcome: 'ordered',
      drafts: [{ facts: { scope: 'person' } }],
    });
  });
  it('of somebody of whom nothing but the registration is known is ordered', () => {
    const one = new Erasing();
    expect(one.decide(one.erase()).outcome).toBe('ordered');
  });
});

describe('erasing a merged family', () => {
  const family = () => {
    const one = person();
    const merged = one.another();
    one.collect(['phone'], {}, { subject: merged });
    one.merge(merged);
    return { one, merged };
  };
  it('orders the survivor and everybody merged into it, each in its own stream', () => {
    const { one, merged } = family();
    const { drafts, order } = ordersOf(one.decide(one.erase()));
    expect(drafts.map(({ stream }) => stream)).toEqual([`subject-${one.subject}`, `subject-${merged}`]);
    expect(drafts.map(({ facts }) => facts['under'])).toEqual([undefined, order]);
  });
  it('is refused for the one that was merged away', () => {
    const { one, merged } = family();
    expect(one.refusal(one.erase({ subject: merged }))).toBe('MERGED');
  });
  it('is narrowed for both by a hold on either', () => {
    const { one, merged } = family();
    one.tell('LegalHoldPlaced', { ground: 'legal-claim', categories: ['phone'] }, { subject: merged });
    const { outcome, drafts } = ordersOf(one.decide(one.erase()));
    expect(outcome).toBe('narrowed');
    expect(drafts.map(({ type }) => type)).toEqual(['ErasureOrdered', 'ErasureOrdered', 'ErasureNarrowed']);
    expect(drafts.map(({ facts }) => facts['categories'])).toEqual([
      ['email', 'full-name'],
      ['email', 'full-name'],
      undefined,
    ]);
  });
  it('of values orders only those whose values they are', () => {
    const { one, merged } = family();
    const own = one.parts.filter(({ owner }) => owner === `subject-${merged}`).map(({ event, p }) => `${event}/${p}`);
    const { drafts, order } = ordersOf(one.decide(one.erase({ parts: own })));
    expect(drafts.map(({ stream, facts }) => [stream, facts['parts']])).toEqual([[`subject-${merged}`, own]]);
    expect(order).toBe(drafts[0]?.id);
  });
  it('does not reach those who were parted again', () => {
    const { one, merged } = family();
    const merges = one.family().state.identity.absorbed.get(merged) ?? '';
    const other = { part: 'survivor', other: merged, ground: 'merged-in-error', merge: merges };
    one.tell('SubjectsUnmerged', other);
    one.tell('SubjectsUnmerged', { ...other, part: 'merged', other: one.subject }, { subject: merged });
    expect(ordersOf(one.decide(one.erase())).drafts).toHaveLength(1);
  });
});

describe('erasing categories', () => {
  it('names those that go', () => {
    const one = person();
    expect(first(one.decide(one.erase({ categories: ['email', 'phone'] })).drafts)).toMatchObject({
      scope: 'category',
      categories: ['email', 'phone'],
    });
  });
  it('of an open category means the items of it that are held', () => {
    const one = new Erasing();
    one.collect(['requisites.iban', 'requisites.iin', 'email']);
    expect(first(one.decide(one.erase({ categories: ['requisites'] })).drafts)).toMatchObject({
      categories: ['requisites.iban', 'requisites.iin'],
    });
  });
  it('of a group of the policy means all in it that is held', () => {
    const one = person();
    expect(first(one.decide(one.erase({ categories: ['provided'] })).drafts)).toMatchObject({
      categories: ['email', 'full-name', 'phone'],
    });
  });
  it('means what is held without any value here too', () => {
    const one = new Erasing();
    one.collect(['session'], {}, { seals: [] });
    expect(one.decide(one.erase({ categories: ['session'] })).outcome).toBe('ordered');
  });
  it('means what is sealed without any holding', () => {
    const one = new Erasing();
    one.link('phone', 'phone');
    expect(one.decide(one.erase({ categories: ['phone'] })).outcome).toBe('ordered');
  });
  it('leaves out what is not held', () => {
    const one = person();
    expect(first(one.decide(one.erase({ categories: ['email', 'session'] })).drafts)).toMatchObject({
      categories: ['email'],
    });
  });
  it('of which nothing is held is refused', () => {
    const one = person();
    expect(one.refusal(one.erase({ categories: ['session'] }))).toBe('CATEGORY_NOT_HELD');
  });
  it('that exist nowhere is refused', () => {
    const one = person();
    expect(one.refusal(one.erase({ categories: ['shoe-size'] }))).toBe('CATEGORY_UNKNOWN');
  });
  it('that nobody declared but somebody told is ordered', () => {
    const one = new Erasing();
    one.collect(['shoe-size']);
    expect(one.decide(one.erase({ categories: ['shoe-size'] })).outcome).toBe('ordered');
  });
  it('twice is refused, before and after', () => {
    const one = person();
    one.do(one.erase({ categories: ['email'] }));
    expect(one.refusal(one.erase({ categories: ['email'] }))).toBe('ALREADY_ORDERED');
    one.execute();
    expect(one.refusal(one.erase({ categories: ['email'] }))).toBe('ALREADY_ERASED');
  });
  it('again is ordered when it was collected again', () => {
    const one = person();
    one.do(one.erase({ categories: ['email'] }));
    one.execute();
    one.collect(['email']);
    expect(one.decide(one.erase({ categories: ['email'] })).outcome).toBe('ordered');
  });
  it('leaves the person to be erased afterwards', () => {
    const one = person();
    one.do(one.erase({ categories: ['email'] }));
    expect(ordersOf(one.decide(one.erase()))).toMatchObject({
      outcome: 'ordered',
      drafts: [{ facts: { scope: 'person' } }],
    });
  });
  it('without naming any is refused', () => {
    const one = person();
    expect(one.refusal(one.erase({ scope: 'category' }))).toBe('SCOPE_MALFORMED');
    expect(one.refusal(one.erase({ scope: 'person', categories: ['email'] }))).toBe('SCOPE_MALFORMED');
    expect(one.refusal(one.erase({ scope: 'value' }))).toBe('SCOPE_MALFORMED');
  });
});

describe('erasing values', () => {
  it('names them', () => {
    const one = person();
    const [link = ''] = one.names();
    expect(first(one.decide(one.erase({ parts: [link] })).drafts)).toMatchObject({ scope: 'value', parts: [link] });
  });
  it('that are nowhere is refused', () => {
    const one = person();
    expect(one.refusal(one.erase({ parts: [`${newId()}/0`] }))).toBe('PART_UNKNOWN');
  });
  it('that were destroyed is refused by the order that did it', () => {
    const one = person();
    const [link = ''] = one.names();
    one.do(one.erase({ parts: [link] }));
    expect(one.refusal(one.erase({ parts: [link] }))).toBe('ALREADY_ORDERED');
    one.execute();
    expect(one.refusal(one.erase({ parts: [link] }))).toBe('ALREADY_ERASED');
  });
  it('of which a hold keeps some is narrowed to the others', () => {
    const one = person();
    one.hold({ categories: ['phone'] });
    const names = one.names();
    const phone = one.parts.find(({ category }) => category === 'phone');
    const { outcome, drafts, kept } = one.decide(one.erase({ parts: names }));
    expect(outcome).toBe('narrowed');
    expect(first(drafts)?.['parts']).toEqual(names.filter((name) => name !== `${phone?.event}/${phone?.p}`));
    expect(kept).toMatchObject([{ why: 'LEGAL_HOLD', categories: ['phone'] }]);
  });
  it('in too great a number is refused', () => {
    const one = person();
    const many = Array.from({ length: 1_001 }, () => `${newId()}/0`);
    expect(one.refusal(one.erase({ parts: many }))).toBe('TOO_MUCH_AT_ONCE');
  });
});

describe('under a hold', () => {
  it('on everything an erasure is refused by an event that names its act, and not the hold', () => {
    const one = person();
    one.hold({ act: '405-VI', article: '7(1)' });
    expect(one.decide(one.erase())).toMatchObject({
      outcome: 'refused',
      drafts: [
        {
          type: 'ErasureRefused',
          facts: {
            scope: 'person',
            kept: [{ why: 'LEGAL_HOLD', act: '405-VI', article: '7(1)', categories: ['email', 'full-name', 'phone'] }],
          },
        },
      ],
    });
  });
  it('without an act the law of holds is named', () => {
    const one = person();
    one.hold();
    expect(one.decide(one.erase()).kept).toMatchObject([{ act: '94-V', article: '8(2)' }]);
  });
  it('on a category the person is destroyed category by category, but for that one', () => {
    const one = person();
    one.hold({ categories: ['phone'] });
    const { drafts, order } = ordersOf(one.decide(one.erase()));
    expect(drafts).toMatchObject([
      { type: 'ErasureOrdered', facts: { scope: 'category', categories: ['email', 'full-name'] } },
      {
        type: 'ErasureNarrowed',
        facts: { order, scope: 'person', kept: [{ categories: ['phone'], why: 'LEGAL_HOLD' }] },
      },
    ]);
  });
  it('the proofs of consents go with a narrowed person too', () => {
    const one = person();
    one.tell(
      'ConsentGiven',
      { purposes: ['account'], items: {}, channel: 'web-form', by: 'subject' },
      { seals: ['meta.consent-proof', 'meta.subject-name'] },
    );
    one.hold({ categories: ['phone'] });
    expect(first(one.decide(one.erase()).drafts)?.['categories']).toEqual([
      'email',
      'full-name',
      'meta.consent-proof',
      'meta.subject-name',
    ]);
  });
  it('that names the proof of a consent it stays', () => {
    const one = person();
    const consent = { purposes: ['account'], items: {}, channel: 'web-form', by: 'subject' };
    one.tell('ConsentGiven', consent, { seals: ['meta.consent-proof'] });
    one.hold({ categories: ['meta.consent-proof'] });
    const { outcome, kept } = one.decide(one.erase());
    expect(outcome).toBe('narrowed');
    expect(kept).toMatchObject([{ categories: ['meta.consent-proof'] }]);
  });
  it('on an open category its items are kept', () => {
    const one = new Erasing();
    one.collect(['requisites.iban', 'email']);
    one.hold({ categories: ['requisites'] });
    expect(one.decide(one.erase()).kept).toMatchObject([{ categories: ['requisites.iban'] }]);
  });
  it('on a category that is not asked for, nothing is kept', () => {
    const one = person();
    one.hold({ categories: ['phone'] });
    expect(one.decide(one.erase({ categories: ['email'] })).outcome).toBe('ordered');
  });
  it('that was lifted, nothing is kept', () => {
    const one = person();
    one.lift(one.hold());
    expect(one.decide(one.erase()).outcome).toBe('ordered');
  });
  it('whose term is over, nothing is kept', () => {
    const one = person();
    one.hold({ until: '2026-11-25T00:00:00Z' });
    expect(one.decide(one.erase()).outcome).toBe('refused');
    one.wait(10);
    expect(one.decide(one.erase()).outcome).toBe('ordered');
  });
  it('two holds are told apart by their acts alone', () => {
    const one = person();
    one.hold();
    one.hold({ categories: ['phone'] });
    one.hold({ categories: ['phone'], act: '405-VI', article: '7(1)' });
    expect(one.decide(one.erase()).kept.map(({ act, categories }) => [act, categories])).toEqual([
      ['94-V', ['email', 'full-name', 'phone']],
      ['405-VI', ['phone']],
    ]);
  });
  it('even a confirmed breach destroys nothing', () => {
    const one = person();
    one.hold();
    expect(one.decide(one.erase({ ground: 'breach-confirmed' })).outcome).toBe('refused');
  });
});

describe('blocked data', () => {
  const blocked = (categories: readonly string[], facts: Facts = {}) => {
    const one = person();
    const block = one.tell('DataBlocked', { categories: [...categories], ground: 'breach-reported', ...facts });
    return { one, block: block.id };
  };
  it('is not destroyed (Art. 1(3))', () => {
    const { one, block } = blocked(['email']);
    const { outcome, kept } = one.decide(one.erase());
    expect(outcome).toBe('narrowed');
    expect(kept).toEqual([{ why: 'BLOCKED', categories: ['email'], block, act: '94-V', article: '1(3)' }]);
  });
  it('in one holder keeps the category here too', () => {
    const { one } = blocked(['email'], { holder: 'crm' });
    expect(one.decide(one.erase({ categories: ['email'] })).outcome).toBe('refused');
  });
  it('goes when the breach is confirmed', () => {
    const { one } = blocked(['email']);
    expect(one.decide(one.erase({ ground: 'breach-confirmed' })).outcome).toBe('ordered');
  });
  it('goes when it was unblocked', () => {
    const { one } = blocked(['email']);
    one.tell('DataUnblocked', { categories: ['email'], ground: 'breach-not-confirmed' });
    expect(one.decide(one.erase()).outcome).toBe('ordered');
  });
});

describe('a confirmed retention by law', () => {
  const customer = (categories = ['full-name', 'requisites.iban', 'email']) => {
    const one = new Erasing();
    one.collect(categories);
    const relation = one.tell('RelationStarted', { kind: 'contract' }).id;
    return { one, end: () => one.tell('RelationEnded', { relation, kind: 'contract' }) };
  };
  it('keeps while the relation is open, with act and article and no end', () => {
    const { one } = customer();
    expect(one.decide(one.erase()).kept).toEqual([
      {
        why: 'STATUTORY_RETENTION',
        row: 'contract-papers',
        categories: ['full-name', 'requisites.iban'],
        act: '405-VI',
        article: '10(2)',
      },
    ]);
  });
  it('keeps for its term after the relation ended, and says until when', () => {
    const { one, end } = customer();
    const { occurred } = end();
    const until = occurred.replace('2026', '2031');
    expect(one.decide(one.erase()).kept).toMatchObject([{ why: 'STATUTORY_RETENTION', until }]);
  });
  it('keeps nothing when the term is over', () => {
    const { one, end } = customer();
    end();
    one.wait(5 * 366);
    expect(one.decide(one.erase()).outcome).toBe('ordered');
  });
  it('keeps nothing of whoever never had such a relation', () => {
    const one = new Erasing();
    one.collect(['full-name']);
    expect(one.decide(one.erase()).outcome).toBe('ordered');
  });
  it('refuses when it keeps all that was asked', () => {
    const { one } = customer();
    expect(one.decide(one.erase({ categories: ['full-name'] }))).toMatchObject({
      outcome: 'refused',
      drafts: [{ type: 'ErasureRefused', facts: { categories: ['full-name'], ground: 'purpose-reached' } }],
    });
  });
  it('keeps against the wish of the person and against a confirmed breach alike', () => {
    const { one } = customer();
    expect(one.decide(one.erase({ ground: 'subject-request' })).outcome).toBe('narrowed');
    expect(one.decide(one.erase({ ground: 'breach-confirmed' })).outcome).toBe('narrowed');
  });
  it('of one holder keeps only what that holder has', () => {
    const one = new Erasing();
    one.collect(['phone']);
    one.tell('RelationStarted', { kind: 'ticket' });
    expect(one.decide(one.erase()).outcome).toBe('ordered');
    one.collect(['phone'], { holder: 'helpdesk' });
    expect(one.decide(one.erase()).kept).toMatchObject([{ row: 'tickets', categories: ['phone'] }]);
  });
  it('of one holder keeps nothing when that holder has destroyed it', () => {
    const one = new Erasing();
    one.collect(['phone'], { holder: 'helpdesk' });
    one.collect(['phone']);
    one.tell('RelationStarted', { kind: 'ticket' });
    const gone = {
      manner: 'destroyed',
      categories: ['phone'],
      holder: 'helpdesk',
      ground: 'x',
      method: 'row-deletion',
    };
    one.tell('DataDestroyed', gone);
    expect(one.decide(one.erase()).outcome).toBe('ordered');
  });
});

describe('a retention that nobody confirmed', () => {
  const subscriber = () => {
    const one = person();
    one.tell('RelationStarted', { kind: 'subscription' });
    return one;
  };
  it('is asked of an officer, and nothing is decided without one', () => {
    const one = subscriber();
    expect(one.refusal(one.erase())).toBe('RETENTION_UNCONFIRMED');
    expect(one.refusal(one.erase({ categories: ['email'] }))).toBe('RETENTION_UNCONFIRMED');
  });
  it('asks nobody about categories that it does not name', () => {
    const one = subscriber();
    expect(one.decide(one.erase({ categories: ['phone'] })).outcome).toBe('ordered');
  });
  it('asks for a reason with the decision', () => {
    const one = subscriber();
    expect(one.refusal(one.erase({ decide: 'keep' }))).toBe('DECISION_WITHOUT_REASON');
  });
  it('is kept by decision, with the reason', () => {
    const one = subscriber();
    expect(one.decide(one.erase({ decide: 'keep', reason: 'asked-accountant' }))).toMatchObject({
      outcome: 'narrowed',
      kept: [
        {
          why: 'RETENTION_UNCONFIRMED',
          row: 'subscription-papers',
          reason: 'asked-accountant',
          categories: ['email'],
        },
      ],
    });
  });
  it('is destroyed by decision, with the reason in the order', () => {
    const one = subscriber();
    expect(ordersOf(one.decide(one.erase({ decide: 'erase', reason: 'no-document-made' })))).toMatchObject({
      outcome: 'ordered',
      drafts: [{ facts: { scope: 'person', decided: [{ row: 'subscription-papers', reason: 'no-document-made' }] } }],
    });
  });
  it('is not destroyed by a decision where a hold stands as well', () => {
    const one = subscriber();
    one.hold({ categories: ['email'] });
    const { outcome, kept } = one.decide(one.erase({ decide: 'erase', reason: 'no-document-made' }));
    expect(outcome).toBe('narrowed');
    expect(kept.map(({ why }) => why)).toEqual(['LEGAL_HOLD']);
  });
  it('with a proposed term that is over asks nobody', () => {
    const one = new Erasing();
    one.collect(['session']);
    const relation = one.tell('RelationStarted', { kind: 'account' }).id;
    one.tell('RelationEnded', { relation, kind: 'account' });
    expect(one.refusal(one.erase())).toBe('RETENTION_UNCONFIRMED');
    one.wait(40);
    expect(one.decide(one.erase()).outcome).toBe('ordered');
  });
});

describe('an obligation that is not fulfilled', () => {
  const debtor = (basis: Facts = { code: 'contract' }) => {
    const one = new Erasing();
    one.collect(['email'], { basis });
    one.collect(['session'], { basis: { code: 'consent' } });
    return { one, obligation: one.tell('ObligationOpened', { kind: 'debt' }).id };
  };
  it('keeps from the wish of the person what is held for it (Art. 8(2))', () => {
    const { one, obligation } = debtor();
    expect(one.decide(one.erase({ ground: 'subject-request' })).kept).toEqual([
      { why: 'OBLIGATION_OPEN', categories: ['email'], obligation, act: '94-V', article: '8(2)' },
    ]);
  });
  it('keeps nothing that is held by consent alone', () => {
    const { one } = debtor({ code: 'consent' });
    expect(one.decide(one.erase({ ground: 'consent-withdrawn' })).outcome).toBe('ordered');
  });
  it('keeps nothing from a term that is over', () => {
    const { one } = debtor();
    expect(one.decide(one.erase({ ground: 'term-over' })).outcome).toBe('ordered');
  });
  it('keeps nothing when it is fulfilled', () => {
    const { one, obligation } = debtor();
    one.tell('ObligationClosed', { obligation });
    expect(one.decide(one.erase({ ground: 'subject-request' })).outcome).toBe('ordered');
  });
});

describe('a cookie that was identified', () => {
  it('leads to the device that it meant before, which is erased by an order of its own', () => {
    const one = person();
    const device = one.another('device');
    one.link('cookie', 'cookie', {}, { movedFrom: device });
    expect(devicesBefore(one.family())).toEqual([device]);
    expect(ordersOf(one.do(one.erase())).drafts.map(({ stream }) => stream)).toEqual([`subject-${one.subject}`]);
    expect(one.do(one.erase({ subject: device })).outcome).toBe('ordered');
  });
});
