// Where do this ledger's events live, and may they be added to now? One row beside the claims, which the database itself heeds.
import { sql, type Kysely, type Migration } from 'kysely';
import { hash } from 'node:crypto';
import { type Pool, type PoolClient } from 'pg';
import { type Observable } from 'rxjs';
import { EventStoreError, StoreUnavailable } from './errors.js';
import { type Appended, type EventStore, type FollowOptions, type PendingEvent, type StoredEvent } from './port.js';

/** A session names its move here, and only that one may write while the ledger is being moved. */
export const moveSetting = 'derbes.move';

/** A session names the place where it lands what it claims; unnamed, this database itself. */
export const storeSetting = 'derbes.store';

async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table ledger_store (
      one boolean primary key default true check (one),
      kind text not null check (kind in ('postgres', 'esdb')),
      place text not null check ((kind = 'postgres') = (place = '')),
      state text not null default 'open' check (state in ('open', 'moving', 'moved')),
      move uuid,
      since timestamptz not null default now(),
      check (state = 'open' or move is not null)
    )`.execute(db);
  // The owner alone moves a ledger; the service says once where a new one begins.
  await sql`grant select, insert on ledger_store to derbes_app`.execute(db);
  await sql`
    insert into ledger_store (kind, place)
      select 'postgres', '' where exists (select from ledger_event)`.execute(db);
  // operator_intervention (57000) is of a class that writers try again and then answer as unavailable.
  await sql`
    create function ledger_store_fence() returns trigger language plpgsql as $$
      declare
        store ledger_store;
        here text := '';
      begin
        select * into store from ledger_store;
        if not found then return null; end if;
        if tg_argv[0] = 'claims' then here := coalesce(current_setting('derbes.store', true), ''); end if;
        if store.state = 'open' and store.place = here then return null; end if;
        if store.move::text = current_setting('derbes.move', true) then return null; end if;
        raise exception 'this ledger is being moved, or its events live elsewhere' using errcode = 'operator_intervention';
      end
    $$`.execute(db);
  await sql`
    create trigger ledger_event_fence before insert on ledger_event
      for each statement execute function ledger_store_fence('events')`.execute(db);
  await sql`
    create trigger claim_fence before insert on claim
      for each statement execute function ledger_store_fence('claims')`.execute(db);
}

export const storePlaceMigrations: Record<string, Migration> = { '2026-11-23-store-place-1': { up } };

export type StoreKind = 'postgres' | 'esdb';

export interface StorePlace {
  readonly kind: StoreKind;
  /** '' for this database itself, else `placeOf` the connection string. */
  readonly place: string;
  /** `moving`: nobody may write but the move. `moved`: the whole ledger lives in another database now. */
  readonly state: 'open' | 'moving' | 'moved';
  /** The move that is under way or was; while `open` it has begun and writers are not held up yet. */
  readonly move?: string;
}

/** The events are elsewhere than the settings say, or must not be touched now; the message says what to do. */
export class StorePlaceMismatch extends EventStoreError {
  constructor(
    readonly code: 'STORE_ELSEWHERE' | 'LEDGER_MOVING' | 'LEDGER_MOVED',
    message: string,
  ) {
    super(message);
  }
}

/** Of EventStoreDB, where an address names none. */
const defaultPort = 2113;

/** Names a server by its hosts alone, in any order: no user, password or option, so that changing those moves nothing. */
export function placeOf(connectionString: string): string {
  const authority = /^[a-z0-9+.-]+:\/\/([^/?#]*)/i.exec(connectionString.trim())?.[1] ?? '';
  const hosts = authority
    .slice(authority.lastIndexOf('@') + 1)
    .toLowerCase()
    .split(',');
  const whole = hosts.map((host) => (/:\d+$/.test(host) ? host : `${host}:${defaultPort}`));
  return hash('sha256', whole.sort().join(','), 'hex');
}

/** Undefined before a ledger has begun in this database. */
export async function readStorePlace(pool: Pool | PoolClient): Promise<StorePlace | undefined> {
  const { rows } = await pool.query<{
    kind: StoreKind;
    place: string;
    state: StorePlace['state'];
    move: string | null;
  }>('select kind, place, state, move from ledger_store');
  const [row] = rows;
  return row && { kind: row.kind, place: row.place, state: row.state, ...(row.move !== null && { move: row.move }) };
}

/**
 * For every start, before anything is read or written: remembers the place when this database has none, and refuses any
 * other than the remembered one. Answers the place, for whoever writes. Throws StorePlaceMismatch.
 */
export async function settleStorePlace(pool: Pool, kind: StoreKind, connectionString = ''): Promise<string> {
  const place = kind === 'postgres' ? '' : placeOf(connectionString);
  await pool.query('insert into ledger_store (kind, place) values ($1, $2) on conflict do nothing', [kind, place]);
  const standing = await readStorePlace(pool);
  if (standing?.state === 'moved') {
    throw new StorePlaceMismatch(
      'LEDGER_MOVED',
      'This ledger was moved to another database: name that one in DATABASE_URL. This copy is not written any more.',
    );
  }
  if (standing?.state === 'moving') {
    throw new StorePlaceMismatch(
      'LEDGER_MOVING',
      'This ledger is being moved: let `derbes copy` finish (start it again if it was cut off), or give the move up with `derbes copy --abandon`.',
    );
  }
  if (standing?.kind !== kind || standing.place !== place) {
    throw new StorePlaceMismatch(
      'STORE_ELSEWHERE',
      standing?.kind === 'esdb'
        ? 'The events of this ledger live in another EventStoreDB than EVENTSTORE_URL names: name that one, or move the ledger with `derbes copy`.'
        : 'The events of this ledger live in PostgreSQL: unset EVENTSTORE_URL, or move the ledger with `derbes copy`.',
    );
  }
  return place;
}

/**
 * A store outside PostgreSQL for those who append without a claim: claims are held up by the database, these ask it first.
 * What was let through just before a move began lands within the adapter's own time limit, for which the move waits.
 */
export class FencedEventStore implements EventStore {
  constructor(
    private readonly store: EventStore,
    private readonly pool: Pool,
    private readonly place: string,
  ) {}

  async append(stream: string, expectedRevision: number, events: readonly PendingEvent[]): Promise<Appended> {
    const standing = await readStorePlace(this.pool);
    if (standing?.state !== 'open' || standing.place !== this.place) {
      throw new StoreUnavailable('this ledger is being moved, or its events live elsewhere');
    }
    return this.store.append(stream, expectedRevision, events);
  }

  readStream(stream: string, fromRevision?: number): AsyncIterable<StoredEvent> {
    return this.store.readStream(stream, fromRevision);
  }

  follow(options?: FollowOptions): Observable<StoredEvent> {
    return this.store.follow(options);
  }
}
