// How does every error leave the service? As problem+json, with the request's id, and a line in the log for our own faults.
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { JsonLogger } from '../../logger.js';
import { RouteTable } from '../routes.js';
import { Problem } from './problem.js';
import { problemOf } from './translate.js';

export const problemMediaType = 'application/problem+json; charset=utf-8';

@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly routes: RouteTable,
    private readonly logger: JsonLogger,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const problem = this.known(error, request);
    if (problem.status >= 500)
      this.logger.failed(problem.more.cause ?? problem, { request: request.id, problem: problem.code });
    // The answer has begun: nothing more can be said on this connection.
    if (reply.sent) return;
    request.problem = problem.code;
    void reply
      .status(problem.status)
      .headers(problem.headers)
      .header('content-type', problemMediaType)
      .send(JSON.stringify(problem.body(request.id)));
  }

  private known(error: unknown, request: FastifyRequest): Problem {
    // The router knows no 405: a path without this method looks to it like no path at all.
    const missed = error instanceof HttpException && error.getStatus() === 404;
    const [path = ''] = request.url.split('?', 1);
    const methods = missed ? this.routes.methodsOf(path) : [];
    if (methods.length === 0) return problemOf(error);
    const allow = methods.join(', ');
    return new Problem('METHOD_NOT_ALLOWED', `this path takes ${allow}`, { headers: { allow } });
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Code of the problem answered, for the log. */
    problem: string | undefined;
  }
}
