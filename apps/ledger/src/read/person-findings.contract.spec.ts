// Does a dossier say from the right second on that she was not told of a transfer, and that data is held too long, also where it was asked before?
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { registers, Runner } from '@derbes/read-models';
import { normalise } from '@derbes/vault';
import { type Ledger } from '../ledger.js';
import { allProjected, askedBy, fact, publishKiberon, tell, testLedger, type TestLedger } from '../testing.js';
import { LiftHold, PlaceHold } from '../write/erasure-commands.js';
import { LiftHoldHandler, PlaceHoldHandler } from '../write/erasure-handlers.js';
import { ReadDossierHandler } from './dossier-handler.js';
import { JsonAnswer } from './json-answer.js';
import { ReadDossier, ReadTimeline } from './queries.js';
import { Readers } from './readers.js';
import { ReadTimelineHandler } from './timeline-handler.js';

const email = 'aigerim@found.example.kz';
const by = { subject: { identifiers: [{ scheme: 'email', value: email }] } };
const officer = askedBy('officer', { reason: 'finding' });
const dayMs = 24 * 60 * 60_000;
const time = { now: Date.parse('2026-02-02T07:00:00Z') };
/** The last second of the tenth working day in Astana, by which she has to be told (Art. 19(1)). */
const due = Date.parse('2026-02-16T18:59:59Z');
let test: TestLedger;
let ledger: Ledger;
let readers: Readers;
let dossiers: ReadDossierHandler;
let runner: Runner;
let subject: string;

beforeAll(async () => {
  const hooks = { time: { clock: () => new Date(time.now), monotonic: () => time.now } };
  test = await testLedger({}, hooks);
  ledger = test.ledger;
  await publishKiberon(ledger);
  readers = new Readers(ledger);
  dossiers = new ReadDossierHandler(readers);
  runner = new Runner({ pool: ledger.app, store: ledger.store, documents: ledger.documents });
  runner.start();
  const told = { recipient: 'invented-bank', country: 'KZ', mode: 'sent', basis: { code: 'consent' } };
  await tell(
    ledger,
    passed('data.transferred', { categories: ['email'], purposes: ['payments'], ...told }, 'transfer'),
  );
  const normal = normalise('email', email);
  if ('reason' in normal) throw new Error(normal.reason);
  const token = ledger.vault.token(normal);
  const row = (await ledger.vault.lookup([token])).get(token.token.toString('hex'));
  subject = row?.owner.slice('subject-'.length) ?? '';
});
afterAll(async () => {
  await runner?.stop();
  await readers?.stop();
  await test?.close();
});

const moment = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
const passed = (type: string, data: object, id: string) =>
  fact(type, { ...by, ...data }, { id, time: moment(time.now) });

interface Found {
  readonly id: string;
  readonly code: string;
  readonly article: string;
}
const late = ['TRANSFER_NOT_NOTIFIED', 'RETENTION_OVERDUE'];

async function read(question: ReadDossier | ReadTimeline): Promise<string> {
  const asked = Object.assign(question, { subject, asked: officer, as: 'json', lang: 'ru' });
  const answer =
    asked instanceof ReadDossier
      ? await dossiers.execute(asked)
      : await new ReadTimelineHandler(readers).execute(asked);
  if (answer instanceof JsonAnswer) {
    if (!Buffer.isBuffer(answer.body)) throw new Error('it was not answered at once');
    return answer.body.toString();
  }
  return JSON.stringify(answer);
}

/** Of the two codes that come with a day. */
async function found(more: object = {}): Promise<readonly Found[]> {
  const text = await read(Object.assign(new ReadDossier(), more));
  return (JSON.parse(text) as { findings: readonly Found[] }).findings.filter(({ code }) => late.includes(code));
}
const codes = async (more: object = {}): Promise<string[]> => (await found(more)).map(({ code }) => code);
/** What the register has of the two, which goes by the database's clock: for it all of this is past. */
async function registered(): Promise<string[]> {
  await allProjected(ledger);
  const { rows } = await registers(ledger.app).findings.page({ filter: { subject } });
  return rows.map(({ code }) => code).filter((code) => late.includes(code));
}

describe('a dossier', () => {
  it('finds that she was not told from the second behind the due moment on, and not at it', async () => {
    expect(await codes()).toEqual([]);
    time.now = due;
    expect(await codes()).toEqual([]);
    time.now = due + 1_000;
    expect(await found()).toMatchObject([{ code: 'TRANSFER_NOT_NOTIFIED', article: '94-V:19(1)' }]);
    expect(await registered()).toEqual(['TRANSFER_NOT_NOTIFIED']);
    // What was true then.
    expect(await codes({ asOf: moment(due) })).toEqual([]);
    expect(await codes({ asOf: moment(due + 1_000) })).toEqual(['TRANSFER_NOT_NOTIFIED']);
  });

  it('has it in the timeline beside the transfer', async () => {
    expect(await read(new ReadTimeline())).toContain('TRANSFER_NOT_NOTIFIED');
  });

  it('finds it no longer when she was told', async () => {
    time.now += dayMs;
    const transfers = [{ source: 'urn:example:crm', id: 'transfer' }];
    await tell(ledger, passed('subject.notified', { about: 'transfer', channel: 'post', transfers }, 'told'));
    expect(await codes()).toEqual([]);
    expect(await registered()).toEqual([]);
  });

  it('finds what is held a day behind its term, not while a hold stands, and again when that ends', async () => {
    const session = { source: 'urn:example:crm', id: 'session' };
    const measured = { categories: ['browser'], purposes: ['analytics'], holder: 'crm', values: { browser: 'sample' } };
    await tell(ledger, passed('relation.started', { kind: 'session' }, session.id));
    await tell(ledger, passed('data.collected', { ...measured, origin: { kind: 'automatic' } }, 'measured'));
    time.now += 5 * dayMs;
    const ended = time.now;
    await tell(ledger, passed('relation.ended', { relation: session, kind: 'session' }, 'over'));
    expect(await codes()).toEqual([]);
    time.now = ended + dayMs;
    expect(await codes()).toEqual([]);
    time.now += 1_000;
    expect(await codes()).toEqual(['RETENTION_OVERDUE']);
    expect(await registered()).toEqual(['RETENTION_OVERDUE']);
    const until = moment(time.now + dayMs);
    const place = Object.assign(new PlaceHold(), { subject, ground: 'legal-claim', until, asked: officer });
    await new PlaceHoldHandler(ledger.writers).execute(place);
    expect(await codes()).toEqual([]);
    // Its own end is as good as being lifted.
    time.now += dayMs + 1_000;
    expect(await codes()).toEqual(['RETENTION_OVERDUE']);
    const again = Object.assign(new PlaceHold(), { subject, ground: 'legal-claim', asked: officer });
    const { hold } = await new PlaceHoldHandler(ledger.writers).execute(again);
    expect(await codes()).toEqual([]);
    time.now += 1_000;
    const lift = Object.assign(new LiftHold(), { subject, hold, ground: 'claim-settled', asked: officer });
    await new LiftHoldHandler(ledger.writers).execute(lift);
    expect(await codes()).toEqual(['RETENTION_OVERDUE']);
  });
});
