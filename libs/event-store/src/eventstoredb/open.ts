// May this server hold the ledger? Reached, trusted, let in, new enough, and with nothing in it that is not a ledger's.
import { AccessDeniedError, EventStoreDBClient, START } from '@eventstore/db-client';
import { connect as connectPlain } from 'node:net';
import { connect } from 'node:tls';
import { EventStoreError, StoreRefused, StoreTampered, StoreUnavailable } from '../errors.js';
import { RenewableClient } from './client.js';
import { isNotFound, Patience } from './faults.js';
import { parsePlace, type ServerPlace } from './place.js';
import { pull } from './reader.js';
import { storedEvent } from './recorded.js';
import { EventStoreDbStore } from './store.js';

/** The oldest release whose answers to appends, reads and subscriptions were tried: 24.2. */
const versionMin = [24, 2] as const;
const defaultWaitMs = 8_000;
/** One that refuses connections, or has no address, is not about to answer; one that is being started may be. */
const nobodyWaitMs = 2_000;
const answerMaxMs = 5_000;
const connectMaxMs = 1_000;
/** A new store begins with some dozens of the server's own events. */
const systemEventsMax = 100_000;

export interface OpenEventStoreDbOptions {
  /** How long a server that is not up yet is waited for; 8 s when absent, and at most 2 s where nothing listens. */
  readonly waitMs?: number;
}

/**
 * `url` is a connection string of esdb://, esdb+discover:// or the same with kurrentdb. Throws StoreRefused (STORE_URL_MALFORMED,
 * STORE_ACCESS_DENIED, STORE_TLS_MISMATCH, STORE_TOO_OLD, STORE_FOREIGN) and StoreUnavailable; no message repeats the url.
 */
export async function openEventStoreDb(url: string, options: OpenEventStoreDbOptions = {}): Promise<EventStoreDbStore> {
  const place = parsePlace(url);
  const { waitMs = defaultWaitMs } = options;
  const began = performance.now();
  for (const patience = new Patience(); ;) {
    const looking = new RenewableClient(clientString(place));
    try {
      await assertVersion((await looking.current()).client);
      await assertLedger(looking);
      return new EventStoreDbStore(place.connectionString);
    } catch (error) {
      if (error instanceof EventStoreError && !(error instanceof StoreUnavailable)) throw error;
      const refusal = await refusalToOpen(error, place);
      if (refusal) throw refusal;
      const waitedMs = performance.now() - began;
      if (waitedMs >= waitMs) throw new StoreUnavailable('EventStoreDB cannot be reached', error);
      if (waitedMs >= nobodyWaitMs && (await nobodyListens(place))) {
        throw new StoreUnavailable(
          'EventStoreDB cannot be reached: nothing listens where EVENTSTORE_URL points',
          error,
        );
      }
    } finally {
      await looking.close();
    }
    await patience.failed();
  }
}

/** Throws STORE_URL_MALFORMED for a certificate file that is not there. */
function clientString({ connectionString }: ServerPlace): string {
  try {
    EventStoreDBClient.connectionString(connectionString);
    return connectionString;
  } catch {
    throw new StoreRefused(
      'STORE_URL_MALFORMED',
      'EVENTSTORE_URL is malformed, or a certificate file that it names does not exist',
    );
  }
}

async function assertVersion(client: EventStoreDBClient): Promise<void> {
  // What the client asks the server by itself before its first append; it has no public name there.
  const { capabilities } = client as unknown as { capabilities: Promise<{ readonly serverVersion: string }> };
  const version = (await answered(capabilities)).serverVersion;
  if (isNewEnough(version)) return;
  const known = /^\d+(\.\d+)*$/.test(version) ? version : 'of an unknown version';
  throw new StoreRefused('STORE_TOO_OLD', `EventStoreDB is ${known}; at least ${versionMin.join('.')} is needed`);
}

/** `version` is what the server says of itself: `24.2.0`, or `unknown`. */
export function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > versionMin[0] || (major === versionMin[0] && minor >= versionMin[1]);
}

/** The first event that is not the server's own must be a ledger's first: whose, is checked against keys and database. */
async function assertLedger(looking: RenewableClient): Promise<void> {
  const options = { fromPosition: START, maxCount: systemEventsMax, requiresLeader: true } as const;
  for await (const resolved of pull(looking, (client) => client.readAll(options))) {
    const event = firstEvent(() => storedEvent(resolved));
    if (!event) continue;
    if (event.type === 'LedgerOpened' && event.stream === 'ledger' && event.revision === 0) return;
    throw notALedger();
  }
}

function firstEvent<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof StoreTampered && error.code === 'FOREIGN_EVENT') throw notALedger(error);
    throw error;
  }
}

const notALedger = (cause?: unknown): StoreRefused =>
  new StoreRefused(
    'STORE_FOREIGN',
    'EventStoreDB holds events that do not begin with LedgerOpened: the ledger needs a server, or a cluster, of its own',
    cause,
  );

const tlsTrouble = /SSL|TLS|certificate|EPROTO|altname|wrong version number/i;

/** Undefined when the same may succeed a little later. */
async function refusalToOpen(error: unknown, place: ServerPlace): Promise<StoreRefused | undefined> {
  if (error instanceof AccessDeniedError) {
    return new StoreRefused('STORE_ACCESS_DENIED', 'EventStoreDB refuses the user or the password', error);
  }
  if (isNotFound(error)) return undefined;
  const message = error instanceof Error ? error.message : '';
  if (place.tls) {
    if (!tlsTrouble.test(message)) return undefined;
    return mismatch(
      'its certificate is not trusted (tlsCAFile names who is), or it speaks without TLS (tls=false)',
      error,
    );
  }
  const [first] = place.hosts;
  if (first && (await speaksTls(first))) return mismatch('it speaks TLS, and EVENTSTORE_URL says tls=false', error);
  return undefined;
}

const mismatch = (reason: string, cause: unknown): StoreRefused =>
  new StoreRefused('STORE_TLS_MISMATCH', `EventStoreDB cannot be talked to: ${reason}`, cause);

/** Whether each of the hosts refuses connections, or is a name of none. */
async function nobodyListens({ hosts }: ServerPlace): Promise<boolean> {
  const refused = await Promise.all(hosts.map(refuses));
  return refused.every((one) => one);
}

function refuses({ host, port }: ServerPlace['hosts'][number]): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectPlain({ host, port, timeout: connectMaxMs });
    const end = (refused: boolean) => {
      socket.destroy();
      resolve(refused);
    };
    socket.once('connect', () => end(false));
    socket.once('timeout', () => end(false));
    socket.once('error', (error: NodeJS.ErrnoException) => end(certain.has(error.code ?? '')));
  });
}

const certain: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND']);

function speaksTls({ host, port }: { readonly host: string; readonly port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    // Nothing is sent over it: only whether a handshake ends is of interest.
    const socket = connect({ host, port, rejectUnauthorized: false, timeout: answerMaxMs });
    const end = (speaks: boolean) => {
      socket.destroy();
      resolve(speaks);
    };
    socket.once('secureConnect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}

async function answered<T>(asked: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new StoreUnavailable('EventStoreDB is silent')), answerMaxMs);
  });
  try {
    return await Promise.race([asked, silence]);
  } finally {
    clearTimeout(timer);
  }
}
