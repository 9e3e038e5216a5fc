// Does each clock of a breach warn exactly twice, at its hour; and is a list of people that is longer than any limit read whole, part by part?
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Radius, Runner } from '@derbes/read-models';
import { type Ledger } from '../ledger.js';
import { JsonAnswer } from '../read/json-answer.js';
import { Readers } from '../read/readers.js';
import {
  allProjected,
  allRebuilt,
  askedBy,
  fact,
  publishKiberon,
  tell,
  testLedger,
  type TestLedger,
} from '../testing.js';
import { DeclareIncidentHandler } from './declaring.js';
import { FrozenRadii, namedDifferenceMax, pagePeopleMax } from './frozen-radius.js';
import { ChangeScopeHandler, NotifyAuthorityHandler } from './going-on-handlers.js';
import { ChangeScope, DeclareIncident, NotifyAuthority } from './incident-commands.js';
import { ReadIncident, ReadPeoplePack } from './incident-queries.js';
import { ReadPeoplePackHandler } from './pack-handlers.js';
import { ReadIncidentHandler } from './reading-handlers.js';

// A crowded machine is no failure.
jest.setTimeout(300_000);

const hourMs = 60 * 60_000;
const asked = askedBy('officer', { reason: 'incident' });
/** Friday, 11:20 in Astana. */
const detected = Date.parse('2026-02-06T06:20:00Z');
const time = { now: detected, ticks: 0 };
let test: TestLedger;
let ledger: Ledger;
let other: Ledger;
let readers: Readers;
let radius: Radius;
let frozen: FrozenRadii;
let runner: Runner;

beforeAll(async () => {
  test = await testLedger({}, { time: { clock: () => new Date(time.now), monotonic: () => time.ticks } });
  ledger = test.ledger;
  other = await test.again();
  await publishKiberon(ledger);
  readers = new Readers(ledger);
  radius = new Radius(ledger.app);
  frozen = new FrozenRadii(ledger.documents, radius);
  runner = new Runner({ pool: ledger.app, store: ledger.store, documents: ledger.documents });
  runner.start();
  await tell(ledger, ...people(0, 1));
  await allProjected(ledger);
});
afterAll(async () => {
  await runner?.stop();
  await readers?.stop();
  await test?.close();
});

/** Each with a mailbox at the CRM since before it was broken into. */
const people = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => {
    const value = `affected-${from + i}@breach.example.kz`;
    const subject = { identifiers: [{ scheme: 'email', value }] };
    const held = { categories: ['email'], purposes: ['account'], holder: 'crm', values: { email: value } };
    const origin = { kind: 'subject', means: 'web-form' };
    return fact('data.collected', { subject, ...held, origin }, { time: '2026-02-01T09:00:00Z' });
  });

async function declared(scope: object = { holder: 'crm' }): Promise<string> {
  const declare = Object.assign(new DeclareIncident(), { kind: 'unauthorised-access', scope, asked });
  const handler = new DeclareIncidentHandler(ledger.writers, readers, radius, frozen);
  return (await handler.execute(declare)).incident;
}
const notified = (incident: string, profile: string) =>
  new NotifyAuthorityHandler(ledger.writers).execute(
    Object.assign(new NotifyAuthority(), { incident, authority: 'ministry', profile, how: 'portal', asked }),
  );

/** Every warning of an incident's clock: when, which stage, which law. */
async function warned(): Promise<string[]> {
  const { rows } = await test.database.app.query<{ body: string }>(
    "select body from ledger_event where type = 'ClockEscalated' order by position",
  );
  return rows.map(({ body }) => {
    const { at, facts } = JSON.parse(body) as { at: string; facts: Record<string, string> };
    return `${at} ${facts['stage']} ${facts['kind']} ${facts['profile']}`;
  });
}

/** An hour after the other, both processes look. */
async function hours(count: number): Promise<void> {
  for (let hour = 0; hour < count; hour++) {
    time.now += hourMs;
    time.ticks += hourMs;
    await Promise.all([ledger, other].map(({ clocks }) => clocks.sweep()));
  }
}

describe('the clocks of a breach', () => {
  it('warn a day before the end and behind it, once for each law, whoever looks and whatever is rebuilt', async () => {
    await declared();
    await allProjected(ledger);
    await hours(60);
    await allRebuilt(ledger, 'clocks');
    await hours(60);
    // A working day (94-V Art. 25(2)(8)): Monday to its end, and warned of by the reading that counts from the moment itself. 72 hours
    // (GDPR Art. 33(1)): Monday, 11:20 in Astana. Of both the first hour behind the end.
    expect((await warned()).sort()).toEqual([
      '2026-02-08T06:20:00Z due-soon incident gdpr',
      '2026-02-08T06:20:00Z due-soon incident kz',
      '2026-02-09T07:20:00Z overdue incident gdpr',
      '2026-02-09T19:20:00Z overdue incident kz',
    ]);
  });

  it('warn no more of the law by which the authority was told in time', async () => {
    const before = (await warned()).length;
    const incident = await declared();
    await notified(incident, 'kz');
    await allProjected(ledger);
    await hours(120);
    const since = (await warned()).slice(before).map((one) => one.split(' ').slice(1).join(' '));
    expect(since).toEqual(['due-soon incident gdpr', 'overdue incident gdpr']);
  });
});

interface Pack {
  readonly next?: string;
  readonly people: readonly { readonly number: number }[];
}

/** More than one page of the frozen list. */
const many = pagePeopleMax + 300;

describe('a list of more people than a page has', () => {
  let incident: string;
  const pack = async (more: Partial<ReadPeoplePack> = {}): Promise<Pack> => {
    const question = Object.assign(new ReadPeoplePack(), { incident, form: 'json', asked, ...more });
    const answer = await new ReadPeoplePackHandler(readers, frozen).execute(question);
    if (!(answer instanceof JsonAnswer) || Buffer.isBuffer(answer.body)) throw new Error('no list');
    const pieces: Buffer[] = [];
    for await (const piece of answer.body(new AbortController().signal)) pieces.push(piece);
    return JSON.parse(Buffer.concat(pieces).toString()) as Pack;
  };

  beforeAll(async () => {
    for (let from = 1; from < many; from += 500) await tell(ledger, ...people(from, Math.min(500, many - from)));
    await allProjected(ledger);
    incident = await declared();
  });

  it('is the same read part by part as it is whole', async () => {
    const whole = await pack();
    expect(whole.people.map(({ number }) => number)).toEqual(Array.from({ length: many }, (_, i) => i + 1));
    const parts: Pack[] = [];
    for (let cursor: string | undefined; ;) {
      const part = await pack({ limit: 450, ...(cursor !== undefined && { cursor }) });
      parts.push(part);
      if (part.next === undefined) break;
      cursor = part.next;
    }
    expect(parts.map((part) => part.people.length)).toEqual([450, 450, 450, 450, 450, 50]);
    expect(parts.flatMap((part) => part.people)).toEqual(whole.people);
  });

  it('refuses a cursor that is none, that is of another list, and parts of a file', async () => {
    const { next = '' } = await pack({ limit: 1 });
    await expect(pack({ cursor: 'AAAA' })).rejects.toMatchObject({ code: 'CURSOR_MALFORMED' });
    await expect(pack({ cursor: next, form: 'csv' })).rejects.toMatchObject({ code: 'FILTER_UNKNOWN' });
    const second = await declared({ holder: 'crm', categories: ['email'] });
    const ofAnother = pack({ cursor: next, incident: second });
    await expect(ofAnother).rejects.toMatchObject({ code: 'CURSOR_OF_ANOTHER_FILTER' });
  });

  it('says how many more there are now, naming some; and ends a cursor with a change of its scope', async () => {
    const more = namedDifferenceMax + 50;
    const { next = '' } = await pack({ limit: 1 });
    await tell(ledger, ...people(many, more));
    await allProjected(ledger);
    const read = Object.assign(new ReadIncident(), { incident, recount: 'yes', asked });
    const seen = await new ReadIncidentHandler(readers, radius, frozen).execute(read);
    expect(seen?.recount).toMatchObject({ people: many + more, added: more, gone: 0, goneSubjects: [] });
    expect(new Set(seen?.recount?.addedSubjects).size).toBe(namedDifferenceMax);
    const change = Object.assign(new ChangeScope(), { incident, scope: { holder: 'crm' }, asked });
    const changed = await new ChangeScopeHandler(ledger.writers, readers, radius, frozen).execute(change);
    expect(changed).toMatchObject({ people: String(many + more), added: String(more), gone: '0' });
    await expect(pack({ cursor: next })).rejects.toMatchObject({ code: 'CURSOR_OF_ANOTHER_FILTER' });
    expect((await pack()).people).toHaveLength(many + more);
  });
});
