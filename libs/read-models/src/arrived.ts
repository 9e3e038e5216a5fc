// What does a stored event say, and which models can read it? It is read once, however many of them it feeds.
import { catalogue, type DomainEvent } from '@derbes/domain';
import { comparePositions, type Position, type StoredEvent } from '@derbes/event-store';

/** An event of a stream that a model must understand, and cannot. */
export class UnreadableEvent extends Error {
  readonly code = 'UNREADABLE_EVENT';
}

export interface Arrived {
  readonly id: string;
  readonly type: string;
  readonly stream: string;
  readonly position: Position;
  readonly revision: number;
  readonly bytes: string;
  /** Its recorded moment, without reading the rest; undefined for bytes that are no envelope. */
  readonly at: () => string | undefined;
  /** Throws UnreadableEvent, each time it is asked. */
  readonly read: () => DomainEvent;
}

/** Throws UnreadableEvent: no envelope, not in the catalogue, or of a form that its type has not. */
export function readBytes(bytes: string): DomainEvent {
  try {
    return catalogue.readStored(bytes) as DomainEvent;
  } catch (error) {
    throw new UnreadableEvent(error instanceof Error ? error.name : 'not readable', { cause: error });
  }
}

/** Canonical JSON has its keys in order, so only the actor, a code, can stand before the moment. */
const recordedMoment = /^\{"actor":"[^"]*","at":"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z)"/;

export function arrivedOf(stored: StoredEvent): Arrived {
  let event: DomainEvent | undefined;
  const { id, type, stream, position, revision, bytes } = stored;
  const at = () => recordedMoment.exec(bytes)?.[1];
  return { id, type, stream, position, revision, bytes, at, read: () => (event ??= readBytes(bytes)) };
}

/** Those that stand after a position; all when there is none. */
export const after = (events: readonly Arrived[], position: Position | undefined): readonly Arrived[] =>
  position === undefined ? events : events.filter((event) => comparePositions(event.position, position) > 0);

/** Whether an event is of a form that this build knows. */
export function isReadable(read: Arrived['read']): boolean {
  try {
    read();
    return true;
  } catch {
    return false;
  }
}
