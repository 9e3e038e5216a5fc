// Does `derbes request` take nothing personal as an argument, and name what is wrong before anybody is asked?
import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { personalOf, proofsOf } from './request-input.js';
import { run } from './run.js';
import { exitCodes } from './terminal.js';

const terminalOf = (stdin = '') => ({
  stdin: Readable.from(stdin === '' ? [] : [stdin]),
  stdout: new PassThrough(),
  stderr: new PassThrough(),
  environment: { DERBES_URL: 'http://127.0.0.1:9' },
});

async function derbes(args: readonly string[], stdin = '') {
  const terminal = terminalOf(stdin);
  const code = await run(args, terminal);
  return { code, stdout: String(terminal.stdout.read() ?? ''), stderr: String(terminal.stderr.read() ?? '') };
}

const id = '00000000-0000-4000-8000-000000000001';
const taken = ['request', 'new', '--right', 'know', '--channel', 'email', '--language', 'ru'];
const identity = ['request', 'identity', id, '--reason', 'subject-request'];

describe('derbes request', () => {
  it.each([
    [['request', 'new', '--right', 'know', '--channel', 'email'], '', '--language'],
    [[...taken, '--right', 'knowing'], '', 'Allowed choices are know, change'],
    [[...taken, '--text', '-', '--personal', '-'], 'x', 'one of --text and --personal can be stdin'],
    [[...taken, '--personal', '-'], 'no json', 'is no JSON'],
    [[...taken, '--personal', '-'], '["a"]', 'one JSON object'],
    [[...taken, '--personal', '-'], '{"right":"destroy"}', 'a field beside text, contact, letter, claimed'],
    [[...taken, '--text', 'no-such-folder/letter.txt'], '', 'cannot be read'],
    [[...identity, '--proof', 'mailbox:email'], '', '1 identifiers are read from stdin, one a line, and 0 came'],
    [['request', 'identity', id, '--proof', 'presence'], '', '--reason'],
    [['request', 'answer', id, '--reason', 'subject-request'], '', '--how'],
    [['request', 'refuse', id, '--how', 'post'], '', '--because'],
    [['request', 'extend', id, '--ground', 'holiday'], '', 'complex, number'],
    [['request', 'misdirected', id], '', '--ground'],
    [['requests', '--status', 'open'], '', 'received, identified, answered, refused'],
  ])('%j with %j is a wrong command line: %s', async (args, stdin, says) => {
    const { code, stdout, stderr } = await derbes(args, stdin);
    expect({ code, stdout }).toEqual({ code: exitCodes.usage, stdout: '' });
    expect(stderr).toContain(says);
  });

  it.each([
    [taken],
    [['request', 'show', id, '--reason', 'subject-request']],
    [['request', 'refuse', id, '--because', 'no-authority', '--how', 'post']],
    [['requests', '--overdue']],
  ])('%j ends with 3 where nobody answers', async (args) => {
    expect((await derbes(args)).code).toBe(exitCodes.unreachable);
  });
});

describe('what is personal', () => {
  it('is read from files, the letter as text and the rest as JSON', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'derbes-request-'));
    try {
      const [text, personal] = [join(folder, 'letter.txt'), join(folder, 'who.json')];
      writeFileSync(text, 'Что вы знаете обо мне?\n');
      writeFileSync(personal, '{"contact":"a@example.kz","letter":"14/2026"}');
      const whole = { contact: 'a@example.kz', letter: '14/2026', text: 'Что вы знаете обо мне?' };
      expect(await personalOf(terminalOf(), { text, personal })).toEqual(whole);
      expect(await personalOf(terminalOf('x'), { text: '-' })).toEqual({ text: 'x' });
      expect(await personalOf(terminalOf(), {})).toEqual({});
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('stands beside each proof that names a scheme, in the order of the lines', async () => {
    const said = ['mailbox:email', 'presence', 'second-identifier:account'];
    expect(await proofsOf(terminalOf('a@example.kz\n\nprimer\n'), said)).toEqual([
      { method: 'mailbox', identifier: { scheme: 'email', value: 'a@example.kz' } },
      { method: 'presence' },
      { method: 'second-identifier', identifier: { scheme: 'account', value: 'primer' } },
    ]);
  });
});
