// How do the events of a backup get into a store again, byte for byte and in their order?
import { followPages, leafHash, putWithin, type EventStore, type StoredEvent } from '@derbes/event-store';
import { NotAnEnvelope, readEnvelope } from '@derbes/kernel';
import { createHash } from 'node:crypto';
import { type PoolClient } from 'pg';
import { streamTarget } from '../copy/targets.js';
import { BackupError } from './backup-error.js';
import { eventsFile } from './contents.js';
import { readLinePages } from './line-file.js';
import { type Manifest } from './manifest.js';

const pageEventsMax = 500;

/** What the keys are compared with: whom the events know, and who was erased by them. */
export interface KnownSubjects {
  readonly registered: readonly string[];
  readonly erased: readonly string[];
}

interface Page extends KnownSubjects {
  /** Positions count from 1 in the order of the backup. */
  readonly events: readonly StoredEvent[];
}

/** The events of a backup whose files were verified. Throws BACKUP_MALFORMED unless they are those that the manifest counts. */
export async function* readEvents(folder: string, { files, head }: Manifest): AsyncGenerator<Page, void, undefined> {
  const entry = files.find(({ name }) => name === eventsFile);
  if (!entry) throw new BackupError('BACKUP_MALFORMED', `the manifest in ${folder} names no ${eventsFile}`);
  const leaves = createHash('sha256');
  let place = 0;
  for await (const lines of readLinePages(folder, entry, pageEventsMax)) {
    const [events, registered, erased]: [StoredEvent[], string[], string[]] = [[], [], []];
    for (const bytes of lines) {
      const { id, type, stream, revision, facts } = envelopeOf(bytes, ++place);
      leaves.update(leafHash(bytes));
      events.push({ id, type, stream, revision: Number(revision), bytes, position: String(place) });
      if (type === 'SubjectRegistered') registered.push(stream);
      if (type === 'ErasureExecuted' && facts['scope'] === 'person') erased.push(stream);
    }
    yield { events, registered, erased };
  }
  if (String(place) === head.events && leaves.digest('hex') === head.leaves) return;
  throw new BackupError('BACKUP_MALFORMED', `the events in ${folder} are not those that its manifest counts`);
}

function envelopeOf(bytes: string, place: number): ReturnType<typeof readEnvelope> {
  try {
    return readEnvelope(bytes);
  } catch (error) {
    if (!(error instanceof NotAnEnvelope)) throw error;
    throw new BackupError('BACKUP_MALFORMED', `line ${place} of ${eventsFile} is no event`, { cause: error });
  }
}

/** Into this transaction's empty log. */
export async function putIntoDatabase(tx: PoolClient, events: readonly StoredEvent[]): Promise<void> {
  await putWithin(tx, String(Number(events[0]?.position ?? '1') - 1), events);
}

/**
 * Into a store beside the database: what stands there already is compared, what it lacks is appended, so that a restore which was
 * cut off goes on by being started again. Throws RESTORE_OF_ANOTHER_LEDGER where it holds other events, RESTORE_STORE_AHEAD
 * where it goes on behind the backup.
 */
export async function putIntoStore(
  store: EventStore,
  pages: AsyncIterable<Page>,
  each: (page: Page) => Promise<void>,
): Promise<void> {
  const standing = eventsOf(followPages(store, { until: 'head' }));
  const target = streamTarget(store);
  let isBehind = false;
  try {
    for await (const page of pages) {
      const missing: StoredEvent[] = [];
      for (const event of page.events) {
        const there: StoredEvent | undefined = isBehind ? undefined : await next(standing);
        isBehind = !there;
        if (!there) missing.push(event);
        else if (there.bytes !== event.bytes) throw otherEvents(event);
      }
      if (missing.length > 0) await target.append(undefined, missing);
      await each(page);
    }
    const more = isBehind ? undefined : await next(standing);
    if (more) throw storeAhead(more);
  } finally {
    await standing.return();
  }
}

type Events = AsyncGenerator<StoredEvent, void, undefined>;

async function* eventsOf(pages: AsyncGenerator<readonly StoredEvent[], void, undefined>): Events {
  for await (const page of pages) yield* page;
}

async function next(events: Events): Promise<StoredEvent | undefined> {
  const { value, done } = await events.next();
  return done === true ? undefined : value;
}

const otherEvents = ({ position, stream, revision }: StoredEvent): BackupError =>
  new BackupError(
    'RESTORE_OF_ANOTHER_LEDGER',
    `the EventStoreDB has another event where the backup has ${stream} revision ${revision} (its number ${position}): ` +
      'name an empty server, or the one of this ledger',
  );

const storeAhead = ({ stream, revision }: StoredEvent): BackupError =>
  new BackupError(
    'RESTORE_STORE_AHEAD',
    `the EventStoreDB goes on behind the backup, with ${stream} revision ${revision}: the outcomes, values and keys of those events ` +
      'were in the database that is gone. Restore a backup that has them, or name an empty EventStoreDB to go back to the backup',
  );
