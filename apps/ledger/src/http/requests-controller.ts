// How does staff take in, identify, answer and refuse what a person asks for?
import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res, UseInterceptors } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Asked } from '../keys/asked.js';
import {
  AnswerRequest,
  DecideRecords,
  ExtendRequest,
  ReceiveRequest,
  RefuseRequest,
  ReportDelivery,
  ReportMisdirected,
  VerifyIdentity,
  type Answered,
  type IdentityTold,
  type MisdirectedTaken,
  type RequestTaken,
  type TermExtended,
} from '../requests/request-commands.js';
import { ReadAnswer, ReadRefusal, ReadRequest } from '../requests/request-queries.js';
import { type Done } from '../write/commands.js';
import { AboutPerson, AskedBy, Roles } from './access.js';
import { WaitQuery } from './commands-controller.js';
import { execute, read } from './dispatch.js';
import { Operation } from './operation.js';
import { UuidInPath } from './path.js';
import { RepeatedAnswer } from './repeated.js';

const done = 'Done; `repeated` when the same Idempotency-Key was answered before.';
const path = { id: 'Id of the request.' };

@ApiTags('requests')
@UseInterceptors(RepeatedAnswer)
@Controller('v1/requests')
export class RequestsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @HttpCode(201)
  @Roles('officer')
  @Operation({
    id: 'receiveRequest',
    summary: 'Take a request in',
    says: 'What it says is sealed under a key of its own, no subject comes of it, and its terms begin with `received`: the answer names the due moment.',
    status: 201,
    answers: 'The request with its clocks.',
    schema: 'RequestTaken',
    query: WaitQuery,
    idempotent: true,
  })
  receive(@Body() command: ReceiveRequest, @AskedBy() asked: Asked, @Query() query: WaitQuery): Promise<RequestTaken> {
    return execute(this.commands, command, asked, query);
  }

  @Post(':id/identity')
  @HttpCode(201)
  @Roles('officer')
  @AboutPerson()
  @Operation({
    id: 'verifyIdentity',
    summary: 'See who asks',
    says: 'What is shown is compared with what is held and not kept. Control of a mailbox, line or device opens what was collected under it; a second identifier that is held, a signature or presence open everything. For access every holder is then asked what it has.',
    status: 201,
    answers: 'What is proved and what it opens.',
    schema: 'IdentityTold',
    path,
    query: WaitQuery,
    reason: 'must',
    idempotent: true,
  })
  identity(
    @Param('id', UuidInPath) id: string,
    @Body() command: VerifyIdentity,
    @AskedBy() asked: Asked,
    @Query() query: WaitQuery,
  ): Promise<IdentityTold> {
    return execute(this.commands, Object.assign(command, { request: id }), asked, query);
  }

  @Post(':id/extension')
  @HttpCode(201)
  @Roles('officer')
  @Operation({
    id: 'extendRequest',
    summary: 'Make the term longer',
    says: 'Where the law allows it and the person was told within the first term; Kazakhstan knows no such thing.',
    status: 201,
    answers: 'The term as it is now.',
    schema: 'TermExtended',
    path,
    query: WaitQuery,
    idempotent: true,
  })
  extend(
    @Param('id', UuidInPath) id: string,
    @Body() command: ExtendRequest,
    @AskedBy() asked: Asked,
    @Query() query: WaitQuery,
  ): Promise<TermExtended> {
    return execute(this.commands, Object.assign(command, { request: id }), asked, query);
  }

  @Post(':id/answer')
  @HttpCode(201)
  @Roles('officer')
  @AboutPerson()
  @Operation({
    id: 'answerRequest',
    summary: 'Answer a request',
    says: 'For access and portability the answer is the dossier, as far as it is opened, with what each holder said; of other rights `outcome` and `done` say what came of it. It is frozen under the person’s key before anybody reads it. That nothing is held is an answer of the same form.',
    status: 201,
    answers: 'The frozen answer’s id, outcome and hash.',
    schema: 'RequestAnsweredNow',
    path,
    query: WaitQuery,
    reason: 'must',
    idempotent: true,
  })
  answer(
    @Param('id', UuidInPath) id: string,
    @Body() command: AnswerRequest,
    @AskedBy() asked: Asked,
    @Query() query: WaitQuery,
  ): Promise<Answered> {
    return execute(this.commands, Object.assign(command, { request: id }), asked, query);
  }

  @Post(':id/refusal')
  @HttpCode(201)
  @Roles('officer')
  @Operation({
    id: 'refuseRequest',
    summary: 'Refuse a request',
    says: 'With the reason, and the act where it is a law’s. For want of identity it says by which means that can be proved.',
    status: 201,
    answers: done,
    schema: 'Done',
    path,
    query: WaitQuery,
    idempotent: true,
  })
  refuse(
    @Param('id', UuidInPath) id: string,
    @Body() command: RefuseRequest,
    @AskedBy() asked: Asked,
    @Query() query: WaitQuery,
  ): Promise<Done> {
    return execute(this.commands, Object.assign(command, { request: id }), asked, query);
  }

  @Post(':id/delivery')
  @HttpCode(201)
  @Roles('officer')
  @Operation({
    id: 'reportDelivery',
    summary: 'Say what became of an answer or refusal on its way',
    says: 'Days later, as often as there is something to say: it was sent, it arrived and by what that is proved, or it came back and why. The last word counts; what came back is a finding until it arrives.',
    status: 201,
    answers: done,
    schema: 'Done',
    path,
    query: WaitQuery,
    idempotent: true,
  })
  delivery(
    @Param('id', UuidInPath) id: string,
    @Body() command: ReportDelivery,
    @AskedBy() asked: Asked,
    @Query() query: WaitQuery,
  ): Promise<Done> {
    return execute(this.commands, Object.assign(command, { request: id }), asked, query);
  }

  @Post(':id/records')
  @HttpCode(201)
  @Roles('officer')
  @Operation({
    id: 'decideRecords',
    summary: 'Decide what becomes of what a request said, when its term is over',
    says: 'What it said, what was sealed to answer it and the frozen answer are destroyed, or kept until a moment by an act. The hash of the answer and the proof of its delivery stay.',
    status: 201,
    answers: done,
    schema: 'Done',
    path,
    query: WaitQuery,
    idempotent: true,
  })
  records(
    @Param('id', UuidInPath) id: string,
    @Body() command: DecideRecords,
    @AskedBy() asked: Asked,
    @Query() query: WaitQuery,
  ): Promise<Done> {
    return execute(this.commands, Object.assign(command, { request: id }), asked, query);
  }

  @Post(':id/misdirected')
  @HttpCode(201)
  @Roles('officer')
  @Operation({
    id: 'reportMisdirected',
    summary: 'Say that an answer reached the wrong person',
    says: 'One step: the moment at which it was noticed, why, and whose data it told. It is an incident from then on, declared with it, and its clocks run.',
    status: 201,
    answers: 'The incident with its clocks.',
    schema: 'MisdirectedTaken',
    path,
    query: WaitQuery,
    idempotent: true,
  })
  misdirected(
    @Param('id', UuidInPath) id: string,
    @Body() command: ReportMisdirected,
    @AskedBy() asked: Asked,
    @Query() query: WaitQuery,
  ): Promise<MisdirectedTaken> {
    return execute(this.commands, Object.assign(command, { request: id }), asked, query);
  }

  @Get(':id')
  @Roles('officer', 'auditor')
  @AboutPerson()
  @Operation({
    id: 'readRequest',
    summary: 'How far a request is',
    says: 'Its clocks, who it is from, who was asked, what was answered. What it says itself is for officers.',
    answers: 'The request.',
    schema: 'Request',
    path,
    query: ReadRequest,
    reason: 'must',
    text: 'too',
  })
  read(
    @Param('id', UuidInPath) id: string,
    @Query() question: ReadRequest,
    @AskedBy() asked: Asked,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object | string> {
    return read(this.queries, Object.assign(question, { request: id }), { asked, request, reply });
  }

  @Get(':id/answer')
  @Roles('officer')
  @AboutPerson()
  @Operation({
    id: 'readAnswer',
    summary: 'The answer that was given',
    says: 'As it was frozen, values included, without what was destroyed since; as text it is what the person gets, in Russian, Kazakh or English.',
    answers: 'The answer.',
    schema: 'Answer',
    path,
    query: ReadAnswer,
    reason: 'must',
    text: 'too',
  })
  readAnswer(
    @Param('id', UuidInPath) id: string,
    @Query() question: ReadAnswer,
    @AskedBy() asked: Asked,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object | string> {
    return read(this.queries, Object.assign(question, { request: id }), { asked, request, reply });
  }

  @Get(':id/refusal')
  @Roles('officer')
  @AboutPerson()
  @Operation({
    id: 'readRefusal',
    summary: 'The refusal that was given',
    says: 'Why, by which article and how whoever asked goes on; as text it is what she gets, in the language of the request.',
    answers: 'The refusal.',
    schema: 'Refusal',
    path,
    query: ReadRefusal,
    reason: 'must',
    text: 'too',
  })
  readRefusal(
    @Param('id', UuidInPath) id: string,
    @Query() question: ReadRefusal,
    @AskedBy() asked: Asked,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object | string> {
    return read(this.queries, Object.assign(question, { request: id }), { asked, request, reply });
  }
}
