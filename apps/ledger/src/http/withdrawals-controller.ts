// How does staff decide what a person withdrew, and see first what would stop and what would go on?
import { Body, Controller, HttpCode, Param, Post, Query, Res, UseInterceptors } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { type Asked } from '../keys/asked.js';
import {
  PreviewWithdrawal,
  WithdrawConsent,
  type WithdrawalDecided,
  type WithdrawalPreview,
} from '../withdrawal/withdrawal-commands.js';
import { AboutPerson, AskedBy, Roles } from './access.js';
import { WaitQuery } from './commands-controller.js';
import { execute } from './dispatch.js';
import { OneOf, Optional } from './form/field.js';
import { Operation } from './operation.js';
import { UuidInPath } from './path.js';
import { RepeatedAnswer } from './repeated.js';

export class WithdrawalQuery extends WaitQuery {
  /** Say what would stop, what would go on and why, and do nothing. */
  @Optional() @OneOf(['true', 'false']) preview?: 'true' | 'false';
}

@ApiTags('withdrawals')
@UseInterceptors(RepeatedAnswer)
@Controller('v1')
export class WithdrawalsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post('subjects/:id/withdrawals')
  @HttpCode(201)
  @Roles('officer')
  @AboutPerson()
  @Operation({
    id: 'withdrawConsent',
    summary: 'Decide a withdrawal of consent',
    says: 'Use by use (purpose, category, recipient): what leans on the consent stops, and holders and recipients are told to stop; what an open obligation needs (Art. 8(2)) or a hold or statute keeps is refused with the act and what ends it, and stops by itself then; what stands on another ground is not touched. Of a notice that a service told, or of one that is taken in here. With `preview=true` nothing is done: the answer (200) says what would come of it.',
    status: 201,
    answers: 'What stopped, what goes on and why.',
    or: [200, 'The preview; or the same Idempotency-Key was answered before, and this is that answer.'],
    schema: 'WithdrawalAnswer',
    path: { id: 'Id of the subject.' },
    query: WithdrawalQuery,
    reason: 'must',
    idempotent: true,
  })
  async withdraw(
    @Param('id', UuidInPath) id: string,
    @Body() command: WithdrawConsent,
    @AskedBy() asked: Asked,
    @Query() { preview, wait }: WithdrawalQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WithdrawalDecided | WithdrawalPreview> {
    command.subject = id;
    if (preview === 'true') {
      void reply.status(200);
      return this.queries.execute(Object.assign(new PreviewWithdrawal(), { asked, order: command }));
    }
    return execute(this.commands, command, asked, { wait });
  }
}
