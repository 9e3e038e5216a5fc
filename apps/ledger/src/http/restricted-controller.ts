// How is recorded, and read, what the law forbids to tell? Under keys of one role; nothing of it stands in a path, a log line or a register.
import { Body, Controller, HttpCode, Post, Req, Res, UseInterceptors } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Asked } from '../keys/asked.js';
import { JsonLogger } from '../logger.js';
import { JsonAnswer } from '../read/json-answer.js';
import { ReadDossier, SearchSubjects } from '../read/queries.js';
import {
  AcceptRestrictedLoss,
  LiftRestrictedHold,
  RecordRestrictedAnswer,
  RecordRestrictedDemand,
  RecordRestrictedHold,
  RecordRestrictedTransfer,
  SetRestrictedTerm,
  type RestrictedDone,
} from '../restricted/restricted-commands.js';
import {
  ExportRestrictedDemands,
  FindRestricted,
  ListRestricted,
  ReadRestrictedDemands,
  ReadRestrictedDossier,
  type RestrictedList,
} from '../restricted/restricted-queries.js';
import { AboutPerson, AskedBy, Roles } from './access.js';
import { execute } from './dispatch.js';
import { sendJson } from './json-reply.js';
import { exportFormWanted, formWanted, languageWanted, pageFormWanted } from './negotiate.js';
import { Operation } from './operation.js';
import { Problem } from './problem/problem.js';
import { RepeatedAnswer } from './repeated.js';

const recorded = {
  status: 201,
  answers: 'Recorded.',
  schema: 'RestrictedDone',
  reason: 'must',
  idempotent: true,
} as const;

@ApiTags('restricted')
@UseInterceptors(RepeatedAnswer)
@Controller('v1/restricted')
export class RestrictedController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly logger: JsonLogger,
  ) {}

  @Post('demands')
  @HttpCode(201)
  @Roles('restricted-officer')
  @AboutPerson()
  @Operation({
    id: 'recordRestrictedDemand',
    summary: 'Record a demand of which the person must not learn',
    says: 'It is sealed whole under a key of its own; the log says that something was recorded, not what, and not about whom.',
    ...recorded,
  })
  demand(@Body() command: RecordRestrictedDemand, @AskedBy() asked: Asked): Promise<RestrictedDone> {
    return execute(this.commands, command, asked);
  }

  @Post('answers')
  @HttpCode(201)
  @Roles('restricted-officer')
  @AboutPerson()
  @Operation({
    id: 'recordRestrictedAnswer',
    summary: 'Record what a restricted demand was answered',
    says: 'Once for each demand.',
    ...recorded,
  })
  answer(@Body() command: RecordRestrictedAnswer, @AskedBy() asked: Asked): Promise<RestrictedDone> {
    return execute(this.commands, command, asked);
  }

  @Post('transfers')
  @HttpCode(201)
  @Roles('restricted-officer')
  @AboutPerson()
  @Operation({
    id: 'recordRestrictedTransfer',
    summary: 'Record what was handed over for a restricted demand',
    says: 'It stands in no register of transfers, raises no finding and needs no notice (Art. 19(2)(1)).',
    ...recorded,
  })
  transfer(@Body() command: RecordRestrictedTransfer, @AskedBy() asked: Asked): Promise<RestrictedDone> {
    return execute(this.commands, command, asked);
  }

  @Post('holds')
  @HttpCode(201)
  @Roles('restricted-officer')
  @AboutPerson()
  @Operation({
    id: 'placeRestrictedHold',
    summary: 'Hold data without anybody being told',
    says: 'Nothing of it is destroyed until the hold is lifted or its term ends. Whoever orders an erasure is told LEGAL_HOLD, as of any hold without an act; a preview and the register of holds say nothing. `late` names orders that were under way before and go on.',
    ...recorded,
  })
  hold(@Body() command: RecordRestrictedHold, @AskedBy() asked: Asked): Promise<RestrictedDone> {
    return execute(this.commands, command, asked);
  }

  @Post('lifts')
  @HttpCode(201)
  @Roles('restricted-officer')
  @AboutPerson()
  @Operation({
    id: 'liftRestrictedHold',
    summary: 'Lift a restricted hold',
    says: 'What waited for its end is gone on with by the worker in its own time. `withheld` names the orders that it refused or narrowed: nothing gives them again by itself.',
    ...recorded,
  })
  lift(@Body() command: LiftRestrictedHold, @AskedBy() asked: Asked): Promise<RestrictedDone> {
    return execute(this.commands, command, asked);
  }

  @Post('terms')
  @HttpCode(201)
  @Roles('restricted-officer')
  @AboutPerson()
  @Operation({
    id: 'setRestrictedTerm',
    summary: 'Say until when a restricted matter stays on record',
    says: 'A demand, or a hold of no demand; the last word counts. When it is over, answered and holds nothing, its records are destroyed within the hour and told to nobody from that second on; that they stood, the log proves.',
    ...recorded,
  })
  term(@Body() command: SetRestrictedTerm, @AskedBy() asked: Asked): Promise<RestrictedDone> {
    return execute(this.commands, command, asked);
  }

  @Post('losses')
  @HttpCode(201)
  @Roles('restricted-officer')
  @AboutPerson()
  @Operation({
    id: 'acceptRestrictedLoss',
    summary: 'Say that lost records are known to be lost',
    says: 'A ledger put back to before them has their events and not what they said. Until all are named here nothing is destroyed for anybody, since some may be holds: record those anew first.',
    ...recorded,
  })
  loss(@Body() command: AcceptRestrictedLoss, @AskedBy() asked: Asked): Promise<RestrictedDone> {
    return execute(this.commands, command, asked);
  }

  @Post('registers/demands')
  @HttpCode(200)
  @Roles('restricted-officer')
  @AboutPerson()
  @Operation({
    id: 'readRestrictedDemands',
    summary: 'One page of the register of restricted demands',
    says: 'In the order of receipt, as JSON or CSV. What it is narrowed to stands in the body, never in a path. That it was read is recorded as a restricted record.',
    answers: 'A page, with the cursor of the next; of CSV in the header Derbes-Next.',
    schema: 'RestrictedDemands',
    reason: 'must',
    csv: true,
  })
  async demands(
    @Body() question: ReadRestrictedDemands,
    @AskedBy() asked: Asked,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    question.as = pageFormWanted(request) === 'csv' ? 'csv' : 'json';
    return this.register(question, asked, request, reply);
  }

  @Post('registers/demands/export')
  @HttpCode(200)
  @Roles('restricted-officer')
  @AboutPerson()
  @Operation({
    id: 'exportRestrictedDemands',
    summary: 'The whole register of restricted demands',
    says: 'CSV by RFC 4180 with a header line, or JSON. Without the names of bodies and the numbers of their letters: a file outlives the right to read it.',
    answers: 'The rows.',
    schema: 'RestrictedDemandsExport',
    reason: 'must',
    csv: true,
  })
  async demandsWhole(
    @Body() question: ExportRestrictedDemands,
    @AskedBy() asked: Asked,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    question.as = exportFormWanted(request);
    return this.register(question, asked, request, reply);
  }

  @Post('list')
  @HttpCode(200)
  @Roles('restricted-officer')
  @AboutPerson()
  @Operation({
    id: 'listRestricted',
    summary: 'What was recorded of which the law forbids to tell',
    says: 'Of everybody, of one person, or for one demand; the newest first. That it was read is recorded in the same way.',
    answers: 'The records, opened.',
    schema: 'RestrictedList',
    reason: 'must',
  })
  list(@Body() question: ListRestricted, @AskedBy() asked: Asked): Promise<RestrictedList> {
    question.asked = { ...asked, restricted: {} };
    return this.queries.execute<ListRestricted, RestrictedList>(question);
  }

  @Post('search')
  @HttpCode(200)
  @Roles('restricted-officer')
  @AboutPerson()
  @Operation({
    id: 'searchRestricted',
    summary: 'Find a subject for a restricted demand',
    says: 'As `searchSubjects`; that it was asked stands in a restricted stream alone.',
    answers: 'The subjects found; none when nobody is.',
    schema: 'FoundSubjects',
    reason: 'must',
  })
  search(@Body() { identifier }: FindRestricted, @AskedBy() asked: Asked): Promise<object> {
    const question = Object.assign(new SearchSubjects(), { identifier, asked: { ...asked, restricted: {} } });
    return this.queries.execute<SearchSubjects, object>(question);
  }

  @Post('dossier')
  @HttpCode(200)
  @Roles('restricted-officer')
  @AboutPerson()
  @Operation({
    id: 'readRestrictedDossier',
    summary: 'Read a dossier for a restricted demand',
    says: 'As `readDossier`; that it was read stands in a restricted stream, and not in who looked. The dossier itself is the one that everybody gets.',
    answers: 'The dossier.',
    schema: 'Dossier',
    reason: 'must',
    text: 'too',
  })
  async dossier(
    @Body() { subject, demand, lang }: ReadRestrictedDossier,
    @AskedBy() asked: Asked,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object | string> {
    const question = Object.assign(new ReadDossier(), {
      subject,
      as: formWanted(request),
      lang: languageWanted(request, lang),
      asked: { ...asked, restricted: demand === undefined ? {} : { demand } },
    });
    const answer = await this.queries.execute<ReadDossier, JsonAnswer | string | undefined>(question);
    if (answer === undefined) throw new Problem('NOT_FOUND', 'nothing with this id is known');
    if (typeof answer !== 'string') return sendJson(answer, request, reply, this.logger);
    void reply.type('text/plain; charset=utf-8').header('content-language', question.lang);
    return answer;
  }

  private async register(
    question: ReadRestrictedDemands | ExportRestrictedDemands,
    asked: Asked,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<object> {
    question.asked = { ...asked, restricted: {} };
    const answer = await this.queries.execute<typeof question, JsonAnswer>(question);
    void reply.header('vary', 'accept');
    return sendJson(answer, request, reply, this.logger);
  }
}
