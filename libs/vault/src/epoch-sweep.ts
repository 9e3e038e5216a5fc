// In what order is everybody wrapped anew, how fast, and when is it over? Sweeps over what is left, until one meets nothing.
import { setTimeout as pause } from 'node:timers/promises';
import { nextPage, writePage, type WrappedPage, type Wrapping } from './epoch-wrap.js';
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
      const pages = new Pages(wrapping, by, pageOwners, duty === 1);
      let behind = sweeps === 0 && by === 'key' ? past : '';
      for (;;) {
        const began = performance.now();
        const page = await pages.behind(behind);
        const last = page?.owners.at(-1);
        if (!page || last === undefined) break;
        wrapped += await writePage(wrapping, page);
        behind = last;
        if (by === 'key' && sweeps === 0) {
          past = last;
          done += page.owners.length;
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

/** Where nobody is to be spared, the next page is read and wrapped while the database writes the one before. */
class Pages {
  private ahead: { readonly past: string; readonly page: Promise<WrappedPage | undefined> } | undefined;

  constructor(
    private readonly wrapping: Wrapping,
    private readonly by: 'key' | 'tokens',
    private readonly ownersMax: number,
    private readonly readsAhead: boolean,
  ) {}

  async behind(past: string): Promise<WrappedPage | undefined> {
    const page = await (this.ahead?.past === past ? this.ahead.page : this.read(past));
    const last = page?.owners.at(-1);
    this.ahead = this.readsAhead && last !== undefined ? { past: last, page: this.read(last) } : undefined;
    return page;
  }

  private read(past: string): Promise<WrappedPage | undefined> {
    const page = nextPage(this.wrapping, this.by, past, this.ownersMax);
    // Whoever asks for it learns of a failure; until then it is not unhandled.
    page.catch(() => undefined);
    return page;
  }
}
