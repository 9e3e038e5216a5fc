// In what order is everybody wrapped anew, how fast, and when is it over? Sweeps over what is left, until one meets nothing.
import { setTimeout as pause } from 'node:timers/promises';
import { ownersBehind, wrapPage, type Wrapping } from './epoch-wrap.js';
import { VaultError } from './vault-error.js';

const pageOwnersDefault = 200;
const dutyMin = 0.05;
const toldEveryMs = 1_000;
/** Each sweep after the first meets only rows that somebody changed while the last one ran. */
const sweepsMax = 100;

export interface ClosePace {
  /** Owners that are wrapped in one transaction. */
  readonly pageOwners?: number;
  /** Share of the time that is worked, above 0 and up to 1; the rest is the service's. */
  readonly duty?: number;
}

/** How far it is; enough to go on from after a crash. */
export interface SweepPlace {
  /** The last owner of the first sweep. */
  readonly past: string;
  readonly done: number;
  /** Time in which it worked, pauses left out. */
  readonly busyMs: number;
}

/** Tells about every second how far it is, and at the end. Owners that do not open are left behind. */
export async function* sweep(
  wrapping: Wrapping,
  { pageOwners = pageOwnersDefault, duty = 1 }: ClosePace,
  from: SweepPlace,
  at: (point: string) => Promise<void>,
): AsyncGenerator<SweepPlace, void, undefined> {
  let { past, done, busyMs } = from;
  let told = performance.now();
  for (let sweeps = 0; ; sweeps++) {
    let wrapped = 0;
    for (const by of ['key', 'tokens'] as const) {
      let behind = sweeps === 0 && by === 'key' ? past : '';
      for (;;) {
        const began = performance.now();
        const owners = await ownersBehind(wrapping, by, behind, pageOwners);
        const last = owners.at(-1);
        if (last === undefined) break;
        const page = await wrapPage(wrapping, owners);
        wrapped += page.wrapped;
        behind = last;
        if (by === 'key' && sweeps === 0) {
          past = last;
          done += owners.length;
        }
        const tookMs = performance.now() - began;
        busyMs += tookMs;
        await at('page');
        if (duty < 1) await pause(tookMs * (1 / Math.max(dutyMin, duty) - 1));
        if (performance.now() - told < toldEveryMs) continue;
        told = performance.now();
        yield { past, done, busyMs };
      }
    }
    if (wrapped === 0) break;
    if (sweeps >= sweepsMax) throw new VaultError('EPOCH_NOT_PROVED', 'rows change faster than they are wrapped anew');
  }
  yield { past, done, busyMs };
}
