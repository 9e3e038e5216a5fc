// What is written to the log? JSON lines of codes, ids and numbers; never a body, a header, a query string or a value.
import { type LoggerService } from '@nestjs/common';
import { type DestinationStream, pino, type Logger as Pino } from 'pino';
import { type Settings } from './settings.js';

/** One answered request. `route` is the pattern, so that no id of a path stands in a log. */
export interface RequestLine {
  readonly request: string;
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly ms: number;
  readonly key?: string;
  /** Code of the problem answered. */
  readonly problem?: string;
}

/** Framework and service log through this; pino writes without blocking a request. */
export class JsonLogger implements LoggerService {
  private readonly pino: Pino;

  constructor(level: Settings['logLevel'], destination?: DestinationStream) {
    const options = { level, base: {}, timestamp: pino.stdTimeFunctions.isoTime };
    // Lines wait for the one before them to be written, not the request for its line.
    this.pino = pino(options, destination ?? pino.destination({ sync: false }));
  }

  /** Whether requests are logged at all. */
  get tellsRequests(): boolean {
    return this.pino.isLevelEnabled('info');
  }

  answered(line: RequestLine): void {
    this.pino.info(line, 'answered');
  }

  /** A fault of ours with its stack. `where` says what was being done, by code. */
  failed(error: unknown, where: Readonly<Record<string, string>>): void {
    this.pino.error({ ...where, ...describe(error) }, 'failed');
  }

  log(message: unknown, context?: string): void {
    if (context !== undefined && framework.has(context)) this.pino.debug({ context }, textOf(message));
    else this.pino.info({ context }, textOf(message));
  }

  error(message: unknown, ...rest: unknown[]): void {
    const [stack, context] = rest.length > 1 ? rest : [undefined, rest[0]];
    this.pino.error({ context, ...(typeof stack === 'string' && { stack }) }, textOf(message));
  }

  warn(message: unknown, context?: string): void {
    this.pino.warn({ context }, textOf(message));
  }

  debug(message: unknown, context?: string): void {
    this.pino.debug({ context }, textOf(message));
  }

  verbose(message: unknown, context?: string): void {
    this.pino.trace({ context }, textOf(message));
  }
}

// Which module was made and which route mapped is of no interest to whoever runs the service.
const framework = new Set(['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication']);

// Objects given to a logger may hold anything; only their names are told.
const textOf = (message: unknown): string =>
  typeof message === 'string' ? message : message instanceof Error ? message.name : typeof message;

const causesMax = 4;

/** Codes of our own libs, of Node and of the framework: their messages name places and limits, no values. */
const trustedCode = /^[A-Z][A-Z_]{3,63}$/;

/**
 * Name, code and the frames of the stack, of the error and its causes. Other messages are left out: those of drivers
 * and parsers quote what they were given.
 */
function describe(error: unknown, depth = 0): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: typeof error };
  const { code } = error as { code?: unknown };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    error: error.name,
    ...(typeof code === 'string' && { code }),
    ...(typeof code === 'string' && trustedCode.test(code) && { message: error.message }),
    stack: frames.join('\n'),
    ...(error.cause !== undefined && depth < causesMax && { cause: describe(error.cause, depth + 1) }),
  };
}
