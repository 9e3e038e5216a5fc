// How does a ledger whose database was put back to an earlier state get its events again? From the files of its own log, up to what was signed.
import { LauncherError } from '@derbes/postgres';
import { RightEdge, tileWidth, tileWidthMax, type Checkpoint } from '@derbes/transparency';
import { LogDirectory, LogTrouble } from '@derbes/transparency/files.js';
import { CheckpointLock } from '@derbes/transparency/sequencing.js';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type PoolClient } from 'pg';
import { openDatabaseOf } from '../backup/places.js';
import { type Progress } from '../progress.js';
import { type Settings } from '../settings.js';
import { assertAlone } from './alone.js';
import { lostSince, type Lost } from './lost.js';
import { proveFiles, type ProvenFiles } from './proven-files.js';
import { halt, putBack, type Sidecar } from './put-back.js';
import { RecoverError } from './recover-error.js';

const leavesPageMax = 10_000;

export interface Asked {
  /** A LOG_DIR, or a copy of one. */
  readonly dir: string;
  /** Goes on where sidecars are missing: repeats of those events would be recorded again. */
  readonly withoutClaims: boolean;
}

export interface Recovered {
  readonly ledger: string;
  readonly origin: string;
  readonly size: number;
  /** Base64, as the checkpoint has it. */
  readonly root: string;
  /** How many events this run put back. */
  readonly events: number;
  readonly claims: number;
  /** Claims some of whose events were not in the log yet: those are lost. */
  readonly unfinished: number;
  readonly lost: Lost;
}

/** Cut off, it goes on when it is started again. Throws RecoverError, LogTrouble, LauncherError and EventStoreError. */
export async function recover(
  { dir, withoutClaims }: Asked,
  settings: Settings,
  progress: Progress,
  log: (line: string) => void,
): Promise<Recovered> {
  const { databaseUrl, dataDir, eventstoreUrl, keepDir } = settings;
  if (eventstoreUrl !== undefined) {
    throw new RecoverError(
      'RECOVER_UNSUPPORTED',
      'the events live in an EventStoreDB, and this works on PostgreSQL alone: restore a newer backup of that server',
    );
  }
  if (databaseUrl === undefined && !existsSync(join(dataDir, 'postgres'))) {
    throw new RecoverError('LEDGER_MISSING', `there is no ledger in ${dataDir}: name its DATA_DIR or DATABASE_URL`);
  }
  const directory = new LogDirectory(dir);
  const proven = await proveFiles(directory, new CheckpointLock(keepDir), progress);
  const database = await openDatabaseOf(settings, log).catch((error: unknown) => {
    throw error instanceof LauncherError ? new RecoverError('LEDGER_MISSING', error.message, { cause: error }) : error;
  });
  try {
    const session = await database.pool.connect();
    try {
      await assertAlone(session);
      return await new Recovering(session, directory, proven, progress).run(withoutClaims);
    } finally {
      session.release(true);
    }
  } finally {
    await database.close();
  }
}

class Recovering {
  private events = 0;
  /** How many events each claim made, by its token. */
  private readonly claims = new Map<string, number>();

  constructor(
    private readonly session: PoolClient,
    private readonly directory: LogDirectory,
    private readonly proven: ProvenFiles,
    private readonly progress: Progress,
  ) {}

  async run(withoutClaims: boolean): Promise<Recovered> {
    const { checkpoint, ledger } = this.proven;
    const { size, origin, root } = checkpoint;
    const standing = await this.count('select coalesce(max(position), 0)::text as count from ledger_event');
    await this.compare(Math.min(standing, size));
    if (standing < size) {
      if (!withoutClaims) await this.assertSidecars(standing);
      // Whoever starts meanwhile is turned away like everybody who would write.
      await this.session.query('insert into log_halt (code, detail) values ($1, $2) on conflict do nothing', [
        halt.code,
        halt.detail,
      ]);
      await this.putBackFrom(standing, withoutClaims);
    }
    await this.assertRoot(checkpoint);
    const known = await this.count('select coalesce(max(size), 0)::text as count from log_head');
    const lost = await lostSince(this.session, known);
    await this.session.query('delete from log_halt');
    const { events, claims } = this;
    return {
      ledger,
      origin,
      size,
      root: root.toString('base64'),
      events,
      claims: claims.size,
      unfinished: await this.unfinished(),
      lost,
    };
  }

  /** Throws RECOVER_FORKED where the database has another event than the log, or lacks one in between. */
  private async compare(size: number): Promise<void> {
    this.progress.phase('compare', size);
    for (let first = 0; first < size; first += tileWidthMax) {
      const entries = await this.entriesFrom(first);
      const { rows } = await this.session.query<{ position: string; body: string }>(
        'select position, body from ledger_event where position > $1 and position <= $2 order by position',
        [first, Math.min(first + tileWidthMax, size)],
      );
      const until = Math.min(entries.length, size - first);
      for (let i = 0; i < until; i++) {
        const row = rows[i];
        if (row?.position === String(first + i + 1) && Buffer.from(row.body).equals(entries[i] ?? Buffer.alloc(0)))
          continue;
        throw new RecoverError(
          'RECOVER_FORKED',
          `event ${first + i} of the database is not the one that was signed: something was written or changed after it was put back. ` +
            'Put back a backup from before that, and start again. Nothing was put back',
        );
      }
      this.progress.at(first + until);
    }
  }

  /** Before the first event is written. */
  private async assertSidecars(standing: number): Promise<void> {
    for (const [index, width] of this.bundlesFrom(standing)) {
      try {
        await this.directory.readSidecar(index, width);
      } catch (cause) {
        if (!(cause instanceof LogTrouble)) throw cause;
        throw new RecoverError(
          'RECOVER_CLAIMS_MISSING',
          `${cause.message}. It says which CloudEvents and commands these events were made of; without it whatever a service repeats would ` +
            'be recorded a second time. Name a copy of LOG_DIR that has its folder `private`, or go on without with --without-claims. ' +
            'Nothing was put back',
          { cause },
        );
      }
    }
  }

  private async putBackFrom(standing: number, withoutClaims: boolean): Promise<void> {
    const { size } = this.proven.checkpoint;
    this.progress.phase('events', size - standing);
    for (const [index, width] of this.bundlesFrom(standing)) {
      const first = index * tileWidthMax;
      const after = Math.max(first, standing);
      const missing = (await this.entriesFrom(first)).slice(after - first);
      const sidecar = await this.sidecarOf(index, width, withoutClaims);
      for (const { token, of } of await putBack(this.session, after, missing, sidecar)) this.claims.set(token, of);
      this.events += missing.length;
      this.progress.at(this.events);
    }
  }

  /** Of the claims that came back, how many made more events than the log has. */
  private async unfinished(): Promise<number> {
    const { rows } = await this.session.query<{ count: string }>(
      `select count(*)::text as count from unnest($1::text[], $2::int[]) as u (token, made)
       where made > (select count(*) from claim_event e where e.token = decode(u.token, 'hex'))`,
      [[...this.claims.keys()], [...this.claims.values()]],
    );
    return Number(rows[0]?.count ?? 0);
  }

  private async sidecarOf(index: number, width: number, mayMiss: boolean): Promise<Sidecar | undefined> {
    try {
      return await this.directory.readSidecar(index, width);
    } catch (error) {
      if (mayMiss && error instanceof LogTrouble) return undefined;
      throw error;
    }
  }

  /** By the hashes that the database has now. */
  private async assertRoot({ size, root }: Checkpoint): Promise<void> {
    const edge = new RightEdge();
    while (edge.size < size) {
      const { rows } = await this.session.query<{ leaf_hash: Buffer }>(
        'select leaf_hash from ledger_event where position > $1 and position <= $2 order by position',
        [edge.size, Math.min(size, edge.size + leavesPageMax)],
      );
      if (rows.length === 0) break;
      for (const { leaf_hash: leaf } of rows) edge.append(leaf);
    }
    if (edge.size === size && edge.root().equals(root)) return;
    throw new RecoverError(
      'RECOVER_FORKED',
      'the leaf hashes of the database do not lead to the root that was signed: they were changed beside the events',
    );
  }

  private *bundlesFrom(standing: number): Generator<readonly [index: number, width: number]> {
    const { size } = this.proven.checkpoint;
    for (let index = Math.floor(standing / tileWidthMax); index * tileWidthMax < size; index++) {
      yield [index, tileWidth('entries', index, size)];
    }
  }

  private entriesFrom(first: number): Promise<Uint8Array[]> {
    const index = first / tileWidthMax;
    return this.directory.readEntries(index, tileWidth('entries', index, this.proven.checkpoint.size));
  }

  private async count(question: string): Promise<number> {
    const { rows } = await this.session.query<{ count: string }>(question);
    return Number(rows[0]?.count ?? 0);
  }
}
