// How does an admin have the log signed with a new key?
import { Body, Controller, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { type Asked } from '../keys/asked.js';
import { AddLogKey, type LogKeyAdded } from '../sequencing/add-log-key.js';
import { AskedBy, Roles } from './access.js';
import { execute } from './dispatch.js';
import { Operation } from './operation.js';

@ApiTags('log')
@Controller('v1/log/keys')
export class LogKeysController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @Roles('admin')
  @Operation({
    id: 'addLogKey',
    summary: 'Sign the log with a new key',
    says: 'Made in the keep and named by SigningKeyAdded. Checkpoints bear the signatures of both keys until the overlap ends; then the worker destroys the older one.',
    status: 201,
    answers: 'The public half, as C2SP signed-note writes it.',
    schema: 'LogKey',
  })
  add(@Body() command: AddLogKey, @AskedBy() asked: Asked): Promise<LogKeyAdded> {
    return execute(this.commands, command, asked);
  }
}
