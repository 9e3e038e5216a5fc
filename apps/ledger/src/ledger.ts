// Of which parts is a running ledger made, in what order do they open, and how do they close without losing anything?
import { Claims, type EventStore, type Position, type StoreKind } from '@derbes/event-store';
import { KeyBackup, RestrictedSeal, signingSecrets, vaultParticipant, type Vault, type VaultRows } from '@derbes/vault';
import { NoticeQueue, ProjectedWait, registers as readModels } from '@derbes/read-models';
import { HeadTable } from '@derbes/transparency/sequencing.js';
import { randomUUID } from 'node:crypto';
import { type Pool } from 'pg';
import { EpochEvents } from './epochs/epoch-events.js';
import { EpochLog } from './epochs/epoch-log.js';
import { Epochs } from './epochs/epochs.js';
import { NoticeRounds } from './notices/notice-rounds.js';
import { erasedAmong } from './read/erased-owners.js';
import { Reopener } from './withdrawal/reopener.js';
import { wholeSeconds } from './write/telling-parts.js';
import { SpreadingFacts } from './cascade/spreading-facts.js';
import { TaskOrderer } from './cascade/task-orderer.js';
import { type ErasureStep } from './erasure/destruction.js';
import { ErasureOrders } from './erasure/erasure-orders.js';
import { ErasureExecutor } from './erasure/executor.js';
import { keepPlaceOf } from './keep-place.js';
import { PublishedWait } from './log/published-wait.js';
import { type JsonLogger } from './logger.js';
import { LedgerStream } from './sequencing/ledger-stream.js';
import { haltIfBehind, type LogParts } from './sequencing/log.js';
import { LogKeys } from './sequencing/log-keys.js';
import { type RestrictedReads } from './read/ask.js';
import { restrictedReads } from './restricted/restricted-writer.js';
import { RestrictedTerms, type TermStep } from './restricted/terms.js';
import { RestrictedRecords } from './restricted/restricted-records.js';
import { type Settings } from './settings.js';
import { openStore, type OpenedStore } from './store.js';
import { stopSweeps, sweepsOf, type Sweeps } from './sweeps.js';
import { AtomicRecorder } from './write/atomic-recorder.js';
import { publishBuiltIn } from './write/built-in.js';
import { CommandWriter } from './write/command-writer.js';
import { Documents } from './write/documents.js';
import { ErasedReports } from './write/erased-reports.js';
import { ComingsOfAge } from './people/comings-of-age.js';
import { FactRecorder } from './write/fact-recorder.js';
import { FoldCache, type FoldBounds } from './write/fold-cache.js';
import { KnownRegisters } from './write/known-registers.js';
import { LinkedIdentifiers } from './write/linked-identifiers.js';
import { openLedger } from './write/opening.js';
import { guardedParticipant } from './write/register-guard.js';
import { RegisterIndex } from './write/register-index.js';
import { Resolver } from './write/resolving.js';
import { SourceStreams } from './write/source-streams.js';
import { Writers } from './write/writers.js';

export interface Ledger extends Sweeps {
  /** The ledger's random id. */
  readonly id: string;
  /** Unique among running processes. */
  readonly process: string;
  readonly app: Pool;
  readonly store: EventStore;
  readonly storeKind: StoreKind;
  readonly vault: Vault;
  readonly claims: Claims<VaultRows>;
  readonly registers: KnownRegisters;
  readonly documents: Documents;
  readonly writers: Writers;
  /** Writes down who has come of age. */
  readonly comingsOfAge: ComingsOfAge;
  readonly erasures: ErasureExecutor;
  /** Records who looked at what the law forbids to tell. */
  readonly restrictedReads: RestrictedReads;
  /** Lets go what the law forbids to tell when its term is over. */
  readonly restrictedTerms: RestrictedTerms;
  /** Orders what others have to do because of what services tell. */
  readonly tasks: TaskOrderer;
  /** Stops what was refused of a withdrawal when what kept it going has ended. */
  readonly withdrawals: Reopener;
  readonly epochs: Epochs;
  /** Notices of transfers that are made, and recorded as told, without anybody asking. */
  readonly noticeRounds: NoticeRounds;
  /** Of the transparency log. */
  readonly log: LogParts;
  /** What time it is for all of its parts. */
  readonly clock: () => Date;
  /** Waits until all that was taken is durable. */
  close(): Promise<void>;
}

/** What time it is, and milliseconds that only ever grow, whatever the clock says. */
export interface LedgerTime {
  readonly clock: () => Date;
  readonly monotonic: () => number;
}

const machineTime: LedgerTime = { clock: () => new Date(), monotonic: () => performance.now() };

/** Called at each step; throwing or killing there is how crashes are tried. */
export interface LedgerHooks {
  /** Another time than the machine's, for a test that lives through a year: no setting gives one (decision 0135). */
  readonly time?: LedgerTime;
  /** How much is kept of what was read, for a test in which that is less than is told of. */
  readonly kept?: FoldBounds;
  readonly erasing?: (step: ErasureStep) => void | Promise<void>;
  readonly closing?: (point: string) => void | Promise<void>;
  readonly restricting?: (step: TermStep) => void | Promise<void>;
}

/**
 * Opens the ledger that stands in this database, store and keep, or begins one. Throws VaultError, LedgerMismatch, NotAnEnvelope,
 * and what opening a store throws.
 */
export async function openParts(
  settings: Settings,
  app: Pool,
  logger: JsonLogger,
  hooks: LedgerHooks = {},
): Promise<Ledger> {
  const opened = await openStore(settings, app);
  try {
    return await openOn(opened, settings, app, logger, hooks);
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function openOn(
  opened: OpenedStore,
  settings: Settings,
  app: Pool,
  logger: JsonLogger,
  { erasing, closing, restricting, kept, time = machineTime }: LedgerHooks,
): Promise<Ledger> {
  const { clock, monotonic } = time;
  const process = randomUUID();
  const { store, landing, place } = opened;
  const participant = guardedParticipant(vaultParticipant, landing);
  const { claimed } = opened;
  const claims = new Claims<VaultRows>({ pool: app, store: claimed, participant, landing, place, process, clock });
  const wait = new ProjectedWait(app);
  const projected = (position: Position) => wait.until(position);
  const checkpoints = new PublishedWait(new HeadTable(app));
  const published = (position: Position) => checkpoints.until(position);
  const { keepDir, dataDir, keyBackupDir } = settings;
  const { vault, keep, ledger } = await openLedger({
    store,
    app,
    claims,
    landing,
    clock,
    place: keepPlaceOf(settings),
    ...(settings.origin !== undefined && { origin: settings.origin }),
  });
  const documents = new Documents(app);
  const index = new RegisterIndex(app);
  const registers = new KnownRegisters(store, index, documents, clock);
  await registers.start((error) => logger.failed(error, { doing: 'refreshing-registers' }));
  const cache = new FoldCache(store, kept);
  const resolver = new Resolver(vault, claims, registers);
  const editionAt = (moment: string) => registers.editionAt(moment);
  const reports = new ErasedReports({ claims, store, sources: new SourceStreams(app), editionAt, clock });
  const restrictedSeal = await RestrictedSeal.open(keep, app);
  const restricted = new RestrictedRecords({ app, clock, store, vault, claims, seal: restrictedSeal });
  const erasures = new ErasureExecutor({
    app,
    store,
    vault,
    claims,
    orders: new ErasureOrders(app),
    clock,
    editionAt,
    outside: () => registers.outside,
    restricted: (members, moment) => restricted.holdsOn(members, moment),
    forget: (subject) => cache.drop(subject),
    onTrouble: (error) => logger.failed(error, { doing: 'erasing' }),
    ...(erasing && { at: erasing }),
  });
  const shared = { vault, claims, cache, registers, landing, clock, store, projected, published };
  const commands = new CommandWriter(shared);
  const comingsOfAge = new ComingsOfAge({
    ...shared,
    commands,
    models: readModels(app),
    now: () => wholeSeconds(clock().toISOString()),
    onTrouble: (error) => logger.failed(error, { doing: 'coming-of-age' }),
  });
  const tasks = new TaskOrderer({
    ...shared,
    facts: new SpreadingFacts(app),
    commands,
    onTrouble: (error) => logger.failed(error, { doing: 'ordering-tasks' }),
  });
  const withdrawals = new Reopener({
    ...shared,
    commands,
    models: readModels(app),
    now: () => wholeSeconds(clock().toISOString()),
    onTrouble: (error) => logger.failed(error, { doing: 'reopening-withdrawal' }),
  });
  const noticeRounds = new NoticeRounds({
    ...shared,
    commands,
    queue: new NoticeQueue(app),
    erasedAmong: (owners) => erasedAmong(store, owners),
    onTrouble: (error) => logger.failed(error, { doing: 'telling-of-transfers' }),
  });
  const parts = { ...shared, resolver, reports, erasures, tasks } as const;
  const facts = new FactRecorder(parts);
  const behind = await haltIfBehind({ app, store, keepDir, logger, landing });
  // A profile of this build, told to a database that was put back, would fork it from what was signed.
  if (!behind) await publishBuiltIn({ commands, registers, documents });
  const keyBackup =
    keyBackupDir === undefined ? undefined : await KeyBackup.open(app, keep, { dir: keyBackupDir, keepDir, dataDir });
  const stream = new LedgerStream(store, commands);
  const keys = new LogKeys({ stream, secrets: signingSecrets(keep), clock });
  const epochs = new Epochs({
    app,
    keep,
    vault,
    ledger: new EpochEvents({ commands, documents, erasures, store, log: new EpochLog(app, keys, clock) }),
    clock,
    hours: settings.epochHours,
    logger,
    ...(keyBackup && { backup: keyBackup, keyBackup }),
    ...(closing && { at: closing }),
  });
  const writers = new Writers(
    commands,
    facts,
    new AtomicRecorder(parts),
    registers,
    documents,
    index,
    cache,
    new LinkedIdentifiers(store, vault),
    vault,
    erasures,
    restricted,
    store,
  );
  const sweeps = sweepsOf({ app, settings, writers, clock, monotonic, logger });
  return {
    id: ledger,
    process,
    app,
    store,
    storeKind: opened.kind,
    vault,
    claims,
    registers,
    documents,
    clock,
    comingsOfAge,
    writers,
    restrictedReads: restrictedReads(writers),
    restrictedTerms: new RestrictedTerms({
      app,
      writers,
      clock,
      monotonic,
      ...(restricting && { at: restricting }),
    }),
    erasures,
    tasks,
    withdrawals,
    noticeRounds,
    epochs,
    ...sweeps,
    log: {
      app,
      store,
      ledger,
      logDir: settings.logDir,
      ...(settings.logPolicy !== undefined && { logPolicy: settings.logPolicy }),
      keepDir,
      keys,
      stream,
      clock,
      logger,
    },
    async close() {
      await stopSweeps(sweeps);
      await epochs.stop();
      await facts.idle();
      await tasks.stop();
      await erasures.stop();
      await claims.idle();
      await registers.stop();
      await opened.close();
    },
  };
}
