// How does staff tell a person that her data was passed on, and read what she was told?
import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res, UseInterceptors } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Asked } from '../keys/asked.js';
import {
  MakeNotice,
  PreviewNotice,
  ReadNotice,
  RecordNotice,
  type NoticePrepared,
  type NoticePreview,
  type NoticeView,
} from '../notices/notice-commands.js';
import { type Done } from '../write/commands.js';
import { AboutPerson, AskedBy, Roles } from './access.js';
import { WaitQuery } from './commands-controller.js';
import { execute } from './dispatch.js';
import { OneOf, Optional } from './form/field.js';
import { formWanted } from './negotiate.js';
import { Operation } from './operation.js';
import { UuidInPath } from './path.js';
import { Problem } from './problem/problem.js';
import { RepeatedAnswer } from './repeated.js';

export class NoticeQuery extends WaitQuery {
  /** Show the text and make nothing. */
  @Optional() @OneOf(['true', 'false']) preview?: 'true' | 'false';
}

@ApiTags('notices')
@UseInterceptors(RepeatedAnswer)
@Controller('v1')
export class NoticesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post('subjects/:id/notices')
  @HttpCode(201)
  @Roles('officer')
  @AboutPerson()
  @Operation({
    id: 'makeNotice',
    summary: 'Make a notice of data that was passed on',
    says: 'One notice of every transfer that the person has yet to be told of (Art. 19(1)): who got what, when, why and on what ground, in Russian, Kazakh or English, without any value of hers. Its text is sealed under her key. Where the edition names who sends it, that holder gets a task; else an officer sends it and says so. With `preview=true` nothing is made: the answer (200) shows the text.',
    status: 201,
    answers: 'The notice.',
    or: [200, 'The preview; or the same Idempotency-Key was answered before, and this is that answer.'],
    schema: 'NoticeAnswer',
    path: { id: 'Id of the subject.' },
    query: NoticeQuery,
    reason: 'must',
    idempotent: true,
  })
  async make(
    @Param('id', UuidInPath) id: string,
    @Body() command: MakeNotice,
    @AskedBy() asked: Asked,
    @Query() { preview, wait }: NoticeQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<NoticePrepared | NoticePreview> {
    command.subject = id;
    if (preview === 'true') {
      void reply.status(200);
      return this.queries.execute(Object.assign(new PreviewNotice(), { asked, order: command }));
    }
    return execute(this.commands, command, asked, { wait });
  }

  @Post('notices/:id/told')
  @HttpCode(201)
  @Roles('officer')
  @AboutPerson()
  @Operation({
    id: 'recordNotice',
    summary: 'Say that a notice reached the person',
    says: 'Of one that was sent by letter, handed over or told otherwise; the number of the letter is sealed under the controller’s key. The task of whoever was to send it ends with it.',
    status: 201,
    answers: 'Done; `repeated` when the same Idempotency-Key was answered before.',
    schema: 'Done',
    path: { id: 'Number of the notice.' },
    query: WaitQuery,
    reason: 'must',
    idempotent: true,
  })
  record(
    @Param('id', UuidInPath) id: string,
    @Body() command: RecordNotice,
    @AskedBy() asked: Asked,
    @Query() { wait }: WaitQuery,
  ): Promise<Done> {
    command.notice = id;
    return execute(this.commands, command, asked, { wait });
  }

  @Get('notices/:id')
  @Roles('officer')
  @AboutPerson()
  @Operation({
    id: 'readNotice',
    summary: 'A notice as it was made',
    says: 'Its text as it was sealed, and whether it is still the same by its hash; as text it is what she reads, in the language in which it was made.',
    answers: 'The notice.',
    schema: 'NoticeView',
    path: { id: 'Number of the notice.' },
    query: ReadNotice,
    reason: 'must',
    text: 'too',
  })
  async read(
    @Param('id', UuidInPath) id: string,
    @Query() question: ReadNotice,
    @AskedBy() asked: Asked,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<NoticeView | string> {
    Object.assign(question, { notice: id, asked, as: formWanted(request) });
    const answer = await this.queries.execute<ReadNotice, NoticeView | string | undefined>(question);
    if (answer === undefined) throw new Problem('NOT_FOUND', 'nothing with this id is known');
    void reply.header('vary', 'accept');
    if (typeof answer === 'string') void reply.type('text/plain; charset=utf-8');
    return answer;
  }
}
