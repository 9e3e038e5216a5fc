// Given what is known about an invented person, when it is told in ru, kk or en, then it reads as the golden file does.
import { Story } from '@derbes/domain/testing/story.js';
import { catalogue, originKinds, personStatuses, relationKinds, representativeKinds } from '@derbes/domain';
import { languages, type Language } from '@derbes/policy';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reasons } from '../../keys/asked.js';
import { roles } from '../../keys/key.js';
import { registers } from '../queries.js';
import { dossierText } from './dossier-text.js';
import { enCodes } from './en-codes.js';
import { en } from './en.js';
import { kkCodes } from './kk-codes.js';
import { kk } from './kk.js';
import { knownCodes } from './known-codes.js';
import { ruCodes } from './ru-codes.js';
import { ru } from './ru.js';
import { columnsMax, Sheet, wrap } from './sheet.js';
import { speechOf } from './speech.js';
import { childStory, clientStory, kiberonPolicy, lookedAt, timelineViewOf, viewOf } from './testing/example-people.js';
import { timelineText } from './timeline-text.js';

const policy = kiberonPolicy();
const golden = (name: string): string => join(import.meta.dirname, 'golden', name);
/** Set by whoever changes the words on purpose; then the changed file is read by a person before it is committed. */
const writing = process.env['DERBES_WRITE'] === 'yes';

function expectGolden(name: string, text: string): void {
  if (writing) writeFileSync(golden(name), text);
  expect(existsSync(golden(name))).toBe(true);
  expect(text).toBe(readFileSync(golden(name), 'utf8'));
}

const nobodyLooked = { now: lookedAt.now, lines: [], reaches: '2026-11-20T10:00:00Z', more: false };
const emptyStory = (): Story => {
  const story = new Story(policy);
  story.tell('SubjectRegistered', { kind: 'person' });
  return story;
};

describe.each(languages)('the report in %s', (language: Language) => {
  it('tells a client all that is known', () => {
    expectGolden(`client.${language}.txt`, dossierText(viewOf(clientStory(policy), policy, lookedAt), language));
  });

  it('tells somebody about whom nothing is held that it is so', () => {
    expectGolden(`nobody.${language}.txt`, dossierText(viewOf(emptyStory(), policy, nobodyLooked), language));
  });

  it('tells a child who may act, and who contradicts whom', () => {
    expectGolden(`child.${language}.txt`, dossierText(viewOf(childStory(policy), policy, nobodyLooked), language));
  });

  it('tells what happened, in order', () => {
    const text = timelineText(timelineViewOf(clientStory(policy), policy, language), language);
    expectGolden(`timeline.${language}.txt`, text);
  });

  it('has no line longer than 100 columns and no code that was forgotten', () => {
    const texts = [
      dossierText(viewOf(clientStory(policy), policy, lookedAt), language),
      timelineText(timelineViewOf(clientStory(policy), policy, language), language),
    ];
    for (const line of texts.join('\n').split('\n')) expect([...line].length).toBeLessThanOrEqual(columnsMax);
    for (const text of texts) expect(text).not.toMatch(/undefined|\{[a-z]+\}|\[object/);
  });

  it('ends with the same sentence for everybody', () => {
    const closing = speechOf(language).say('closing');
    for (const story of [clientStory(policy), emptyStory()]) {
      expect(dossierText(viewOf(story, policy, nobodyLooked), language).endsWith(`${closing}\n`)).toBe(true);
    }
  });
});

describe('the words', () => {
  it('are the same keys in all three languages, each with its own text', () => {
    for (const [left, right] of [
      [ru, kk],
      [ru, en],
      [ruCodes, kkCodes],
      [ruCodes, enCodes],
    ] as const) {
      expect(Object.keys(right).sort()).toEqual(Object.keys(left).sort());
      expect(Object.values(right).filter((text) => text.trim() === '')).toEqual([]);
    }
  });

  it('have the same places to be filled in', () => {
    const places = (text: string) => [...text.matchAll(/\{[a-z]+\}/g)].map(([place]) => place).sort();
    for (const key of Object.keys(ru) as (keyof typeof ru)[]) {
      expect([key, places(kk[key]), places(en[key])]).toEqual([key, places(ru[key]), places(ru[key])]);
    }
  });

  it('name every code of the ledger’s own closed lists', () => {
    const events = catalogue.definitions.map(({ type }) => type).filter((type) => `event.${type}` in ruCodes);
    const subjectTypes = Object.keys(ruCodes).filter((key) => key.startsWith('event.'));
    expect(events).toHaveLength(subjectTypes.length);
    const keys = [
      ...originKinds.map((code) => `origin.${code}`),
      ...relationKinds.map((code) => `relation.${code}`),
      ...Object.keys(reasons).map((code) => `reason.${code}`),
      ...roles.map((code) => `asker.${code}`),
      ...registers.map((code) => `question.${code}`),
      ...personStatuses.map((code) => `status.${code}`),
      ...representativeKinds.map((code) => `representative.${code}`),
    ];
    expect(keys.filter((key) => !(key in ruCodes))).toEqual([]);
  });

  it('name the usual codes of services in all three languages', () => {
    const empty = Object.entries(knownCodes).filter(([, labels]) => Object.values(labels).some((text) => text === ''));
    expect(empty).toEqual([]);
  });

  it('show a code that nobody has named as it is', () => {
    expect(speechOf('ru').free('carrier-pigeon')).toBe('«carrier-pigeon»');
    expect(speechOf('ru').free('constructor')).toBe('«constructor»');
  });
});

describe('moments and numbers', () => {
  it.each([
    ['ru', '21 ноября 2026 г.'],
    ['kk', '2026 ж. 21 қараша'],
    ['en', '21 November 2026'],
  ] as const)('are told in %s in the local time of the controller', (language, day) => {
    expect(speechOf(language).day('2026-11-20T20:30:00Z')).toBe(day);
    expect(speechOf(language).clock('2026-11-20T20:30:00Z')).toBe('01:30');
  });

  it('tell a calendar date as the day it is', () => {
    expect(speechOf('en').day('2026-12-20')).toBe('20 December 2026');
  });

  it('tell terms and countries', () => {
    expect(speechOf('ru').term('P5Y')).toBe('5 лет');
    expect(speechOf('kk').term('P6M')).toBe('6 ай');
    expect(speechOf('en').term('P30D')).toBe('30 days');
    expect(speechOf('kk').country('DE')).toBe('Германия');
  });
});

describe('plain text', () => {
  it('breaks at spaces and cuts what is longer than a line', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrap('abcdefghij', 4)).toEqual(['abcd', 'efgh', 'ij']);
    expect(wrap('', 10)).toEqual(['']);
  });

  it('lets no value draw over the report', () => {
    const [line] = wrap('a\u001b[2Jb\u202ec', 20);
    expect(line).toBe('a\u{fffd}[2Jb\u{fffd}c');
  });

  it('puts labels into one column and values into the next', () => {
    const text = new Sheet().fields([
      ['One', 'a'],
      ['Three', 'b'],
      ['None', undefined],
    ]);
    expect(text.toString()).toBe('One:   a\nThree: b\n');
  });

  it('keeps a value of several lines under its own label', () => {
    expect(new Sheet().fields([['V', 'first\nWHAT IS HELD\nlast']]).toString()).toBe(
      'V: first\n   WHAT IS HELD\n   last\n',
    );
  });
});
