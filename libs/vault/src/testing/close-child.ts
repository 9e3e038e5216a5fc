// What is a process that closes an epoch, and dies at the point that it was told? This program.
import pg from 'pg';
import { closeEpoch } from '../epoch-close.js';
import { openKeep, type KeepPlace } from '../keep.js';
import { Vault } from '../vault.js';
import { VaultError } from '../vault-error.js';
import { TableLedger } from './table-ledger.js';

/** The program's one argument, as JSON. */
export interface CloseOrder {
  readonly postgres: pg.PoolConfig;
  readonly place: Pick<KeepPlace, 'keepDir' | 'dataDir' | 'copyDir'>;
  readonly ledger: string;
  /** Absent: to the end. */
  readonly killAt?: string;
}

const order = JSON.parse(process.argv[2] ?? '{}') as CloseOrder;
const lockWaitMs = 60_000;
const app = new pg.Pool({ ...order.postgres, max: 6 });
app.on('error', () => undefined);
const keep = await openKeep(order.place, order.ledger);
const vault = await Vault.open(keep, app);
const parts = {
  app,
  keep,
  vault,
  ledger: new TableLedger(app, vault),
  clock: () => new Date(),
  pace: { pageOwners: 3 },
  at: (point: string) => {
    if (point === order.killAt) process.kill(process.pid, 'SIGKILL');
  },
};
// Of a closer that was killed the server learns in a moment.
for (const giveUpAt = Date.now() + lockWaitMs; ;) {
  try {
    for await (const { held } of closeEpoch(parts, { by: 'child', acceptSingleCopy: true })) {
      if (held) throw new Error(held.message);
    }
    break;
  } catch (error) {
    if (!(error instanceof VaultError) || error.code !== 'EPOCH_CLOSING' || Date.now() > giveUpAt) throw error;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
await app.end();
