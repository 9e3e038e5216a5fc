// Do the registers say what the events say, however they were fed and rebuilt?
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { registers, type Registers } from './index.js';
import {
  collected,
  completeItems,
  countedErasures,
  editions,
  erasureList,
  minute,
  person,
  publication,
  SampleLedger,
} from './testing.js';
import { history } from './testing/histories.js';
import { contents, rebuildAll, settled, Workplace } from './testing/models.js';
import { sumsOfRows } from './testing/sums.js';

const propertyRuns = Number(process.env['DERBES_PROPERTY_RUNS'] ?? 6);

let place: Workplace;
let ledger: SampleLedger;
let ask: Registers;
beforeAll(async () => {
  place = await Workplace.open();
  ask = registers(place.pool);
});
afterEach(() => place.clear());
afterAll(() => place.close());

/** A ledger that is followed from its first event on. */
async function followed(): Promise<void> {
  ledger = new SampleLedger();
  place.start(ledger);
  await settled(place.pool, '0');
  await ledger.begin();
}
const seen = () => settled(place.pool, ledger.position);
const consented = (facts: object = {}) => ({
  purposes: ['account', 'payment'],
  items: completeItems,
  shown: { edition: editions[0].sha256, language: 'ru', hash: 'c'.repeat(64) },
  channel: 'web-form',
  by: 'subject',
  ...facts,
});
const transferred = {
  categories: ['email'],
  purposes: ['payment'],
  basis: { code: 'consent' },
  recipient: 'good-bank',
  country: 'KZ',
  mode: 'sent',
};
const codes = async (subject: number) =>
  (await ask.findings.page({ filter: { subject: person(subject) } })).rows.map(({ code }) => code);

describe('a rebuild', () => {
  it('equals what was fed live, for any history', async () => {
    await fc.assert(
      fc.asyncProperty(history(60), fc.integer({ min: 500, max: 40_000 }), async (tellings, bulkBytesMax) => {
        const told = new SampleLedger();
        place.start(told, { bulkBytesMax });
        await settled(place.pool, '0');
        await told.begin();
        for (const telling of tellings) await told.tell(telling);
        await settled(place.pool, told.position);
        const live = await contents(place.pool);
        const { kept, counted } = await sumsOfRows(place.pool);
        await rebuildAll(place.pool);
        await settled(place.pool, told.position);
        const rebuilt = await contents(place.pool);
        await place.clear();
        expect(kept).toEqual(counted);
        expect(rebuilt).toEqual(live);
      }),
      { numRuns: propertyRuns, endOnFailure: true },
    );
  }, 600_000);
});

describe('holdings', () => {
  it('say what is held, where, for what, on which events, and how it ended', async () => {
    await followed();
    const began = await ledger.about(
      1,
      'DataCollected',
      collected({ basis: { code: 'consent', consent: person(90) } }),
    );
    const again = await ledger.about(1, 'DataCollected', collected({ purposes: ['support'] }));
    await seen();
    const held = {
      subject: person(1),
      category: 'email',
      holder: 'crm',
      began,
      status: 'held',
      purposes: ['account', 'support'],
      bases: ['consent'],
      consents: [person(90)],
      origins: ['subject'],
      edition: editions[0].sha256,
      stays: ['purpose-reached', 'purpose-reached'],
      endRelations: ['account', 'ticket'],
      tellings: 2,
      events: [began, again],
    };
    expect((await ask.holdings.page()).rows).toMatchObject([held]);
    const end = await ledger.about(1, 'DataDestroyed', {
      categories: ['email'],
      holder: 'crm',
      manner: 'deleted',
      ground: 'purpose-reached',
      method: 'row-deletion',
      copiesUntil: '2026-12-20',
    });
    await seen();
    const ended = { status: 'deleted', endGround: 'purpose-reached', copiesUntil: '2026-12-20' };
    expect((await ask.holdings.page({ filter: { status: 'deleted' } })).rows).toMatchObject([
      { ...ended, events: [began, again, end] },
    ]);
    expect((await ask.holdings.page({ filter: { status: 'held' } })).rows).toEqual([]);
  });

  it('say not later than when it was declared so, what blocks it, and forget what is retracted', async () => {
    await followed();
    const since = { moment: '2024-06-01T00:00:00Z', precision: 'not-later-than' };
    const declared = await ledger.about(1, 'DataDeclared', { ...collected({ origin: { kind: 'unknown' } }), since });
    const block = await ledger.about(1, 'DataBlocked', { categories: ['email'], ground: 'breach-reported' });
    await seen();
    expect((await ask.holdings.page()).rows).toMatchObject([
      { status: 'blocked', since: since.moment, sincePrecision: 'not-later-than', events: [declared, block] },
    ]);
    await ledger.about(1, 'FactRetracted', { fact: declared, type: 'DataDeclared', ground: 'told-in-error' });
    await seen();
    expect((await ask.holdings.page()).rows).toEqual([]);
  });

  it('are due when the relation that the policy names has ended', async () => {
    await followed();
    const relation = await ledger.about(1, 'RelationStarted', { kind: 'account' });
    await ledger.about(1, 'DataCollected', collected());
    await seen();
    expect((await ask.holdings.page()).rows[0]?.due).toBeUndefined();
    await ledger.about(1, 'RelationEnded', { relation, kind: 'account' }, { occurred: minute(900) });
    await seen();
    expect((await ask.holdings.page({ filter: { due: minute(901) } })).rows).toMatchObject([{ due: minute(900) }]);
    expect((await ask.holdings.page({ filter: { due: minute(900) } })).rows).toEqual([]);
  });
});

describe('consents', () => {
  it('stand, are withdrawn in part and wholly, are refused, and expire when the term is over', async () => {
    await followed();
    const stands = await ledger.about(1, 'ConsentGiven', consented());
    const partly = await ledger.about(2, 'ConsentGiven', consented());
    const wholly = await ledger.about(3, 'ConsentGiven', consented());
    const over = { ...completeItems, term: { until: '2026-11-01T01:00:00Z' } };
    await ledger.about(4, 'ConsentGiven', consented({ items: over }));
    const received = '2026-11-01T05:00:00Z';
    await ledger.about(2, 'ConsentWithdrawn', { consent: partly, scope: { purposes: ['payment'] }, received });
    const withdrawal = await ledger.about(3, 'ConsentWithdrawn', { consent: wholly, received });
    await ledger.about(5, 'ConsentRefused', { purposes: ['account'], channel: 'web-form', by: 'subject' });
    await seen();
    const { rows } = await ask.consents.page();
    expect(rows.map(({ status }) => status)).toEqual([
      'stands',
      'withdrawn-in-part',
      'withdrawn',
      'expired',
      'refused',
    ]);
    expect(rows[0]).toMatchObject({
      event: stands,
      purposes: ['account', 'payment'],
      recipientClasses: expect.any(Array) as unknown,
    });
    expect(rows[2]).toMatchObject({ withdrawn: received, events: [wholly, withdrawal] });
    expect((await ask.consents.page({ filter: { status: 'expired' } })).rows).toHaveLength(1);
    expect((await ask.consents.page({ filter: { status: 'stands' } })).rows).toMatchObject([{ event: stands }]);
  });
});

describe('transfers', () => {
  it('name recipient, ground and events, and when the person was told', async () => {
    await followed();
    const event = await ledger.about(1, 'DataTransferred', transferred);
    const notice = await ledger.about(1, 'SubjectNotified', {
      about: 'transfer',
      channel: 'email',
      transfers: [event],
    });
    await ledger.about(2, 'DataTransferred', { ...transferred, recipient: 'far-cloud', country: 'DE' });
    await seen();
    const { rows } = await ask.transfers.page({ filter: { recipient: 'good-bank' } });
    expect(rows).toMatchObject([
      { subject: person(1), basis: 'consent', source: 'urn:example:crm', events: [event, notice] },
    ]);
    expect((await ask.transfers.page({ filter: { country: 'DE' } })).rows).toMatchObject([{ subject: person(2) }]);
  });
});

describe('the registers of the controller', () => {
  const recipient = {
    recipient: 'good-bank',
    class: 'payment-and-banks',
    country: 'KZ',
    categories: ['email'],
    purposes: ['payment'],
    undertaking: { from: '2026-01-01' },
  };
  const stream = `recipient-${person(40)}`;

  it('name recipients as last told, and suspended ones from the moment of it', async () => {
    await followed();
    const event = await ledger.tell({ stream, type: 'RecipientRegistered', facts: recipient });
    await seen();
    expect((await ask.recipients.page()).rows).toMatchObject([
      { recipient: 'good-bank', status: 'registered', undertakingFrom: '2026-01-01', events: [event] },
    ]);
    const suspend = (from: string) => ({ recipient: 'good-bank', from, ground: 'undertaking-broken' });
    await ledger.tell({ stream, type: 'RecipientSuspended', facts: suspend('9000-01-01T00:00:00Z') });
    await seen();
    expect((await ask.recipients.page()).rows).toMatchObject([{ status: 'registered' }]);
    await ledger.tell({ stream, type: 'RecipientSuspended', facts: suspend(minute(1)) });
    await seen();
    expect((await ask.recipients.page({ filter: { status: 'suspended' } })).rows).toHaveLength(1);
  });

  it('name holders with their countries, and editions with which of them is in force', async () => {
    await followed();
    await ledger.tell({ stream: 'policy', type: 'PolicyPublished', facts: publication(1, minute(5)) });
    await ledger.tell({ stream: 'policy', type: 'PolicyPublished', facts: publication(1, '9000-01-01T00:00:00Z') });
    await seen();
    expect((await ask.holders.page()).rows).toMatchObject([{ holder: 'crm', countries: ['KZ'] }]);
    expect((await ask.editions.page()).rows.map(({ edition }) => edition)).toEqual([
      'sample-1',
      'sample-2',
      'sample-2',
    ]);
    expect((await ask.editions.page({ filter: { status: 'in-force' } })).rows).toMatchObject([{ inForce: minute(5) }]);
    expect((await ask.editions.page({ filter: { status: 'coming' } })).rows).toHaveLength(1);
  });
});

describe('who looked', () => {
  it('is one row for each answer, found by each subject it was about', async () => {
    await followed();
    const facts = {
      question: 'holdings',
      role: 'officer',
      key: person(50),
      reason: 'inspection',
      filter: { category: 'email' },
    };
    const tell = (subjects: string[]) =>
      ledger.tell({ stream: 'reads-2026-11-20-1', type: 'LedgerRead', facts: { ...facts, subjects, count: '2' } });
    const both = await tell([person(1), person(2)]);
    const other = await tell([person(2)]);
    await seen();
    expect((await ask.access.page({ filter: { subject: person(1) } })).rows).toMatchObject([
      { event: both, role: 'officer', reason: 'inspection', filter: { category: 'email' }, count: 2 },
    ]);
    const { rows } = await ask.access.page({ filter: { subject: person(2), role: 'officer' } });
    expect(rows.map(({ event }) => event)).toEqual([both, other]);
  });
});

describe('findings', () => {
  it('are of the subject, cite their events, and sum up to classes by month', async () => {
    await followed();
    const facts = collected({ categories: ['shoe-size'], purposes: ['account'], basis: { code: 'kz.9.1' } });
    const first = await ledger.about(1, 'DataCollected', facts);
    await ledger.about(2, 'DataCollected', facts);
    await ledger.about(2, 'DataCollected', facts);
    await seen();
    const filter = { code: 'UNDECLARED_CATEGORY' };
    expect((await ask.findings.page({ filter: { ...filter, subject: person(1) } })).rows).toMatchObject([
      {
        event: first,
        category: 'shoe-size',
        assessment: 'open',
        source: 'urn:example:crm',
        basis: 'kz.9.1',
        period: '2026-11',
      },
    ]);
    expect((await ask['finding-classes'].page({ filter })).rows).toMatchObject([
      { code: 'UNDECLARED_CATEGORY', clause: '3', people: 2, findings: 3, first: minute(5), assessment: 'open' },
    ]);
  });

  it('of the ledger itself end when somebody is appointed', async () => {
    await followed();
    await seen();
    expect((await ask.findings.page({ filter: { code: 'NO_RESPONSIBLE_PERSON' } })).rows).toHaveLength(1);
    await ledger.tell({ stream: 'policy', type: 'OfficerAppointed', facts: { staff: person(60), from: minute(0) } });
    await seen();
    expect((await ask.findings.page({ filter: { code: 'NO_RESPONSIBLE_PERSON' } })).rows).toEqual([]);
  });

  it('are against the source that tells of somebody erased, name nobody, and never change', async () => {
    await followed();
    const telling = {
      stream: `source-${person(791)}`,
      type: 'ErasedSubjectReported',
      facts: { told: 'DataUsed' },
    };
    const edition = editions[0].sha256;
    const [first, second] = [await ledger.tell({ ...telling, edition }), await ledger.tell({ ...telling, edition })];
    const third = await ledger.tell(telling);
    await seen();
    const found = async () => (await ask.findings.page({ filter: { code: 'AFTER_ERASURE' } })).rows;
    const before = await found();
    const against = { source: 'urn:example:crm', params: { told: 'DataUsed' }, assessment: 'open' };
    const row = { ...against, clause: '7', article: '94-V:18' };
    expect(before).toMatchObject([
      { ...row, events: [first] },
      { ...row, events: [second] },
      { ...against, clause: '-', article: '-', events: [third] },
    ]);
    expect(before.every((one) => one.subject === undefined)).toBe(true);
    const { rows } = await ask['finding-classes'].page({ filter: { code: 'AFTER_ERASURE' } });
    expect(rows).toMatchObject([
      { ...{ clause: '-', source: 'urn:example:crm' }, people: 0, findings: 1 },
      {
        clause: '7',
        article: '94-V:18',
        people: 0,
        findings: 2,
        first: before[0]?.occurred,
        last: before[1]?.occurred,
      },
    ]);
    await ledger.tell({ stream: 'policy', type: 'PolicyPublished', facts: publication(1, minute(0)) });
    await ledger.tell({
      stream: 'policy',
      type: 'OfficerAppointed',
      facts: { staff: person(60), from: minute(0) },
    });
    await seen();
    expect(await found()).toEqual(before);
  });

  describe('of requests', () => {
    const filter = (code: string) => ({ filter: { code } });
    const clock = (from: string, due: string) => ({ term: 'access', profile: 'kz', version: '1', from, due });
    const asked = {
      ...{ right: 'know', profiles: ['kz'], channel: 'email', language: 'ru' },
      clocks: [clock(minute(0), '2026-11-21T00:00:00Z')],
    };
    const receive = (n: number, more: object = {}) =>
      ledger.tell({
        stream: `request-${person(n)}`,
        type: 'RequestReceived',
        facts: { ...asked, received: minute(0), ...more },
      });
    const answer = (n: number, more: object = {}, at?: string) =>
      ledger.tell({
        ...(at !== undefined && { at }),
        stream: `request-${person(n)}`,
        type: 'RequestAnswered',
        facts: {
          ...{ outcome: 'partly', delivered: minute(60), how: 'email', language: 'ru' },
          ...{ hash: 'e'.repeat(64), projection: 'answer.1' },
          ...more,
        },
      });

    it('stand on RequestReceived: late by the clock or by the answer, taken in late, and what holders said', async () => {
      await followed();
      const [never, late, punctual] = [await receive(1), await receive(2), await receive(3, { late: 'yes' })];
      await answer(2, { delivered: '2026-11-22T00:00:00Z' });
      const differences = [
        { code: 'UNTOLD_HOLDING', holder: 'billing', categories: ['phone'] },
        { code: 'UNTOLD_HOLDING', holder: 'crm', categories: ['phone', 'plan'] },
        { code: 'HOLDING_GONE', holder: 'crm', categories: ['email'] },
      ];
      const said = await answer(3, { differences });
      const due = '2099-11-21T00:00:00Z';
      await receive(4, { clocks: [clock(minute(0), due)] });
      await seen();
      const rows = async (code: string) => (await ask.findings.page(filter(code))).rows;
      const about = (n: number) => ({ request: person(n) });
      const both = await rows('REQUEST_OVERDUE');
      expect(new Set(both.map(({ event }) => event))).toEqual(new Set([never, late]));
      expect(both.every(({ recorded }) => recorded === '2026-11-21T00:00:00Z')).toBe(true);
      expect(await rows('INTAKE_LATE')).toMatchObject([
        {
          ...{ event: punctual, occurred: minute(0), params: about(3), events: [punctual], assessment: 'open' },
          ...{ article: '94-V:25(2)(6)', clause: '-', category: '-', basis: '-', period: minute(0).slice(0, 7) },
        },
      ]);
      expect(await rows('UNTOLD_HOLDING')).toMatchObject([
        { event: punctual, category: 'phone', params: { ...about(3), holder: ['billing', 'crm'] } },
        { event: punctual, category: 'plan', params: { ...about(3), holder: 'crm' }, events: [punctual, said] },
      ]);
      const ofCrm = (await ask.findings.page({ filter: { holder: 'crm' } })).rows;
      expect(ofCrm.map(({ code, category }) => `${code} ${category}`).sort()).toEqual([
        'HOLDING_GONE email',
        'UNTOLD_HOLDING phone',
        'UNTOLD_HOLDING plan',
      ]);
      expect(ofCrm.every(({ subject }) => subject === undefined)).toBe(true);
      expect((await ask['finding-classes'].page(filter('REQUEST_OVERDUE'))).rows).toMatchObject([
        { findings: 2, people: 0, assessment: 'open' },
      ]);
    });

    it('are told of by their last steps, in the order of the log where all are of one second', async () => {
      await followed();
      const [subject, at] = [person(90), minute(0)];
      const proved = { outcome: 'proved', methods: ['mailbox'], subject, opens: { what: 'everything' } };
      const failed = { outcome: 'not-proved', methods: ['mailbox'], opens: { what: 'nothing' } };
      const events = new Map<string, string[]>();
      for (let n = 1; n <= 10; n++) {
        const stream = `request-${person(n)}`;
        const told = [await receive(n)];
        for (const facts of [failed, proved, failed, proved]) {
          told.push(await ledger.tell({ stream, type: 'IdentityVerified', facts, at }));
        }
        events.set(person(n), told);
      }
      await seen();
      const rows = async () => (await ask.requests.page({ filter: { subject } })).rows;
      expect((await rows()).map(({ request, state, events: told }) => ({ request, state, told }))).toEqual(
        [...events].map(([request, told]) => ({ request, state: 'identified', told })),
      );
      // Whoever is known for another in the same second, and whoever fails after she was known.
      const other = { ...proved, subject: person(91) };
      const identity = (n: number, facts: object) =>
        ledger.tell({ stream: `request-${person(n)}`, type: 'IdentityVerified', facts: { ...facts }, at });
      for (let n = 11; n <= 30; n++) {
        await receive(n);
        for (const facts of n <= 20 ? [proved, other] : [other, failed]) await identity(n, facts);
      }
      await seen();
      const known = (await ask.requests.page({ filter: { subject: person(91) }, limit: 500 })).rows;
      expect(known.map(({ subject: whom, state }) => `${whom} ${state}`)).toEqual([
        ...(Array(10).fill(`${person(91)} identified`) as string[]),
        ...(Array(10).fill(`${person(91)} received`) as string[]),
      ]);
      for (let n = 1; n <= 10; n++) await answer(n, { delivered: at }, at);
      await seen();
      const own = (await rows()).filter(({ request }) => events.has(request));
      expect(own).toMatchObject(Array(10).fill({ subject, state: 'answered', outcome: 'partly', actual: at }));
    });

    it('are assessed one by one or as a class, page by page, and stay so when all is built anew', async () => {
      await followed();
      const [one, other] = [await receive(1, { late: 'yes' }), await receive(2, { late: 'yes' })];
      const assess = (facts: object) =>
        ledger.tell({ stream: 'policy', type: 'FindingAssessed', facts: { staff: person(60), ...facts } });
      const measure = 'intake-reorganised';
      const single = await assess({ findings: [`${one}:INTAKE_LATE:-:-`], verdict: 'remedied', measure });
      await seen();
      const rows = async () => {
        const read = [];
        let cursor: string | undefined;
        do {
          const page = await ask.findings.page({
            filter: { code: 'INTAKE_LATE' },
            limit: 1,
            ...(cursor && { cursor }),
          });
          read.push(...page.rows);
          cursor = page.next;
        } while (cursor !== undefined);
        return new Map(read.map((row) => [row.event, row]));
      };
      const before = await rows();
      expect(before.get(one)).toMatchObject({ assessment: 'remedied', measure, assessedBy: single });
      expect(before.get(other)).toMatchObject({ assessment: 'open', events: [other] });

      const of = { code: 'INTAKE_LATE', clause: '-', source: '-', basis: '-', period: minute(0).slice(0, 7) };
      const until = before.get(other)?.recorded ?? '';
      const whole = await assess({ class: of, until, found: '2', people: '0', verdict: 'confirmed' });
      await receive(3, { late: 'yes' });
      await seen();
      const after = await rows();
      expect([one, other].map((event) => after.get(event)?.assessedBy)).toEqual([whole, whole]);
      expect([...after.values()].map(({ assessment }) => assessment).sort()).toEqual([
        'confirmed',
        'confirmed',
        'open',
      ]);
      const live = await contents(place.pool);
      await rebuildAll(place.pool);
      expect(await contents(place.pool)).toEqual(live);
      expect(await rows()).toEqual(after);
    });
  });

  it('go when a consent told late turns out to have stood, and come back when it is retracted', async () => {
    await followed();
    await ledger.about(1, 'DataCollected', collected(), { occurred: minute(100) });
    await seen();
    expect(await codes(1)).toContain('CONSENT_MISSING');
    const consent = await ledger.about(1, 'ConsentGiven', consented(), { occurred: minute(50) });
    await seen();
    expect(await codes(1)).not.toContain('CONSENT_MISSING');
    await ledger.about(1, 'FactRetracted', { fact: consent, type: 'ConsentGiven', ground: 'told-in-error' });
    await seen();
    expect(await codes(1)).toContain('CONSENT_MISSING');
  });

  it('are judged anew when a recipient turns out to have been registered before the transfer', async () => {
    await followed();
    await ledger.about(1, 'DataTransferred', transferred, { occurred: minute(100) });
    await seen();
    expect(await codes(1)).toContain('UNDECLARED_RECIPIENT');
    const facts = {
      recipient: 'good-bank',
      class: 'payment-and-banks',
      country: 'KZ',
      categories: ['email'],
      purposes: ['payment'],
    };
    await ledger.tell({ stream: `recipient-${person(40)}`, type: 'RecipientRegistered', facts, occurred: minute(50) });
    await seen();
    expect(await codes(1)).not.toContain('UNDECLARED_RECIPIENT');
  });

  it('are judged anew when an edition turns out to have been in force, by facts that named none', async () => {
    await followed();
    const facts = collected({ purposes: ['support'] });
    await ledger.tell({ stream: `subject-${person(1)}`, type: 'DataCollected', facts, occurred: minute(100) });
    await seen();
    expect(await codes(1)).not.toContain('UNDECLARED_PURPOSE');
    await ledger.tell({ stream: 'policy', type: 'PolicyPublished', facts: publication(1, minute(50)) });
    await seen();
    expect(await codes(1)).toContain('UNDECLARED_PURPOSE');
  });

  it('wait for a profile to judge by, and say how many wait', async () => {
    ledger = new SampleLedger();
    place.start(ledger);
    await ledger.about(1, 'DataTransferred', transferred);
    await seen();
    expect(await codes(1)).toEqual([]);
    await ledger.begin();
    await seen();
    expect(await codes(1)).toContain('UNDECLARED_RECIPIENT');
  });
});

describe('erasures', () => {
  const ordered = { scope: 'person', ground: 'subject-request', act: '94-V', article: '18(1)' };
  const destroyed = { parts: '3', keys: '4', tokens: '1' };
  const executed = (order: string) => ({
    ...{ order, cause: 'erasure', scope: 'person', ordered: minute(9), destroyed },
  });
  const [counted = ''] = countedErasures;

  it('are ordered, executed and final when the last custodian has destroyed the key of the epoch', async () => {
    await followed();
    const custodians = [
      { name: 'file', kcv: 'AAAAAAAAAAA' },
      { name: 'safe', kcv: 'AAAAAAAAAAA' },
    ];
    await ledger.tell({ stream: 'ledger', type: 'EpochOpened', facts: { epoch: '1', custodians } });
    const order = await ledger.about(1, 'ErasureOrdered', ordered);
    await seen();
    const row = async () => (await ask.erasures.page({ filter: { order } })).rows;
    const standing = { subject: person(1), of: person(1), orderEvent: order, cause: 'erasure', article: '94-V:18(1)' };
    expect(await row()).toMatchObject([{ ...standing, status: 'ordered', scope: 'person', events: [order] }]);
    expect((await ask.erasures.page({ filter: { status: 'ordered' } })).rows).toHaveLength(1);
    await ledger.about(1, 'ErasureExecuted', { ...executed(order), more: 'yes' });
    await seen();
    expect(await row()).toMatchObject([{ status: 'ordered' }]);
    await ledger.about(1, 'ErasureExecuted', executed(order), { id: counted });
    await seen();
    expect(await row()).toMatchObject([
      { ...standing, status: 'executed', executedBy: counted, destroyedParts: 6, destroyedTokens: 2 },
    ]);
    const survivors = { owners: '0', tokens: '0' };
    const closed = { epoch: '1', survivors, erasures: '3', list: erasureList.sha256 };
    await ledger.tell({ stream: 'ledger', type: 'EpochClosed', facts: closed });
    const gone = (custodian: string, at: number) => ({
      stream: 'ledger',
      type: 'KeyDestroyed',
      facts: { epoch: '1', custodian, kcv: '00aa11bb22cc33dd', destroyed: minute(at) },
    });
    await ledger.tell(gone('safe', 21));
    await seen();
    expect(await row()).toMatchObject([{ status: 'executed', epoch: '1' }]);
    await ledger.tell(gone('file', 20));
    await seen();
    expect(await row()).toMatchObject([{ status: 'final', final: minute(21) }]);
    expect((await ask.erasures.page({ filter: { status: 'executed' } })).rows).toEqual([]);
  });

  it('say what is kept and by which act, and what was refused', async () => {
    await followed();
    const kept = { why: 'STATUTORY_RETENTION', categories: ['requisites.iban'], act: '120-VI', article: '48' };
    const order = await ledger.about(1, 'ErasureOrdered', { ...ordered, scope: 'category', categories: ['email'] });
    const narrowed = await ledger.about(1, 'ErasureNarrowed', { order, scope: 'person', kept: [kept] });
    const refused = await ledger.about(2, 'ErasureRefused', { scope: 'person', ground: 'objection', kept: [kept] });
    await seen();
    const stays = { keptWhy: ['STATUTORY_RETENTION'], keptCategories: ['requisites.iban'] };
    expect((await ask.erasures.page()).rows).toMatchObject([
      { orderEvent: order, keptBy: narrowed, ...stays, keptArticles: ['120-VI:48'], categories: ['email'] },
      { orderEvent: refused, keptBy: refused, ...stays, status: 'refused', refused: minute(8) },
    ]);
    expect((await ask.erasures.page({ filter: { status: 'refused' } })).rows).toHaveLength(1);
  });

  it('take every row about the person with them, and nothing told later brings one back', async () => {
    await followed();
    await ledger.about(1, 'DataCollected', collected({ categories: ['shoe-size'] }));
    await ledger.about(1, 'ConsentGiven', consented());
    await ledger.about(1, 'DataTransferred', transferred);
    await ledger.about(2, 'DataCollected', collected());
    const registers = ['holdings', 'consents', 'transfers', 'findings'] as const;
    const subjects = async () => {
      const pages = await Promise.all(registers.map((name) => ask[name].page({ filter: { subject: person(1) } })));
      return pages.map(({ rows }) => rows.length > 0);
    };
    const order = await ledger.about(1, 'ErasureOrdered', ordered);
    await seen();
    expect(await subjects()).toEqual([true, true, true, true]);
    await ledger.about(1, 'ErasureExecuted', executed(order));
    await seen();
    expect(await subjects()).toEqual([false, false, false, false]);
    await ledger.about(1, 'DataDestroyed', {
      ...{ categories: ['email'], holder: 'crm', manner: 'destroyed', ground: 'subject-request', method: 'overwrite' },
    });
    await ledger.tell({ stream: 'policy', type: 'PolicyPublished', facts: publication(1, minute(1)) });
    await seen();
    expect(await subjects()).toEqual([false, false, false, false]);
    // Who refuses to destroy what it has of her must be found all the same.
    const task = await ledger.about(1, 'TaskOrdered', { kind: 'destroy', holder: 'crm', cause: order, by: 'person' });
    const refused = { result: 'refused', reason: 'kept-by-law', by: 'person', proof: 'officer', happened: minute(30) };
    const event = await ledger.about(1, 'TaskAcknowledged', { task, ...refused });
    await seen();
    expect((await ask.findings.page({ filter: { subject: person(1) } })).rows).toMatchObject([
      { event, code: 'TASK_REFUSED', params: { holder: 'crm', kind: 'destroy', reason: 'kept-by-law' } },
    ]);
    expect((await ask.holdings.page()).rows).toMatchObject([{ subject: person(2) }]);
    const live = await contents(place.pool);
    await rebuildAll(place.pool);
    await seen();
    expect(await contents(place.pool)).toEqual(live);
  });
});

describe('an erased category', () => {
  it('takes its own rows with it, leaves the others, and comes back when it is collected anew', async () => {
    await followed();
    await ledger.about(1, 'DataCollected', collected({ categories: ['email', 'shoe-size'] }));
    await ledger.about(1, 'DataTransferred', { ...transferred, categories: ['email', 'shoe-size'] });
    const categories = ['shoe-size'];
    const order = await ledger.about(1, 'ErasureOrdered', { scope: 'category', categories, ground: 'subject-request' });
    const destroyed = { parts: '1', keys: '1', tokens: '0' };
    const executed = { order, cause: 'erasure', scope: 'category', categories, ordered: minute(7), destroyed };
    await ledger.about(1, 'ErasureExecuted', executed);
    const gone = { categories, holder: 'crm', manner: 'destroyed', ground: 'subject-request', method: 'overwrite' };
    await ledger.about(1, 'DataDestroyed', gone);
    await seen();
    const held = async () => (await ask.holdings.page()).rows.map(({ category }) => category);
    expect(await held()).toEqual(['email']);
    expect((await ask.transfers.page()).rows).toMatchObject([{ categories: ['email'] }]);
    expect(await codes(1)).not.toContain('UNDECLARED_CATEGORY');
    await ledger.about(1, 'DataCollected', collected({ categories }));
    await seen();
    expect(await held()).toEqual(['email', 'shoe-size']);
    expect(await codes(1)).toContain('UNDECLARED_CATEGORY');
  });
});

describe('holds', () => {
  it('stand until they are lifted or their term is over', async () => {
    await followed();
    const claim = { ground: 'legal-claim', act: '94-V', article: '8(2)', categories: ['email'] };
    const hold = await ledger.about(1, 'LegalHoldPlaced', claim);
    const over = await ledger.about(1, 'LegalHoldPlaced', { ground: 'inspection', until: minute(10) });
    await seen();
    const states = async () => (await ask.holds.page()).rows.map((row) => [row.hold, row.status]);
    expect(await states()).toEqual([
      [hold, 'stands'],
      [over, 'ended'],
    ]);
    const lift = await ledger.about(1, 'LegalHoldLifted', { hold, ground: 'claim-settled' });
    await seen();
    expect((await ask.holds.page({ filter: { status: 'lifted', category: 'email' } })).rows).toMatchObject([
      { hold, article: '94-V:8(2)', liftGround: 'claim-settled', events: [hold, lift] },
    ]);
    expect((await ask.holds.page({ filter: { status: 'stands' } })).rows).toEqual([]);
  });
});

describe('holds that are over', () => {
  it('name the certificates of what they kept from being destroyed, for as long as nobody has destroyed it', async () => {
    await followed();
    await ledger.about(1, 'DataCollected', collected());
    const hold = await ledger.about(1, 'LegalHoldPlaced', { ground: 'inspection', until: minute(10) });
    const refusal = await ledger.about(1, 'ErasureRefused', {
      scope: 'category',
      categories: ['email'],
      ground: 'subject-request',
      kept: [{ why: 'LEGAL_HOLD', categories: ['email'], hold }],
    });
    const erasure = { scope: 'category', categories: ['email'] };
    await seen();
    const ended = async () => (await ask.holds.page({ filter: { status: 'ended' } })).rows;
    expect(await ended()).toMatchObject([{ hold, withheld: [refusal] }]);
    const order = await ledger.about(1, 'ErasureOrdered', { ...erasure, ground: 'subject-request' });
    const destroyed = { parts: '1', keys: '1', tokens: '0' };
    await ledger.about(1, 'ErasureExecuted', { ...erasure, order, cause: 'erasure', ordered: minute(11), destroyed });
    await seen();
    const [row] = await ended();
    expect(row).toMatchObject({ hold });
    expect(row).not.toHaveProperty('withheld');
  });
});

describe('merged subjects', () => {
  it('are one person once both streams say so, and two again after', async () => {
    await followed();
    await ledger.about(1, 'DataCollected', collected());
    await ledger.about(2, 'DataCollected', collected({ categories: ['phone'] }));
    const merge = { other: person(2), ground: 'officer-decision' };
    const back = { other: person(1), ground: 'officer-decision' };
    const whose = async () => (await ask.holdings.page()).rows.map(({ subject, category }) => [subject, category]);
    await ledger.about(1, 'SubjectsMerged', { part: 'survivor', ...merge });
    await seen();
    expect(await whose()).toEqual([
      [person(1), 'email'],
      [person(2), 'phone'],
    ]);
    const event = await ledger.about(2, 'SubjectsMerged', { part: 'merged', ...back });
    await seen();
    expect(await whose()).toEqual([
      [person(1), 'email'],
      [person(1), 'phone'],
    ]);
    await ledger.about(1, 'SubjectsUnmerged', { part: 'survivor', merge: event, ...merge });
    await ledger.about(2, 'SubjectsUnmerged', { part: 'merged', merge: event, ...back });
    await seen();
    expect(await whose()).toEqual([
      [person(1), 'email'],
      [person(2), 'phone'],
    ]);
  });
});

describe('demands', () => {
  it('say by when each was to be answered, what became of it, on which events, and whom it names by a filter alone', async () => {
    await followed();
    const stream = (n: number) => `demand-${person(n)}`;
    const named = {
      authority: 'court',
      received: '2020-01-10T09:00:00Z',
      due: '2020-01-20T09:00:00Z',
      act: '377-V',
      article: '73',
    };
    const first = await ledger.tell({
      stream: stream(801),
      type: 'AuthorityDemandReceived',
      facts: { ...named, categories: ['email'], subjects: [person(1), person(2)] },
    });
    const second = await ledger.tell({
      stream: stream(802),
      type: 'AuthorityDemandReceived',
      facts: { authority: 'tax', received: '2020-01-11T09:00:00Z' },
    });
    await seen();
    const open = { state: 'open', overdue: 'yes', demand: person(801), law: '377-V', article: '73', people: 2 };
    expect((await ask.demands.page()).rows).toMatchObject([
      { ...open, events: [first] },
      { state: 'open', demand: person(802), people: 0, events: [second] },
    ]);
    expect((await ask.demands.page({ filter: { subject: person(2) } })).rows).toHaveLength(1);
    expect((await ask.demands.page({ filter: { subject: person(3) } })).rows).toEqual([]);
    const answer = await ledger.tell({
      stream: stream(801),
      type: 'AuthorityDemandAnswered',
      facts: { outcome: 'partly', moment: '2020-01-15T09:00:00Z', categories: ['email'], transfers: [person(90)] },
    });
    const refusal = await ledger.tell({
      stream: stream(802),
      type: 'AuthorityDemandRefused',
      facts: { reason: 'no-power', moment: '2020-01-16T09:00:00Z', act: '94-V', article: '9(1)' },
    });
    await seen();
    const { rows } = await ask.demands.page();
    expect(rows).toMatchObject([
      { state: 'answered', outcome: 'partly', given: ['email'], transfers: [person(90)] },
      { state: 'refused', outcome: 'refused', refusal: 'no-power', closedLaw: '94-V', closedArticle: '9(1)' },
    ]);
    expect(rows.map(({ events }) => events)).toEqual([
      [first, answer, person(90)],
      [second, refusal],
    ]);
    expect(rows.map(({ overdue }) => overdue)).toEqual([undefined, undefined]);
    const late = (await ask.demands.page({ filter: { overdue: 'yes', status: 'answered' } })).rows;
    expect(late).toEqual([]);
    await rebuildAll(place.pool);
    await settled(place.pool, ledger.position);
    expect((await ask.demands.page()).rows).toEqual(rows);
  });
});
