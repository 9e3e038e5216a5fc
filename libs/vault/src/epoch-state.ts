// How far is the close of an epoch? One row, moved from step to step by compare-and-swap, so that whoever comes next goes on.
import { type Pool, type PoolClient } from 'pg';
import { type LogWitnesses } from './epoch-ledger.js';
import { VaultError } from './vault-error.js';

/** In this order; each may be begun again. */
export const closeSteps = [
  'preparing',
  'flipping',
  'settling',
  'wrapping',
  'verifying',
  'backing-up',
  'recording',
  'publishing',
  'destroying',
  'finishing',
  'done',
] as const;
export type CloseStep = (typeof closeSteps)[number];

/** Why a close waits for the log; the worker looks again and again whether it may go on. */
export const logWaits = ['LOG_BEHIND', 'LOG_BELOW_QUORUM', 'LOG_HALTED'] as const;
/** Why a close stands still: but for what it waits for of the log, until somebody does something. */
export const heldCodes = ['EPOCH_SURVIVORS_DROPPED', 'KEY_BACKUP_NOT_PROVED', ...logWaits] as const;
export type HeldCode = (typeof heldCodes)[number];

export interface CloseRow {
  readonly epoch: number;
  readonly step: CloseStep;
  /** API key of whoever asked, or `schedule`. */
  readonly askedBy: string;
  readonly approvedBy: readonly string[];
  readonly acceptedBy: string | null;
  readonly held: HeldCode | null;
  /** Owners that stand nowhere, or do not open, and were not erased. */
  readonly missing: number;
  /** Erased owners of whom the journal knows nothing. */
  readonly unexplained: number;
  readonly total: number;
  readonly done: number;
  /** Time that wrapping took, rests included. */
  readonly tookMs: number;
  /** Behind which row it goes on. */
  readonly past: string;
  readonly owners: number | null;
  readonly tokens: number | null;
  readonly erasures: number | null;
  readonly list: string | null;
  /** Whoever accepted that witnesses do not vouch for the end of the epoch. */
  readonly unwitnessedBy: string | null;
  /** Entries of the log that a checkpoint must cover before the key goes; unknown while the event is no leaf. */
  readonly logNeeded: number | null;
  /** Entries under the checkpoint that was seen last. */
  readonly logPublished: number | null;
  readonly logWitnesses: LogWitnesses | null;
  /** Since when the log is waited for. */
  readonly logSince: Date | null;
  /** Custodians that no longer hold the key. */
  readonly destroyed: readonly string[];
  readonly beganAt: Date;
  readonly doneAt: Date | null;
}

interface CloseColumns {
  readonly epoch: number;
  readonly step: CloseStep;
  readonly asked_by: string;
  readonly approved_by: string[];
  readonly accepted_by: string | null;
  readonly held: HeldCode | null;
  readonly missing: string;
  readonly unexplained: string;
  readonly total: string;
  readonly done: string;
  readonly busy_ms: string;
  readonly past: string;
  readonly owners: string | null;
  readonly tokens: string | null;
  readonly erasures: string | null;
  readonly list: string | null;
  readonly unwitnessed_by: string | null;
  readonly log_needed: string | null;
  readonly log_published: string | null;
  readonly log_witnesses: LogWitnesses | null;
  readonly log_since: Date | null;
  readonly destroyed: string[];
  readonly began_at: Date;
  readonly done_at: Date | null;
}

type Db = Pool | PoolClient;
type Changes = Partial<Omit<CloseColumns, 'epoch' | 'began_at'>>;
type Numbers = { readonly [Name in keyof CloseColumns]?: unknown };

const numberOrNull = (text: string | null): number | null => (text === null ? null : Number(text));

const rowOf = (row: CloseColumns): CloseRow => ({
  epoch: row.epoch,
  step: row.step,
  askedBy: row.asked_by,
  approvedBy: row.approved_by,
  acceptedBy: row.accepted_by,
  held: row.held,
  missing: Number(row.missing),
  unexplained: Number(row.unexplained),
  total: Number(row.total),
  done: Number(row.done),
  tookMs: Number(row.busy_ms),
  past: row.past,
  owners: numberOrNull(row.owners),
  tokens: numberOrNull(row.tokens),
  erasures: numberOrNull(row.erasures),
  list: row.list,
  unwitnessedBy: row.unwitnessed_by,
  logNeeded: numberOrNull(row.log_needed),
  logPublished: numberOrNull(row.log_published),
  logWitnesses: row.log_witnesses,
  logSince: row.log_since,
  destroyed: row.destroyed,
  beganAt: row.began_at,
  doneAt: row.done_at,
});

/** The close that is under way; else undefined. */
export async function closeUnderWay(db: Db): Promise<CloseRow | undefined> {
  const { rows } = await db.query<CloseColumns>(
    `select * from epoch_close where step <> 'done' order by epoch limit 1`,
  );
  return rows[0] && rowOf(rows[0]);
}

/** The last one that ended. */
export async function lastClose(db: Db): Promise<CloseRow | undefined> {
  const { rows } = await db.query<CloseColumns>(
    `select * from epoch_close where step = 'done' order by epoch desc limit 1`,
  );
  return rows[0] && rowOf(rows[0]);
}

/** Begins the close of the open epoch, or answers the one that is under way. Throws EPOCH_MISSING. */
export async function beginClose(db: Db, askedBy: string): Promise<CloseRow> {
  const standing = await closeUnderWay(db);
  if (standing) return standing;
  await db.query(
    `insert into epoch_close (epoch, step, asked_by)
      select epoch, 'preparing', $1 from epoch where state = 'open' on conflict do nothing`,
    [askedBy],
  );
  const begun = await closeUnderWay(db);
  if (!begun) throw new VaultError('EPOCH_MISSING', 'no epoch is open');
  return begun;
}

/** Writes down what became known within a step. */
export async function noteClose(db: Db, { epoch, step }: CloseRow, changes: Changes): Promise<CloseRow> {
  const names = Object.keys(changes) as (keyof Numbers)[];
  const sets = names.length > 0 ? names.map((name, i) => `${name} = $${i + 3}`).join(', ') : 'step = step';
  const { rows } = await db.query<CloseColumns>(
    `update epoch_close set ${sets} where epoch = $1 and step = $2 returning *`,
    [epoch, step, ...names.map((name) => (changes as Numbers)[name])],
  );
  const [row] = rows;
  if (!row) throw new VaultError('EPOCH_CLOSING', `another process goes on with the close of epoch ${epoch}`);
  return rowOf(row);
}

/** The step is done. Throws EPOCH_CLOSING when another process was faster. */
export const nextStep = (db: Db, row: CloseRow, changes: Changes = {}): Promise<CloseRow> =>
  noteClose(db, row, { ...changes, step: closeSteps[closeSteps.indexOf(row.step) + 1] ?? 'done' });
