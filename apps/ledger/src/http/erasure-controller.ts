// How does staff end the life of data? To hold it, to let it go, to destroy it, and to see what would become of it first.
import { Body, Controller, HttpCode, Param, Post, Query, Res, UseInterceptors } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { type Asked } from '../keys/asked.js';
import { PreviewErasure, type ErasurePreview } from '../read/erasure-queries.js';
import {
  EraseSubject,
  type Erased,
  type HoldLifted,
  type HoldPlaced,
  LiftHold,
  PlaceHold,
} from '../write/erasure-commands.js';
import { AboutPerson, AskedBy, Roles } from './access.js';
import { WaitQuery } from './commands-controller.js';
import { execute } from './dispatch.js';
import { OneOf, Optional } from './form/field.js';
import { Operation } from './operation.js';
import { UuidInPath } from './path.js';
import { RepeatedAnswer } from './repeated.js';

export class ErasureQuery extends WaitQuery {
  /** Say what would be destroyed, kept and why, and do nothing. */
  @Optional() @OneOf(['true', 'false']) preview?: 'true' | 'false';
}

const done = 'Done; `repeated` when the same Idempotency-Key was answered before.';
const subject = { id: 'Id of the subject.' };

@ApiTags('erasure')
@UseInterceptors(RepeatedAnswer)
@Controller('v1')
export class ErasureController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post('subjects/:id/erasures')
  @HttpCode(201)
  @Roles('officer')
  @AboutPerson()
  @Operation({
    id: 'eraseSubject',
    summary: 'Destroy a person, a category or single values',
    says: 'From the order on nothing of it is readable, and it is carried out before this is answered. What a hold or an act keeps is left out and locked; `outcome` is then `narrowed`, or `refused` where all of it is kept. With `preview=true` nothing is done: the answer (200) says what would be destroyed, kept, and why.',
    status: 201,
    answers: 'What was ordered and how far it is.',
    or: [200, 'The preview; or the same Idempotency-Key was answered before, and this is that answer.'],
    schema: 'ErasureAnswer',
    path: subject,
    query: ErasureQuery,
    reason: 'must',
    idempotent: true,
  })
  async erase(
    @Param('id', UuidInPath) id: string,
    @Body() command: EraseSubject,
    @AskedBy() asked: Asked,
    @Query() { preview, ...query }: ErasureQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Erased | ErasurePreview> {
    command.subject = id;
    if (preview !== 'true') return execute(this.commands, command, asked, query);
    void reply.status(200);
    const question = Object.assign(new PreviewErasure(), { asked, order: command });
    return this.queries.execute<PreviewErasure, ErasurePreview>(question);
  }

  @Post('subjects/:id/holds')
  @HttpCode(201)
  @Roles('officer')
  @AboutPerson()
  @Operation({
    id: 'placeHold',
    summary: 'Hold data: it may not be destroyed',
    says: 'A legal hold on these categories, or on all that is known of the person, until it is lifted or its term ends. What was to be destroyed meanwhile is kept locked.',
    status: 201,
    answers: done,
    schema: 'HoldPlaced',
    path: subject,
    query: WaitQuery,
    reason: 'must',
    idempotent: true,
  })
  hold(
    @Param('id', UuidInPath) id: string,
    @Body() command: PlaceHold,
    @AskedBy() asked: Asked,
    @Query() query: WaitQuery,
  ): Promise<HoldPlaced> {
    command.subject = id;
    return execute(this.commands, command, asked, query);
  }

  @Post('subjects/:id/holds/:hold/lift')
  @HttpCode(201)
  @Roles('officer')
  @AboutPerson()
  @Operation({
    id: 'liftHold',
    summary: 'Lift a hold',
    says: 'What waited for its end (a correction’s old value, a retracted fact) is destroyed. An erasure that the hold narrowed or refused is not ordered anew by itself: the answer names each, so that an officer can.',
    status: 201,
    answers: done,
    schema: 'HoldLifted',
    path: { ...subject, hold: 'Id of the hold.' },
    query: WaitQuery,
    reason: 'must',
    idempotent: true,
  })
  lift(
    @Param('id', UuidInPath) id: string,
    @Param('hold', UuidInPath) hold: string,
    @Body() command: LiftHold,
    @AskedBy() asked: Asked,
    @Query() query: WaitQuery,
  ): Promise<HoldLifted> {
    command.subject = id;
    command.hold = hold;
    return execute(this.commands, command, asked, query);
  }
}
