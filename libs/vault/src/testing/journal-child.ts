// What is a process whose disk is full? This program: it appends one entry to the journal of a keep, and prints what became of it.
import pg from 'pg';
import { openKeep, type JournalEntry, type KeepPlace } from '../index.js';

/** The program's one argument, as JSON. */
export interface JournalOrder {
  readonly postgres: pg.PoolConfig;
  readonly place: KeepPlace;
  readonly entry: Omit<JournalEntry, 'parts'>;
  /** Parts that the entry names. */
  readonly parts: number;
}

const order = JSON.parse(process.argv[2] ?? '{}') as JournalOrder;
const { journal } = await openKeep(order.place);
const pool = new pg.Pool(order.postgres);
pool.on('error', () => undefined);
const tx = await pool.connect();
const parts = Array.from({ length: order.parts }, (_, i) => ({ eventId: order.entry.erasure, p: String(i) }));
try {
  await tx.query('begin');
  await journal.append(tx, { ...order.entry, parts });
  await tx.query('commit');
  process.stdout.write('written');
} catch (error) {
  process.stdout.write(String((error as { code?: unknown }).code));
} finally {
  tx.release(true);
  await pool.end();
}
