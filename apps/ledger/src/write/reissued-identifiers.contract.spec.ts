// Given a number that meant one person until a moment, when facts are told late, then each reaches whose number it was.
import { catalogue } from '@derbes/domain';
import { readEnvelope, type Recorded } from '@derbes/kernel';
import { CheckActionHandler } from '../read/check-handler.js';
import { CheckAction } from '../read/queries.js';
import { Readers } from '../read/readers.js';
import { askedBy, fact, publishKiberon, tell, testLedger, type TestLedger } from '../testing.js';
import { type Ledger } from '../ledger.js';
import { MergeSubjects, UnlinkIdentifier } from './commands.js';
import { MergeSubjectsHandler, UnlinkIdentifierHandler } from './handlers.js';
import { type Outcome } from './outcome.js';

let test: TestLedger;
let ledger: Ledger;
let readers: Readers;
let numbers = 0;

beforeAll(async () => {
  // Nobody's history is kept, so that what comes late is decided on what is read again.
  test = await testLedger({}, { kept: { factsMax: 0, standingMax: 1_000 } });
  ledger = test.ledger;
  readers = new Readers(ledger);
  await publishKiberon(ledger);
});
afterAll(async () => {
  await readers.stop();
  await test.close();
});

const newNumber = (): string => `+7 701 000 ${String(1_000 + ++numbers).replace(/^(..)/, '$1 ')}`;
const hour = (n: number): string => `2026-11-20T${String(n).padStart(2, '0')}:00:00Z`;
const by = (value: string, scheme = 'phone') => ({ subject: { identifiers: [{ scheme, value }] } });
const collectedAt = (time: string, who: object) =>
  fact(
    'data.collected',
    {
      ...who,
      categories: ['phone'],
      purposes: ['account'],
      holder: 'crm',
      origin: { kind: 'subject', means: 'web-form' },
    },
    { time },
  );

interface Heard {
  readonly outcome: Outcome;
  /** Where the fact stands. */
  readonly stream: string;
}

async function tellAt(at: number, who: object, on = ledger): Promise<Heard> {
  const event = collectedAt(hour(at), who);
  const [outcome] = await tell(on, event);
  const [found] = await ledger.claims.find([ledger.vault.claimToken(event.source, event.id)]);
  if (!outcome || !found || found.state === 'reserved') throw new Error('the fact has no claim');
  return { outcome, stream: found.events.at(-1)?.stream ?? '' };
}

async function streamOf(stream: string): Promise<Recorded[]> {
  const events: Recorded[] = [];
  for await (const { bytes } of ledger.store.readStream(stream)) events.push(catalogue.read(readEnvelope(bytes)));
  return events;
}

/** An officer ends the link by which the subject is known now under a scheme. */
async function unlink(stream: string, until: number, on = ledger, scheme = 'phone'): Promise<void> {
  const events = await streamOf(stream);
  const ended = events.map(({ facts }) => facts['link']);
  const link = events.find(
    ({ type, id, facts }) => type === 'IdentifierLinked' && facts['scheme'] === scheme && !ended.includes(id),
  );
  const command = Object.assign(new UnlinkIdentifier(), {
    subject: stream.slice('subject-'.length),
    link: link?.id,
    until: hour(until),
    ground: 'number-reissued',
    asked: askedBy('officer'),
  });
  expect(await new UnlinkIdentifierHandler(on.writers).execute(command)).toMatchObject({ status: 'recorded' });
}

/** Anna's until ten, then Bolat's until twelve, then Dana's. */
async function reissued() {
  const number = newNumber();
  const anna = await tellAt(9, by(number));
  await unlink(anna.stream, 10);
  const bolat = await tellAt(11, by(number));
  await unlink(bolat.stream, 12);
  const dana = await tellAt(13, by(number));
  return { number, anna, bolat, dana };
}

describe('a number that was re-issued twice', () => {
  it('takes a late fact to whoever held it then, at its last moment to the next', async () => {
    const { number, anna, bolat, dana } = await reissued();
    expect(new Set([anna, bolat, dana].map(({ stream }) => stream)).size).toBe(3);
    const late = [];
    for (const at of [8, 9, 10, 11, 12, 14]) late.push((await tellAt(at, by(number))).stream);
    const [a, b, d] = [anna, bolat, dana].map(({ stream }) => stream);
    expect(late).toEqual([a, a, b, b, d, d]);
    const links = (await Promise.all([a, b, d].map((stream) => streamOf(stream ?? '')))).map(
      (events) => events.filter(({ type }) => type === 'IdentifierLinked').length,
    );
    expect(links).toEqual([1, 1, 1]);
  });

  it('is told apart by another process and in one batch', async () => {
    const { number, anna, bolat, dana } = await reissued();
    const other = await test.again();
    const events = [9, 11, 13].map((at) => collectedAt(hour(at), by(number)));
    const outcomes = await tell(other, ...events);
    expect(outcomes.map(({ ref }) => ref)).toEqual([anna, bolat, dana].map(({ outcome }) => outcome.ref));
  });

  it('is answered in the same words whose ever it was', async () => {
    const { number } = await reissued();
    const other = by(newNumber());
    await tellAt(13, other);
    const first = await tellAt(13, other);
    for (const at of [9, 11, 13]) {
      const { outcome } = await tellAt(at, by(number));
      expect(Object.keys(outcome).sort()).toEqual(Object.keys(first.outcome).sort());
      expect({ ...outcome, id: '', ref: '', findings: [] }).toEqual({
        ...first.outcome,
        id: '',
        ref: '',
        findings: [],
      });
      expect(outcome.findings?.map(({ code }) => code)).toEqual(first.outcome.findings?.map(({ code }) => code));
    }
  });

  it('leaves a late fact about one who was merged since to the survivor', async () => {
    const { number, anna, bolat } = await reissued();
    const survivor = await tellAt(9, by(newNumber()));
    const [subject, other] = [survivor, anna].map(({ stream }) => stream.slice('subject-'.length));
    await new MergeSubjectsHandler(ledger.writers).execute(
      Object.assign(new MergeSubjects(), { subject, other, ground: 'same-person', asked: askedBy('officer') }),
    );
    expect((await tellAt(9, by(number))).stream).toBe(survivor.stream);
    expect((await tellAt(11, by(number))).stream).toBe(bolat.stream);
  });

  it('is checked about whoever held it at the moment asked about', async () => {
    const { number, anna, bolat, dana } = await reissued();
    const asked = { ...askedBy('officer'), reason: 'subject-request' };
    const seen = [];
    for (const at of [hour(9), hour(10), hour(12), undefined]) {
      const question = { action: 'collect', categories: ['phone'], purposes: ['account'], ...by(number), asked };
      await new CheckActionHandler(readers).execute(Object.assign(new CheckAction(), question, at && { at }));
      const last = await lastReadOf();
      seen.push(last);
    }
    expect(seen).toEqual([anna, bolat, dana, dana].map(({ stream }) => [stream.slice('subject-'.length)]));
  });
});

async function lastReadOf(): Promise<unknown> {
  const { rows } = await test.database.app.query<{ body: string }>(
    `select body from ledger_event where stream_id like 'reads-%' order by position desc limit 1`,
  );
  return (JSON.parse(rows[0]?.body ?? '{}') as { facts: { subjects: unknown } }).facts.subjects;
}

describe('a number that nobody got after it was freed', () => {
  it('stays its owner’s for earlier moments, and begins somebody new for later ones', async () => {
    const number = newNumber();
    const anna = await tellAt(9, by(number));
    await unlink(anna.stream, 10);
    expect((await tellAt(8, by(number))).stream).toBe(anna.stream);
    const next = await tellAt(10, by(number));
    expect(next.stream).not.toBe(anna.stream);
    expect(next.outcome).toMatchObject({ status: 'recorded' });
    expect((await tellAt(9, by(number))).stream).toBe(anna.stream);
  });

  it('says nothing about moments that an officer ended earlier than the facts which came meanwhile', async () => {
    const number = newNumber();
    const anna = await tellAt(9, by(number));
    expect((await tellAt(14, by(number))).stream).toBe(anna.stream);
    await unlink(anna.stream, 10);
    expect((await tellAt(14, by(number))).stream).not.toBe(anna.stream);
  });

  it('is freed once, and what it meant is kept once, however many processes tell of it meanwhile', async () => {
    const number = newNumber();
    const anna = await tellAt(9, by(number));
    const other = await test.again();
    const early = Array.from({ length: 12 }, (_, i) => tellAt(9, by(number), i % 2 ? ledger : other));
    const late = Array.from({ length: 12 }, (_, i) => tellAt(14, by(number), i % 2 ? ledger : other));
    await Promise.all([...early, ...late, unlink(anna.stream, 10, other)]);
    expect(new Set((await Promise.all(early)).map(({ stream }) => stream))).toEqual(new Set([anna.stream]));
    const { rows } = await test.database.app.query('select from lookup_past where owner = $1', [anna.stream]);
    expect(rows).toHaveLength(1);
    expect((await tellAt(15, by(number))).stream).not.toBe(anna.stream);
  });
});

describe('a cookie that became a person’s', () => {
  it('means the device before, the person until an officer unlinked it, and then whoever comes', async () => {
    const cookie = by('c-moved-1', 'cookie');
    const device = await tellAt(8, cookie);
    await tell(
      ledger,
      fact(
        'subject.identified',
        { ...cookie, identifiers: [{ scheme: 'email', value: 'moved@example.kz' }] },
        { time: hour(10) },
      ),
    );
    const person = await tellAt(11, by('moved@example.kz', 'email'));
    await unlink(person.stream, 12, ledger, 'cookie');
    const next = await tellAt(13, cookie);
    expect(new Set([device.stream, person.stream, next.stream]).size).toBe(3);
    const late = [];
    for (const at of [9, 10, 11, 12]) late.push((await tellAt(at, cookie)).stream);
    expect(late).toEqual([device, person, person, next].map(({ stream }) => stream));
  });

  it.each(['one by one', 'all or nothing'])(
    'means the person for what is told behind it in a batch, %s',
    async (how) => {
      const cookie = by(`c-batch-${how.length}`, 'cookie');
      const email = `batch-moved-${how.length}@example.kz`;
      const identifiers = [{ scheme: 'email', value: email }];
      const batch = [
        collectedAt(hour(9), cookie),
        fact('subject.identified', { ...cookie, identifiers }, { time: hour(10) }),
        collectedAt(hour(11), cookie),
        collectedAt(hour(9), cookie),
        collectedAt(hour(12), by(email, 'email')),
      ];
      const { facts, atomicFacts } = ledger.writers;
      const recorded = await (how === 'one by one' ? facts : atomicFacts).record(batch, 'emitter');
      const outcomes = recorded.outcomes.map((outcome) => {
        if (outcome.status === 'rejected') throw outcome.reason;
        return outcome.value;
      });
      expect(outcomes.map(({ status }) => status)).toEqual(batch.map(() => 'recorded'));
      const [device, person, ...after] = outcomes.map(({ ref }) => ref);
      expect(device).not.toBe(person);
      expect(after).toEqual([person, device, person]);
    },
  );

  it('means the person for what is told while it moves', async () => {
    const cookie = by('c-while-1', 'cookie');
    const identifiers = [{ scheme: 'email', value: 'while-moved@example.kz' }];
    const device = await tellAt(9, cookie);
    const moving = tell(ledger, fact('subject.identified', { ...cookie, identifiers }, { time: hour(10) }));
    const told = await Promise.all([11, 9, 12].map((at) => tellAt(at, cookie)));
    const [identified] = await moving;
    expect(told.map(({ outcome }) => outcome.ref)).toEqual([identified?.ref, device.outcome.ref, identified?.ref]);
  });

  it('of one device is not taken for that of another which became the same person’s', async () => {
    const [first, second] = [by('c-many-1', 'cookie'), by('c-many-2', 'cookie')];
    const devices = [await tellAt(8, first), await tellAt(8, second)];
    for (const [cookie, at] of [
      [first, 10],
      [second, 12],
    ] as const) {
      const identifiers = [{ scheme: 'email', value: 'many@example.kz' }];
      await tell(ledger, fact('subject.identified', { ...cookie, identifiers }, { time: hour(at) }));
    }
    const person = await tellAt(13, by('many@example.kz', 'email'));
    const late = [await tellAt(9, first), await tellAt(11, first), await tellAt(11, second), await tellAt(12, second)];
    const expected = [devices[0], person, devices[1], person];
    expect(late.map(({ stream }) => stream)).toEqual(expected.map((one) => one?.stream));
  });
});
