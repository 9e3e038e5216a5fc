// Does another process already serve this data directory?
import { linkSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDataDir } from './cluster.js';
import { codeOf, LauncherError } from './launcher-error.js';
import { explainFileError } from './server-failure.js';
import { birthOf } from './processes.js';

const claimName = /^service\.claim-(\d{1,15})$/;
const attemptsMax = 20;

/** One service's hold on a data directory; ends with `release()` or with the process, however it dies. */
export interface DataDirClaim {
  dataDir: string;
  release(): void;
}

interface Holder {
  pid: number;
  birth: string;
}

function claimPath(dataDir: string, generation: number): string {
  return join(dataDir, `service.claim-${generation}`);
}

function generationsIn(dataDir: string): number[] {
  return readdirSync(dataDir)
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

/** Writes the whole content aside and links it in place: the link exists whole or not at all, and for one process only. */
function takeGeneration(dataDir: string, generation: number, content: string): boolean {
  const draft = join(dataDir, `.service.claim-${process.pid}`);
  try {
    writeFileSync(draft, content, { mode: 0o600, flush: true });
    linkSync(draft, claimPath(dataDir, generation));
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw explainFileError(dataDir, error);
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * Takes the data directory for this process. Throws DATA_DIR_IN_USE naming the process that holds it.
 * Each taker links the next generation of the claim file; the highest one is never removed, only marked as released,
 * so two processes that both saw a dead holder cannot both succeed.
 */
export function claimDataDir(dataDir: string): DataDirClaim {
  makeDataDir(dataDir);
  const content = JSON.stringify({ pid: process.pid, birth: birthOf(process.pid) ?? '' } satisfies Holder);
  for (let attempts = 0; attempts < attemptsMax; attempts += 1) {
    const generations = generationsIn(dataDir);
    const highest = generations.at(-1) ?? 0;
    const holder = highest === 0 ? undefined : liveHolder(claimPath(dataDir, highest));
    if (holder !== undefined) {
      const who = holder.pid === process.pid ? 'this very process' : `process ${holder.pid}`;
      throw new LauncherError(
        'DATA_DIR_IN_USE',
        `The data directory ${dataDir} is in use by ${who}: stop that one first, or name another DATA_DIR.`,
      );
    }
    if (!takeGeneration(dataDir, highest + 1, content)) continue;
    for (const generation of generations) rmSync(claimPath(dataDir, generation), { force: true });
    return { dataDir, release: () => releaseGeneration(dataDir, highest + 1) };
  }
  throw new LauncherError(
    'DATA_DIR_IN_USE',
    `Other processes keep taking the data directory ${dataDir}: start one of them alone.`,
  );
}

function releaseGeneration(dataDir: string, generation: number): void {
  const draft = join(dataDir, `.service.claim-${process.pid}`);
  writeFileSync(draft, '{}', { mode: 0o600 });
  renameSync(draft, claimPath(dataDir, generation));
}
