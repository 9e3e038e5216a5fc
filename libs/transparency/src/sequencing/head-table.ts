// Which events are which leaves, and how far is the log? The one row that a sequencer moves on by compare-and-swap.
import { type Position } from '@derbes/event-store';
import { type Pool } from 'pg';
import { emptyRoot } from '../hash.js';
import { RightEdge } from '../right-edge.js';
import { logHaltCodes, LogHalted, LogTrouble, type LogHaltCode } from '../files/log-trouble.js';

/** Listened to by whoever waits for a checkpoint that covers an event; the notice is the published size. */
export const publishedChannel = 'log_published';

export interface Head {
  /** Leaves assigned, with the root of their tree. */
  readonly size: number;
  readonly root: Buffer;
  /** Of the last event that is a leaf; undefined when none is. */
  readonly position: Position | undefined;
  /** As the head stood before its last leaves were added. */
  readonly beforeSize: number;
  readonly beforePosition: Position | undefined;
  /** The leaves whose files are written and were read back. */
  readonly writtenSize: number;
  readonly publishedSize: number;
  /** The signed note that is published. */
  readonly note?: string;
  readonly publishedAt?: Date;
  readonly belowQuorum: boolean;
}

/** Leaves to be added behind a head. */
export interface Advance {
  readonly from: Head;
  readonly ids: readonly string[];
  readonly leaves: readonly Buffer[];
  readonly root: Buffer;
  readonly edge: Buffer;
  readonly position: Position;
}

export interface Publication {
  readonly size: number;
  readonly note: string;
  readonly belowQuorum: boolean;
}

interface HeadRow {
  readonly size: string;
  readonly root: Buffer;
  readonly position: string | null;
  readonly before_size: string;
  readonly before_position: string | null;
  readonly written_size: string;
  readonly published_size: string;
  readonly published_note: string | null;
  readonly published_at: Date | null;
  readonly below_quorum: boolean;
}

const leavesPageMax = 10_000;
const uniqueViolation = '23505';

export class HeadTable {
  constructor(private readonly pool: Pool) {}

  /** Undefined while no log was begun in this database. */
  async read(): Promise<Head | undefined> {
    const { rows } = await this.pool.query<HeadRow>(
      `select size, root, position, before_size, before_position, written_size, published_size, published_note, published_at, below_quorum
       from log_head`,
    );
    const [row] = rows;
    return (
      row && {
        size: Number(row.size),
        root: row.root,
        position: row.position ?? undefined,
        beforeSize: Number(row.before_size),
        beforePosition: row.before_position ?? undefined,
        writtenSize: Number(row.written_size),
        publishedSize: Number(row.published_size),
        ...(row.published_note !== null && { note: row.published_note }),
        ...(row.published_at && { publishedAt: row.published_at }),
        belowQuorum: row.below_quorum,
      }
    );
  }

  async begin(): Promise<void> {
    await this.pool.query('insert into log_head (root) values ($1) on conflict do nothing', [emptyRoot()]);
  }

  /**
   * Assigns the next leaf indexes and moves the head, in one statement and so in one transaction, if the head is still the one that the
   * leaves stand behind. Throws LogTrouble LOG_SUPERSEDED when another sequencer moved it, LogHalted LOG_FORKED when an event is a leaf already.
   */
  async advance({ from, ids, leaves, root, edge, position }: Advance): Promise<Head> {
    const size = from.size + leaves.length;
    try {
      const { rowCount } = await this.pool.query({
        name: 'log-advance',
        text: `with moved as (
            update log_head set size = $3, root = $4, edge = $5, position = $6, before_size = size, before_position = position
            where size = $1 and root = $2 and written_size = size returning 1)
          insert into log_leaf (index, id, hash)
            select $1::bigint + n, encode(substring($7::bytea from n * 16 + 1 for 16), 'hex')::uuid,
              substring($8::bytea from n * 32 + 1 for 32)
            from moved, generate_series(0, $9::int - 1) n`,
        values: [from.size, from.root, size, root, edge, position, idBytes(ids), Buffer.concat(leaves), leaves.length],
      });
      if (rowCount !== leaves.length)
        throw new LogTrouble('LOG_SUPERSEDED', 'another sequencer moved the head of the log');
    } catch (error) {
      if ((error as { code?: unknown }).code !== uniqueViolation) throw error;
      throw new LogHalted('LOG_FORKED', `an event behind leaf ${from.size} is a leaf of the log already`);
    }
    return { ...from, size, root, position, beforeSize: from.size, beforePosition: from.position };
  }

  /** Whether these leaves stand from that index on, whole. */
  async holds(index: number, ids: readonly string[], leaves: readonly Buffer[]): Promise<boolean> {
    const { rows } = await this.pool.query<{ same: boolean | null }>(
      `select string_agg(decode(replace(id::text, '-', ''), 'hex'), '' order by index) = $3
         and string_agg(hash, '' order by index) = $4 as same
       from log_leaf where index >= $1 and index < $2`,
      [index, index + leaves.length, idBytes(ids), Buffer.concat(leaves)],
    );
    return leaves.length === 0 || rows[0]?.same === true;
  }

  /** Ids of the leaves from an index (included) to another (excluded). */
  async idsBetween(from: number, to: number): Promise<string[]> {
    const { rows } = await this.pool.query<{ id: string }>({
      name: 'log-ids',
      text: 'select id from log_leaf where index >= $1 and index < $2 order by index',
      values: [from, to],
    });
    return rows.map(({ id }) => id);
  }

  /** Which of these ids are no leaves (yet). */
  async notLeaves(ids: readonly string[]): Promise<string[]> {
    if (ids.length === 0) return [];
    const { rows } = await this.pool.query<{ id: string }>({
      name: 'log-not-leaves',
      text: `select u.id from unnest((select $1::uuid[])::uuid[]) as u (id)
        where not exists (select from log_leaf l where l.id = u.id) order by u.id`,
      values: [ids],
    });
    return rows.map(({ id }) => id);
  }

  /** Notes that the files up to a size are whole. Losing this with a crash costs writing them once more, so nobody waits for the disk. */
  async written(size: number): Promise<void> {
    await this.pool.query({
      name: 'log-written',
      text: `with soon as (select set_config('synchronous_commit', 'off', true))
        update log_head set written_size = $1 from soon where written_size <= $1 and size >= $1`,
      values: [size],
    });
  }

  /** The root over the first leaves as the database has them, by which damage to files is told from a fork. */
  async rootOf(size: number): Promise<Buffer> {
    const edge = new RightEdge();
    while (edge.size < size) {
      const { rows } = await this.pool.query<{ hash: Buffer }>(
        'select hash from log_leaf where index >= $1 and index < $2 order by index',
        [edge.size, Math.min(size, edge.size + leavesPageMax)],
      );
      if (rows.length === 0) throw new LogHalted('LOG_FORKED', `the database lacks leaf ${edge.size} of the log`);
      for (const { hash } of rows) edge.append(hash);
    }
    return edge.root();
  }

  /** Tells everybody what is published; the file `checkpoint` has it already. */
  async published({ size, note, belowQuorum }: Publication): Promise<void> {
    await this.pool.query({
      name: 'log-published',
      text: `with soon as (select set_config('synchronous_commit', 'off', true))
        update log_head set published_size = $1, published_note = $2, published_at = now(), below_quorum = $3
        from soon where published_size <= $1 and written_size >= $1
        returning pg_notify('${publishedChannel}', $1::text)`,
      values: [size, note, belowQuorum],
    });
  }

  /** Nothing more is written anywhere in this ledger until its owner recovered it; the first halt stays. */
  async halt(halt: LogHalted): Promise<void> {
    await this.pool.query('insert into log_halt (code, detail) values ($1, $2) on conflict do nothing', [
      halt.code,
      halt.message,
    ]);
  }

  async halted(): Promise<LogHalted | undefined> {
    const { rows } = await this.pool.query<{ code: LogHaltCode; detail: string }>('select code, detail from log_halt');
    const [row] = rows;
    return row && logHaltCodes.includes(row.code) ? new LogHalted(row.code, row.detail) : undefined;
  }
}

function idBytes(ids: readonly string[]): Buffer {
  return Buffer.from(ids.join('').replaceAll('-', ''), 'hex');
}
