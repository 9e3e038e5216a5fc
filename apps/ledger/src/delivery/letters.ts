// What is a holder or recipient told of a task? Identifiers and new values are opened now, and stand in the letter alone.
import { type Task } from '@derbes/domain';
import { type JsonValue, type Part } from '@derbes/kernel';
import { asOwnerName, type Vault } from '@derbes/vault';
import { type StoredTasks, type TaskPlace } from './stored-tasks.js';

/** A value by which the person is found, or which is to be taken over. */
export interface ToldValue {
  readonly category: string;
  /** Of an identifier. */
  readonly scheme?: string;
  readonly value: JsonValue;
}

/** What a task says to whom it is for; also one line of the poll. */
export interface Letter {
  /** Names the task for ever, and is the `webhook-id` of each attempt to tell it. */
  readonly task: string;
  readonly kind: Task['kind'];
  /** Of `destroy`: in which manner it has to go. */
  readonly manner?: NonNullable<Task['manner']>;
  readonly holder?: string;
  readonly recipient?: string;
  readonly ordered: string;
  /** By when it is to be done. */
  readonly due?: string;
  readonly categories?: readonly string[];
  readonly purposes?: readonly string[];
  readonly role?: string;
  readonly capacity?: string;
  /** By which of these the person is found there. */
  readonly person: readonly ToldValue[];
  /** New values of a correction; values to be destroyed. */
  readonly values?: readonly ToldValue[];
  /** Where it is acknowledged. */
  readonly acknowledge: string;
}

/** `unknown`: the event has not landed, or never will. `gone`: nothing opens any more by which the person could be found. */
export type Written = Letter | 'unknown' | 'gone';

interface LettersParts {
  readonly stored: StoredTasks;
  readonly vault: Vault;
  /** Where others reach this service; paths alone are told when absent. */
  readonly publicUrl?: string;
}

const refOf = (name: string): readonly [event: string, p: string] => {
  const border = name.indexOf('/');
  return [name.slice(0, border), name.slice(border + 1)];
};

export class Letters {
  constructor(private readonly parts: LettersParts) {}

  /** In the order given. */
  async write(asked: readonly TaskPlace[]): Promise<readonly Written[]> {
    const tasks = await this.parts.stored.ordered(asked);
    const opened = await this.open(tasks.flatMap((task) => [...(task?.parts ?? []), ...(task?.values ?? [])]));
    return tasks.map((task) => (task ? this.letter(task, opened) : 'unknown'));
  }

  /** By `<event>/<p>`, what opens. */
  private async open(names: readonly string[]): Promise<ReadonlyMap<string, ToldValue>> {
    const unique = [...new Set(names)];
    const ids = [...new Set(unique.map((name) => refOf(name)[0]))];
    const events = await this.parts.stored.events(ids);
    const found = unique.flatMap((name) => {
      const [id, p] = refOf(name);
      const event = events.get(id);
      const part = event?.parts?.find((one: Part) => one.p === p);
      return event && part ? [{ name, event, part }] : [];
    });
    const opened = await this.parts.vault.open(
      found.map(({ event, part }) => ({ eventId: event.id, owner: asOwnerName(part.owner ?? event.stream), part })),
    );
    return new Map(
      opened.flatMap((one, i) => {
        const { name, event } = found[i] ?? {};
        if (name === undefined || !event || !('value' in one)) return [];
        const { scheme } = event.facts as { readonly scheme?: string };
        const isIdentifier = event.type === 'IdentifierLinked' && scheme !== undefined;
        return [[name, { category: one.category, ...(isIdentifier && { scheme }), value: one.value }] as const];
      }),
    );
  }

  private letter(task: Task, opened: ReadonlyMap<string, ToldValue>): Written {
    const {
      event,
      kind,
      manner = 'destroyed',
      holder,
      recipient,
      ordered,
      clock,
      categories,
      purposes,
      role,
      capacity,
      parts,
      values,
    } = task;
    const told = (names: readonly string[] = []): ToldValue[] => names.flatMap((name) => opened.get(name) ?? []);
    const person = told(parts);
    if (parts && person.length === 0) return 'gone';
    return {
      task: event,
      kind,
      ...(kind === 'destroy' && { manner }),
      ...(holder !== undefined && { holder }),
      ...(recipient !== undefined && { recipient }),
      ordered,
      ...(clock && { due: clock.due }),
      ...(categories && { categories }),
      ...(purposes && { purposes }),
      ...(role !== undefined && { role }),
      ...(capacity !== undefined && { capacity }),
      person,
      ...(values && { values: told(values) }),
      acknowledge: `${this.parts.publicUrl ?? ''}/v1/tasks/${event}/ack`,
    };
  }
}

/** Body of the webhook: the form that Standard Webhooks recommends. */
export const webhookBody = (letter: Letter): Buffer =>
  Buffer.from(JSON.stringify({ type: 'derbes.task.ordered', timestamp: letter.ordered, data: letter }));
