// After a death, what may still be done with the data, and what is a finding?
import { describe, expect, it } from '@jest/globals';
import { type Facts } from '@derbes/kernel';
import { type SubjectEvent } from '../catalogue.js';
import { judgeSubject } from '../judge-subject.js';
import { foldSubject } from '../subject-fold.js';
import { collected, consented, minute, outside, Teller } from '../testing.js';

const certificate = { kind: 'death-certificate', date: '2026-11-19' };

/** Somebody with a consent and a holding, who died at minute 10. */
function dead() {
  const teller = new Teller();
  teller.tell('SubjectRegistered', { kind: 'person' }, minute(0));
  teller.tell('ConsentGiven', consented(), minute(1));
  teller.tell('DataCollected', collected(), minute(2));
  const death = teller.tell('SubjectStatusChanged', { status: 'deceased', document: certificate }, minute(10));
  return { teller, death };
}

/** What is found of it after a death, or at the minute given. */
function found(type: SubjectEvent['type'], facts: Facts, at = minute(11)) {
  const { teller, death } = dead();
  const event = teller.tell(type, facts, at);
  const [finding] = judgeSubject(foldSubject(teller.events), outside).filter(
    (one) => one.event === event.id && one.code === 'AFTER_DEATH',
  );
  return { finding, death };
}

const used = { categories: ['email'], purposes: ['account'], holder: 'crm' };
const byLaw = { code: 'kz.9.1' };

describe('data of the dead', () => {
  it('that is used on a consent is a finding, which names the death and since when', () => {
    const { finding, death } = found('DataUsed', { ...used, basis: { code: 'consent' } });
    expect(finding).toMatchObject({
      code: 'AFTER_DEATH',
      article: '94-V:7(2)',
      params: { status: death.id, since: minute(10) },
    });
  });

  it.each<[string, SubjectEvent['type'], Facts]>([
    ['collected', 'DataCollected', collected()],
    ['used on a contract', 'DataUsed', { ...used, basis: { code: 'contract' } }],
    ['used on no basis', 'DataUsed', used],
    [
      'passed on',
      'DataTransferred',
      { categories: ['email'], purposes: ['account'], recipient: 'good-bank', country: 'KZ', mode: 'sent' },
    ],
    ['published', 'DataPublished', { categories: ['email'], purposes: ['account'], place: 'site' }],
    [
      'decided on by a machine',
      'AutomatedDecisionMade',
      { categories: ['email'], purposes: ['account'], effect: 'right-ended' },
    ],
    ['consented for', 'ConsentGiven', consented()],
  ])('that is %s is a finding', (_, type, facts) => {
    expect(found(type, facts).finding).toBeDefined();
  });

  it('that a law makes somebody use is none', () => {
    expect(found('DataUsed', { ...used, basis: byLaw }).finding).toBeUndefined();
  });

  it('that is corrected, blocked or destroyed is none', () => {
    expect(found('DataBlocked', { categories: ['email'], ground: 'breach-reported' }).finding).toBeUndefined();
    const gone = {
      manner: 'destroyed',
      categories: ['email'],
      holder: 'crm',
      ground: 'term-over',
      method: 'overwrite',
    };
    expect(found('DataDestroyed', gone).finding).toBeUndefined();
  });

  it('that was used before the death is none, however late that is told', () => {
    expect(found('DataUsed', { ...used, basis: { code: 'consent' } }, minute(9)).finding).toBeUndefined();
  });

  it('is no more of the dead when a document takes the death back', () => {
    const { teller } = dead();
    const back = { status: 'adult', document: { kind: 'court-order', date: '2026-11-20' } };
    teller.tell('SubjectStatusChanged', back, minute(20));
    const event = teller.tell('DataUsed', { ...used, basis: { code: 'consent' } }, minute(30));
    // An officer says so, and no service: her events have no source.
    const said = teller.events.map(({ source, ...rest }) => (rest.type === 'DataUsed' ? { ...rest, source } : rest));
    const codes = judgeSubject(foldSubject(said as typeof teller.events), outside).filter(
      (one) => one.event === event.id,
    );
    expect(codes.map(({ code }) => code)).not.toContain('AFTER_DEATH');
  });
});

describe('a notice to the dead', () => {
  it('that no law asks for is a finding', () => {
    expect(found('SubjectNotified', { about: 'policy-change', channel: 'email' }).finding).toBeDefined();
  });

  it.each(['transfer', 'breach'])('about a %s goes to whoever it reaches, by law', (about) => {
    expect(found('SubjectNotified', { about, channel: 'email' }).finding).toBeUndefined();
  });
});
