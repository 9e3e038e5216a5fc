// How are facts told? One CloudEvent or a batch of them, each answered by what became of it.
import { Controller, Post, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Asked } from '../../keys/asked.js';
import { type Outcome } from '../../write/outcome.js';
import { type ReceivedEvent } from '../../write/received.js';
import { RecordEvents } from '../../write/record-events.js';
import { askedOf, Roles } from '../access.js';
import { OneOf, Optional } from '../form/field.js';
import { readQuery } from '../form/form-pipe.js';
import { Metrics } from '../metrics.js';
import { Operation } from '../operation.js';
import { Problem } from '../problem/problem.js';
import { publishedHeader, publishedItem, tellWaitedOn } from '../waited.js';
import { type Answered, inOrder, isWell, problemOfBatch, problemOfOutcome, sift, statusOfOutcome } from './outcomes.js';
import { atomicEventsMax, readSent } from './transport.js';

export class EventsQuery {
  @Optional() @OneOf(['true', 'false']) atomic?: 'true' | 'false';
  /** Answer when the read models have reached what was recorded, or when a published checkpoint of the log covers it. */
  @Optional() @OneOf(['projected', 'receipt']) wait?: 'projected' | 'receipt';
}

export interface BatchAnswer {
  /** One per event, in the order sent. */
  readonly outcomes: readonly Outcome[];
  /** As of a single one. */
  readonly checkpoint?: string;
}

/** Of an event that was waited for: the published checkpoint that covers it, a signed note. */
interface Covered {
  readonly checkpoint?: string;
}

@ApiTags('facts')
@Controller('v1/events')
export class EventsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly metrics: Metrics,
  ) {}

  @Post()
  @Roles('emitter', 'officer')
  @Operation({
    id: 'recordEvents',
    summary: 'Tell one fact or a batch of facts',
    says: 'CloudEvents 1.0 in structured, binary or batch mode. A fact is never refused because it breaks the policy: its findings say what is wrong with it. A batch is answered with one outcome per event; with `atomic=true` all of it is recorded or nothing. With `wait=receipt` it is answered with the published checkpoint that covers all that was recorded; the proof itself goes to officers, auditors and the person.',
    status: 201,
    answers: 'Recorded.',
    or: [200, 'A repeat of the same event with its first outcome, or a batch with all outcomes.'],
    schema: 'OutcomeOrBatch',
    query: EventsQuery,
  })
  async record(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    // Services call this route for every fact: reading and answering it here spares each the pipes and promises of a parameter.
    const query = readQuery(EventsQuery, request.query as object);
    let covered: Covered = {};
    const asked: Asked = {
      ...askedOf(request),
      ...(query.wait === 'projected' && { waitProjected: true, tellWaited: tellWaitedOn(reply) }),
      ...(query.wait === 'receipt' && {
        waitPublished: true,
        tellPublished: (publication) => {
          void reply.header(publishedHeader, publishedItem(publication));
          if (publication.outcome === 'published') covered = { checkpoint: publication.note };
        },
      }),
    };
    const sent = readSent(request.headers, request.body);
    if (sent.mode === 'single') {
      const outcome = await this.single(sent.event, asked);
      return send(reply, statusOfOutcome[outcome.status], { ...outcome, ...covered });
    }
    const { events } = sent;
    const answers = query.atomic === 'true' ? await this.allOrNothing(events, asked) : await this.each(events, asked);
    send(reply, 200, { outcomes: answers.map(({ outcome }) => outcome), ...covered });
  }

  private async single(event: unknown, asked: Asked): Promise<Outcome> {
    const [answered] = await this.each([event], asked);
    if (!answered) throw new Error('no outcome for an event');
    const { outcome } = answered;
    if (outcome.status !== 'recorded' && outcome.status !== 'repeated') throw problemOfOutcome(answered);
    return outcome;
  }

  /** One bad event does not stop the others. */
  private async each(told: readonly unknown[], asked: Asked): Promise<readonly Answered[]> {
    const { events, known } = sift(told, asked, Date.now());
    return this.counted(inOrder(told.length, known, await this.recorded(events, false, asked)));
  }

  private async allOrNothing(told: readonly unknown[], asked: Asked): Promise<readonly Answered[]> {
    if (told.length > atomicEventsMax) {
      throw new Problem('BATCH_TOO_LARGE', `at most ${atomicEventsMax} events in an atomic batch`);
    }
    const { events, known } = sift(told, asked, Date.now());
    this.counted([...known.values()]);
    if (known.size > 0) throw problemOfBatch(known, told.length);
    const answers = inOrder(told.length, known, await this.recorded(events, true, asked));
    this.counted(answers);
    const ill = new Map([...answers.entries()].filter(([, { outcome }]) => !isWell(outcome)));
    if (ill.size > 0) throw problemOfBatch(ill, told.length);
    return answers;
  }

  private async recorded(events: readonly ReceivedEvent[], atomic: boolean, asked: Asked): Promise<readonly Outcome[]> {
    if (events.length === 0) return [];
    return this.commands.execute(new RecordEvents(events, atomic, asked));
  }

  private counted(answers: readonly Answered[]): readonly Answered[] {
    for (const { outcome } of answers) this.metrics.event(outcome.status);
    return answers;
  }
}

function send(reply: FastifyReply, status: number, answer: (Outcome & Covered) | BatchAnswer): void {
  void reply.status(status).header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(answer));
}
