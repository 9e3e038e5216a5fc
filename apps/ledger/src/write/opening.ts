// Is there a ledger, and do database, store and keep belong to each other? A new one begins with LedgerOpened and EpochOpened.
import { type Claims, noStream, type EventStore } from '@derbes/event-store';
import { catalogue, type LedgerEvent } from '@derbes/domain';
import { readEnvelope } from '@derbes/kernel';
import {
  asOwnerName,
  makeKeep,
  openKeep,
  Vault,
  VaultError,
  type Keep,
  type KeepPlace,
  type VaultRows,
} from '@derbes/vault';
import { sql, type Kysely, type Migration } from 'kysely';
import { randomUUID } from 'node:crypto';
import { type Pool } from 'pg';
import { wholeSeconds } from './telling-parts.js';
import { makeUnit } from './unit-maker.js';

/** Format of everything that is written for ever; another number is another ledger. */
const ledgerFormat = 'derbes.ledger/v1';
/** Whoever begins a ledger holds this advisory lock, and nobody longer than a beginning takes on a busy machine. */
export const beginningLock = 4_021_990_133;
const beginningMsMax = 60_000;

export const openingMigrations: Record<string, Migration> = {
  '2026-11-23-opening-1': {
    async up(db: Kysely<unknown>): Promise<void> {
      // Stands from before the keep is made: a keep without it belongs to a ledger that this database never held.
      await sql`create table opening (one boolean primary key default true check (one))`.execute(db);
      await sql`grant select, insert on opening to derbes_app`.execute(db);
    },
  },
};

/** The pieces do not belong together; `code` says which. */
export class LedgerMismatch extends Error {
  constructor(
    readonly code:
      | 'KEEP_WITHOUT_LEDGER'
      | 'LEDGER_FORMAT_UNKNOWN'
      | 'LEDGER_STREAM_FOREIGN'
      | 'STORE_OF_ANOTHER_LEDGER'
      | 'STORE_WITHOUT_LEDGER',
    message: string,
  ) {
    super(message);
  }
}

export interface Opening {
  readonly store: EventStore;
  readonly app: Pool;
  readonly place: KeepPlace;
  /** Origin line of the ledger's checkpoints; read when the ledger is new, then never again. Absent: one made of the ledger's id. */
  readonly origin?: string;
  readonly landing: 'inside' | 'after';
  readonly claims: Claims<VaultRows>;
  readonly clock: () => Date;
}

export interface OpenedLedger {
  readonly vault: Vault;
  readonly keep: Keep;
  readonly ledger: string;
}

/** Opens the ledger, making it first when there is none. Throws LedgerMismatch or VaultError. */
export async function openLedger(opening: Opening): Promise<OpenedLedger> {
  const standing = await ledgerOf(opening.store);
  if (standing) return openStanding(opening, standing);
  const client = await opening.app.connect();
  try {
    // Of several processes that start on an empty database one begins the ledger; the others wait, and find it.
    await client.query(`begin; set local lock_timeout = '${beginningMsMax}ms'`);
    await client.query('select pg_advisory_xact_lock($1)', [beginningLock]);
    const begun = await ledgerOf(opening.store);
    return begun ? await openStanding(opening, begun) : await beginLedger(opening);
  } finally {
    await client.query('rollback').catch(() => undefined);
    client.release();
  }
}

async function openStanding(opening: Opening, ledger: string): Promise<OpenedLedger> {
  await refuseForeignStore(opening, ledger);
  const keep = await openKeep(opening.place, ledger);
  return { vault: await Vault.open(keep, opening.app), keep, ledger };
}

/** A store of its own may hold a ledger of which this database has no claim, key or value: nothing could be opened or repeated. */
async function refuseForeignStore({ app, landing }: Opening, ledger: string): Promise<void> {
  if (landing === 'inside') return;
  const { rowCount: begun } = await app.query('select from opening');
  if (begun) return;
  throw new LedgerMismatch(
    'STORE_OF_ANOTHER_LEDGER',
    `the event store holds the ledger ${ledger}, and this database has never held one. Name the database of that ledger in ` +
      'DATABASE_URL, or an empty store in EVENTSTORE_URL.',
  );
}

async function beginLedger(opening: Opening): Promise<OpenedLedger> {
  const keep = await beginKeep(opening);
  await Vault.begin(opening.app, keep);
  const vault = await Vault.open(keep, opening.app);
  await begin(opening, vault, keep);
  const standing = await ledgerOf(opening.store);
  if (standing === keep.ledger) return { vault, keep, ledger: standing };
  if (standing === undefined) {
    throw new LedgerMismatch(
      'STORE_WITHOUT_LEDGER',
      `the database holds the ledger ${keep.ledger}, and the event store does not hold its events. Name its store in EVENTSTORE_URL, ` +
        'or restore it.',
    );
  }
  throw new LedgerMismatch(
    'STORE_OF_ANOTHER_LEDGER',
    `the event store holds the ledger ${standing}, the database and the keep belong to ${keep.ledger}. Name an empty store in EVENTSTORE_URL.`,
  );
}

/** Key owner of the controller itself: what no person owns is sealed under its key. */
export const controllerOwner = (ledger: string) => asOwnerName(`organisation-${ledger}`);

/** The ledger's id from its first event; undefined for a store that holds no ledger. */
async function ledgerOf(store: EventStore): Promise<string | undefined> {
  for await (const { bytes } of store.readStream('ledger')) {
    const event = catalogue.read(readEnvelope(bytes)) as LedgerEvent;
    if (event.type !== 'LedgerOpened') {
      throw new LedgerMismatch('LEDGER_STREAM_FOREIGN', 'the stream `ledger` does not begin with LedgerOpened');
    }
    const { ledger, format } = event.facts;
    if (String(format) !== ledgerFormat) {
      throw new LedgerMismatch('LEDGER_FORMAT_UNKNOWN', `the ledger ${ledger} is of format ${String(format)}`);
    }
    return ledger;
  }
  return undefined;
}

async function beginKeep({ app, place }: Opening): Promise<Keep> {
  const { rowCount: begun } = await app.query('select from opening');
  if (!begun) {
    const foreign = await openKeep(place).catch((error: unknown) => {
      if (error instanceof VaultError && error.code === 'KEEP_MISSING') return undefined;
      throw error;
    });
    if (foreign) {
      throw new LedgerMismatch(
        'KEEP_WITHOUT_LEDGER',
        `${place.keepDir} holds the keys of ledger ${foreign.ledger}, but the database holds no ledger. Restore that ledger's ` +
          'database, or name another place in KEEP_DIR to begin a new one.',
      );
    }
    await app.query('insert into opening default values on conflict do nothing');
  }
  try {
    return await makeKeep(place);
  } catch (error) {
    // The last start was cut off between its keep and its first event.
    if (error instanceof VaultError && error.code === 'KEEP_EXISTS') return openKeep(place);
    throw error;
  }
}

/** No two logs may have one origin (C2SP tlog-checkpoint: it SHOULD be unique), and whoever sets none must not share one with everybody else. */
const ownOrigin = (ledger: string): string => `derbes.local/${ledger}`;

/** Two processes that begin at once claim the same pair, so there is one beginning. */
async function begin(opening: Opening, vault: Vault, keep: Keep): Promise<void> {
  const { claims, clock, landing, origin = ownOrigin(keep.ledger) } = opening;
  const now = wholeSeconds(clock().toISOString());
  const draft = { stream: 'ledger', occurred: now };
  const kcv = vault.keyCheckValue.toString('base64url');
  const custodians = keep.custodians.map(({ kind }) => ({ name: kind, kcv }));
  const owner = controllerOwner(keep.ledger);
  const opened = randomUUID();
  await vault.withKeys(async (ring) => {
    const { unit } = makeUnit(vault, ring, {
      token: vault.claimToken('urn:derbes:ledger', 'opened'),
      kind: 'command',
      landing,
      drafts: [
        {
          ...draft,
          id: randomUUID(),
          type: 'LedgerOpened',
          facts: { ledger: keep.ledger, origin, format: ledgerFormat },
        },
        { ...draft, id: randomUUID(), type: 'EpochOpened', facts: { epoch: String(keep.epoch), custodians } },
      ],
      values: [],
      actor: 'ledger',
      now,
      head: () => ({ revision: noStream }),
      editionAt: () => undefined,
      standing: new Map(),
      links: [],
      received: { content: { opened: keep.ledger }, owner, under: opened },
      outcome: '{"status":"recorded"}',
    });
    await claims.commit(unit);
  });
}
