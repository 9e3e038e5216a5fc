// Given who was recognised and what was said of a person, when the dossier is asked for, then it says who may act, and since when no more.
import { beforeEach, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadPolicy } from '@derbes/policy';
import { Story } from '../testing/story.js';
import { sampleUuid } from '../vocabulary.js';

const kiberon = join(import.meta.dirname, '../../../../examples/kiberon');
const loaded = loadPolicy(readFileSync(join(kiberon, 'policy.yaml'), 'utf8'), {
  texts: { ru: readFileSync(join(kiberon, 'policy.ru.txt'), 'utf8') },
});
if (!loaded.ok) throw new Error(JSON.stringify(loaded.mistakes));
const { policy } = loaded;
const certificate = { kind: 'birth-certificate', date: '2016-03-02' };

let story: Story;
beforeEach(() => {
  story = new Story(policy);
  story.tell('SubjectRegistered', { kind: 'person' });
});

const child = () =>
  story.tell('SubjectStatusChanged', {
    status: 'minor',
    turns: { age: '18', on: '2030-05-17' },
    ofAge: '2030-05-16T19:00:00Z',
  });

function parent(n: number, more: object = {}) {
  const owner = `representative-${sampleUuid(n)}`;
  return story.tell(
    'RepresentativeRecognised',
    { representative: sampleUuid(n), kind: 'parent', from: '2026-11-01T00:00:00Z', document: certificate, ...more },
    { seals: [`${owner}:meta.name`, `${owner}:meta.contact`, `${owner}:meta.document`] },
  );
}

describe('who may act for a person', () => {
  it('is she herself where nobody said otherwise, and no device is asked', () => {
    const { acts, representatives, statuses } = story.dossier();
    expect({ acts, representatives, statuses }).toEqual({ acts: 'herself', representatives: [], statuses: [] });
    const device = new Story(policy);
    device.tell('SubjectRegistered', { kind: 'device' });
    expect(device.dossier().acts).toBeUndefined();
  });

  it('is a parent with the document, and of what is sealed of her the name alone', () => {
    const status = child();
    const mother = parent(21, { until: '2029-01-01T00:00:00Z', scope: { rights: ['know'] } });
    const { acts, representatives, statuses } = story.dossier();
    expect(acts).toBe('with-consent');
    expect(statuses).toEqual([
      {
        moment: status.occurred,
        event: status.id,
        status: 'minor',
        turns: { age: '18', on: '2030-05-17' },
        ofAge: '2030-05-16T19:00:00Z',
        renew: [],
      },
    ]);
    expect(representatives).toEqual([
      {
        moment: mother.occurred,
        event: mother.id,
        name: { event: mother.id, p: '0', owner: `representative-${sampleUuid(21)}` },
        kind: 'parent',
        standing: 'stands',
        from: '2026-11-01T00:00:00Z',
        until: '2029-01-01T00:00:00Z',
        scope: { rights: ['know'] },
        exclusive: false,
        document: certificate,
        against: [],
      },
    ]);
  });

  it('is nobody of two who contradict each other, and each names the other', () => {
    child();
    const [mother, father] = [parent(21, { exclusive: 'yes' }), parent(22, { exclusive: 'yes' })];
    expect(story.dossier().representatives).toMatchObject([
      { event: mother.id, standing: 'contested', against: [{ event: father.id, why: 'exclusive', acts: [] }] },
      { event: father.id, standing: 'contested', against: [{ event: mother.id, why: 'exclusive', acts: [] }] },
    ]);
  });

  it('is told by the deeds that one undid', () => {
    child();
    const [mother, father] = [parent(21), parent(22)];
    const given = story.tell('ConsentGiven', {
      purposes: ['account'],
      items: {},
      channel: 'web-form',
      by: 'representative',
      representative: mother.id,
    });
    const refused = story.tell('ConsentRefused', {
      purposes: ['account'],
      channel: 'email',
      by: 'representative',
      representative: father.id,
    });
    const [first] = story.dossier().representatives;
    expect(first).toMatchObject({
      against: [{ event: father.id, why: 'contrary-acts', acts: [given.id, refused.id] }],
    });
  });

  it('is by no authority any more that an officer ended, and says why', () => {
    child();
    const mother = parent(21);
    const ended = story.tell('RepresentativeEnded', { recognition: mother.id, ground: 'court-decision' });
    expect(story.dossier().representatives).toMatchObject([
      { standing: 'ended', ended: { moment: ended.occurred, event: ended.id, ground: 'court-decision' } },
    ]);
    expect(story.dossier({ asOf: mother.occurred }).representatives).toMatchObject([{ standing: 'stands' }]);
  });

  it('is she herself from the day on which she comes of age, whether or not anybody wrote that down', () => {
    child();
    parent(21);
    const later = { asOf: '2030-05-16T19:00:00Z', asKnownAt: '2030-05-16T19:00:00Z' };
    const { acts, representatives } = story.dossier(later);
    expect({ acts, standing: representatives.map(({ standing }) => standing) }).toEqual({
      acts: 'herself',
      standing: ['came-of-age'],
    });
  });

  it('is an heir alone after a death', () => {
    parent(21, { kind: 'attorney-in-fact' });
    story.tell('SubjectStatusChanged', {
      status: 'deceased',
      document: { kind: 'death-certificate', date: '2026-11-20' },
    });
    parent(22, { kind: 'heir', act: '409-I', article: '1040' });
    const { acts, representatives, statuses } = story.dossier();
    expect(acts).toBe('heirs');
    expect(statuses).toMatchObject([{ status: 'deceased', document: { kind: 'death-certificate' } }]);
    expect(representatives).toMatchObject([
      { kind: 'attorney-in-fact', standing: 'subject-deceased' },
      { kind: 'heir', standing: 'stands', article: '409-I:1040' },
    ]);
  });

  it('counts no more where the recognition was told in error', () => {
    const mother = parent(21, { kind: 'attorney-in-fact' });
    story.tell('FactRetracted', { fact: mother.id, type: 'RepresentativeRecognised', ground: 'told-in-error' });
    expect(story.dossier().representatives).toEqual([]);
  });
});
