// Which epochs does a close stand between? Their rows and keys, read anew each time: whoever goes on knows nothing from before.
import { type Pool } from 'pg';
import { VaultKeys, type EpochKeys, type EpochRow } from './epoch-keys.js';
import { type Keep } from './keep.js';
import { VaultError } from './vault-error.js';

interface Place {
  readonly app: Pool;
  readonly keep: Keep;
}

interface EpochColumns extends EpochRow {
  readonly custodians: readonly string[];
}

/** What stood before this was written down stands in files. */
const unnoted = ['file'];

export async function epochRow(app: Pool, epoch: number): Promise<EpochColumns> {
  const { rows } = await app.query<EpochColumns>(
    'select epoch, wrapped_kek, kcv, custodians from epoch where epoch = $1',
    [epoch],
  );
  const [row] = rows;
  if (!row) throw new VaultError('EPOCH_MISSING', `there is no epoch ${epoch}`);
  return row.custodians.length > 0 ? row : { ...row, custodians: unnoted };
}

export async function keysOf({ app, keep }: Place, epoch: number): Promise<{ closing: EpochKeys; open: EpochKeys }> {
  const { epochs } = await VaultKeys.load(app, keep);
  const closing = epochs.get(epoch);
  const open = epochs.get(epoch + 1);
  if (closing && open) return { closing, open };
  throw new VaultError('EPOCH_MISSING', `epochs ${epoch} and ${epoch + 1} do not both stand`);
}
