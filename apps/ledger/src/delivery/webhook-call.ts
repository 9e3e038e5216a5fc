// What became of one webhook? A POST with limits on everything, to the addresses that were judged and no other, following no redirect.
import { type Refused } from '@derbes/kernel';
import http, { type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import { type LookupFunction, isIPv6 } from 'node:net';
import { type CheckedUrl } from './destination-guard.js';
import { retryAfterOf } from './schedule.js';

export interface CallLimits {
  readonly connectMsMax: number;
  /** From the first byte sent to the last one received. */
  readonly totalMsMax: number;
  readonly answerBytesMax: number;
}

/** Standard Webhooks 1.0 recommends 15 to 30 s; an acknowledgement is a few hundred bytes. */
export const defaultCallLimits: CallLimits = { connectMsMax: 5_000, totalMsMax: 20_000, answerBytesMax: 65_536 };

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent where it was longer than the limit. */
  readonly body?: Buffer;
  readonly retryAfterMs?: number;
}

/** Codes of what went wrong: of events, metrics and registers, so they never change. */
export type CallFault =
  | 'timeout'
  | 'connection-refused'
  | 'connection-broken'
  | 'cut-off'
  | 'tls'
  | 'unresolved'
  | 'private-address'
  | 'address-malformed';

/** No answer came. The message names no address, and nothing that was sent. */
export class CallFailed extends Error {
  constructor(readonly fault: CallFault) {
    super(`the webhook was not answered: ${fault}`);
  }
}

/** An idle line is kept for as long as a receiver usually does. */
const idleMs = 4_000;
const tlsCodes = /^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|EPROTO|HOSTNAME_MISMATCH)/;

/** Codes of a destination that must not be called, as a fault of the call. */
export function faultOfRefusal({ code }: Refused): CallFault {
  if (code === 'DESTINATION_UNRESOLVED') return 'unresolved';
  return code === 'DESTINATION_MALFORMED' ? 'address-malformed' : 'private-address';
}

export class WebhookCalls {
  private readonly agents = {
    'http:': new http.Agent({ keepAlive: true, timeout: idleMs }),
    'https:': new https.Agent({ keepAlive: true, timeout: idleMs, rejectUnauthorized: true }),
  };

  constructor(private readonly limits: CallLimits = defaultCallLimits) {}

  /** Throws CallFailed. A line that the receiver had closed meanwhile is replaced by a new one, once. */
  async post(to: CheckedUrl, headers: Readonly<Record<string, string>>, body: Buffer): Promise<Answer> {
    const once = () => this.once(to, headers, body);
    return once().catch((error: unknown) => {
      if (error instanceof StaleLine) return once().catch(asFailed);
      throw error;
    });
  }

  close(): void {
    for (const agent of Object.values(this.agents)) agent.destroy();
  }

  private once(
    { url, addresses }: CheckedUrl,
    headers: Readonly<Record<string, string>>,
    body: Buffer,
  ): Promise<Answer> {
    const { connectMsMax, totalMsMax, answerBytesMax } = this.limits;
    const isTls = url.protocol === 'https:';
    const [address] = addresses;
    const options: RequestOptions = {
      method: 'POST',
      agent: this.agents[isTls ? 'https:' : 'http:'],
      // A literal address is connected to without a look-up; one that wraps IPv4 was judged as what it wraps.
      ...(url.hostname.startsWith('[') ? { hostname: address, servername: '' } : {}),
      lookup: pinnedTo(addresses),
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Derbes',
        accept: 'application/json',
        'content-length': body.length,
        ...headers,
      },
    };
    return new Promise<Answer>((resolve, reject) => {
      const request = (isTls ? https : http).request(url, options);
      const over = setTimeout(() => end(new CallFailed('timeout')), totalMsMax);
      const unconnected = setTimeout(() => end(new CallFailed('timeout')), connectMsMax);
      const end = (outcome: Answer | Error): void => {
        clearTimeout(over);
        clearTimeout(unconnected);
        if (!(outcome instanceof Error)) return resolve(outcome);
        request.destroy();
        reject(outcome);
      };
      request.on('socket', (socket) => {
        const connected = (): void => clearTimeout(unconnected);
        if (request.reusedSocket) connected();
        else socket.once(isTls ? 'secureConnect' : 'connect', connected);
      });
      request.on('error', (error) => end(faultOf(error, request.reusedSocket)));
      request.on('response', (response) => {
        readAnswer(response, answerBytesMax).then(end, () => end(new CallFailed('cut-off')));
      });
      request.end(body);
    });
  }
}

/** The answer with its body, where that is short enough; rejects when it ends before it is whole. */
async function readAnswer(response: IncomingMessage, bytesMax: number): Promise<Answer> {
  const { statusCode = 0, headers } = response;
  const retryAfterMs = retryAfterOf(headers['retry-after'], Date.now());
  const single = Object.entries(headers).filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  const said = {
    status: statusCode,
    headers: Object.fromEntries(single),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // Leaving the loop ends the line: nobody makes us read on.
    if (bytes > bytesMax) return said;
    chunks.push(chunk);
  }
  if (!response.complete) throw new CallFailed('cut-off');
  return { ...said, body: Buffer.concat(chunks) };
}

/** Every look-up of the name gives the judged addresses. */
function pinnedTo(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  return (_, options, tell) => {
    const [first] = all;
    if (options.all === true) return tell(null, [...all]);
    tell(null, first?.address ?? '', first?.family);
  };
}

/** The receiver had closed a kept line before it saw this request. */
class StaleLine extends Error {}

function faultOf(error: NodeJS.ErrnoException, isReused: boolean): Error {
  const code = error.code ?? '';
  if (isReused && (code === 'ECONNRESET' || code === 'EPIPE')) return new StaleLine();
  if (code === 'ETIMEDOUT') return new CallFailed('timeout');
  if (code === 'ECONNREFUSED' || code === 'EHOSTUNREACH' || code === 'ENETUNREACH')
    return new CallFailed('connection-refused');
  return new CallFailed(tlsCodes.test(code) ? 'tls' : 'connection-broken');
}

function asFailed(error: unknown): never {
  throw error instanceof StaleLine ? new CallFailed('connection-broken') : error;
}
