// With which settings does the service run? Every one from the environment, each with a default, each wrong one named.
import { type KeyService } from '@derbes/vault';
import { join, resolve } from 'node:path';
import { readClockSettings, type ClockSettings } from './clocks/settings.js';
import { readDeliverySettings } from './delivery/settings.js';
import { withSecretFiles } from './settings-files.js';
import { readKeyService } from './settings-key-service.js';

export const roles = ['all', 'http', 'worker'] as const;
/** What a process does: answer requests, keep the registers up to date, or both. */
export type Role = (typeof roles)[number];
export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** Beside auditors, officers and admins, who need a key. */
export const logOpenings = ['nothing', 'checkpoint', 'everything'] as const;

export interface Settings {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly dataDir: string;
  readonly keepDir: string;
  /** A second place for the keys, on another disk. */
  readonly keyCopyDir?: string;
  /** Holds the keys of epochs in the place of files. */
  readonly keyService?: KeyService;
  /** Where the wrapped keys are backed up all the while, on another file system. */
  readonly keyBackupDir?: string;
  /** How long an epoch lasts before the worker closes it; 0 leaves that to whoever asks. */
  readonly epochHours: number;
  /** PostgreSQL elsewhere; the embedded one when absent. */
  readonly databaseUrl?: string;
  /** The same database as the owner of the tables, for migrations; `databaseUrl` when absent. */
  readonly databaseOwnerUrl?: string;
  /** Files of the transparency log: what may be served, and what may not. */
  readonly logDir: string;
  /** A C2SP tlog-policy file: the witnesses that are asked to cosign, and how many of them must. None when absent. */
  readonly logPolicy?: string;
  /** What of the log anybody may read without a key: the tiles are pseudonymous personal data. */
  readonly logOpen: (typeof logOpenings)[number];
  /** Connections to PostgreSQL of this one process. */
  readonly databaseConnectionsMax: number;
  /** EventStoreDB or KurrentDB for the events; PostgreSQL keeps them when absent. */
  readonly eventstoreUrl?: string;
  /** Where others reach this service: what tasks name as the place of their acknowledgement. */
  readonly publicUrl?: string;
  /** Networks by CIDR that are not public, and that webhooks may go to all the same. */
  readonly webhookNetworks: readonly string[];
  /** How the law's clocks are watched, and who hears of it. */
  readonly clocks: ClockSettings;
  /** How often what is due to go is looked for, in seconds; 0: never. */
  readonly retentionSweepSeconds: number;
  readonly role: Role;
  readonly logLevel: (typeof logLevels)[number];
  /** First line of the checkpoints of a ledger that begins now, instead of one made of its id; a standing ledger keeps its own. */
  readonly origin?: string;
  /** What the emitter key of the first start is bound to. */
  readonly emitterSource: string;
  readonly limits: Limits;
}

/** What one caller may take of the service. */
export interface Limits {
  readonly bodyBytesMax: number;
  readonly batchBytesMax: number;
  /** Requests in flight on one key. */
  readonly inFlightPerKeyMax: number;
  /** How long a request may take to arrive. */
  readonly requestTimeoutMs: number;
  /** How long a stopping service still says so to whoever comes, before it stops listening. */
  readonly stopGraceMs: number;
  /** How long a stopping service waits for what it has begun. */
  readonly drainMsMax: number;
}

/** A flush, its questions, a follower, and as many readers as PostgreSQL serves well. */
const databaseConnectionsMax = 20;

/** Erasures are final within a day; LAW rows 22 and 46 give one working day at the shortest. */
const defaultEpochHours = 24;
const epochHoursMax = 8_760;

const mib = 1024 * 1024;
export const defaultLimits: Limits = {
  bodyBytesMax: 4 * mib,
  batchBytesMax: 32 * mib,
  inFlightPerKeyMax: 256,
  requestTimeoutMs: 30_000,
  stopGraceMs: 1_000,
  drainMsMax: 30_000,
};

/** All wrong settings at once; `code` is stable. */
export class WrongSettings extends Error {
  readonly code = 'WRONG_SETTINGS';
  constructor(readonly mistakes: readonly string[]) {
    super(
      `${mistakes.length === 1 ? 'A setting is' : 'Settings are'} wrong.\n${mistakes.map((m) => `  ${m}`).join('\n')}`,
    );
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the settings of this process. Throws WrongSettings naming every mistake. A value is never repeated: URLs hold passwords. */
export function readSettings(given: Environment): Settings {
  const mistakes: string[] = [];
  const environment = withSecretFiles(given, mistakes);
  const text = (name: string, otherwise: string): string => environment[name]?.trim() || otherwise;
  const integer = (name: string, otherwise: number, min: number, max: number): number => {
    const given = text(name, String(otherwise));
    const value = /^\d{1,12}$/.test(given) ? Number(given) : NaN;
    if (value >= min && value <= max) return value;
    mistakes.push(`${name} must be a whole number from ${min} to ${max}`);
    return otherwise;
  };
  const oneOf = <T extends string>(name: string, values: readonly T[], otherwise: T): T => {
    const given = values.find((value) => value === text(name, otherwise));
    if (!given) mistakes.push(`${name} must be one of ${values.join(', ')}`);
    return given ?? otherwise;
  };
  const postgresUrl = (name: string): string | undefined => {
    const given = text(name, '');
    if (given === '') return undefined;
    if (/^postgres(ql)?:\/\//.test(given) && URL.canParse(given)) return given;
    mistakes.push(`${name} must be a URL of the form postgres://user:password@host:5432/database`);
    return undefined;
  };
  const databaseUrl = postgresUrl('DATABASE_URL');
  const databaseOwnerUrl = postgresUrl('DATABASE_OWNER_URL');
  if (databaseOwnerUrl && !text('DATABASE_URL', '')) {
    mistakes.push(
      'DATABASE_OWNER_URL needs DATABASE_URL beside it, which names the same database as the service’s own user',
    );
  }
  const role = oneOf('ROLE', roles, 'all');
  if (role !== 'all' && !text('DATABASE_URL', '')) {
    mistakes.push(
      `ROLE=${role} needs DATABASE_URL: several processes share one PostgreSQL of yours, the embedded one serves ROLE=all alone`,
    );
  }
  const eventstoreUrl = text('EVENTSTORE_URL', '');
  if (eventstoreUrl !== '' && !/^(esdb|kurrentdb)(\+discover)?:\/\/[^\s]+$/.test(eventstoreUrl))
    mistakes.push('EVENTSTORE_URL must be a connection string of the form esdb://user:password@host:2113?tls=true');
  const emitterSource = text('EMITTER_SOURCE', 'urn:example:service');
  if (!/^[\x21-\x7e]{1,256}$/.test(emitterSource))
    mistakes.push('EMITTER_SOURCE must be a URI-reference of at most 256 characters');
  const keyService = readKeyService(environment, mistakes);
  const { publicUrl, webhookNetworks } = readDeliverySettings(environment, mistakes);
  const keyCopyDir = text('KEY_COPY_DIR', '');
  const keyBackupDir = text('KEY_BACKUP_DIR', '');
  const logPolicy = text('LOG_POLICY', '');
  const origin = text('ORIGIN', '');
  if (origin !== '' && !/^[a-z0-9][a-z0-9./-]{0,199}$/.test(origin))
    mistakes.push(
      'ORIGIN must be a name such as ledger.example/derbes: lower-case letters, digits, dots, slashes, hyphens',
    );
  const settings: Settings = {
    ...(origin !== '' && { origin }),
    host: text('HOST', '127.0.0.1'),
    port: integer('PORT', 8080, 0, 65_535),
    dataDir: resolve(text('DATA_DIR', './data')),
    keepDir: resolve(text('KEEP_DIR', './keep')),
    ...(keyCopyDir !== '' && { keyCopyDir: resolve(keyCopyDir) }),
    ...(keyService && { keyService }),
    ...(keyBackupDir !== '' && { keyBackupDir: resolve(keyBackupDir) }),
    // Without a backup a close waits for somebody who accepts that: not every night.
    epochHours: integer('EPOCH_HOURS', keyBackupDir === '' ? 0 : defaultEpochHours, 0, epochHoursMax),
    logDir: resolve(text('LOG_DIR', join(text('DATA_DIR', './data'), 'log'))),
    logOpen: oneOf('LOG_OPEN', logOpenings, 'nothing'),
    ...(logPolicy !== '' && { logPolicy: resolve(logPolicy) }),
    ...(databaseUrl && { databaseUrl }),
    ...(databaseOwnerUrl && { databaseOwnerUrl }),
    databaseConnectionsMax: integer('DATABASE_CONNECTIONS_MAX', databaseConnectionsMax, 4, 500),
    ...(eventstoreUrl !== '' && { eventstoreUrl }),
    ...(publicUrl !== undefined && { publicUrl }),
    webhookNetworks,
    clocks: readClockSettings(environment, mistakes),
    retentionSweepSeconds: integer('RETENTION_SWEEP_SECONDS', 60, 0, 86_400),
    role,
    logLevel: oneOf('LOG_LEVEL', logLevels, 'info'),
    emitterSource,
    limits: {
      bodyBytesMax: integer('BODY_BYTES_MAX', defaultLimits.bodyBytesMax, 1024, 64 * mib),
      batchBytesMax: integer('BATCH_BYTES_MAX', defaultLimits.batchBytesMax, 1024, 256 * mib),
      inFlightPerKeyMax: integer('IN_FLIGHT_PER_KEY_MAX', defaultLimits.inFlightPerKeyMax, 1, 10_000),
      requestTimeoutMs: integer('REQUEST_TIMEOUT_MS', defaultLimits.requestTimeoutMs, 1_000, 600_000),
      stopGraceMs: integer('STOP_GRACE_MS', defaultLimits.stopGraceMs, 0, 60_000),
      drainMsMax: integer('DRAIN_MS_MAX', defaultLimits.drainMsMax, 0, 600_000),
    },
  };
  if (mistakes.length > 0) throw new WrongSettings(mistakes);
  return settings;
}
