// Does the witness cosign what follows, and nothing else, whatever a log sends? C2SP tlog-witness v1.0.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cosignatureTime, formatAddCheckpoint, formatCheckpoint, openNote, signNote } from '@derbes/transparency';
import { SampleLog } from '@derbes/transparency/testing.js';
import { hash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Evidence } from './evidence.js';
import { keepOwnKey, newOwnKey, readOwnKey } from './own-key.js';
import { StateFile } from './state-file.js';
import { TrustedLogs } from './trusted-logs.js';
import { type Happening, Witness } from './witness.js';

const start = new Date('2026-11-20T09:00:00Z');

let folder: string;
let log: SampleLog;
let now: Date;
let told: Happening[];
let witness: Witness;

function open(): Witness {
  const key = readOwnKey(folder);
  return new Witness({
    key,
    state: StateFile.open(folder, key.verifier),
    logs: new TrustedLogs([log.verifier]),
    evidence: new Evidence(folder, () => undefined),
    clock: () => now,
    told: (happening) => told.push(happening),
  });
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'derbes-witness-'));
  StateFile.make(folder);
  keepOwnKey(folder, newOwnKey('witness.example/w').content);
  log = new SampleLog().grow(10);
  now = start;
  told = [];
  witness = open();
});
afterEach(() => rmSync(folder, { recursive: true }));

const submit = (oldSize: number, note: string, proof: readonly Uint8Array[] = []) =>
  witness.addCheckpoint(Buffer.from(formatAddCheckpoint({ oldSize, proof, note })));
const send = (oldSize: number, size = log.size, of = log) => submit(oldSize, of.note(size), of.prove(oldSize, size));
const evidence = () => new Evidence(folder, () => undefined).files;

describe('an honest log', () => {
  it('is cosigned as of now at its first checkpoint, and again from there', () => {
    const { status, body } = send(0, 4);
    expect(status).toBe(200);
    const { text } = openNote(log.note(4), [log.verifier]);
    const [cosigned] = openNote(`${text}\n${body}`, [readOwnKey(folder).verifier]).verified;
    expect(cosignatureTime(cosigned?.signature ?? Buffer.of())).toBe(start.getTime() / 1000);
    for (const [from, to] of [[4, 5], [5, 8], [8, 8], [8, 10]] as const) expect(send(from, to).status).toBe(200); // prettier-ignore
    expect(told.map(({ what }) => what)).toEqual(Array(5).fill('cosigned'));
  });

  it('may begin with the tree without entries, from which everything follows without a proof', () => {
    expect(send(0, 0).status).toBe(200);
    expect(send(0, 10).status).toBe(200);
    expect(send(0, 10)).toMatchObject({ status: 409, body: '10\n', type: 'text/x.tlog.size' });
  });

  it('finds the size that the witness holds by asking from zero', () => {
    send(0, 7);
    expect(send(0, 10)).toEqual({ status: 409, body: '7\n', type: 'text/x.tlog.size' });
    expect(send(7, 10).status).toBe(200);
  });

  it('changes its key by signing with both', () => {
    send(0, 4);
    const [older, newer] = [log, new SampleLog(log.origin)];
    const both = signNote(formatCheckpoint(older.checkpoint(6)), [older.signer, newer.signer]);
    expect(submit(4, both, older.prove(4, 6)).status).toBe(200);
    log = newer;
    witness = open();
    const alone = signNote(formatCheckpoint(older.checkpoint(10)), [newer.signer]);
    expect(submit(6, alone, older.prove(6, 10)).status).toBe(200);
  });

  it('is told the same of the same second, and nothing is written for it', () => {
    const first = send(0, 4);
    const written = readFileSync(join(folder, 'witness.state'), 'utf8');
    expect(send(4, 4)).toEqual(first);
    expect(readFileSync(join(folder, 'witness.state'), 'utf8')).toBe(written);
    now = new Date(start.getTime() + 1_000);
    expect(send(4, 4).body).not.toBe(first.body);
  });

  it('is remembered across a start, with a checkpoint that anybody can verify', () => {
    send(0, 6);
    witness = open();
    expect(send(0, 8)).toMatchObject({ status: 409, body: '6\n' });
    const note = witness.checkpointOf(hash('sha256', log.origin)) ?? '';
    expect(openNote(note, [log.verifier, readOwnKey(folder).verifier]).verified).toHaveLength(2);
    expect(witness.checkpointOf(hash('sha256', 'log.example/other'))).toBeUndefined();
  });
});

describe('a hostile log', () => {
  beforeEach(() => {
    expect(send(0, 6).status).toBe(200);
  });
  afterEach(() => {
    // Whatever was tried, the honest log goes on from what was cosigned.
    expect(send(6, 10).status).toBe(200);
  });

  it('that rolls back is told what is held', () => {
    expect(send(0, 4)).toMatchObject({ status: 409, body: '6\n' });
    expect(send(4, 5)).toMatchObject({ status: 409, body: '6\n' });
    expect(send(4, 10)).toMatchObject({ status: 409, body: '6\n' });
  });

  it('that forks is refused, and a fork of the same size is kept as evidence', () => {
    const fork = log.fork(5).grow(5, 'other');
    expect(send(6, 10, fork).status).toBe(422);
    expect(submit(6, fork.note(10), log.prove(6, 10)).status).toBe(422);
    expect(evidence()).toEqual([]);
    expect(send(6, 6, fork).status).toBe(422);
    expect(send(0, 6, fork).status).toBe(409);
    expect(evidence()).toHaveLength(1);
    const kept = readFileSync(join(folder, 'evidence', evidence()[0] ?? ''), 'utf8');
    expect(kept).toContain(fork.note(6));
    expect(kept).toContain(log.note(6));
    expect(told.at(-1)).toEqual({ what: 'fork', origin: log.origin, size: 6, held: 6 });
  });

  it('cannot have another proof taken: too short, too long, of other hashes, where none belongs', () => {
    const proof = log.prove(6, 10);
    const other = proof.map((one, i) => (i === 0 ? Buffer.from(one).fill(7) : one));
    for (const wrong of [[], proof.slice(1), [...proof, proof[0] ?? Buffer.alloc(32)], other])
      expect(submit(6, log.note(10), wrong).status).toBe(422);
    expect(submit(6, log.note(6), proof).status).toBe(422);
  });

  it('that is unknown is 404, whoever signed', () => {
    const stranger = new SampleLog('log.example/stranger').grow(3);
    expect(send(0, 3, stranger).status).toBe(404);
    const text = formatCheckpoint({ ...log.checkpoint(6), origin: 'log.example/stranger' });
    expect(submit(0, signNote(text, [log.signer])).status).toBe(404);
  });

  it('that signs with no key of its own, or under its key’s name and number with another, is 403', () => {
    const other = new SampleLog(log.origin).grow(10);
    expect(send(6, 10, other).status).toBe(403);
    const forged = { key: log.signer.key, sign: (text: string) => other.signer.sign(text) };
    expect(submit(6, signNote(formatCheckpoint(log.checkpoint(10)), [forged]), log.prove(6, 10)).status).toBe(403);
    const beside = signNote(formatCheckpoint(log.checkpoint(10)), [log.signer, forged]);
    expect(submit(6, beside, log.prove(6, 10)).status).toBe(403);
    // A text that was changed after it was signed.
    expect(submit(6, log.note(10).replace('\n10\n', '\n11\n'), log.prove(6, 10)).status).toBe(403);
  });

  it('that says an old size above its own is 400', () => {
    expect(submit(11, log.note(10)).status).toBe(400);
  });

  it('that signs an empty tree with another root is 422', () => {
    const text = formatCheckpoint(log.checkpoint(0)).replace(/\n[^\n]+\n$/, `\n${log.root(3).toString('base64')}\n`);
    expect(submit(0, signNote(text, [log.signer])).status).toBe(422);
  });

  const good = () => formatAddCheckpoint({ oldSize: 6, proof: log.prove(6, 10), note: log.note(10) });
  const [aHash] = [Buffer.alloc(32, 1).toString('base64')];
  const malformed: readonly [string, () => string | Buffer][] = [
    ['nothing', () => ''],
    ['an empty line', () => '\n'],
    ['no empty line before the checkpoint', () => good().replace('\n\n', '\n')],
    ['no old size', () => good().slice('old 6\n'.length)],
    ['an old size with a leading zero', () => good().replace('old 6', 'old 06')],
    ['an old size with a sign', () => good().replace('old 6', 'old +6')],
    ['an old size with two spaces', () => good().replace('old 6', 'old  6')],
    ['an old size beyond 2^53', () => good().replace('old 6', 'old 9007199254740993')],
    ['an old size beyond 2^64', () => good().replace('old 6', 'old 99999999999999999999')],
    ['64 lines of proof', () => `old 6\n${`${aHash}\n`.repeat(64)}\n${log.note(10)}`],
    ['CR LF', () => good().replaceAll('\n', '\r\n')],
    ['one CR', () => good().replace('old 6\n', 'old 6\r\n')],
    ['a hash in base64 of another alphabet', () => good().replace('old 6\n', `old 6\n${Buffer.alloc(32, 255).toString('base64url')}=\n`)], // prettier-ignore
    ['a hash with loose bits in its base64', () => good().replace('old 6\n', `old 6\n${aHash.slice(0, -2)}F=\n`)],
    ['a hash without padding', () => good().replace('old 6\n', `old 6\n${aHash.slice(0, -1)}\n`)],
    ['a hash of 31 bytes', () => good().replace('old 6\n', `old 6\n${Buffer.alloc(31).toString('base64')}\n`)],
    ['a note without a signature', () => good().slice(0, good().indexOf('—'))],
    ['a signature line that does not end', () => good().slice(0, -1)],
    ['a signature in another alphabet', () => good().replace(/.=\n$/, '_=\n')],
    ['101 signature lines', () => good() + (log.note(10).split('\n\n')[1] ?? '').repeat(101)],
    ['what is not UTF-8', () => Buffer.concat([Buffer.from(good().slice(0, -2)), Buffer.of(0xff, 0x0a)])],
    ['a control character', () => good().replace('log.example', 'log\u0000example')],
    ['a tree size with a leading zero', () => submitText(log.origin, '010', log.root().toString('base64'))],
    ['a root of 31 bytes', () => submitText(log.origin, '10', Buffer.alloc(31).toString('base64'))],
    ['an extension line', () => submitText(log.origin, '10', `${log.root().toString('base64')}\nextension`)],
  ];
  const submitText = (...lines: readonly string[]) =>
    formatAddCheckpoint({ oldSize: 6, proof: log.prove(6, 10), note: signNote(`${lines.join('\n')}\n`, [log.signer]) });

  it.each(malformed)('that sends %s is 400', (_, body) => {
    expect(witness.addCheckpoint(Buffer.from(body())).status).toBe(400);
  });

  it('that repeats its own signature line is cosigned once', () => {
    const note = log.note(8);
    const line = note.split('\n\n')[1] ?? '';
    expect(submit(6, note + line, log.prove(6, 8)).status).toBe(200);
    expect(witness.checkpointOf(hash('sha256', log.origin))?.match(/^— /gm)).toHaveLength(2);
    // Back to where the others leave it.
    rmSync(join(folder, 'witness.state'));
    StateFile.make(folder);
    witness = open();
    send(0, 6);
  });
});

describe('a clock', () => {
  it('that was set back a little has the last time said again, and set back by more has nothing said', () => {
    expect(send(0, 4).status).toBe(200);
    now = new Date(start.getTime() - 30_000);
    const { status, body } = send(4, 5);
    expect(status).toBe(200);
    const { text } = openNote(log.note(5), [log.verifier]);
    const [cosigned] = openNote(`${text}\n${body}`, [readOwnKey(folder).verifier]).verified;
    expect(cosignatureTime(cosigned?.signature ?? Buffer.of())).toBe(start.getTime() / 1000);
    now = new Date(start.getTime() - 3_600_000);
    expect(send(5, 6).status).toBe(503);
    now = new Date(start.getTime() + 1_000);
    expect(send(5, 6).status).toBe(200);
  });
});

describe('the state on disk', () => {
  const path = () => join(folder, 'witness.state');

  it('is refused when a single bit of it is another', () => {
    send(0, 6);
    const whole = readFileSync(path());
    for (let bit = 0; bit < whole.length * 8; bit += 13) {
      const flipped = Buffer.from(whole);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      writeFileSync(path(), flipped);
      expect(open).toThrow(expect.objectContaining({ code: 'WITNESS_STATE_CORRUPT' }));
    }
  });

  it.each([
    ['empty', () => ''],
    ['cut short', () => readFileSync(path(), 'utf8').slice(0, -80)],
    ['another’s', () => contentWith(log.note(6))],
    ['of another format', () => `{}\n${hash('sha256', '{}')}\n`],
  ])('is refused when it is %s', (_, content) => {
    send(0, 6);
    writeFileSync(path(), content());
    expect(open).toThrow(expect.objectContaining({ code: 'WITNESS_STATE_CORRUPT' }));
  });

  it('is not begun anew when it is gone', () => {
    rmSync(path());
    expect(open).toThrow(expect.objectContaining({ code: 'WITNESS_MISSING' }));
  });

  it('that somebody else wrote stops the witness', () => {
    send(0, 4);
    const other = open();
    expect(send(4, 6).status).toBe(200);
    witness = other;
    expect(() => send(4, 5)).toThrow(expect.objectContaining({ code: 'WITNESS_STATE_CHANGED' }));
  });

  const contentWith = (note: string): string => {
    const line = JSON.stringify({ format: 'derbes-witness-state/1', notes: [note] });
    return `${line}\n${hash('sha256', line)}\n`;
  };
});
