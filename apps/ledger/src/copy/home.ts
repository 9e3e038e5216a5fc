// Which database remembers a ledger, and through which states does it go while its events move? All as the owner of the tables.
import {
  appendLock,
  Claims,
  moveSetting,
  readStorePlace,
  type EventStore,
  type Position,
  type StoreKind,
  type StorePlace,
} from '@derbes/event-store';
import { vaultParticipant } from '@derbes/vault';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { setTimeout as pause } from 'node:timers/promises';
import { CopyError } from './copy-error.js';

/** One copy at a time in a database. */
const copyLock = 4_021_990_132;
const connectionsMax = 8;

const landingAttemptsMax = 30;
const landingPauseMs = 1_000;

export interface Home {
  readonly pool: pg.Pool;
  readonly place: StorePlace | undefined;
  /** Gives the lock back and ends the pool. */
  close(): Promise<void>;
}

/** Opens a database as its owner, for one copy alone. Throws COPY_UNDER_WAY, NOT_THE_OWNER and LEDGER_MISSING. */
export async function openHome(asOwner: pg.PoolConfig): Promise<Home> {
  const config = { ...asOwner, max: connectionsMax };
  const lock = new pg.Client(asOwner);
  const pool = new pg.Pool(config);
  pool.on('error', () => undefined);
  lock.on('error', () => undefined);
  const close = async (): Promise<void> => {
    await pool.end();
    await lock.end().catch(() => undefined);
  };
  try {
    await lock.connect();
    const { rows } = await lock.query<{ taken: boolean; known: string | null; may: boolean | null }>(
      `select pg_try_advisory_lock($1) as taken, to_regclass('ledger_store')::text as known,
         has_table_privilege(to_regclass('ledger_store')::oid, 'update') as may`,
      [copyLock],
    );
    const [row] = rows;
    if (!row?.taken)
      throw new CopyError('COPY_UNDER_WAY', 'another copy works on this database: wait for it, or end it');
    if (row.known === null) {
      throw new CopyError('LEDGER_MISSING', 'this database has no tables of this build: start the service on it once');
    }
    if (!row.may)
      throw new CopyError(
        'NOT_THE_OWNER',
        'name the user who owns the tables: the service’s own may not move a ledger',
      );
    return { pool, place: await readStorePlace(pool), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Connections that the fence lets through. Throws PLACE_MALFORMED for an address with options of its own. */
export function poolOfMove(asOwner: pg.PoolConfig, move: string): pg.Pool {
  const setting = `-c ${moveSetting}=${move}`;
  const { connectionString: url, options = '' } = asOwner;
  if (url !== undefined && /[?&]options=/.test(url)) {
    throw new CopyError('PLACE_MALFORMED', 'leave `options` out of the address: the copy sets some of its own');
  }
  const passing =
    url === undefined
      ? { options: `${options} ${setting}`.trim() }
      : { connectionString: `${url}${url.includes('?') ? '&' : '?'}options=${encodeURIComponent(setting)}` };
  const pool = new pg.Pool({ ...asOwner, ...passing, max: connectionsMax });
  pool.on('error', () => undefined);
  return pool;
}

/** The move that is under way here, or a new one; writers go on. */
export async function beginMove({ pool, place }: Home, move: string = place?.move ?? randomUUID()): Promise<string> {
  await pool.query(`update ledger_store set move = $1, since = now() where state = 'open'`, [move]);
  return move;
}

/** For a database that is to become a ledger's home: nobody may write into it but the move. */
export async function awaitMove(pool: pg.Pool, move: string): Promise<void> {
  await pool.query(
    `insert into ledger_store (kind, place, state, move) values ('postgres', '', 'moving', $1)
     on conflict (one) do update set kind = 'postgres', place = '', state = 'moving', move = $1, since = now()`,
    [move],
  );
}

/** From now on nobody writes but the move; every flush is wholly before this or refused. */
export async function fence(pool: pg.Pool, move: string): Promise<void> {
  await underAppendLock(pool, async (tx) => {
    await tx.query(`update ledger_store set state = 'moving', move = $1, since = now()`, [move]);
  });
}

/** Opens the ledger where its events live now, and says to the registers where in it they stand. */
export async function settle(
  pool: pg.Pool,
  where: { readonly kind: StoreKind; readonly place: string },
  moved: ReadonlyMap<Position, Position>,
): Promise<void> {
  await underAppendLock(pool, async (tx) => {
    for (const column of ['position', 'event_position']) {
      await tx.query(
        `update read_model m set ${column} = t.moved from unnest($1::text[], $2::text[]) as t (stood, moved)
         where m.${column} = t.stood`,
        [[...moved.keys()], [...moved.values()]],
      );
    }
    await tx.query(`update ledger_store set kind = $1, place = $2, state = 'open', move = null, since = now()`, [
      where.kind,
      where.place,
    ]);
  });
}

/** Up to where each register has seen the log. */
export async function positionsOfRegisters(pool: pg.Pool): Promise<ReadonlySet<Position>> {
  const { rows } = await pool.query<{ position: string }>(
    `select position from read_model where position <> '0'
     union select event_position from read_model where event_position is not null`,
  );
  return new Set(rows.map(({ position }) => position));
}

/** Throws SOURCE_NOT_LIVE unless the events live where the copy is to read them. */
export function refuseUnlessLive({ place }: Home, kind: StoreKind, at = ''): void {
  if (place?.state !== 'moved' && place?.kind === kind && place.place === at) return;
  throw new CopyError(
    'SOURCE_NOT_LIVE',
    place?.state === 'moved'
      ? 'this ledger was moved to another database, and goes on there'
      : `the events of this ledger live in ${place?.kind === 'esdb' ? 'an EventStoreDB' : 'PostgreSQL'}: ` +
          'what the source has is older, or another place',
  );
}

/** Throws SOURCE_NOT_LIVE unless the events live in a store of this kind and nothing is moving. */
export function refuseUnlessKind({ place }: Home, kind: StoreKind): void {
  if (place?.state === 'open' && place.kind === kind) return;
  throw new CopyError('SOURCE_NOT_LIVE', 'this database remembers no such store, or its ledger is being moved');
}

/** Gives a move up: the ledger stays where it was, and whatever the target has is of no meaning. Throws NOTHING_TO_ABANDON. */
export async function abandon({ pool, place }: Home): Promise<void> {
  if (place?.move === undefined || place.state === 'moved') {
    throw new CopyError('NOTHING_TO_ABANDON', 'no move away from this database is under way');
  }
  await pool.query(`update ledger_store set state = 'open', move = null, since = now() where state <> 'moved'`);
}

/** Lands what was claimed before the fence, so that the copy has it. Throws CLAIMS_OPEN. */
export async function landClaims(pool: pg.Pool, store: EventStore, landing: 'inside' | 'after'): Promise<number> {
  const claims = new Claims({ pool, store, participant: vaultParticipant, landing, process: randomUUID() });
  let landed = 0;
  for (let attempt = 0; attempt < landingAttemptsMax; attempt++) {
    const { rows } = await pool.query<{ open: number }>(`select count(*)::int as open from claim where state = 'open'`);
    if (rows[0]?.open === 0) return landed;
    const ended = await claims.rollForward(0);
    landed += ended.landed;
    // What a process held when it died may be taken over only when its lease has run out.
    if (ended.landed === 0 || ended.failed.length > 0) await pause(landingPauseMs);
  }
  throw new CopyError(
    'CLAIMS_OPEN',
    'facts that were claimed cannot be landed: look at their codes in the service’s log, or give the move up with --abandon',
  );
}

async function underAppendLock(pool: pg.Pool, work: (tx: pg.PoolClient) => Promise<void>): Promise<void> {
  const tx = await pool.connect();
  try {
    await tx.query('begin');
    await tx.query(`select pg_advisory_xact_lock(${appendLock})`);
    await work(tx);
    await tx.query('commit');
    tx.release();
  } catch (error) {
    tx.release(error as Error);
    throw error;
  }
}
