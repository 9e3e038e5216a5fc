// How does an admin end an epoch, so that what was erased in it is final, and see how far that is?
import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { type EpochState } from '../epochs/epochs.js';
import { type Asked } from '../keys/asked.js';
import { ReadEpochs } from '../read/queries.js';
import { CloseEpoch } from '../write/commands.js';
import { AskedBy, Roles } from './access.js';
import { execute } from './dispatch.js';
import { Operation } from './operation.js';

@ApiTags('epochs')
@Controller('v1/epochs')
export class EpochsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Roles('admin', 'officer', 'auditor')
  @Operation({
    id: 'readEpochs',
    summary: 'How the epochs of keys stand',
    says: 'The open epoch, a close that is under way and what it waits for, the last one that ended, and whoever holds the key.',
    answers: 'The state.',
    schema: 'EpochState',
  })
  state(@AskedBy() asked: Asked): Promise<EpochState> {
    const question = new ReadEpochs();
    question.asked = asked;
    return this.queries.execute(question);
  }

  @Post('close')
  @HttpCode(202)
  @Roles('admin')
  @Operation({
    id: 'closeEpoch',
    summary: 'Close the epoch',
    says: 'Everybody who was not erased comes under the next key, and the old one is destroyed once a published checkpoint says so: then what was erased is final. A job of the service, gone on with after a crash; asking again goes on with a close that was held. `approve` must come from another key than asked for it.',
    status: 202,
    answers: 'Begun; progress stands at GET /v1/epochs.',
    schema: 'EpochState',
  })
  close(@Body() command: CloseEpoch, @AskedBy() asked: Asked): Promise<EpochState> {
    return execute(this.commands, command, asked);
  }
}
