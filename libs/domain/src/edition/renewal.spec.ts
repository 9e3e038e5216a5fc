// Who must be told of a new edition or asked anew, and what becomes of it? People on both sides of each kind of change.
import { type Facts } from '@derbes/kernel';
import { declared, type Policy } from '@derbes/policy';
import { type Outside } from '../case.js';
import { foldRegisters } from '../registers.js';
import { foldSubject } from '../subject-fold.js';
import {
  collected,
  consented,
  documents,
  laterEdition,
  registered,
  registerEvents,
  sampleEdition,
  samplePolicy,
  shown,
  Teller,
} from '../testing.js';
import { sampleSha256, sampleUuid } from '../vocabulary.js';
import { renewalsOf } from './index.js';

const inForce = '2026-12-01T00:00:00Z';
const before = '2026-11-20T09:00:00Z';
const after = '2026-12-02T09:00:00Z';

const published = (document: string, edition: string, from: string) =>
  registered(
    'PolicyPublished',
    { document, edition, inForce: from, assertedBy: 'officer', languages: ['ru'] },
    'policy',
    from,
  );

/** The registers with further editions after the sample's, each from a month on. */
function withEditions(...editions: readonly (readonly [document: string, policy?: Policy])[]): Outside {
  const policies = new Map(
    editions.flatMap(([document, policy]) => (policy ? [[document, declared(policy)] as const] : [])),
  );
  const events = editions.map(([document], n) =>
    published(document, `later-${n + 2}`, n === 0 ? inForce : `2027-0${n}-01T00:00:00Z`),
  );
  return {
    registers: foldRegisters([...registerEvents, ...events]),
    documents: { ...documents, policy: (document) => policies.get(document) ?? documents.policy(document) },
  };
}
/** Adds the purpose `marketing`, the class `messaging` and the item `requisites.card`. */
const wider = withEditions([laterEdition]);
const rewordedEdition = sampleSha256('7');
const reworded = withEditions([
  rewordedEdition,
  {
    ...samplePolicy,
    purposes: samplePolicy.purposes.map((one) => ({ ...one, label: { ...one.label, en: 'other words' } })),
  },
]);
const narrowedEdition = sampleSha256('8');
const narrowed = withEditions([
  narrowedEdition,
  { ...samplePolicy, purposes: samplePolicy.purposes.filter(({ code }) => code !== 'analytics') },
]);

const anew = { edition: laterEdition, language: 'ru', hash: shown.hash };

/** A person's rows after what is told of her, each as `what item state`. */
function rows(tell: (to: Teller) => void, outside = wider): string[] {
  const to = new Teller();
  tell(to);
  return renewalsOf(foldSubject(to.events), outside).map(({ what, item, state }) => `${what} ${item} ${state}`);
}
const older = (to: Teller, items: Facts = {}) => {
  const consent = to.tell('ConsentGiven', consented(items), before);
  to.tell('DataCollected', collected(), before);
  return consent;
};
const notified = (to: Teller, about: string, facts: Facts = {}, at = after) =>
  to.tell('SubjectNotified', { about, channel: 'email', edition: laterEdition, ...facts }, at);
const agreed = (to: Teller, facts: Facts = {}, items: Facts = {}) =>
  to.tell('ConsentGiven', consented(items, { shown: anew, ...facts }), after);

const allOpen = [
  'edition - to-tell',
  'purpose marketing to-ask',
  'category requisites.card to-ask',
  'recipient-class messaging to-ask',
];

describe('an edition that widens', () => {
  it('is to be told and asked of those who agreed to the older text', () => {
    expect(rows((to) => older(to))).toEqual(allOpen);
  });

  it('asks nothing of those who came under the newer one', () => {
    expect(
      rows((to) => {
        agreed(to);
        to.tell('DataCollected', collected(), after);
      }),
    ).toEqual([]);
    expect(rows((to) => to.tell('ConsentGiven', consented({}, { shown: anew }), before))).toEqual([]);
  });

  it('is told, and not asked, of those about whom data is held without a consent', () => {
    expect(rows((to) => to.tell('DataCollected', collected({ basis: { code: 'kz.9.1' } }), before))).toEqual([
      'edition - to-tell',
    ]);
  });

  it('asks those of passing on who did not say no to it', () => {
    expect(rows((to) => older(to, { thirdParties: { allowed: 'no' } }))).not.toContain(
      'recipient-class messaging to-ask',
    );
  });

  it('counts telling, showing and asking as told, and only what names that edition or came since', () => {
    const told = (facts: Facts, at = after) =>
      rows((to) => {
        older(to);
        notified(to, 'edition', facts, at);
      })[0];
    expect(told({})).toBe('edition - informed');
    expect(told({}, before)).toBe('edition - informed');
    expect(told({ edition: sampleEdition })).toBe('edition - to-tell');
    const acknowledged = rows((to) => {
      older(to);
      to.tell('PolicyAcknowledged', { shown: anew, channel: 'web-form' }, after);
    });
    expect(acknowledged).toEqual(['edition - informed', ...allOpen.slice(1)]);
  });

  it('goes from asked to renewed item by item, as the new consent says', () => {
    const told = rows((to) => {
      older(to);
      notified(to, 'consent-request');
      agreed(to, { purposes: ['account', 'marketing'] }, { thirdParties: { allowed: 'no' } });
    });
    expect(told).toEqual([
      'edition - informed',
      'purpose marketing renewed',
      'category requisites.card renewed',
      'recipient-class messaging refused',
    ]);
  });

  it('tells who was asked when and by what, who refused, and who renewed and withdrew within one second', () => {
    const to = new Teller();
    const consent = older(to);
    const earlier = '2026-12-01T09:00:00Z';
    notified(to, 'consent-request', {}, earlier);
    const refused = to.tell(
      'ConsentRefused',
      { purposes: ['marketing'], shown: anew, channel: 'phone', by: 'subject' },
      after,
    );
    const [, marketing] = renewalsOf(foldSubject(to.events), wider);
    expect(marketing).toMatchObject({
      state: 'refused',
      asked: earlier,
      campaign: 'later-2',
      edition: laterEdition,
      since: inForce,
      consent: consent.id,
      ended: after,
      channel: 'phone',
      events: expect.arrayContaining([consent.id, refused.id]) as unknown,
    });
    const renewed = agreed(to, { purposes: ['marketing'] });
    expect(renewalsOf(foldSubject(to.events), wider)[1]?.state).toBe('renewed');
    to.tell('ConsentWithdrawn', { consent: renewed.id, received: after }, after);
    expect(renewalsOf(foldSubject(to.events), wider)[1]?.state).toBe('refused');
  });

  it('lapses with the consent it was to be asked of, and leaves out what had ended before', () => {
    const withdrawnAt = (at: string) =>
      rows((to) => {
        const consent = to.tell('ConsentGiven', consented(), before);
        to.tell('ConsentWithdrawn', { consent: consent.id, received: at }, at);
      });
    expect(withdrawnAt(after)).toEqual(allOpen.map((row) => row.replace(/to-\w+$/u, 'lapsed')));
    expect(withdrawnAt(before)).toEqual([]);
  });

  it('lapses when a later edition drops what was to be asked', () => {
    const dropped = withEditions(
      [laterEdition],
      [sampleSha256('6'), { ...samplePolicy, edition: { ...samplePolicy.edition, code: 'sample-3' } }],
    );
    // The third edition says what the first one said.
    expect(rows((to) => older(to), dropped)).toContain('purpose marketing lapsed');
  });
});

describe('an edition that narrows or rewords', () => {
  it('asks and tells nobody anything', () => {
    expect(rows((to) => older(to), narrowed)).toEqual([]);
    expect(rows((to) => older(to), reworded)).toEqual([]);
  });
});

describe('somebody who came of age', () => {
  it('is asked for the consents that others gave, in the same list', () => {
    const to = new Teller();
    const child = to.tell('ConsentGiven', consented({}, { by: 'representative' }), before);
    const says = () => renewalsOf(foldSubject(to.events), { registers: foldRegisters(registerEvents), documents });
    to.tell('SubjectStatusChanged', { status: 'adult', renew: [child.id], staff: sampleUuid(4) }, inForce);
    expect(says()).toMatchObject([
      { campaign: 'of-age', what: 'of-age', item: 'account', state: 'to-ask', consent: child.id },
    ]);
    to.tell('SubjectNotified', { about: 'consent-request', channel: 'sms' }, after);
    expect(says()).toMatchObject([{ state: 'asked', channel: 'sms', asked: after }]);
    to.tell('ConsentGiven', consented(), after);
    expect(says()).toMatchObject([{ state: 'renewed', ended: after }]);
  });
});
