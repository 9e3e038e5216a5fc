// Does what is held go when its last term is over: never before, never while something keeps it, and exactly once?
import { Refused, type Facts } from '@derbes/kernel';
import { declared, type Policy } from '@derbes/policy';
import fc from 'fast-check';
import { type SubjectEvent } from '../catalogue.js';
import { foldRegisters } from '../registers.js';
import { foldSubject, type SubjectFold } from '../subject-fold.js';
import {
  collected,
  consented,
  documents,
  newId,
  registered,
  registerEvents,
  samplePolicy,
  Teller,
} from '../testing.js';
import { label } from '../testing/sample-policy.js';
import { tasksFor } from '../task/order.js';
import { sampleSha256 } from '../vocabulary.js';
import { type DecideRetention } from './command.js';
import { decideRetention } from './decider.js';
import { duesOf } from './holding-due.js';
import { retentionIdsOf, type RetentionOutcome } from './index.js';
import { judgeRetention } from './judge-retention.js';

const [edition, laterEdition] = [sampleSha256('7'), sampleSha256('8')];
const byItself = { act: 'destroy', carried_out: 'by-itself' } as const;
const invoices = {
  code: 'invoices',
  label,
  declared: 'controller' as const,
  act: '120-VI',
  article: '48(1)',
  document: 'invoices',
  confirmed_by: 'counsel',
  categories: ['requisites'],
  holders: ['billing'],
  relation: 'contract' as const,
  term: 'P5Y',
};
const rules: Policy['retention']['rules'] = [
  { purpose: 'account', until: 'purpose-reached', relation: 'account', ...byItself },
  { purpose: 'contract', until: 'purpose-reached', relation: 'contract', ...byItself },
  { purpose: 'payment', until: 'term', term: 'P30D', obligation: 'debt', ...byItself },
  { purpose: 'support', until: 'term', term: 'P90D', relation: 'ticket', act: 'delete' },
  { purpose: 'analytics', until: 'purpose-reached', event: 'purpose-ended', ...byItself },
];
const policyOf = (statutory: Policy['retention']['statutory']): Policy => ({
  ...samplePolicy,
  retention: { ...samplePolicy.retention, rules, statutory },
});
const policies = new Map([
  [edition, declared(policyOf([invoices]))],
  [
    laterEdition,
    declared(policyOf([invoices, { ...invoices, code: 'letters', categories: ['email'], holders: ['crm'] }])),
  ],
]);
const published = (document: string, inForce: string) =>
  registered(
    'PolicyPublished',
    { document, edition: `sample-${document[0] ?? ''}`, inForce, assertedBy: 'officer', languages: ['ru'] },
    'policy',
    inForce,
  );
const docs = { ...documents, policy: (document: string) => policies.get(document) ?? documents.policy(document) };

const day = (n: number): string => new Date(Date.UTC(2026, 2, 1 + n, 9)).toISOString().replace('.000', '');

/** One person over days; day 0 is the first of March. */
class Days {
  readonly teller = new Teller(newId(), edition);
  private readonly editions = [published(edition, '2026-02-01T00:00:00Z')];

  constructor() {
    this.tell(0, 'SubjectRegistered', { kind: 'person' });
  }

  tell(on: number, type: SubjectEvent['type'], facts: Facts): string {
    return this.teller.tell(type, facts, day(on)).id;
  }

  collect(on: number, categories: readonly string[], purposes: readonly string[], facts: Facts = {}): string {
    return this.tell(
      on,
      'DataCollected',
      collected({ categories: [...categories], purposes: [...purposes], ...facts }),
    );
  }

  bond(on: number, kind: string, until?: number): string {
    const relation = this.tell(on, 'RelationStarted', { kind });
    if (until !== undefined) this.tell(until, 'RelationEnded', { relation, kind });
    return relation;
  }

  publish(on: number): void {
    this.editions.push(published(laterEdition, day(on)));
  }

  get fold(): SubjectFold {
    return foldSubject(this.teller.events);
  }

  outside(on: number) {
    const registers = foldRegisters([...registerEvents, ...this.editions]);
    const ids = Array.from({ length: retentionIdsOf(1) }, () => newId());
    return { registers, documents: docs, at: day(on), ids, parts: [] };
  }

  decide(on: number, more?: Partial<DecideRetention>, restricted: readonly object[] = []): RetentionOutcome {
    const { subject } = this.teller;
    const command = more
      ? ({ type: 'DecideRetention', subject, decide: 'destroy', reason: 'term-over', ...more } as const)
      : ({ type: 'CarryOutRetention', subject } as const);
    return decideRetention(command, new Map([[subject, this.fold]]), { ...this.outside(on), restricted });
  }

  /** Decides, and records what was decided. */
  do(on: number, more?: Partial<DecideRetention>): RetentionOutcome {
    const decided = this.decide(on, more);
    for (const { type, facts, occurred, id = newId() } of decided.drafts) {
      this.teller.tell(type as SubjectEvent['type'], facts, occurred, { id });
    }
    return decided;
  }

  dues() {
    return duesOf(this.fold.state, docs).map(({ holding, due }) => [holding.holder, holding.category, due]);
  }
}

/** `RetentionDecided crm email`, `TaskOrdered crm email`, in order: what was decided, and who is told. */
const told = ({ drafts }: RetentionOutcome): string[] =>
  drafts.map(({ type, facts }) => {
    const items = facts['items'] as readonly { category: string }[] | undefined;
    const named = items?.map(({ category }) => category) ?? facts['categories'] ?? [];
    const whom = facts['holder'] as string | undefined;
    return [type, ...(whom === undefined ? [] : [whom]), ...(named as string[])].join(' ');
  });
const refusal = (decide: () => unknown): string => {
  try {
    decide();
  } catch (error) {
    if (error instanceof Refused) return error.code;
    throw error;
  }
  return 'not refused';
};

describe('when a holding is due', () => {
  it('is the end of the relation that its rule names, and not before', () => {
    const days = new Days();
    days.collect(1, ['email'], ['account']);
    const relation = days.bond(2, 'account');
    expect(days.dues()).toEqual([['crm', 'email', undefined]]);
    days.tell(5, 'RelationEnded', { relation, kind: 'account' });
    expect(days.dues()).toEqual([['crm', 'email', day(5)]]);
  });

  it('is the term after the obligation of the kind that its rule names was closed', () => {
    const days = new Days();
    days.collect(1, ['requisites.iban'], ['payment']);
    const other = days.tell(2, 'ObligationOpened', { kind: 'refund' });
    const obligation = days.tell(2, 'ObligationOpened', { kind: 'debt' });
    days.tell(3, 'ObligationClosed', { obligation: other });
    expect(days.dues()).toEqual([['crm', 'requisites.iban', undefined]]);
    days.tell(4, 'ObligationClosed', { obligation });
    expect(days.dues()).toEqual([['crm', 'requisites.iban', day(34)]]);
  });

  it('is the end of the last of its purposes, and the end of each can be seen', () => {
    const days = new Days();
    days.collect(1, ['email'], ['account', 'contract']);
    days.bond(2, 'account', 4);
    const relation = days.bond(2, 'contract');
    const ends = () => duesOf(days.fold.state, docs)[0]?.stays.map(({ purpose, due, by }) => [purpose, due, by]);
    expect(ends()).toEqual([
      ['account', day(4), 'relation-ended'],
      ['contract', undefined, undefined],
    ]);
    expect(days.dues()).toEqual([['crm', 'email', undefined]]);
    days.tell(9, 'RelationEnded', { relation, kind: 'contract' });
    expect(days.dues()).toEqual([['crm', 'email', day(9)]]);
  });

  it('is put off by law in the one holder that a confirmed row names, and there alone', () => {
    const days = new Days();
    days.collect(1, ['requisites.iban'], ['contract']);
    days.collect(1, ['requisites.iban'], ['contract'], { holder: 'billing' });
    days.bond(2, 'contract', 10);
    expect(days.dues()).toEqual([
      ['crm', 'requisites.iban', day(10)],
      ['billing', 'requisites.iban', '2031-03-11T09:00:00Z'],
    ]);
  });

  it('is the end of the consent where consents alone carry it, and its rule says later', () => {
    const days = new Days();
    days.tell(1, 'ConsentGiven', consented({ term: { until: day(20) } }));
    days.collect(2, ['email'], ['account']);
    expect(days.dues()).toEqual([['crm', 'email', day(20)]]);
    days.collect(3, ['email'], ['account'], { basis: { code: 'contract' } });
    expect(days.dues()).toEqual([['crm', 'email', undefined]]);
  });
});

describe('what the policy lets go by itself', () => {
  const ended = (facts: Facts = {}) => {
    const days = new Days();
    days.collect(1, ['email'], ['account'], facts);
    days.bond(2, 'account', 5);
    return days;
  };

  it('goes at its due moment, with the order for what is sealed here where nobody else holds it', () => {
    const days = ended();
    expect(days.decide(4).drafts).toEqual([]);
    const done = days.do(5);
    expect(told(done)).toEqual(['RetentionDecided crm email', 'ErasureOrdered email', 'TaskOrdered crm email']);
    expect(done.drafts[0]?.facts).toMatchObject({
      outcome: 'carried-out',
      by: 'policy',
      manner: 'destroyed',
      ground: 'relation-ended',
      act: '94-V',
      article: '18',
      items: [{ due: day(5), purposes: ['account'] }],
    });
    expect(days.decide(6).drafts).toEqual([]);
    expect(days.decide(400).drafts).toEqual([]);
  });

  it('goes from the CRM while billing keeps it by law, and what is sealed here stays with billing', () => {
    const days = new Days();
    days.collect(1, ['requisites.iban'], ['contract']);
    days.collect(1, ['requisites.iban'], ['contract'], { holder: 'billing' });
    days.bond(2, 'contract', 10);
    expect(told(days.do(10))).toEqual(['RetentionDecided crm requisites.iban', 'TaskOrdered crm requisites.iban']);
    expect(days.decide(900).drafts).toEqual([]);
    expect(told(days.do(2000))).toEqual([
      'RetentionDecided billing requisites.iban',
      'ErasureOrdered requisites.iban',
      'TaskOrdered billing requisites.iban',
    ]);
  });

  it('does not go while a block of that holder stands, and goes when it is lifted', () => {
    const days = ended();
    days.tell(4, 'DataBlocked', { categories: ['email'], holder: 'crm', ground: 'breach-reported' });
    expect(days.decide(30)).toMatchObject({ drafts: [], kept: [{ holder: 'crm', category: 'email', why: 'BLOCKED' }] });
    days.tell(40, 'DataUnblocked', { categories: ['email'], holder: 'crm', ground: 'breach-not-confirmed' });
    expect(told(days.do(40))[0]).toBe('RetentionDecided crm email');
  });

  it('does not go while a hold stands, and goes when it is lifted or its term is over', () => {
    const days = ended();
    days.tell(4, 'LegalHoldPlaced', { ground: 'legal-claim', until: day(20) });
    expect(days.decide(19)).toMatchObject({ drafts: [], kept: [{ why: 'LEGAL_HOLD', until: day(20) }] });
    expect(days.decide(20).decided).toBe(1);
  });

  it('does not go while a hold stands of which the law forbids to tell, and nothing is written of that', () => {
    const days = ended();
    const held = days.decide(6, undefined, [{ categories: ['email'] }]);
    expect(held).toMatchObject({ drafts: [], kept: [{ why: 'LEGAL_HOLD' }] });
  });

  it('waits for an officer where one of its purposes has a rule that says so', () => {
    const days = new Days();
    days.collect(1, ['email'], ['account', 'support']);
    days.bond(2, 'ticket', 3);
    days.bond(2, 'account', 5);
    expect(days.decide(100).drafts).toEqual([]);
    expect(told(days.do(100, {}))).toEqual([
      'RetentionDecided crm email',
      'ErasureOrdered email',
      'TaskOrdered crm email',
    ]);
  });

  it('is kept until the moment that a row of a later edition sets, and goes then', () => {
    const days = new Days();
    days.publish(3);
    days.collect(1, ['email'], ['contract']);
    days.bond(2, 'contract', 10);
    expect(days.do(10).drafts[0]?.facts).toMatchObject({
      outcome: 'kept',
      row: 'letters',
      until: '2031-03-11T09:00:00Z',
      act: '120-VI',
    });
    expect(days.decide(11).drafts).toEqual([]);
    expect(told(days.do(2000))[0]).toBe('RetentionDecided crm email');
  });

  it('goes again when it was collected anew for another contract after it was ordered to go', () => {
    const days = ended();
    days.do(5);
    days.collect(7, ['email'], ['account']);
    days.bond(7, 'account', 12);
    expect(days.decide(11).drafts).toEqual([]);
    expect(told(days.do(12))[0]).toBe('RetentionDecided crm email');
    expect(days.decide(13).drafts).toEqual([]);
  });
});

describe('what an officer says of it', () => {
  const waiting = () => {
    const days = new Days();
    days.collect(1, ['email', 'phone'], ['support']);
    days.bond(2, 'ticket', 3);
    return days;
  };

  it('is carried out for what is due and meant alone', () => {
    const days = waiting();
    const done = days.do(93, { category: 'email', decide: 'anonymise' });
    expect(done.drafts[0]?.facts).toMatchObject({ by: 'officer', manner: 'anonymised', reason: 'term-over' });
    expect(told(done)).toEqual(['RetentionDecided crm email', 'ErasureOrdered email', 'TaskOrdered crm email']);
    expect(refusal(() => days.decide(94, { category: 'email' }))).toBe('NOTHING_DUE');
  });

  it('tells each holder in which manner: by the rule of each, and as the officer says where one does', () => {
    const days = waiting();
    days.collect(1, ['phone'], ['account'], { holder: 'helpdesk' });
    days.bond(2, 'account', 5);
    const manners = ({ drafts }: RetentionOutcome) =>
      drafts.flatMap(({ type, facts }) =>
        type === 'TaskOrdered' ? [[facts['holder'], facts['categories'], facts['manner']]] : [],
      );
    expect(manners(days.decide(93, { decide: 'anonymise' }))).toEqual([
      ['crm', ['email', 'phone'], 'anonymised'],
      ['helpdesk', ['phone'], 'anonymised'],
    ]);
    expect(manners(days.do(93))).toEqual([['helpdesk', ['phone'], undefined]]);
    expect(manners(days.do(93, { category: 'email', decide: 'delete' }))).toEqual([['crm', ['email'], 'deleted']]);
    expect(manners(days.do(94, { category: 'phone', decide: 'anonymise' }))).toEqual([
      ['crm', ['phone'], 'anonymised'],
    ]);
  });

  it('to anonymise does not stand for an order to destroy that comes later', () => {
    const days = waiting();
    days.collect(1, ['email'], ['account'], { holder: 'helpdesk' });
    expect(told(days.do(93, { category: 'email', holder: 'crm', decide: 'anonymise' }))).toEqual([
      'RetentionDecided crm email',
      'TaskOrdered crm email',
    ]);
    const telling = { kind: 'destroy', subject: days.teller.subject, cause: newId(), categories: ['email'] } as const;
    const again = tasksFor(telling, days.fold, days.outside(94)).map(({ facts }) => facts['holder']);
    expect(again).toEqual(['crm', 'helpdesk']);
  });

  it('may be to keep it by an act until a moment, and then it is due again', () => {
    const days = waiting();
    const law = { decide: 'keep', act: '120-VI', article: '48', until: day(200) } as const;
    expect(told(days.do(93, law))).toEqual(['RetentionDecided crm email phone']);
    expect(refusal(() => days.decide(199, {}))).toBe('NOTHING_DUE');
    expect(days.decide(200, {}).decided).toBe(2);
  });

  it.each([
    ['before it is due', 92, {}, 'NOTHING_DUE'],
    ['to keep it without a law', 93, { decide: 'keep', until: day(100) }, 'KEEP_MALFORMED'],
    ['to keep it for ever', 93, { decide: 'keep', act: '120-VI', article: '48' }, 'KEEP_MALFORMED'],
    [
      'to keep it until yesterday',
      93,
      { decide: 'keep', act: '120-VI', article: '48', until: day(92) },
      'KEEP_MALFORMED',
    ],
    ['in the name of nobody', 93, { staff: newId() }, 'STAFF_UNKNOWN'],
  ] as const)('is refused %s', (_, on, more, code) => {
    expect(refusal(() => waiting().decide(on, more))).toBe(code);
  });
});

describe('a consent that is over', () => {
  it.each([
    ['by its date', { until: day(20) }, day(20), 'term-over'],
    ['with its event', { untilEvent: 'contract' }, day(15), 'relation-ended'],
    ['when its purposes are reached', {}, day(12), 'purpose-reached'],
  ])('%s is said to have ended behind that, once', (_, term, due, ground) => {
    const days = new Days();
    const consent = days.tell(1, 'ConsentGiven', consented({ term }, { purposes: ['account'] }));
    days.bond(2, 'contract', 15);
    if (ground === 'purpose-reached') days.tell(12, 'PurposeEnded', { purpose: 'account' });
    const on = (Date.parse(due) - Date.parse(day(0))) / 86_400_000;
    expect(days.decide(on).drafts).toEqual([]);
    expect(days.do(on + 1).drafts.map(({ type, facts }) => ({ type, facts }))).toEqual([
      { type: 'ConsentExpired', facts: { consent, due, ground } },
    ]);
    expect(days.decide(on + 2).drafts).toEqual([]);
  });

  it('is not said of one that was withdrawn', () => {
    const days = new Days();
    const consent = days.tell(1, 'ConsentGiven', consented({ term: { until: day(20) } }));
    days.tell(3, 'ConsentWithdrawn', { consent, received: day(3) });
    expect(days.decide(30).drafts).toEqual([]);
  });
});

describe('a holding that is still there a day after it was due', () => {
  const overdue = (days: Days, on: number) =>
    judgeRetention(days.fold.state, days.outside(on), day(on)).map(({ finding, since }) => [finding.id, since]);

  it('is found until it is destroyed, and not while it is held', () => {
    const days = new Days();
    const began = days.collect(1, ['email'], ['support']);
    days.bond(2, 'ticket', 3);
    expect(overdue(days, 94)).toEqual([]);
    expect(overdue(days, 95)).toEqual([[`${began}:RETENTION_OVERDUE:email:-`, day(94)]]);
    const hold = days.tell(96, 'LegalHoldPlaced', { ground: 'legal-claim' });
    expect(overdue(days, 97)).toEqual([]);
    days.tell(98, 'LegalHoldLifted', { hold, ground: 'claim-settled' });
    days.do(99, {});
    expect(overdue(days, 100)).toHaveLength(1);
    const gone = { manner: 'destroyed', categories: ['email'], holder: 'crm', ground: 'term-over', method: 'wipe' };
    days.tell(101, 'DataDestroyed', gone);
    expect(overdue(days, 102)).toEqual([]);
  });
});

/** What happens to one person in a year: what is collected when, which relation ends when, and what stands in the way from when to when. */
const life = fc.record({
  collections: fc.array(
    fc.record({
      on: fc.integer({ min: 1, max: 200 }),
      category: fc.constantFrom('email', 'phone', 'requisites.iban'),
      holder: fc.constantFrom('crm', 'billing'),
      purposes: fc.uniqueArray(fc.constantFrom('account', 'contract'), { minLength: 1 }),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  account: fc.integer({ min: 201, max: 300 }),
  contract: fc.integer({ min: 201, max: 300 }),
  hold: fc.option(fc.tuple(fc.integer({ min: 190, max: 280 }), fc.integer({ min: 281, max: 330 })), { nil: undefined }),
  block: fc.option(fc.tuple(fc.integer({ min: 190, max: 280 }), fc.integer({ min: 281, max: 330 })), {
    nil: undefined,
  }),
});

describe('a year of days, each looked at once', () => {
  it('lets every holding go exactly once, at the first day on which it is due and nothing stops it', () => {
    fc.assert(
      fc.property(life, ({ collections, account, contract, hold, block }) => {
        const days = new Days();
        days.bond(0, 'account', account);
        days.bond(0, 'contract', contract);
        for (const { on, category, holder, purposes } of collections)
          days.collect(on, [category], purposes, { holder });
        if (hold) days.tell(hold[0], 'LegalHoldPlaced', { ground: 'legal-claim', until: day(hold[1]) });
        if (block) {
          days.tell(block[0], 'DataBlocked', { categories: ['email'], holder: 'crm', ground: 'breach-reported' });
          days.tell(block[1], 'DataUnblocked', {
            categories: ['email'],
            holder: 'crm',
            ground: 'breach-not-confirmed',
          });
        }
        const went = new Map<string, number[]>();
        for (let on = 201; on <= 366; on++) {
          const before = days.teller.events.filter(({ occurred }) => occurred <= day(on));
          const { subject } = days.teller;
          const command = { type: 'CarryOutRetention', subject } as const;
          const { drafts } = decideRetention(command, new Map([[subject, foldSubject(before)]]), days.outside(on));
          for (const { type, facts, occurred, id = newId() } of drafts) {
            days.teller.tell(type as SubjectEvent['type'], facts, occurred, { id });
            if (type !== 'RetentionDecided') continue;
            for (const { category } of facts['items'] as unknown as readonly { category: string }[]) {
              const name = `${facts['holder'] as string} ${category}`;
              went.set(name, [...(went.get(name) ?? []), on]);
            }
          }
        }
        const expected = new Map<string, number[]>();
        for (const { category, holder } of collections) {
          const purposes = collections.flatMap((one) =>
            one.category === category && one.holder === holder ? one.purposes : [],
          );
          // Five years by law, in billing alone.
          if (holder === 'billing' && category === 'requisites.iban') continue;
          let on = Math.max(...purposes.map((purpose) => (purpose === 'account' ? account : contract)));
          const stops = [
            ...(hold ? [hold] : []),
            ...(block && category === 'email' && holder === 'crm' ? [block] : []),
          ].sort(([a], [b]) => a - b);
          for (let moved = true; moved;) {
            const stop = stops.find(([from, to]) => from <= on && on < to);
            moved = stop !== undefined;
            if (stop) on = stop[1];
          }
          expected.set(`${holder} ${category}`, [on]);
        }
        expect(went).toEqual(expected);
      }),
      { numRuns: Number(process.env['DERBES_PROPERTY_RUNS'] ?? 20) },
    );
  });
});
