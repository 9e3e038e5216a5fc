// How does a journey run `derbes` as a person on the machine does?
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const program = join(import.meta.dirname, '..', 'bin', 'derbes.mjs');
const lasting = join(import.meta.dirname, 'derbes-child.mjs');

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

const inherited = (): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: process.env['HOME'],
  TMPDIR: process.env['TMPDIR'],
});

/** A process of its own. */
export async function derbes(args: readonly string[], { input = '', environment = {} }: RunOptions = {}): Promise<Ran> {
  const child = spawn(process.execPath, [program, ...args], { env: { ...inherited(), ...environment } });
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}

/** Runs the same built program, one command line after another in one process: starting a process each time costs more than the command. */
export class CommandLine {
  private readonly child: ChildProcess = fork(lasting, [], { env: inherited() });
  private readonly waiting = new Map<number, (ran: Ran) => void>();
  private next = 0;

  constructor() {
    this.child.on('message', ({ id, ...ran }: Ran & { id: number }) => {
      this.waiting.get(id)?.(ran);
      this.waiting.delete(id);
    });
    this.child.on('exit', (code) => {
      for (const answer of this.waiting.values()) answer({ code, stdout: '', stderr: 'the process of `derbes` ended' });
    });
  }

  run(args: readonly string[], { input = '', environment = {} }: RunOptions = {}): Promise<Ran> {
    const id = this.next++;
    const ran = new Promise<Ran>((resolve) => this.waiting.set(id, resolve));
    this.child.send({ id, args, input, environment: { ...inherited(), ...environment } });
    return ran;
  }

  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.disconnect();
    await gone;
  }
}
