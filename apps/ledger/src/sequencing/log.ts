// What makes this ledger's events a signed log? The sequencer, with this ledger's files, keep and keys.
import { formatVkey } from '@derbes/transparency';
import { LogDirectory } from '@derbes/transparency/files.js';
import { Sequencer, type SigningKeys } from '@derbes/transparency/sequencing.js';
import { type EventStore } from '@derbes/event-store';
import { type Pool } from 'pg';
import { type JsonLogger } from '../logger.js';
import { type LedgerStream } from './ledger-stream.js';
import { type LogKeys } from './log-keys.js';

export interface LogParts {
  readonly app: Pool;
  readonly store: EventStore;
  readonly ledger: string;
  readonly logDir: string;
  readonly keepDir: string;
  readonly keys: LogKeys;
  readonly stream: LedgerStream;
  readonly clock: () => Date;
  readonly logger: JsonLogger;
}

/** Several processes may make one; of those that are started, the one that is active works. */
export async function makeSequencer(parts: LogParts, active: () => boolean): Promise<Sequencer> {
  const { app, store, ledger, logDir, keepDir, keys, stream, clock, logger } = parts;
  const directory = new LogDirectory(logDir);
  return new Sequencer({
    pool: app,
    store,
    directory,
    keepDir,
    ledger,
    origin: await keys.origin(),
    keys: () => keys.load(),
    policy: policyOf,
    clock,
    active,
    // Minutes apart at the least, so the second names it.
    heartbeat: () => stream.write('LedgerHeartbeat', {}, [clock().toISOString().slice(0, 'YYYY-MM-DDTHH:MM'.length)]),
    onTrouble: (error) => logger.failed(error, { doing: 'sequencing' }),
    onProgress: (line) => logger.log(line, 'log'),
  });
}

/** C2SP tlog-policy: whoever checks the log needs its keys, and no more while there is no witness. */
function policyOf({ verifiers }: SigningKeys): string {
  return [...verifiers.map(({ key }) => `log ${formatVkey(key)}`), 'quorum none', ''].join('\n');
}
