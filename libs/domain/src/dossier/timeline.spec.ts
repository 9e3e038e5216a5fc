// Given a person's story, when the timeline is asked for, then every event stands in it in its order.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadPolicy } from '@derbes/policy';
import { historyOf } from './known.js';
import { collected, Story } from '../testing/story.js';
import { timelineOf } from './timeline.js';

const kiberon = join(import.meta.dirname, '../../../../examples/kiberon');
const loaded = loadPolicy(readFileSync(join(kiberon, 'policy.yaml'), 'utf8'), {
  texts: { ru: readFileSync(join(kiberon, 'policy.ru.txt'), 'utf8') },
});
if (!loaded.ok) throw new Error(JSON.stringify(loaded.mistakes));
const { policy } = loaded;

const timeline = (story: Story, moments = {}, findings: { event: string; code: string }[] = []) => {
  const at = { asOf: story.now, asKnownAt: story.now, ...moments };
  return [...timelineOf(historyOf(story.sources().streams, at), findings, at)];
};

describe('timeline', () => {
  it('orders by when it happened, not by when it was told', () => {
    const story = new Story(policy);
    story.tell('SubjectRegistered', { kind: 'person' }, { at: '2026-11-20T09:00:00Z' });
    story.tell('DataCollected', collected(['email']), { at: '2026-11-20T12:00:00Z' });
    story.tell('DataUsed', { categories: ['email'], purposes: ['account'] }, { at: '2026-11-20T11:00:00Z' });
    expect(timeline(story).map(({ type }) => type)).toEqual(['SubjectRegistered', 'DataUsed', 'DataCollected']);
  });

  it('names source, moments, edition, facts and how many values were sealed', () => {
    const story = new Story(policy);
    const event = story.tell('DataCollected', collected(['email']), {
      seals: ['email'],
      source: 'urn:kiberon:crm',
      recorded: '2026-11-21T09:00:00Z',
    });
    expect(timeline(story)).toMatchObject([
      {
        event: event.id,
        moment: event.occurred,
        recorded: '2026-11-21T09:00:00Z',
        source: 'urn:kiberon:crm',
        edition: event.edition,
        facts: event.facts,
        sealed: 1,
      },
    ]);
  });

  it('puts a finding beside the event that it stands on', () => {
    const story = new Story(policy);
    const event = story.tell('DataCollected', collected(['email']));
    story.tell('PurposeEnded', { purpose: 'account' });
    const finding = { event: event.id, code: 'NO_BASIS' };
    expect(timeline(story, {}, [finding]).map(({ findings }) => findings)).toEqual([[finding], []]);
  });

  it('shows a retracted fact, marked, beside its retraction', () => {
    const story = new Story(policy);
    const fact = story.tell('DataCollected', collected(['email']));
    const by = story.tell('FactRetracted', { fact: fact.id, type: 'DataCollected', ground: 'told-in-error' });
    expect(timeline(story)).toMatchObject([{ retracted: { event: by.id, moment: by.at } }, { type: 'FactRetracted' }]);
  });

  it('leaves out what was not yet known or had not yet happened', () => {
    const story = new Story(policy);
    story.tell('DataCollected', collected(['email']), { at: '2026-11-20T10:00:00Z' });
    story.tell('DataCollected', collected(['phone']), { at: '2026-11-20T11:00:00Z', recorded: '2026-11-23T00:00:00Z' });
    expect(timeline(story, { asKnownAt: '2026-11-22T00:00:00Z' })).toHaveLength(1);
    expect(timeline(story, { asOf: '2026-11-20T10:30:00Z' })).toHaveLength(1);
  });
});
