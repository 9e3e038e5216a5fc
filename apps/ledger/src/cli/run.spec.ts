// Does every command explain itself, name its mistakes on stderr, and end with the right code?
import { describe, expect, it } from '@jest/globals';
import { type Command } from 'commander';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { makeProgram, run } from './run.js';
import { exitCodes, tableOf } from './terminal.js';

async function derbes(args: readonly string[], { stdin = '', environment = {} } = {}) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const terminal = { stdin: Readable.from(stdin === '' ? [] : [stdin]), stdout, stderr, environment };
  const code = await run(args, terminal);
  return { code, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}

function leaves(command: Command): Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
}

const pathOf = (command: Command): string[] => (command.parent ? [...pathOf(command.parent), command.name()] : []);
const nobody = { DERBES_URL: 'http://127.0.0.1:9' };

const all = leaves(
  await makeProgram({
    stdin: Readable.from([]),
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    environment: {},
  }),
);

describe('derbes', () => {
  it.each(all.map((command) => pathOf(command)))('%s %s explains itself with an example', async (...path) => {
    const args = path.filter((part) => part !== undefined);
    const { code, stdout, stderr } = await derbes([...args, '--help']);
    expect({ code, stderr }).toEqual({ code: exitCodes.done, stderr: '' });
    expect(stdout).toMatch(/Examples?:\n {2}\S/);
    expect(stdout).toContain('--json');
  });

  it('says which settings and exit codes it has', async () => {
    const { stdout, code } = await derbes(['--help']);
    expect(code).toBe(exitCodes.done);
    for (const word of ['DERBES_URL', 'DERBES_KEY', 'Exit codes']) expect(stdout).toContain(word);
  });

  it.each([
    [['polcy']],
    [['policy', 'check']],
    [['keys', 'add', '--role', 'root']],
    [['register', 'holding']],
    [['subject', 'dossier', 'x']],
    [['subject', 'search', '--reason', 'audit']],
    [['register', 'holdings', '--filter', 'holder']],
    [['keys', 'revoke', 'x']],
  ])('refuses a wrong command line: %j', async (args) => {
    const { code, stdout, stderr } = await derbes(args, { environment: nobody });
    expect({ code, stdout }).toEqual({ code: exitCodes.usage, stdout: '' });
    expect(stderr).not.toBe('');
  });

  it('says when the service does not answer', async () => {
    const { code, stderr } = await derbes(['health'], { environment: nobody });
    expect(code).toBe(exitCodes.unreachable);
    expect(stderr).toContain('does not answer');
  });

  it('reads an identifier from stdin and takes none as argument', async () => {
    const search = ['subject', 'search', '--scheme', 'email', '--reason', 'audit'];
    expect((await derbes([...search, 'a@example.kz'], { environment: nobody })).code).toBe(exitCodes.usage);
    expect((await derbes(search, { environment: nobody })).stderr).toContain('nothing came');
    expect((await derbes(search, { environment: nobody, stdin: 'a@example.kz\n' })).code).toBe(exitCodes.unreachable);
  });

  it('names the mistakes of a policy file by line, and none in the example', async () => {
    const example = join(import.meta.dirname, '../../../../examples/kiberon/policy.yaml');
    expect(await derbes(['policy', 'check', example])).toEqual({
      code: 0,
      stdout: 'policy.yaml: no mistakes\n',
      stderr: '',
    });
    const folder = mkdtempSync(join(tmpdir(), 'derbes-cli-'));
    try {
      const file = join(folder, 'policy.yaml');
      writeFileSync(file, 'format: derbes.policy/v1\nediton: {}\n');
      const { code, stdout, stderr } = await derbes(['policy', 'check', file]);
      expect(code).toBe(exitCodes.refused);
      expect(stdout).toContain(`${file}:2:1 UNKNOWN_KEY`);
      expect(stderr).toMatch(/mistakes/);
      const json = JSON.parse((await derbes(['policy', 'check', file, '--json'])).stdout) as { mistakes: object[] };
      expect(json.mistakes[0]).toMatchObject({ line: expect.any(Number), code: expect.any(String) });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('names the line of a file that is no event, and does not repeat it', async () => {
    const { code, stderr } = await derbes(['send', '-'], {
      stdin: '{"a":1}\n\nsecret@example.kz\n',
      environment: nobody,
    });
    expect(code).toBe(exitCodes.usage);
    expect(stderr).toBe('derbes: line 3 is no JSON\n');
  });
});

describe('a table', () => {
  it('has a column for every field of any row, as wide as needed', () => {
    expect(tableOf([{ a: 'x' }, { a: 'longer', b: ['k'] }])).toBe('a       b\nx\nlonger  ["k"]');
  });
});
