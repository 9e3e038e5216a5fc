// How does an officer record a demand of a court, a state body or the authorised body of which the person may be told?
import { Body, Controller, HttpCode, Param, Post, Query, UseInterceptors } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { AnswerDemand, ReceiveDemand, RefuseDemand, type DemandReceived } from '../demands/demand-commands.js';
import { type Asked } from '../keys/asked.js';
import { type Done } from '../write/commands.js';
import { AskedBy, Roles } from './access.js';
import { WaitQuery } from './commands-controller.js';
import { execute } from './dispatch.js';
import { Operation } from './operation.js';
import { UuidInPath } from './path.js';
import { RepeatedAnswer } from './repeated.js';

const done = 'Recorded; `repeated` when the same Idempotency-Key was answered before.';
const path = { id: 'Id of the demand.' };

@ApiTags('demands')
@UseInterceptors(RepeatedAnswer)
@Controller('v1')
export class DemandsController {
  constructor(private readonly commands: CommandBus) {}

  @Post('demands')
  @HttpCode(201)
  @Roles('officer')
  @Operation({
    id: 'receiveDemand',
    summary: 'Record a demand of an authority',
    says: 'Of which the person may be told. One of which the law forbids to tell is never recorded here: see `recordRestrictedDemand`.',
    status: 201,
    answers: done,
    schema: 'DemandReceived',
    query: WaitQuery,
    idempotent: true,
  })
  receive(@Body() command: ReceiveDemand, @AskedBy() asked: Asked, @Query() query: WaitQuery): Promise<DemandReceived> {
    return execute(this.commands, command, asked, query);
  }

  @Post('demands/:id/answer')
  @HttpCode(201)
  @Roles('officer')
  @Operation({
    id: 'answerDemand',
    summary: 'Record what a demand was answered',
    says: 'Once; what was handed over is told as a transfer by whoever handed it over, and named here.',
    status: 201,
    answers: done,
    schema: 'Done',
    path,
    query: WaitQuery,
    idempotent: true,
  })
  answer(
    @Param('id', UuidInPath) id: string,
    @Body() command: AnswerDemand,
    @AskedBy() asked: Asked,
    @Query() query: WaitQuery,
  ): Promise<Done> {
    command.demand = id;
    return execute(this.commands, command, asked, query);
  }

  @Post('demands/:id/refuse')
  @HttpCode(201)
  @Roles('officer')
  @Operation({
    id: 'refuseDemand',
    summary: 'Record that a demand was refused',
    says: 'With the reason, and the act and article where another law is one.',
    status: 201,
    answers: done,
    schema: 'Done',
    path,
    query: WaitQuery,
    idempotent: true,
  })
  refuse(
    @Param('id', UuidInPath) id: string,
    @Body() command: RefuseDemand,
    @AskedBy() asked: Asked,
    @Query() query: WaitQuery,
  ): Promise<Done> {
    command.demand = id;
    return execute(this.commands, command, asked, query);
  }
}
