// How does each kind of store take events in the order in which they stood elsewhere?
import {
  EventIdTaken,
  PostgresEventStore,
  putInOrder,
  StoreUnavailable,
  WrongRevision,
  type Appended,
  type EventStore,
  type StoredEvent,
} from '@derbes/event-store';
import { type Pool } from 'pg';
import { setTimeout as pause } from 'node:timers/promises';
import { CopyError } from './copy-error.js';
import { type TargetSide } from './walk.js';

/** Rows of one commit. */
const rowsMax = 500;
/** Events of one stream in one call; far under what an adapter takes in bytes, for an event has at most 64 KiB. */
const runEventsMax = 15;
/** A server that is being started again is waited for: about half a minute. */
const attemptsMax = 30;
const pauseMs = 1_000;

/** Several hundred events a commit, for the order is in the positions. */
export function postgresTarget(pool: Pool): TargetSide {
  return {
    store: new PostgresEventStore(pool),
    async append(after, events) {
      let end = after ?? '0';
      for (let from = 0; from < events.length; from += rowsMax) {
        const some = events.slice(from, from + rowsMax);
        const before = end;
        end = await patiently(() => putInOrder(pool, before, some));
      }
      return end;
    },
  };
}

/** One call after the other, each at its own revision: a store that knows single streams keeps the order of the calls. */
export function streamTarget(store: EventStore): TargetSide {
  return {
    store,
    async append(after, events) {
      let end = after;
      for (const run of runsOf(events)) {
        const [first] = run;
        if (!first) continue;
        end = (await patiently(() => put(store, first, run))).position;
      }
      return end ?? '0';
    },
  };
}

async function put(store: EventStore, first: StoredEvent, run: readonly StoredEvent[]): Promise<Appended> {
  try {
    return await store.append(first.stream, first.revision - 1, run);
  } catch (error) {
    if (!(error instanceof WrongRevision) && !(error instanceof EventIdTaken)) throw error;
    throw new CopyError(
      'COPY_DIFFERS',
      `the target does not take ${first.stream} revision ${first.revision}, position ${first.position} of the source (${error.code}): ` +
        'either the source lacks earlier events of that stream, or somebody else writes into the target',
      { source: first },
    );
  }
}

/** Neighbours of one stream. */
function* runsOf(events: readonly StoredEvent[]): Generator<readonly StoredEvent[]> {
  let run: StoredEvent[] = [];
  for (const event of events) {
    if (run.length > 0 && (run[0]?.stream !== event.stream || run.length >= runEventsMax)) {
      yield run;
      run = [];
    }
    run.push(event);
  }
  if (run.length > 0) yield run;
}

/** The same call again is harmless on every store. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StoreUnavailable) || attempt >= attemptsMax) throw error;
      await pause(pauseMs);
    }
  }
}
