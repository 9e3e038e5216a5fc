// In which steps does a ledger move, so that a kill between any two of them loses nothing and is gone on from?
import { followPages, PostgresEventStore, type EventStore } from '@derbes/event-store';
import { type Pool } from 'pg';
import { setTimeout as pause } from 'node:timers/promises';
import { CopyError } from './copy-error.js';
import {
  awaitMove,
  beginMove,
  fence,
  landClaims,
  openHome,
  poolOfMove,
  positionsOfRegisters,
  refuseUnlessLive,
  settle,
  type Home,
} from './home.js';
import { ledgerIn } from './ledger-in.js';
import { moveEvents, refuseForged, type Events } from './moving.js';
import { type OpenedDatabase } from './places.js';
import { type Progress } from '../progress.js';
import { copyTables } from './tables.js';
import { postgresTarget, streamTarget } from './targets.js';

export interface Moved {
  readonly ledger: string;
  readonly events: number;
  /** SHA-256 over all leaf hashes in order. */
  readonly leaves: string;
  /** Claims that the move landed. */
  readonly landed: number;
  /** Rows of other tables, where these moved too. */
  readonly rows?: number;
}

/** `already`: an earlier call, cut off after its last step, has done it. */
export type Outcome = Moved | 'already';

const movedOf = ({ ledger, landed, verified }: Events, rows?: number): Moved => ({
  ledger,
  events: verified.events,
  leaves: verified.leaves,
  landed,
  ...(rows !== undefined && { rows }),
});

/** A store that is not PostgreSQL, and how long an append that was let through before the fence may still take. */
export interface Elsewhere {
  readonly store: EventStore;
  readonly place: string;
  readonly drainMs: number;
}

/** Out of the ledger's own database; claims, keys and registers stay there. */
export async function moveOut(database: OpenedDatabase, to: Elsewhere, progress: Progress): Promise<Outcome> {
  return atHome(database, async (home) => {
    const { kind, place, state } = home.place;
    if (kind === 'esdb' && place === to.place && state === 'open') return 'already';
    refuseUnlessLive(home, 'postgres');
    return withMove(database, await beginMove(home), async (pool, store, move) => {
      await refuseForged(pool, 'source');
      const events = await moveEvents({
        source: { store },
        target: streamTarget(to.store),
        progress,
        count: async () => Number(await store.headPosition()),
        close: async () => {
          await fence(pool, move);
          return landClaims(pool, store, 'inside');
        },
        asked: () => positionsOfRegisters(pool),
      });
      await refuseForged(pool, 'source');
      await settle(pool, { kind: 'esdb', place: to.place }, events.verified.moved);
      return movedOf(events);
    });
  });
}

/** Back into the database that remembers the ledger, behind what an earlier move out of it has left there. */
export async function moveIn(from: Elsewhere, database: OpenedDatabase, progress: Progress): Promise<Outcome> {
  return atHome(database, async (home) => {
    refuseUnlessLive(home, 'esdb', from.place);
    return withMove(database, await beginMove(home), async (pool, _, move) => {
      const events = await moveEvents({
        source: from,
        target: postgresTarget(pool),
        progress,
        count: () => countEvents(from.store),
        close: async () => {
          await fence(pool, move);
          const landed = await landClaims(pool, from.store, 'after');
          await pause(from.drainMs);
          return landed;
        },
        asked: () => positionsOfRegisters(pool),
      });
      await refuseForged(pool, 'target');
      await settle(pool, { kind: 'postgres', place: '' }, events.verified.moved);
      return movedOf(events);
    });
  });
}

/** Into another PostgreSQL with all that it has but its registers, which are built anew there. The old one is closed for ever. */
export async function moveHouse(from: OpenedDatabase, to: OpenedDatabase, progress: Progress): Promise<Outcome> {
  return atHome(from, async (home) => {
    const target = await openHome(to.asOwner);
    try {
      const standing = target.place;
      if (home.place.state === 'moved' && home.place.move === standing?.move && standing?.state === 'moving') {
        await openMoved(target.pool);
        return 'already';
      }
      if (home.place.state === 'moved' && standing?.state === 'open') return 'already';
      refuseUnlessLive(home, 'postgres');
      if (standing?.state === 'open') await refuseOther(home.pool, target.pool);
      const move = await beginMove(home);
      await awaitMove(target.pool, move);
      return await withMove(from, move, (source, store) =>
        withMove(to, move, async (pool) => {
          await refuseForged(source, 'source');
          const events = await moveEvents({
            source: { store },
            target: postgresTarget(pool),
            progress,
            count: async () => Number(await store.headPosition()),
            close: async () => {
              await fence(source, move);
              return landClaims(source, store, 'inside');
            },
          });
          await refuseForged(source, 'source');
          await refuseForged(pool, 'target');
          progress.phase('tables');
          const rows = await copyTables(source, pool, async (tx) => {
            await tx.query(`update ledger_store set state = 'moved', since = now()`);
          });
          await openMoved(pool);
          return movedOf(events, rows);
        }),
      );
    } finally {
      await target.close();
    }
  });
}

/** A database that serves a ledger already is nobody's target, not even that ledger's. */
async function refuseOther(from: Pool, to: Pool): Promise<never> {
  const [ours, theirs] = [await ledgerIn(new PostgresEventStore(from)), await ledgerIn(new PostgresEventStore(to))];
  throw new CopyError(
    'TARGET_OF_ANOTHER_LEDGER',
    theirs === ours
      ? 'the target serves this very ledger already'
      : `the target serves ${theirs === undefined ? 'a ledger that has not begun yet' : `the ledger ${theirs}`}: name an empty database`,
  );
}

const openMoved = (pool: Pool): Promise<unknown> =>
  pool.query(`update ledger_store set state = 'open', move = null, since = now() where state = 'moving'`);

type RememberingHome = Home & { readonly place: NonNullable<Home['place']> };

async function atHome<T>(database: OpenedDatabase, work: (home: RememberingHome) => Promise<T>): Promise<T> {
  const home = await openHome(database.asOwner);
  try {
    const { place } = home;
    if (!place) throw new CopyError('LEDGER_MISSING', 'this database holds no ledger');
    return await work({ ...home, place });
  } finally {
    await home.close();
  }
}

async function withMove<T>(
  { asOwner }: OpenedDatabase,
  move: string,
  work: (pool: Pool, store: PostgresEventStore, move: string) => Promise<T>,
): Promise<T> {
  const pool = poolOfMove(asOwner, move);
  const store = new PostgresEventStore(pool);
  try {
    return await work(pool, store, move);
  } finally {
    await store.idle();
    await pool.end();
  }
}

/** Where nothing counts them: by reading, which is many times faster than writing. */
async function countEvents(store: EventStore): Promise<number> {
  let events = 0;
  for await (const page of followPages(store, { until: 'head' })) events += page.length;
  return events;
}
