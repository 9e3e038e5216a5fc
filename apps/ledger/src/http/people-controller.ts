// How does staff say who may act for a person, and whether she is a child, incapable, missing or dead?
import { Body, Controller, HttpCode, Param, Post, Query, UseInterceptors } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { type Asked } from '../keys/asked.js';
import {
  ChangeStatus,
  EndRepresentation,
  RecogniseRepresentative,
  type RepresentativeMade,
  type StatusChanged,
} from '../people/people-commands.js';
import { type Done } from '../write/commands.js';
import { AboutPerson, AskedBy, Roles } from './access.js';
import { WaitQuery } from './commands-controller.js';
import { execute } from './dispatch.js';
import { Operation } from './operation.js';
import { UuidInPath } from './path.js';
import { RepeatedAnswer } from './repeated.js';

const done = 'Done; `repeated` when the same Idempotency-Key was answered before.';
const subject = { id: 'Id of the subject.' };

@ApiTags('people')
@UseInterceptors(RepeatedAnswer)
@Controller('v1')
export class PeopleController {
  constructor(private readonly commands: CommandBus) {}

  @Post('subjects/:id/representatives')
  @HttpCode(201)
  @Roles('officer')
  @AboutPerson()
  @Operation({
    id: 'recogniseRepresentative',
    summary: 'Recognise somebody who may act for a person',
    says: 'A parent of a child, a guardian, an attorney, an heir, by a document that is named; whoever shows none is refused. Name, contact and the document’s number are sealed under a key of the representative. `contested`: another claims the same alone, and an officer decides between them.',
    status: 201,
    answers: done,
    schema: 'RepresentativeMade',
    path: subject,
    query: WaitQuery,
    reason: 'must',
    idempotent: true,
  })
  recognise(
    @Param('id', UuidInPath) id: string,
    @Body() command: RecogniseRepresentative,
    @AskedBy() asked: Asked,
    @Query() query: WaitQuery,
  ): Promise<RepresentativeMade> {
    command.subject = id;
    return execute(this.commands, command, asked, query);
  }

  @Post('subjects/:id/representatives/:representation/end')
  @HttpCode(201)
  @Roles('officer')
  @AboutPerson()
  @Operation({
    id: 'endRepresentation',
    summary: 'Say that somebody may no longer act for a person',
    says: 'Terms, deaths and birthdays end it by themselves; this ends it before, or decides between two who contradict each other.',
    status: 201,
    answers: done,
    schema: 'Done',
    path: { ...subject, representation: 'Id of the representation.' },
    query: WaitQuery,
    reason: 'must',
    idempotent: true,
  })
  end(
    @Param('id', UuidInPath) id: string,
    @Param('representation', UuidInPath) representation: string,
    @Body() command: EndRepresentation,
    @AskedBy() asked: Asked,
    @Query() query: WaitQuery,
  ): Promise<Done> {
    command.subject = id;
    command.representation = representation;
    return execute(this.commands, command, asked, query);
  }

  @Post('subjects/:id/status')
  @HttpCode(201)
  @Roles('officer')
  @AboutPerson()
  @Operation({
    id: 'changeStatus',
    summary: 'Say that a person is a child, of age, incapable, missing or dead',
    says: 'Of a child only the day of turning 14 or 18 is kept; on the day of turning 18 her parents’ authority ends by itself. After a death, what is used without a law that demands it is a finding.',
    status: 201,
    answers: done,
    schema: 'StatusChanged',
    path: subject,
    query: WaitQuery,
    reason: 'must',
    idempotent: true,
  })
  status(
    @Param('id', UuidInPath) id: string,
    @Body() command: ChangeStatus,
    @AskedBy() asked: Asked,
    @Query() query: WaitQuery,
  ): Promise<StatusChanged> {
    command.subject = id;
    return execute(this.commands, command, asked, query);
  }
}
