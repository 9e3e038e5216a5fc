// What does a server answer to these bytes? No client library in between, which would mend or refuse them.
import { connect } from 'node:net';
import { type Wire } from './mutations.js';

export interface RawAnswer {
  /** 0 when the connection ended without an answer. */
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

const answerMsMax = 60_000;
const lineEnd = '\r\n';

const hex = (length: number): string => length.toString(16);

function framed({ framing, body }: Wire): { readonly headers: readonly string[]; readonly bytes: Buffer } {
  const length = (bytes: number) => `content-length: ${bytes}`;
  const chunk = Buffer.concat([Buffer.from(`${hex(body.length)}${lineEnd}`), body, Buffer.from(lineEnd)]);
  const last = Buffer.from(`0${lineEnd}${lineEnd}`);
  const chunked = 'transfer-encoding: chunked';
  switch (framing) {
    case 'length':
      return { headers: [length(body.length)], bytes: body };
    case 'chunked':
      return { headers: [chunked], bytes: Buffer.concat(body.length > 0 ? [chunk, last] : [last]) };
    case 'none':
      return { headers: [], bytes: Buffer.alloc(0) };
    case 'too-short':
      return { headers: [length(Math.floor(body.length / 2))], bytes: body };
    case 'too-long':
      return { headers: [length(body.length + 7)], bytes: body };
    case 'twice':
      return { headers: [length(body.length), chunked], bytes: Buffer.concat([chunk, last]) };
    case 'broken-chunk':
      return { headers: [chunked], bytes: Buffer.concat([Buffer.from(`zz${lineEnd}`), body, last]) };
  }
}

/** Sends one request on a connection of its own and reads the first answer until the server hangs up. */
export function sendRaw(url: string, wire: Wire): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const { headers, bytes } = framed(wire);
  const lines = [
    `${wire.method} ${wire.target} HTTP/1.1`,
    `host: ${hostname}`,
    'connection: close',
    ...wire.headers.map(([name, value]) => `${name}: ${value}`),
    ...headers,
  ];
  const head = Buffer.from(`${lines.join(lineEnd)}${lineEnd}${lineEnd}`, 'latin1');
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    const read: Buffer[] = [];
    const late = setTimeout(() => socket.destroy(new Error('no answer in time')), answerMsMax);
    socket.on('data', (part: Buffer) => read.push(part));
    // Whoever closes on bytes that it has not read resets the connection; what it said before that counts.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);
    });
    socket.on('end', () => socket.end());
    socket.on('close', () => {
      clearTimeout(late);
      resolve(readAnswer(Buffer.concat(read)));
    });
    socket.write(head);
    socket.write(bytes);
    // A body shorter than was said never ends by itself.
    if (wire.framing === 'too-long') socket.end();
  });
}

function readAnswer(bytes: Buffer): RawAnswer {
  const text = bytes.toString('utf8').replace(/^HTTP\/1\.1 100 [^\r]*\r\n\r\n/, '');
  const end = text.indexOf(lineEnd + lineEnd);
  const [, status = '0'] = /^HTTP\/1\.1 (\d{3})/.exec(text) ?? [];
  const lines = text.slice(0, Math.max(0, end)).split(lineEnd).slice(1);
  const headers = new Map(
    lines.map((line) => {
      const [name = '', ...value] = line.split(':');
      return [name.trim().toLowerCase(), value.join(':').trim()] as const;
    }),
  );
  return { status: Number(status), headers, body: end < 0 ? '' : text.slice(end + 2 * lineEnd.length) };
}
