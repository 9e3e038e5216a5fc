// Does publishing say what an edition changes, and are people, campaigns and practice told of by what services tell? On real PostgreSQL.
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { builtInProfile } from '@derbes/policy';
import { Runner } from '@derbes/read-models';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { type Ledger } from '../ledger.js';
import { Readers } from '../read/readers.js';
import { SizeWatch } from '../size/size-watch.js';
import { askedBy, fact, publishKiberon, tell, testLedger, type TestLedger } from '../testing.js';
import { PublishPolicy, type EditionPublished } from '../write/commands.js';
import { PublishPolicyHandler } from '../write/handlers.js';
import { ReadDifferenceHandler } from './difference-handler.js';
import { DriftWatch } from './drift-watch.js';
import { ReadActivities, ReadDifference, type EditionDifference } from './edition-queries.js';
import { ReadActivitiesHandler } from './practice-handler.js';
import { type Practice } from './practice.js';

// A crowded machine is no failure.
jest.setTimeout(60_000);

const example = `${import.meta.dirname}/../../../../examples/kiberon`;
const yaml = readFileSync(`${example}/policy.yaml`, 'utf8');
const ru = readFileSync(`${example}/policy.ru.txt`, 'utf8');
const marketing = yaml
  .replace('code: kiberon-1', 'code: kiberon-2')
  .replace(
    '  - code: accountability\n',
    '  - code: marketing\n    declared: controller\n    label: {ru: реклама, kk: жарнама, en: marketing}\n  - code: accountability\n',
  );
const bin = '230340021377';
const otherBin = '230340021406';
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const inForce = '2026-11-21T00:00:00Z';

let test: TestLedger;
let ledger: Ledger;
let readers: Readers;
let runner: Runner;
let first: string;
beforeAll(async () => {
  test = await testLedger();
  ledger = test.ledger;
  readers = new Readers(ledger);
  const { app: pool, store, documents } = ledger;
  runner = new Runner({ pool, store, documents });
  runner.start();
  first = await publishKiberon(ledger);
});
afterAll(async () => {
  await runner?.stop();
  await readers?.stop();
  await test?.close();
});

const publish = (file: string, moment: string, text = ru): Promise<EditionPublished> =>
  new PublishPolicyHandler(ledger.writers).execute(
    Object.assign(new PublishPolicy(), {
      yaml: file,
      texts: { ru: text },
      inForce: moment,
      assertedBy: 'director',
      asked: askedBy('officer'),
    }),
  );
const untilMs = 45_000;
async function until<T>(look: () => Promise<T>, holds: (seen: T) => boolean): Promise<T> {
  for (const end = Date.now() + untilMs; ;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > end) throw new Error(`it never came true: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
const subject = { identifiers: [{ scheme: 'email', value: 'renewed@people.example.kz' }] };
const consented = (edition: string, time: string, purposes: readonly string[]) =>
  fact(
    'consent.given',
    {
      subject,
      purposes,
      items: {
        operator: true,
        term: { untilEvent: 'purpose-reached' },
        thirdParties: { allowed: true },
        crossBorder: { allowed: false },
        publication: { allowed: false },
        data: ['email'],
      },
      shown: { edition, language: 'ru', hash: 'c'.repeat(64) },
      channel: 'web-form',
      by: 'subject',
    },
    { time },
  );

describe('a new edition', () => {
  let second: EditionPublished;

  it('says what it is to the one before it, and is refused before it or of another controller', async () => {
    await expect(publish(marketing, '2025-12-31T00:00:00Z')).rejects.toMatchObject({ code: 'EDITION_NOT_LATER' });
    const theirs = ru.replaceAll(bin, otherBin);
    const other = marketing.replaceAll(bin, otherBin).replace(sha256(ru), sha256(theirs));
    await expect(publish(other, inForce, theirs)).rejects.toMatchObject({ code: 'DIFFERENT_CONTROLLERS' });
    await tell(ledger, consented(first, '2026-11-20T09:00:00Z', ['account']));
    second = await publish(marketing, inForce);
    expect(second).toMatchObject({ status: 'recorded', follows: first, difference: 'wider', asks: 'asking-anew' });
  });

  it('is compared with the one before it, in JSON and as text of each language', async () => {
    const ask = (more: object) =>
      new ReadDifferenceHandler(readers).execute(
        Object.assign(new ReadDifference(), { document: second.edition, asked: askedBy('officer'), as: 'json' }, more),
      );
    const found = (await ask({})) as EditionDifference;
    expect(found).toMatchObject({ kind: 'wider', older: { document: first }, newer: { edition: 'kiberon-2' } });
    expect(found.changes[0]).toMatchObject({
      what: 'purpose',
      place: 'purposes/marketing',
      why: { en: 'a new purpose' },
    });
    expect(await ask({ as: 'text', lang: 'ru' })).toContain('спросить согласие заново');
    expect(await ask({ as: 'text', lang: 'kk' })).toContain('жаңа мақсат');
    expect(await ask({ from: 'f'.repeat(64) })).toBeUndefined();
  });

  it('is asked of whoever agreed to the older text until she agrees to the newer', async () => {
    const states = () =>
      readers.models.renewals
        .page({ filter: { campaign: 'kiberon-2' } })
        .then(({ rows }) => rows.map(({ what, item, state }) => `${what} ${item} ${state}`).sort());
    await until(states, (seen) => seen.includes('purpose marketing to-ask') && seen.includes('edition - to-tell'));
    const asking = { subject, about: 'consent-request', channel: 'email', edition: second.edition };
    await tell(ledger, fact('subject.notified', asking, { time: '2026-11-22T09:00:00Z' }));
    await until(states, (seen) => seen.includes('purpose marketing asked') && seen.includes('edition - informed'));
    await tell(ledger, consented(second.edition, '2026-11-22T10:00:00Z', ['account', 'marketing']));
    await until(states, (seen) => seen.includes('purpose marketing renewed'));
    const campaign = await readers.models.campaigns.page({ filter: { campaign: 'kiberon-2', what: 'purpose' } });
    expect(campaign.rows).toMatchObject([
      { state: 'renewed', channel: 'web-form', people: 1, edition: second.edition },
    ]);
  });
});

describe('what is done with data', () => {
  it('stands beside the edition in force, with an alarm where it leaves it', async () => {
    const collected = {
      subject,
      categories: ['email'],
      purposes: ['gossip'],
      holder: 'attic',
      origin: { kind: 'subject', means: 'web-form' },
    };
    const [outcome] = await tell(ledger, fact('data.collected', collected, { time: '2026-11-22T11:00:00Z' }));
    expect(outcome?.status).toBe('recorded');
    const ask = (more: object = {}) =>
      new ReadActivitiesHandler(readers).execute(
        Object.assign(new ReadActivities(), { asked: askedBy('officer'), as: 'json' }, more),
      );
    const practice = (await until(ask, (seen) => (seen as Practice | undefined)?.activities.length === 1)) as Practice;
    expect(practice).toMatchObject({
      edition: { edition: 'kiberon-2' },
      controller: { bin },
      whole: true,
    });
    const [activity] = practice.activities;
    expect(activity?.drift.map(({ reason, clause }) => [reason, clause])).toEqual([
      ['purpose-undeclared', '4'],
      ['holder-unregistered', '-'],
    ]);
    // It begins and ends with the one fact told.
    expect(activity?.events).toHaveLength(1);
    expect(await ask({ as: 'text', lang: 'en' })).toContain('purpose not declared (4)');
    const { models, registers } = readers;
    const parts = { models, registers, now: () => '2027-11-22T12:00:00Z' };
    const watch = new DriftWatch(
      parts,
      () => false,
      () => undefined,
    );
    expect(watch.indicator().check()).toEqual({ ok: true, state: 'not-looked-at' });
    const counts = await watch.look();
    expect(counts?.undeclared).toBe(1);
    expect(counts?.unpractised).toBeGreaterThan(10);
    expect(watch.indicator().check()).toEqual({ ok: true, state: 'undeclared' });
  });

  it('is of a class of size, and says on which day a threshold was passed', async () => {
    const kz = builtInProfile('kz');
    const at = (from: number) => {
      const size_classes = kz.size_classes?.map((one, place) => ({ ...one, from: place * from }));
      const profileInForce = () => size_classes && { ...kz, size_classes };
      return new SizeWatch(
        { models: readers.models, profileInForce },
        () => false,
        () => undefined,
      );
    };
    const [above, below] = [at(1), at(1_000)];
    expect(above.indicator().check()).toEqual({ ok: true, state: 'not-looked-at' });
    // Each read model follows by itself.
    let counted = await above.look();
    for (const until = Date.now() + 30_000; counted?.since === undefined && Date.now() < until;) {
      await pause(50);
      counted = await above.look();
    }
    expect(counted?.sizeClass).not.toBe('small');
    const state = `${counted?.sizeClass ?? ''}-since-${counted?.since ?? ''}`;
    expect(state).toMatch(/-since-\d{4}-\d\d-\d\d$/);
    expect(above.indicator().check()).toEqual({ ok: true, state });
    expect(await below.look()).toEqual({
      people: counted?.people,
      withDevices: counted?.withDevices,
      sizeClass: 'small',
    });
    const registry = new Registry();
    below.register(registry);
    expect(await registry.metrics()).toContain('derbes_size_class{class="small"} 1');
  });
});
