// How do the events of a database that was put back come out of the files of its log, with their claims, and is what stands then what was signed?
import { RightEdge, tileWidth, tileWidthMax, type Checkpoint } from '@derbes/transparency';
import { type LogDirectory, LogTrouble } from '@derbes/transparency/files.js';
import { type PoolClient } from 'pg';
import { type Progress } from '../progress.js';
import { type KeysBack, type KeysBackState } from './keys-back.js';
import { lostSince, type Lost } from './lost.js';
import { type ProvenFiles } from './proven-files.js';
import { halt, putBack, type Sidecar } from './put-back.js';
import { RecoverError } from './recover-error.js';

const leavesPageMax = 10_000;

export interface Recovered {
  readonly ledger: string;
  readonly origin: string;
  readonly size: number;
  /** Base64, as the checkpoint has it. */
  readonly root: string;
  /** `events`: with their claims, into this database. `claims`: alone, of events that stand in a store of their own. */
  readonly side: 'events' | 'claims';
  /** How many events this run put back, or the claims of how many. */
  readonly events: number;
  readonly claims: number;
  /** Claims some of whose events were not in the log yet: those are lost. */
  readonly unfinished: number;
  /** What became of the keys in KEY_BACKUP_DIR. */
  readonly keys: KeysBackState;
  readonly lost: Lost;
}

export class Recovering {
  protected readonly side: Recovered['side'] = 'events';
  protected events = 0;
  /** How many events each claim made, by its token. */
  protected readonly claims = new Map<string, number>();

  constructor(
    protected readonly session: PoolClient,
    protected readonly directory: LogDirectory,
    protected readonly proven: ProvenFiles,
    protected readonly progress: Progress,
    protected readonly keys: KeysBack | undefined,
  ) {}

  async run(withoutClaims: boolean): Promise<Recovered> {
    const { checkpoint } = this.proven;
    const { size } = checkpoint;
    const standing = await this.count('select coalesce(max(position), 0)::text as count from ledger_event');
    await this.compare(Math.min(standing, size));
    if (standing < size) {
      if (!withoutClaims) await this.assertSidecars(standing);
      await this.halt();
      await this.putBackFrom(standing, withoutClaims);
    }
    await this.assertRoot(checkpoint);
    await this.keys?.noteRows(this.session);
    const known = await this.count('select coalesce(max(size), 0)::text as count from log_head');
    return this.ended(known);
  }

  /** Whoever starts meanwhile is turned away like everybody who would write. */
  protected async halt(): Promise<void> {
    await this.session.query('insert into log_halt (code, detail) values ($1, $2) on conflict do nothing', [
      halt.code,
      halt.detail,
    ]);
  }

  /** `known`: how many events the log of this database had taken in before. */
  protected async ended(known: number): Promise<Recovered> {
    const { events, claims } = this;
    const { checkpoint, ledger } = this.proven;
    const { size, origin, root } = checkpoint;
    const keys = (await this.keys?.put(this.session, known)) ?? 'none';
    const lost = await lostSince(this.session, known);
    await this.session.query('delete from log_halt');
    const unfinished = await this.unfinished();
    const { side } = this;
    const done = { events, claims: claims.size, unfinished, keys, lost };
    return { ledger, side, origin, size, root: root.toString('base64'), ...done };
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
  protected async assertSidecars(standing: number): Promise<void> {
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
  protected async unfinished(): Promise<number> {
    const { rows } = await this.session.query<{ count: string }>(
      `select count(*)::text as count from unnest($1::text[], $2::int[]) as u (token, made)
       where made > (select count(*) from claim_event e where e.token = decode(u.token, 'hex'))`,
      [[...this.claims.keys()], [...this.claims.values()]],
    );
    return Number(rows[0]?.count ?? 0);
  }

  protected async sidecarOf(index: number, width: number, mayMiss: boolean): Promise<Sidecar | undefined> {
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

  protected *bundlesFrom(standing: number): Generator<readonly [index: number, width: number]> {
    const { size } = this.proven.checkpoint;
    for (let index = Math.floor(standing / tileWidthMax); index * tileWidthMax < size; index++) {
      yield [index, tileWidth('entries', index, size)];
    }
  }

  protected entriesFrom(first: number): Promise<Uint8Array[]> {
    const index = first / tileWidthMax;
    return this.directory.readEntries(index, tileWidth('entries', index, this.proven.checkpoint.size));
  }

  protected async count(question: string): Promise<number> {
    const { rows } = await this.session.query<{ count: string }>(question);
    return Number(rows[0]?.count ?? 0);
  }
}
