// What is a sequencer that dies at any moment? This program: it runs one until it is killed, and writes down each text before a key signs it.
import { PostgresEventStore } from '@derbes/event-store';
import { appendFileSync } from 'node:fs';
import pg from 'pg';
import { LogDirectory } from '../../files/directory.js';
import { Sequencer } from '../sequencer.js';
import { SigningKeys, type AddedKey } from '../signing-keys.js';
import { recording } from './recording.js';

/** The program's one argument, as JSON. */
export interface SequencingOrder {
  readonly postgres: pg.PoolConfig;
  readonly logDir: string;
  readonly keepDir: string;
  readonly ledger: string;
  readonly origin: string;
  readonly added: readonly AddedKey[];
  /** Seeds by number, in hex. */
  readonly seeds: Readonly<Record<string, string>>;
  /** A line of JSON for every text that is signed. */
  readonly signedFile: string;
}

const order = JSON.parse(process.argv[2] ?? '{}') as SequencingOrder;
const pool = new pg.Pool(order.postgres);
pool.on('error', () => undefined);
const secrets = {
  read: (number: number) => Promise.resolve(Buffer.from(order.seeds[String(number)] ?? '', 'hex')),
};
new Sequencer({
  pool,
  store: new PostgresEventStore(pool),
  directory: new LogDirectory(order.logDir),
  keepDir: order.keepDir,
  ledger: order.ledger,
  origin: order.origin,
  retryMs: 20,
  clock: () => new Date(),
  keys: async () =>
    recording(await SigningKeys.load(order.added, secrets, new Date()), (text) =>
      appendFileSync(order.signedFile, `${JSON.stringify(text)}\n`),
    ),
}).start();
process.stdout.write('running\n');
// Whoever started it has gone.
process.stdin.on('end', () => process.exit()).resume();
