// Does another process already witness with this folder? Two that cosign from one state could cosign two histories.
import { execFileSync } from 'node:child_process';
import { linkSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemCodeOf, WitnessError } from './witness-error.js';

const claimName = /^witness\.claim-(\d{1,15})$/;
const attemptsMax = 20;

interface Holder {
  readonly pid: number;
  /** What tells that process from any other that ever had its number. */
  readonly birth: string;
}

/**
 * Takes the folder for this process; the answer gives it back. A process that was killed holds nothing. Throws WITNESS_IN_USE.
 * Each taker links the next generation of the claim, and the highest one is never removed: two that both saw a dead holder
 * cannot both succeed.
 */
export function claimFolder(folder: string): () => void {
  const content = JSON.stringify({ pid: process.pid, birth: birthOf(process.pid) ?? '' } satisfies Holder);
  for (let attempts = 0; attempts < attemptsMax; attempts += 1) {
    const generations = generationsIn(folder);
    const highest = generations.at(-1) ?? 0;
    const holder = highest === 0 ? undefined : liveHolder(claimPath(folder, highest));
    if (holder) throw new WitnessError('WITNESS_IN_USE', `process ${holder.pid} witnesses with ${folder} already`);
    if (!takeGeneration(folder, highest + 1, content)) continue;
    for (const generation of generations) rmSync(claimPath(folder, generation), { force: true });
    return () => releaseGeneration(folder, highest + 1);
  }
  throw new WitnessError('WITNESS_IN_USE', `other processes keep taking ${folder}: start one of them alone`);
}

const claimPath = (folder: string, generation: number): string => join(folder, `witness.claim-${generation}`);
const draftPath = (folder: string): string => join(folder, `.witness.claim-${process.pid}`);

function generationsIn(folder: string): number[] {
  return readdirSync(folder)
    .map((name) => Number(claimName.exec(name)?.[1] ?? Number.NaN))
    .filter((generation) => !Number.isNaN(generation))
    .sort((a, b) => a - b);
}

function liveHolder(path: string): Holder | undefined {
  let holder: Partial<Holder>;
  try {
    holder = JSON.parse(readFileSync(path, 'utf8')) as Partial<Holder>;
  } catch {
    return undefined; // gone meanwhile; whoever took the next generation is found on the next attempt
  }
  const { pid, birth } = holder;
  return pid !== undefined && birth !== undefined && birthOf(pid) === birth ? { pid, birth } : undefined;
}

/** Written aside and linked in place: the claim exists whole or not at all, and for one process only. */
function takeGeneration(folder: string, generation: number, content: string): boolean {
  try {
    writeFileSync(draftPath(folder), content, { mode: 0o600, flush: true });
    linkSync(draftPath(folder), claimPath(folder, generation));
    return true;
  } catch (error) {
    if (systemCodeOf(error) === 'EEXIST') return false;
    throw new WitnessError('WITNESS_FILE_NOT_USABLE', `${folder} cannot be written to (${systemCodeOf(error)})`);
  } finally {
    rmSync(draftPath(folder), { force: true });
  }
}

function releaseGeneration(folder: string, generation: number): void {
  writeFileSync(draftPath(folder), '{}', { mode: 0o600 });
  renameSync(draftPath(folder), claimPath(folder, generation));
}

/** Undefined when no such process runs. */
function birthOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return startedAt(pid);
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The program's name before the bracket may itself hold spaces and brackets.
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
    const [state, startTicks] = [fields[0], fields[19]];
    if (state === 'Z' || startTicks === undefined) return undefined;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${startTicks}`;
  } catch {
    return undefined;
  }
}

function startedAt(pid: number): string | undefined {
  try {
    const printed = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' });
    return printed.trim() || undefined;
  } catch {
    return undefined; // ps fails when there is no such process
  }
}
