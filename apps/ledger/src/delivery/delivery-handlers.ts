// Who answers holders and recipients that ask for their tasks, takes what they say of them, and sends again what did not arrive?
import { subjectOfStream } from '@derbes/domain';
import { Refused } from '@derbes/kernel';
import { looksPersonal } from '@derbes/vault';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { referenceIdPattern } from '../http/form/field.js';
import { Problem } from '../http/problem/problem.js';
import { type Asked } from '../keys/asked.js';
import { type Done } from '../write/commands.js';
import { contentOf } from '../write/handlers.js';
import { type Principal } from '../write/received.js';
import { Writers } from '../write/writers.js';
import { contentOfAnswer, wordOf, type Proved } from './answers.js';
import {
  AcknowledgeTask,
  CollectTasks,
  ResendTask,
  unproved,
  type CollectedTasks,
  type SignedMessage,
} from './delivery-commands.js';
import { Delivery } from './delivery.js';
import { type ListedTask } from './outbox.js';
import { provedBy } from './signature.js';

/** Deliveries recorded at the same time for one poll. */
const recordedTogether = 8;

/** `holder/crm`: for whom a key speaks. */
const addresseeOfKey = ({ role, code = '' }: Principal): string => `${role}/${code}`;

@CommandHandler(AcknowledgeTask)
export class AcknowledgeTaskHandler implements ICommandHandler<AcknowledgeTask> {
  constructor(
    private readonly delivery: Delivery,
    private readonly writers: Writers,
  ) {}

  async execute({ task, answer, signed, asked }: AcknowledgeTask): Promise<Done> {
    const row = await this.delivery.outbox.find(task);
    const isAnothers = asked.by.key !== unproved && row?.addressee !== addresseeOfKey(asked.by);
    if (!row || isAnothers) throw new Refused('TASK_UNKNOWN', 'there is no such task for whoever asks', { task });
    if (asked.by.key === unproved && !signed) throw new Problem('ACK_UNSIGNED', 'nothing proves whose word this is');
    const proved = { addressee: row.addressee, by: 'poll', proof: 'key' } as const;
    const proof = signed && (await this.proofOf(row, signed));
    const said = await this.delivery.words.say(
      row,
      wordOf(task, answer, proof ? { ...proved, proof } : proved),
      signed ? askedBySignature(row, signed, asked) : asked,
      contentOfAnswer(task, answer),
    );
    // What is destroyed here may have waited for this.
    if (row.stream.startsWith('subject-')) this.writers.erasures.soonAbout([subjectOfStream(row.stream)]);
    return said;
  }

  private async proofOf({ addressee }: ListedTask, signed: SignedMessage): Promise<Exclude<Proved['proof'], 'key'>> {
    const reached = (await this.delivery.destinations.of([addressee])).get(addressee);
    const nowS = this.delivery.clock().getTime() / 1000;
    const proof = provedBy(signed, signed.signatures, reached?.keys ?? {}, nowS);
    if (proof === 'hmac' || proof === 'ed25519') return proof;
    throw new Problem(proof, 'the acknowledgement is not taken');
  }
}

/** The id of a signed message is what a repeat of it is known by. */
function askedBySignature({ addressee }: ListedTask, { id }: SignedMessage, asked: Asked): Asked {
  if (!referenceIdPattern.test(id) || looksPersonal(id)) {
    throw new Problem('ACK_UNSIGNED', 'webhook-id is 1 to 128 visible ASCII characters and nothing personal');
  }
  const role = addressee.startsWith('holder/') ? 'holder' : 'recipient';
  return { ...asked, by: { key: addressee, role }, idempotencyKey: `ack.${id}` };
}

@CommandHandler(CollectTasks)
export class CollectTasksHandler implements ICommandHandler<CollectTasks> {
  constructor(
    private readonly delivery: Delivery,
    private readonly writers: Writers,
  ) {}

  async execute({ after, limit, asked }: CollectTasks): Promise<CollectedTasks> {
    const { outbox, letters } = this.delivery;
    const rows = await outbox.open(addresseeOfKey(asked.by), after, limit + 1);
    const page = rows.slice(0, limit);
    const written = await letters.write(page);
    const told = page.flatMap((row, i) => {
      const letter = written[i];
      return letter === undefined || typeof letter === 'string' ? [] : [{ row, letter }];
    });
    const fresh = told.filter(({ row }) => row.state !== 'delivered');
    for (let at = 0; at < fresh.length; at += recordedTogether) {
      await Promise.all(fresh.slice(at, at + recordedTogether).map(({ row }) => this.delivered(row, asked)));
    }
    const last = page.at(-1);
    return {
      tasks: told.map(({ letter }) => letter),
      ...(rows.length > limit && last && { next: last.task }),
    };
  }

  /** Durable before it is told. */
  private async delivered(row: ListedTask, asked: Asked): Promise<void> {
    const command = { type: 'DeliverTask', task: row.task, by: 'poll' } as const;
    await this.delivery.words.say(row, { command }, { by: asked.by, request: asked.request }, { delivered: row.task });
    if (row.stream.startsWith('subject-')) this.writers.erasures.soonAbout([subjectOfStream(row.stream)]);
  }
}

@CommandHandler(ResendTask)
export class ResendTaskHandler implements ICommandHandler<ResendTask> {
  constructor(private readonly delivery: Delivery) {}

  async execute(command: ResendTask): Promise<Done> {
    const { task, reason, staff, asked } = command;
    const row = await this.delivery.outbox.find(task);
    if (!row) throw new Refused('TASK_UNKNOWN', 'there is no such task', { task });
    if (row.route !== 'webhook' || row.state === 'sending') {
      throw new Refused('TASK_NOT_RESENDABLE', 'it is not sent again', { task });
    }
    const word = { type: 'ResendTask', task, reason, staff } as const;
    return this.delivery.words.say(row, { command: word }, asked, contentOf(command));
  }
}

export const deliveryHandlers = [AcknowledgeTaskHandler, CollectTasksHandler, ResendTaskHandler];
