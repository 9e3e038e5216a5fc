// Does the ledger believe nothing that a witness does not prove, wait for none longer than it must, and stop where one shows that it must?
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createRawServer, type AddressInfo, type Server as RawServer, type Socket } from 'node:net';
import { parseAddCheckpoint } from '../add-checkpoint.js';
import { cosignatureVerifier, cosigner } from '../cosignature.js';
import { Malformed } from '../malformed.js';
import { formatSignatureLine, formatVkey, openNote, parseNote, signatureLine } from '../signed-note.js';
import { parsePolicy } from '../tlog-policy.js';
import { SampleLog } from '../testing/sample-log.js';
import { answerBytesMax, prefixOf } from './ask.js';
import { Witnesses, WitnessNotUsable, type WitnessesParts } from './witnesses.js';

// A crowded machine is no failure.
jest.setTimeout(120_000);

const seconds = (): number => Math.floor(Date.now() / 1000);
type Serve = (request: { path: string; body: string }, response: ServerResponse) => void;

/** Somebody at a witness's address, who may say anything. */
class Party {
  readonly key = generateKeyPairSync('ed25519').privateKey;
  readonly asked: string[] = [];
  held = 0;
  note = '';
  #server: Server | RawServer | undefined;
  #sockets = new Set<Socket>();
  port = 0;

  constructor(
    readonly name: string,
    private serve?: Serve,
  ) {}

  get vkey(): string {
    return formatVkey(cosigner(this.name, this.key, 1).key);
  }

  get line(): string {
    return `witness ${this.name} ${this.vkey} http://127.0.0.1:${this.port}`;
  }

  cosign(note: string, time = seconds()): string {
    return signatureLine(parseNote(note).text, cosigner(this.name, this.key, time));
  }

  /** Does what an honest witness does, without its checks. */
  honest(path: string, body: string, response: ServerResponse): void {
    if (path !== '/add-checkpoint') {
      response.statusCode = this.note === '' ? 404 : 200;
      return void response.end(this.note);
    }
    const { oldSize, note } = parseAddCheckpoint(body);
    if (oldSize !== this.held) {
      response.writeHead(409, { 'Content-Type': 'text/x.tlog.size' });
      return void response.end(`${this.held}\n`);
    }
    this.held = Number(note.split('\n')[1]);
    this.note = note;
    response.end(this.cosign(note));
  }

  becomes(serve: Serve | undefined): void {
    this.serve = serve;
  }

  async listen(): Promise<void> {
    this.#server ??= createServer((request, response) => void this.#take(request, response));
    await this.#bind(this.#server);
  }

  async listenRaw(speak: (socket: Socket) => void): Promise<void> {
    this.#server = createRawServer((socket) => {
      socket.on('error', () => undefined);
      speak(socket);
    });
    await this.#bind(this.#server);
  }

  async close(): Promise<void> {
    const server = this.#server;
    if (!server?.listening) return;
    server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(server, 'close');
  }

  async #bind(server: Server | RawServer): Promise<void> {
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    server.listen(this.port, '127.0.0.1');
    await once(server, 'listening');
    this.port = (server.address() as AddressInfo).port;
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const [path, body] = [request.url ?? '', Buffer.concat(chunks).toString()];
    this.asked.push(path);
    if (this.serve) this.serve({ path, body }, response);
    else this.honest(path, body, response);
  }
}

let log: SampleLog;
let parties: Party[];
let opened: Witnesses[];
let lockedSize: number;

beforeEach(() => {
  log = new SampleLog().grow(20);
  parties = [];
  opened = [];
  lockedSize = 0;
});
afterEach(async () => {
  for (const witnesses of opened) witnesses.close();
  await Promise.all(parties.map((party) => party.close()));
});

async function party(name: string, serve?: Serve): Promise<Party> {
  const one = new Party(name, serve);
  parties.push(one);
  await one.listen();
  return one;
}

function witnesses(quorum: string, more: Partial<WitnessesParts> = {}, of = log): Witnesses {
  const all = parties.map(({ line }) => line).join('\n');
  const names = parties.map(({ name }) => name).join(' ');
  const policy = parsePolicy(`${all}\ngroup enough ${quorum} ${names}\nquorum enough\n`);
  const made = new Witnesses(policy, {
    prove: (from, to) => Promise.resolve(of.prove(from, to)),
    keys: () => Promise.resolve([of.verifier]),
    locked: () => Promise.resolve(lockedSize),
    clock: () => new Date(),
    ...more,
  });
  opened.push(made);
  return made;
}

const cosigned = (by: Witnesses, size = log.size, of = log) => by.cosign(of.note(size), of.checkpoint(size));
const stateOf = (by: Witnesses) => by.standing.map(({ state }) => state);

describe('honest witnesses', () => {
  it('cosign one checkpoint after another, and what they sign is verified and in the order of the policy', async () => {
    const [a, b] = [await party('a'), await party('b')];
    const both = witnesses('all');
    for (const size of [3, 4, 20]) {
      const { lines, belowQuorum } = await cosigned(both, size);
      expect(belowQuorum).toBe(false);
      const verifiers = [a, b].map(({ key, name }) => cosignatureVerifier(cosigner(name, key, 1).key));
      const { verified } = openNote(log.note(size) + lines, [log.verifier, ...verifiers]);
      expect(verified.map(({ verifier }) => verifier.key.name)).toEqual([log.origin, 'a', 'b']);
    }
    expect(both.standing).toEqual([
      { name: 'a', state: 'cosigned', size: 20 },
      { name: 'b', state: 'cosigned', size: 20 },
    ]);
  });

  it('are found where they stand after a start, by one question', async () => {
    const a = await party('a');
    a.held = 7;
    expect((await cosigned(witnesses('all'))).belowQuorum).toBe(false);
    expect(a.asked).toEqual(['/add-checkpoint', '/add-checkpoint']);
  });

  it('are not asked again for what they cosigned', async () => {
    const a = await party('a');
    const alone = witnesses('all');
    const first = await cosigned(alone);
    expect(await cosigned(alone)).toEqual(first);
    expect(a.asked).toHaveLength(1);
  });

  it('that come back are asked again for the same checkpoint, and those that stayed are not', async () => {
    const [a, b] = [await party('a'), await party('b')];
    await b.close();
    const both = witnesses('all');
    const below = await cosigned(both);
    expect(below.belowQuorum).toBe(true);
    expect(below.lines).toMatch(/^— a [^\n]+\n$/);
    expect(stateOf(both)).toEqual(['cosigned', 'WITNESS_UNREACHABLE']);
    await b.listen();
    let again = below;
    while (again.belowQuorum) again = await cosigned(both);
    expect(again.lines).toMatch(/^— a [^\n]+\n— b [^\n]+\n$/);
    expect(again.lines.startsWith(below.lines)).toBe(true);
    expect(a.asked).toHaveLength(1);
  });

  it('beyond the quorum are not waited for when they hang', async () => {
    await party('a');
    await party('hangs', () => undefined);
    const one = witnesses('any', { msMax: 600_000 });
    const { lines, belowQuorum } = await cosigned(one);
    expect([lines.includes('— a '), belowQuorum]).toEqual([true, false]);
  });
});

describe('a hostile witness', () => {
  const answers = (status: number, body: string, headers = {}): Serve => {
    return (_, response) => void response.writeHead(status, headers).end(body);
  };
  const sizeAnswer = (body: string) => answers(409, body, { 'Content-Type': 'text/x.tlog.size' });
  let other: Party;
  beforeEach(() => {
    other = new Party('hostile');
  });
  const garbled = (line: string) => line.replace(/.{8}\n$/, (end) => (end.startsWith('AAAA') ? 'BBBBBBBB' : 'AAAAAAAA') + '\n'); // prettier-ignore

  const refusals: readonly [string, string, () => Serve][] = [
    ['sends a redirect', 'WITNESS_REDIRECTS', () => answers(307, '', { Location: 'http://127.0.0.1:1/' })],
    ['does not know the log', 'WITNESS_KNOWS_NO_SUCH_LOG', () => answers(404, '')],
    ['does not know the key', 'WITNESS_KNOWS_NO_SUCH_KEY', () => answers(403, '')],
    ['fails', 'WITNESS_REFUSES', () => answers(500, 'x'.repeat(1000))],
    ['answers too much', 'WITNESS_ANSWER_TOO_LARGE', () => answers(200, 'x'.repeat(answerBytesMax + 1))],
    ['answers endless headers', 'WITNESS_ANSWER_TOO_LARGE', () => answers(200, '', { 'X-Long': 'x'.repeat(16_384) })],
    ['answers compressed', 'WITNESS_ANSWER_MALFORMED', () => answers(200, 'x', { 'Content-Encoding': 'gzip' })],
    ['answers nothing', 'WITNESS_ANSWER_MALFORMED', () => answers(200, '')],
    ['answers prose', 'WITNESS_ANSWER_MALFORMED', () => answers(200, 'looks good to me\n')],
    ['answers a note of its own', 'WITNESS_ANSWER_MALFORMED', () => answers(200, `other\n1\n\n${other.cosign(log.note())}`)], // prettier-ignore
    ['signs our text with more behind it', 'WITNESS_ANSWER_MALFORMED', () => answers(200, signedMore())],
    ['conflicts without a size', 'WITNESS_ANSWER_MALFORMED', () => sizeAnswer('many\n')],
    ['conflicts as another type', 'WITNESS_ANSWER_MALFORMED', () => answers(409, '7\n', { 'Content-Type': 'text/plain' })], // prettier-ignore
    ['conflicts with a size beyond 2^53', 'WITNESS_ANSWER_MALFORMED', () => sizeAnswer('9007199254740993\n')],
    ['conflicts for ever', 'WITNESS_KEEPS_CHANGING', () => sizeAnswer('7\n')],
    ['signs by a stranger’s key', 'WITNESS_SIGNS_WITH_ANOTHER_KEY', () => answers(200, new Party('hostile').cosign(log.note()))], // prettier-ignore
    ['signs another checkpoint', 'WITNESS_COSIGNATURE_FORGED', () => answers(200, parties[0]?.cosign(log.note(19)) ?? '')], // prettier-ignore
    ['forges a line', 'WITNESS_COSIGNATURE_FORGED', () => answers(200, garbled(parties[0]?.cosign(log.note()) ?? ''))],
    ['forges a second line', 'WITNESS_COSIGNATURE_FORGED', () => { const line = parties[0]?.cosign(log.note()) ?? ''; return answers(200, line + garbled(line)); }], // prettier-ignore
    ['signs for tomorrow', 'WITNESS_COSIGNATURE_FROM_THE_FUTURE', () => answers(200, parties[0]?.cosign(log.note(), seconds() + 86_400) ?? '')], // prettier-ignore
    ['signs for no time', 'WITNESS_COSIGNATURE_FORGED', () => answers(200, zeroTime(parties[0] ?? other))],
  ];
  const signedMore = (): string => {
    const [more, of] = ['more\n', parties[0] ?? other];
    const key = cosignatureVerifier(cosigner(of.name, of.key, 1).key).key;
    const time = Buffer.alloc(8);
    time.writeBigUInt64BE(BigInt(seconds()));
    const text = `cosignature/v1\ntime ${seconds()}\n${parseNote(log.note()).text}\n${more}`;
    const signature = Buffer.concat([time, sign(null, Buffer.from(text), of.key)]);
    return `${more}\n${formatSignatureLine({ name: key.name, id: key.id, signature })}`;
  };
  const zeroTime = (of: Party): string => {
    const { name, id } = cosigner(of.name, of.key, 1).key;
    return formatSignatureLine({ name, id, signature: Buffer.alloc(72) });
  };

  it.each(refusals)('that %s is %s: nothing of it is attached', async (_, code, serve) => {
    const hostile = await party('hostile');
    hostile.becomes(serve());
    const alone = witnesses('all');
    expect(await cosigned(alone)).toEqual({ lines: '', belowQuorum: true });
    expect(stateOf(alone)).toEqual([code]);
  });

  it('that adds lines of strangers has its own taken and nothing else', async () => {
    const hostile = await party('hostile');
    const line = () => hostile.cosign(log.note());
    hostile.becomes((_, response) => void response.end(other.cosign(log.note()) + line() + line()));
    const { lines } = await cosigned(witnesses('all'));
    expect(lines).toMatch(/^— hostile [^\n]+\n$/);
  });

  it.each([
    ['never answers', () => undefined],
    ['drips its headers', (socket: Socket) => void drip(socket, 'HTTP/1.1 200 OK\r\nX-A: ')],
    ['drips its body', (socket: Socket) => void drip(socket, 'HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n')],
  ])('that %s is cut off', async (_, speak) => {
    const slow = new Party('slow');
    parties.push(slow);
    await slow.listenRaw(speak);
    const alone = witnesses('all', { msMax: 300 });
    expect(await cosigned(alone)).toEqual({ lines: '', belowQuorum: true });
    expect(stateOf(alone)).toEqual(['WITNESS_TOO_SLOW']);
    // Left alone for a while: the next checkpoint does not wait for it.
    expect((await cosigned(alone)).belowQuorum).toBe(true);
  });

  function drip(socket: Socket, begin: string): void {
    socket.write(begin);
    const timer = setInterval(() => socket.write('x'), 20);
    socket.once('close', () => clearInterval(timer));
  }

  it('that speaks no HTTP is malformed', async () => {
    const raw = new Party('raw');
    parties.push(raw);
    await raw.listenRaw((socket) => void socket.end('220 smtp.example ESMTP\r\n'));
    const alone = witnesses('all');
    await cosigned(alone);
    expect(stateOf(alone)).toEqual(['WITNESS_ANSWER_MALFORMED']);
  });

  it('that only says that it holds more stops the publication, and halts nothing for good', async () => {
    const hostile = await party('hostile', sizeAnswer('21\n'));
    const alone = witnesses('all');
    await expect(cosigned(alone)).rejects.toMatchObject({ name: 'LogTrouble', code: 'LOG_WITNESS_CONTRADICTS' });
    // What it shows for it does not bear the log's key, or is not ahead.
    for (const shown of [new SampleLog(log.origin).grow(30).note(), log.note(20), 'nothing']) {
      hostile.becomes((request, response) =>
        request.path === '/add-checkpoint' ? sizeAnswer('21\n')(request, response) : void response.end(shown),
      );
      await expect(cosigned(alone)).rejects.toMatchObject({ code: 'LOG_WITNESS_CONTRADICTS' });
    }
    hostile.becomes(undefined);
    expect((await cosigned(alone)).belowQuorum).toBe(false);
  });

  it('that refuses a good proof and shows no other history is only in the way', async () => {
    const hostile = await party('hostile');
    const alone = witnesses('all');
    await cosigned(alone, 10);
    hostile.becomes(({ path }, response) =>
      path === '/add-checkpoint' ? void response.writeHead(422).end() : void response.end(log.note(10)),
    );
    expect((await cosigned(alone)).belowQuorum).toBe(true);
    expect(stateOf(alone)).toEqual(['WITNESS_REFUSES']);
  });
});

describe('a log that was put back', () => {
  it('halts when a witness shows a larger tree under the log’s own key', async () => {
    const a = await party('a');
    await cosigned(witnesses('all'), 20);
    expect(a.note).toBe(log.note(20));
    const back = log.fork(15);
    const halting = cosigned(witnesses('all', {}, back), 15, back);
    await expect(halting).rejects.toMatchObject({ name: 'LogHalted', code: 'LOG_ROLLED_BACK' });
    await expect(halting).rejects.toThrow(/witness a holds 20 entries of this log, which has 15/);
  });

  it('does not halt when another process of it signed more meanwhile', async () => {
    await party('a');
    await cosigned(witnesses('all'), 20);
    lockedSize = 20;
    const halting = cosigned(witnesses('all'), 15);
    await expect(halting).rejects.toMatchObject({ name: 'LogTrouble', code: 'LOG_SUPERSEDED' });
  });

  it('and went on otherwise halts when a witness shows the other history', async () => {
    const a = await party('a');
    await cosigned(witnesses('all'), 10);
    const fork = log.fork(5).grow(25, 'other');
    // A real witness finds the proof wrong: its tree of 10 is another.
    a.becomes((request, response) => {
      if (request.path !== '/add-checkpoint') return void response.end(a.note);
      if (parseAddCheckpoint(request.body).oldSize === 0) return a.honest(request.path, request.body, response);
      return void response.writeHead(422).end();
    });
    const halting = cosigned(witnesses('all', {}, fork), 30, fork);
    await expect(halting).rejects.toMatchObject({ name: 'LogHalted', code: 'LOG_FORKED' });
  });

  it('is told so at the next checkpoint when the witness was beyond the quorum and late', async () => {
    await party('a');
    let answer: (() => void) | undefined;
    const late = await party('late', (_, response) => {
      answer = () => void response.writeHead(409, { 'Content-Type': 'text/x.tlog.size' }).end('99\n');
    });
    const any = witnesses('any', { msMax: 600_000 });
    expect((await cosigned(any, 10)).belowQuorum).toBe(false);
    late.becomes((_, response) => void response.writeHead(404).end());
    answer?.();
    let found: unknown;
    for (let size = 11; size <= 20 && found === undefined; size += 1) {
      found = await cosigned(any, size).then(
        () => undefined,
        (error: unknown) => error,
      );
    }
    expect(found).toMatchObject({ code: 'LOG_WITNESS_CONTRADICTS' });
  });
});

describe('the address of a witness', () => {
  it.each(['https://witness.example/w', 'http://127.0.0.1:8090', 'http://[::1]:8090/', 'http://localhost:1/x/'])(
    '%s is asked',
    (url) => expect(prefixOf(url)).toBeInstanceOf(URL),
  );

  it.each([
    undefined,
    '',
    'witness.example',
    'http://witness.example',
    'http://127.0.0.1.example',
    'http://10.0.0.1',
    'ftp://127.0.0.1',
    'https://user@witness.example',
    'https://witness.example/?a=b',
    'https://witness.example/#a',
  ])('%s is not', (url) => expect(typeof prefixOf(url)).toBe('string'));

  it('that is not asked is told before anything is signed', () => {
    const { vkey } = new Party('a');
    for (const url of ['', ' http://witness.example']) {
      const policy = parsePolicy(`witness a ${vkey}${url}\nquorum a\n`);
      expect(() => new Witnesses(policy, {} as WitnessesParts)).toThrow(WitnessNotUsable);
    }
    expect(() => parsePolicy(`witness a ${vkey}\n`)).toThrow(Malformed);
  });
});
