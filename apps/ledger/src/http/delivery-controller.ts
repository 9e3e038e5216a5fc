// How does a holder or recipient learn what it has to do and say that it is done, and how is what did not arrive sent again?
import { Body, Controller, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import { type FastifyRequest } from 'fastify';
import { TaskAnswer } from '../delivery/answers.js';
import {
  AcknowledgeTask,
  CollectTasks,
  ResendTask,
  unproved,
  type CollectedTasks,
  type SignedMessage,
} from '../delivery/delivery-commands.js';
import { type Asked } from '../keys/asked.js';
import { type Done } from '../write/commands.js';
import { AskedBy, askedOf, OpenWhenSigned, Roles } from './access.js';
import { Optional, Uuid } from './form/field.js';
import { Operation } from './operation.js';
import { UuidInPath } from './path.js';
import { Problem } from './problem/problem.js';

/** Tasks of one answer. */
const collectedMax = 100;
const collectedUsually = 20;

export class CollectQuery {
  /** Id of the last task that was read; what follows it is told. */
  @Optional() @Uuid() after?: string;
  @Optional() @Type(() => Number) @IsInt() @Min(1) @Max(collectedMax) limit?: number;
}

const task = { task: 'Id of the task.' };

@ApiTags('tasks')
@Controller('v1/tasks')
export class DeliveryController {
  constructor(private readonly commands: CommandBus) {}

  @Get()
  @Roles('holder', 'recipient')
  @Operation({
    id: 'collectTasks',
    summary: 'What have I to do?',
    says: 'Whatever is not answered yet of the holder or recipient that the key belongs to, in the order in which it was ordered. What is told here counts as delivered; it is told again until it is acknowledged.',
    answers: 'The tasks.',
    schema: 'TaskLetters',
    query: CollectQuery,
  })
  collect(@AskedBy() asked: Asked, @Query() { after, limit }: CollectQuery): Promise<CollectedTasks> {
    const question = { asked, limit: limit ?? collectedUsually, ...(after !== undefined && { after }) };
    return this.commands.execute<CollectTasks, CollectedTasks>(Object.assign(new CollectTasks(), question));
  }

  @Post(':task/ack')
  @HttpCode(200)
  @Roles('holder', 'recipient')
  @OpenWhenSigned()
  @Operation({
    id: 'acknowledgeTask',
    summary: 'Say what became of a task',
    says: 'With the key of whoever it is for, or without a key under its signature in the headers webhook-id, webhook-timestamp and webhook-signature (Standard Webhooks: HMAC-SHA256 with the secret of the destination, or Ed25519 with the registered key). The same answer again is `repeated`; another one is refused.',
    answers: 'Taken; `repeated` when it was said before.',
    schema: 'Done',
    path: task,
    idempotent: true,
    or: [200, 'Taken; `repeated` when it was said before.'],
  })
  acknowledge(
    @Param('task', UuidInPath) id: string,
    @Body() answer: TaskAnswer,
    @Req() request: FastifyRequest,
  ): Promise<Done> {
    const signed = signedMessage(request);
    if (!signed && !request.principal) throw new Problem('ACK_UNSIGNED', 'neither a key nor a signature came with it');
    const asked = request.principal ? askedOf(request) : unknown(request.id);
    const command = { task: id, answer, asked, ...(signed && { signed }) };
    return this.commands.execute<AcknowledgeTask, Done>(Object.assign(new AcknowledgeTask(), command));
  }

  @Post(':task/resend')
  @HttpCode(200)
  @Roles('officer')
  @Operation({
    id: 'resendTask',
    summary: 'Send a task again',
    says: 'One that was given up, or that was delivered and not answered: at once, and then as often as a new one. Its receiver knows it by its id. Who decided it and why is an event of the task.',
    answers: 'It is sent again.',
    schema: 'Done',
    path: task,
    idempotent: true,
    or: [200, 'It is sent again.'],
  })
  resend(@Param('task', UuidInPath) id: string, @Body() command: ResendTask, @AskedBy() asked: Asked): Promise<Done> {
    return this.commands.execute<ResendTask, Done>(Object.assign(command, { task: id, asked }));
  }
}

/** Nobody yet: whose word it is, the signature says. */
const unknown = (request: string): Asked => ({ by: { key: unproved, role: 'holder' }, request });

/** Present when the request says that it is signed; whether that is true is found out further in. */
function signedMessage({ headers, signedBody }: FastifyRequest): SignedMessage | undefined {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers;
  if (signatures === undefined || !signedBody) return undefined;
  return { id: String(id ?? ''), timestamp: String(timestamp ?? ''), signatures: String(signatures), body: signedBody };
}
