// How does what a controller was asked reach whoever carries it out or answers it, and in which form does the answer leave?
import { type CommandBus, type QueryBus } from '@nestjs/cqrs';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Asked } from '../keys/asked.js';
import { type ReadableQuery } from '../read/queries.js';
import { type AskedCommand } from '../write/commands.js';
import { formWanted, languageWanted } from './negotiate.js';
import { Problem } from './problem/problem.js';

/** What the bus answers, once the registers have reached it where that is waited for. */
export function execute<R>(
  commands: CommandBus,
  command: AskedCommand<R>,
  asked: Asked,
  { wait }: { readonly wait?: 'projected' | undefined } = {},
): Promise<R> {
  command.asked = { ...asked, ...(wait && { waitProjected: true }) };
  return commands.execute<AskedCommand<R>, R>(command);
}

/** The caller's own wish to read: where it came in, and where the answer leaves. */
export interface Reading {
  readonly asked: Asked;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** As JSON or as text, in the language wanted. Throws NOT_FOUND with `missing`. */
export async function read(
  queries: QueryBus,
  question: ReadableQuery<object | undefined>,
  { asked, request, reply }: Reading,
  missing = 'nothing with this id is known',
): Promise<object | string> {
  question.asked = asked;
  question.as = formWanted(request);
  question.lang = languageWanted(request, question.lang);
  const answer = await queries.execute<typeof question, object | string | undefined>(question);
  if (answer === undefined) throw new Problem('NOT_FOUND', missing);
  void reply.header('vary', 'accept, accept-language');
  if (typeof answer === 'string')
    void reply.type('text/plain; charset=utf-8').header('content-language', question.lang);
  return answer;
}
