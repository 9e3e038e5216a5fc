// How does the responsible person say what is true of findings, one by one or a class at a time?
import { Body, Controller, HttpCode, Post, Query, UseInterceptors } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { AssessFindings, type FindingsAssessed } from '../assessment/assessment-commands.js';
import { type Asked } from '../keys/asked.js';
import { AskedBy, Roles } from './access.js';
import { WaitQuery } from './commands-controller.js';
import { execute } from './dispatch.js';
import { Operation } from './operation.js';
import { RepeatedAnswer } from './repeated.js';

@ApiTags('findings')
@UseInterceptors(RepeatedAnswer)
@Controller('v1')
export class AssessmentsController {
  constructor(private readonly commands: CommandBus) {}

  @Post('findings/assessments')
  @HttpCode(201)
  @Roles('officer')
  @Operation({
    id: 'assessFindings',
    summary: 'Assess findings',
    says: 'Confirmed, not confirmed or remedied, by the responsible person who is appointed now: single findings by their ids, or a class (code, clause, source, basis, month) as the register has it, which covers what stands by then; what is recorded later is new. Confirmed starts the clock of destruction, not confirmed that of unblocking what was blocked (Art. 25(2)(8)).',
    status: 201,
    answers: 'How many were assessed, and what is due because of it.',
    schema: 'FindingsAssessed',
    query: WaitQuery,
    idempotent: true,
  })
  assess(
    @Body() command: AssessFindings,
    @AskedBy() asked: Asked,
    @Query() { wait }: WaitQuery,
  ): Promise<FindingsAssessed> {
    return execute(this.commands, command, asked, { wait });
  }
}
