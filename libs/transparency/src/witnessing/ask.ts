// How is a witness asked, when what answers may be anybody? One request, no redirects, so many bytes, so much time.
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { WitnessTrouble } from './trouble.js';

/** A few cosignature lines, or a checkpoint with sixteen of them, each up to 5 kB when signed for after quantum computers. */
export const answerBytesMax = 128 * 1024;
const headerBytesMax = 8 * 1024;
/** What Node and OpenSSL say of a certificate that is not the witness's: expired, of another name, of an authority that nobody trusts. */
const certificateCodes = /^(ERR_TLS_CERT_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH)/;

export interface Answer {
  readonly status: number;
  /** Media type in lower case, without parameters; empty when none is said. */
  readonly type: string;
  readonly body: string;
}

/** Connections to one witness, kept between checkpoints. */
export class Line {
  readonly #agent: HttpAgent;
  readonly #secure: boolean;
  readonly #prefix: string;

  /** `prefix` is the witness's submission prefix, as its policy line has it. */
  constructor(prefix: URL) {
    this.#secure = prefix.protocol === 'https:';
    this.#prefix = prefix.href.replace(/\/*$/, '/');
    const kept = { keepAlive: true, maxSockets: 1, maxFreeSockets: 1 };
    // Whatever NODE_TLS_REJECT_UNAUTHORIZED says: whoever stands between could say "409" and halt the log.
    this.#agent = this.#secure ? new HttpsAgent({ ...kept, rejectUnauthorized: true }) : new HttpAgent(kept);
  }

  /** Throws WitnessTrouble. `until` ends the request whatever state it is in. */
  async ask(method: 'GET' | 'POST', path: string, body: string, until: AbortSignal): Promise<Answer> {
    try {
      return await this.#ask(method, path, body, until).catch((error: unknown) => {
        // It closed the connection that was kept, just as it was used again: nothing was heard of this request.
        if (error instanceof KeptConnectionGone) return this.#ask(method, path, body, until);
        throw error;
      });
    } catch (error) {
      if (error instanceof WitnessTrouble) throw error;
      if (until.aborted) throw new WitnessTrouble('WITNESS_TOO_SLOW', 'the answer was not there in time');
      const { code } = error as { code?: unknown };
      // A header that overflows is the parser's error, before there is an answer to look at.
      if (code === 'HPE_HEADER_OVERFLOW') throw tooLarge();
      if (typeof code === 'string' && code.startsWith('HPE_')) throw malformed('this is not HTTP');
      if (typeof code === 'string' && certificateCodes.test(code))
        throw new WitnessTrouble('WITNESS_CERTIFICATE_NOT_TRUSTED', `its certificate is not trusted (${code})`);
      throw new WitnessTrouble(
        'WITNESS_UNREACHABLE',
        `it cannot be reached (${typeof code === 'string' ? code : 'unknown'})`,
      );
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  async #ask(method: string, path: string, body: string, until: AbortSignal): Promise<Answer> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const asking = (this.#secure ? requestHttps : requestHttp)(`${this.#prefix}${path}`, {
        method,
        agent: this.#agent,
        signal: until,
        maxHeaderSize: headerBytesMax,
        headers: {
          'Accept-Encoding': 'identity',
          ...(method === 'POST' && { 'Content-Type': 'text/plain', 'Content-Length': Buffer.byteLength(body) }),
        },
      });
      asking.once('response', resolve);
      // After the response too: a body that breaks off is the reader's error, told to it.
      asking.on('error', (error: NodeJS.ErrnoException) => {
        const gone = asking.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
        reject(gone ? new KeptConnectionGone(error.code) : error);
      });
      asking.end(method === 'POST' ? body : undefined);
    });
    try {
      return await readAnswer(response);
    } catch (error) {
      response.destroy();
      throw error;
    }
  }
}

class KeptConnectionGone extends Error {
  constructor(readonly code: string | undefined) {
    super('a kept connection was closed');
  }
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const status = response.statusCode ?? 0;
  // Another address would be another party than the policy names.
  if (status >= 300 && status < 400) throw new WitnessTrouble('WITNESS_REDIRECTS', `it answers ${status}`);
  if ((response.headers['content-encoding'] ?? 'identity') !== 'identity') throw malformed('it answers compressed');
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > answerBytesMax) throw tooLarge();
    chunks.push(chunk);
  }
  const type = (response.headers['content-type'] ?? '').split(';')[0] ?? '';
  return { status, type: type.trim().toLowerCase(), body: Buffer.concat(chunks).toString('utf8') };
}

const tooLarge = () =>
  new WitnessTrouble('WITNESS_ANSWER_TOO_LARGE', `it answers more than ${answerBytesMax} bytes, or endless headers`);
const malformed = (message: string) => new WitnessTrouble('WITNESS_ANSWER_MALFORMED', message);

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * The submission prefix of a policy line; a sentence when it is none that is asked:
 * https, or http on this very machine, for whoever stands between could say "409" and halt the log.
 */
export function prefixOf(text: string | undefined): URL | string {
  if (text === undefined) return 'has no URL to be asked at';
  if (!URL.canParse(text)) return 'has a URL that is none';
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    return 'has a URL with a user, a query or a fragment';
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback.test(url.hostname)))
    return 'has a URL that is neither https nor http on 127.0.0.1, [::1] or localhost';
  return url;
}
