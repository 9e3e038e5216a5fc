// How does what is said of a task become an event? Decided on the stream in which the task stands, from the task on.
import {
  catalogue,
  decideTask,
  isOfTask,
  tasksAmong,
  type TaskCommand,
  type TaskDecision,
  type TaskEvent,
} from '@derbes/domain';
import { type EventStore } from '@derbes/event-store';
import { readEnvelope, type JsonValue } from '@derbes/kernel';
import { type Asked } from '../keys/asked.js';
import { type CommandWriter, type Plan } from '../write/command-writer.js';
import { type OutboxTask } from './outbox.js';

/** What is said, with the values that it seals by their handles. */
export interface Word {
  readonly command: TaskCommand;
  readonly values?: readonly JsonValue[];
}

export interface Said {
  readonly status: 'recorded' | 'repeated';
}

type Place = Pick<OutboxTask, 'task' | 'stream' | 'revision'>;

/** Services may tell of the person all the while. */
const attemptsMax = 100;

export class TaskWords {
  constructor(
    private readonly store: EventStore,
    private readonly commands: CommandWriter,
  ) {}

  /** Throws what `decideTask` refuses, and what the claims and the store throw. `actor`: who acts, when it is not the asker's role. */
  async say(place: Place, { command, values }: Word, asked: Asked, content: JsonValue, actor?: string): Promise<Said> {
    let outcome = 'recorded' as TaskDecision['outcome'];
    const { status } = await this.commands.write({
      asked,
      content,
      decide: async (at): Promise<Plan> => {
        const { events, head } = await this.read(place);
        const decision = decideTask(command, tasksAmong(events), at);
        outcome = decision.outcome;
        return { drafts: decision.drafts, ...(values && { values }), heads: new Map([[place.stream, head]]) };
      },
      result: {},
      attempts: attemptsMax,
      ...(actor !== undefined && { actor }),
    });
    return { status: outcome === 'repeated' ? 'repeated' : status };
  }

  private async read({
    stream,
    revision,
  }: Place): Promise<{ events: TaskEvent[]; head: { revision: number; at: string } }> {
    const events: TaskEvent[] = [];
    let head = { revision: -1, at: '' };
    for await (const stored of this.store.readStream(stream, revision)) {
      const event = readEnvelope(stored.bytes);
      head = { revision: stored.revision, at: event.at };
      const recorded = isOfTask(event) ? catalogue.read(event) : undefined;
      if (recorded && isOfTask(recorded)) events.push(recorded);
    }
    return { events, head };
  }
}
