// Is what was ordered to be destroyed destroyed, and nothing else? The whole write path on real PostgreSQL.
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { catalogue } from '@derbes/domain';
import { readEnvelope, type Recorded } from '@derbes/kernel';
import { asOwnerName, normalise } from '@derbes/vault';
import { randomUUID } from 'node:crypto';
import { type Ledger } from '../ledger.js';
import { askedBy, fact, orderErasure, publishKiberon, tell, testLedger, type TestLedger } from '../testing.js';
import { type EraseSubject, LiftHold, PlaceHold, type Erased } from '../write/erasure-commands.js';
import { LiftHoldHandler, PlaceHoldHandler } from '../write/erasure-handlers.js';
import { type ReceivedEvent } from '../write/received.js';

// A crowded machine is no failure.
jest.setTimeout(60_000);

let test: TestLedger;
let ledger: Ledger;
beforeAll(async () => {
  test = await testLedger();
  ledger = test.ledger;
  await publishKiberon(ledger);
});
afterAll(() => test?.close());

const email = (name: string) => `${name}@erased.example.kz`;
const of = (name: string) => ({ subject: { identifiers: [{ scheme: 'email', value: email(name) }] } });
const collected = (name: string, more: object = {}) => ({
  ...of(name),
  categories: ['email', 'phone'],
  purposes: ['account'],
  holder: 'crm',
  origin: { kind: 'subject', means: 'web-form' },
  values: { email: email(name), phone: '+77010000000' },
  ...more,
});
const tokenOf = (value: string) => {
  const normal = normalise('email', value);
  if ('reason' in normal) throw new Error(normal.reason);
  return ledger.vault.token(normal);
};
async function subjectOf(name: string): Promise<string | undefined> {
  const token = tokenOf(email(name));
  const row = (await ledger.vault.lookup([token])).get(token.token.toString('hex'));
  return row?.owner.slice('subject-'.length);
}
async function known(name: string, ...events: ReceivedEvent[]): Promise<string> {
  for (const { status } of await tell(ledger, ...events)) expect(status).toBe('recorded');
  const subject = await subjectOf(name);
  if (subject === undefined) throw new Error('nobody found');
  return subject;
}
async function streamOf(stream: string): Promise<Recorded[]> {
  const events: Recorded[] = [];
  for await (const { bytes } of ledger.store.readStream(stream)) events.push(catalogue.read(readEnvelope(bytes)));
  return events;
}
const typesOf = async (subject: string) => (await streamOf(`subject-${subject}`)).map(({ type }) => type);
const partsOf = (subject: string) => ledger.vault.partsOfOwner(asOwnerName(`subject-${subject}`));
const count = async (sql: string, value: unknown) =>
  Number((await test.database.owner.query<{ n: string }>(sql, [value])).rows[0]?.n);
const pending = () => count('select count(*) as n from erasure_order where $1', true);
/** Orders that facts demand are carried out beside them. */
async function untilExecuted(): Promise<void> {
  while ((await pending()) > 0) await new Promise((resolve) => setTimeout(resolve, 20));
}

const officer = () => askedBy('officer', { reason: 'test' });
const erase = (subject: string, more: Partial<EraseSubject> = {}): Promise<Erased> =>
  orderErasure(ledger, subject, { asked: officer(), ...more });
async function reportsOf(source: string): Promise<Recorded[]> {
  const { rows } = await test.database.owner.query<{ stream: string }>(
    'select stream from source_stream where source = $1',
    [source],
  );
  return rows[0] ? streamOf(rows[0].stream) : [];
}

describe('a person', () => {
  it('is erased: journal, event, key, values, tokens and claims, and nobody else is touched', async () => {
    const first = fact('data.collected', collected('gone'));
    const other = await known('stays', fact('data.collected', collected('stays')));
    const subject = await known('gone', first);
    const before = await partsOf(other);
    const erased = await erase(subject);
    expect(erased).toMatchObject({ status: 'recorded', outcome: 'ordered', state: 'executed', kept: [] });
    const events = await streamOf(`subject-${subject}`);
    expect(events.map(({ type }) => type).slice(-3)).toEqual(['ErasureOrdered', 'TaskOrdered', 'ErasureExecuted']);
    expect(events.at(-1)?.facts).toMatchObject({
      order: erased.order,
      cause: 'erasure',
      scope: 'person',
      // The link's identifier, the two values; their keys, the reference's and the check's; the e-mail and the ref.
      destroyed: { parts: '3', keys: '5', tokens: '2' },
    });
    expect((await ledger.vault.journal.entries()).map(({ erasure }) => erasure)).toContain(erased.order);
    const owner = asOwnerName(`subject-${subject}`);
    expect((await ledger.vault.ownersOf([owner])).get(owner)).toMatchObject({ state: 'erased', wrappedSk: null });
    expect(await partsOf(subject)).toEqual([]);
    expect(await count('select count(*) as n from part_key where owner = $1', owner)).toBe(0);
    expect(await subjectOf('gone')).toBeUndefined();
    expect(await partsOf(other)).toEqual(before);
    expect((await tell(ledger, first))[0]).toMatchObject({ status: 'erased', problem: { code: 'SUBJECT_ERASED' } });
    expect(await reportsOf(first.source)).toEqual([]);
    expect(await pending()).toBe(0);
  });

  it('that is erased again is refused, and the same key repeats the first outcome', async () => {
    const subject = await known('twice', fact('data.collected', collected('twice')));
    const asked = askedBy('officer', { reason: 'test', idempotencyKey: randomUUID() });
    const first = await erase(subject, { asked });
    expect(await erase(subject, { asked })).toEqual({ ...first, status: 'repeated' });
    await expect(erase(subject)).rejects.toMatchObject({ code: 'ALREADY_ERASED' });
    await expect(erase(randomUUID())).rejects.toMatchObject({ code: 'SUBJECT_UNKNOWN' });
    expect((await typesOf(subject)).filter((type) => type === 'ErasureExecuted')).toHaveLength(1);
  });

  it('is not told of any more: 410, once in the source’s own stream however often it is sent, and nothing of her', async () => {
    const source = 'urn:example:late';
    const subject = await known('late', fact('data.collected', collected('late'), { source }));
    await erase(subject);
    const types = await typesOf(subject);
    const used = fact(
      'data.used',
      { ...of('late'), categories: ['email'], purposes: ['account'], holder: 'crm' },
      { source },
    );
    for (let i = 0; i < 3; i++) expect((await tell(ledger, used))[0]).toMatchObject({ status: 'erased' });
    const many = Array.from({ length: 20 }, () => fact('data.collected', collected('late'), { source }));
    for (const { status } of await tell(ledger, ...many)) expect(status).toBe('erased');
    const reports = await reportsOf(source);
    expect(reports.map(({ type, facts }) => [type, facts])).toEqual([
      ['ErasedSubjectReported', { told: 'DataUsed' }],
      ...many.map(() => ['ErasedSubjectReported', { told: 'DataCollected' }]),
    ]);
    expect(JSON.stringify(reports)).not.toContain(subject);
    const { outcomes } = await ledger.writers.atomicFacts.record(
      [
        fact('data.collected', collected('late'), { source }),
        fact('data.collected', collected('with-late'), { source }),
      ],
      'emitter',
    );
    expect(outcomes).toMatchObject([{ value: { status: 'erased' } }, { value: { status: 'conflict' } }]);
    expect(await reportsOf(source)).toHaveLength(reports.length + 1);
    expect(await subjectOf('with-late')).toBeUndefined();
    expect(await typesOf(subject)).toEqual(types);
  });

  it('comes back by her own word as somebody new; what occurred before stays answered 410', async () => {
    const subject = await known('back', fact('data.collected', collected('back')));
    await erase(subject);
    const before = fact('relation.started', { ...of('back'), kind: 'account' }, { time: '2026-11-20T09:00:00Z' });
    const later = new Date(Date.now() + 2_000).toISOString();
    const after = fact('relation.started', { ...of('back'), kind: 'account' }, { time: later });
    const data = fact('data.collected', collected('back'), { time: later });
    expect((await tell(ledger, data))[0]).toMatchObject({ status: 'erased' });
    expect((await tell(ledger, before))[0]).toMatchObject({ status: 'erased' });
    expect((await tell(ledger, after))[0]).toMatchObject({ status: 'recorded' });
    const anew = await subjectOf('back');
    expect(anew).toBeDefined();
    expect(anew).not.toBe(subject);
    expect((await tell(ledger, { ...data, id: `${data.id}-again` }))[0]).toMatchObject({ status: 'recorded' });
    expect((await tell(ledger, { ...before, id: `${before.id}-again` }))[0]).toMatchObject({ status: 'erased' });
    expect((await typesOf(anew ?? '')).at(-1)).toBe('DataCollected');
  });

  it('under a hold is kept, and goes when it is lifted and ordered anew', async () => {
    const subject = await known('held', fact('data.collected', collected('held')));
    const place = Object.assign(new PlaceHold(), { subject, ground: 'legal-claim', asked: officer() });
    const { hold } = await new PlaceHoldHandler(ledger.writers).execute(place);
    const refused = await erase(subject);
    expect(refused).toMatchObject({ outcome: 'refused', kept: [{ why: 'LEGAL_HOLD' }] });
    expect(refused.order).toBeUndefined();
    expect((await partsOf(subject)).length).toBeGreaterThan(0);
    const lift = Object.assign(new LiftHold(), { subject, hold, ground: 'claim-settled', asked: officer() });
    const { withheld } = await new LiftHoldHandler(ledger.writers).execute(lift);
    const types = await typesOf(subject);
    expect(types).not.toContain('ErasureOrdered');
    expect(withheld).toMatchObject([{ outcome: 'refused', scope: 'person' }]);
    expect([...(withheld[0]?.categories ?? [])].sort()).toEqual(expect.arrayContaining(['email', 'phone']));
    expect((await partsOf(subject)).length).toBeGreaterThan(0);
    expect(await erase(subject)).toMatchObject({ outcome: 'ordered', state: 'executed' });
    expect(await typesOf(subject)).toEqual(
      expect.arrayContaining(['LegalHoldPlaced', 'ErasureRefused', 'LegalHoldLifted', 'ErasureExecuted']),
    );
  });
});

describe('a part of a person', () => {
  it('that is a category goes with the tokens of its schemes, and the rest still opens', async () => {
    const subject = await known('category', fact('data.collected', collected('category')));
    const erased = await erase(subject, { scope: 'category', categories: ['phone'] });
    expect(erased).toMatchObject({ outcome: 'ordered', state: 'executed' });
    expect((await partsOf(subject)).map(({ category }) => category).sort()).toEqual(['email', 'email']);
    expect(await subjectOf('category')).toBe(subject);
    const again = await erase(subject, { scope: 'category', categories: ['email'] });
    expect(again).toMatchObject({ state: 'executed' });
    expect(await partsOf(subject)).toEqual([]);
    expect(await subjectOf('category')).toBeUndefined();
    expect((await tell(ledger, fact('data.collected', collected('category'))))[0]?.status).toBe('recorded');
    expect(await subjectOf('category')).not.toBe(subject);
  });

  it('that was corrected goes, the new value stands, and both commitments stay in the history', async () => {
    const told = fact('data.collected', collected('corrected'));
    const subject = await known('corrected', told);
    const owner = asOwnerName(`subject-${subject}`);
    const correction = {
      ...of('corrected'),
      categories: ['phone'],
      holder: 'crm',
      ground: 'subject-request',
      corrects: { source: told.source, id: told.id },
      values: { phone: '+77019999999' },
    };
    await known('corrected', fact('data.corrected', correction));
    await untilExecuted();
    const phones = (await partsOf(subject)).filter(({ category }) => category === 'phone');
    expect(phones).toHaveLength(1);
    const events = await streamOf(owner);
    const [first, second] = ['DataCollected', 'DataCorrected'].map((type) =>
      events.find((event) => event.type === type),
    );
    expect(phones[0]?.eventId).toBe(second?.id);
    const [part] = second?.parts ?? [];
    if (!second || !part) throw new Error('no sealed part');
    expect(await ledger.vault.open([{ eventId: second.id, owner, part }])).toMatchObject([{ value: '+77019999999' }]);
    expect(first?.parts).toHaveLength(2);
    expect(events.at(-1)).toMatchObject({
      type: 'ErasureExecuted',
      facts: { cause: 'correction', order: second.id, scope: 'value', destroyed: { parts: '1' } },
    });
    // The check of the claim could tell the wrong value; it went with it, and the first outcome holds.
    expect((await tell(ledger, told))[0]).toMatchObject({ status: 'repeated' });
  });

  it('that was corrected under a block waits for its end, and goes when that is told', async () => {
    const told = fact('data.collected', collected('blocked'));
    const subject = await known('blocked', told);
    const block = { ...of('blocked'), categories: ['phone'], ground: 'breach-suspected' };
    await known('blocked', fact('data.blocked', block));
    const correction = {
      ...of('blocked'),
      categories: ['phone'],
      holder: 'crm',
      ground: 'subject-request',
      corrects: { source: told.source, id: told.id },
      values: { phone: '+77018888888' },
    };
    await known('blocked', fact('data.corrected', correction));
    const [order] = (await streamOf(`subject-${subject}`)).filter(({ type }) => type === 'DataCorrected');
    expect(await ledger.erasures.execute(order?.id ?? '')).toBe('held');
    expect(await typesOf(subject)).not.toContain('ErasureExecuted');
    // No worker runs here: whoever told of the end of the block is who goes on.
    await known('blocked', fact('data.unblocked', block));
    await untilExecuted();
    expect(await typesOf(subject)).toContain('ErasureExecuted');
    expect((await partsOf(subject)).filter(({ category }) => category === 'phone')).toHaveLength(1);
  });

  it('that was retracted goes', async () => {
    const told = fact('data.collected', collected('retracted'));
    const subject = await known('retracted', told);
    await known(
      'retracted',
      fact('fact.retracted', { fact: { source: told.source, id: told.id }, ground: 'told-in-error' }),
    );
    await untilExecuted();
    // What is left is the identifier of the link.
    expect(await partsOf(subject)).toHaveLength(1);
    expect((await typesOf(subject)).at(-1)).toBe('ErasureExecuted');
  });

  it('of the employee who uploaded it goes with a retracted fact, and with the person', async () => {
    const origin = {
      kind: 'uploaded',
      uploader: { bin: '000000000000', name: 'Uploading company' },
      employee: 'Uploading employee',
      declaredBasis: 'contract',
      acceptance: true,
    };
    const told = fact('data.collected', collected('uploaded', { origin, capacity: 'operator' }));
    const kept = fact('data.collected', collected('uploaded', { origin, capacity: 'operator' }));
    const subject = await known('uploaded', told, kept);
    const employees = (await streamOf(`subject-${subject}`)).flatMap(({ parts }) =>
      parts.flatMap(({ owner }) => (owner?.startsWith('representative-') === true ? asOwnerName(owner) : [])),
    );
    const [first, second] = employees;
    if (!first || !second) throw new Error('no employee was sealed');
    const sealed = async (owner: typeof first) => (await ledger.vault.partsOfOwner(owner)).length;
    const standing = async () => [...(await ledger.vault.ownersOf(employees)).values()].map(({ state }) => state);
    expect([await sealed(first), await sealed(second)]).toEqual([1, 1]);
    const retraction = { fact: { source: told.source, id: told.id }, ground: 'told-in-error' };
    await known('uploaded', fact('fact.retracted', retraction));
    await untilExecuted();
    expect([await sealed(first), await sealed(second)]).toEqual([0, 1]);
    const entry = (await ledger.vault.journal.entries()).find(({ also }) => also?.includes(first) === true);
    expect(entry).toMatchObject({ scope: 'value', also: [first] });
    expect((await streamOf(`subject-${subject}`)).at(-1)).toMatchObject({
      type: 'ErasureExecuted',
      // Her two values and the employee's name; their keys and that of the check.
      facts: { cause: 'retraction', destroyed: { parts: '3', keys: '4', tokens: '0' } },
    });
    await erase(subject);
    expect([await sealed(first), await sealed(second)]).toEqual([0, 0]);
    expect(await standing()).toEqual(['erased', 'erased']);
    // The organisation itself is known by its BIN to other facts: it stays.
    expect(await count('select count(*) as n from part where category = $1', 'meta.bin')).toBeGreaterThan(0);
  });

  it('goes here, too, when the last other holder has destroyed it', async () => {
    const subject = await known(
      'ended',
      fact('data.collected', collected('ended', { holder: 'billing' })),
      fact('data.collected', collected('ended')),
    );
    const destroyed = (holder: string) =>
      fact(
        'data.destroyed',
        {
          ...of('ended'),
          manner: 'destroyed',
          categories: ['phone'],
          holder,
          ground: 'purpose-reached',
          method: 'row-deletion',
        },
        { time: '2026-11-21T09:00:00Z' },
      );
    await known('ended', destroyed('billing'));
    await untilExecuted();
    expect((await partsOf(subject)).filter(({ category }) => category === 'phone')).toHaveLength(2);
    await known('ended', destroyed('crm'));
    await untilExecuted();
    expect((await partsOf(subject)).filter(({ category }) => category === 'phone')).toEqual([]);
    expect((await streamOf(`subject-${subject}`)).at(-1)).toMatchObject({
      facts: { cause: 'holding-ended', scope: 'category' },
    });
  });
});
