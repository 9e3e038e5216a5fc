// What may a holder or recipient want of the tasks that are for it, and an officer of one that did not arrive?
import { Code, Optional, Uuid } from '../http/form/field.js';
import { type Letter } from './letters.js';
import { AskedCommand, type Done } from '../write/commands.js';
import { type TaskAnswer } from './answers.js';
import { type Signed } from './signature.js';

/** Of an acknowledgement without an API key. */
export interface SignedMessage extends Signed {
  readonly signatures: string;
}

/** Key of an asker whom only the signature of the message can name. */
export const unproved = '';

/** By the key of whoever the task is for, by its signature, or both. */
export class AcknowledgeTask extends AskedCommand<Done> {
  task: string;
  answer: TaskAnswer;
  signed?: SignedMessage;
}

/** Marks what is told as delivered, before it is told. */
export class CollectTasks extends AskedCommand<CollectedTasks> {
  after?: string;
  limit: number;
}

export interface CollectedTasks {
  readonly tasks: readonly Letter[];
  readonly next?: string;
}

/** From the first attempt on. */
export class ResendTask extends AskedCommand<Done> {
  /** From the path. */
  task: string;
  @Code() reason: string;
  /** Who decided it. */
  @Optional() @Uuid() staff?: string;
}
