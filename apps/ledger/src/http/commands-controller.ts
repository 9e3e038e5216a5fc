// How does staff get something done? Each route takes a command as its body and puts it on the bus.
import { Body, Controller, HttpCode, Param, Post, Query, UseInterceptors } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { type Asked } from '../keys/asked.js';
import {
  AppointOfficer,
  type Done,
  MergeSubjects,
  PublishPolicy,
  type Rebuild,
  RegisterHolder,
  RegisterRecipient,
  StartRebuild,
  SuspendRecipient,
  UnlinkIdentifier,
  UnmergeSubjects,
} from '../write/commands.js';
import { AboutPerson, AskedBy, Roles } from './access.js';
import { execute } from './dispatch.js';
import { OneOf, Optional } from './form/field.js';
import { Operation } from './operation.js';
import { CodeInPath, UuidInPath } from './path.js';
import { RepeatedAnswer } from './repeated.js';

export class WaitQuery {
  /** Answer when the read models have reached what was recorded. */
  @Optional() @OneOf(['projected']) wait?: 'projected';
}

const done = 'Done; `repeated` when the same Idempotency-Key was answered before.';
const subject = { id: 'Id of the subject.' };

@ApiTags('commands')
@UseInterceptors(RepeatedAnswer)
@Controller('v1')
export class CommandsController {
  constructor(private readonly commands: CommandBus) {}

  @Post('policies')
  @HttpCode(201)
  @Roles('officer')
  @Operation({
    id: 'publishPolicy',
    summary: 'Publish an edition of the policy',
    says: 'The file and its texts become a document known by its SHA-256; facts that occurred from `inForce` on are judged by it.',
    status: 201,
    answers: done,
    schema: 'EditionPublished',
    query: WaitQuery,
    idempotent: true,
  })
  publish(@Body() command: PublishPolicy, @AskedBy() asked: Asked, @Query() query: WaitQuery): Promise<Done> {
    return execute(this.commands, command, asked, query);
  }

  @Post('recipients')
  @HttpCode(201)
  @Roles('officer')
  @Operation({
    id: 'registerRecipient',
    summary: 'Register a recipient, or restate one',
    says: 'A third party that may receive data, with its class, country, undertaking and what it is meant to receive.',
    status: 201,
    answers: done,
    schema: 'Done',
    query: WaitQuery,
    idempotent: true,
  })
  recipient(@Body() command: RegisterRecipient, @AskedBy() asked: Asked, @Query() query: WaitQuery): Promise<Done> {
    return execute(this.commands, command, asked, query);
  }

  @Post('recipients/:code/suspension')
  @HttpCode(201)
  @Roles('officer')
  @Operation({
    id: 'suspendRecipient',
    summary: 'Suspend a recipient',
    says: 'From then on a transfer to it is a finding, until it is registered again.',
    status: 201,
    answers: done,
    schema: 'Done',
    path: { code: 'Code of the recipient.' },
    query: WaitQuery,
    idempotent: true,
  })
  suspend(
    @Param('code', CodeInPath) recipient: string,
    @Body() command: SuspendRecipient,
    @AskedBy() asked: Asked,
    @Query() query: WaitQuery,
  ): Promise<Done> {
    command.recipient = recipient;
    return execute(this.commands, command, asked, query);
  }

  @Post('holders')
  @HttpCode(201)
  @Roles('officer')
  @Operation({
    id: 'registerHolder',
    summary: 'Register a holder, or restate one',
    says: 'A system of the controller that stores data, and the countries where its copies are kept.',
    status: 201,
    answers: done,
    schema: 'Done',
    query: WaitQuery,
    idempotent: true,
  })
  holder(@Body() command: RegisterHolder, @AskedBy() asked: Asked, @Query() query: WaitQuery): Promise<Done> {
    return execute(this.commands, command, asked, query);
  }

  @Post('officers')
  @HttpCode(201)
  @Roles('officer')
  @Operation({
    id: 'appointOfficer',
    summary: 'Say who is responsible for personal data',
    says: 'Art. 25(3); the name is sealed under a key of that person.',
    status: 201,
    answers: done,
    schema: 'OfficerAppointed',
    query: WaitQuery,
    idempotent: true,
  })
  officer(@Body() command: AppointOfficer, @AskedBy() asked: Asked, @Query() query: WaitQuery): Promise<Done> {
    return execute(this.commands, command, asked, query);
  }

  @Post('subjects/:id/merge')
  @HttpCode(201)
  @Roles('officer')
  @AboutPerson()
  @Operation({
    id: 'mergeSubjects',
    summary: 'Say that two subjects are one person',
    says: 'The subject of the path survives; readers fold both streams, and it can be undone.',
    status: 201,
    answers: done,
    schema: 'Done',
    path: subject,
    query: WaitQuery,
    reason: 'must',
    idempotent: true,
  })
  merge(
    @Param('id', UuidInPath) id: string,
    @Body() command: MergeSubjects,
    @AskedBy() asked: Asked,
    @Query() query: WaitQuery,
  ): Promise<Done> {
    command.subject = id;
    return execute(this.commands, command, asked, query);
  }

  @Post('subjects/:id/unmerge')
  @HttpCode(201)
  @Roles('officer')
  @AboutPerson()
  @Operation({
    id: 'unmergeSubjects',
    summary: 'Undo a merge',
    says: 'The two subjects are told apart again.',
    status: 201,
    answers: done,
    schema: 'Done',
    path: subject,
    query: WaitQuery,
    reason: 'must',
    idempotent: true,
  })
  unmerge(
    @Param('id', UuidInPath) id: string,
    @Body() command: UnmergeSubjects,
    @AskedBy() asked: Asked,
    @Query() query: WaitQuery,
  ): Promise<Done> {
    command.subject = id;
    return execute(this.commands, command, asked, query);
  }

  @Post('subjects/:id/identifiers/:link/unlink')
  @HttpCode(201)
  @Roles('officer')
  @AboutPerson()
  @Operation({
    id: 'unlinkIdentifier',
    summary: 'Say that an identifier no longer means this subject',
    says: 'Numbers are re-issued, mailboxes change hands. `link` is the id of the event that linked it.',
    status: 201,
    answers: done,
    schema: 'Done',
    path: { ...subject, link: 'Id of the event that linked the identifier.' },
    query: WaitQuery,
    reason: 'must',
    idempotent: true,
  })
  unlink(
    @Param('id', UuidInPath) id: string,
    @Param('link', UuidInPath) link: string,
    @Body() command: UnlinkIdentifier,
    @AskedBy() asked: Asked,
    @Query() query: WaitQuery,
  ): Promise<Done> {
    command.subject = id;
    command.link = link;
    return execute(this.commands, command, asked, query);
  }

  @Post('rebuilds')
  @HttpCode(202)
  @Roles('admin')
  @Operation({
    id: 'startRebuild',
    summary: 'Build read models anew from the log',
    says: 'A job of the service: the model is rebuilt beside the old one and swapped in. Progress stands at GET /v1/rebuilds.',
    status: 202,
    answers: 'Begun.',
    schema: 'Rebuilds',
  })
  rebuild(@Body() command: StartRebuild, @AskedBy() asked: Asked): Promise<readonly Rebuild[]> {
    return execute(this.commands, command, asked);
  }
}
