// How does an epoch end, so that what was erased in it is final? Step by step; a crash may interrupt each, and anybody resume it.
import { type Pool } from 'pg';
import { stateOf, type CustodianState } from './custody.js';
import {
  beginClose,
  closeUnderWay,
  lastClose,
  noteClose,
  type CloseRow,
  type CloseStep,
  type HeldCode,
} from './epoch-state.js';
import { publish } from './epoch-publish.js';
import * as steps from './epoch-steps.js';
import { type CloseParts } from './epoch-steps.js';
import { hkName } from './keep.js';
import { inSnapshot } from './opening.js';
import { VaultError } from './vault-error.js';

/** One close at a time, of whichever process: it holds this advisory lock on a connection of its own. */
const closingLock = 4_021_990_151;

export interface CloseAsked {
  /** Id of the API key, or `schedule`. */
  readonly by: string;
  /** This key, too, lets a drop pass that no erasure explains. */
  readonly approve?: boolean;
  /** This key takes it on itself that the next epoch's keys are in no backup that was restored on trial. */
  readonly acceptSingleCopy?: boolean;
  /** This key takes it on itself that fewer witnesses than the log's policy demands vouch for the end of the epoch. */
  readonly acceptUnwitnessed?: boolean;
}

export interface CloseProgress {
  readonly epoch: number;
  readonly step: CloseStep;
  /** Owners to be wrapped anew, and how many were. */
  readonly total: number;
  readonly done: number;
  /** Estimate for the wrapping, from what was done so far. */
  readonly remainingMs?: number;
  /** While a checkpoint is waited for: entries that it must cover, and those that the published one does. */
  readonly log?: { readonly needed?: number; readonly published: number };
  /** It does not go on before somebody acts, or the log does. */
  readonly held?: { readonly code: HeldCode; readonly message: string };
}

export interface EpochStatus {
  readonly epoch: number;
  readonly openedAt: Date;
  /** The close that is under way. */
  readonly closing?: CloseProgress & { readonly askedBy: string; readonly approvedBy: readonly string[] };
  readonly lastClosed?: {
    readonly epoch: number;
    readonly at: Date;
    readonly erasures: number;
    readonly owners: number;
  };
  /** Whoever holds the open epoch's key, and what is wrong with it. */
  readonly custodians: readonly CustodianState[];
}

/**
 * Closes the open epoch, or goes on with a close that was interrupted, and tells how far it is; whoever stops listening stops it
 * after the step under way. Ends with step `done`, or with `held`. Throws EPOCH_CLOSING while another process does it, what a
 * custodian fails with, ERASURES_UNDER_WAY, LOG_KEY_MISSING, NOTHING_TO_APPROVE, APPROVAL_BY_SAME_KEY or EPOCH_NOT_PROVED; the next call goes on.
 */
export async function* closeEpoch(
  parts: CloseParts,
  asked: CloseAsked,
): AsyncGenerator<CloseProgress, void, undefined> {
  const client = await parts.app.connect();
  let lost: Error | undefined;
  const onError = (error: Error): void => void (lost = error);
  client.on('error', onError);
  try {
    const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [closingLock]);
    if (rows[0]?.taken !== true) throw new VaultError('EPOCH_CLOSING', 'another process is closing the epoch');
    for await (const progress of run(parts, await begin(parts, asked))) {
      if (lost) throw lost;
      yield progress;
    }
  } finally {
    // A connection that is gone took its lock along.
    if (!lost) await client.query('select pg_advisory_unlock($1)', [closingLock]).catch(onError);
    client.off('error', onError);
    client.release(lost);
  }
}

async function* run(parts: CloseParts, begun: CloseRow): AsyncGenerator<CloseProgress, void, undefined> {
  let row = begun;
  for (;;) {
    yield progressOf(row);
    if (row.step === 'done' || row.held) return;
    if (row.step === 'wrapping' || row.step === 'publishing') {
      const telling = row.step === 'wrapping' ? steps.wrapAll(parts, row) : publish(parts, row);
      for (let told = await telling.next(); ; told = await telling.next()) {
        row = told.value;
        if (told.done === true) break;
        yield progressOf(row);
      }
    } else {
      row = await stepOf(row.step)(parts, row);
    }
  }
}

function stepOf(
  step: Exclude<CloseStep, 'wrapping' | 'publishing' | 'done'>,
): (parts: CloseParts, row: CloseRow) => Promise<CloseRow> {
  const work = {
    preparing: steps.prepare,
    flipping: steps.flip,
    settling: steps.settle,
    verifying: steps.verify,
    'backing-up': steps.backUp,
    recording: steps.record,
    destroying: steps.destroy,
    finishing: steps.finish,
  };
  return work[step];
}

async function begin({ app }: CloseParts, asked: CloseAsked): Promise<CloseRow> {
  const { by, approve, acceptSingleCopy, acceptUnwitnessed } = asked;
  let row = await beginClose(app, by);
  if (approve === true) {
    if (row.held !== 'EPOCH_SURVIVORS_DROPPED')
      throw new VaultError('NOTHING_TO_APPROVE', 'no close waits for approval');
    if (by === steps.scheduled || by === row.askedBy || row.approvedBy.includes(by)) {
      throw new VaultError('APPROVAL_BY_SAME_KEY', 'who asked for this close, or approved it, is no second person');
    }
    row = await noteClose(app, row, { approved_by: [...row.approvedBy, by] });
  }
  if (acceptSingleCopy === true && by !== steps.scheduled) row = await noteClose(app, row, { accepted_by: by });
  if (acceptUnwitnessed === true && by !== steps.scheduled) row = await noteClose(app, row, { unwitnessed_by: by });
  return row.held ? noteClose(app, row, { held: null }) : row;
}

function progressOf(row: CloseRow): CloseProgress {
  const { epoch, step, total, done, tookMs, held, logNeeded, logPublished } = row;
  const left = Math.max(0, total - done);
  const remainingMs = step === 'wrapping' && done > 0 ? Math.round((tookMs / done) * left) : undefined;
  return {
    epoch,
    step,
    total,
    done: Math.min(done, total),
    ...(remainingMs !== undefined && { remainingMs }),
    ...(step === 'publishing' && {
      log: { ...(logNeeded !== null && { needed: logNeeded }), published: logPublished ?? 0 },
    }),
    ...(held && { held: { code: held, message: heldMessage(row, held) } }),
  };
}

function heldMessage(row: CloseRow, held: HeldCode): string {
  const { missing, unexplained, approvedBy, epoch } = row;
  if (held === 'LOG_HALTED') {
    return `the log signs nothing any more, so no checkpoint will say that epoch ${epoch} ended: its key stays until the ledger was recovered`;
  }
  if (held === 'LOG_BEHIND') {
    return `no published checkpoint says yet that epoch ${epoch} ended (${logText(row)}): its key stays. It goes on by itself once one does`;
  }
  if (held === 'LOG_BELOW_QUORUM') {
    return (
      `the checkpoint that says that epoch ${epoch} ended (${logText(row)}) lacks witnesses: its key stays. It goes on by itself once ` +
      'enough have cosigned; or an admin accepts that they did not'
    );
  }
  if (held === 'EPOCH_SURVIVORS_DROPPED') {
    return (
      `${missing} owners are gone or do not open, and ${unexplained} erased ones are unknown to the journal. With the old key they ` +
      `would be lost for good. Find out why; or let a second person approve with another key (${approvedBy.length} did)`
    );
  }
  return (
    "the next epoch's keys are in no backup on another file system that was restored on trial. Name one in KEY_BACKUP_DIR, or let " +
    'an admin accept that there is a single copy of the keys'
  );
}

const logText = ({ logNeeded, logPublished }: CloseRow): string =>
  `${logNeeded === null ? 'not in the log yet' : `size ${logNeeded} is needed`}, ${logPublished ?? 0} published`;

/** For whoever asks how it stands. Asks the custodians; what they fail with is part of the answer. */
export async function epochStatus({ app, keep }: Pick<CloseParts, 'app' | 'keep'>): Promise<EpochStatus> {
  const { kinds, ...standing } = await epochStanding(app);
  return { ...standing, custodians: await stateOf(keep.holders(kinds), hkName(standing.epoch)) };
}

/** The same of the database alone: custodians may be a network away, and are not asked every few seconds. `kinds`: who holds the key. */
export async function epochStanding(
  app: Pool,
): Promise<Omit<EpochStatus, 'custodians'> & { readonly kinds: readonly string[] }> {
  // Of one moment: a close that ends between two questions would be neither under way nor the last one.
  const { open, closing, last } = await inSnapshot(app, async (tx) => {
    const { rows } = await tx.query<{ epoch: number; opened_at: Date; custodians: string[] }>(
      `select epoch, opened_at, custodians from epoch where state = 'open'`,
    );
    return { open: rows[0], closing: await closeUnderWay(tx), last: await lastClose(tx) };
  });
  if (!open) throw new VaultError('EPOCH_MISSING', 'no epoch is open');
  return {
    kinds: open.custodians.length > 0 ? open.custodians : ['file'],
    epoch: open.epoch,
    openedAt: open.opened_at,
    ...(closing && { closing: { ...progressOf(closing), askedBy: closing.askedBy, approvedBy: closing.approvedBy } }),
    ...(last?.doneAt && {
      lastClosed: { epoch: last.epoch, at: last.doneAt, erasures: last.erasures ?? 0, owners: last.owners ?? 0 },
    }),
  };
}
