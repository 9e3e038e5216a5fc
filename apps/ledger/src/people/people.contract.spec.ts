// Is a representative recognised, ended and forgotten as decided, and a child's birthday written down once? On real PostgreSQL.
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { catalogue } from '@derbes/domain';
import { readEnvelope, type Recorded } from '@derbes/kernel';
import { registers, Runner } from '@derbes/read-models';
import { asOwnerName } from '@derbes/vault';
import { type Ledger } from '../ledger.js';
import { askedBy, fact, publishKiberon, subjectOfEmail, tell, testLedger, type TestLedger } from '../testing.js';
import { EraseSubject } from '../write/erasure-commands.js';
import { EraseSubjectHandler } from '../write/erasure-handlers.js';
import { foldsOf } from '../write/folds-of.js';
import { ChangeStatus, EndRepresentation, RecogniseRepresentative } from './people-commands.js';
import { ChangeStatusHandler, EndRepresentationHandler, RecogniseRepresentativeHandler } from './people-handlers.js';

// A crowded machine is no failure.
jest.setTimeout(60_000);

let test: TestLedger;
let ledger: Ledger;
let runner: Runner;
beforeAll(async () => {
  test = await testLedger();
  ledger = test.ledger;
  const { app: pool, store, documents } = ledger;
  runner = new Runner({ pool, store, documents });
  runner.start();
  await publishKiberon(ledger);
});
afterAll(async () => {
  await runner?.stop();
  await test?.close();
});

const untilMs = 45_000;
async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + untilMs; !(await holds());) {
    if (Date.now() > end) throw new Error('it never came true');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const email = (name: string) => `${name}@people.example.kz`;
async function known(name: string): Promise<string> {
  const collected = {
    subject: { identifiers: [{ scheme: 'email', value: email(name) }] },
    categories: ['email'],
    purposes: ['account'],
    holder: 'crm',
    origin: { kind: 'subject', means: 'web-form' },
    values: { email: email(name) },
  };
  for (const { status } of await tell(ledger, fact('data.collected', collected))) expect(status).toBe('recorded');
  return subjectOfEmail(ledger, email(name));
}
async function streamOf(subject: string): Promise<Recorded[]> {
  const events: Recorded[] = [];
  for await (const { bytes } of ledger.store.readStream(`subject-${subject}`)) {
    events.push(catalogue.read(readEnvelope(bytes)));
  }
  return events;
}
const asked = () => askedBy('officer', { reason: 'test' });
const document = { kind: 'power-of-attorney', date: '2026-01-10', number: 'No. 7' };
const recognise = (subject: string, more: Partial<RecogniseRepresentative> = {}) =>
  new RecogniseRepresentativeHandler(ledger.writers).execute(
    Object.assign(new RecogniseRepresentative(), {
      subject,
      kind: 'attorney-in-fact',
      name: 'Invented Representative',
      contact: 'representative@people.example.kz',
      document,
      asked: asked(),
      ...more,
    }),
  );
const status = (subject: string, more: Partial<ChangeStatus>) =>
  new ChangeStatusHandler(ledger.writers).execute(
    Object.assign(new ChangeStatus(), { subject, asked: asked(), ...more }),
  );

describe('a representative', () => {
  it('is sealed under a key of her own, contested by another who claims to be alone, and gone with the person', async () => {
    const subject = await known('represented');
    const first = await recognise(subject, { exclusive: true });
    expect(first).toMatchObject({ status: 'recorded', outcome: 'recognised', against: [] });
    const second = await recognise(subject, { exclusive: true });
    expect(second).toMatchObject({ outcome: 'contested', against: [first.representation] });
    const end = { subject, representation: first.representation, ground: 'conflict-decided', asked: asked() } as const;
    await new EndRepresentationHandler(ledger.writers).execute(Object.assign(new EndRepresentation(), end));
    const events = await streamOf(subject);
    expect(events.map(({ type }) => type).slice(-3)).toEqual([
      'RepresentativeRecognised',
      'RepresentativeRecognised',
      'RepresentativeEnded',
    ]);
    const recognised = events.filter(({ type }) => type === 'RepresentativeRecognised');
    const owners = recognised.map(({ facts }) => asOwnerName(`representative-${facts['representative'] as string}`));
    for (const owner of owners) {
      const categories = (await ledger.vault.partsOfOwner(owner)).map(({ category }) => category);
      expect(categories.sort()).toEqual(['meta.contact', 'meta.document', 'meta.name']);
    }
    const erase = { subject, scope: 'person', ground: 'subject-request', decide: 'erase', reason: 'no-document-made' };
    const command = Object.assign(new EraseSubject(), { ...erase, asked: asked() });
    expect(await new EraseSubjectHandler(ledger.writers).execute(command)).toMatchObject({ state: 'executed' });
    const rows = [...(await ledger.vault.ownersOf(owners)).values()];
    expect(rows.map(({ state, wrappedSk }) => [state, wrappedSk])).toEqual([
      ['erased', null],
      ['erased', null],
    ]);
    expect((await Promise.all(owners.map((owner) => ledger.vault.partsOfOwner(owner)))).flat()).toEqual([]);
  });

  it('without authority is refused, and nothing of her is kept', async () => {
    const subject = await known('unrepresented');
    const before = (await streamOf(subject)).length;
    const without = Object.assign(new RecogniseRepresentative(), {
      subject,
      kind: 'attorney-in-fact',
      name: 'Invented Representative',
      asked: asked(),
    });
    const handler = new RecogniseRepresentativeHandler(ledger.writers);
    await expect(handler.execute(without)).rejects.toMatchObject({ code: 'AUTHORITY_UNPROVED' });
    await expect(recognise(subject, { kind: 'parent' })).rejects.toMatchObject({ code: 'AUTHORITY_UNFIT' });
    expect(await streamOf(subject)).toHaveLength(before);
  });
});

describe('a child', () => {
  it('comes of age by one event, whoever comes round and however often', async () => {
    const subject = await known('child');
    const stream = `subject-${subject}`;
    const facts = { status: 'minor', turns: { age: '18', on: '2026-11-01' }, ofAge: '2026-10-31T19:00:00Z' };
    const told = { type: 'SubjectStatusChanged', facts, stream, occurred: '2026-10-01T00:00:00Z' };
    // Said when she was a child still, weeks ago.
    await ledger.writers.commands.write({
      asked: { ...asked(), waitProjected: true },
      content: {},
      decide: async () => ({ drafts: [told], heads: (await foldsOf(ledger.writers, [subject], told.occurred)).heads }),
      result: {},
    });
    await until(async () => (await registers(ledger.app).statuses.page({ filter: { subject } })).rows.length === 1);
    const again = await test.again();
    const written = await Promise.all([ledger.comingsOfAge.workOff(), again.comingsOfAge.workOff()]);
    expect(written.reduce((sum, one) => sum + one, 0)).toBe(1);
    expect(await ledger.comingsOfAge.workOff()).toBe(0);
    const statuses = (await streamOf(subject)).filter(({ type }) => type === 'SubjectStatusChanged');
    expect(statuses).toMatchObject([
      { facts: { status: 'minor' } },
      { facts: { status: 'adult' }, occurred: '2026-10-31T19:00:00Z', actor: 'ledger' },
    ]);
    await until(async () => {
      const { rows } = await registers(ledger.app).statuses.page({ filter: { subject } });
      return rows[0]?.status === 'adult' && rows[0].due === undefined;
    });
  });

  it('has her parent in the register, and says of a date alone that the authority is over', async () => {
    const subject = await known('daughter');
    const turns = { age: '18' as const, on: '2036-01-01' };
    expect(await status(subject, { status: 'minor', turns })).toMatchObject({ outcome: 'changed' });
    const { representation } = await recognise(subject, { kind: 'parent' });
    const rows = async () => (await registers(ledger.app).representatives.page({ filter: { subject } })).rows;
    await until(async () => (await rows()).length === 1);
    expect(await rows()).toMatchObject([
      { representation, kind: 'parent', status: 'stands', ofAge: '2035-12-31T19:00:00Z' },
    ]);
  });
});
