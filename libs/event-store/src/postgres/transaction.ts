// How is a batch written so that it happened once, whatever breaks? One transaction, retried while its outcome is unknown.
import { type Pool, type PoolClient, type QueryConfig } from 'pg';
import { Together, type Transaction } from './together.js';
import { StoreUnavailable } from '../errors.js';

/** Every writer of the log holds this advisory lock, of whichever process: positions then have no gap and one order. */
export const appendLock = 4_021_990_101;

/** Followers listen here; a notice says that something was appended and nothing else. */
export const appendedChannel = 'ledger_appended';

/**
 * A snapshot a statement, so that what is read after the lock is what the last holder left. Plans are made once, and never
 * scan a table that was small when they were made. A writer that hangs with the lock loses it.
 */
const beginAppend: readonly QueryConfig[] = [
  { name: 'append-begin', text: 'begin isolation level read committed' },
  {
    name: 'append-settings',
    text: `select set_config('enable_seqscan', 'off', true), set_config('plan_cache_mode', 'force_generic_plan', true),
      set_config('lock_timeout', '10s', true), set_config('idle_in_transaction_session_timeout', '10s', true)`,
  },
  { name: 'append-lock', text: `select pg_advisory_xact_lock(${appendLock})` },
];

const notifyAppended = { name: 'append-notify', text: `notify ${appendedChannel}` };
const commitAppend = { name: 'append-commit', text: 'commit' };

/** What a transaction's work ended with: its value, and whether an event was appended or nothing was written at all. */
export interface Done<T> {
  readonly value: T;
  readonly end: 'appended' | 'written' | 'nothing';
  /** Statements that were asked and not waited for: the commit goes with them. */
  readonly asked?: Promise<unknown>;
}

/**
 * `beforeCommit` runs with all written; what it throws rolls back. `first` is sent with the beginning, for settings. The beginning
 * travels with what the work asks first.
 */
export async function inAppendTransaction<T>(
  pool: Pool,
  work: (tx: Transaction) => Promise<Done<T>>,
  beforeCommit?: () => void | Promise<void>,
  first?: string,
): Promise<T> {
  const client = await pool.connect();
  const tx = new Together(client);
  // A connection that dies between two queries tells nobody but this listener; the next query fails and says so.
  const ignore = () => undefined;
  client.on('error', ignore);
  let broken: Error | undefined;
  try {
    const begun = [...beginAppend, ...(first === undefined ? [] : [first])].map((one) => tx.query(one));
    const [{ value, end, asked }] = await Promise.all([work(tx), ...begun]);
    if (end !== 'nothing' && beforeCommit) {
      await asked;
      await beforeCommit();
    }
    const committed = commit(tx, end);
    // What came behind the commit would stand outside of it.
    tx.end();
    await Promise.all([asked, committed]);
    return value;
  } catch (error) {
    tx.end();
    broken = await rollback(client, error);
    throw error;
  } finally {
    tx.end();
    client.off('error', ignore);
    client.release(broken);
  }
}

async function commit(tx: Transaction, end: Done<unknown>['end']): Promise<void> {
  if (end === 'nothing') {
    await tx.query('rollback');
    return;
  }
  const [, { command }] = await Promise.all([
    end === 'appended' ? tx.query(notifyAppended) : undefined,
    tx.query(commitAppend),
  ]);
  // A commit of a failed transaction is answered with ROLLBACK and no error.
  if (command !== 'COMMIT') throw new Error(`the commit was answered with ${command}`);
}

/** The error with which the connection has to be thrown away, if it is past use. */
async function rollback(client: PoolClient, error: unknown): Promise<Error | undefined> {
  if (isUncertain(error) && !isDatabaseError(error)) return error as Error;
  try {
    await client.query('rollback');
    return undefined;
  } catch (failed) {
    return failed as Error;
  }
}

interface DatabaseError {
  readonly code: string;
  readonly severity: string;
}

// By form, not by class: an error of a socket may come from another realm than this module's.
const isObject = (error: unknown): error is object => typeof error === 'object' && error !== null;
const isDatabaseError = (error: unknown): error is DatabaseError => isObject(error) && 'severity' in error;

/** Refused for what was asked, not for the state of the server: the same batch would be refused again. */
const isRefusedByDatabase = (error: unknown): boolean => isDatabaseError(error) && !isUncertain(error);

/**
 * SQLSTATE classes and codes after which the same transaction may succeed: connection (08), resources (53), operator (57),
 * system (58), serialisation and deadlock (40), a lock not had in time, an idle transaction ended, a server in recovery.
 */
const passing = /^(08|53|57|58|40)|^(55P03|25P03|25P04|25006)$/;
const lostConnection =
  /Connection terminated|not queryable|Client was closed|timeout exceeded when trying to connect|Query read timeout/;

/** True when the outcome is unknown or may change: the connection broke, or the server could not do it just now. */
export function isUncertain(error: unknown): boolean {
  if (isDatabaseError(error)) return passing.test(error.code);
  if (!isObject(error)) return false;
  return 'syscall' in error || ('message' in error && lostConnection.test(String(error.message)));
}

/** About four seconds in all: a server that was killed is back by then. */
const attemptsMax = 8;
const pauseMsMax = 1_000;
const firstPauseMs = 50;

/** Milliseconds to wait after the nth failure, from 0. */
export const backoffMs = (failures: number, maxMs: number): number =>
  Math.min(maxMs, firstPauseMs * 2 ** Math.min(failures, 20));

/** Runs idempotent work again while its outcome is unknown. Throws StoreUnavailable in the end. */
export async function retried<T>(work: () => Promise<T>): Promise<T> {
  for (let failures = 0; ; failures++) {
    try {
      return await work();
    } catch (error) {
      if (!isUncertain(error)) throw error;
      if (failures + 1 >= attemptsMax) throw new StoreUnavailable('PostgreSQL did not answer', error);
      await new Promise((resolve) => setTimeout(resolve, backoffMs(failures, pauseMsMax)));
    }
  }
}

/** Flushes a batch; when the database refuses it, each item alone, so that only the culprit fails. */
export async function flushOrIsolate<Item, Result>(
  items: readonly Item[],
  flush: (items: readonly Item[]) => Promise<readonly (Result | Error)[]>,
): Promise<readonly (Result | Error)[]> {
  try {
    return await retried(() => flush(items));
  } catch (error) {
    if (items.length === 1 || !isRefusedByDatabase(error)) throw error;
  }
  const results: (Result | Error)[] = [];
  for (const item of items) {
    try {
      results.push(...(await retried(() => flush([item]))));
    } catch (error) {
      results.push(error instanceof Error ? error : new Error(String(error)));
    }
  }
  return results;
}
