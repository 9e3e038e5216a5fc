// How is the service started as an operator would, and asked when it is ready? `node bin/start.mjs` in folders of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

const startMsMax = 60_000;
const stopMsMax = 60_000;
const pollMs = 10;

export interface ServiceProcess {
  readonly url: string;
  /** By role; only at the first start in these folders. */
  readonly keys: ReadonlyMap<string, string>;
  /** From the start of the process until it said that it is ready. */
  readonly readyMs: number;
  /** Resident memory of the Node process now. */
  rssBytes(): number;
  stop(): Promise<void>;
}

/** Rejects when it ends before it is ready or takes too long. */
export async function startProcess(
  root: string,
  folder: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<ServiceProcess> {
  const start = performance.now();
  const child = spawn(process.execPath, [join(root, 'bin', 'start.mjs')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      // The events of a benchmark stand in PostgreSQL unless it says otherwise.
      EVENTSTORE_URL: '',
      PORT: '0',
      DATA_DIR: join(folder, 'data'),
      KEEP_DIR: join(folder, 'keep'),
      EMITTER_SOURCE: 'urn:example:crm',
      ...environment,
    },
  });
  const gone = once(child, 'exit');
  const keys = new Map<string, string>();
  const found = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [, role, key] = /^ {2}([a-z]+) +(derbes_\S+)/.exec(line) ?? [];
      if (role !== undefined && key !== undefined) keys.set(role, key);
      const [, url] = /answers at (http:\/\/[^;\s]+)/.exec(line) ?? [];
      if (url !== undefined) resolve(url);
    });
    void gone.then(([code]) => reject(new Error(`the service ended with ${String(code)} before it was ready`)));
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), stopMsMax);
    await gone;
    clearTimeout(late);
  };
  try {
    const deadline = AbortSignal.timeout(startMsMax);
    const url = await Promise.race([found, once(deadline, 'abort').then(() => Promise.reject(tooLate()))]);
    while (!(await fetch(`${url}/health/ready`)).ok) {
      if (deadline.aborted) throw tooLate();
      await pause(pollMs);
    }
    const readyMs = performance.now() - start;
    const rssBytes = () => residentBytes(child.pid ?? 0);
    return { url, keys, readyMs, rssBytes, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const tooLate = (): Error => new Error(`the service was not ready after ${startMsMax / 1000} s`);

/** NaN where the system does not tell. */
function residentBytes(pid: number): number {
  const [, kibibytes] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) * 1024;
}
