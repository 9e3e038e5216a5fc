// What does --from or --to name, and how is it opened?
import { openEventStoreDb, placeOf, StoreRefused, type EventStoreDbStore, type StoreKind } from '@derbes/event-store';
import { connectEmbedded, LauncherError, migrate, openExternal, type LedgerAccess } from '@derbes/postgres';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { ledgerMigrations } from '../database.js';
import { CopyError } from './copy-error.js';

/** Where a ledger, or the events of one, may stand. */
export type Named =
  | { readonly kind: 'postgres'; readonly url: string }
  | { readonly kind: 'embedded'; readonly dataDir: string }
  | { readonly kind: 'esdb'; readonly url: string; readonly place: string };

/** By which a place is named on the command line. */
export type Option = '--from' | '--to';

/** `@FILE` takes the address from a file, for a command line is seen by every user of the machine. Throws PLACE_MALFORMED. */
export function nameOf(option: Option, given: string): Named {
  const name = given.startsWith('@') ? contentsOf(option, given.slice(1)) : given.trim();
  if (/^postgres(ql)?:\/\//i.test(name)) return { kind: 'postgres', url: name };
  if (/^(esdb|kurrentdb)(\+discover)?:\/\/./i.test(name)) return { kind: 'esdb', url: name, place: placeOf(name) };
  if (name === '' || name.includes('://')) {
    throw new CopyError(
      'PLACE_MALFORMED',
      `${option} must be postgresql://…, esdb://…, the path of a DATA_DIR, or @FILE with one of these`,
    );
  }
  return { kind: 'embedded', dataDir: resolve(name) };
}

function contentsOf(option: string, file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    throw new CopyError('PLACE_MALFORMED', `the file that ${option} names cannot be read`);
  }
}

export const kindOf = (named: Named): StoreKind => (named.kind === 'esdb' ? 'esdb' : 'postgres');

export interface OpenedDatabase extends LedgerAccess {
  stop(): Promise<void>;
}

/** A database that stands already; its server is the running service's own where one runs. Throws LauncherError. */
export async function openDatabaseOf(
  option: Option,
  named: Extract<Named, { kind: 'postgres' | 'embedded' }>,
  log: (line: string) => void,
): Promise<OpenedDatabase> {
  if (named.kind === 'postgres') {
    return { ...(await naming(option, () => openExternal(named.url))), stop: () => Promise.resolve() };
  }
  if (option === '--from' && !existsSync(join(named.dataDir, 'postgres'))) {
    throw new CopyError('LEDGER_MISSING', `there is no ledger in ${named.dataDir}`);
  }
  return connectEmbedded({ dataDir: named.dataDir, log });
}

/** Throws StoreRefused and StoreUnavailable. */
export const openServerOf = (option: Option, { url }: Extract<Named, { kind: 'esdb' }>): Promise<EventStoreDbStore> =>
  naming(option, () => openEventStoreDb(url));

/** Whoever opens a place thinks of the service's settings; here the same is named by an option. */
async function naming<T>(option: Option, open: () => Promise<T>): Promise<T> {
  const said = ({ message }: Error): string => message.replace(/DATABASE_URL|EVENTSTORE_URL/g, option);
  try {
    return await open();
  } catch (error) {
    if (error instanceof LauncherError) throw new LauncherError(error.code, said(error), { cause: error });
    if (error instanceof StoreRefused) throw new StoreRefused(error.code, said(error), error);
    throw error;
  }
}

/** Throws SAME_PLACE for two addresses of one database. */
export async function refuseSame(from: LedgerAccess, to: LedgerAccess): Promise<void> {
  const [one, other] = await Promise.all([identityOf(from), identityOf(to)]);
  if (one === other) throw new CopyError('SAME_PLACE', '--from and --to name one database');
}

/** No two servers that run begin in one microsecond. */
async function identityOf({ asOwner }: LedgerAccess): Promise<string> {
  const owner = new pg.Pool({ ...asOwner, max: 1 });
  try {
    const { rows } = await owner.query<{ identity: string }>(
      `select extract(epoch from pg_postmaster_start_time()) || ' ' || current_database() as identity`,
    );
    return rows[0]?.identity ?? '';
  } finally {
    await owner.end();
  }
}

/** Makes the tables where they are missing; `grantTo` is the role as which the service will run. */
export async function prepare({ asOwner, grantTo }: LedgerAccess, asked?: string): Promise<void> {
  const owner = new pg.Pool({ ...asOwner, max: 1 });
  try {
    await migrate(owner, ledgerMigrations, { grantTo: asked ?? grantTo });
  } finally {
    await owner.end();
  }
}
