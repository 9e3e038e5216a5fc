// How is the log read? As the static files that C2SP tlog-tiles names, by whoever may read pseudonymous personal data.
import { Malformed, parseTilePath, type Tile, tileWidthMax } from '@derbes/transparency';
import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type Asked } from '../keys/asked.js';
import { type BlobsPage, ReadBlobs, ReadCheckpoint, ReadLogPolicy, ReadTile } from '../log/queries.js';
import { AboutPerson, AskedBy, askedOf, OpenWhere, Roles } from './access.js';
import { Operation } from './operation.js';
import { Problem } from './problem/problem.js';

const prefix = '/log/';
const textPlain = 'text/plain; charset=utf-8';
/** RFC 9111 section 5.2.2.1: a year is for ever. */
const foreverSeconds = 31_536_000;
const compressed = promisify(gzip);

@ApiTags('log')
@Controller('log')
export class LogController {
  constructor(private readonly queries: QueryBus) {}

  @Get('checkpoint')
  @Roles('auditor', 'officer', 'admin')
  @OpenWhere('checkpoint')
  @Operation({
    id: 'readLogCheckpoint',
    summary: 'The last published checkpoint',
    says: 'C2SP tlog-checkpoint: origin, size and root of the tree over all events, signed by the log and cosigned by its witnesses. It names nobody.',
    answers: 'The signed note.',
    text: 'text/plain',
  })
  checkpoint(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<Buffer> {
    return this.text(new ReadCheckpoint(), request, reply);
  }

  @Get('log.policy')
  @Roles('auditor', 'officer', 'admin')
  @OpenWhere('checkpoint')
  @Operation({
    id: 'readLogPolicy',
    summary: 'Which keys and witnesses the log has',
    says: 'C2SP tlog-policy. Whoever verifies keeps a copy of their own: what the log itself says of its keys proves nothing.',
    answers: 'The policy.',
    text: 'text/plain',
  })
  policy(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<Buffer> {
    return this.text(new ReadLogPolicy(), request, reply);
  }

  @Get('tile/*')
  @Roles('auditor', 'officer', 'admin')
  @OpenWhere('tiles')
  @Operation({
    id: 'readLogTile',
    summary: 'A tile of the tree, or a bundle of events',
    says: 'C2SP tlog-tiles: `tile/<L>/<N>[.p/<W>]` has hashes, `tile/entries/<N>[.p/<W>]` the events themselves, which are pseudonymous personal data. What never changes may be kept for ever. A partial tile is gone once the full one is there: take that, and cut it. Bundles are gzipped for whoever takes that.',
    answers: 'The file.',
    path: { path: 'Rest of the path, such as `0/x001/234` or `entries/000.p/17`; its slashes stand as they are.' },
    binary: true,
  })
  async tile(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<Buffer> {
    const tile = tileOf(request);
    const bytes = await this.ask(Object.assign(new ReadTile(), { tile }), request);
    const scope = request.opened ? 'public' : 'private';
    void reply
      .type('application/octet-stream')
      .header('cache-control', `${scope}, max-age=${foreverSeconds}, immutable`);
    if (tile.level !== 'entries') return bytes;
    void reply.header('vary', 'accept-encoding');
    if (!takesGzip(request)) return bytes;
    void reply.header('content-encoding', 'gzip');
    return compressed(bytes);
  }

  @Get('blobs')
  @Roles('auditor', 'officer')
  @AboutPerson()
  @Operation({
    id: 'readLogBlobs',
    summary: 'Sealed values of living people',
    says: 'For an export by which a verifier checks that no sealed value was swapped: ciphertext alone, of the first `size` events, without what was erased. `after` goes on with the next page.',
    answers: 'A page.',
    schema: 'Blobs',
    query: ReadBlobs,
    reason: 'must',
  })
  blobs(@Query() question: ReadBlobs, @AskedBy() asked: Asked): Promise<BlobsPage> {
    question.asked = asked;
    return this.queries.execute(question);
  }

  private async text(
    question: ReadCheckpoint | ReadLogPolicy,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Buffer> {
    const bytes = await this.ask(question, request);
    void reply.type(textPlain).header('cache-control', 'no-cache');
    return bytes;
  }

  private ask(question: ReadCheckpoint | ReadLogPolicy | ReadTile, request: FastifyRequest): Promise<Buffer> {
    if (!request.opened) question.asked = askedOf(request);
    return this.queries.execute(question);
  }
}

/** From the path as it was sent: no file name is ever made of what somebody encoded. */
function tileOf({ url }: FastifyRequest): Tile {
  const [path = ''] = url.split('?', 1);
  try {
    return parseTilePath(path.slice(prefix.length));
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw new Problem(
      'NOT_FOUND',
      `this is not the path of a tile, which has ${tileWidthMax} hashes or names its width`,
    );
  }
}

/** RFC 9110 section 12.5.3: named or under `*`, and not with a weight of 0. */
function takesGzip({ headers }: FastifyRequest): boolean {
  const codings = (headers['accept-encoding'] ?? '').toLowerCase().split(',').slice(0, codingsMax);
  const weights = new Map(codings.map((coding) => coding.split(';').map((part) => part.trim())).map(weighed));
  return (weights.get('gzip') ?? weights.get('x-gzip') ?? weights.get('*') ?? 0) > 0;
}

const codingsMax = 16;

function weighed([name = '', ...parameters]: readonly string[]): readonly [string, number] {
  const [, weight = '1'] = /^q=([01](?:\.\d{0,3})?)$/.exec(parameters.find((one) => one.startsWith('q=')) ?? '') ?? [];
  return [name, Number(weight)];
}
