// P9: how long from `node bin/start.mjs` until the service is ready, the first time and every later time?
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, row, type Row } from './row.js';
import { startProcess } from './service-process.js';
import { type Extent } from './stand.js';

const first = { of: 'value', atMost: 6 } as const;
const later = { of: 'value', atMost: 2 } as const;

export async function p9({ root, quick, progress }: Extent): Promise<Row[]> {
  const seconds = { first: [] as number[], later: [] as number[] };
  const rounds = quick ? 2 : 5;
  for (let round = 1; round <= rounds; round++) {
    progress.say(`P9: round ${round} of ${rounds}`);
    const folder = mkdtempSync(join(tmpdir(), 'derbes-bench-'));
    try {
      for (const which of ['first', 'later'] as const) {
        const service = await startProcess(root, folder);
        seconds[which].push(service.readyMs / 1000);
        await service.stop();
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  const started = { unit: 's' } as const;
  return [
    row('P9', 'first start until ready, nothing there yet', { ...started, value: median(seconds.first) }, first),
    row('P9', 'later start until ready', { ...started, value: median(seconds.later) }, later),
  ];
}
