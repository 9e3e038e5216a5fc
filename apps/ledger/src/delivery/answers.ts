// What did a holder or recipient say of its task? Taken only when it is proved whose word it is, and of its own task alone.
import { taskResults, type AcknowledgeTask, type DeliveryMode, type TaskResult } from '@derbes/domain';
import { canonicalJson, type JsonValue } from '@derbes/kernel';
import { Code, Codes, Moment, OneOf, Optional, SealedValues } from '../http/form/field.js';
import { checkOf } from '../http/form/check.js';
import { readJson } from '../http/json.js';
import { wholeSeconds } from '../write/telling-parts.js';
import { whomOf } from './destinations.js';
import { type Proof } from './signature.js';
import { type Word } from './task-words.js';

/** Body of an acknowledgement, sent to its route or as the answer to the webhook. */
export class TaskAnswer {
  /** `done`: it is as the task asks; `nothing-held`: there was nothing; `reported`: for an inquiry, what is held; `refused` with `reason`. */
  @OneOf(taskResults) result: TaskResult;
  /** Of a refusal, a code. */
  @Optional() @Code() reason?: string;
  /** When it was done; now when absent. */
  @Optional() @Moment() happened?: string;
  /** Of a report: categories that are held. */
  @Optional() @Codes() held?: string[];
  /** Of a report: what is held, keyed by category; sealed. */
  @Optional() @SealedValues() values?: Record<string, JsonValue>;
}

export interface Proved {
  readonly addressee: string;
  readonly by: DeliveryMode;
  readonly proof: Proof | 'key';
}

/** What the answer comes to; decided further in. */
export function wordOf(task: string, answer: TaskAnswer, { addressee, by, proof }: Proved): Word {
  const { result, reason, happened, held, values = {} } = answer;
  const categories = [...new Set([...(held ?? []), ...Object.keys(values)])].sort();
  const sealed = categories.filter((category) => values[category] !== undefined);
  const command: AcknowledgeTask = {
    type: 'AcknowledgeTask',
    task,
    speaker: whomOf(addressee),
    result,
    by,
    proof,
    ...(happened !== undefined && { happened: wholeSeconds(happened) }),
    ...(reason !== undefined && { reason }),
    ...(categories.length > 0 && {
      held: categories.map((category) => {
        const value = sealed.indexOf(category);
        return { category, ...(value >= 0 && { value }) };
      }),
    }),
  };
  return { command, values: sealed.map((category) => values[category] ?? '') };
}

/** What a repeat of the same answer is known by. */
export const contentOfAnswer = (task: string, answer: TaskAnswer): JsonValue => ({
  task,
  answer: JSON.parse(canonicalJson({ ...answer })) as JsonValue,
});

/** The answer in the body of a webhook's response; undefined for any other body. A letter of ours sent back is none. */
export function answerIn(body: Buffer): TaskAnswer | undefined {
  try {
    const value = readJson(body);
    const check = checkOf(TaskAnswer);
    return check.faults(value).length === 0 ? check.instance(value as object) : undefined;
  } catch {
    return undefined;
  }
}
