// What makes this ledger's events a signed log? The sequencer, with this ledger's files, keep and keys.
import { formatPolicy } from '@derbes/transparency';
import { consistencyProof, LogDirectory } from '@derbes/transparency/files.js';
import { CheckpointLock, HeadTable, refuseBehind, Sequencer } from '@derbes/transparency/sequencing.js';
import { Witnesses } from '@derbes/transparency/witnessing.js';
import { type EventStore } from '@derbes/event-store';
import { type Pool } from 'pg';
import { type JsonLogger } from '../logger.js';
import { haltWithoutClaims } from '../recover/claims-behind.js';
import { type LedgerStream } from './ledger-stream.js';
import { type LogKeys } from './log-keys.js';
import { readWitnessPolicy } from './witness-policy.js';

export interface LogParts {
  readonly app: Pool;
  readonly store: EventStore;
  readonly ledger: string;
  readonly logDir: string;
  /** File of the witnesses and their quorum. */
  readonly logPolicy?: string;
  readonly keepDir: string;
  readonly keys: LogKeys;
  readonly stream: LedgerStream;
  readonly clock: () => Date;
  readonly logger: JsonLogger;
}

/** Several processes may make one; of those that are started, the one that is active works. Throws LOG_POLICY_WRONG. */
export async function makeSequencer(parts: LogParts, active: () => boolean): Promise<Sequencer> {
  const { app, store, ledger, logDir, logPolicy, keepDir, keys, stream, clock, logger } = parts;
  const directory = new LogDirectory(logDir);
  const policy = readWitnessPolicy(logPolicy);
  const lock = new CheckpointLock(keepDir);
  const witnesses = new Witnesses(policy, {
    prove: (from, to) => consistencyProof(directory, from, to),
    keys: async () => (await keys.load()).verifiers,
    locked: async () => (await lock.read())?.checkpoint.size ?? 0,
    clock,
    onChange: ({ name, state }) => logger.warn(`witness ${name}: ${state}`, 'log'),
  });
  return new Sequencer({
    pool: app,
    store,
    directory,
    keepDir,
    ledger,
    origin: await keys.origin(),
    keys: () => keys.load(),
    // C2SP tlog-policy: whoever checks the log needs its keys and its witnesses.
    policy: ({ verifiers }) => formatPolicy({ ...policy, logs: verifiers.map((verifier) => ({ verifier })) }),
    ...(policy.witnesses.length > 0 && { cosigning: witnesses }),
    clock,
    active,
    // Minutes apart at the least, so the second names it.
    heartbeat: () => stream.write('LedgerHeartbeat', {}, [clock().toISOString().slice(0, 'YYYY-MM-DDTHH:MM'.length)]),
    onTrouble: (error) => logger.failed(error, { doing: 'sequencing' }),
    onProgress: (line) => logger.log(line, 'log'),
  });
}

/** For every start, before anything is written: a store that is behind what was signed, or a database behind its store, takes nothing more. */
export async function haltIfBehind({
  app,
  store,
  keepDir,
  logger,
  landing,
}: Pick<LogParts, 'app' | 'store' | 'keepDir' | 'logger'> & {
  readonly landing: 'inside' | 'after';
}): Promise<boolean> {
  const heads = new HeadTable(app);
  const behind = await refuseBehind({ heads, lock: new CheckpointLock(keepDir), store });
  // Where events stand in the transaction of their claim, neither is ever without the other.
  const halt = behind ?? (landing === 'after' ? await haltWithoutClaims({ app, store, heads }) : undefined);
  if (halt) logger.error(`${halt.code}: ${halt.message}`, 'log');
  return halt !== undefined;
}
