// Is that process still the one we mean, and has it ended?
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const pollMs = 10;

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // the process ended while we looked
  }
}

function ps(format: string, pid: number): string | undefined {
  try {
    const printed = execFileSync('ps', ['-o', format, '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return printed.trim() || undefined;
  } catch {
    return undefined; // ps fails when there is no such process
  }
}

interface Stat {
  state: string;
  startTicks: string;
}

/** Linux: the fields of /proc/PID/stat that follow the program's name, which may itself hold spaces and brackets. */
function linuxStat(pid: number): Stat | undefined {
  const line = readOrUndefined(`/proc/${pid}/stat`);
  const fields = line?.slice(line.lastIndexOf(')') + 2).split(' ');
  const state = fields?.[0];
  const startTicks = fields?.[19];
  return state === undefined || startTicks === undefined ? undefined : { state, startTicks };
}

/** What tells this process from any other that ever had its number: undefined when no such process runs. */
export function birthOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return ps('lstart=', pid);
  const stat = linuxStat(pid);
  if (stat === undefined || stat.state === 'Z') return undefined;
  const boot = readOrUndefined('/proc/sys/kernel/random/boot_id')?.trim() ?? '';
  return `${boot}/${stat.startTicks}`;
}

/** The command line of a running process, its words separated by blanks. */
export function commandLineOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return ps('args=', pid);
  return readOrUndefined(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ').trim();
}

/** Waits until the process is gone. Returns false when it still runs after `timeoutMs`. */
export async function waitUntilGone(pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (birthOf(pid) !== undefined) {
    if (performance.now() > deadline) return false;
    await pause(pollMs);
  }
  return true;
}
