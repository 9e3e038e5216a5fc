// Does the length of anything on the disk tell what was recorded of which the law forbids to tell, does it go at its term, and what if it is lost?
import { restrictedNameCharsMax, restrictedTextCharsMax } from '@derbes/domain';
import { normalise } from '@derbes/vault';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { from, lastValueFrom, toArray } from 'rxjs';
import { askedBy, fact, publishKiberon, tell, testLedger, type TestLedger } from '../testing.js';
import {
  AcceptRestrictedLoss,
  LiftRestrictedHold,
  RecordRestrictedAnswer,
  RecordRestrictedDemand,
  RecordRestrictedHold,
  RecordRestrictedTransfer,
  SetRestrictedTerm,
} from './restricted-commands.js';
import {
  AcceptRestrictedLossHandler,
  LiftRestrictedHoldHandler,
  RecordRestrictedAnswerHandler,
  RecordRestrictedDemandHandler,
  RecordRestrictedHoldHandler,
  RecordRestrictedTransferHandler,
  SetRestrictedTermHandler,
} from './restricted-handlers.js';
import { RestrictedWriter } from './restricted-writer.js';
import { RestrictedTerms } from './terms.js';

/** An EventStoreDB that holds nothing: the whole suite then runs with its events there (CONTRIBUTING.md). */
const eventstore = process.env['DERBES_EMPTY_EVENTSTORE'];
// A crowded machine is no failure.
jest.setTimeout(60_000);

const moment = '2026-11-20T09:00:00Z';
const email = 'restricted-person@example.kz';
const categories = ['email', 'phone'];
/** As long as a form lets it be; two bytes a character. */
const longName = 'ж'.repeat(restrictedNameCharsMax);
const longText = 'ж'.repeat(restrictedTextCharsMax);
const law = { act: '94-V', article: '9(1)' };

let test: TestLedger;
let subject: string;
const asked = () =>
  askedBy('officer', { by: { key: 'restricted', role: 'restricted-officer' }, reason: 'authority-request' });

beforeAll(async () => {
  test = await testLedger(eventstore === undefined ? {} : { EVENTSTORE_URL: eventstore });
  await publishKiberon(test.ledger);
  await tell(
    test.ledger,
    fact('data.collected', {
      subject: { identifiers: [{ scheme: 'email', value: email }] },
      categories,
      purposes: ['account'],
      holder: 'crm',
      origin: { kind: 'subject', means: 'web-form' },
      values: { email, phone: '+77010000000' },
    }),
  );
  const normal = normalise('email', email);
  if ('reason' in normal) throw new Error(normal.reason);
  const token = test.ledger.vault.token(normal);
  const found = (await test.ledger.vault.lookup([token])).get(token.token.toString('hex'));
  subject = found?.owner.slice('subject-'.length) ?? '';
});
afterAll(() => test?.close());

const eventsIn = (stream: string) => lastValueFrom(from(test.ledger.store.readStream(stream)).pipe(toArray()));

/** The same kind of record, once with as little as it may say and once with as much. */
async function recordAll(): Promise<void> {
  const { writers } = test.ledger;
  const make = <C extends object>(command: C, fields: object): C =>
    Object.assign(command, { asked: asked(), ...fields });
  const demand = async (more: object = {}): Promise<string> => {
    const fields = { subject, authority: 'X', received: moment, ...more };
    return (await new RecordRestrictedDemandHandler(writers).execute(make(new RecordRestrictedDemand(), fields))).entry;
  };
  const short = await demand();
  const long = await demand({
    authority: longName,
    reference: longName,
    text: longText,
    due: moment,
    categories,
    ...law,
  });
  for (const [id, more] of [
    [short, {}],
    [long, { reference: longName, text: longText, ...law }],
  ] as const) {
    const transfer = { demand: id, subject, recipient: 'X', country: 'KZ', mode: 'sent', categories, occurred: moment };
    await new RecordRestrictedTransferHandler(writers).execute(make(new RecordRestrictedTransfer(), transfer));
    const held = {
      subject,
      ground: 'demand',
      demand: id,
      ...('text' in more && { text: longText, categories, ...law }),
    };
    const { entry } = await new RecordRestrictedHoldHandler(writers).execute(make(new RecordRestrictedHold(), held));
    const lift = { hold: entry, ...('text' in more && { text: longText }) };
    await new LiftRestrictedHoldHandler(writers).execute(make(new LiftRestrictedHold(), lift));
    const answer = { demand: id, outcome: 'fulfilled', moment, ...more };
    await new RecordRestrictedAnswerHandler(writers).execute(make(new RecordRestrictedAnswer(), answer));
  }
  for (const subjects of [[], [subject], Array.from({ length: 100 }, () => subject)]) {
    const read = { kind: 'read', question: 'restricted', subjects, count: String(subjects.length) } as const;
    await new RestrictedWriter(writers).read(asked(), read);
  }
  for (const [matter, more] of [
    [short, {}],
    [long, { text: longText, ...law }],
  ] as const) {
    const until = '2032-01-01T00:00:00Z';
    await new SetRestrictedTermHandler(writers).execute(make(new SetRestrictedTerm(), { matter, until, ...more }));
  }
}

describe('restricted records', () => {
  const lengths = async (text: string): Promise<number[]> =>
    (await test.database.owner.query<{ length: number }>(text)).rows.map(({ length }) => length);

  it('of every kind, short and long, are of one length in the log, and so are their blobs and keys', async () => {
    await recordAll();
    const all = await test.ledger.writers.restricted.all();
    expect(new Set(all.map(({ entry }) => entry.kind))).toEqual(
      new Set(['demand', 'answer', 'transfer', 'hold', 'lift', 'read', 'term']),
    );
    const said = all.map(({ entry }) => JSON.stringify(entry).length);
    expect(Math.max(...said) - Math.min(...said)).toBeGreaterThan(1_000);
    const streams = (await test.ledger.vault.restrictedPlaces()).map(({ owner }) => owner);
    const events = await Promise.all(streams.map(eventsIn));
    expect(events.map((ofStream) => ofStream.map(({ revision }) => revision))).toEqual(streams.map(() => [0]));
    expect(new Set(events.flat().map(({ bytes }) => bytes.length)).size).toBe(1);
    const ofOwner = `owner like 'restricted-%'`;
    for (const [table, column] of [
      ['part', 'blob'],
      ['part_key', 'wrapped_pk'],
      ['key_owner', 'wrapped_sk'],
    ]) {
      const text = `select distinct octet_length(${column}) as length from ${table} where ${ofOwner}`;
      expect({ table, lengths: await lengths(text) }).toEqual({ table, lengths: [expect.any(Number)] });
    }
    const rows = await lengths(`select count(*)::int as length from part where ${ofOwner} group by owner`);
    expect(new Set(rows)).toEqual(new Set([1]));
    expect(rows).toHaveLength(all.length);
  });
});

describe('the term of a restricted matter', () => {
  const afterwards = () => new Date('2032-01-01T00:00:00Z');
  const ownersLeft = async (): Promise<number> => (await test.ledger.vault.restrictedPlaces()).length;
  const events = async (): Promise<number> => {
    const text = `select distinct stream_id as stream from claim_event where stream_id like 'restricted-%'`;
    const { rows } = await test.database.owner.query<{ stream: string }>(text);
    const streams = await Promise.all(rows.map(({ stream }) => eventsIn(stream)));
    return streams.flat().length;
  };

  it('that is over takes keys, values and checks of its records, and leaves the events that prove that they stood', async () => {
    const { app, writers } = test.ledger;
    const before = await writers.restricted.everything();
    const stood = await events();
    expect(await test.ledger.restrictedTerms.sweep()).toBe(0);
    const terms = new RestrictedTerms({ app, writers, clock: afterwards, monotonic: () => 0 });
    const gone = await terms.sweep();
    // Reads that name nobody say of nobody anything, and stay.
    const staying = before.filter(({ entry }) => entry.kind === 'read' && entry.subjects.length === 0).length;
    expect(gone).toBe(before.length - staying);
    const left = await writers.restricted.everything();
    const named = new Set(left.flatMap(({ entry }) => (entry.kind === 'gone' ? entry.events : [])));
    expect(named.size).toBe(gone);
    expect(left.filter(({ id }) => named.has(id))).toEqual([]);
    expect(await ownersLeft()).toBe(left.length);
    expect(await events()).toBe(stood + left.length - staying);
    const text = `select count(*)::int as length from part_key k where k.owner like 'restricted-%'
      and not exists (select 1 from part p where p.owner = k.owner)`;
    expect((await test.database.owner.query<{ length: number }>(text)).rows).toEqual([{ length: 0 }]);
    expect(await terms.sweep()).toBe(0);
    expect(await writers.restricted.lost()).toEqual([]);
    expect(await writers.restricted.holdsOn([subject], moment)).toEqual([]);
  });

  it('is gone on with where whoever ended it died between the word and the deed, and nobody is told of it meanwhile', async () => {
    const { app, writers } = test.ledger;
    const make = <C extends object>(command: C, fields: object): C =>
      Object.assign(command, { asked: asked(), ...fields });
    const demand = { subject, authority: 'X', received: moment };
    const { entry } = await new RecordRestrictedDemandHandler(writers).execute(
      make(new RecordRestrictedDemand(), demand),
    );
    const answer = { demand: entry, outcome: 'nothing-held', moment };
    await new RecordRestrictedAnswerHandler(writers).execute(make(new RecordRestrictedAnswer(), answer));
    const until = { matter: entry, until: '2032-01-01T00:00:00Z' };
    await new SetRestrictedTermHandler(writers).execute(make(new SetRestrictedTerm(), until));
    const dies = new RestrictedTerms({
      app,
      writers,
      clock: afterwards,
      monotonic: () => 0,
      at: (step) => {
        if (step !== 'destroyed') throw new Error(`died: ${step}`);
      },
    });
    const stood = await ownersLeft();
    await expect(dies.sweep()).rejects.toThrow('died: said');
    // The record that says so stands; what it names still does, and is told to nobody.
    expect(await ownersLeft()).toBe(stood + 1);
    expect((await writers.restricted.all()).filter(({ id }) => id === entry)).toEqual([]);
    await expect(dies.sweep()).rejects.toThrow('died: destroying');
    expect(await ownersLeft()).toBe(stood + 1);
    expect(await new RestrictedTerms({ app, writers, clock: () => new Date(), monotonic: () => 0 }).sweep()).toBe(3);
    expect(await ownersLeft()).toBe(stood - 2);
  });
});

describe('a restricted record that a restored ledger has lost', () => {
  it('stops destruction for everybody until whoever may know of it says that it is known to be lost', async () => {
    const { writers } = test.ledger;
    const make = <C extends object>(command: C, fields: object): C =>
      Object.assign(command, { asked: asked(), ...fields });
    const hold = { subject, ground: 'internal' };
    const { entry } = await new RecordRestrictedHoldHandler(writers).execute(make(new RecordRestrictedHold(), hold));
    expect(await writers.restricted.holdsOn([subject], moment)).toHaveLength(1);
    // What a database has that was put back to before the hold, and got its events back from the files of the log.
    const { rows } = await test.database.owner.query<{ owner: string }>('select owner from part where event = $1', [
      entry,
    ]);
    for (const table of ['part_key', 'part', 'key_owner']) {
      await test.database.owner.query(`delete from ${table} where owner = $1`, [rows[0]?.owner]);
    }
    await expect(writers.restricted.holdsOn([subject], moment)).rejects.toMatchObject({
      code: 'RESTRICTED_UNREADABLE',
    });
    await expect(writers.restricted.holdsOn([], moment)).rejects.toMatchObject({ code: 'RESTRICTED_UNREADABLE' });
    expect(await writers.restricted.lost()).toEqual([entry]);
    const accept = (events: string[]) =>
      new AcceptRestrictedLossHandler(writers).execute(make(new AcceptRestrictedLoss(), { events }));
    const other = (await writers.restricted.all())[0]?.id ?? '';
    await expect(accept([entry, other])).rejects.toMatchObject({ code: 'RESTRICTED_UNKNOWN' });
    await accept([entry]);
    expect(await writers.restricted.lost()).toEqual([]);
    expect(await writers.restricted.holdsOn([subject], moment)).toEqual([]);
  });
});
