// What does one call of `derbes copy` do? It opens the two places, and moves, amends or refuses.
import { CopyError } from './copy-error.js';
import { abandon, openHome } from './home.js';
import { moveHouse, moveIn, moveOut, type Elsewhere, type Moved } from './move.js';
import {
  kindOf,
  openDatabaseOf,
  openServerOf,
  prepare,
  refuseSame,
  type Named,
  type OpenedDatabase,
  type Option,
} from './places.js';
import { type Progress } from '../progress.js';
import { rename } from './rename.js';

/** An append gives up after half a minute and some; what was let through before the fence has landed by then, or never will. */
const drainMs = 45_000;

export interface Asked {
  readonly from: Named;
  readonly to: Named;
  /** Role as which the service will run on a new database. */
  readonly grantTo?: string;
  readonly instead?: 'abandon' | 'rename';
}

export type Done = Moved | 'already' | 'abandoned' | 'renamed';

type Database = Extract<Named, { kind: 'postgres' | 'embedded' }>;
type Server = Extract<Named, { kind: 'esdb' }>;

/** Throws CopyError, LauncherError and EventStoreError; then the ledger is where it was. */
export async function copyLedger(asked: Asked, progress: Progress, log: (line: string) => void): Promise<Done> {
  const { from, to, instead } = asked;
  if (JSON.stringify(from) === JSON.stringify(to)) throw new CopyError('SAME_PLACE', '--from and --to name one place');
  if (instead === 'abandon') return abandonAt(from.kind === 'esdb' ? to : from, log);
  if (instead === 'rename') return renameAt(from, to, log);
  if (from.kind !== 'esdb' && to.kind !== 'esdb') return house(asked, from, to, progress, log);
  if (from.kind !== 'esdb' && to.kind === 'esdb') {
    return withDatabase('--from', from, log, (database) =>
      withServer('--to', to, (elsewhere) => moveOut(database, elsewhere, progress)),
    );
  }
  if (from.kind === 'esdb' && to.kind !== 'esdb') {
    return withDatabase('--to', to, log, (database) =>
      withServer('--from', from, (elsewhere) => moveIn(elsewhere, database, progress)),
    );
  }
  throw new CopyError(
    'COPY_UNSUPPORTED',
    'one side must be PostgreSQL: move back into the ledger’s database first, then out to the other EventStoreDB',
  );
}

function house(asked: Asked, from: Database, to: Database, progress: Progress, log: (line: string) => void) {
  return withDatabase('--from', from, log, (source) =>
    withDatabase('--to', to, log, async (target) => {
      await refuseSame(source, target);
      await prepare(target, asked.grantTo);
      return moveHouse(source, target, progress);
    }),
  );
}

function abandonAt(home: Named, log: (line: string) => void): Promise<Done> {
  const database = databaseOf(home);
  return withDatabase('--from', database, log, async ({ asOwner }) => {
    const opened = await openHome(asOwner);
    try {
      await abandon(opened);
      return 'abandoned' as const;
    } finally {
      await opened.close();
    }
  });
}

function renameAt(from: Named, to: Named, log: (line: string) => void): Promise<Done> {
  if (to.kind !== 'esdb') throw new CopyError('COPY_UNSUPPORTED', '--rename takes an EventStoreDB in --to');
  return withDatabase('--from', databaseOf(from), log, (database) =>
    withServer('--to', to, async ({ store, place }) => {
      await rename(database, store, place);
      return 'renamed' as const;
    }),
  );
}

function databaseOf(named: Named): Database {
  if (named.kind !== 'esdb') return named;
  throw new CopyError('COPY_UNSUPPORTED', `the ledger’s database must be PostgreSQL, and this is ${kindOf(named)}`);
}

async function withDatabase<T>(
  option: Option,
  named: Database,
  log: (line: string) => void,
  work: (database: OpenedDatabase) => Promise<T>,
): Promise<T> {
  const database = await openDatabaseOf(option, named, log);
  try {
    return await work(database);
  } finally {
    await database.stop();
  }
}

async function withServer<T>(option: Option, server: Server, work: (elsewhere: Elsewhere) => Promise<T>): Promise<T> {
  const store = await openServerOf(option, server);
  try {
    return await work({ store, place: server.place, drainMs });
  } finally {
    await store.close();
  }
}
