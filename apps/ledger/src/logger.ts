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

/** Lines of answered requests are written together: handing one to the system costs as much as reading its request. */
const gatheredBytes = 4_096;
/** And none waits longer than this. */
const gatherMs = 100;

/** Framework and service log through this; pino writes without blocking a request. */
export class JsonLogger implements LoggerService {
  private readonly pino: Pino;
  private flush: () => void;
  private gathering: NodeJS.Timeout | undefined;

  constructor(level: Settings['logLevel'], destination?: DestinationStream) {
    const options = { level, base: {}, timestamp: pino.stdTimeFunctions.isoTime };
    // Whatever is gathered when the process ends by itself is written then.
    const gathered = destination ? undefined : pino.destination({ sync: false, minLength: gatheredBytes });
    this.flush = () => gathered?.flush();
    gathered?.on('close', () => (this.flush = () => undefined));
    this.pino = pino(options, gathered ?? destination);
  }

  /** Whether requests are logged at all. */
  get tellsRequests(): boolean {
    return this.pino.isLevelEnabled('info');
  }

  answered(line: RequestLine): void {
    this.pino.info(line, 'answered');
    this.soon();
  }

  /** A fault of ours with its stack. `where` says what was being done, by code. */
  failed(error: unknown, where: Readonly<Record<string, string>>): void {
    this.pino.error({ ...where, ...describe(error) }, 'failed');
    this.atOnce();
  }

  log(message: unknown, context?: string): void {
    if (context !== undefined && framework.has(context)) this.pino.debug({ context }, textOf(message));
    else this.pino.info({ context }, textOf(message));
    this.soon();
  }

  error(message: unknown, ...rest: unknown[]): void {
    const [stack, context] = rest.length > 1 ? rest : [undefined, rest[0]];
    this.pino.error({ context, ...(typeof stack === 'string' && { stack }) }, textOf(message));
    this.atOnce();
  }

  warn(message: unknown, context?: string): void {
    this.pino.warn({ context }, textOf(message));
    this.atOnce();
  }

  debug(message: unknown, context?: string): void {
    this.pino.debug({ context }, textOf(message));
    this.soon();
  }

  verbose(message: unknown, context?: string): void {
    this.pino.trace({ context }, textOf(message));
    this.soon();
  }

  /** What went wrong does not wait for others, but behind those that are being written. */
  private atOnce(): void {
    this.flush();
    this.soon();
  }

  private soon(): void {
    this.gathering ??= setTimeout(() => {
      this.gathering = undefined;
      this.flush();
    }, gatherMs).unref();
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
