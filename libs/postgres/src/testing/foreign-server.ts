// How does a test get a PostgreSQL that is not ours: another version, with passwords, as an operator would have it?
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { chooseRunMode, commandIn } from '../run-mode.js';

/** Where Debian puts the oldest version that the ledger supports. */
const debianBin = '/usr/lib/postgresql/15/bin';
export const hasDebianPostgres = existsSync(join(debianBin, 'postgres'));
export const adminPassword = 'of-the-admin';

export interface ForeignServer {
  /** The address of this user and database, over the server's socket. */
  url(user: string, password: string, database: string): string;
  stop(): Promise<void>;
}

const environment = { PATH: process.env['PATH'], LC_ALL: 'C' };

function run(program: string, args: string[]): void {
  const {
    file,
    args: words,
    ...identity
  } = commandIn(chooseRunMode(process.getuid?.() ?? -1), join(debianBin, program), args);
  execFileSync(file, words, { ...identity, env: environment, stdio: ['ignore', 'ignore', 'pipe'], cwd: '/' });
}

/** Starts Debian's PostgreSQL 15 in `dir` (a short path), every user asked for a password. */
export async function startForeignServer(dir: string): Promise<ForeignServer> {
  const [cluster, socket, password] = [join(dir, 'cluster'), join(dir, 's'), join(dir, 'password')];
  mkdirSync(socket, { mode: 0o700 });
  mkdirSync(cluster, { mode: 0o700 });
  writeFileSync(password, adminPassword);
  chmodSync(password, 0o600);
  run('initdb', [
    '-D',
    cluster,
    '-U',
    'admin',
    '--auth=scram-sha-256',
    `--pwfile=${password}`,
    '-E',
    'UTF8',
    '--no-locale',
    '--no-sync',
  ]);
  appendFileSync(
    join(cluster, 'postgresql.conf'),
    `listen_addresses = ''\nunix_socket_directories = '${socket}'\nfsync = off\n`,
  );
  const { file, args, ...identity } = commandIn(chooseRunMode(process.getuid?.() ?? -1), join(debianBin, 'postgres'), [
    '-D',
    cluster,
  ]);
  const server: ChildProcess = spawn(file, args, { ...identity, env: environment, stdio: 'ignore', cwd: '/' });
  const ended = once(server, 'exit');
  const pidFile = join(cluster, 'postmaster.pid');
  const isReady = () => existsSync(pidFile) && readFileSync(pidFile, 'utf8').split('\n')[7]?.trim() === 'ready';
  while (!isReady()) {
    if (server.exitCode !== null) throw new Error('The foreign server did not start.');
    await pause(10);
  }
  return {
    url: (user, secret, database) => `postgres://${user}:${secret}@/${database}?host=${encodeURIComponent(socket)}`,
    stop: async () => {
      server.kill('SIGINT');
      await ended;
    },
  };
}
