// Who carries out what an officer says of tasks? Decided on the stream in which the task stands; what waited for it goes on at once.
import { subjectOfStream, type TaskCommand } from '@derbes/domain';
import { Refused, type JsonValue } from '@derbes/kernel';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { randomBytes } from 'node:crypto';
import { type Asked } from '../keys/asked.js';
import { Delivery } from '../delivery/delivery.js';
import { StoredTasks } from '../delivery/stored-tasks.js';
import { TaskWords } from '../delivery/task-words.js';
import { Readers } from '../read/readers.js';
import { type Done } from '../write/commands.js';
import { contentOf } from '../write/handlers.js';
import { controllerOwner } from '../write/opening.js';
import { wholeSeconds } from '../write/telling-parts.js';
import { Writers } from '../write/writers.js';
import { decideDestination } from './destination.js';
import { AnswerTask, CloseTask, SetDestination, TellTask, type DestinationAnswer } from './task-commands.js';

/** Standard Webhooks: a prefix and base64 of 24 to 64 bytes. */
const secretBytes = 32;
const secretPrefix = 'whsec_';

@CommandHandler(SetDestination)
export class SetDestinationHandler implements ICommandHandler<SetDestination> {
  constructor(
    private readonly writers: Writers,
    private readonly delivery: Delivery,
  ) {}

  /** The secret is made here and told to whoever asks first; a repeat is not told it again. */
  async execute(command: SetDestination): Promise<DestinationAnswer> {
    const { holder, recipient, by, url, ackKey } = command;
    const { commands, registers, vault } = this.writers;
    if (url !== undefined) {
      webAddress(url);
      // Now, so that whoever sets it hears of it; and again at each sending, for names change their meaning.
      await this.delivery.guard.admit(url);
    }
    const secret = by === 'person' ? undefined : `${secretPrefix}${randomBytes(secretBytes).toString('base64')}`;
    const values: JsonValue[] = [];
    const handle = (value: string | undefined): number | undefined =>
      value === undefined ? undefined : values.push(value) - 1;
    const setting = {
      ...{ holder, recipient, by, ackKey },
      address: handle(url),
      secret: handle(secret),
      owner: controllerOwner(vault.ledger),
    };
    const done = await commands.write({
      asked: command.asked,
      content: contentOf(command),
      decide: (at) => ({ drafts: [decideDestination(setting, registers.registers, at)], values }),
      result: {},
    });
    return done.status === 'recorded' && secret !== undefined ? { ...done, secret } : done;
  }
}

/** Refuses ADDRESS_MALFORMED for what cannot be called over HTTP; what it resolves to is judged when it is called. */
function webAddress(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && (url.protocol === 'https:' || url.protocol === 'http:') && url.username === '' && url.hash === '') return;
  throw new Refused('ADDRESS_MALFORMED', 'an address is an http or https URL without user name and fragment');
}

type OfTask<C> = C extends TaskCommand ? Omit<C, 'task'> : never;

/** What officers' commands about one task have in common. */
abstract class OfficersWord {
  constructor(
    protected readonly writers: Writers,
    private readonly readers: Readers,
  ) {}

  protected async say(
    told: { readonly asked: Asked; readonly task: string; readonly reference?: string; readonly happened?: string },
    command: OfTask<TaskCommand>,
  ): Promise<Done> {
    const { task, reference, happened } = told;
    const ordered = (await this.readers.mentions.find([task])).get(task);
    if (ordered?.type !== 'TaskOrdered') throw new Refused('TASK_UNKNOWN', 'there is no such task', { task });
    const { stream, revision } = ordered;
    const words = new TaskWords(new StoredTasks(this.readers.store, this.readers.mentions), this.writers.commands);
    const { vault, erasures } = this.writers;
    const word = {
      ...command,
      task,
      ...(happened !== undefined && { happened: wholeSeconds(happened) }),
      ...(reference !== undefined && { reference: 0, referenceOwner: controllerOwner(vault.ledger) }),
    } as TaskCommand;
    const values = reference === undefined ? [] : [reference];
    const said = await words.say({ task, stream, revision }, { command: word, values }, told.asked, contentOf(told));
    if (stream.startsWith('subject-')) await erasures.executeAbout(subjectOfStream(stream));
    return said;
  }
}

@CommandHandler(TellTask)
export class TellTaskHandler extends OfficersWord implements ICommandHandler<TellTask> {
  constructor(writers: Writers, readers: Readers) {
    super(writers, readers);
  }

  execute(command: TellTask): Promise<Done> {
    return this.say(command, { type: 'DeliverTask', by: 'person', staff: command.staff });
  }
}

@CommandHandler(AnswerTask)
export class AnswerTaskHandler extends OfficersWord implements ICommandHandler<AnswerTask> {
  constructor(writers: Writers, readers: Readers) {
    super(writers, readers);
  }

  execute(command: AnswerTask): Promise<Done> {
    const { result, reason, staff } = command;
    const said = { speaker: { officer: true }, by: 'person', proof: 'officer' } as const;
    return this.say(command, { type: 'AcknowledgeTask', ...said, result, reason, staff });
  }
}

@CommandHandler(CloseTask)
export class CloseTaskHandler extends OfficersWord implements ICommandHandler<CloseTask> {
  constructor(writers: Writers, readers: Readers) {
    super(writers, readers);
  }

  execute(command: CloseTask): Promise<Done> {
    return this.say(command, { type: 'CloseTask', reason: command.reason, staff: command.staff });
  }
}

export const taskHandlers = [SetDestinationHandler, TellTaskHandler, AnswerTaskHandler, CloseTaskHandler];
