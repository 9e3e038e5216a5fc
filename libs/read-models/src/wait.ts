// How does a command wait until the registers know of it? By asking how far they are, in whatever process they are fed.
import { comparePositions, type Position } from '@derbes/event-store';
import { type Pool } from 'pg';
import { servingBuilds, type Build } from './builds.js';
import { pause } from './pause.js';

/** Between two looks, which all who wait in one process share: at first, and when it takes longer. */
const lookEveryMs = 20;
const lookEveryMsMax = 50;
export const waitMsMax = 10_000;

/** `projected`: all registers have seen it; `stopped`: those named never will as they are; `late`: not within the time. */
export interface Waited {
  readonly outcome: 'projected' | 'stopped' | 'late';
  /** Models that have not seen it; none when nothing serves yet, or the database could not be asked. */
  readonly behind: readonly string[];
}

/** What has seen nothing stands before the first event. */
const isBehind = (build: Build, position: Position): boolean => comparePositions(build.position ?? '0', position) < 0;

/** Answers `?wait=projected`, across processes: whoever feeds the registers, their positions stand in the database. */
export class ProjectedWait {
  private looking: Promise<readonly Build[]> | undefined;

  constructor(private readonly pool: Pool) {}

  /**
   * Waits until every register has seen the position, at most `timeoutMs` (10 s when absent, and never longer). Never
   * throws: what was to be seen is durable already, so a database that cannot be asked only makes the answer late.
   */
  async until(position: Position, options: { readonly timeoutMs?: number } = {}): Promise<Waited> {
    const deadline = performance.now() + Math.min(options.timeoutMs ?? waitMsMax, waitMsMax);
    for (let everyMs = lookEveryMs; ; everyMs = Math.min(everyMs * 1.5, lookEveryMsMax)) {
      const serving = await this.look();
      const behind = serving.filter((build) => isBehind(build, position));
      const names = behind.map(({ name }) => name);
      if (serving.length > 0 && behind.length === 0) return { outcome: 'projected', behind: names };
      const moving = behind.filter(({ reach }) => reach.state !== 'stopped');
      if (serving.length > 0 && moving.length === 0) return { outcome: 'stopped', behind: names };
      if (performance.now() > deadline) return { outcome: 'late', behind: names };
      await pause(everyMs);
    }
  }

  private look(): Promise<readonly Build[]> {
    this.looking ??= servingBuilds(this.pool)
      .catch(() => [])
      .finally(() => (this.looking = undefined));
    return this.looking;
  }
}
