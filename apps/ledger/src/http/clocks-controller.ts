// How does staff ask by when a thing is due, and correct the calendar and the terms that this is counted by?
import { Body, Controller, Get, HttpCode, Param, Post, Query, UseInterceptors } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { ConfirmTerm, PublishCalendar, type CalendarMade } from '../clocks/clock-commands.js';
import { CountClock, ReadCalendar, type CalendarView, type ClockView } from '../clocks/clock-queries.js';
import { type Asked } from '../keys/asked.js';
import { type Done } from '../write/commands.js';
import { AskedBy, Roles } from './access.js';
import { WaitQuery } from './commands-controller.js';
import { execute } from './dispatch.js';
import { Operation } from './operation.js';
import { CodeInPath } from './path.js';
import { Problem } from './problem/problem.js';
import { RepeatedAnswer } from './repeated.js';

const done = 'Done; `repeated` when the same Idempotency-Key was answered before.';

@ApiTags('clocks')
@UseInterceptors(RepeatedAnswer)
@Controller('v1')
export class ClocksController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get('clocks/:term')
  @Roles('officer', 'auditor', 'admin')
  @Operation({
    id: 'countClock',
    summary: 'By when?',
    says: 'When a term of the law from a moment is over, by the profile and calendar that are published: the last second in time, the reading that ends earlier, the article, how sure it is, and the days off that were passed over. Asking starts no clock.',
    answers: 'The clock.',
    schema: 'CountedClock',
    path: { term: 'Code of a term of the profile, such as `access`.' },
    query: CountClock,
  })
  clock(
    @Param('term', CodeInPath) term: string,
    @Query() question: CountClock,
    @AskedBy() asked: Asked,
  ): Promise<ClockView> {
    question.term = term;
    question.asked = asked;
    return this.queries.execute(question);
  }

  @Get('calendars/:code')
  @Roles('officer', 'auditor', 'admin')
  @Operation({
    id: 'readCalendar',
    summary: 'The calendar of working days',
    says: 'The version by which clocks are counted that start now; each day with the act behind it and how sure it is.',
    answers: 'The calendar.',
    schema: 'Calendar',
    path: { code: 'Code of the calendar, such as `kz`.' },
  })
  async calendar(@Param('code', CodeInPath) code: string, @AskedBy() asked: Asked): Promise<CalendarView> {
    const question = new ReadCalendar();
    question.calendar = code;
    question.asked = asked;
    const view = await this.queries.execute<ReadCalendar, CalendarView | undefined>(question);
    if (!view) throw new Problem('NOT_FOUND', 'no calendar of this code is published');
    return view;
  }

  @Post('calendars')
  @HttpCode(201)
  @Roles('officer', 'admin')
  @Operation({
    id: 'publishCalendar',
    summary: 'Publish a calendar of working days',
    says: 'The file becomes a document known by its SHA-256; clocks that start from then on are counted by it. What is due already stays due when it was.',
    status: 201,
    answers: done,
    schema: 'CalendarPublished',
    query: WaitQuery,
    idempotent: true,
  })
  publish(
    @Body() command: PublishCalendar,
    @AskedBy() asked: Asked,
    @Query() { wait }: WaitQuery,
  ): Promise<CalendarMade> {
    return execute(this.commands, command, asked, { wait });
  }

  @Post('profiles/:profile/terms/:term/confirmation')
  @HttpCode(201)
  @Roles('officer', 'admin')
  @Operation({
    id: 'confirmTerm',
    summary: 'Say that a named lawyer confirmed a term',
    says: 'A term whose mark is below S2 stands in no answer and no certificate until then. The name is sealed; a later version of the profile that changes the term asks for it anew.',
    status: 201,
    answers: done,
    schema: 'OfficerAppointed',
    path: { profile: 'Code of the profile, such as `kz`.', term: 'Code of the term.' },
    query: WaitQuery,
    idempotent: true,
  })
  confirm(
    @Param('profile', CodeInPath) profile: string,
    @Param('term', CodeInPath) term: string,
    @Body() command: ConfirmTerm,
    @AskedBy() asked: Asked,
    @Query() { wait }: WaitQuery,
  ): Promise<Done> {
    command.profile = profile;
    command.term = term;
    return execute(this.commands, command, asked, { wait });
  }
}
