// Over HTTP: what does an edition say otherwise than another, and what is done under it?
import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { ReadActivities, ReadDifference } from '../editions/edition-queries.js';
import { type Asked } from '../keys/asked.js';
import { AskedBy, Roles } from './access.js';
import { read } from './dispatch.js';
import { Operation } from './operation.js';
import { Sha256InPath } from './path.js';

const missing = 'no such editions are published';

@ApiTags('questions')
@Controller('v1')
export class EditionsController {
  constructor(private readonly queries: QueryBus) {}

  @Get('policies/:sha256/difference')
  @Roles('emitter', 'officer', 'auditor', 'admin')
  @Operation({
    id: 'readDifference',
    summary: 'What an edition says otherwise',
    says: 'Every change from the edition before it, or from the one named: wording, narrower or wider, why, and what it asks: nothing, telling people, or asking for consent anew.',
    answers: 'The changes, the wider first.',
    path: { sha256: 'SHA-256 of the newer document in lower-case hex.' },
    query: ReadDifference,
    schema: 'EditionDifference',
    text: 'too',
  })
  difference(
    @Param('sha256', Sha256InPath) document: string,
    @Query() question: ReadDifference,
    @AskedBy() asked: Asked,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object | string> {
    question.document = document;
    return read(this.queries, question, { asked, request, reply }, missing);
  }

  @Get('activities')
  @Roles('officer', 'auditor')
  @Operation({
    id: 'readActivities',
    summary: 'The record of processing activities',
    says: 'Derived from the events and the edition in force, never typed in (GDPR Art. 30): purpose, data, holder, recipient, country and basis with people and facts, how long, and where practice leaves the edition.',
    answers: 'Every activity, what is declared and not practised, and whose record it is.',
    query: ReadActivities,
    schema: 'Activities',
    text: 'too',
  })
  activities(
    @Query() question: ReadActivities,
    @AskedBy() asked: Asked,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object | string> {
    return read(this.queries, question, { asked, request, reply }, missing);
  }
}
