// After a year of days on a real PostgreSQL, with the worker's own rounds, has every due thing happened exactly once, and nothing before its due?
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { tasksAmong } from '@derbes/domain';
import { ProjectedWait, Radius, registers, Runner, UndertakingQueue, type ClockRow } from '@derbes/read-models';
import { Delivery } from './delivery/delivery.js';
import { DeclareIncidentHandler } from './incidents/declaring.js';
import { FrozenRadii } from './incidents/frozen-radius.js';
import { DeclareIncident } from './incidents/incident-commands.js';
import { type Ledger } from './ledger.js';
import { ChangeStatus } from './people/people-commands.js';
import { ChangeStatusHandler } from './people/people-handlers.js';
import { Readers } from './read/readers.js';
import { ReceiveRequestHandler } from './requests/intake-handler.js';
import { ReceiveRequest } from './requests/request-commands.js';
import { dayMs, dayOf, email, livesOf, momentOf, roundAt, yearDays, type Deed } from './retention/testing/lives.js';
import {
  allProjected,
  allRebuilt,
  askedBy,
  eventsIn,
  fact,
  silent,
  subjectOfEmail,
  tell,
  testLedger,
  type TestLedger,
} from './testing.js';
import { policyOfTheYear, textOfTheYear } from './retention/testing/policy-of-a-year.js';
import { workRound } from './worker/worker.js';
import { PublishPolicy, RegisterHolder, RegisterRecipient } from './write/commands.js';
import { LiftHold, PlaceHold } from './write/erasure-commands.js';
import { LiftHoldHandler, PlaceHoldHandler } from './write/erasure-handlers.js';
import { PublishPolicyHandler, RegisterHolderHandler, RegisterRecipientHandler } from './write/handlers.js';

// A crowded machine is no failure.
jest.setTimeout(540_000);

/** More people and other lives: DERBES_YEAR_PEOPLE=200 DERBES_SEED=7. */
const seed = Number(process.env['DERBES_SEED'] ?? 1);
const lives = livesOf(Number(process.env['DERBES_YEAR_PEOPLE'] ?? 8), seed);
/** Of breaches that nobody tells of. */
const breaches = [145, 200, 297];
const minuteMs = 60_000;
/** The last day of the bank's undertaking. */
const undertakenUntil = 300;
const warnedOf = { endsSoon: [] as number[], over: [] as number[] };
/** A clock warns this long before its end: CLOCK_LEAD_HOURS. */
const leadMs = dayMs;
const time = { now: roundAt(0), ticks: 0 };
function pass(ms: number): void {
  time.now += ms;
  time.ticks += ms;
}

let test: TestLedger;
let ledger: Ledger;
let others: Ledger;
let readers: Readers;
let runner: Runner;
const requests: string[] = [];
const holds = new Map<string, string>();
const admin = askedBy('admin');
const officer = askedBy('officer', { reason: 'finding' });

const subjectOf = (name: string): Promise<string> => subjectOfEmail(ledger, email(name));
const eventsOf = async (name: string) => eventsIn(ledger, `subject-${await subjectOf(name)}`);

async function happens(deed: Deed): Promise<void> {
  const { writers } = ledger;
  if (deed.does === 'tell') {
    const { type, data, time: occurred, id } = deed;
    await tell(ledger, fact(type, data, { time: occurred, ...(id !== undefined && { id }) }));
  } else if (deed.does === 'ask') {
    const asked = { right: 'know', channel: 'portal', language: 'ru', text: 'sample', asked: officer };
    const receive = Object.assign(new ReceiveRequest(), asked);
    requests.push((await new ReceiveRequestHandler(writers, readers).execute(receive)).request);
  } else if (deed.does === 'call-minor') {
    const turns = { age: '18', on: deed.turns18 };
    const change = { subject: await subjectOf(deed.name), status: 'minor', turns, asked: officer };
    await new ChangeStatusHandler(writers).execute(Object.assign(new ChangeStatus(), change));
  } else if (deed.does === 'hold') {
    const place = { subject: await subjectOf(deed.name), ground: 'legal-claim', asked: officer };
    const { hold } = await new PlaceHoldHandler(writers).execute(Object.assign(new PlaceHold(), place));
    holds.set(deed.name, hold);
  } else {
    const lift = { subject: await subjectOf(deed.name), hold: holds.get(deed.name), ground: 'claim-settled' };
    await new LiftHoldHandler(writers).execute(Object.assign(new LiftHold(), { ...lift, asked: officer }));
  }
}

async function broken(): Promise<void> {
  const radius = new Radius(ledger.app);
  const declare = { kind: 'unauthorised-access', scope: { holder: 'crm' }, asked: officer };
  const frozen = new FrozenRadii(ledger.documents, radius);
  const handler = new DeclareIncidentHandler(ledger.writers, readers, radius, frozen);
  await handler.execute(Object.assign(new DeclareIncident(), declare));
}

/** The last event that the registers were seen to know. */
let known = '0';
async function projected(): Promise<void> {
  const { rows } = await test.database.app.query<{ position: string }>(
    'select max(position)::text as position from ledger_event',
  );
  const last = rows[0]?.position ?? '0';
  if (last === known) return;
  expect(await new ProjectedWait(ledger.app).until(last)).toMatchObject({ outcome: 'projected' });
  known = last;
}

/** The holder that sends notices says that each has left. */
async function mailed(): Promise<void> {
  const { outbox, words } = new Delivery(ledger, test.settings);
  for (const row of await outbox.open('holder/mailer', undefined, 100)) {
    const said = { type: 'AcknowledgeTask', task: row.task, speaker: { holder: 'mailer' }, result: 'done' } as const;
    await words.say(row, { command: { ...said, by: 'poll', proof: 'key' } }, admin, { said: row.task });
  }
}

/** Of the active worker; every seventh day another one thinks that it is active, too, as when a lock is lost for a moment. */
async function round(day: number): Promise<void> {
  await Promise.all((day % 7 === 0 ? [ledger, others] : [ledger]).map((one) => workRound(one, silent)));
}

async function lived(): Promise<void> {
  for (let day = 0; day <= yearDays; day++) {
    pass(roundAt(day) - time.now);
    for (const deed of lives.deeds.get(day) ?? []) await happens(deed);
    if (breaches.includes(day)) await broken();
    await projected();
    await round(day);
    await mailed();
    await projected();
    pass(minuteMs);
    await round(day);
    const counts = await new UndertakingQueue(ledger.app).counts(momentOf(time.now));
    if (counts?.endsSoon === 1) warnedOf.endsSoon.push(day);
    if (counts?.over === 1) warnedOf.over.push(day);
  }
  await projected();
}

beforeAll(async () => {
  test = await testLedger({}, { time: { clock: () => new Date(time.now), monotonic: () => time.ticks } });
  ledger = test.ledger;
  others = await test.again();
  readers = new Readers(ledger);
  runner = new Runner({ pool: ledger.app, store: ledger.store, documents: ledger.documents });
  runner.start();
  const policy = {
    ...{ yaml: policyOfTheYear(), texts: { ru: textOfTheYear() } },
    ...{ inForce: momentOf(roundAt(0)), assertedBy: 'director', asked: admin },
  };
  await new PublishPolicyHandler(ledger.writers).execute(Object.assign(new PublishPolicy(), policy));
  for (const holder of ['crm', 'mailer']) {
    const holds = { holder, countries: ['KZ'], asked: officer };
    await new RegisterHolderHandler(ledger.writers).execute(Object.assign(new RegisterHolder(), holds));
  }
  const bank = {
    ...{ recipient: 'invented-bank', class: 'payment-and-banks', name: 'Invented Bank LLP', country: 'KZ' },
    ...{ categories: ['provided'], purposes: ['payments'], since: momentOf(roundAt(0)), asked: officer },
    undertaking: {
      number: '14',
      from: '2026-01-01',
      until: momentOf(roundAt(undertakenUntil)).slice(0, 'YYYY-MM-DD'.length),
    },
  };
  await new RegisterRecipientHandler(ledger.writers).execute(Object.assign(new RegisterRecipient(), bank));
  await lived();
});
afterAll(async () => {
  await runner?.stop();
  await test?.close();
});

describe(`a year of ${yearDays} days, seed ${seed}`, () => {
  it('lets data go, ends consents and children, each on the first day on which it is due and nothing stops it, once', async () => {
    const happened: string[] = [];
    for (const name of lives.names) {
      for (const { type, at, actor, facts } of await eventsOf(name)) {
        const day = dayOf(at);
        if (type === 'ConsentExpired') happened.push(`${day} ConsentExpired ${name}`);
        if (type === 'SubjectStatusChanged' && actor === 'ledger') happened.push(`${day} of-age ${name}`);
        if (type !== 'RetentionDecided') continue;
        const { holder, items } = facts as unknown as { holder: string; items: readonly { category: string }[] };
        happened.push(...items.map(({ category }) => `${day} gone ${holder} ${category} ${name}`));
      }
    }
    expect(happened.sort()).toEqual(lives.expected);
  });

  it('destroys what is sealed here of all that went, once, with a task to its holder', async () => {
    for (const name of lives.names) {
      const types = (await eventsOf(name)).map(({ type }) => type);
      const count = (type: string) => types.filter((one) => one === type).length;
      expect([name, count('ErasureOrdered'), count('ErasureExecuted')]).toEqual([name, 1, 1]);
      const tasks = [...tasksAmong(await eventsOf(name)).values()];
      const [browser, ...others] = tasks.filter(
        ({ kind, holder, categories = [] }) => kind === 'destroy' && holder === 'crm' && categories.includes('browser'),
      );
      expect([browser?.categories, others]).toEqual([['browser'], []]);
    }
  });

  it('tells everybody once of each transfer, in the three days before the term ends', async () => {
    const { notices } = registers(ledger.app);
    for (const name of lives.names) {
      const { rows } = await notices.page({ filter: { subject: await subjectOf(name) } });
      const events = await eventsOf(name);
      const [made, said] = ['NoticePrepared', 'SubjectNotified'].map((type) =>
        events.filter((one) => one.type === type),
      );
      expect([name, rows.map(({ status }) => status)]).toEqual([name, ['done', 'done']]);
      expect([made?.length, said?.length]).toEqual([2, 2]);
      rows.forEach(({ due = '' }, i) => {
        const daysLeft = (Date.parse(due) - Date.parse(made?.[i]?.at ?? '')) / dayMs;
        expect(daysLeft).toBeGreaterThan(0);
        expect(daysLeft).toBeLessThanOrEqual(3);
        // Not a day too early: yesterday's round was further away than that.
        expect(daysLeft + 1).toBeGreaterThan(3);
        expect(dayOf(said?.[i]?.at ?? '')).toBe(dayOf(made?.[i]?.at ?? ''));
      });
    }
  });

  it('refuses every request of which nobody showed who asks on its last day, once', async () => {
    expect(requests).toHaveLength(lives.requests);
    for (const id of requests) {
      const events = await eventsIn(ledger, `request-${id}`);
      const refused = events.filter(({ type }) => type === 'RequestRefused');
      const [{ due = '' } = {}] = events[0]?.facts['clocks'] as unknown as { due: string }[];
      expect(refused).toHaveLength(1);
      const left = Date.parse(due) - Date.parse(refused[0]?.at ?? '');
      expect(left).toBeGreaterThan(0);
      expect(left).toBeLessThan(dayMs);
    }
  });

  it('warns of every clock that nears its end and of every one past it, once, and of none that ended before', async () => {
    const { clocks } = registers(ledger.app);
    const rows: ClockRow[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await clocks.page({ limit: 500, ...(cursor !== undefined && { cursor }) });
      rows.push(...page.rows);
      if (page.next === undefined) break;
      cursor = page.next;
    }
    // Brute force: every clock against every round.
    const rounds = Array.from({ length: yearDays + 1 }, (_, day) => [roundAt(day), roundAt(day) + minuteMs]).flat();
    const warnings = rows.flatMap((row) =>
      rounds.flatMap((ms) => {
        const [now, soonUntil] = [momentOf(ms), momentOf(ms + leadMs)];
        if (row.recorded > now || (row.ended !== undefined && row.ended < now)) return [];
        const stage = row.due < now ? ['overdue'] : row.warns <= soonUntil ? ['due-soon'] : [];
        return stage.map((one) => ({ day: dayOf(now), about: `${one} ${row.kind} ${row.profile} ${row.event}` }));
      }),
    );
    const first = new Map<string, number>();
    for (const { day, about } of warnings) if (!first.has(about)) first.set(about, day);
    const { rows: bodies } = await test.database.app.query<{ body: string }>(
      "select body from ledger_event where type = 'ClockEscalated' order by position",
    );
    const told = bodies.map(({ body }) => {
      const { at, facts } = JSON.parse(body) as { at: string; facts: Record<string, string> };
      return `${dayOf(at)} ${facts['stage']} ${facts['kind']} ${facts['profile']} ${facts['clock']}`;
    });
    expect(told.sort()).toEqual([...first].map(([about, day]) => `${day} ${about}`).sort());
    const incidents = told.filter((one) => one.includes(' incident '));
    // Of each by two laws, due soon and overdue.
    expect(incidents).toHaveLength(breaches.length * 2 * 2);
  });

  it('warns of an undertaking on each of the thirty days before its last one, on that one, and as over behind it', () => {
    const days = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
    expect(warnedOf).toEqual({
      endsSoon: days(undertakenUntil - 30, undertakenUntil),
      over: days(undertakenUntil + 1, yearDays),
    });
  });

  it('says nothing more when all registers are made anew and looked at again', async () => {
    const count = async (): Promise<unknown> =>
      (await test.database.app.query('select type, count(*)::int from ledger_event group by type order by type')).rows;
    const then = await count();
    await allRebuilt(ledger);
    await round(0);
    await allProjected(ledger);
    await round(0);
    expect(await count()).toEqual(then);
  });
});
