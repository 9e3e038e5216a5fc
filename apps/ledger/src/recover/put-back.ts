// How does one bundle of events get back into the database, with all that hangs on them? In one transaction, at the places that they had.
import {
  appendLock,
  putClaims,
  putReservations,
  putWithin,
  type CarriedClaim,
  type StoredEvent,
} from '@derbes/event-store';
import { NotAnEnvelope, readEnvelope, type Envelope } from '@derbes/kernel';
import { type LogDirectory } from '@derbes/transparency/files.js';
import { vaultParticipant } from '@derbes/vault';
import { type PoolClient } from 'pg';
import { addSpreading, spreadingAmong } from '../cascade/spreading-facts.js';
import { changeOutbox, outboxChanges } from '../delivery/outbox-table.js';
import { addOrders } from '../erasure/erasure-orders.js';
import { ordersAmong } from '../erasure/ordering.js';
import { RecoverError } from './recover-error.js';

export type Sidecar = Awaited<ReturnType<LogDirectory['readSidecar']>>;

/** What keeps everybody else from writing until all is back. */
export const halt = {
  code: 'LOG_LOCK_AHEAD',
  detail: 'events are being put back with `derbes recover --from-tiles`: start it again if it was cut off',
} as const;

/** What stands beside events of one bundle that a store of their own has, the first of them behind `after`. Answers the claims that came back. */
export async function putBeside(
  session: PoolClient,
  after: number,
  entries: readonly Uint8Array[],
  sidecar: Sidecar | undefined,
): Promise<readonly CarriedClaim[]> {
  const read = readAll(entries, after);
  return unhalted(session, () => putHangingOn(session, read, sidecar));
}

/** Events of one bundle behind position `after`, with what stands beside them. Answers the claims that came back. */
export async function putBack(
  session: PoolClient,
  after: number,
  entries: readonly Uint8Array[],
  sidecar: Sidecar | undefined,
): Promise<readonly CarriedClaim[]> {
  const read = readAll(entries, after);
  return unhalted(session, async () => {
    const { rows } = await session.query<{ last: string }>(
      'select coalesce(max(position), 0)::text as last from ledger_event',
    );
    if (rows[0]?.last !== String(after)) {
      throw new RecoverError(
        'RECOVER_DISTURBED',
        'somebody else writes into this database: stop it and start this again',
      );
    }
    await putWithin(
      session,
      String(after),
      read.map(({ event }) => event),
    );
    return putHangingOn(session, read, sidecar);
  });
}

const readAll = (entries: readonly Uint8Array[], after: number): readonly Read[] =>
  entries.map((entry, i) => eventOf(Buffer.from(entry).toString(), after + 1 + i));

/** One transaction in which the halt does not stand, and nobody else writes. */
async function unhalted<T>(session: PoolClient, work: () => Promise<T>): Promise<T> {
  await session.query('begin');
  try {
    await session.query(`select pg_advisory_xact_lock(${appendLock})`);
    await session.query('delete from log_halt');
    const done = await work();
    await session.query('insert into log_halt (code, detail) values ($1, $2)', [halt.code, halt.detail]);
    await session.query('commit');
    return done;
  } catch (error) {
    await session.query('rollback').catch(() => undefined);
    throw error;
  }
}

async function putHangingOn(
  session: PoolClient,
  read: readonly Read[],
  sidecar: Sidecar | undefined,
): Promise<readonly CarriedClaim[]> {
  const events = read.map(({ event }) => event);
  const claims = await putClaimsOf(session, events, sidecar);
  await addOrders(session, ordersAmong(events));
  await addSpreading(session, spreadingAmong(events));
  await changeOutbox(session, outboxChanges(read.map(({ envelope }) => envelope)));
  await putRegisters(session, read);
  return claims;
}

async function putClaimsOf(
  session: PoolClient,
  events: readonly StoredEvent[],
  sidecar: Sidecar | undefined,
): Promise<readonly CarriedClaim[]> {
  if (!sidecar) return [];
  const byId = new Map(events.map((event) => [event.id, event]));
  const landed = await putClaims(session, sidecar.claims, byId);
  if (landed.length > 0) await vaultParticipant.landed(session, landed);
  await putReservations(session, sidecar.reserved);
  return sidecar.claims.filter((claim) => claim.events.some(({ id }) => byId.has(id)));
}

/** Recipients and holders are found by their codes. */
async function putRegisters(session: PoolClient, read: readonly Read[]): Promise<void> {
  const begun = read.flatMap(({ event: { revision }, envelope: { stream, facts } }) => {
    const [kind = ''] = stream.split('-', 1);
    const code = kind === 'recipient' || kind === 'holder' ? facts[kind] : undefined;
    return revision === 0 && typeof code === 'string' ? [{ kind, code, stream }] : [];
  });
  if (begun.length === 0) return;
  await session.query(
    `insert into register_index (kind, code, stream) select * from unnest($1::text[], $2::text[], $3::text[])
     on conflict (kind, code) do update set stream = excluded.stream
       where not exists (select from ledger_event e where e.stream_id = register_index.stream)`,
    [begun.map(({ kind }) => kind), begun.map(({ code }) => code), begun.map(({ stream }) => stream)],
  );
}

interface Read {
  readonly event: StoredEvent;
  readonly envelope: Envelope;
}

function eventOf(bytes: string, position: number): Read {
  try {
    const envelope = readEnvelope(bytes);
    const { id, type, stream, revision } = envelope;
    return { event: { id, type, stream, revision: Number(revision), bytes, position: String(position) }, envelope };
  } catch (cause) {
    if (!(cause instanceof NotAnEnvelope)) throw cause;
    throw new RecoverError('RECOVER_FILES_WRONG', `entry ${position - 1} of the log is no event of this build`, {
      cause,
    });
  }
}
