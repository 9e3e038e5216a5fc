// Which tasks are sent next, which wait for whoever asks, and how does a sender that dies lose none?
import { type DeliveryMode } from '@derbes/domain';
import { type Pool } from 'pg';

/** Where the task stands, and to whom it goes. */
export interface OutboxTask {
  readonly task: string;
  readonly addressee: string;
  readonly stream: string;
  /** Where TaskOrdered was to stand; an event that was moved stands later, never earlier. */
  readonly revision: number;
  readonly attempts: number;
}

export interface ListedTask extends OutboxTask {
  readonly state: OutboxState;
  readonly route: DeliveryMode;
}

export const outboxStates = ['waiting', 'sending', 'delivered', 'dead', 'closed'] as const;
export type OutboxState = (typeof outboxStates)[number];

/** How many tasks are in which state, and since when the oldest of those to be sent has been due. */
export interface OutboxCounts {
  readonly waiting: number;
  readonly delivered: number;
  readonly dead: number;
  /** Seconds; 0 when nothing is due. */
  readonly overdueS: number;
}

/** Longer than any call takes: whoever holds a task for so long is gone. */
export const leaseMs = 60_000;
/** Closed rows stand so long for whoever looks what became of a task, then only its events do. */
const keptMs = 30 * 86_400_000;
const prunedMax = 1_000;
/** Addressees of one question. */
const addresseesMax = 1_000;

interface Row {
  readonly task: string;
  readonly addressee: string;
  readonly stream: string;
  readonly revision: number;
  readonly attempts: number;
  readonly state: OutboxState;
  readonly route: DeliveryMode;
}

const columns = 'o.task, o.addressee, o.stream, o.revision, o.attempts, o.state, o.route';
const isToSend = `route = 'webhook' and state in ('waiting', 'sending')`;

export class Outbox {
  constructor(private readonly app: Pool) {}

  /** To whom there is something to send, now or later. */
  async addressees(): Promise<string[]> {
    const { rows } = await this.app.query<{ addressee: string }>({
      name: 'outbox-addressees',
      text: `with recursive one as (
          (select addressee from outbox where ${isToSend} order by addressee limit 1)
          union all
          select (select o.addressee from outbox o where ${isToSend} and o.addressee > one.addressee
                  order by o.addressee limit 1) from one where one.addressee is not null
        )
        select addressee from one where addressee is not null limit ${addresseesMax}`,
    });
    return rows.map(({ addressee }) => addressee);
  }

  /**
   * Takes what is due, so many of each addressee at most; they are the caller's for `leaseMs`, and somebody else's after that. Of one person's
   * tasks for one addressee only the first that is not settled: an unblocking never overtakes its blocking.
   */
  async take(free: ReadonlyMap<string, number>): Promise<OutboxTask[]> {
    if (free.size === 0) return [];
    const { rows } = await this.app.query<Row>({
      name: 'outbox-take',
      text: `with due as (
          select o.task from unnest($1::text[], $2::int[]) as w (addressee, free), lateral (
            select d.task, d.seq from outbox d
            where d.addressee = w.addressee and d.route = 'webhook' and d.state in ('waiting', 'sending') and d.try_at <= now()
              and not exists (
                select from outbox a
                where a.stream = d.stream and a.addressee = d.addressee and a.seq < d.seq and a.state in ('waiting', 'sending')
              )
            order by d.try_at, d.seq limit w.free for update skip locked
          ) o
        )
        update outbox o set state = 'sending', attempts = o.attempts + 1,
          try_at = now() + interval '${leaseMs} milliseconds'
        from due where o.task = due.task returning ${columns}`,
      values: [[...free.keys()], [...free.values()]],
    });
    return rows;
  }

  /** A delivery that failed is tried again after the pause. Nothing where somebody settled it meanwhile. */
  async retry(task: string, fault: string, pauseMs: number): Promise<void> {
    await this.app.query({
      name: 'outbox-retry',
      text: `update outbox set state = 'waiting', fault = $2, try_at = now() + $3 * interval '1 millisecond'
        where task = $1 and state = 'sending'`,
      values: [task, fault, pauseMs],
    });
  }

  /** It was not tried at all: that counts as no attempt. */
  async postpone(task: string, pauseMs: number): Promise<void> {
    await this.app.query({
      name: 'outbox-postpone',
      text: `update outbox set state = 'waiting', attempts = attempts - 1, try_at = now() + $2 * interval '1 millisecond'
        where task = $1 and state = 'sending'`,
      values: [task, pauseMs],
    });
  }

  /** It arrived once more; its event stands since before. */
  async settled(task: string): Promise<void> {
    await this.app.query({
      name: 'outbox-settled',
      text: `update outbox set state = 'delivered', fault = null, try_at = now() where task = $1 and state = 'sending'`,
      values: [task],
    });
  }

  async find(task: string): Promise<ListedTask | undefined> {
    const { rows } = await this.app.query<Row>({
      name: 'outbox-find',
      text: `select ${columns} from outbox o where task = $1`,
      values: [task],
    });
    return rows[0];
  }

  /** What an addressee has not answered, in the order in which it was ordered, behind the task `after`. */
  async open(addressee: string, after: string | undefined, limit: number): Promise<ListedTask[]> {
    const { rows } = await this.app.query<Row>({
      name: 'outbox-open',
      text: `select ${columns} from outbox o
        where addressee = $1 and state <> 'closed'
          and seq > coalesce((select seq from outbox where task = $2::uuid and addressee = $1), 0)
        order by seq limit $3`,
      values: [addressee, after ?? null, limit],
    });
    return rows;
  }

  async counts(): Promise<OutboxCounts> {
    const { rows } = await this.app.query<OutboxCounts>({
      name: 'outbox-counts',
      text: `select count(*) filter (where state in ('waiting', 'sending'))::int as waiting,
          count(*) filter (where state = 'delivered')::int as delivered,
          count(*) filter (where state = 'dead')::int as dead,
          coalesce(extract(epoch from now() - min(try_at) filter (where ${isToSend} and try_at <= now())), 0)::float8 as "overdueS"
        from outbox where state <> 'closed'`,
    });
    return rows[0] ?? { waiting: 0, delivered: 0, dead: 0, overdueS: 0 };
  }

  /** Forgets what was closed long ago; answers how many. */
  async prune(): Promise<number> {
    const { rowCount } = await this.app.query(
      `delete from outbox where task in (
         select task from outbox where state = 'closed' and try_at < now() - interval '${keptMs} milliseconds' limit ${prunedMax})`,
    );
    return rowCount ?? 0;
  }
}
