// Does a witness keep its word over HTTP: as a process, killed, stopped, crowded, dripped at, and beside a second one?
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { formatAddCheckpoint, openNote, parseVkey, cosignatureVerifier, type NoteVerifier } from '@derbes/transparency';
import { SampleLog } from '@derbes/transparency/testing.js';
import { hash } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { witnessCommand } from './command.js';
import { bodyBytesMax } from './server.js';
import { type WitnessProcess, WitnessProgram } from './testing/witness-process.js';

// A crowded machine is no failure.
jest.setTimeout(120_000);

let program: WitnessProgram;
beforeAll(() => {
  program = new WitnessProgram();
});
afterAll(() => program.remove());

let folders = 0;
let folder: string;
let logs: string;
let log: SampleLog;
let own: NoteVerifier;
const running: WitnessProcess[] = [];

async function serve(die?: string): Promise<WitnessProcess> {
  const witness = await program.serve(folder, logs, die);
  running.push(witness);
  return witness;
}

beforeEach(() => {
  folder = join(program.folder, `witness-${(folders += 1)}`);
  logs = `${folder}.policy`;
  log = new SampleLog().grow(40);
  writeFileSync(logs, `log ${log.vkey}\nquorum none\n`);
  const { code, out } = program.run('init', folder, '--name', 'witness.example/w');
  expect(code).toBe(0);
  own = cosignatureVerifier(parseVkey(out.trim()));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((witness) => witness.end('SIGKILL')));
});

const bodyOf = (from: number, to: number) =>
  formatAddCheckpoint({ oldSize: from, proof: log.prove(from, to), note: log.note(to) });
const post = (url: string, body: string | Buffer, headers = {}) =>
  fetch(`${url}/add-checkpoint`, { method: 'POST', body: Buffer.from(body), headers });
const add = ({ url }: WitnessProcess, from: number, to: number) => post(url, bodyOf(from, to));
const textOf = (note: string): string => note.slice(0, note.indexOf('\n\n') + 1);

const endlessChunksMax = 20_000;

/** Sends small chunks, each when the last is taken, until nobody takes them any more. */
function sendWithoutEnd(url: string): Promise<'cut off' | 'never'> {
  return new Promise((resolve) => {
    const sending = request(`${url}/add-checkpoint`, { method: 'POST' });
    let chunks = 0;
    const timer = setInterval(() => {
      if (sending.writableNeedDrain) return;
      sending.write(Buffer.alloc(16 * 1024, 'a'));
      if ((chunks += 1) < endlessChunksMax) return;
      sending.destroy();
      finish('never');
    }, 1);
    const finish = (how: 'cut off' | 'never') => {
      clearInterval(timer);
      resolve(how);
    };
    sending.on('response', (answer) => answer.resume());
    sending.on('error', () => finish('cut off'));
    sending.on('close', () => finish('cut off'));
  });
}

describe('a witness over HTTP', () => {
  it('answers as tlog-witness says, and shows what it cosigned', async () => {
    const witness = await serve();
    const path = `${witness.url}/${hash('sha256', log.origin)}/checkpoint`;
    expect((await fetch(path)).status).toBe(404);
    const cosigned = await add(witness, 0, 10);
    expect(cosigned.status).toBe(200);
    const line = await cosigned.text();
    expect(openNote(`${textOf(log.note(10))}\n${line}`, [own]).verified).toHaveLength(1);
    const conflict = await add(witness, 0, 20);
    expect([conflict.status, conflict.headers.get('content-type'), await conflict.text()]).toEqual([
      409,
      'text/x.tlog.size',
      '10\n',
    ]);
    expect(await (await fetch(path)).text()).toBe(log.note(10) + line);
    expect(await (await fetch(witness.url)).text()).toMatch(/^witness\.example\/w\+/);
    const { out } = program.run('status', folder, '--json');
    expect(JSON.parse(out)).toMatchObject({ logs: [{ origin: log.origin, size: 10 }], forks: [] });
  });

  it('takes no other path, method, coding or length', async () => {
    const witness = await serve();
    expect((await fetch(`${witness.url}/add-checkpoint`)).status).toBe(405);
    expect((await fetch(`${witness.url}/witness.key`)).status).toBe(404);
    expect((await fetch(`${witness.url}/..%2fwitness.key`)).status).toBe(404);
    expect((await post(witness.url, bodyOf(0, 10), { 'content-encoding': 'gzip' })).status).toBe(415);
    expect((await post(witness.url, Buffer.alloc(bodyBytesMax + 1, 'a'))).status).toBe(413);
    expect(await sendWithoutEnd(witness.url)).toBe('cut off');
    expect((await add(witness, 0, 10)).status).toBe(200);
  });

  it('cosigns one of many at once, and ends at the largest whichever came first', async () => {
    const witness = await serve();
    await add(witness, 0, 10);
    const sizes = Array.from({ length: 30 }, (_, i) => 11 + i);
    const answers = await Promise.all(
      sizes.map(async (size) => {
        const answer = await add(witness, 10, size);
        return { size, status: answer.status, body: await answer.text() };
      }),
    );
    // All prove from 10; after the first no other does.
    const cosigned = answers.filter(({ status }) => status === 200);
    expect(cosigned).toHaveLength(1);
    const [{ size } = { size: 0 }] = cosigned;
    const others = answers.filter(({ status }) => status !== 200);
    expect(others.map(({ status, body }) => [status, body])).toEqual(others.map(() => [409, `${size}\n`]));
  });

  it('cuts off whoever drips a request', async () => {
    const witness = await serve();
    const { port } = new URL(witness.url);
    const ended = await new Promise<string>((resolve) => {
      let heard = '';
      const socket = connect(Number(port), '127.0.0.1', () =>
        socket.write('POST /add-checkpoint HTTP/1.1\r\nHost: a\r\n'),
      );
      socket.on('data', (bytes) => (heard += String(bytes)));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(heard));
    });
    expect(ended).toMatch(/^(HTTP\/1\.1 408|$)/);
    expect((await add(witness, 0, 10)).status).toBe(200);
  });
});

describe('a witness that dies', () => {
  it('between its state and its answer has cosigned: the log finds out and goes on', async () => {
    const dying = await serve('2');
    expect((await add(dying, 0, 10)).status).toBe(200);
    await expect(add(dying, 10, 20)).rejects.toThrow();
    expect(await dying.ended).toMatchObject({ signal: 'SIGKILL' });
    const again = await serve();
    const told = await add(again, 10, 20);
    expect([told.status, await told.text()]).toEqual([409, '20\n']);
    expect((await add(again, 20, 20)).status).toBe(200);
    expect((await add(again, 20, 30)).status).toBe(200);
  });

  it('at every cosignature never cosigns two histories, and always starts again', async () => {
    const fork = log.fork(5).grow(35, 'other');
    for (let size = 1; size <= 4; size += 1) {
      const dying = await serve('1');
      await expect(add(dying, size - 1, size)).rejects.toThrow();
      await dying.ended;
    }
    const witness = await serve();
    expect((await add(witness, 4, 10)).status).toBe(200);
    const other = { oldSize: 10, proof: fork.prove(10, 20), note: fork.note(20) };
    expect((await post(witness.url, formatAddCheckpoint(other))).status).toBe(422);
  });

  it('of SIGTERM answers what was begun and leaves with 0', async () => {
    const witness = await serve();
    const answers = Promise.all([add(witness, 0, 10), add(witness, 0, 10)]);
    expect((await answers).map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(await witness.end('SIGTERM')).toMatchObject({ code: 0 });
    expect(witness.said).toContain('"what":"stopped"');
    const again = await serve();
    expect((await add(again, 10, 11)).status).toBe(200);
  });

  it('when its state was changed by somebody else stops with that code', async () => {
    const witness = await serve();
    expect((await add(witness, 0, 10)).status).toBe(200);
    writeFileSync(join(folder, 'witness.state'), readFileSync(join(folder, 'witness.state'), 'utf8').replace('1', '2'));
    expect((await add(witness, 10, 20)).status).toBe(500);
    expect(await witness.ended).toMatchObject({ code: 1, said: expect.stringContaining('WITNESS_STATE_CHANGED') });
  });
});

async function expectUsage(args: readonly string[], word: string): Promise<void> {
  let said = '';
  const err = (text: string): void => void (said += text);
  const io = { out: err, err, stopped: () => Promise.resolve(), clock: () => new Date() };
  expect(await witnessCommand(args, io)).toBe(2);
  expect(said).toContain(word);
  expect(existsSync('x')).toBe(false);
}

describe('a witness that does not start', () => {
  const refused = () => program.run('serve', folder, '--logs', logs, '--listen', '127.0.0.1:0');

  it('says that another process holds its folder', async () => {
    const witness = await serve();
    expect(refused()).toMatchObject({ code: 1, err: expect.stringMatching(/^WITNESS_IN_USE: process \d+ /) });
    await witness.end('SIGKILL');
    // What was killed holds nothing.
    await (await serve()).end('SIGTERM');
  });

  it('says what is wrong with its state, its key or its logs', () => {
    const state = join(folder, 'witness.state');
    const whole = readFileSync(state);
    writeFileSync(state, whole.subarray(1));
    expect(refused()).toMatchObject({ code: 1, err: expect.stringMatching(/^WITNESS_STATE_CORRUPT: /) });
    writeFileSync(state, whole);
    const key = join(folder, 'witness.key');
    chmodSync(key, 0o640);
    expect(refused()).toMatchObject({ code: 1, err: expect.stringMatching(/^WITNESS_KEY_WRONG: /) });
    chmodSync(key, 0o600);
    for (const text of ['quorum none\n', 'log\n', '', `log ${log.vkey}`]) {
      writeFileSync(logs, text);
      expect(refused()).toMatchObject({ code: 1, err: expect.stringMatching(/^WITNESS_LOGS_WRONG: /) });
    }
  });

  it('keeps its key for its owner alone and never writes over it', () => {
    expect(statSync(join(folder, 'witness.key')).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'witness.state')).mode & 0o777).toBe(0o600);
    const again = program.run('init', folder, '--name', 'witness.example/w');
    expect(again).toMatchObject({ code: 1, err: expect.stringMatching(/^WITNESS_STANDS: /) });
  });

  it.each([
    [['init'], 'DIR'],
    [['init', 'x'], '--name'],
    [['init', 'x', '--name', 'two words'], 'spaces'],
    [['serve', 'x'], '--logs'],
    [['serve', 'x', '--logs', 'y', '--listen', '8090'], '--listen'],
    [['serve', 'x', '--logs', 'y', '--json'], '--json'],
    [['nonsense'], 'witness init'],
    [[], 'witness init'],
  ])('tells whoever writes %j how it goes', (args, word) => {
    return expectUsage(args, word);
  });
});
