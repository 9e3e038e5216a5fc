// What may be stored at all? The same answer for every adapter, given before anything is sent.
import { envelopeBytesMax, readEnvelope, type Envelope } from '@derbes/kernel';
import { AppendTooLarge, EmptyAppend, EventIdTaken, EventTooLarge, MalformedEvent } from './errors.js';
import { noStream, type PendingEvent } from './port.js';

/** One call is one batch row set on PostgreSQL. */
const appendEventsMax = 500;
/** EventStoreDB refuses a call of more. */
const appendBytesMax = 1_048_576;
/** The column is a PostgreSQL int. */
const revisionMax = 2_147_483_647;

/**
 * Throws EmptyAppend, AppendTooLarge, EventIdTaken (an id twice), EventTooLarge or MalformedEvent unless the events may stand
 * in the stream after the expected revision. Answers the bytes in sum.
 */
export function checkAppend(stream: string, expectedRevision: number, events: readonly PendingEvent[]): number {
  if (events.length === 0) throw new EmptyAppend();
  if (events.length > appendEventsMax) {
    throw new AppendTooLarge(`${events.length} events; one call carries at most ${appendEventsMax}`);
  }
  const ids = new Set<string>();
  let sumBytes = 0;
  events.forEach((event, i) => {
    sumBytes += checkEvent(event, stream, expectedRevision + 1 + i);
    if (ids.has(event.id)) throw new EventIdTaken(event.id);
    ids.add(event.id);
  });
  if (sumBytes > appendBytesMax) {
    throw new AppendTooLarge(`${sumBytes} bytes; one call carries at most ${appendBytesMax}`);
  }
  return sumBytes;
}

/** The event's size in bytes. Throws EventTooLarge, or MalformedEvent unless its bytes are the envelope of this very place. */
export function checkEvent(
  event: PendingEvent & { readonly envelope?: Envelope },
  stream: string,
  revision: number,
): number {
  if (!Number.isInteger(revision) || revision <= noStream || revision > revisionMax) {
    throw new MalformedEvent(`${revision} is no revision`);
  }
  const bytes = Buffer.byteLength(event.bytes);
  if (bytes > envelopeBytesMax) throw new EventTooLarge(bytes, envelopeBytesMax);
  const envelope = event.envelope ?? readOrRefuse(event.bytes);
  // The pattern of an envelope's stream and type leaves out `$`, which EventStoreDB keeps for its own.
  if (envelope.id !== event.id) throw new MalformedEvent('the envelope names another id');
  if (envelope.type !== event.type) throw new MalformedEvent('the envelope names another type');
  if (envelope.stream !== stream) throw new MalformedEvent('the envelope names another stream');
  if (envelope.revision !== String(revision)) throw new MalformedEvent('the envelope names another revision');
  return bytes;
}

function readOrRefuse(bytes: string) {
  try {
    return readEnvelope(bytes);
  } catch (error) {
    throw new MalformedEvent(error instanceof Error ? error.message : 'no envelope');
  }
}
