// How does staff say how somebody is reached, that a letter was sent, what came back, and that nothing is waited for any more?
import { Body, Controller, HttpCode, Param, Post, Query, UseInterceptors } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { AnswerTask, CloseTask, type DestinationAnswer, SetDestination, TellTask } from '../cascade/task-commands.js';
import { type Asked } from '../keys/asked.js';
import { type Done } from '../write/commands.js';
import { AboutPerson, AskedBy, Roles } from './access.js';
import { WaitQuery } from './commands-controller.js';
import { execute } from './dispatch.js';
import { Operation } from './operation.js';
import { CodeInPath, UuidInPath } from './path.js';
import { RepeatedAnswer } from './repeated.js';

const done = 'Done; `repeated` when it was said before.';
const task = { task: 'Id of the task.' };
const reached =
  'By `webhook` at an address, by `poll` when it asks here itself, or by a `person`. Told again, it restates all. The answer tells the secret that signs what is sent there and proves what comes back, once: a repeat does not tell it again.';

@ApiTags('tasks')
@UseInterceptors(RepeatedAnswer)
@Controller('v1')
export class TasksController {
  constructor(private readonly commands: CommandBus) {}

  @Post('holders/:code/destination')
  @HttpCode(201)
  @Roles('officer', 'admin')
  @Operation({
    id: 'setDestinationOfHolder',
    summary: 'Say how a holder is told what it has to do',
    says: reached,
    status: 201,
    answers: 'The secret.',
    schema: 'DestinationSet',
    path: { code: 'Code of the holder.' },
    query: WaitQuery,
    idempotent: true,
  })
  ofHolder(
    @Param('code', CodeInPath) holder: string,
    @Body() command: SetDestination,
    @AskedBy() asked: Asked,
    @Query() query: WaitQuery,
  ): Promise<DestinationAnswer> {
    command.holder = holder;
    return execute(this.commands, command, asked, query);
  }

  @Post('recipients/:code/destination')
  @HttpCode(201)
  @Roles('officer', 'admin')
  @Operation({
    id: 'setDestinationOfRecipient',
    summary: 'Say how a recipient is told what it has to do',
    says: reached,
    status: 201,
    answers: 'The secret.',
    schema: 'DestinationSet',
    path: { code: 'Code of the recipient.' },
    query: WaitQuery,
    idempotent: true,
  })
  ofRecipient(
    @Param('code', CodeInPath) recipient: string,
    @Body() command: SetDestination,
    @AskedBy() asked: Asked,
    @Query() query: WaitQuery,
  ): Promise<DestinationAnswer> {
    command.recipient = recipient;
    return execute(this.commands, command, asked, query);
  }

  @Post('tasks/:task/delivery')
  @HttpCode(201)
  @Roles('officer')
  @AboutPerson()
  @Operation({
    id: 'tellTask',
    summary: 'Say that a person told the holder or recipient: a letter was sent',
    says: 'With the number of the letter, which is sealed. What waited for it to be told goes on.',
    status: 201,
    answers: done,
    schema: 'Done',
    path: task,
    query: WaitQuery,
    reason: 'must',
    idempotent: true,
  })
  tell(
    @Param('task', UuidInPath) id: string,
    @Body() command: TellTask,
    @AskedBy() asked: Asked,
    @Query() query: WaitQuery,
  ): Promise<Done> {
    command.task = id;
    return execute(this.commands, command, asked, query);
  }

  @Post('tasks/:task/answer')
  @HttpCode(201)
  @Roles('officer')
  @AboutPerson()
  @Operation({
    id: 'answerTask',
    summary: 'Say what the holder or recipient answered by letter or word of mouth',
    says: 'Once: another answer after the first is refused. A task that failed or was closed can still be answered.',
    status: 201,
    answers: done,
    schema: 'Done',
    path: task,
    query: WaitQuery,
    reason: 'must',
    idempotent: true,
  })
  answer(
    @Param('task', UuidInPath) id: string,
    @Body() command: AnswerTask,
    @AskedBy() asked: Asked,
    @Query() query: WaitQuery,
  ): Promise<Done> {
    command.task = id;
    return execute(this.commands, command, asked, query);
  }

  @Post('tasks/:task/closing')
  @HttpCode(201)
  @Roles('officer')
  @AboutPerson()
  @Operation({
    id: 'closeTask',
    summary: 'Decide, with a reason, that nothing waits for a task any more',
    says: 'A destruction or a request that waited for it goes on. It confirms nothing: the certificate says that it was closed, and it can still be answered.',
    status: 201,
    answers: done,
    schema: 'Done',
    path: task,
    query: WaitQuery,
    reason: 'must',
    idempotent: true,
  })
  close(
    @Param('task', UuidInPath) id: string,
    @Body() command: CloseTask,
    @AskedBy() asked: Asked,
    @Query() query: WaitQuery,
  ): Promise<Done> {
    command.task = id;
    return execute(this.commands, command, asked, query);
  }
}
