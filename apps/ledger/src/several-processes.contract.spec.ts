// What does one process know of what another has written? Nothing that it remembers may decide wrongly.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { normalise } from '@derbes/vault';
import { cacheMs, ApiKeys } from './keys/api-keys.js';
import { type Ledger } from './ledger.js';
import { CheckActionHandler } from './read/check-handler.js';
import { ReadEditionInForceHandler } from './read/edition-handlers.js';
import { CheckAction, ReadEditionInForce } from './read/queries.js';
import { Readers } from './read/readers.js';
import { askedBy, fact, publishKiberon, tell, testLedger, type TestLedger } from './testing.js';
import {
  MergeSubjects,
  RegisterHolder,
  SuspendRecipient,
  RegisterRecipient,
  UnmergeSubjects,
} from './write/commands.js';
import {
  MergeSubjectsHandler,
  RegisterHolderHandler,
  RegisterRecipientHandler,
  SuspendRecipientHandler,
  UnmergeSubjectsHandler,
} from './write/handlers.js';

let test: TestLedger;
let here: Ledger;
let there: Ledger;

beforeAll(async () => {
  test = await testLedger();
  here = test.ledger;
  there = await test.again();
  // Neither looks by itself: what one learns of the other it learns because it must.
  await here.registers.stop();
  await there.registers.stop();
});
afterAll(() => test?.close());

const email = (name: string) => `${name}@several.example.kz`;
const by = (name: string) => ({ identifiers: [{ scheme: 'email', value: email(name) }] });
const collected = (name: string, more: object = {}) =>
  fact('data.collected', {
    subject: by(name),
    categories: ['email'],
    purposes: ['account'],
    holder: 'crm',
    origin: { kind: 'subject', means: 'web-form' },
    values: { email: email(name) },
    ...more,
  });

const officer = askedBy('officer', { reason: 'test' });

const registerHolder = (ledger: Ledger, holder: string) =>
  new RegisterHolderHandler(ledger.writers).execute(
    Object.assign(new RegisterHolder(), { holder, countries: ['KZ'], since: '2026-01-01T00:00:00Z', asked: officer }),
  );

async function envelopesOf(ledger: Ledger, stream: string): Promise<{ type: string; edition?: string }[]> {
  const events: { type: string; edition?: string }[] = [];
  for await (const { bytes } of ledger.store.readStream(stream)) events.push(JSON.parse(bytes) as { type: string });
  return events;
}

/** Which subject a process of its own would find under this e-mail. */
async function subjectOf(name: string): Promise<string> {
  const { rows } = await test.database.app.query<{ stream_id: string }>(
    `select stream_id from ledger_event where type = 'SubjectRegistered' and stream_id = $1`,
    [(await ownerOf(name)) ?? ''],
  );
  return rows[0]?.stream_id.slice('subject-'.length) ?? '';
}

async function versionsOf(): Promise<string> {
  const { rows } = await test.database.app.query('select stream, changes from register_index');
  return JSON.stringify(rows);
}

async function ownerOf(name: string): Promise<string | undefined> {
  const normal = normalise('email', email(name));
  if ('reason' in normal) return undefined;
  const token = here.vault.token(normal);
  return (await here.vault.lookup([token])).get(token.token.toString('hex'))?.owner;
}

describe('editions and registers', () => {
  it('published here are what the very next fact told there is recorded under and judged by', async () => {
    const before = collected('edition');
    expect((await tell(there, before))[0]?.findings?.map(({ code }) => code)).toContain('NO_EDITION_IN_FORCE');
    const edition = await publishKiberon(here);
    const stale = there.registers.version;
    const [outcome] = await tell(there, collected('edition'));
    expect(there.registers.version).not.toBe(stale);
    expect(outcome?.findings?.map(({ code }) => code)).not.toContain('NO_EDITION_IN_FORCE');
    const written = await envelopesOf(there, (await ownerOf('edition')) ?? '');
    expect(written.at(-1)).toMatchObject({ type: 'DataCollected', edition });
  });

  it('registered here are known there to facts of an atomic batch', async () => {
    await registerHolder(here, 'archive');
    const recorded = await there.writers.atomicFacts.record([collected('atomic', { holder: 'archive' })], 'emitter');
    const [outcome] = recorded.outcomes;
    const codes = outcome?.status === 'fulfilled' ? outcome.value.findings?.map(({ code }) => code) : undefined;
    expect(codes).toBeDefined();
    expect(codes).not.toContain('UNDECLARED_HOLDER');
  });

  it('registered while facts are told there let none be recorded on the older state', async () => {
    const telling = Array.from({ length: 40 }, (_, i) => tell(there, collected(`while-${i}`, { holder: 'later' })));
    await registerHolder(here, 'later');
    const after = await Promise.all(
      Array.from({ length: 10 }, (_, i) => tell(there, collected(`after-${i}`, { holder: 'later' }))),
    );
    await Promise.all(telling);
    for (const [outcome] of after) {
      expect(outcome?.status).toBe('recorded');
      expect(outcome?.findings?.map(({ code }) => code)).not.toContain('UNDECLARED_HOLDER');
    }
  });

  it('suspended here are refused by a check there', async () => {
    const register = Object.assign(new RegisterRecipient(), {
      recipient: 'bank-one',
      class: 'payment-and-banks',
      country: 'KZ',
      categories: ['email'],
      purposes: ['payment'],
      name: 'Банк «Пример»',
      asked: officer,
    });
    await new RegisterRecipientHandler(here.writers).execute(register);
    const readers = new Readers(there);
    const check = Object.assign(new CheckAction(), {
      action: 'transfer',
      subject: by('edition'),
      categories: ['email'],
      purposes: ['payment'],
      recipient: 'bank-one',
      country: 'KZ',
      asked: askedBy('emitter'),
    });
    const answered = async () => (await new CheckActionHandler(readers).execute(check)).verdicts[0]?.findings;
    expect(await answered()).not.toContain('RECIPIENT_SUSPENDED');
    const suspend = Object.assign(new SuspendRecipient(), { recipient: 'bank-one', ground: 'breach', asked: officer });
    await new SuspendRecipientHandler(here.writers).execute(suspend);
    expect(await answered()).toContain('RECIPIENT_SUSPENDED');
    const read = await new ReadEditionInForceHandler(readers).execute(
      Object.assign(new ReadEditionInForce(), { as: 'json' }),
    );
    expect(read).toBeDefined();
    await readers.stop();
  });

  it('that both processes change at once are decided one after the other', async () => {
    const restated = await Promise.all([registerHolder(here, 'both'), registerHolder(there, 'both')]);
    expect(restated.map(({ status }) => status)).toEqual(['recorded', 'recorded']);
    await here.registers.fresh();
    await there.registers.fresh();
    expect(here.registers.registers.holders).toEqual(there.registers.registers.holders);
  });

  it('written by a process that died before it told anybody are read by whoever meets them', async () => {
    const known = await versionsOf();
    await registerHolder(here, 'silent');
    // Events in another store land after their claim: as if its writer had been killed between the two.
    await test.database.owner.query(
      'update register_index set changes = known.changes from jsonb_to_recordset($1) known (stream text, changes bigint) where known.stream = register_index.stream',
      [known],
    );
    await test.database.owner.query(`update register_index set changes = 0 where code = 'silent'`);
    const holders = () => [...there.registers.registers.holders.keys()];
    await there.registers.fresh();
    expect(holders()).not.toContain('silent');
    // What the worker does when it has landed what somebody left behind.
    await here.registers.tellAll();
    await there.registers.fresh();
    expect(holders()).toContain('silent');
  });
});

describe('people', () => {
  it('told of by both processes in turn are decided on all that stands', async () => {
    for (let i = 0; i < 6; i++) {
      const [outcome] = await tell(i % 2 === 0 ? here : there, collected('in-turn'));
      expect(outcome?.status).toBe('recorded');
    }
    const types = (await envelopesOf(here, (await ownerOf('in-turn')) ?? '')).map(({ type }) => type);
    expect(types.filter((type) => type === 'SubjectRegistered')).toHaveLength(1);
    expect(types.filter((type) => type === 'DataCollected')).toHaveLength(6);
  });

  it('told of by both at once are one subject each', async () => {
    const told = Array.from({ length: 30 }, (_, i) => tell(i % 2 === 0 ? here : there, collected(`at-once-${i % 3}`)));
    const outcomes = (await Promise.all(told)).flat();
    expect(outcomes.map(({ status }) => status)).toEqual(outcomes.map(() => 'recorded'));
    for (let person = 0; person < 3; person++) {
      const written = await envelopesOf(here, (await ownerOf(`at-once-${person}`)) ?? '');
      expect(written.filter(({ type }) => type === 'DataCollected')).toHaveLength(10);
    }
  });

  it('merged here and unmerged there get their facts where the merge puts them, whatever was remembered', async () => {
    await tell(there, collected('survivor'), collected('merged'));
    await tell(here, collected('survivor'), collected('merged'));
    const [survivor, merged] = [await subjectOf('survivor'), await subjectOf('merged')];
    const merge = (subject: string, other: string) => ({ subject, other, ground: 'same-person', asked: officer });
    await new MergeSubjectsHandler(here.writers).execute(Object.assign(new MergeSubjects(), merge(survivor, merged)));
    const factsOf = async (subject: string) =>
      (await envelopesOf(here, `subject-${subject}`)).filter(({ type }) => type === 'DataCollected').length;
    expect([await factsOf(survivor), await factsOf(merged)]).toEqual([2, 2]);
    await tell(there, collected('merged'));
    expect([await factsOf(survivor), await factsOf(merged)]).toEqual([3, 2]);
    // A refusal is no less a decision: this process has not read that they were merged.
    await new UnmergeSubjectsHandler(there.writers).execute(
      Object.assign(new UnmergeSubjects(), merge(survivor, merged)),
    );
    await tell(here, collected('survivor'));
    await tell(here, collected('merged'));
    expect([await factsOf(survivor), await factsOf(merged)]).toEqual([4, 3]);
  });
});

describe('a key', () => {
  it('revoked by one process opens nothing in another after the time that is documented', async () => {
    let now = Date.now();
    const mine = new ApiKeys(test.database.app);
    const theirs = new ApiKeys(test.database.app, () => now);
    const made = await mine.add('auditor');
    expect(await theirs.find(made.key)).toMatchObject({ key: made.id });
    await mine.revoke(made.id);
    expect(await mine.find(made.key)).toBeUndefined();
    expect(await theirs.find(made.key)).toBeDefined();
    now += cacheMs;
    expect(await theirs.find(made.key)).toBeUndefined();
  });
});
