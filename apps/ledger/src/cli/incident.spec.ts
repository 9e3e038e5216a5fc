// Does `derbes incident` take nothing that is sealed as an argument, and name what is wrong before anybody is asked?
import { describe, expect, it } from '@jest/globals';
import { PassThrough, Readable } from 'node:stream';
import { run } from './run.js';
import { exitCodes } from './terminal.js';

async function derbes(args: readonly string[], stdin = '') {
  const terminal = {
    stdin: Readable.from(stdin === '' ? [] : [stdin]),
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    environment: { DERBES_URL: 'http://127.0.0.1:9' },
  };
  const code = await run(['incident', ...args], terminal);
  return { code, stdout: String(terminal.stdout.read() ?? ''), stderr: String(terminal.stderr.read() ?? '') };
}

const id = '00000000-0000-4000-8000-000000000001';
const why = ['--reason', 'incident'];
const notify = ['notify', id, '--authority', 'ministry', '--profile', 'kz', '--how', 'portal'];

describe('derbes incident', () => {
  it.each([
    [['preview', '--holder', 'crm'], '', '--reason'],
    [['declare', '--holder', 'crm'], '', '--kind'],
    [['declare', '--kind', 'bad-luck'], '', 'disclosure'],
    [['declare', '--kind', 'loss', '--sealed', '-'], 'no json', 'is no JSON'],
    [
      ['declare', '--kind', 'loss', '--sealed', '-'],
      '{"reference":"7"}',
      'a field beside text, consequences, measures',
    ],
    [['declare', '--kind', 'loss', '--text', 'said aloud'], '', '--text'],
    [['show', id], '', '--reason'],
    [[...notify, '--pack', 'no-such-file.csv'], '', 'cannot be read'],
    [['notify', id, '--authority', 'ministry', '--how', 'portal'], '', '--profile'],
    [['told', id, '--through', 'rumour'], '', 'state'],
    [['close', id, '--outcome', 'maybe'], '', 'not-confirmed'],
    [['pack', id, '--profile', 'kz', ...why], '', 'is of the --notice'],
  ])('%j with %j is a wrong command line: %s', async (args, stdin, says) => {
    const { code, stdout, stderr } = await derbes(args, stdin);
    expect({ code, stdout }).toEqual({ code: exitCodes.usage, stdout: '' });
    expect(stderr).toContain(says);
  });

  it.each([
    [['preview', '--holder', 'crm', '--category', 'email', ...why], ''],
    [['declare', '--kind', 'loss', '--subject', id, '--sealed', '-'], '{"text":"A laptop."}'],
    [['scope', id, '--recipient', 'good-bank'], ''],
    [[...notify, '--pack', import.meta.filename], ''],
    [['close', id, '--outcome', 'confirmed', '--sealed', '-'], '{"measures":"Locked."}'],
    [['pack', id, '--notice', '--profile', 'gdpr', ...why], ''],
  ])('%j with %j ends with 3 where nobody answers', async (args, stdin) => {
    expect((await derbes(args, stdin)).code).toBe(exitCodes.unreachable);
  });
});
