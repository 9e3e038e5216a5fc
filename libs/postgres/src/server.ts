// How does a PostgreSQL server of our own start, tell that it is ready, die and stop?
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Binaries } from './binaries.js';
import { type Cluster } from './cluster.js';
import { readPostmaster, stopPostmaster } from './postmaster.js';
import { boundCommandIn } from './run-mode.js';
import { explainFailure, explainSpawnError } from './server-failure.js';
import { serverArguments, serverEnvironment } from './server-settings.js';

const readyPollMs = 5;
const readyMsMax = 300_000; // replaying the log after a crash takes its time
const startAttemptsMax = 40;
const attemptPauseMs = 250;
const logBytesMax = 1_048_576;
const logTailBytesMax = 4_096;

/** How a server ended; `onItsOwn` when nobody had asked it to stop. */
export interface ServerEnd {
  onItsOwn: boolean;
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface Server {
  pid: number;
  exited: Promise<ServerEnd>;
  stop(): Promise<void>;
}

function serverLogOf(dataDir: string): string {
  return join(dataDir, 'postgres.log');
}

/** A file and not a pipe, so that a server that outlives us never blocks on it; one older file is kept. */
function openLog(path: string): number {
  if (existsSync(path) && statSync(path).size > logBytesMax) renameSync(path, `${path}.1`);
  return openSync(path, 'a', 0o600);
}

function readSince(path: string, offset: number): string {
  const file = openSync(path, 'r');
  try {
    const size = statSync(path).size;
    const start = Math.max(offset, size - logTailBytesMax);
    const bytes = Buffer.alloc(Math.max(0, size - start));
    readSync(file, bytes, 0, bytes.length, start);
    return bytes.toString('utf8');
  } finally {
    closeSync(file);
  }
}

function endOf(child: ChildProcess, wasAsked: () => boolean): Promise<ServerEnd> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ onItsOwn: !wasAsked(), code, signal }));
    child.once('error', () => {
      if (child.pid === undefined) resolve({ onItsOwn: true, code: null, signal: null });
    });
  });
}

async function waitUntilReady(clusterDir: string, pid: number, exited: Promise<ServerEnd>): Promise<boolean> {
  const deadline = performance.now() + readyMsMax;
  let ended = false;
  void exited.then(() => (ended = true));
  while (!ended && performance.now() < deadline) {
    const postmaster = readPostmaster(clusterDir);
    if (postmaster?.pid === pid && postmaster.ready) return true;
    await pause(readyPollMs);
  }
  return false;
}

async function attempt(
  cluster: Cluster,
  binaries: Binaries,
  args: string[],
  logPath: string,
): Promise<Server | { complaint: string }> {
  const logFile = openLog(logPath);
  const logStart = statSync(logPath).size;
  const { command, bound } = boundCommandIn(cluster.mode, binaries.postgres, args);
  const { file, args: words, ...identity } = command;
  // A group of its own: Ctrl+C in the terminal is for the service, which stops the server last.
  const child = spawn(file, words, {
    ...identity,
    cwd: cluster.dir,
    detached: true,
    env: serverEnvironment(binaries.libraryPath),
    stdio: ['ignore', logFile, logFile],
  });
  closeSync(logFile);
  let asked = false;
  let spawnError: Error | undefined;
  child.once('error', (error) => (spawnError = error));
  const exited = endOf(child, () => asked);
  const { pid } = child;
  if (pid === undefined) {
    await exited;
    throw explainSpawnError(spawnError ?? new Error('no process'), binaries.postgres);
  }
  // Where the kernel does not do it for us, at least an orderly end of this process takes the server with it.
  const interrupt = () => child.kill('SIGINT');
  if (!bound) process.once('exit', interrupt);
  void exited.then(() => process.removeListener('exit', interrupt));
  if (!(await waitUntilReady(cluster.dir, pid, exited))) {
    asked = true;
    if (child.exitCode === null && child.signalCode === null) await stopPostmaster(pid);
    await exited;
    return { complaint: readSince(logPath, logStart) };
  }
  return {
    pid,
    exited,
    stop: async () => {
      asked = true;
      if (child.exitCode === null && child.signalCode === null) await stopPostmaster(pid);
      await exited;
    },
  };
}

/**
 * Starts the server of this cluster and resolves when it takes connections (after a crash: when its log is replayed).
 * Throws SERVER_START_FAILED, DISK_FULL, DATA_DIR_NOT_WRITABLE, BINARIES_DAMAGED.
 */
export async function startServer(
  dataDir: string,
  cluster: Cluster,
  binaries: Binaries,
  options: { socketDir: string; throwaway: boolean; settings?: Readonly<Record<string, string>> },
): Promise<Server> {
  const args = serverArguments(cluster.dir, options.socketDir, options.throwaway, options.settings);
  for (let attempts = 1; ; attempts += 1) {
    const outcome = await attempt(cluster, binaries, args, serverLogOf(dataDir));
    if ('pid' in outcome) return outcome;
    // Backends of a killed server let go of its shared memory a moment after it died.
    const isMemoryHeld = outcome.complaint.includes('pre-existing shared memory block');
    if (!isMemoryHeld || attempts >= startAttemptsMax) throw explainFailure('start', outcome.complaint);
    await pause(attemptPauseMs);
  }
}
