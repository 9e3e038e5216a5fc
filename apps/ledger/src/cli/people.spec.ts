// Does `derbes representative` take no name as an argument, and name what is wrong before anybody is asked?
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
  const code = await run(args, terminal);
  return { code, stdout: String(terminal.stdout.read() ?? ''), stderr: String(terminal.stderr.read() ?? '') };
}

const id = '00000000-0000-4000-8000-000000000001';
const why = ['--reason', 'subject-request'];
const document = ['--document', 'birth-certificate', '--document-date', '2016-03-02'];
const mother = ['representative', 'recognise', id, '--kind', 'parent', ...document, ...why];

describe('derbes representative and derbes status', () => {
  it.each([
    [mother, '', '--personal'],
    [[...mother, '--personal', '-'], 'no json', 'is no JSON'],
    [[...mother, '--personal', '-'], '{"iin":"x"}', 'a field beside name, contact, number'],
    [['representative', 'recognise', id, '--kind', 'aunt', ...document, '--personal', '-', ...why], '', 'parent, '],
    [['representative', 'end', id, id, ...why], '', '--ground'],
    [['representative', 'list', '--standing', 'open'], '', 'contested'],
    [['status', 'set', id, 'child', ...why], '', 'minor, adult'],
    [['status', 'set', id, 'minor', '--turns', '18', ...why], '', '--turns and --on go together'],
    [['status', 'set', id, 'deceased', '--document', 'death-certificate', ...why], '', 'go together'],
    [['status', 'set', id, 'minor'], '', '--reason'],
  ])('%j with %j is a wrong command line: %s', async (args, stdin, says) => {
    const { code, stdout, stderr } = await derbes(args, stdin);
    expect({ code, stdout }).toEqual({ code: exitCodes.usage, stdout: '' });
    expect(stderr).toContain(says);
  });

  it.each([
    [[...mother, '--personal', '-'], '{"name":"Алия Примерова","number":"I-АА № 000001"}'],
    [['representative', 'list', '--standing', 'contested'], ''],
    [['status', 'set', id, 'minor', '--turns', '18', '--on', '2030-05-17', ...why], ''],
    [['status', 'list'], ''],
  ])('%j ends with 3 where nobody answers', async (args, stdin) => {
    expect((await derbes(args, stdin)).code).toBe(exitCodes.unreachable);
  });
});
