// node bin/start.mjs: the service, built when a source is newer, in a heap that is collected before it is large.
import v8 from 'node:v8';
import { ensureBuilt } from './build.mjs';

/** By how much of what lives the heap grows before it is collected; left alone, V8 lets it grow to several times as much. */
const heapGrowthPercent = 50;
const heapGrowthPercentMax = 400;

/** V8 reads it at every collection, so it may be said now; it is no limit that could be hit. 0 leaves it to V8. */
function keepHeapSmall() {
  const percent = Number(process.env.HEAP_GROWTH_PERCENT || heapGrowthPercent);
  if (!Number.isInteger(percent) || percent < 0 || percent > heapGrowthPercentMax) {
    process.stderr.write(
      `WRONG_SETTINGS: HEAP_GROWTH_PERCENT must be a whole number from 0 to ${heapGrowthPercentMax}\n`,
    );
    process.exit(1);
  }
  v8.setFlagsFromString(`--heap-growing-percent=${percent}`);
}

keepHeapSmall();
ensureBuilt();
await import('../dist/apps/ledger/src/main.js');
