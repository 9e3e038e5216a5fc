// How does a log come back whose files are lost for good? Its events are proven against the lock first; then the next start writes every file anew.
import { followPages, openEventStoreDb, placeOf, type EventStoreDbStore } from '@derbes/event-store';
import { RightEdge, type Checkpoint } from '@derbes/transparency';
import { CheckpointLock } from '@derbes/transparency/sequencing.js';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type PoolClient } from 'pg';
import { openDatabaseOf } from '../backup/places.js';
import { type Progress } from '../progress.js';
import { type Settings } from '../settings.js';
import { assertAlone } from './alone.js';
import { RecoverError } from './recover-error.js';

const eventsPageMax = 1_000;

export interface Republished {
  readonly origin: string;
  /** How many events are proven: all that were signed. */
  readonly size: number;
  /** Base64, as the checkpoint has it. */
  readonly root: string;
}

/**
 * Proves that the events lead to the root that stands in the keep, and forgets which leaf each was: the next start assigns them anew,
 * writes the files of the log into an empty LOG_DIR, and signs nothing before it has come by that root. Throws RecoverError and LogTrouble.
 */
export async function republish(
  settings: Settings,
  progress: Progress,
  log: (line: string) => void,
): Promise<Republished> {
  const { databaseUrl, dataDir, eventstoreUrl, keepDir, logDir } = settings;
  if (databaseUrl === undefined && !existsSync(join(dataDir, 'postgres'))) {
    throw new RecoverError('LEDGER_MISSING', `there is no ledger in ${dataDir}: name its DATA_DIR or DATABASE_URL`);
  }
  const locked = (await new CheckpointLock(keepDir).read())?.checkpoint;
  if (!locked || locked.size === 0) {
    throw new RecoverError('RECOVER_NO_LOCK', 'the keep holds no checkpoint of the log: put its folder `log` back');
  }
  if (existsSync(logDir) && readdirSync(logDir).length > 0) {
    throw new RecoverError(
      'RECOVER_FILES_THERE',
      `${logDir} holds files: move them away, as they are, and name an empty LOG_DIR. Nothing was changed`,
    );
  }
  const database = await openDatabaseOf(settings, log);
  let store: EventStoreDbStore | undefined;
  try {
    const session = await database.pool.connect();
    try {
      await assertAlone(session, eventstoreUrl === undefined ? '' : placeOf(eventstoreUrl));
      store = eventstoreUrl === undefined ? undefined : await openEventStoreDb(eventstoreUrl);
      await assertSigned(store ? storedIn(store) : rowsOf(session), locked, progress);
      await session.query('truncate log_leaf, log_head');
    } finally {
      session.release(true);
    }
  } finally {
    await store?.close();
    await database.close();
  }
  return { origin: locked.origin, size: locked.size, root: locked.root.toString('base64') };
}

async function assertSigned(
  events: AsyncIterable<readonly Uint8Array[]>,
  { size, root }: Checkpoint,
  progress: Progress,
): Promise<void> {
  progress.phase('verify', size);
  const edge = new RightEdge();
  for await (const page of events) {
    for (const bytes of page.slice(0, size - edge.size)) edge.appendEntry(bytes);
    progress.at(edge.size);
    if (edge.size === size) break;
  }
  if (edge.size === size && edge.root().equals(root)) return;
  throw new RecoverError(
    'RECOVER_FORKED',
    edge.size < size
      ? `the ledger has ${edge.size} events and ${size} were signed: restore a newer backup first. Nothing was changed`
      : `the first ${size} events do not hash to the root that stands in the keep: they were changed. Nothing was changed by this`,
  );
}

async function* rowsOf(session: PoolClient): AsyncGenerator<readonly Uint8Array[]> {
  for (let after = 0; ; after += eventsPageMax) {
    const { rows } = await session.query<{ body: string }>(
      'select body from ledger_event where position > $1 and position <= $2 order by position',
      [after, after + eventsPageMax],
    );
    if (rows.length === 0) return;
    yield rows.map(({ body }) => Buffer.from(body));
  }
}

async function* storedIn(store: EventStoreDbStore): AsyncGenerator<readonly Uint8Array[]> {
  for await (const page of followPages(store, { until: 'head' })) yield page.map(({ bytes }) => Buffer.from(bytes));
}
