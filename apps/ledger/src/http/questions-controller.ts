// How is something asked? Each route makes a question, says who asks and why, and puts it on the bus.
import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Asked } from '../keys/asked.js';
import { JsonLogger } from '../logger.js';
import { ReadCertificate } from '../read/erasure-queries.js';
import { JsonAnswer } from '../read/json-answer.js';
import {
  type AskedQuery,
  CheckAction,
  type CheckAnswer,
  ExportRegister,
  ListRebuilds,
  ReadableQuery,
  ReadDossier,
  ReadEdition,
  ReadEditionInForce,
  ReadRegister,
  ReadTimeline,
  type Register,
  registers,
  SearchSubjects,
} from '../read/queries.js';
import { type Rebuild } from '../write/commands.js';
import { AboutPerson, AskedBy, demandReason, Roles } from './access.js';
import { exportFormWanted, formWanted, languageWanted, pageFormWanted } from './negotiate.js';
import { Operation } from './operation.js';
import { sendJson } from './json-reply.js';
import { RegisterInPath, Sha256InPath, UuidInPath } from './path.js';
import { Problem } from './problem/problem.js';

const subject = { id: 'Id of the subject.' };

@ApiTags('questions')
@Controller('v1')
export class QuestionsController {
  constructor(
    private readonly queries: QueryBus,
    private readonly logger: JsonLogger,
  ) {}

  @Post('checks')
  @HttpCode(200)
  @Roles('emitter', 'officer')
  @AboutPerson()
  @Operation({
    id: 'check',
    summary: 'May I?',
    says: 'Whether these categories of this subject may be collected, used, transferred or published for these purposes: allowed or not, with clause, article and the consent that decides, or what is missing.',
    answers: 'The verdict.',
    schema: 'CheckAnswer',
    reason: 'must',
  })
  check(@Body() question: CheckAction, @AskedBy() asked: Asked): Promise<CheckAnswer> {
    return this.ask(question, asked);
  }

  @Post('subjects/search')
  @HttpCode(200)
  @Roles('officer')
  @AboutPerson()
  @Operation({
    id: 'searchSubjects',
    summary: 'Find a subject',
    says: 'By an identifier, or by a reference that a source was given. It stands in the body, never in a URL. Nobody found registers nobody.',
    answers: 'The subjects found; none when nobody is.',
    schema: 'FoundSubjects',
    reason: 'must',
  })
  search(@Body() question: SearchSubjects, @AskedBy() asked: Asked): Promise<object> {
    return this.ask(question, asked);
  }

  @Get('subjects/:id/dossier')
  @Roles('officer')
  @AboutPerson()
  @Operation({
    id: 'readDossier',
    summary: 'All that is known about a person',
    says: 'Art. 24(1)(1): what is held and why, since when, from where, at which holders, who received it, consents, mentions, who looked. `asOf`: what was true then; `asKnownAt`: what the ledger knew then.',
    answers: 'The dossier.',
    schema: 'Dossier',
    path: subject,
    query: ReadDossier,
    reason: 'must',
    text: 'too',
  })
  dossier(
    @Param('id', UuidInPath) id: string,
    @Query() question: ReadDossier,
    @AskedBy() asked: Asked,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object | string> {
    question.subject = id;
    return this.read(question, asked, request, reply);
  }

  @Get('subjects/:id/timeline')
  @Roles('officer')
  @AboutPerson()
  @Operation({
    id: 'readTimeline',
    summary: 'What happened about a person, in order',
    says: 'Each fact with its moment and what it stands on.',
    answers: 'The timeline.',
    schema: 'Timeline',
    path: subject,
    query: ReadTimeline,
    reason: 'must',
    text: 'too',
  })
  timeline(
    @Param('id', UuidInPath) id: string,
    @Query() question: ReadTimeline,
    @AskedBy() asked: Asked,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object | string> {
    question.subject = id;
    return this.read(question, asked, request, reply);
  }

  @Get('erasures/:order')
  @Roles('officer')
  @AboutPerson()
  @Operation({
    id: 'readCertificate',
    summary: 'The certificate of an erasure',
    says: 'What was destroyed, in which of the states ordered, executed, final, confirmed everywhere, when each was reached and by which events; who else had the data; what is kept and by which act; what remains. Of a refusal: what was asked and which acts keep it.',
    answers: 'The certificate as it stands now.',
    schema: 'Certificate',
    path: { order: 'Number of the certificate: id of the event that demanded the destruction.' },
    query: ReadCertificate,
    reason: 'must',
    text: 'too',
  })
  certificate(
    @Param('order', UuidInPath) order: string,
    @Query() question: ReadCertificate,
    @AskedBy() asked: Asked,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object | string> {
    question.order = order;
    return this.read(question, asked, request, reply);
  }

  @Get('registers/:register')
  @Roles('officer', 'auditor')
  @Operation({
    id: 'readRegister',
    summary: 'One page of a register',
    says: `Across subjects, without values: ${registers.join(', ')}. A page restricted to one subject needs a reason.`,
    answers: 'A page, with the cursor of the next.',
    schema: 'Page',
    path: { register: `One of ${registers.join(', ')}.` },
    query: ReadRegister,
    reason: 'may',
    text: 'too',
    csv: true,
  })
  register(
    @Param('register', RegisterInPath) register: Register,
    @Query() question: ReadRegister,
    @AskedBy() asked: Asked,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object | string> {
    if (question.subject !== undefined) demandReason(asked.by, asked.reason);
    question.register = register;
    question.as = pageFormWanted(request);
    question.lang = languageWanted(request, question.lang);
    return this.send(question, asked, request, reply, question.lang);
  }

  @Get('registers/:register/export')
  @Roles('officer', 'auditor')
  @Operation({
    id: 'exportRegister',
    summary: 'A whole register',
    says: `Every row, sent as fast as it is read: ${registers.join(', ')}. CSV by RFC 4180 with a header line, or JSON. No snapshot: a row that stands from beginning to end is met once, as it stands when its turn comes. A connection that breaks means that the register is not whole. Values stay sealed, whoever asks.`,
    answers: 'The rows; how far the register reached at the beginning stands in the headers.',
    schema: 'RegisterExport',
    path: { register: `One of ${registers.join(', ')}.` },
    query: ExportRegister,
    reason: 'may',
    csv: true,
  })
  export(
    @Param('register', RegisterInPath) register: Register,
    @Query() question: ExportRegister,
    @AskedBy() asked: Asked,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object | string> {
    if (question.subject !== undefined) demandReason(asked.by, asked.reason);
    question.register = register;
    question.as = exportFormWanted(request);
    return this.send(question, asked, request, reply);
  }

  @Get('policies/in-force')
  @Roles('emitter', 'officer', 'auditor', 'admin')
  @Operation({
    id: 'readEditionInForce',
    summary: 'The edition in force at a moment',
    says: 'Now when no moment is given.',
    answers: 'The edition, its text in the language asked for.',
    query: ReadEditionInForce,
    schema: 'Edition',
    text: 'too',
  })
  inForce(
    @Query() question: ReadEditionInForce,
    @AskedBy() asked: Asked,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object | string> {
    return this.read(question, asked, request, reply);
  }

  @Get('policies/:sha256')
  @Roles('emitter', 'officer', 'auditor', 'admin')
  @Operation({
    id: 'readEdition',
    summary: 'An edition, text and all',
    says: 'By the SHA-256 of its stored document, as events and consents name it.',
    answers: 'The edition, its text in the language asked for.',
    path: { sha256: 'SHA-256 of the document in lower-case hex.' },
    query: ReadEdition,
    schema: 'Edition',
    text: 'too',
  })
  edition(
    @Param('sha256', Sha256InPath) document: string,
    @Query() question: ReadEdition,
    @AskedBy() asked: Asked,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object | string> {
    question.document = document;
    return this.read(question, asked, request, reply);
  }

  @Get('rebuilds')
  @Roles('admin', 'officer', 'auditor')
  @Operation({
    id: 'listRebuilds',
    summary: 'How far rebuilds are',
    says: 'The last rebuild of each read model since the service started.',
    answers: 'One entry per model.',
    schema: 'Rebuilds',
  })
  rebuilds(@AskedBy() asked: Asked): Promise<readonly Rebuild[]> {
    return this.ask(new ListRebuilds(), asked);
  }

  private ask<R>(question: AskedQuery<R>, asked: Asked): Promise<R> {
    question.asked = asked;
    return this.queries.execute<AskedQuery<R>, R>(question);
  }

  private async read(
    question: ReadableQuery<object | undefined>,
    asked: Asked,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<object | string> {
    question.as = formWanted(request);
    question.lang = languageWanted(request, question.lang);
    return this.send(question, asked, request, reply, question.lang);
  }

  private async send(
    question: AskedQuery<object | string | undefined>,
    asked: Asked,
    request: FastifyRequest,
    reply: FastifyReply,
    language?: string,
  ): Promise<object | string> {
    const answer = await this.ask(question, asked);
    if (answer === undefined) throw new Problem('NOT_FOUND', 'nothing with this id is known');
    void reply.header('vary', 'accept, accept-language');
    if (typeof answer === 'string') void reply.type('text/plain; charset=utf-8').header('content-language', language);
    return answer instanceof JsonAnswer ? sendJson(answer, request, reply, this.logger) : answer;
  }
}
