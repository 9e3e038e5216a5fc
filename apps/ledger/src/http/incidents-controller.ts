// How does staff declare a breach, tell of it and close it, and see whom it concerns?
import {
  Body,
  Controller,
  Get,
  HttpCode,
  Param,
  Post,
  Query,
  Req,
  Res,
  type StreamableFile,
  UseInterceptors,
} from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import {
  ChangeScope,
  CloseIncident,
  DeclareIncident,
  NotifyAuthority,
  TellAffected,
  type IncidentDeclared,
  type ScopeChanged,
} from '../incidents/incident-commands.js';
import {
  PreviewRadius,
  ReadAuthorityNotice,
  ReadIncident,
  ReadPeoplePack,
  type IncidentView,
  type RadiusView,
} from '../incidents/incident-queries.js';
import { type Asked } from '../keys/asked.js';
import { JsonLogger } from '../logger.js';
import { type AskedQuery } from '../read/queries.js';
import { type Done } from '../write/commands.js';
import { AboutPerson, AskedBy, Roles } from './access.js';
import { WaitQuery } from './commands-controller.js';
import { execute, read } from './dispatch.js';
import { sendJson } from './json-reply.js';
import { Operation } from './operation.js';
import { UuidInPath } from './path.js';
import { Problem } from './problem/problem.js';
import { RepeatedAnswer } from './repeated.js';

const done = 'Done; `repeated` when the same Idempotency-Key was answered before.';
const path = { id: 'Id of the incident.' };

@ApiTags('incidents')
@UseInterceptors(RepeatedAnswer)
@Controller('v1/incidents')
export class IncidentsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly logger: JsonLogger,
  ) {}

  @Post('preview')
  @HttpCode(200)
  @Roles('officer', 'admin')
  @AboutPerson()
  @Operation({
    id: 'previewRadius',
    summary: 'Whom a breach would concern',
    says: 'Everybody whose data of these categories was at the holder, or with the recipient, at any moment of the window; erased people are counted, merged ones once. Nothing is declared by asking, and nobody is named.',
    answers: 'How many people, by category.',
    schema: 'Radius',
    reason: 'must',
  })
  preview(@Body() question: PreviewRadius, @AskedBy() asked: Asked): Promise<RadiusView> {
    return this.ask(question, asked);
  }

  @Post()
  @HttpCode(201)
  @Roles('officer', 'admin')
  @Operation({
    id: 'declareIncident',
    summary: 'Declare a breach',
    says: 'The terms of every law begin with the moment of detection, kept to the minute; whom it concerns is counted and frozen, ids only. Free text is sealed under a key of the incident’s own.',
    status: 201,
    answers: 'The incident with its clocks and how many people it concerns.',
    schema: 'IncidentDeclared',
    query: WaitQuery,
    idempotent: true,
  })
  declare(
    @Body() command: DeclareIncident,
    @AskedBy() asked: Asked,
    @Query() query: WaitQuery,
  ): Promise<IncidentDeclared> {
    return execute(this.commands, command, asked, query);
  }

  @Post(':id/scope')
  @HttpCode(201)
  @Roles('officer', 'admin')
  @Operation({
    id: 'changeIncidentScope',
    summary: 'Change whom a breach concerns',
    says: 'Wider or narrower as more is found out: counted and frozen anew. Its clocks stay as they began.',
    status: 201,
    answers: 'What the new scope did to the list.',
    schema: 'ScopeChanged',
    path,
    query: WaitQuery,
    idempotent: true,
  })
  scope(
    @Param('id', UuidInPath) id: string,
    @Body() command: ChangeScope,
    @AskedBy() asked: Asked,
    @Query() query: WaitQuery,
  ): Promise<ScopeChanged> {
    return execute(this.commands, Object.assign(command, { incident: id }), asked, query);
  }

  @Post(':id/notices')
  @HttpCode(201)
  @Roles('officer', 'admin')
  @Operation({
    id: 'notifyAuthority',
    summary: 'Keep that an authority was told',
    says: 'The first notice by a law ends its clock. After its term the reasons of the delay are needed.',
    status: 201,
    answers: done,
    schema: 'Done',
    path,
    query: WaitQuery,
    idempotent: true,
  })
  notify(
    @Param('id', UuidInPath) id: string,
    @Body() command: NotifyAuthority,
    @AskedBy() asked: Asked,
    @Query() query: WaitQuery,
  ): Promise<Done> {
    return execute(this.commands, Object.assign(command, { incident: id }), asked, query);
  }

  @Post(':id/told')
  @HttpCode(201)
  @Roles('officer', 'admin')
  @Operation({
    id: 'tellAffected',
    summary: 'Keep that the people affected were told',
    says: 'By the controller itself, in public, or through the channel of the state to which the list was handed.',
    status: 201,
    answers: done,
    schema: 'Done',
    path,
    query: WaitQuery,
    idempotent: true,
  })
  told(
    @Param('id', UuidInPath) id: string,
    @Body() command: TellAffected,
    @AskedBy() asked: Asked,
    @Query() query: WaitQuery,
  ): Promise<Done> {
    return execute(this.commands, Object.assign(command, { incident: id }), asked, query);
  }

  @Post(':id/closing')
  @HttpCode(201)
  @Roles('officer', 'admin')
  @Operation({
    id: 'closeIncident',
    summary: 'Close an incident',
    says: 'A confirmed breach is closed with its measures, when every authority was told or an act is named by which it need not be.',
    status: 201,
    answers: done,
    schema: 'Done',
    path,
    query: WaitQuery,
    idempotent: true,
  })
  close(
    @Param('id', UuidInPath) id: string,
    @Body() command: CloseIncident,
    @AskedBy() asked: Asked,
    @Query() query: WaitQuery,
  ): Promise<Done> {
    return execute(this.commands, Object.assign(command, { incident: id }), asked, query);
  }

  @Get(':id')
  @Roles('officer', 'admin', 'auditor')
  @AboutPerson()
  @Operation({
    id: 'readIncident',
    summary: 'How far an incident is',
    says: 'Its scope, clocks, notices and measures; with `recount=yes` the list counted anew and what is different. Free text is for officers.',
    answers: 'The incident.',
    schema: 'Incident',
    path,
    query: ReadIncident,
    reason: 'must',
  })
  read(
    @Param('id', UuidInPath) id: string,
    @Query() question: ReadIncident,
    @AskedBy() asked: Asked,
  ): Promise<IncidentView> {
    return this.ask(Object.assign(question, { incident: id }), asked);
  }

  @Get(':id/notice')
  @Roles('officer', 'admin')
  @AboutPerson()
  @Operation({
    id: 'readAuthorityNotice',
    summary: 'What an authority is told',
    says: 'The fields of Art. 33(3) of the GDPR: nature, categories and numbers, contact, consequences, measures. A term that is not sure enough is left out.',
    answers: 'The notice.',
    schema: 'AuthorityNotice',
    path,
    query: ReadAuthorityNotice,
    reason: 'must',
    text: 'too',
  })
  notice(
    @Param('id', UuidInPath) id: string,
    @Query() question: ReadAuthorityNotice,
    @AskedBy() asked: Asked,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object | string> {
    return read(this.queries, Object.assign(question, { incident: id }), { asked, request, reply });
  }

  @Get(':id/people')
  @Roles('officer', 'admin')
  @AboutPerson()
  @Operation({
    id: 'readIncidentPeople',
    summary: 'The list of people for an authority',
    says: 'In the columns of Order 481/НҚ: full name, IIN and mobile of each person on the frozen list, measures taken, the responsible person’s contacts; as CSV or JSON. With `limit` or `cursor` it is a part of the list, as JSON, up to 500 people; a cursor ends with a change of the scope. Values are opened as it leaves, and whoever is named is written down as looked at before.',
    answers: 'The list.',
    schema: 'IncidentPeople',
    path,
    query: ReadPeoplePack,
    reason: 'must',
    csv: true,
  })
  async people(
    @Param('id', UuidInPath) id: string,
    @Query() question: ReadPeoplePack,
    @AskedBy() asked: Asked,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer | StreamableFile> {
    return sendJson(await this.ask(Object.assign(question, { incident: id }), asked), request, reply, this.logger);
  }

  private async ask<R>(question: AskedQuery<R>, asked: Asked): Promise<NonNullable<R>> {
    question.asked = asked;
    const answer = await this.queries.execute<AskedQuery<R>, R>(question);
    if (answer === undefined || answer === null) throw new Problem('NOT_FOUND', 'nothing with this id is known');
    return answer;
  }
}
