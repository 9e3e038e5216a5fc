// What becomes of an event whose place is taken? It moves, its claim is withdrawn or closed, or somebody else has seen to it.
import { readEnvelope, writeEnvelope } from '@derbes/kernel';
import { ClaimStuck, EventIdTaken, WrongRevision } from '../errors.js';
import { inAppendTransaction, retried } from '../postgres/transaction.js';
import { type EventStore, type StoredEvent } from '../port.js';
import { type ClaimedEvent } from '../unit.js';
import { close, drop, holds, move, placeOf, remove, type OpenClaim } from './landing-table.js';
import { type ClaimsSettings } from './options.js';

export type Displaced =
  /** Append it there. */
  | { readonly status: 'elsewhere'; readonly event: ClaimedEvent }
  /** Another process landed it. */
  | { readonly status: 'placed'; readonly position: string }
  | { readonly status: 'withdrawn'; readonly stream: string; readonly actual: number }
  | { readonly status: 'erased' }
  /** These events of the claim are gone with a person; what it says of others has yet to land. */
  | { readonly status: 'dropped'; readonly ids: readonly string[] }
  /** Another process holds the claim. */
  | { readonly status: 'lost' };

/** What closing an open claim ends with, when its person is erased. */
export type Closed = Extract<Displaced, { readonly status: 'erased' | 'dropped' | 'lost' }>;

/**
 * Decides after a refused append. Every retry was sent with the same bytes at the same revision, so another event at that
 * revision proves that ours never landed. Throws ClaimStuck when the store contradicts the claims, and any other error on.
 */
export async function displaced<Rows>(
  settings: ClaimsSettings<Rows>,
  claim: OpenClaim,
  event: ClaimedEvent,
  index: number,
  refusal: unknown,
): Promise<Displaced> {
  if (!(refusal instanceof WrongRevision || refusal instanceof EventIdTaken)) throw refusal;
  await settings.at?.('displaced');
  const place = await retried(() => placeOf(settings.pool, event.id));
  if (!place) return { status: 'lost' };
  if (place.bytes === undefined) return landedElsewhere(settings.store, event, place.expectedRevision);
  if (place.expectedRevision !== event.expectedRevision) {
    return { status: 'elsewhere', event: placed(event, place.expectedRevision, place.bytes) };
  }
  const { first, last } = await endsFrom(settings.store, event.stream, event.expectedRevision + 1);
  if (!first || !last) {
    // What it stood on was claimed before it and is closed since, with the person.
    const closed = await closeIfErased(settings, claim, index);
    if (closed) return closed;
    throw stuck(event, 'events below it are missing from the store');
  }
  if (refusal instanceof EventIdTaken || first.id === event.id) throw stuck(event, 'its id stands with other content');
  if (claim.kind === 'command' && index === 0) return withdraw(settings, claim, event.stream, last.revision);
  return (await closeIfErased(settings, claim, index)) ?? (await moveBehind(settings, claim, event, last));
}

/** Without the envelope that its maker vouched for: that one names the place which was taken. */
const placed = ({ id, type, stream }: ClaimedEvent, expectedRevision: number, bytes: string): ClaimedEvent => ({
  id,
  type,
  stream,
  expectedRevision,
  bytes,
});

const stuck = (event: ClaimedEvent, reason: string): ClaimStuck =>
  new ClaimStuck(event.stream, event.expectedRevision + 1, reason);

async function endsFrom(
  store: EventStore,
  stream: string,
  revision: number,
): Promise<{ readonly first?: StoredEvent; readonly last?: StoredEvent }> {
  let ends: { first?: StoredEvent; last?: StoredEvent } = {};
  for await (const event of store.readStream(stream, revision)) ends = { first: ends.first ?? event, last: event };
  return ends;
}

async function landedElsewhere(store: EventStore, event: ClaimedEvent, expectedRevision: number): Promise<Displaced> {
  const { first } = await endsFrom(store, event.stream, expectedRevision + 1);
  if (first?.id !== event.id) throw stuck(event, 'it is marked as landed and does not stand');
  return { status: 'placed', position: first.position };
}

/** Same event id, facts and parts; only `revision` and `at` are renewed, and `at` never runs backwards in a stream. */
async function moveBehind<Rows>(
  { pool, process, clock, at }: ClaimsSettings<Rows>,
  claim: OpenClaim,
  event: ClaimedEvent,
  last: StoredEvent,
): Promise<Displaced> {
  const now = `${clock().toISOString().slice(0, 19)}Z`;
  const lastAt = readEnvelope(last.bytes).at;
  const envelope = readEnvelope(event.bytes);
  const bytes = writeEnvelope({ ...envelope, revision: String(last.revision + 1), at: now > lastAt ? now : lastAt });
  const to = { expectedRevision: last.revision, bytes };
  // After a lost answer the swap has happened and does not happen again: the place is looked at anew then.
  if (!(await retried(() => move(pool, process, claim.token, event, to)))) {
    const place = await retried(() => placeOf(pool, event.id));
    if (place?.bytes !== bytes || place.expectedRevision !== to.expectedRevision) return { status: 'lost' };
  }
  await at?.('moved');
  return { status: 'elsewhere', event: placed(event, to.expectedRevision, to.bytes) };
}

async function withdraw<Rows>(
  { pool, process, participant }: ClaimsSettings<Rows>,
  claim: OpenClaim,
  stream: string,
  actual: number,
): Promise<Displaced> {
  const gone = await retried(() =>
    inAppendTransaction(pool, async (tx) => {
      if (!(await holds(tx, process, claim.token))) return { value: false, end: 'nothing' };
      await participant.withdraw?.(tx, claim.token, idsOf(claim.events));
      await remove(tx, claim.token);
      return { value: true, end: 'written' };
    }),
  );
  return gone ? { status: 'withdrawn', stream, actual } : { status: 'lost' };
}

/**
 * Closes the claim with what has yet to land of it when its place belongs to a person erased since. Of a claim that tells of others,
 * too, only the erased person's events go: what it says of the others lands.
 */
export async function closeIfErased<Rows>(
  { pool, process, participant }: ClaimsSettings<Rows>,
  claim: OpenClaim,
  index: number,
): Promise<Closed | undefined> {
  const unlanded = claim.events.slice(index);
  const stream = unlanded[0]?.stream;
  if (!participant.erased || stream === undefined) return undefined;
  const streams = [...new Set(claim.events.map((event) => event.stream))];
  return retried(() =>
    inAppendTransaction<Closed | undefined>(pool, async (tx) => {
      const erased = await participant.erased?.(tx, streams);
      if (!erased?.has(stream)) return { value: undefined, end: 'nothing' };
      if (!(await holds(tx, process, claim.token))) return { value: { status: 'lost' }, end: 'nothing' };
      const ids = idsOf(unlanded.filter((event) => erased.has(event.stream)));
      const others = erased.size < streams.length;
      // What names the claim belongs to its other events too, when there are any, and stays with them.
      if (index > 0 || others) await participant.landed?.(tx, [claim.token]);
      await participant.withdraw?.(tx, claim.token, ids);
      if (others) await drop(tx, ids);
      else await close(tx, claim.token);
      return { value: others ? { status: 'dropped', ids } : { status: 'erased' }, end: 'written' };
    }),
  );
}

const idsOf = (events: readonly ClaimedEvent[]): string[] => events.map(({ id }) => id);
