// How does somebody get the proof that an event is in the log, and what opens the values in it to the person they are about?
import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { type Asked } from '../keys/asked.js';
import { type OpeningFile } from '../log/opening-file.js';
import { ReadOpening, ReadReceipt } from '../log/queries.js';
import { AboutPerson, AskedBy, Roles } from './access.js';
import { Operation } from './operation.js';
import { UuidInPath } from './path.js';
import { Problem } from './problem/problem.js';

const path = { id: 'Id of the event, as timeline and dossier name it.' };
const unknown = 'no event with this id is known';

@ApiTags('log')
@Controller('v1/events')
export class ReceiptsController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id/receipt')
  @Roles('officer', 'auditor')
  @Operation({
    id: 'readReceipt',
    summary: 'The proof that an event is in the log',
    says: 'A C2SP tlog-proof: `extra` is the event itself in base64, then its index, the inclusion proof and the last published checkpoint. It is verified offline against the policy of the log; it shows the stream and revision of the event, so an emitter gets none.',
    answers: 'The receipt.',
    path,
    reason: 'may',
    text: 'text/plain',
  })
  async receipt(
    @Param('id', UuidInPath) event: string,
    @AskedBy() asked: Asked,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const receipt: string | undefined = await this.queries.execute(Object.assign(new ReadReceipt(), { event, asked }));
    if (receipt === undefined) throw new Problem('NOT_FOUND', unknown);
    void reply
      .type('text/plain; charset=utf-8')
      .header('content-disposition', `attachment; filename="${event}.tlog-proof"`);
    return receipt;
  }

  @Get(':id/opening')
  @Roles('officer')
  @AboutPerson()
  @Operation({
    id: 'readOpening',
    summary: 'What opens the values of an event to their person',
    says: 'Of each value of that person in the event: the characters committed to and the key of that commitment. With the receipt of the event she can check that the value is hers and nobody can show her another one. It holds the values: hand it to her alone.',
    answers: 'The opening.',
    schema: 'Opening',
    path,
    query: ReadOpening,
    reason: 'must',
  })
  async opening(
    @Param('id', UuidInPath) event: string,
    @Query() question: ReadOpening,
    @AskedBy() asked: Asked,
  ): Promise<OpeningFile> {
    const opening = await this.queries.execute(Object.assign(question, { event, asked }));
    if (!opening) throw new Problem('NOT_FOUND', 'no value of this person is sealed in an event with this id');
    return opening;
  }
}
