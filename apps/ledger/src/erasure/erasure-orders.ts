// Which destructions are ordered and not yet carried out? Written with the event that orders each, so that none is ever forgotten.
import { type Demand } from '@derbes/domain';
import { type Transaction } from '@derbes/event-store';
import { inTransaction, type Journal } from '@derbes/vault';
import { type Pool, type PoolClient } from 'pg';
import { sql, type Kysely, type Migration } from 'kysely';

export const erasureOrdersMigrations: Record<string, Migration> = {
  '2026-11-23-erasure-orders-1': {
    async up(db: Kysely<unknown>): Promise<void> {
      // `underway`: what is being destroyed right now, by codes and ids, so that whoever goes on goes on with the same.
      await sql`
        create table erasure_order (
          order_id uuid primary key,
          subject uuid not null,
          cause text not null check (cause in ('erasure', 'correction', 'retraction', 'holding-ended')),
          try_at timestamptz not null,
          failures integer not null default 0,
          round integer not null default 0,
          underway text
        )`.execute(db);
      await sql`create index erasure_order_subject on erasure_order (subject)`.execute(db);
      await sql`grant select, insert, update, delete on erasure_order to derbes_app`.execute(db);
    },
  },
  '2026-11-23-erasure-orders-2': {
    async up(db: Kysely<unknown>): Promise<void> {
      // Every order to erase, carried out or not: what is told of her is decided on all of them.
      await sql`create table erasure_given (order_id uuid primary key, subject uuid not null)`.execute(db);
      await sql`create index erasure_given_subject on erasure_given (subject)`.execute(db);
      await sql`grant select, insert, delete on erasure_given to derbes_app`.execute(db);
    },
  },
};

export type OrderCause = 'erasure' | 'correction' | 'retraction' | 'holding-ended';

/** A destruction that an event demands. */
export interface ErasureOrder {
  /** Id of the event. */
  readonly order: string;
  /** In whose stream it stands. */
  readonly subject: string;
  readonly cause: OrderCause;
}

/** A part of the order that is being carried out. */
export interface Underway {
  /** Id that its ErasureExecuted has, whoever writes it. */
  readonly executed: string;
  readonly demand: Demand;
}

/** An order with how far it has come. */
export interface PendingOrder extends ErasureOrder {
  /** Parts of it that were carried out. */
  readonly round: number;
  readonly underway?: Underway;
}

/** Whoever recorded the order carries it out at once; the worker comes after that. */
const firstTryMs = 5_000;
const retryMsMax = 300_000;
const dueMax = 100;

interface Row {
  readonly order_id: string;
  readonly subject: string;
  readonly cause: OrderCause;
  readonly round: number;
  readonly underway: string | null;
}

const columns = 'order_id, subject, cause, round, underway';

const orderOf = ({ order_id: order, subject, cause, round, underway }: Row): PendingOrder => ({
  order,
  subject,
  cause,
  round,
  ...(underway !== null && { underway: JSON.parse(underway) as Underway }),
});

/** With the claim that makes the events. */
export async function addOrders(tx: Transaction, orders: readonly ErasureOrder[]): Promise<void> {
  if (orders.length === 0) return;
  await tx.query({
    name: 'erasure-order-add',
    text: `insert into erasure_order (order_id, subject, cause, try_at)
      select *, now() + interval '${firstTryMs} milliseconds' from unnest($1::uuid[], $2::uuid[], $3::text[])
      on conflict (order_id) do nothing`,
    values: [orders.map(({ order }) => order), orders.map(({ subject }) => subject), orders.map(({ cause }) => cause)],
  });
  const given = orders.filter(({ cause }) => cause === 'erasure');
  if (given.length === 0) return;
  await tx.query({
    name: 'erasure-given-add',
    text: `insert into erasure_given (order_id, subject) select * from unnest($1::uuid[], $2::uuid[])
      on conflict (order_id) do nothing`,
    values: [given.map(({ order }) => order), given.map(({ subject }) => subject)],
  });
}

/** How many orders to erase were given about each of these subjects, where there is any. */
export async function ordersGiven(tx: Transaction, subjects: readonly string[]): Promise<ReadonlyMap<string, number>> {
  if (subjects.length === 0) return new Map();
  const { rows } = await tx.query<{ subject: string; given: number }>({
    name: 'erasure-given-count',
    text: `select subject, count(*)::int as given from erasure_given
      where subject = any((select $1::uuid[])::uuid[]) group by subject`,
    values: [subjects],
  });
  return new Map(rows.map(({ subject, given }) => [subject, given]));
}

/** What waited for somebody to be told may go on: whoever looks next finds it due. */
export async function wakeOrders(tx: Transaction, subjects: readonly string[]): Promise<void> {
  if (subjects.length === 0) return;
  await tx.query({
    name: 'erasure-order-wake',
    text: 'update erasure_order set try_at = least(try_at, now()), failures = 0 where subject = any($1::uuid[])',
    values: [subjects],
  });
}

/** Of a claim that is withdrawn: none of these events ever landed. */
export async function withdrawOrders(tx: Transaction, events: readonly string[]): Promise<void> {
  await tx.query('delete from erasure_order where order_id = any($1::uuid[])', [events]);
  await tx.query('delete from erasure_given where order_id = any($1::uuid[])', [events]);
}

interface LockedOrder {
  readonly executed: string;
  readonly round: number;
}

/** What is under way of an order, for as long as the transaction lasts. */
async function lockedUnderway(tx: PoolClient, order: string): Promise<LockedOrder | undefined> {
  const { rows } = await tx.query<{ executed: string | null; round: number }>(
    `select underway::jsonb ->> 'executed' as executed, round from erasure_order where order_id = $1 for update`,
    [order],
  );
  const [row] = rows;
  return row && row.executed !== null ? { executed: row.executed, round: row.round } : undefined;
}

/** The first part of an order stands in the journal under its own id, each other under that of its execution. */
export const journalNameOf = (order: string, { round, executed }: LockedOrder): string =>
  round === 0 ? order : executed;

async function journaled(journal: Journal, order: string, underway: LockedOrder): Promise<boolean> {
  const name = journalNameOf(order, underway);
  return (await journal.entries()).some(({ erasure }) => erasure === name);
}

/**
 * Nothing is journaled of what was put off meanwhile. Throws PutOff then; what stands in the journal already, or was carried out by
 * somebody else, is no matter of this.
 */
export async function assertUnderway(
  tx: PoolClient,
  journal: Journal,
  order: string,
  wanted: LockedOrder,
): Promise<void> {
  const underway = await lockedUnderway(tx, order);
  if (underway?.executed === wanted.executed || (await journaled(journal, order, wanted))) return;
  throw new PutOff(`the order ${order} was put off before it was written down`);
}

/** A hold came between: the order is decided anew, by the worker. */
export class PutOff extends Error {
  readonly code = 'ERASURE_PUT_OFF';
}

/** A part of the order is carried out. */
export async function partDone(tx: Transaction, order: string, executed: string): Promise<void> {
  await tx.query(
    `update erasure_order set underway = null, round = round + 1
     where order_id = $1 and underway::jsonb ->> 'executed' = $2`,
    [order, executed],
  );
}

export class ErasureOrders {
  constructor(private readonly app: Pool) {}

  async find(order: string): Promise<PendingOrder | undefined> {
    const { rows } = await this.app.query<Row>(`select ${columns} from erasure_order where order_id = $1`, [order]);
    return rows[0] && orderOf(rows[0]);
  }

  /** What of the order is carried out next: this, unless somebody else has begun with something. Undefined when the order is done. */
  async begin(order: string, underway: Underway): Promise<Underway | undefined> {
    await this.app.query('update erasure_order set underway = $2 where order_id = $1 and underway is null', [
      order,
      JSON.stringify(underway),
    ]);
    return (await this.find(order))?.underway;
  }

  /** What is under way of the order is decided anew. Not where the journal has it: it is acknowledged then, and goes on. */
  putOff(order: string, journal: Journal): Promise<boolean> {
    return inTransaction(this.app, async (tx) => {
      const underway = await lockedUnderway(tx, order);
      if (underway === undefined || (await journaled(journal, order, underway))) return false;
      await tx.query('update erasure_order set underway = null where order_id = $1', [order]);
      return true;
    });
  }

  /** The order is carried out, or demands nothing. */
  async done(order: string): Promise<void> {
    await this.app.query('delete from erasure_order where order_id = $1 and underway is null', [order]);
  }

  /** All that are pending about a subject, the oldest first. */
  async about(subject: string): Promise<PendingOrder[]> {
    const { rows } = await this.app.query<Row>(
      `select ${columns} from erasure_order where subject = $1 order by try_at, order_id`,
      [subject],
    );
    return rows.map(orderOf);
  }

  /** All that are pending. */
  async all(): Promise<PendingOrder[]> {
    const { rows } = await this.app.query<Row>(`select ${columns} from erasure_order order by order_id`);
    return rows.map(orderOf);
  }

  /** Orders that nobody seems to have in hand; each is somebody else's for a while then, longer after each failure. */
  async takeDue(): Promise<PendingOrder[]> {
    const { rows } = await this.app.query<Row>(
      `update erasure_order o set failures = failures + 1,
         try_at = now() + least(${retryMsMax}, ${firstTryMs} * power(2, least(failures, 10))) * interval '1 millisecond'
       from (select order_id from erasure_order where try_at <= now() order by try_at limit ${dueMax} for update skip locked) due
       where o.order_id = due.order_id returning o.order_id, o.subject, o.cause, o.round, o.underway`,
    );
    return rows.map(orderOf);
  }
}
