// How does the command line ask the service? At DERBES_URL with DERBES_KEY; a problem becomes its message and exit code.
import { setTimeout as pause } from 'node:timers/promises';
import { CommandFailed, exitCodes, type Terminal } from './terminal.js';

const answerMsMax = 120_000;
export const retriesMax = 20;
const retryMsDefault = 1_000;
const retryMsMax = 30_000;
const urlDefault = 'http://127.0.0.1:8080';

export interface Request {
  readonly body?: unknown;
  readonly type?: string;
  readonly accept?: string;
  readonly reason?: string;
  readonly idempotencyKey?: string;
  /** Answers that are no failure although they are problems. */
  readonly expect?: readonly number[];
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  /** Undefined where the answer is no JSON. */
  readonly body: unknown;
  readonly headers: Headers;
}

/** Throws CommandFailed when it breaks off. */
interface Stream {
  readonly headers: Headers;
  readonly chunks: AsyncIterable<Uint8Array>;
}

interface Fetched {
  readonly status: number;
  readonly bytes: Buffer;
  readonly headers: Headers;
  readonly retryMs: number;
}

interface TellableProblem {
  readonly title?: string;
  readonly code?: string;
  readonly detail?: string;
  readonly instance?: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string; readonly hint?: string }[];
}

export class Client {
  private readonly base: string;

  constructor(private readonly terminal: Terminal) {
    const named = terminal.environment['DERBES_URL'] ?? urlDefault;
    if (!URL.canParse(named) || !/^https?:/.test(named)) {
      throw new CommandFailed(
        'DERBES_URL must be an http or https address, such as http://127.0.0.1:8080',
        exitCodes.usage,
      );
    }
    this.base = named.replace(/\/+$/, '');
  }

  /** Throws CommandFailed with the problem's words; what is overloaded is asked again as Retry-After says. */
  async ask(method: string, path: string, request: Request = {}): Promise<Answer> {
    for (let tried = 0; ; tried++) {
      const answer = await this.once(method, path, request);
      const { status, retryMs, ...rest } = answer;
      if (status === 429 && tried < retriesMax) {
        await pause(Math.min(retryMs, retryMsMax));
        continue;
      }
      if (status >= 400 && !request.expect?.includes(status)) throw new CommandFailed(tell(status, rest.body));
      return { status, ...rest };
    }
  }

  /** The bytes of a file; undefined where there is none (404). Throws CommandFailed as `ask` does, and for more than `bytesMax`. */
  async file(path: string, bytesMax: number): Promise<Buffer | undefined> {
    for (let tried = 0; ; tried++) {
      const { status, bytes, retryMs } = await this.fetched('GET', path, { accept: '*/*' }, bytesMax);
      if (status < 400) return bytes;
      const passes = status === 429 || status === 503;
      if (passes && tried < retriesMax) {
        await pause(Math.min(retryMs, retryMsMax));
        continue;
      }
      const body = jsonOf(bytes.toString());
      const { code } = (body ?? {}) as TellableProblem;
      if (status === 404 && code === 'NOT_FOUND') return undefined;
      throw new CommandFailed(tell(status, body));
    }
  }

  /** An answer of any length, piece by piece, as it comes. */
  async stream(path: string, accept: string, reason?: string): Promise<Stream> {
    for (let tried = 0; ; tried++) {
      const request = { accept, ...(reason !== undefined && { reason }) };
      const begun = new AbortController();
      const late = setTimeout(() => begun.abort(), answerMsMax);
      const response = await this.respond('GET', path, request, begun.signal).finally(() => clearTimeout(late));
      if (response.status < 400) return { headers: response.headers, chunks: unbroken(response) };
      const text = await response.text();
      const passes = response.status === 429 || response.status === 503;
      if (!passes || tried >= retriesMax) throw new CommandFailed(tell(response.status, jsonOf(text)));
      await pause(Math.min(retryMsOf(response), retryMsMax));
    }
  }

  private async once(method: string, path: string, request: Request): Promise<Answer & { readonly retryMs: number }> {
    const { bytes, ...rest } = await this.fetched(method, path, request);
    const text = bytes.toString();
    return { ...rest, text, body: jsonOf(text) };
  }

  private async fetched(method: string, path: string, request: Request, bytesMax = Infinity): Promise<Fetched> {
    const response = await this.respond(method, path, request, AbortSignal.timeout(answerMsMax));
    const bytes = await bytesOf(response, bytesMax).catch((error: unknown) => {
      throw error instanceof CommandFailed ? error : this.silent();
    });
    return { status: response.status, bytes, headers: response.headers, retryMs: retryMsOf(response) };
  }

  private async respond(method: string, path: string, request: Request, signal: AbortSignal): Promise<Response> {
    const { body, type = 'application/json', accept = 'application/json', reason, idempotencyKey } = request;
    const key = this.terminal.environment['DERBES_KEY'];
    const headers = {
      accept,
      ...(key !== undefined && key !== '' && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && { 'content-type': type }),
      ...(reason !== undefined && { 'derbes-reason': reason }),
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    };
    try {
      const sent = body === undefined ? {} : { body: JSON.stringify(body) };
      return await fetch(this.base + path, { method, headers, signal, ...sent });
    } catch {
      throw this.silent();
    }
  }

  private silent(): CommandFailed {
    return new CommandFailed(
      `${this.base} does not answer: is the service running, and is DERBES_URL right?`,
      exitCodes.unreachable,
    );
  }
}

function retryMsOf({ headers }: Response): number {
  const seconds = Number(headers.get('retry-after') ?? NaN);
  return seconds >= 0 ? seconds * 1000 : retryMsDefault;
}

async function* unbroken({ body }: Response): AsyncGenerator<Uint8Array> {
  try {
    yield* (body ?? []) as AsyncIterable<Uint8Array>;
  } catch {
    throw new CommandFailed('the answer broke off, and what came of it is not whole', exitCodes.unreachable);
  }
}

async function bytesOf({ body }: Response, bytesMax: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > bytesMax)
      throw new CommandFailed(`the service sends more than the ${bytesMax} bytes that this can have`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** A problem in words: what, where, and the request under which the log has it. */
export function tell(status: number, body: unknown): string {
  const { title, code, detail, instance, errors = [] } = (body ?? {}) as TellableProblem;
  if (code === undefined) return `the service answered ${status}, which is no problem it knows`;
  const lines = [`${code}: ${title ?? ''}`, `  ${detail ?? ''}`];
  for (const fault of errors) {
    lines.push(
      `  ${fault.pointer === '' ? 'the body' : fault.pointer}: ${fault.detail}${fault.hint ? ` (${fault.hint})` : ''}`,
    );
  }
  if (code === 'KEY_MISSING') lines.push('  The command line takes the key from DERBES_KEY.');
  if (status >= 500 && instance) lines.push(`  request ${instance}`);
  return lines.join('\n');
}
