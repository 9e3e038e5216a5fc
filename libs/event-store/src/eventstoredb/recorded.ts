// Is this event ours? Whatever stands in the store that the ledger did not write stops whoever reads it, and nothing is guessed.
import { type AllStreamResolvedEvent, type ResolvedEvent } from '@eventstore/db-client';
import { NotAnEnvelope, readEnvelope, type Envelope } from '@derbes/kernel';
import { StoreTampered } from '../errors.js';
import { type StoredEvent } from '../port.js';

export type Resolved = AllStreamResolvedEvent | ResolvedEvent;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const metastream = '$$';
/** What a metadata event may say that hides events. */
const hiding = ['$tb', '$maxCount', '$maxAge'];

export const positionOf = ({ event, commitPosition }: Resolved): bigint =>
  event?.position?.commit ?? commitPosition ?? 0n;

/** Undefined for an event of the server's own. Throws StoreTampered. */
export function storedEvent(resolved: Resolved): StoredEvent | undefined {
  const { event } = resolved;
  // A link whose event is gone; the ledger makes none.
  if (!event) throw new StoreTampered('FOREIGN_EVENT', 'unknown', String(positionOf(resolved)), 'a link to nothing');
  const { streamId: stream, type, data } = event;
  const position = String(positionOf(resolved));
  if (stream.startsWith(metastream)) return assertHidesNothing(stream.slice(metastream.length), position, data);
  if (stream.startsWith('$')) return undefined;
  if (type === '$streamDeleted') {
    throw new StoreTampered('STREAM_DELETED', stream, position, 'the stream was deleted for good');
  }
  if (!(data instanceof Uint8Array)) throw foreign(stream, position, 'it is not stored as bytes');
  const revision = Number(event.revision);
  return { id: event.id, type, stream, revision, position, bytes: readOurs(resolved, data, revision, position) };
}

function assertHidesNothing(stream: string, position: string, data: unknown): undefined {
  if (stream.startsWith('$')) return undefined;
  const keys: Record<string, unknown> = typeof data === 'object' && data !== null ? { ...data } : {};
  if (!hiding.some((key) => key in keys)) return undefined;
  throw new StoreTampered(
    'STREAM_TRUNCATED',
    stream,
    position,
    'the stream was deleted or cut off, so events of it are hidden',
  );
}

function readOurs({ event }: Resolved, data: Uint8Array, revision: number, position: string): string {
  const stream = event?.streamId ?? '';
  const bytes = textOf(data);
  const envelope = bytes === undefined ? undefined : envelopeOf(bytes);
  if (bytes === undefined || !envelope) throw foreign(stream, position, 'it is no envelope');
  const agrees =
    envelope.id === event?.id &&
    envelope.type === event.type &&
    envelope.stream === stream &&
    envelope.revision === String(revision);
  if (!agrees) throw foreign(stream, position, 'its envelope names another id, type, stream or revision');
  return bytes;
}

function textOf(data: Uint8Array): string | undefined {
  try {
    return utf8.decode(data);
  } catch {
    return undefined;
  }
}

function envelopeOf(bytes: string): Envelope | undefined {
  try {
    return readEnvelope(bytes);
  } catch (error) {
    if (error instanceof NotAnEnvelope) return undefined;
    throw error;
  }
}

/** Names of streams that are not ours may tell of people. */
const ourName = /^[a-z]+(-[a-z0-9-]{1,100})?$/;

const foreign = (stream: string, position: string, reason: string): StoreTampered =>
  new StoreTampered(
    'FOREIGN_EVENT',
    ourName.test(stream) ? stream : 'a foreign stream',
    position,
    `an event that this ledger did not write: ${reason}`,
  );
