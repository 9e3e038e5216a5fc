// Do the registers of renewals, campaigns and activities say what the events say, whatever becomes of a person?
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { registers, type Registers } from './index.js';
import { activities } from './models/activities.js';
import { renewals } from './models/renewals.js';
import {
  collected,
  completeItems,
  editions,
  firstMoment,
  minute,
  person,
  SampleLedger,
  widerEdition,
} from './testing.js';
import { contents, rebuildAll, settled, Workplace } from './testing/models.js';

const models = [renewals, activities];
let place: Workplace;
let ledger: SampleLedger;
let ask: Registers;
beforeAll(async () => {
  place = await Workplace.open();
  ask = registers(place.pool);
});
beforeEach(async () => {
  ledger = new SampleLedger();
  place.start(ledger, { models });
  await settled(place.pool, '0', models);
  await ledger.begin();
});
afterEach(() => place.clear());
afterAll(() => place.close());

const seen = () => settled(place.pool, ledger.position, models);
const shown = (document: string) => ({ edition: document, language: 'ru', hash: 'c'.repeat(64) });
const consented = (document: string, facts: object = {}) => ({
  purposes: ['account', 'payment'],
  items: completeItems,
  shown: shown(document),
  channel: 'web-form',
  by: 'subject',
  ...facts,
});
const inForce = minute(60);
const publishWider = () =>
  ledger.tell({
    stream: 'policy',
    type: 'PolicyPublished',
    facts: { document: widerEdition.sha256, edition: 'sample-3', inForce, assertedBy: 'officer', languages: ['ru'] },
  });
const rebuiltEqualsLive = async () => {
  const live = await contents(place.pool, models);
  await rebuildAll(place.pool, 'renewals');
  await rebuildAll(place.pool, 'activities');
  await seen();
  expect(await contents(place.pool, models)).toEqual(live);
};

describe('a wider edition', () => {
  it('concerns everybody of before it, is counted by state and channel, and stands the same after a rebuild', async () => {
    const before = { occurred: firstMoment };
    const after = { occurred: minute(100) };
    for (const n of [1, 2, 3]) await ledger.about(n, 'ConsentGiven', consented(editions[0].sha256), before);
    await ledger.about(4, 'DataCollected', collected(), before);
    await seen();
    expect((await ask.renewals.page()).rows).toEqual([]);
    await publishWider();
    await ledger.about(5, 'ConsentGiven', consented(widerEdition.sha256), after);
    await ledger.about(5, 'DataCollected', collected(), after);
    const asking = { about: 'consent-request', channel: 'email', edition: widerEdition.sha256 };
    await ledger.about(2, 'SubjectNotified', asking, { occurred: minute(101) });
    await ledger.about(3, 'SubjectNotified', asking, { occurred: minute(101) });
    const agreed = consented(widerEdition.sha256, { purposes: ['account', 'marketing'] });
    await ledger.about(3, 'ConsentGiven', agreed, { occurred: minute(102) });
    await seen();
    const of = async (subject: number) => {
      const { rows } = await ask.renewals.page({ filter: { subject: person(subject) } });
      return rows.map(({ what, item, state }) => `${what} ${item} ${state}`).sort();
    };
    expect(await of(1)).toEqual(['edition - to-tell', 'purpose marketing to-ask', 'recipient-class messaging to-ask']);
    expect(await of(2)).toEqual(['edition - informed', 'purpose marketing asked', 'recipient-class messaging asked']);
    expect((await of(3))[1]).toBe('purpose marketing renewed');
    expect(await of(4)).toEqual(['edition - to-tell']);
    expect(await of(5)).toEqual([]);
    const campaign = await ask.campaigns.page({ filter: { campaign: 'sample-3', what: 'purpose' } });
    expect(campaign.rows.map(({ state, channel, people }) => [state, channel, people])).toEqual([
      ['asked', 'email', 1],
      ['renewed', 'web-form', 1],
      ['to-ask', '-', 1],
    ]);
    expect(campaign.rows[1]).toMatchObject({ edition: widerEdition.sha256, since: inForce, last: minute(102) });
    await rebuiltEqualsLive();
  });
});

describe('activities', () => {
  const counts = async (category = 'email') => {
    const { rows } = await ask.activities.page({ filter: { category } });
    return rows.map(({ people, held, facts }) => [people, held, facts]);
  };

  it('count people and facts, and stay right under retraction, destruction, merge, erasure and rebuild', async () => {
    const told = await ledger.about(1, 'DataCollected', collected());
    await ledger.about(1, 'DataCollected', collected());
    for (const n of [2, 3, 4]) await ledger.about(n, 'DataCollected', collected());
    await seen();
    expect(await counts()).toEqual([[4, 4, 5]]);
    const [row] = (await ask.activities.page({ filter: { category: 'email' } })).rows;
    expect(row).toMatchObject({ purpose: 'account', holder: 'crm', recipient: '-', country: '-', basis: 'consent' });
    await ledger.about(1, 'FactRetracted', { fact: told, type: 'DataCollected', ground: 'told-in-error' });
    await ledger.about(2, 'DataDestroyed', {
      categories: ['email'],
      holder: 'crm',
      manner: 'deleted',
      ground: 'purpose-reached',
      method: 'row-deletion',
    });
    await seen();
    expect(await counts()).toEqual([[4, 3, 4]]);
    await ledger.about(3, 'SubjectsMerged', { part: 'survivor', other: person(4), ground: 'officer-decision' });
    await ledger.about(4, 'SubjectsMerged', { part: 'merged', other: person(3), ground: 'officer-decision' });
    await seen();
    expect(await counts()).toEqual([[3, 2, 4]]);
    const order = await ledger.about(1, 'ErasureOrdered', { scope: 'person', ground: 'subject-request' });
    await ledger.about(1, 'ErasureExecuted', {
      scope: 'person',
      order,
      cause: 'erasure',
      ordered: minute(1),
      destroyed: { parts: '1', keys: '1', tokens: '1' },
    });
    await seen();
    expect(await counts()).toEqual([[2, 1, 3]]);
    await rebuiltEqualsLive();
  });
});
