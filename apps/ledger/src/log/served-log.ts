// What does a process that answers questions hold of the log? Its files, and the proofs made from them.
import { LogDirectory } from '@derbes/transparency/files.js';
import { HeadTable } from '@derbes/transparency/sequencing.js';
import { type Pool } from 'pg';
import { type Openable } from '../http/access.js';
import { type Settings } from '../settings.js';
import { PublishedFiles } from './published-files.js';
import { Receipts } from './receipts.js';

export class ServedLog {
  readonly files: PublishedFiles;
  readonly receipts: Receipts;

  /** `logDir`: where the sequencer writes; of several processes all have it. */
  constructor(
    private readonly app: Pool,
    logDir: string,
  ) {
    const directory = new LogDirectory(logDir);
    const head = new HeadTable(app);
    this.files = new PublishedFiles(directory, async () => ((await head.read())?.publishedSize ?? 0) > 0);
    this.receipts = new Receipts(app, directory, this.files);
  }

  /** Whether an event of this id is known to have been recorded: as a leaf, or by its claim before it is one. */
  async isRecorded(event: string): Promise<boolean> {
    const { rows } = await this.app.query<{ recorded: boolean }>({
      name: 'log-recorded',
      text: `select exists (select from log_leaf where id = $1)
        or exists (select from claim_event where id = $1) as recorded`,
      values: [event],
    });
    return rows[0]?.recorded === true;
  }
}

/** What anybody may read, by what the operator opened knowingly. */
export const openedBy = (opening: Settings['logOpen']): ReadonlySet<Openable> =>
  new Set(opening === 'nothing' ? [] : opening === 'checkpoint' ? ['checkpoint'] : ['checkpoint', 'tiles']);
