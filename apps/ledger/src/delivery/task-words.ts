// How does what is said of tasks become events? Decided on the streams in which the tasks stand, from the tasks on.
import { decideTask, tasksAmong, type TaskCommand, type TaskDecision } from '@derbes/domain';
import { Refused, type Draft, type JsonValue } from '@derbes/kernel';
import { type Asked } from '../keys/asked.js';
import { type CommandWriter, type Plan } from '../write/command-writer.js';
import { type StoredTasks, type TaskPlace, type TaskStream } from './stored-tasks.js';

/** What is said, with the values that it seals by their handles. */
export interface Word {
  readonly command: TaskCommand;
  readonly values?: readonly JsonValue[];
}

export interface Said {
  readonly status: 'recorded' | 'repeated';
}

/** One of many words, sealing nothing. */
export interface PlainWord {
  readonly place: TaskPlace;
  readonly command: TaskCommand;
  readonly content: JsonValue;
}

/** Services may tell of the person all the while. */
const attemptsMax = 100;
/** Of many words said as one: whoever tells of any of the persons meanwhile has all of them decided anew. */
const togetherAttemptsMax = 3;

export class TaskWords {
  constructor(
    private readonly stored: StoredTasks,
    private readonly commands: CommandWriter,
  ) {}

  /** Throws what `decideTask` refuses, and what the claims and the store throw. `actor`: who acts, when it is not the asker's role. */
  async say(
    place: TaskPlace,
    { command, values }: Word,
    asked: Asked,
    content: JsonValue,
    actor?: string,
  ): Promise<Said> {
    let outcome = 'recorded' as TaskDecision['outcome'];
    const { status } = await this.commands.write({
      asked,
      content,
      decide: async (at): Promise<Plan> => {
        const streams = await this.stored.streams([place]);
        const decision = decideTask(command, tasksIn(streams, place), at);
        outcome = decision.outcome;
        return { drafts: decision.drafts, ...(values && { values }), heads: headsOf(streams) };
      },
      result: {},
      attempts: attemptsMax,
      ...(actor !== undefined && { actor }),
    });
    return { status: outcome === 'repeated' ? 'repeated' : status };
  }

  /**
   * Words on different tasks as one command, durable together; for each, in order, what became of it or why it is refused. Throws what the
   * claims and the store throw, ClaimBusy when somebody was faster again and again: then nothing was recorded.
   */
  async sayTogether(words: readonly PlainWord[], asked: Asked, actor: string): Promise<(Said | Refused)[]> {
    let said: (Said | Refused)[] = [];
    await this.commands.write({
      asked,
      content: words.map(({ content }) => content),
      decide: async (at): Promise<Plan> => {
        const streams = await this.stored.streams(words.map(({ place }) => place));
        const drafts: Draft[] = [];
        said = words.map(({ place, command }) => {
          const decision = unlessRefused(() => decideTask(command, tasksIn(streams, place), at));
          if (decision instanceof Refused) return decision;
          drafts.push(...decision.drafts);
          return { status: decision.outcome };
        });
        return { drafts, heads: headsOf(streams) };
      },
      result: {},
      attempts: togetherAttemptsMax,
      actor,
    });
    return said;
  }
}

const tasksIn = (streams: ReadonlyMap<string, TaskStream>, { stream }: TaskPlace) =>
  tasksAmong(streams.get(stream)?.events ?? []);

const headsOf = (streams: ReadonlyMap<string, TaskStream>) =>
  new Map([...streams].map(([stream, { head }]) => [stream, head]));

function unlessRefused<T>(decide: () => T): T | Refused {
  try {
    return decide();
  } catch (error) {
    if (error instanceof Refused) return error;
    throw error;
  }
}
