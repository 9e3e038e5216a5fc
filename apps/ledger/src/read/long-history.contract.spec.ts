// Given a person of thousands of events, when staff ask, then the answer leaves piece by piece, says all, and was on record before.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { catalogue } from '@derbes/domain';
import { readEnvelope, writeEnvelope } from '@derbes/kernel';
import { randomUUID } from 'node:crypto';
import { lastValueFrom, toArray } from 'rxjs';
import { type Asked } from '../keys/asked.js';
import { askedBy, fact, publishKiberon, tell, testLedger, type TestLedger } from '../testing.js';
import { MergeSubjects } from '../write/commands.js';
import { MergeSubjectsHandler } from '../write/handlers.js';
import { ReadDossierHandler } from './dossier-handler.js';
import { type DossierView, type TimelineView } from './dossier-view.js';
import { JsonAnswer } from './json-answer.js';
import { ReadDossier, ReadTimeline, SearchSubjects } from './queries.js';
import { Readers } from './readers.js';
import { SearchSubjectsHandler } from './search-handler.js';
import { Abandoned, longFromEvents } from './subject-reader.js';
import { ReadTimelineHandler } from './timeline-handler.js';

const officer: Asked = { ...askedBy('officer'), reason: 'subject-request' };
const values = 40;
const uses = longFromEvents + 500;
const appended = 500;
const never = new AbortController().signal;

let test: TestLedger;
let readers: Readers;
let subject: string;
let other: string;

const collected = (who: string) =>
  fact('data.collected', {
    subject: { identifiers: [{ scheme: 'email', value: who }] },
    categories: ['full-name'],
    purposes: ['account'],
    holder: 'crm',
    origin: { kind: 'subject', means: 'web-form' },
    values: { 'full-name': 'Айгерим Примерова' },
  });

async function subjectOf(value: string): Promise<string> {
  const query = Object.assign(new SearchSubjects(), { asked: officer, identifier: { scheme: 'email', value } });
  const { subjects } = await new SearchSubjectsHandler(readers).execute(query);
  return subjects[0]?.subject ?? '';
}

/** Uses as the ledger would have written them; telling thousands would take longer than all that is tried here. */
async function use(about: string): Promise<void> {
  const stream = `subject-${about}`;
  const bytes: string[] = [];
  for await (const stored of test.ledger.store.readStream(stream)) bytes.push(stored.bytes);
  const { at, actor, edition } = readEnvelope(bytes.at(-1) ?? '');
  for (let from = bytes.length; from < bytes.length + uses; from += appended) {
    const events = Array.from({ length: Math.min(appended, bytes.length + uses - from) }, (_, i) => {
      const id = randomUUID();
      const facts = { categories: ['full-name'], purposes: ['account'], holder: 'crm', role: 'private' };
      const place = { id, type: 'DataUsed', stream, revision: String(from + i), at, occurred: at, actor };
      return { id, type: place.type, bytes: writeEnvelope({ v: '1', facts, ...place, ...(edition && { edition }) }) };
    });
    await test.ledger.store.append(stream, from - 1, events);
  }
}

beforeAll(async () => {
  test = await testLedger();
  readers = new Readers(test.ledger);
  await publishKiberon(test.ledger);
  await tell(test.ledger, ...Array.from({ length: values }, () => collected('long@example.kz')));
  await tell(test.ledger, collected('other@example.kz'));
  subject = await subjectOf('long@example.kz');
  other = await subjectOf('other@example.kz');
  await use(subject);
});
afterAll(async () => {
  await readers.stop();
  await test.close();
});

async function ask(form: 'dossier' | 'timeline', gone = never): Promise<AsyncIterable<Buffer>> {
  const more = { subject, asked: officer, as: 'json', lang: 'ru' } as const;
  const answer =
    form === 'dossier'
      ? await new ReadDossierHandler(readers).execute(Object.assign(new ReadDossier(), more))
      : await new ReadTimelineHandler(readers).execute(Object.assign(new ReadTimeline(), more));
  if (!(answer instanceof JsonAnswer) || Buffer.isBuffer(answer.body)) throw new Error('it was answered at once');
  return answer.body(gone);
}

async function read<T>(pieces: AsyncIterable<Buffer>): Promise<{ pieces: number; said: T }> {
  const all: Buffer[] = [];
  for await (const piece of pieces) all.push(piece);
  return { pieces: all.length, said: JSON.parse(Buffer.concat(all).toString()) as T };
}

async function lookedAt(): Promise<readonly (readonly string[])[]> {
  const all = await lastValueFrom(test.ledger.store.follow({ until: 'head' }).pipe(toArray()));
  const reads = all.filter(({ stream }) => stream.startsWith('reads-'));
  return reads.map(({ bytes }) => catalogue.read(readEnvelope(bytes)).facts['subjects'] as readonly string[]);
}

describe('a person of thousands of events', () => {
  it('has a dossier in pieces that says all, with every value opened', async () => {
    const { pieces, said } = await read<DossierView>(await ask('dossier'));
    expect(pieces).toBeGreaterThan(5);
    expect(said).toMatchObject({ subject, merged: [], closing: 'lawfully-withheld-not-included' });
    expect(said.uses.flatMap(({ events }) => events)).toHaveLength(uses);
    const name = said.categories.find(({ category }) => category === 'full-name');
    expect(name?.values).toHaveLength(values);
    expect(new Set(name?.values.map(({ part }) => part.value))).toEqual(new Set(['Айгерим Примерова']));
    expect(said.access.more).toBe(false);
  });

  it('has a timeline in pieces with every event in order', async () => {
    const { pieces, said } = await read<TimelineView>(await ask('timeline'));
    expect(pieces).toBeGreaterThan(5);
    expect(said.lines).toHaveLength(uses + values + 2);
    const moments = said.lines.map(({ moment }) => moment);
    expect(moments).toEqual([...moments].sort());
    expect(said.lines.every(({ says }) => says.endsWith('.'))).toBe(true);
  });

  it('was looked at by whom is on record before the first byte', async () => {
    const before = (await lookedAt()).length;
    await ask('dossier');
    expect((await lookedAt()).slice(before)).toEqual([[subject]]);
  });

  it('is not read any further for somebody who left', async () => {
    const left = new AbortController();
    const pieces = (await ask('timeline', left.signal))[Symbol.asyncIterator]();
    await pieces.next();
    left.abort();
    const rest = async (): Promise<void> => {
      for (let next = await pieces.next(); next.done !== true; next = await pieces.next());
    };
    await expect(rest()).rejects.toThrow(Abandoned);
  });

  it('found to be another person, too, has that one on record before anything about her leaves', async () => {
    const merge = Object.assign(new MergeSubjects(), {
      asked: officer,
      subject,
      other,
      ground: 'officer-decision',
    });
    await new MergeSubjectsHandler(test.ledger.writers).execute(merge);
    const before = (await lookedAt()).length;
    const pieces = (await ask('dossier'))[Symbol.asyncIterator]();
    await pieces.next();
    const second: IteratorResult<unknown> = await pieces.next();
    expect(String(second.value)).toContain(`"merged":["${other}"]`);
    expect((await lookedAt()).slice(before)).toEqual([[subject], [other]]);
    await pieces.return?.();
  });
});
