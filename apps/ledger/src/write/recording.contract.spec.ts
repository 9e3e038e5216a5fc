import { catalogue } from '@derbes/domain';
import { noStream } from '@derbes/event-store';
import { readEnvelope, type Recorded, type Refused } from '@derbes/kernel';
import { asOwnerName, normalise } from '@derbes/vault';
import { randomUUID } from 'node:crypto';
import { lastValueFrom, toArray } from 'rxjs';
import { askedBy, fact, ownerOf, publishKiberon, tell, testLedger, type TestLedger } from '../testing.js';
import { type Ledger } from '../ledger.js';
import { MergeSubjects } from './commands.js';
import { MergeSubjectsHandler } from './handlers.js';
import { makeUnit } from './unit-maker.js';

let test: TestLedger;
let ledger: Ledger;

beforeAll(async () => {
  test = await testLedger();
  ledger = test.ledger;
  await publishKiberon(ledger);
});
afterAll(() => test.close());

const email = (value: string) => ({ subject: { identifiers: [{ scheme: 'email', value }] } });
const collected = (who: string, more: object = {}) => ({
  ...email(who),
  categories: ['email'],
  purposes: ['account'],
  holder: 'crm',
  origin: { kind: 'subject', means: 'web-form' },
  values: { email: who },
  ...more,
});

const subjectOf = (who: string, scheme?: string): Promise<string> => ownerOf(ledger, who, scheme);

async function streamOf(stream: string): Promise<Recorded[]> {
  const events: Recorded[] = [];
  for await (const { bytes } of ledger.store.readStream(stream)) events.push(catalogue.read(readEnvelope(bytes)));
  return events;
}

const allEvents = () => lastValueFrom(ledger.store.follow({ until: 'head' }).pipe(toArray()));

describe('a ledger', () => {
  it('begins with LedgerOpened and EpochOpened and knows both profiles', async () => {
    const [first, second] = await allEvents();
    expect([first?.type, second?.type]).toEqual(['LedgerOpened', 'EpochOpened']);
    expect(ledger.registers.registers.profiles.map(({ profile }) => profile).sort()).toEqual(['gdpr', 'kz']);
  });

  it('opens again as the same ledger', async () => {
    const again = await test.again();
    expect(again.id).toBe(ledger.id);
    expect(again.registers.registers.editions).toHaveLength(1);
  });
});

describe('a fact about somebody unknown', () => {
  it('begins a subject, links the identifier and is answered in the emitter’s own words', async () => {
    const [outcome] = await tell(ledger, fact('data.collected', collected('first@example.kz')));
    expect(outcome).toMatchObject({ status: 'recorded', provisional: true });
    expect(outcome?.ref).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(outcome?.findings?.map(({ code }) => code)).toContain('NO_BASIS');
    const events = await streamOf(await subjectOf('first@example.kz'));
    expect(events.map(({ type }) => type)).toEqual(['SubjectRegistered', 'IdentifierLinked', 'DataCollected']);
    expect(events[2]?.edition).toBe(ledger.registers.editionAt('2026-11-20T09:00:00Z'));
  });

  it('keeps the value sealed and opens it again', async () => {
    const owner = asOwnerName(await subjectOf('first@example.kz'));
    const event = (await streamOf(owner)).find(({ type }) => type === 'DataCollected');
    const [part] = event?.parts ?? [];
    if (!event || !part) throw new Error('no sealed part');
    const [opened] = await ledger.vault.open([{ eventId: event.id, owner, part }]);
    expect(opened).toMatchObject({ category: 'email', value: 'first@example.kz' });
  });

  it('lets no value into any event', async () => {
    const text = (await allEvents()).map(({ bytes }) => bytes).join('\n');
    expect(text).not.toContain('example.kz');
    expect(text).not.toContain(Buffer.from('first@example.kz').toString('base64'));
  });

  it('builds the second fact of a batch on the first, whose subject is not yet on the disk', async () => {
    const outcomes = await tell(
      ledger,
      fact('relation.started', { ...email('batch@example.kz'), kind: 'account' }),
      fact('data.collected', collected('batch@example.kz')),
      fact('data.collected', collected('batch@example.kz', { holder: 'billing' })),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['recorded', 'recorded', 'recorded']);
    expect(new Set(outcomes.map(({ ref }) => ref)).size).toBe(1);
    const events = await streamOf(await subjectOf('batch@example.kz'));
    expect(events.map(({ revision }) => revision)).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('the same pair again', () => {
  it('is answered with the first outcome and writes nothing', async () => {
    const event = fact('data.collected', collected('again@example.kz'));
    const [first] = await tell(ledger, event);
    const before = (await allEvents()).length;
    const [second] = await tell(ledger, event);
    expect(second).toEqual({ ...first, status: 'repeated' });
    expect(await allEvents()).toHaveLength(before);
  });

  it('is a conflict with other content, also when it names another person', async () => {
    const event = fact('data.collected', collected('conflict@example.kz'));
    await tell(ledger, event);
    const [other] = await tell(ledger, { ...event, data: collected('somebody-else@example.kz') });
    expect(other).toMatchObject({ status: 'conflict', problem: { code: 'EVENT_CONFLICT' } });
    await expect(subjectOf('somebody-else@example.kz')).rejects.toThrow('nobody found');
  });

  it('sent twenty times at once by two processes is one event and one outcome', async () => {
    const other = await test.again();
    const event = fact('data.collected', collected('twice@example.kz'));
    const answers = await Promise.all(
      Array.from({ length: 20 }, async (_, i) => (await tell(i % 2 ? ledger : other, event))[0]),
    );
    expect(answers.filter((answer) => answer?.status === 'recorded')).toHaveLength(1);
    expect(answers.filter((answer) => answer?.status === 'repeated')).toHaveLength(19);
    expect(new Set(answers.map((answer) => answer?.ref)).size).toBe(1);
    expect((await streamOf(await subjectOf('twice@example.kz'))).map(({ type }) => type)).toEqual([
      'SubjectRegistered',
      'IdentifierLinked',
      'DataCollected',
    ]);
  });
});

describe('many first facts about one unknown person, by two processes at once', () => {
  it('make one subject and lose none', async () => {
    const other = await test.again();
    const events = Array.from({ length: 40 }, () => fact('data.collected', collected('crowd@example.kz')));
    const answers = await Promise.all(events.map(async (event, i) => (await tell(i % 2 ? ledger : other, event))[0]));
    expect(answers.map((answer) => answer?.status)).toEqual(events.map(() => 'recorded'));
    const types = (await streamOf(await subjectOf('crowd@example.kz'))).map(({ type }) => type);
    expect(types.filter((type) => type === 'SubjectRegistered')).toHaveLength(1);
    expect(types.filter((type) => type === 'DataCollected')).toHaveLength(40);
  });
});

describe('facts about two people and commands that merge them, by two processes at once', () => {
  it.each([1, 2, 3, 4, 5, 6])('all land, each decided on what stood before it (run %i)', async (run) => {
    const other = await test.again();
    const who = [`one-${run}@example.kz`, `two-${run}@example.kz`] as const;
    await tell(ledger, ...who.map((each) => fact('data.collected', collected(each))));
    const owners = await Promise.all(who.map((each) => subjectOf(each)));
    const [one = '', two = ''] = owners.map((owner) => owner.slice('subject-'.length));
    const merge = (at: Ledger, subject: string, into: string) =>
      new MergeSubjectsHandler(at.writers).execute(
        Object.assign(new MergeSubjects(), { subject, other: into, ground: 'same-person', asked: askedBy('officer') }),
      );
    const facts = Array.from({ length: 30 }, (_, i) => fact('data.collected', collected(who[i % 2] ?? who[0])));
    const telling = facts.map(async (event, i) => (await tell(i % 3 === 0 ? ledger : other, event))[0]?.status);
    // Each merges the other way round: whoever decides on what stood before both would leave two that are merged into each other.
    const merging = Promise.allSettled([merge(ledger, one, two), merge(other, two, one)]);
    expect(await Promise.all(telling)).toEqual(facts.map(() => 'recorded'));
    const ends = (await merging).map((end) => (end.status === 'rejected' ? (end.reason as Refused).code : 'recorded'));
    expect(ends.sort()).toEqual(['ALREADY_MERGED', 'recorded']);
    const streams = await Promise.all(owners.map((owner) => streamOf(owner)));
    expect(streams.flat().filter(({ type }) => type === 'DataCollected')).toHaveLength(32);
  });
});

describe('a command', () => {
  it('that would take an identifier from somebody is not even built, for it might have to be withdrawn', async () => {
    await tell(ledger, fact('data.collected', collected('keeps-her-address@example.kz')));
    const from = asOwnerName(await subjectOf('keeps-her-address@example.kz'));
    const normal = normalise('email', 'keeps-her-address@example.kz');
    if ('reason' in normal) throw new Error(normal.reason);
    const token = ledger.vault.token(normal);
    const held = { since: '2026-11-19T09:00:00Z', until: '2026-11-20T09:00:00Z' };
    const unit = (kind: 'command' | 'fact') =>
      ledger.vault.withKeys((ring) =>
        Promise.resolve(
          makeUnit(ledger.vault, ring, {
            token: ledger.vault.claimToken('urn:example:crm', randomUUID()),
            kind,
            landing: 'after',
            drafts: [],
            values: [],
            actor: 'officer',
            now: '2026-11-20T09:00:00Z',
            head: () => ({ revision: noStream }),
            editionAt: () => undefined,
            standing: new Map(),
            links: [],
            unlinks: [{ token, from: { owner: from, ...held } }],
            outcome: '{}',
          }),
        ),
      );
    await expect(unit('command')).rejects.toThrow('a withdrawn command could not give an identifier back');
    const { claim, rows } = (await unit('fact')).unit;
    expect(rows.moves).toEqual([ledger.vault.tokenMove(token, { from, ...held, claim: claim.token })]);
  });
});

describe('a reference', () => {
  const consent = (who: string) => ({
    ...email(who),
    purposes: ['account'],
    items: {
      operator: true,
      subjectName: 'Example Person',
      term: { untilEvent: 'purpose-reached' },
      thirdParties: { allowed: false },
      crossBorder: { allowed: false },
      publication: { allowed: false },
      data: ['email'],
    },
    channel: 'web-form',
  });

  it('finds the event that its pair made', async () => {
    const given = fact('consent.given', consent('consent@example.kz'));
    const basis = { code: 'consent', consent: { source: given.source, id: given.id } };
    await tell(ledger, given, fact('data.collected', collected('consent@example.kz', { basis })));
    const events = await streamOf(await subjectOf('consent@example.kz'));
    const id = events.find(({ type }) => type === 'ConsentGiven')?.id;
    expect(events.at(-1)?.facts).toMatchObject({ basis: { code: 'consent', consent: id } });
  });

  it('to a pair that comes later is kept by the id which that event then takes', async () => {
    const given = fact('consent.given', consent('later@example.kz'));
    const basis = { code: 'consent', consent: { source: given.source, id: given.id } };
    const [early] = await tell(ledger, fact('data.collected', collected('later@example.kz', { basis })));
    expect(early?.status).toBe('recorded');
    const [late] = await tell(ledger, given);
    expect(late?.status).toBe('recorded');
    const events = await streamOf(await subjectOf('later@example.kz'));
    const id = events.find(({ type }) => type === 'ConsentGiven')?.id;
    expect(events.find(({ type }) => type === 'DataCollected')?.facts).toMatchObject({ basis: { consent: id } });
  });

  it('in a retraction to what nobody told is malformed', async () => {
    const [outcome] = await tell(
      ledger,
      fact('fact.retracted', { fact: { source: 'urn:example:crm', id: 'never-sent' }, ground: 'told-in-error' }),
    );
    expect(outcome).toMatchObject({ status: 'malformed', problem: { code: 'UNKNOWN_FACT', pointer: '/data/fact' } });
  });

  it('in a retraction stands in the stream of the fact', async () => {
    const event = fact('data.collected', collected('retract@example.kz'));
    await tell(ledger, event);
    const [outcome] = await tell(
      ledger,
      fact('fact.retracted', { fact: { source: event.source, id: event.id }, ground: 'told-in-error' }),
    );
    expect(outcome?.status).toBe('recorded');
    const events = await streamOf(await subjectOf('retract@example.kz'));
    expect(events.at(-1)).toMatchObject({
      type: 'FactRetracted',
      facts: { type: 'DataCollected', fact: events[2]?.id },
    });
  });
});

describe('a pairwise reference', () => {
  it('names the subject for its source and for no other', async () => {
    const [outcome] = await tell(ledger, fact('data.collected', collected('pairwise@example.kz')));
    const subject = { ref: outcome?.ref };
    const [own] = await tell(ledger, fact('relation.started', { subject, kind: 'account' }));
    expect(own).toMatchObject({ status: 'recorded', ref: outcome?.ref });
    const [strange] = await tell(
      ledger,
      fact('relation.started', { subject, kind: 'account' }, { source: 'urn:example:billing' }),
    );
    expect(strange).toMatchObject({ status: 'malformed', problem: { code: 'UNKNOWN_REF' } });
  });
});

describe('a device', () => {
  const cookie = (value: string) => ({ scheme: 'cookie', value });

  it('becomes its person’s by an event, and earlier facts stay with the device', async () => {
    const visit = { subject: { identifiers: [cookie('c-7f3a9b')] }, kind: 'session' };
    await tell(ledger, fact('relation.started', visit));
    const device = await subjectOf('c-7f3a9b', 'cookie');
    const [outcome] = await tell(
      ledger,
      fact('subject.identified', {
        subject: { identifiers: [cookie('c-7f3a9b')] },
        identifiers: [{ scheme: 'email', value: 'visitor@example.kz' }],
      }),
    );
    expect(outcome?.status).toBe('recorded');
    const person = await subjectOf('visitor@example.kz');
    expect(person).not.toBe(device);
    expect(await subjectOf('c-7f3a9b', 'cookie')).toBe(person);
    expect((await streamOf(device)).map(({ type }) => type)).toEqual([
      'SubjectRegistered',
      'IdentifierLinked',
      'RelationStarted',
      'IdentifierUnlinked',
    ]);
  });
});

describe('an upload of other people', () => {
  it('finds the uploading organisation again by its BIN, and never as a subject', async () => {
    const upload = (who: string) =>
      fact(
        'data.collected',
        collected(who, {
          role: 'representative',
          capacity: 'operator',
          for: { bin: '230340021377', name: 'Example LLP' },
          origin: {
            kind: 'uploaded',
            uploader: { bin: '230340021377' },
            employee: 'Example Clerk',
            declaredBasis: 'contract',
          },
        }),
      );
    await tell(ledger, upload('up-one@example.kz'), upload('up-two@example.kz'));
    const one = (await streamOf(await subjectOf('up-one@example.kz'))).at(-1);
    const two = (await streamOf(await subjectOf('up-two@example.kz'))).at(-1);
    expect(one?.facts['for']).toMatch(/^organisation-/);
    expect(two?.facts['for']).toBe(one?.facts['for']);
    expect(one?.parts.some(({ owner }) => owner?.startsWith('representative-'))).toBe(true);
  });
});

describe('an identifier that is none', () => {
  it('is malformed, by its place, and begins nobody', async () => {
    const before = (await allEvents()).length;
    const [outcome] = await tell(
      ledger,
      fact('data.collected', {
        ...collected('x@example.kz'),
        subject: { identifiers: [{ scheme: 'iin', value: '123456789012' }] },
      }),
    );
    expect(outcome).toMatchObject({
      status: 'malformed',
      problem: { code: 'IIN_MALFORMED', pointer: '/data/subject/identifiers/0/value' },
    });
    expect(await allEvents()).toHaveLength(before);
  });

  it('told alone keeps nobody after it waiting', async () => {
    const iin = { subject: { identifiers: [{ scheme: 'iin', value: '123456789012' }] } };
    await tell(ledger, fact('data.collected', { ...collected('x@example.kz'), ...iin }));
    const [next] = await tell(ledger, fact('data.collected', collected('next@example.kz')));
    expect(next?.status).toBe('recorded');
  });
});

describe('an atomic batch', () => {
  it('is recorded whole, later facts on earlier ones', async () => {
    const events = [
      fact('relation.started', { ...email('atomic@example.kz'), kind: 'contract' }),
      fact('data.collected', collected('atomic@example.kz')),
    ];
    const { outcomes } = await ledger.writers.atomicFacts.record(events, 'emitter');
    expect(outcomes.map((one) => one.status === 'fulfilled' && one.value.status)).toEqual(['recorded', 'recorded']);
    expect((await streamOf(await subjectOf('atomic@example.kz'))).map(({ type }) => type)).toEqual([
      'SubjectRegistered',
      'IdentifierLinked',
      'RelationStarted',
      'DataCollected',
    ]);
  });

  it('leaves nothing behind when one of it is malformed', async () => {
    const before = (await allEvents()).length;
    const { outcomes } = await ledger.writers.atomicFacts.record(
      [
        fact('data.collected', collected('not-atomic@example.kz')),
        fact('fact.retracted', { fact: { source: 'urn:example:crm', id: 'never-sent' }, ground: 'told-in-error' }),
      ],
      'emitter',
    );
    expect(outcomes.map((one) => one.status === 'fulfilled' && one.value.status)).toEqual(['conflict', 'malformed']);
    // What an earlier test ordered to be destroyed may be carried out meanwhile.
    const since = (await allEvents()).slice(before).map(({ type }) => type);
    expect(since.filter((type) => type !== 'ErasureExecuted')).toEqual([]);
  });

  it('again is repeated whole', async () => {
    const events = [fact('data.collected', collected('atomic-again@example.kz'))];
    await ledger.writers.atomicFacts.record(events, 'emitter');
    const { outcomes } = await ledger.writers.atomicFacts.record(events, 'emitter');
    expect(outcomes[0]).toMatchObject({ value: { status: 'repeated' } });
  });
});
