// What if the database is lost between two closes? Its wrapped keys stand in KEY_BACKUP_DIR too, within a minute of any change.
import { rm } from 'node:fs/promises';
import { type Pool, type PoolClient } from 'pg';
import { openSample } from './epoch-check.js';
import { type EpochKeys } from './epoch-keys.js';
import { type ClosingBackup } from './epoch-steps.js';
import { filesIn, headIn, onAnotherFileSystem, readFileOf, writeFileOf, type BackupHead } from './key-backup-file.js';
import { backupKey, readAll } from './key-restore.js';
import { linesOf, makeAside, missingAside } from './key-tables.js';
import { type Keep } from './keep.js';
import { assertApart, makePrivateDirectory } from './private-files.js';
import { VaultError } from './vault-error.js';

/** Every change is in the backup within this; past it the lag is an alarm. */
export const keyBackupLagMsMax = 60_000;
const roundMs = 15_000;
/** One process writes the backup at a time: it holds this advisory lock for a round. */
const backupLock = 4_021_990_157;
/** Rounds that are remembered to tell how old the oldest change is that no file holds. */
const roundsMax = 1_000;

export interface KeyBackupPlace {
  readonly dir: string;
  readonly dataDir: string;
  readonly keepDir: string;
}

/** Where the next file goes on. */
interface Reached {
  readonly epoch: number;
  readonly n: number;
  readonly to: string;
  readonly mac: string;
}

export interface KeyBackupStatus {
  /** Age of the oldest change that may be in no file; undefined before the first round. */
  readonly lagMs: number | undefined;
  readonly late: boolean;
}

export class KeyBackup implements ClosingBackup {
  readonly #app: Pool;
  readonly #keep: Keep;
  readonly #place: KeyBackupPlace;
  readonly #key: Buffer;
  readonly #rounds: { readonly at: number; readonly next: bigint }[] = [];
  readonly #begun = performance.now();
  /** The last file, when this process wrote or read it. */
  #last: { readonly path: string; readonly reached: Reached } | undefined;
  #covered: number | undefined;
  #stopped = true;
  #running: Promise<void> = Promise.resolve();
  #wake: () => void = () => undefined;

  private constructor(app: Pool, keep: Keep, place: KeyBackupPlace) {
    this.#app = app;
    this.#keep = keep;
    this.#place = place;
    this.#key = backupKey(keep);
  }

  /** Throws KEEP_INSIDE_DATA, KEEP_RIGHTS_TOO_WIDE, KEEP_WRONG_OWNER. */
  static async open(app: Pool, keep: Keep, place: KeyBackupPlace): Promise<KeyBackup> {
    await assertApart(place.dir, place.dataDir);
    await makePrivateDirectory(place.dir);
    return new KeyBackup(app, keep, place);
  }

  /** Writes rounds until it is stopped, a few a minute; `failed` hears what a round failed with. */
  start(failed: (error: unknown) => void): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#running = this.#run(failed);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake();
    await this.#running;
  }

  status(): KeyBackupStatus {
    const since = this.#covered ?? this.#begun;
    const lagMs = performance.now() - since;
    return { lagMs: this.#covered === undefined ? undefined : lagMs, late: lagMs > keyBackupLagMsMax };
  }

  /** One file with what changed since the last, or with everything when there is none to go on from. True when a file was written. */
  async round(): Promise<boolean> {
    const wrote = await this.#inSnapshot(async (tx) => {
      const reached = await this.#reached(tx);
      return this.#write(tx, reached);
    });
    return wrote === true;
  }

  async prove(keys: EpochKeys): Promise<void> {
    const { dir, dataDir, keepDir } = this.#place;
    for (const other of [keepDir, dataDir]) {
      if (!(await onAnotherFileSystem(dir, other).catch(() => true))) {
        throw new VaultError(
          'KEY_BACKUP_NOT_PROVED',
          `KEY_BACKUP_DIR (${dir}) lies on the same file system as ${other}`,
        );
      }
    }
    const seen = await this.#inSnapshot(async (tx) => {
      await this.#write(tx, undefined);
      return (await snapshotOf(tx)).seen;
    }, true);
    await this.#tryOut(keys, seen ?? '');
  }

  async forgetBefore(epoch: number): Promise<void> {
    const first = (await filesIn(this.#place.dir)).find((file) => file.epoch === epoch);
    if (first) {
      // What went before all keys were written anew is in no file.
      const { to } = await headIn(first, this.#keep.ledger);
      await this.#app.query('delete from key_gone where changed < $1', [to]);
    }
    for (const file of await filesIn(this.#place.dir)) if (file.epoch < epoch) await rm(file.path, { force: true });
  }

  async #run(failed: (error: unknown) => void): Promise<void> {
    while (!this.#stopped) {
      await this.round().catch(failed);
      // Whoever stopped it during the round had nobody to wake.
      if (this.#stopped) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, roundMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** Undefined when there is nothing to go on from: no file of the open epoch, or the database is another than wrote them. */
  async #reached(tx: PoolClient): Promise<Reached | undefined> {
    const open = await openEpoch(tx);
    const last = (await filesIn(this.#place.dir)).filter(({ epoch }) => epoch === open).at(-1);
    if (!last) return undefined;
    if (this.#last?.path === last.path) return this.#standing(tx, this.#last.reached);
    const read = await readFileOf(last, this.#key, this.#keep.ledger, () => Promise.resolve()).catch(
      (error: unknown) => {
        if (error instanceof VaultError && error.code === 'KEY_BACKUP_DAMAGED') return undefined;
        throw error;
      },
    );
    return read && this.#standing(tx, { epoch: open, n: last.n, to: read.head.to, mac: read.mac });
  }

  /** A database whose transactions are behind what was written is not the one that it was written of. */
  async #standing(tx: PoolClient, reached: Reached): Promise<Reached | undefined> {
    return BigInt(reached.to) > BigInt((await snapshotOf(tx)).xmin) ? undefined : reached;
  }

  async #write(tx: PoolClient, reached: Reached | undefined): Promise<boolean> {
    const { dir } = this.#place;
    const now = performance.now();
    const { xmin, xmax } = await snapshotOf(tx);
    this.#rounds.push({ at: now, next: BigInt(xmax) });
    if (this.#rounds.length > roundsMax) this.#rounds.shift();
    const head: BackupHead = {
      ledger: this.#keep.ledger,
      epoch: reached?.epoch ?? (await openEpoch(tx)),
      n: reached ? reached.n + 1 : 0,
      from: reached?.to ?? '0',
      to: xmin,
      before: reached?.mac ?? '',
    };
    const stale = reached ? [] : (await filesIn(dir)).filter(({ epoch, n }) => epoch === head.epoch && n > 0);
    const changes = reached === undefined || (await changed(tx, head));
    // From the last one on: what is left is a backup that goes less far.
    for (const { path } of stale.reverse()) await rm(path, { force: true });
    if (changes) {
      const { path, mac } = await writeFileOf(dir, this.#key, head, linesOf(tx, reached && head));
      this.#last = { path, reached: { epoch: head.epoch, n: head.n, to: head.to, mac } };
    }
    // What was not finished when a round began is in no file; what had ended by an earlier round is.
    this.#covered = this.#rounds.filter(({ next }) => next <= BigInt(xmin)).at(-1)?.at ?? this.#covered;
    return changes;
  }

  /** Restores aside, in tables of one connection that go with it, compares with what stands, and opens some. */
  async #tryOut(keys: EpochKeys, seen: string): Promise<void> {
    const tx = await this.#app.connect();
    try {
      await tx.query('begin');
      await makeAside(tx);
      await readAll(tx, this.#place.dir, this.#keep, keys.epoch, 'pg_temp');
      const missing = await missingAside(tx, seen);
      if (missing > 0) throw new VaultError('KEY_BACKUP_NOT_PROVED', `${missing} rows of keys are not in the backup`);
      await openSample(tx, this.#keep.ledger, keys, 'pg_temp.');
    } catch (error) {
      if (!(error instanceof VaultError)) throw error;
      throw new VaultError('KEY_BACKUP_NOT_PROVED', error.message);
    } finally {
      await tx.query('rollback').catch(() => undefined);
      tx.release();
    }
  }

  /** Undefined when another process is at it, unless it is waited for. */
  async #inSnapshot<T>(work: (tx: PoolClient) => Promise<T>, wait = false): Promise<T | undefined> {
    const tx = await this.#app.connect();
    let broken: Error | undefined;
    try {
      const lock = wait
        ? 'select true as taken from (select pg_advisory_lock($1)) l'
        : 'select pg_try_advisory_lock($1) as taken';
      const { rows } = await tx.query<{ taken: boolean }>(lock, [backupLock]);
      if (rows[0]?.taken !== true) return undefined;
      try {
        await tx.query('begin isolation level repeatable read read only');
        return await work(tx);
      } finally {
        await tx.query('rollback').catch((error: Error) => (broken = error));
        await tx.query('select pg_advisory_unlock($1)', [backupLock]).catch((error: Error) => (broken = error));
      }
    } finally {
      tx.release(broken);
    }
  }
}

async function openEpoch(tx: PoolClient): Promise<number> {
  const { rows } = await tx.query<{ epoch: number }>(`select epoch from epoch where state = 'open'`);
  const [open] = rows;
  if (!open) throw new VaultError('EPOCH_MISSING', 'no epoch is open');
  return open.epoch;
}

/** `seen`: as PostgreSQL writes it, to ask later whether this transaction saw another. */
async function snapshotOf(tx: PoolClient): Promise<{ xmin: string; xmax: string; seen: string }> {
  const { rows } = await tx.query<{ xmin: string; xmax: string; seen: string }>(
    `select pg_snapshot_xmin(s)::text as xmin, pg_snapshot_xmax(s)::text as xmax, s::text as seen from pg_current_snapshot() s`,
  );
  return rows[0] ?? { xmin: '0', xmax: '0', seen: '0:0:' };
}

async function changed(tx: PoolClient, { from, to }: BackupHead): Promise<boolean> {
  const tables = ['key_owner', 'part_key', 'lookup', 'lookup_past', 'key_gone', 'token_fence'];
  const any = tables.map((name) => `exists (select from ${name} where changed >= $1 and changed < $2)`).join(' or ');
  const { rows } = await tx.query<{ any: boolean }>(`select ${any} as any`, [from, to]);
  return rows[0]?.any === true;
}
