// How does an officer decide what becomes of data whose last term is over?
import { Body, Controller, HttpCode, Param, Post, Query, UseInterceptors } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { type Asked } from '../keys/asked.js';
import {
  DecideRetention,
  DecideRetentionClass,
  type RetentionClassSaid,
  type RetentionSaid,
} from '../retention/retention-commands.js';
import { AboutPerson, AskedBy, Roles } from './access.js';
import { WaitQuery } from './commands-controller.js';
import { execute } from './dispatch.js';
import { Operation } from './operation.js';
import { UuidInPath } from './path.js';
import { RepeatedAnswer } from './repeated.js';

@ApiTags('retention')
@UseInterceptors(RepeatedAnswer)
@Controller('v1')
export class RetentionController {
  constructor(private readonly commands: CommandBus) {}

  @Post('subjects/:id/retention')
  @HttpCode(201)
  @Roles('officer')
  @AboutPerson()
  @Operation({
    id: 'decideRetention',
    summary: 'Decide what becomes of what is due of a person',
    says: 'Of what is due and undecided, that all of category, holder and purpose fit that are named: `delete`, `anonymise` or `destroy` orders it to leave its holder, who gets a task, and what is sealed here goes with the last holder; `keep` names the act, the article and until when. What a hold or a block keeps stands in `kept`.',
    status: 201,
    answers: 'What was decided, and what stays and why.',
    schema: 'RetentionSaid',
    path: { id: 'Id of the subject.' },
    query: WaitQuery,
    reason: 'must',
    idempotent: true,
  })
  decide(
    @Param('id', UuidInPath) id: string,
    @Body() command: DecideRetention,
    @AskedBy() asked: Asked,
    @Query() { wait }: WaitQuery,
  ): Promise<RetentionSaid> {
    command.subject = id;
    return execute(this.commands, command, asked, { wait });
  }

  @Post('retention/decisions')
  @HttpCode(200)
  @Roles('officer')
  @Operation({
    id: 'decideRetentionClass',
    summary: 'Decide what becomes of a class of what is due',
    says: 'The same for all people of whom something waits for an officer in that category, holder or purpose; at least one is named. Up to 500 rows of the register at a time: `more` says to ask again.',
    status: 200,
    answers: 'How many people and holdings were decided.',
    schema: 'RetentionClassSaid',
    reason: 'must',
    idempotent: true,
  })
  decideClass(@Body() command: DecideRetentionClass, @AskedBy() asked: Asked): Promise<RetentionClassSaid> {
    return execute(this.commands, command, asked);
  }
}
