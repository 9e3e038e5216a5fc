// How does a test watch the launcher from outside: in a process of its own, that may be killed, be another user, or lack a tool?
import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { type Readable, type Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';

export const projectRoot = resolve(import.meta.dirname, '../../../..');
export const isRoot = process.getuid?.() === 0;
/** An ordinary user without an entry that matters: nobody's number on every Linux. */
export const ordinaryUid = 65_534;

/** What the child said: where its server is, or why there is none. */
type Report = { pid: number; host: string; started?: boolean } | { code: string; message: string };

export interface ChildService {
  report: Report;
  child: ChildProcessByStdio<Writable, Readable, null>;
  /** Asks it to stop its server and waits until it has ended. */
  stop(): Promise<void>;
  /** Lets it end by `process.exit`, without stopping anything. */
  leave(): Promise<void>;
  /** Kills it as a crash would, and waits until it has ended. */
  kill(): Promise<void>;
}

export interface ChildOptions {
  build: string;
  dataDir: string;
  env?: Record<string, string>;
  uid?: number;
  /** Words before `node`. */
  prefix?: string[];
  call?: 'startEmbedded' | 'connectEmbedded';
  packageDir?: string;
}

const script = `
  const { build, call, options } = JSON.parse(process.env.CHILD_TASK);
  const say = (report) => process.stdout.write(JSON.stringify(report) + '\\n');
  try {
    const launcher = await import(build);
    const server = await launcher[call](options);
    say({ pid: server.pid, host: server.connection.host, started: server.started });
    process.stdin.once('data', () => process.exit(0)).once('end', () => void server.stop());
  } catch (error) {
    say({ code: error.code ?? '', message: error.message });
    process.stdin.destroy();
  }`;

/** Compiles the launcher to where Node finds its packages, unmoved by any build that runs meanwhile. Returns its folder. */
export function buildLauncher(into: string = mkdtempIn(join(projectRoot, 'node_modules', '.cache'))): string {
  const compiler = join(projectRoot, 'node_modules', '@swc', 'cli', 'bin', 'swc.js');
  const words = [compiler, 'libs/postgres/src', '-d', into, '--strip-leading-paths', '--quiet'];
  execFileSync(process.execPath, words, { cwd: projectRoot, stdio: ['ignore', 'inherit', 'inherit'] });
  writeFileSync(join(into, 'package.json'), '{"type":"module"}');
  return join(into, 'postgres', 'src');
}

function mkdtempIn(parent: string): string {
  mkdirSync(parent, { recursive: true });
  const dir = mkdtempSync(join(parent, 'derbes-launcher-'));
  chmodSync(dir, 0o755);
  return dir;
}

/** A folder for one test that every user may enter; removed by the returned function. */
export function scratchDir(): { dir: string; remove: () => void } {
  const dir = mkdtempIn(tmpdir());
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

/** A PATH on which these programs exist but fail, as where the system forbids or lacks what they do. */
export function pathWithout(dir: string, programs: string[]): string {
  const folder = join(dir, `without-${programs.join('-')}`);
  mkdirSync(folder, { recursive: true });
  for (const program of programs) writeFileSync(join(folder, program), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  return `${folder}:${process.env['PATH'] ?? ''}`;
}

/** Starts a process that starts (or joins) the server of the data directory; resolves when it has said how that went. */
export async function childService(options: ChildOptions): Promise<ChildService> {
  const { build, dataDir, call = 'startEmbedded', packageDir, prefix = [], uid } = options;
  const task = {
    build: pathToFileURL(join(build, 'index.js')).href,
    call,
    options: { dataDir, throwaway: true, ...(packageDir === undefined ? {} : { packageDir }) },
  };
  const words = [...prefix, process.execPath, '--input-type=module', '-e', script];
  const child = spawn(words[0] ?? '', words.slice(1), {
    env: { PATH: process.env['PATH'], ...options.env, CHILD_TASK: JSON.stringify(task) },
    stdio: ['pipe', 'pipe', 'inherit'],
    cwd: '/',
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  const ended = once(child, 'exit');
  const lines = createInterface(child.stdout);
  const [line] = (await Promise.race([
    once(lines, 'line'),
    ended.then(() => Promise.reject(new Error('The child ended without a word.'))),
  ])) as [string];
  return {
    report: JSON.parse(line) as Report,
    child,
    stop: async () => {
      child.stdin.end();
      await ended;
    },
    leave: async () => {
      child.stdin.write('leave');
      await ended;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** The report of a child that must have a server. */
export function serverOf({ report }: ChildService): { pid: number; host: string } {
  if ('code' in report) throw new Error(`no server: ${report.code} ${report.message}`);
  return report;
}
