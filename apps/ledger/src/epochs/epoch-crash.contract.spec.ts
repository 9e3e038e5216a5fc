// Does a close whose process is killed at each step end with its events told once, whoever tells and erases meanwhile?
import { catalogue, type LedgerEvent } from '@derbes/domain';
import { readEnvelope } from '@derbes/kernel';
import { asOwnerName, openKeep, type OwnerName } from '@derbes/vault';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { collected, pause, Place } from '../erasure/testing/place.js';
import { askedBy, tell } from '../testing.js';
import { EraseSubject } from '../write/erasure-commands.js';
import { EraseSubjectHandler } from '../write/erasure-handlers.js';

/** DERBES_ROUNDS: all points instead of those at which the log is told something; CONTRIBUTING.md tells of it. */
const long = process.env['DERBES_ROUNDS'] !== undefined;
// A crowded machine is no failure.
jest.setTimeout(600_000);

/** In the order in which a close comes to them. */
const points = [
  'key-written',
  'key-proved',
  'opened',
  'flipped',
  'page',
  'verified',
  'recorded',
  'published',
  'forgotten',
  'key-destroyed',
  'destroyed',
  'done',
];
const shortly = ['opened', 'recorded', 'key-destroyed', 'done'];

interface Person {
  readonly name: string;
  readonly owner: OwnerName;
  /** How many facts about her were acknowledged. */
  told: number;
}

const peopleMin = 4;

async function valuesOf({ ledger }: Place, { owner }: Person): Promise<string[]> {
  const wanted = [];
  for await (const { id: eventId, bytes } of ledger.store.readStream(owner)) {
    for (const part of readEnvelope(bytes).parts ?? []) wanted.push({ eventId, owner, part });
  }
  return (await ledger.vault.open(wanted)).map((one) => ('code' in one ? one.code : 'opens'));
}

/** Tells of people, again and again, and has every fourth one erased. */
class Writing {
  readonly live: Person[] = [];
  readonly gone: Person[] = [];
  private over = false;
  private work: Promise<void> = Promise.resolve();

  constructor(private readonly place: Place) {}

  async begin(): Promise<void> {
    this.work = this.run();
    while (this.gone.length === 0 || this.live.length < peopleMin) await Promise.race([this.work, pause()]);
  }

  async end(): Promise<void> {
    this.over = true;
    await this.work;
  }

  private async run(): Promise<void> {
    for (let n = 0; !this.over; n++) {
      await this.tell(await this.somebody(`closing-${n}`));
      const [first] = this.live;
      if (first) await this.tell(first);
      if (n % 4 === 3) await this.erase();
      await pause();
    }
  }

  private async somebody(name: string): Promise<Person> {
    expect((await tell(this.place.ledger, collected(name)))[0]?.status).toBe('recorded');
    const person = { name, owner: asOwnerName(`subject-${await this.place.subject(name)}`), told: 1 };
    this.live.push(person);
    return person;
  }

  private async tell(person: Person): Promise<void> {
    expect((await tell(this.place.ledger, collected(person.name)))[0]?.status).toBe('recorded');
    person.told++;
  }

  private async erase(): Promise<void> {
    const [person] = this.live.splice(1, 1);
    if (!person) return;
    const { writers } = this.place.ledger;
    const erased = await new EraseSubjectHandler(writers).execute(
      Object.assign(new EraseSubject(), {
        subject: person.owner.slice('subject-'.length),
        scope: 'person',
        ground: 'subject-request',
        decide: 'erase',
        reason: 'no-document-made',
        asked: askedBy('officer', { reason: 'test', request: randomUUID() }),
      }),
    );
    expect(erased).toMatchObject({ outcome: 'ordered', state: 'executed' });
    this.gone.push(person);
  }
}

async function closedBy(place: Place, killAt?: string): Promise<void> {
  const child = place.child({ close: killAt === undefined ? {} : { killAt } });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  expect({ killAt, code, signal }).toEqual(
    killAt === undefined ? { killAt, code: 0, signal: null } : { killAt, code: null, signal: 'SIGKILL' },
  );
}

/** What the log says of epochs, and how many erasures were carried out, since each EpochOpened. */
async function said({ ledger: { store } }: Place): Promise<{ epochs: string[]; closed: number[]; executed: number[] }> {
  const [epochs, closed, executed]: [string[], number[], number[]] = [[], [], []];
  await new Promise<void>((resolve, reject) => {
    store.follow({ until: 'head' }).subscribe({
      next: ({ type, bytes }) => {
        if (type === 'ErasureExecuted') executed.push((executed.pop() ?? 0) + 1);
        if (!/^(EpochOpened|EpochClosed|KeyDestroyed)$/.test(type)) return;
        const { facts } = catalogue.read(readEnvelope(bytes)) as LedgerEvent & {
          facts: { epoch: string; erasures?: string; custodian?: string };
        };
        if (type === 'EpochOpened') executed.push(0);
        if (facts.erasures !== undefined) closed.push(Number(facts.erasures));
        epochs.push([type, facts.epoch, ...(facts.custodian === undefined ? [] : [facts.custodian])].join(' '));
      },
      error: reject,
      complete: () => resolve(),
    });
  });
  return { epochs, closed, executed };
}

const suite = (all: boolean, eventstore?: string) => () => {
  let place: Place;
  beforeAll(async () => {
    place = await Place.open(eventstore);
  });
  afterAll(() => place?.close());

  it('is gone on with by whoever comes next: each event once, everybody alive opens and nobody erased does', async () => {
    const writing = new Writing(place);
    await writing.begin();
    try {
      for (const killAt of all ? points : shortly) {
        await closedBy(place, killAt);
        const [alive, dead] = [writing.live[0], writing.gone[0]];
        if (!alive || !dead) throw new Error('nobody lives, or nobody was erased');
        expect([killAt, new Set(await valuesOf(place, alive))]).toEqual([killAt, new Set(['opens'])]);
        expect((await valuesOf(place, dead)).filter((code) => code === 'opens')).toEqual([]);
      }
    } finally {
      await writing.end();
    }
    // The last kill came when all was done; the next close begins at once and ends.
    await closedBy(place);
    await place.workOff();
    await place.ledger.claims.rollForward(0);
    const { epochs, closed, executed } = await said(place);
    expect(epochs).toEqual([
      'EpochOpened 1',
      'EpochOpened 2',
      'EpochClosed 1',
      'KeyDestroyed 1 file',
      'EpochOpened 3',
      'EpochClosed 2',
      'KeyDestroyed 2 file',
    ]);
    // An erasure of an epoch is one that stands before the next one opened; none is in two lists, none in neither.
    expect([...closed, executed.at(-1)]).toEqual(executed);
    expect(executed.reduce((sum, n) => sum + n, 0)).toBe(writing.gone.length);
    for (const person of [...writing.live, ...writing.gone]) {
      const collectedOf = (await place.typesOf(person.owner)).filter((type) => type === 'DataCollected');
      expect([person.name, collectedOf.length]).toEqual([person.name, person.told]);
    }
    for (const person of writing.live) {
      expect([person.name, new Set(await valuesOf(place, person))]).toEqual([person.name, new Set(['opens'])]);
    }
    for (const { owner } of writing.gone) {
      for (const table of ['key_owner', 'part', 'part_key', 'lookup', 'lookup_past']) {
        expect([table, await place.count(`${table} where owner = $1`, owner)]).toEqual([table, 0]);
      }
    }
    const keep = await openKeep({ keepDir: place.keepDir, dataDir: place.dataDir }, place.ledger.id);
    expect([await keep.hk(1), await keep.hk(2)]).toEqual([undefined, undefined]);
    expect(await keep.hk(3)).toBeDefined();
    expect(await keep.journal.entries()).toEqual([]);
  });
};

describe('the close of an epoch with events in PostgreSQL', suite(long));
// A ledger wants a server of its own, empty when it begins: the one that other tests share holds another's first event.
const empty = process.env['DERBES_EMPTY_EVENTSTORE'];
(empty === undefined ? describe.skip : describe)(
  'the close of an epoch with events in EventStoreDB',
  suite(true, empty),
);
