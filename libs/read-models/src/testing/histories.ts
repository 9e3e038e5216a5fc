// Which ledgers may there be? Any run of believable events about a few people, their registers, and those who looked.
import fc from 'fast-check';
import { type Facts } from '@derbes/kernel';
import {
  collected,
  completeItems,
  countedErasures,
  editions,
  erasureList,
  minute,
  person,
  publication,
  type Telling,
} from '../testing.js';

/** Minutes into which facts fall; told in any order. */
const minutesMax = 5_000;
const people = 5;

const subject = fc.integer({ min: 1, max: people });
const when = fc.option(fc.integer({ min: 0, max: minutesMax }), { nil: undefined });
const category = fc.constantFrom('email', 'full-name', 'requisites.iban', 'session', 'shoe-size');
const categories = fc.uniqueArray(category, { minLength: 1, maxLength: 3 });
const purposes = fc.uniqueArray(fc.constantFrom('account', 'payment', 'support'), { minLength: 1, maxLength: 2 });
const holder = fc.constantFrom('crm', 'cloud', 'attic');
const recipient = fc.constantFrom('good-bank', 'far-cloud', 'stranger');
const basis = fc.record({ code: fc.constantFrom('consent', 'contract', 'kz.9.1') });
const consentIds = Array.from({ length: 4 }, (_, n) => person(700 + n));
const relationIds = Array.from({ length: 4 }, (_, n) => person(720 + n));
const factIds = Array.from({ length: 4 }, (_, n) => person(740 + n));

/** What is known by an id can be told once; later it is told under a new one. */
type Fact = readonly [type: string, facts: Facts, id?: string | undefined];

const shown = { language: 'ru', hash: 'c'.repeat(64) };

const fact: fc.Arbitrary<Fact> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(categories, purposes, holder, basis, fc.constantFrom(undefined, ...factIds))
      .map(([named, of, where, by, id]): Fact => [
        'DataCollected',
        collected({ categories: named, purposes: of, holder: where, basis: by }),
        id,
      ]),
  },
  fc
    .tuple(categories, purposes, basis)
    .map(([named, of, by]): Fact => ['DataUsed', { categories: named, purposes: of, basis: by }]),
  {
    weight: 2,
    arbitrary: fc
      .tuple(categories, basis, recipient, fc.constantFrom('KZ', 'DE'), fc.constantFrom(undefined, ...factIds))
      .map(([named, by, whom, country, id]): Fact => [
        'DataTransferred',
        { categories: named, purposes: ['payment'], basis: by, recipient: whom, country, mode: 'sent' },
        id,
      ]),
  },
  fc
    .tuple(categories, holder, fc.constantFrom('deleted', 'destroyed'))
    .map(([named, where, manner]): Fact => [
      'DataDestroyed',
      { categories: named, holder: where, manner, ground: 'purpose-reached', method: 'row-deletion' },
    ]),
  categories.map((named): Fact => ['DataBlocked', { categories: named, ground: 'breach-reported' }]),
  categories.map((named): Fact => ['DataUnblocked', { categories: named, ground: 'breach-not-confirmed' }]),
  fc.tuple(fc.constantFrom(...consentIds), fc.constantFrom(...editions)).map(([id, { sha256 }]): Fact => [
    'ConsentGiven',
    {
      purposes: ['account', 'payment'],
      items: completeItems,
      shown: { ...shown, edition: sha256 },
      channel: 'web-form',
      by: 'subject',
    },
    id,
  ]),
  purposes.map((of): Fact => ['ConsentRefused', { purposes: of, channel: 'web-form', by: 'subject' }]),
  fc
    .tuple(fc.constantFrom(...consentIds), purposes)
    .map(([consent, of]): Fact => ['ConsentWithdrawn', { consent, received: minute(0), scope: { purposes: of } }]),
  fc.constantFrom(...relationIds).map((id): Fact => ['RelationStarted', { kind: 'account' }, id]),
  fc.constantFrom(...relationIds).map((relation): Fact => ['RelationEnded', { kind: 'account', relation }]),
  purposes.map(([purpose = 'account']): Fact => ['PurposeEnded', { purpose }]),
  fc
    .constantFrom(...factIds)
    .map((id): Fact => ['SubjectNotified', { about: 'transfer', channel: 'email', transfers: [id] }]),
  fc
    .constantFrom(...factIds)
    .map((id): Fact => ['FactRetracted', { fact: id, type: 'DataCollected', ground: 'told-in-error' }]),
);

const occurredAt = (n: number | undefined) => (n === undefined ? {} : { occurred: minute(n) });

const aboutSomebody: fc.Arbitrary<readonly Telling[]> = fc
  .tuple(subject, fact, when, fc.boolean())
  .map(([whom, [type, facts, id], occurred, named]) => [
    {
      stream: `subject-${person(whom)}`,
      type,
      facts,
      ...(id !== undefined && { id }),
      ...occurredAt(occurred),
      ...(named && { edition: editions[0].sha256 }),
    },
  ]);

const recipientStream = (code: string): string => `recipient-${person(800 + code.length)}`;

const toRegisters: fc.Arbitrary<readonly Telling[]> = fc.oneof(
  fc.tuple(recipient, categories, when).map(([code, named, occurred]) => [
    {
      stream: recipientStream(code),
      type: 'RecipientRegistered',
      facts: {
        recipient: code,
        class: 'payment-and-banks',
        country: 'KZ',
        categories: named,
        purposes: ['payment'],
        undertaking: { from: '2026-01-01' },
      },
      ...occurredAt(occurred),
    },
  ]),
  fc.tuple(recipient, fc.integer({ min: 0, max: minutesMax })).map(([code, from]) => [
    {
      stream: recipientStream(code),
      type: 'RecipientSuspended',
      facts: { recipient: code, from: minute(from), ground: 'undertaking-broken' },
    },
  ]),
  fc.tuple(holder, fc.constantFrom('KZ', 'DE'), when).map(([code, country, occurred]) => [
    {
      stream: `holder-${person(850 + code.length)}`,
      type: 'HolderRegistered',
      facts: { holder: code, countries: [country] },
      ...occurredAt(occurred),
    },
  ]),
  fc
    .tuple(fc.constantFrom(0 as const, 1 as const), fc.integer({ min: 0, max: minutesMax }))
    .map(([n, inForce]) => [{ stream: 'policy', type: 'PolicyPublished', facts: publication(n, minute(inForce)) }]),
  fc
    .integer({ min: 0, max: minutesMax })
    .map((from) => [{ stream: 'policy', type: 'OfficerAppointed', facts: { staff: person(60), from: minute(from) } }]),
);

const orderIds = Array.from({ length: 3 }, (_, n) => person(770 + n));
const destroyed = { parts: '2', keys: '1', tokens: '1' };
const kept = { why: 'STATUTORY_RETENTION', categories: ['requisites.iban'], row: 'payment-documents' };

/** Orders, their narrowing and their execution in any order, for other facts are told in between. */
const erasing: fc.Arbitrary<readonly Telling[]> = fc
  .tuple(
    subject,
    fc.constantFrom('ErasureOrdered', 'ErasureNarrowed', 'ErasureRefused', 'ErasureExecuted', 'ErasureExecuted'),
    fc.constantFrom('person', 'category'),
    fc.constantFrom(...orderIds),
    fc.constantFrom(undefined, ...countedErasures),
    fc.boolean(),
  )
  .map(([whom, type, scope, order, executed, more]) => {
    const of = { scope, ...(scope === 'category' && { categories: ['email'] }) };
    const said: Readonly<Record<string, Facts>> = {
      ErasureOrdered: { ...of, ground: 'subject-request' },
      ErasureNarrowed: { ...of, order, kept: [kept] },
      ErasureRefused: { ...of, ground: 'subject-request', kept: [kept] },
      ErasureExecuted: { ...of, order, cause: 'erasure', ordered: minute(1), destroyed, ...(more && { more: 'yes' }) },
    };
    const id = type === 'ErasureOrdered' ? order : type === 'ErasureExecuted' ? executed : undefined;
    return [{ stream: `subject-${person(whom)}`, type, facts: said[type] ?? {}, ...(id !== undefined && { id }) }];
  });

const holdIds = Array.from({ length: 2 }, (_, n) => person(780 + n));

const holding: fc.Arbitrary<readonly Telling[]> = fc
  .tuple(subject, fc.constantFrom(...holdIds), fc.boolean())
  .map(([whom, hold, lifts]) => {
    const stream = `subject-${person(whom)}`;
    return lifts
      ? [{ stream, type: 'LegalHoldLifted', facts: { hold, ground: 'claim-settled' } }]
      : [{ stream, type: 'LegalHoldPlaced', facts: { ground: 'legal-claim', categories: ['email'] }, id: hold }];
  });

const closing: fc.Arbitrary<readonly Telling[]> = fc.constantFrom('file', 'safe').map((custodian) => {
  const survivors = { owners: '4', tokens: '4' };
  const tell = (type: string, facts: Facts): Telling => ({ stream: 'ledger', type, facts });
  return [
    tell('EpochOpened', { epoch: '1', custodians: [{ name: 'file', kcv: 'AAAAAAAAAAA' }] }),
    tell('EpochClosed', { epoch: '1', survivors, erasures: '3', list: erasureList.sha256 }),
    tell('KeyDestroyed', { epoch: '1', custodian, kcv: '00aa11bb22cc33dd', destroyed: minute(9) }),
  ];
});

const looking: fc.Arbitrary<readonly Telling[]> = fc.uniqueArray(subject, { maxLength: 3 }).map((whom) => [
  {
    stream: 'reads-2026-11-20-1',
    type: 'LedgerRead',
    facts: {
      question: 'holdings',
      role: 'officer',
      key: person(50),
      reason: 'subject-request',
      subjects: whom.map(person),
      filter: { category: 'email' },
      count: String(whom.length),
    },
  },
]);

const reporting: fc.Arbitrary<readonly Telling[]> = fc
  .tuple(fc.constantFrom(1, 2), when, fc.boolean())
  .map(([n, occurred, named]) => [
    {
      stream: `source-${person(790 + n)}`,
      type: 'ErasedSubjectReported',
      facts: { told: 'DataUsed' },
      ...occurredAt(occurred),
      ...(named && { edition: editions[0].sha256 }),
    },
  ]);

/** A merge or its undoing: two events, of which one may never come. */
const merging: fc.Arbitrary<readonly Telling[]> = fc
  .tuple(
    fc.constantFrom('SubjectsMerged', 'SubjectsUnmerged'),
    fc.constantFrom('survivor', 'merged', 'both'),
    fc.constantFrom([1, 2] as const, [1, 3] as const, [3, 4] as const),
  )
  .map(([type, which, [a, b]]) => {
    const telling = (part: string, own: number, other: number): Telling => ({
      stream: `subject-${person(own)}`,
      type,
      facts: {
        part,
        other: person(other),
        ground: 'officer-decision',
        ...(type === 'SubjectsUnmerged' && { merge: person(99) }),
      },
    });
    return [
      ...(which === 'merged' ? [] : [telling('survivor', a, b)]),
      ...(which === 'survivor' ? [] : [telling('merged', b, a)]),
    ];
  });

/** Runs of events; an id that a fact is known by is told once in each. */
export const history = (tellingsMax: number): fc.Arbitrary<readonly Telling[]> =>
  fc
    .array(
      fc.oneof(
        { weight: 14, arbitrary: aboutSomebody },
        { weight: 3, arbitrary: toRegisters },
        { weight: 1, arbitrary: looking },
        { weight: 2, arbitrary: merging },
        { weight: 2, arbitrary: erasing },
        { weight: 1, arbitrary: closing },
        { weight: 1, arbitrary: holding },
        { weight: 1, arbitrary: reporting },
      ),
      { minLength: 5, maxLength: tellingsMax },
    )
    .map((groups) => {
      const used = new Set<string>();
      return groups.flat().map(({ id, ...telling }) => {
        if (id === undefined || used.has(id)) return telling;
        used.add(id);
        return { ...telling, id };
      });
    });
