// How does a spec get a whole ledger? On a fresh database, with directories of its own.
import { catalogue } from '@derbes/domain';
import { readEnvelope, type Recorded } from '@derbes/kernel';
import { testDatabase } from '@derbes/postgres/testing.js';
import { listRebuilds, ProjectedWait, requestRebuild } from '@derbes/read-models';
import { type Sequencer } from '@derbes/transparency/sequencing.js';
import { normalise } from '@derbes/vault';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { lastValueFrom, toArray } from 'rxjs';
import { ledgerMigrations } from './database.js';
import { type Asked } from './keys/asked.js';
import { openParts, type Ledger, type LedgerHooks } from './ledger.js';
import { JsonLogger } from './logger.js';
import { makeSequencer } from './sequencing/log.js';
import { readSettings, type Settings } from './settings.js';
import { EraseSubject, type Erased } from './write/erasure-commands.js';
import { EraseSubjectHandler } from './write/erasure-handlers.js';
import { PublishPolicyHandler } from './write/handlers.js';
import { PublishPolicy } from './write/commands.js';
import { type Outcome } from './write/outcome.js';
import { type ReceivedEvent } from './write/received.js';

export const silent = new JsonLogger('silent');
const kiberon = join(import.meta.dirname, '../../../examples/kiberon');

export interface TestLedger {
  readonly ledger: Ledger;
  readonly settings: Settings;
  readonly database: Awaited<ReturnType<typeof testDatabase>>;
  /** The same database and keep, opened again by another process as it were. */
  again(): Promise<Ledger>;
  /** Publishes its log from now on, as a worker does; a close of an epoch waits for that. */
  publish(): Promise<Sequencer>;
  close(): Promise<void>;
}

export async function testLedger(
  environment: Readonly<Record<string, string>> = {},
  hooks: LedgerHooks = {},
): Promise<TestLedger> {
  const scratch = mkdtempSync(join(tmpdir(), 'derbes-ledger-'));
  const settings = readSettings({ DATA_DIR: join(scratch, 'data'), KEEP_DIR: join(scratch, 'keep'), ...environment });
  const database = await testDatabase(ledgerMigrations);
  const opened: Ledger[] = [];
  const again = async (): Promise<Ledger> => {
    const ledger = await openParts(settings, database.app, silent, hooks);
    opened.push(ledger);
    return ledger;
  };
  const ledger = await again();
  const sequencers: Sequencer[] = [];
  return {
    ledger,
    settings,
    database,
    again,
    async publish() {
      const sequencer = await makeSequencer(ledger.log, () => true);
      sequencers.push(sequencer);
      sequencer.start();
      return sequencer;
    },
    async close() {
      for (const one of sequencers) await one.stop();
      for (const one of opened) await one.close();
      await database.drop();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

export const askedBy = (role: 'admin' | 'officer' | 'emitter', more: Partial<Asked> = {}): Asked => ({
  by: { key: '00000000-0000-4000-8000-000000000001', role, ...(role === 'emitter' && { source: 'urn:example:crm' }) },
  request: '00000000-0000-4000-8000-000000000002',
  ...more,
});

/** Publishes the Kiberon policy as in force since a moment. */
export async function publishKiberon(ledger: Ledger, inForce = '2026-01-01T00:00:00Z'): Promise<string> {
  const publish = Object.assign(new PublishPolicy(), {
    yaml: readFileSync(join(kiberon, 'policy.yaml'), 'utf8'),
    texts: { ru: readFileSync(join(kiberon, 'policy.ru.txt'), 'utf8') },
    inForce,
    assertedBy: 'director',
    asked: askedBy('admin'),
  });
  return (await new PublishPolicyHandler(ledger.writers).execute(publish)).edition;
}

let told = 0;

/** A told fact with invented content; `id` and `time` are made when absent. */
export const fact = (type: string, data: object, more: Partial<ReceivedEvent> = {}): ReceivedEvent => ({
  id: `t-${++told}`,
  source: 'urn:example:crm',
  type: `derbes.${type}`,
  time: '2026-11-20T09:00:00Z',
  data: data as ReceivedEvent['data'],
  ...more,
});

/** Records facts and returns what was told of each; throws what the store threw. */
export async function tell(ledger: Ledger, ...events: ReceivedEvent[]): Promise<Outcome[]> {
  const { outcomes } = await ledger.writers.facts.record(events, 'emitter');
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}

/** `<kind>-<uuid>` of whom an identifier finds now. Throws where it finds nobody. */
export async function ownerOf({ vault }: Ledger, value: string, scheme = 'email'): Promise<string> {
  const normal = normalise(scheme, value);
  if ('reason' in normal) throw new Error(normal.reason);
  const token = vault.token(normal);
  const row = (await vault.lookup([token])).get(token.token.toString('hex'));
  if (!row) throw new Error('nobody found');
  return row.owner;
}

/** The same of an e-mail address that finds a subject: its uuid. */
export const subjectOfEmail = async (ledger: Ledger, email: string): Promise<string> =>
  (await ownerOf(ledger, email)).slice('subject-'.length);

/** An officer orders somebody to be erased, as her request asks for. */
export const orderErasure = (ledger: Ledger, subject: string, more: Partial<EraseSubject> = {}): Promise<Erased> =>
  new EraseSubjectHandler(ledger.writers).execute(
    Object.assign(new EraseSubject(), {
      subject,
      scope: 'person',
      ground: 'subject-request',
      decide: 'erase',
      reason: 'no-document-made',
      asked: askedBy('officer', { reason: 'subject-request' }),
      ...more,
    }),
  );

/** The same, and carried out; what came of it. */
export async function erasePerson(ledger: Ledger, subject: string): Promise<string> {
  const { order } = await orderErasure(ledger, subject);
  return ledger.erasures.execute(order ?? '');
}

/** What stands in a stream, read as the service reads it. */
export async function eventsIn(ledger: Ledger, stream: string): Promise<Recorded[]> {
  const events: Recorded[] = [];
  for await (const { bytes } of ledger.store.readStream(stream)) events.push(catalogue.read(readEnvelope(bytes)));
  return events;
}

const stepsMax = 600;
const stepMs = 100;

/** Until everything recorded so far stands in the registers. Throws when one of them has stopped. */
export async function allProjected(ledger: Ledger): Promise<void> {
  const all = await lastValueFrom(ledger.store.follow({ until: 'head' }).pipe(toArray()));
  const wait = new ProjectedWait(ledger.app);
  for (let step = 0; step < stepsMax; step++) {
    const { outcome, behind } = await wait.until(all.at(-1)?.position ?? '0');
    if (outcome === 'projected') return;
    if (outcome === 'stopped') throw new Error(`stopped: ${behind.join(', ')}`);
  }
  throw new Error('the registers never came up to it');
}

/** Until the registers, or the one named, have been made anew and know everything recorded so far. */
export async function allRebuilt(ledger: Ledger, model?: string): Promise<void> {
  const ids = new Set((await requestRebuild(ledger.app, model)).map(({ id }) => id));
  for (let step = 0; step < stepsMax; step++) {
    const jobs = (await listRebuilds(ledger.app)).filter(({ id }) => ids.has(id));
    if (jobs.some(({ state }) => state === 'failed')) throw new Error('a rebuild failed');
    if (jobs.every(({ state }) => state === 'done')) return allProjected(ledger);
    await pause(stepMs);
  }
  throw new Error('the rebuild never ended');
}
