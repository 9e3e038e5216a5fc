// What do all moves have in common: copy, keep writers out, copy the rest, compare everything?
import { firstForged, type EventStore, type Position } from '@derbes/event-store';
import { type Pool } from 'pg';
import { CopyError } from './copy-error.js';
import { ledgerIn } from './ledger-in.js';
import { type Progress } from '../progress.js';
import { copyEvents, verifyEvents, type Side, type TargetSide, type Verified } from './walk.js';

export interface Moving {
  readonly source: Side;
  readonly target: TargetSide;
  readonly progress: Progress;
  /** About how many events the source has. */
  readonly count: () => Promise<number>;
  /** Keeps writers out and makes the source complete; answers how many claims it landed. */
  readonly close: () => Promise<number>;
  /** Positions of the source of which the target's are wanted. */
  readonly asked?: () => Promise<ReadonlySet<Position>>;
}

export interface Events {
  readonly ledger: string;
  readonly landed: number;
  readonly verified: Verified;
}

/** Writers go on while most is copied. Throws CopyError; then nothing is switched, and the same call goes on later. */
export async function moveEvents({ source, target, progress, count, close, asked }: Moving): Promise<Events> {
  const told = (events: number): void => progress.at(events);
  const ledger = await sameLedger(source.store, target.store);
  progress.phase('copying', await count());
  const most = await copyEvents(source, target, { told });
  const landed = await close();
  progress.phase('copying-rest', await count());
  const all = await copyEvents(source, target, { from: most, told });
  progress.phase('verifying', all.events);
  const verified = await verifyEvents(source, target, { told, asked: (await asked?.()) ?? new Set() });
  const after = await copyEvents(source, target, { from: verified });
  if (after.events !== all.events) {
    throw new CopyError(
      'SOURCE_STILL_WRITTEN',
      'events came into the source during the comparison: stop every service and start the copy again',
    );
  }
  return { ledger, landed, verified };
}

async function sameLedger(source: EventStore, target: EventStore): Promise<string> {
  const ledger = await ledgerIn(source);
  if (ledger === undefined) throw new CopyError('LEDGER_MISSING', 'the source holds no ledger');
  const standing = await ledgerIn(target);
  if (standing !== undefined && standing !== ledger) {
    throw new CopyError(
      'TARGET_OF_ANOTHER_LEDGER',
      `the target holds the ledger ${standing}, the source the ledger ${ledger}: name an empty target`,
    );
  }
  return ledger;
}

/** Throws SOURCE_FORGED or COPY_DIFFERS where the rows of a PostgreSQL contradict themselves. */
export async function refuseForged(pool: Pool, side: 'source' | 'target'): Promise<void> {
  const forged = await firstForged(pool);
  if (!forged) return;
  const { position, stream, revision, why } = forged;
  throw new CopyError(
    side === 'source' ? 'SOURCE_FORGED' : 'COPY_DIFFERS',
    `the ${side} was changed by hand at position ${position}, stream ${stream} revision ${revision}: ` +
      (why === 'gap' ? 'rows are missing before it' : 'its bytes do not have the leaf hash beside them'),
    { [side]: { position, stream, revision } },
  );
}
