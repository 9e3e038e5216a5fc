// Where do tests of erasures and of epochs live? In a ledger of their own, on whichever store, with processes that they may kill.
import { type Sequencer } from '@derbes/transparency/sequencing.js';
import { spawnProgram, testDatabase, type Child, type TestDatabase } from '@derbes/postgres/testing.js';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ledgerMigrations } from '../../database.js';
import { openParts, type Ledger } from '../../ledger.js';
import { readSettings } from '../../settings.js';
import { makeSequencer } from '../../sequencing/log.js';
import { fact, publishKiberon, silent, subjectOfEmail } from '../../testing.js';
import { type ErasingOrder } from './erasing-child.js';

export const email = (name: string) => `${name}@crash.example.kz`;
const pollMs = 50;
export const pause = () => new Promise((again) => setTimeout(again, pollMs));

/** Everything that a test starts, on whichever store. */
export class Place {
  private readonly children: Child[] = [];

  private constructor(
    readonly db: TestDatabase,
    private readonly scratch: string,
    private readonly settings: Readonly<Record<string, string>>,
    readonly ledger: Ledger,
    /** A close waits for a checkpoint, of whichever process that publishes. */
    private readonly sequencer: Sequencer,
  ) {}

  get dataDir(): string {
    return join(this.scratch, 'data');
  }

  get keepDir(): string {
    return join(this.scratch, 'keep');
  }

  static async open(eventstore?: string): Promise<Place> {
    const scratch = mkdtempSync(join(tmpdir(), 'derbes-erasing-'));
    const db = await testDatabase(ledgerMigrations);
    const settings = {
      DATA_DIR: join(scratch, 'data'),
      KEEP_DIR: join(scratch, 'keep'),
      ...(eventstore !== undefined && { EVENTSTORE_URL: eventstore }),
    };
    const ledger = await openParts(readSettings(settings), db.app, silent);
    await publishKiberon(ledger);
    const sequencer = await makeSequencer(ledger.log, () => true);
    sequencer.start();
    return new Place(db, scratch, settings, ledger, sequencer);
  }

  /** What the worker of another process does, until nothing is left to be done. */
  async workOff(): Promise<void> {
    const [code, signal] = (await once(this.child({ work: true }), 'close')) as [number | null, string | null];
    if (code !== 0) throw new Error(`whoever went on ended with ${code ?? signal}`);
  }

  child(order: Omit<ErasingOrder, 'postgres' | 'settings'>): Child {
    const whole: ErasingOrder = { ...order, postgres: this.db.asApp, settings: this.settings };
    const child = spawnProgram('apps/ledger/src/erasure/testing/erasing-child', whole);
    this.children.push(child);
    return child;
  }

  subject(name: string): Promise<string> {
    return subjectOfEmail(this.ledger, email(name));
  }

  async count(sql: string, ...values: unknown[]): Promise<number> {
    const { rows } = await this.db.owner.query<{ n: string }>(`select count(*) as n from ${sql}`, values);
    return Number(rows[0]?.n);
  }

  async typesOf(stream: string): Promise<string[]> {
    const types: string[] = [];
    for await (const { type } of this.ledger.store.readStream(stream)) types.push(type);
    return types;
  }

  async close(): Promise<void> {
    // What a failed test left running.
    for (const child of this.children) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await this.sequencer.stop();
    await this.ledger.close();
    await this.db.drop();
    rmSync(this.scratch, { recursive: true, force: true });
  }
}

export const collected = (name: string) =>
  fact('data.collected', {
    subject: { identifiers: [{ scheme: 'email', value: email(name) }] },
    categories: ['email', 'phone'],
    purposes: ['account'],
    holder: 'crm',
    origin: { kind: 'subject', means: 'web-form' },
    values: { email: email(name), phone: '+77010000000' },
  });
