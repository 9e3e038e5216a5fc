// Does an erasure survive the death of whoever carries it out, at every step, and does it hold while everybody tells of her?
import { Runner } from '@derbes/read-models';
import { type Child } from '@derbes/postgres/testing.js';
import { asOwnerName } from '@derbes/vault';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { type Ledger } from '../ledger.js';
import { tell } from '../testing.js';
import { type ErasureStep } from './destruction.js';
import { type ToldByChild } from './testing/erasing-child.js';
import { collected, email, pause, Place } from './testing/place.js';

/** DERBES_ROUNDS: how often all of it is done, in its long form; CONTRIBUTING.md tells of it. */
const long = process.env['DERBES_ROUNDS'] !== undefined;
// A crowded machine is no failure.
jest.setTimeout(long ? 900_000 : 180_000);
const rounds = Number(process.env['DERBES_ROUNDS'] ?? 1);
const answeredMsMax = long ? 600_000 : 120_000;
const processes = long ? 4 : 2;
const writersEach = long ? 16 : 6;

/** Nothing of hers is left, and nothing was recorded about her behind the event that says so. */
async function expectGone(place: Place, subject: string): Promise<void> {
  const owner = asOwnerName(`subject-${subject}`);
  const types = await place.typesOf(owner);
  expect(types.filter((type) => type === 'ErasureExecuted')).toHaveLength(1);
  expect(types.at(-1)).toBe('ErasureExecuted');
  expect((await place.ledger.vault.ownersOf([owner])).get(owner)).toMatchObject({ state: 'erased', wrappedSk: null });
  for (const table of ['part', 'part_key', 'lookup', 'lookup_past']) {
    expect([table, await place.count(`${table} where owner = $1`, owner)]).toEqual([table, 0]);
  }
  expect(await place.count(`claim c where state = 'open'`)).toBe(0);
  const left = await place.count(
    `claim c join claim_event e on e.token = c.token where c.state = 'landed' and e.stream_id = $1
       and e.type not like 'Erasure%' and e.type <> 'TaskOrdered'`,
    owner,
  );
  expect(left).toBe(0);
}

async function crashes(place: Place, round: number): Promise<void> {
  const steps: ErasureStep[] = long
    ? ['ordered', 'journaled', 'begun', 'settled', 'recorded', 'destroying', 'destroyed']
    : ['journaled', 'begun', 'recorded', 'destroying'];
  const ofCategory: ErasureStep[] = long ? ['journaled', 'recorded', 'destroying'] : ['recorded'];
  const dying = [
    ...steps.map((step) => ({ name: `${step}-${round}`, step, category: undefined })),
    ...ofCategory.map((step) => ({ name: `phone-${step}-${round}`, step, category: 'phone' })),
  ];
  for (const { name } of dying) await tell(place.ledger, collected(name), collected(name));
  await tell(place.ledger, collected(`other-${round}`));
  const subjects = new Map<string, string>();
  for (const { name } of dying) subjects.set(name, await place.subject(name));
  const other = await place.subject(`other-${round}`);
  let over = false;
  let acknowledged = 1;
  const others = (async () => {
    for (; !over; await pause())
      acknowledged += (await tell(place.ledger, collected(`other-${round}`)))[0]?.status === 'recorded' ? 1 : 0;
  })();
  const told = dying.map(async ({ name }) => {
    let recorded = 2;
    for (; !over; await pause()) if ((await tell(place.ledger, collected(name)))[0]?.status === 'recorded') recorded++;
    return recorded;
  });
  const killed = await Promise.all(
    dying.map(async ({ name, step, category }) => {
      const erase = { subject: subjects.get(name) ?? '', step, ...(category !== undefined && { category }) };
      const [, signal] = (await once(place.child({ erase }), 'close')) as [number | null, string | null];
      return signal;
    }),
  );
  expect(killed).toEqual(dying.map(() => 'SIGKILL'));
  await place.workOff();
  over = true;
  await others;
  const counts = await Promise.all(told);
  await place.ledger.claims.rollForward(0);
  for (const [i, { name, category }] of dying.entries()) {
    const subject = subjects.get(name) ?? '';
    const facts = (await place.typesOf(`subject-${subject}`)).filter((type) => type === 'DataCollected');
    // What was acknowledged stands for ever, also about her; only what it was about cannot be told any more.
    expect([name, facts.length]).toEqual([name, counts[i]]);
    if (category === undefined) await expectGone(place, subject);
    else
      expect((await place.typesOf(`subject-${subject}`)).filter((type) => type === 'ErasureExecuted')).toHaveLength(1);
    const journal = await place.ledger.vault.journal.entries();
    expect(journal.filter(({ owner }) => owner === `subject-${subject}`)).toHaveLength(1);
  }
  expect((await place.typesOf(`subject-${other}`)).filter((type) => type === 'DataCollected')).toHaveLength(
    acknowledged,
  );
}

/** Tellers of other processes, and what each printed. */
class Teller {
  private readonly lines: string[] = [];
  private readonly closed: Promise<unknown>;

  constructor(private readonly child: Child) {
    createInterface(child.stdout).on('line', (line) => this.lines.push(line));
    this.closed = once(child, 'close');
  }

  /** Waits until it was answered so about her. */
  async answered(status: string): Promise<void> {
    const deadline = Date.now() + answeredMsMax;
    while (!this.lines.includes(status)) {
      if (Date.now() > deadline) throw new Error(`nobody was answered ${status}`);
      if (this.child.exitCode !== null) throw new Error(`a teller ended before it was answered ${status}`);
      await pause();
    }
  }

  async stop(): Promise<ToldByChild> {
    this.child.stdin.write('over\n');
    await this.closed;
    return JSON.parse(this.lines.at(-1) ?? '{}') as ToldByChild;
  }
}

async function race(place: Place, round: number): Promise<void> {
  const name = `raced-${round}`;
  const names = [`a-${round}`, `b-${round}`, `c-${round}`];
  for (const one of [name, ...names]) await tell(place.ledger, collected(one));
  const subject = await place.subject(name);
  const tellers = Array.from({ length: processes }, (_, i) => {
    // Two processes a source, so that they meet in its stream, too.
    const source = `urn:example:race-${round}-${i % 2}`;
    const toldOf = { source, writers: writersEach, her: email(name), others: names.map(email) };
    return new Teller(place.child({ tell: toldOf }));
  });
  await Promise.all(tellers.map((teller) => teller.answered('recorded')));
  const dies = place.child({ erase: { subject, step: 'destroyed' } });
  const gone = once(dies, 'close');
  expect((await gone)[1]).toBe('SIGKILL');
  await Promise.all(tellers.map((teller) => teller.answered('erased')));
  const told = await Promise.all(tellers.map((teller) => teller.stop()));
  await place.workOff();
  await place.ledger.claims.rollForward(0);
  expect(told.flatMap(({ strange }) => strange)).toEqual([]);
  await expectGone(place, subject);
  const sum = (whom: string) => told.reduce((all, { recorded }) => all + (recorded[whom] ?? 0), 0);
  for (const one of [name, ...names]) {
    const stream = one === name ? subject : await place.subject(one);
    const used = (await place.typesOf(`subject-${stream}`)).filter((type) => type === 'DataUsed');
    expect([one, used.length]).toEqual([one, sum(email(one))]);
  }
  const { rows } = await place.db.owner.query<{ stream: string }>(
    'select stream from source_stream where source like $1',
    [`urn:example:race-${round}-%`],
  );
  const reports = (await Promise.all(rows.map(({ stream }) => place.typesOf(stream)))).flat();
  expect(reports).toHaveLength(told.reduce((all, { erased }) => all + erased, 0));
  await expectNoRow(place, subject);
}

/** Whoever knew her before she was erased in part tells of it late: nothing of that part is sealed again. */
async function late(place: Place): Promise<void> {
  const knew = place.child({ collect: { source: 'urn:example:late', her: email('late'), phone: '+77010000000' } });
  const said = createInterface(knew.stdout)[Symbol.asyncIterator]();
  expect((await said.next()).value).toBe('recorded');
  const subject = await place.subject('late');
  const phones = () => place.count(`part where owner = $1 and category = 'phone'`, `subject-${subject}`);
  expect(await phones()).toBe(1);
  const dies = place.child({ erase: { subject, category: 'phone', step: 'destroyed' } });
  expect((await once(dies, 'close'))[1]).toBe('SIGKILL');
  await place.workOff();
  expect(await phones()).toBe(0);
  knew.stdin.write('again\n');
  expect((await said.next()).value).toBe('recorded');
  expect([
    await phones(),
    await place.count(`part where owner = $1 and category = 'email'`, `subject-${subject}`),
  ]).toEqual([0, 3]);
  const closed = once(knew, 'close');
  knew.stdin.write('over\n');
  await closed;
}

/** No register has a row about her but those of what was ordered and done. */
async function expectNoRow(place: Place, subject: string): Promise<void> {
  const { store, documents, claims } = place.ledger;
  const troubles: unknown[] = [];
  const runner = new Runner({ pool: place.db.app, store, documents, onTrouble: (error) => troubles.push(error) });
  runner.start();
  await claims.idle();
  const head = await lastPosition(place.ledger);
  while (
    (await place.count(`read_model where position is null or lpad(position, 30, '0') < lpad($1, 30, '0')`, head)) > 0
  ) {
    await pause();
  }
  await runner.stop();
  expect(troubles).toEqual([]);
  const { rows } = await place.db.owner.query<{ name: string }>(
    `select c.table_name as name from information_schema.columns c
     where c.table_schema = current_schema() and c.column_name = 'subject' and c.table_name <> 'erasure_order'`,
  );
  const filled: string[] = [];
  for (const { name } of rows) if ((await place.count(`${name} where subject = $1`, subject)) > 0) filled.push(name);
  expect(filled.filter((name) => !name.startsWith('erasure'))).toEqual([]);
}

async function lastPosition({ store }: Ledger): Promise<string> {
  return new Promise((found, failed) => {
    let last = '0';
    store.follow({ until: 'head' }).subscribe({
      next: ({ position }) => (last = position),
      error: failed,
      complete: () => found(last),
    });
  });
}

const suite = (eventstore?: string) => () => {
  let place: Place;
  beforeAll(async () => {
    place = await Place.open(eventstore);
  });
  afterAll(() => place?.close());

  it.each(Array.from({ length: rounds }, (_, i) => i))(
    'is finished by whoever comes next, whichever step its process died at (round %i)',
    (round) => crashes(place, round),
  );

  it.each(Array.from({ length: rounds }, (_, i) => i))(
    'lets nothing through while many writers of several processes tell of her (round %i)',
    (round) => race(place, round),
  );

  it('seals nothing again that another process tells late of what was erased in part', () => late(place));
};

describe('an erasure with events in PostgreSQL', suite());
// A ledger wants a server of its own, empty when it begins: the one that other tests share holds another's first event.
const empty = process.env['DERBES_EMPTY_EVENTSTORE'];
(empty === undefined ? describe.skip : describe)('an erasure with events in EventStoreDB', suite(empty));
