// How are the events of many tasks read at once? In one question where the store can be asked so, else a few streams at a time.
import { catalogue, isOfTask, tasksAmong, type Task, type TaskEvent } from '@derbes/domain';
import { PostgresEventStore, type EventStore, type StoredEvent } from '@derbes/event-store';
import { readEnvelope, type Recorded } from '@derbes/kernel';
import { type MentionedEvents } from '../read/mentioned-events.js';
import { type OutboxTask } from './outbox.js';

export type TaskPlace = Pick<OutboxTask, 'task' | 'stream' | 'revision'>;

/** What is said of tasks in a stream, and where it ends. */
export interface TaskStream {
  readonly events: readonly TaskEvent[];
  readonly head: { readonly revision: number; readonly at: string };
}

/** Streams read at the same time. */
const readTogether = 8;
/** Events and streams of one question. */
const askedMax = 1_000;

export class StoredTasks {
  constructor(
    private readonly store: EventStore,
    private readonly mentioned: MentionedEvents,
  ) {}

  /** Whether events of many streams land at once, in the transaction of their claim. */
  get landTogether(): boolean {
    return this.store instanceof PostgresEventStore;
  }

  /** As ordered, by their places; undefined for a task whose event has not landed. */
  async ordered(places: readonly TaskPlace[]): Promise<readonly (Task | undefined)[]> {
    const { store } = this;
    if (!(store instanceof PostgresEventStore)) return inTurns(places, (place) => this.orderedAt(place));
    const events = await this.events(places.map(({ task }) => task));
    return places.map(({ task }) => taskOf(task, events.get(task)));
  }

  /** Events by id, as far as they can be found. */
  async events(ids: readonly string[]): Promise<ReadonlyMap<string, Recorded>> {
    const { store } = this;
    const found = new Map<string, Recorded>();
    for (let at = 0; at < ids.length; at += askedMax) {
      const some = ids.slice(at, at + askedMax);
      if (store instanceof PostgresEventStore) {
        for (const { id, bytes } of await store.readEvents(some)) found.set(id, catalogue.readStored(bytes));
      } else for (const [id, event] of await this.mentioned.find(some)) found.set(id, event);
    }
    return found;
  }

  /** By stream, from the earliest of these tasks on. */
  async streams(places: readonly TaskPlace[]): Promise<ReadonlyMap<string, TaskStream>> {
    const from = new Map<string, number>();
    for (const { stream, revision } of places) from.set(stream, Math.min(revision, from.get(stream) ?? revision));
    const wanted = [...from].map(([stream, fromRevision]) => ({ stream, fromRevision }));
    const { store } = this;
    const read =
      store instanceof PostgresEventStore
        ? await store.readStreams(wanted)
        : await inTurns(wanted, ({ stream, fromRevision }) => allOf(store.readStream(stream, fromRevision)));
    return new Map(wanted.map(({ stream }, i) => [stream, taskStream(read[i] ?? [])]));
  }

  private async orderedAt({ task, stream, revision }: TaskPlace): Promise<Task | undefined> {
    for await (const { id, bytes } of this.store.readStream(stream, revision)) {
      if (id === task) return taskOf(task, catalogue.readStored(bytes));
    }
    return undefined;
  }
}

const taskOf = (id: string, event: Recorded | undefined): Task | undefined =>
  event && isOfTask(event) ? tasksAmong([event]).get(id) : undefined;

function taskStream(stored: readonly StoredEvent[]): TaskStream {
  const events: TaskEvent[] = [];
  let head = { revision: -1, at: '' };
  for (const { bytes, revision } of stored) {
    const event = readEnvelope(bytes);
    head = { revision, at: event.at };
    const recorded = isOfTask(event) ? catalogue.read(event) : undefined;
    if (recorded && isOfTask(recorded)) events.push(recorded);
  }
  return { events, head };
}

async function inTurns<Of, Result>(all: readonly Of[], read: (one: Of) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (let at = 0; at < all.length; at += readTogether) {
    results.push(...(await Promise.all(all.slice(at, at + readTogether).map(read))));
  }
  return results;
}

async function allOf(events: AsyncIterable<StoredEvent>): Promise<StoredEvent[]> {
  const all: StoredEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}
