// In what order is everybody wrapped anew, how fast, and when is it over? Sweeps over what is left, until one meets nothing.
import { Pace, surroundingsOf, type ClosePace } from './epoch-pace.js';
import {
  blocksOf,
  nextPage,
  placeOf,
  sweptTables,
  writePage,
  type SweptTable,
  type WrappedPage,
  type Wrapping,
} from './epoch-wrap.js';
import { type RowPlace } from './pg-arrays.js';
import { VaultError } from './vault-error.js';

const toldEveryMs = 1_000;
/** Each sweep after the first meets only rows that somebody changed while the last one ran. */
const sweepsMax = 100;

/** How far it is; enough to go on from after a crash. */
export interface SweepPlace {
  /** Behind which row the first sweep goes on; a place that is not one any more costs nothing but time. */
  readonly past: string;
  readonly done: number;
  /** Time that it took, rests included. */
  readonly tookMs: number;
}

/** Tells about every second how far it is, and at the end. Owners that do not open are left behind. */
export async function* sweep(
  wrapping: Wrapping,
  asked: ClosePace,
  from: SweepPlace,
  at: (point: string) => Promise<void>,
): AsyncGenerator<SweepPlace, void, undefined> {
  const pace = new Pace(asked, surroundingsOf(wrapping.app));
  let { past, done, tookMs } = from;
  let told = performance.now();
  for (let sweeps = 0; ; sweeps++) {
    let wrapped = 0;
    for (const table of sweptTables) {
      const first = sweeps === 0 && table === 'key_owner';
      const pages = new Pages(wrapping, table, pace);
      for (let behind = first ? placeOf(past) : start, end = await blocksOf(wrapping, table); behind[0] < end;) {
        const began = performance.now();
        const page = await pages.behind(behind);
        wrapped += await writePage(wrapping, page);
        behind = page.behind;
        if (page.owners.length > 0) await at('page');
        await pace.rest(page.owners.length, performance.now() - began);
        tookMs += performance.now() - began;
        if (first) {
          past = `(${behind.join(',')})`;
          done += page.owners.length;
        }
        if (performance.now() - told < toldEveryMs) continue;
        told = performance.now();
        yield { past, done, tookMs };
      }
    }
    if (wrapped === 0) break;
    if (sweeps >= sweepsMax) throw new VaultError('EPOCH_NOT_PROVED', 'rows change faster than they are wrapped anew');
  }
  yield { past, done, tookMs };
}

const start: RowPlace = [0, 0];

/** Where nobody is to be spared, the next page is read and wrapped while the database writes the one before. */
class Pages {
  private ahead: { readonly from: RowPlace; readonly page: Promise<WrappedPage> } | undefined;

  constructor(
    private readonly wrapping: Wrapping,
    private readonly table: SweptTable,
    private readonly pace: Pace,
  ) {}

  async behind(from: RowPlace): Promise<WrappedPage> {
    const page = await (this.ahead?.from === from ? this.ahead.page : this.read(from));
    this.ahead = this.pace.rests ? undefined : { from: page.behind, page: this.read(page.behind) };
    return page;
  }

  private read(from: RowPlace): Promise<WrappedPage> {
    const page = nextPage(this.wrapping, this.table, from, this.pace.pageOwners);
    // Whoever asks for it learns of a failure; until then it is not unhandled.
    page.catch(() => undefined);
    return page;
  }
}
