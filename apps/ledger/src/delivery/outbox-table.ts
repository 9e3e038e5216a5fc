// Which tasks are to be told to whom, and how far is each? Written with the events that say so; never built anew from them.
import { addresseeOf, type DeliveryMode } from '@derbes/domain';
import { type Transaction } from '@derbes/event-store';
import { sql, type Kysely, type Migration } from 'kysely';

export const outboxMigrations: Record<string, Migration> = {
  '2026-11-23-outbox-1': {
    async up(db: Kysely<unknown>): Promise<void> {
      // References alone: what is sent is opened when it is sent. `seq`: the order in which tasks were ordered.
      await sql`
        create table outbox (
          task uuid primary key,
          addressee text collate "C" not null,
          seq bigint generated always as identity unique,
          stream text collate "C" not null,
          revision integer not null,
          route text collate "C" not null check (route in ('webhook', 'poll', 'person')),
          state text collate "C" not null default 'waiting'
            check (state in ('waiting', 'sending', 'delivered', 'dead', 'closed')),
          attempts integer not null default 0,
          try_at timestamptz not null default now(),
          fault text collate "C",
          told_by uuid
        )`.execute(db);
      await sql`create index outbox_due on outbox (addressee, try_at, seq)
        where route = 'webhook' and state in ('waiting', 'sending')`.execute(db);
      await sql`create index outbox_ahead on outbox (stream, addressee, seq) where state in ('waiting', 'sending')`.execute(
        db,
      );
      await sql`create index outbox_open on outbox (addressee, seq) where state <> 'closed'`.execute(db);
      await sql`create index outbox_closed on outbox (try_at) where state = 'closed'`.execute(db);
      await sql`create index outbox_told_by on outbox (told_by) where told_by is not null`.execute(db);
      await sql`grant select, insert, update, delete on outbox to derbes_app`.execute(db);
    },
  },
};

/** State that an event brings a task into; `waiting`: it is sent anew. */
type Settling = 'delivered' | 'dead' | 'closed' | 'waiting';

/** What an event says of the outbox. */
export type OutboxChange =
  | {
      readonly does: 'add';
      readonly task: string;
      readonly addressee: string;
      readonly stream: string;
      readonly revision: number;
      readonly route: DeliveryMode;
    }
  | { readonly does: Settling; readonly task: string; readonly event: string }
  | { readonly does: 'route'; readonly addressee: string; readonly route: DeliveryMode };

interface TaskEventLike {
  readonly id: string;
  readonly type: string;
  readonly stream: string;
  readonly revision: number | string;
  readonly facts: object;
}

interface TaskFactsLike {
  readonly task?: string;
  readonly by?: DeliveryMode;
  readonly holder?: string;
  readonly recipient?: string;
  readonly uploader?: string;
}

const settledBy: Readonly<Record<string, Settling>> = {
  TaskDelivered: 'delivered',
  TaskAcknowledged: 'closed',
  TaskClosed: 'closed',
  TaskFailed: 'dead',
  TaskResent: 'waiting',
};

/** What these events say of the outbox, in their order. */
export function outboxChanges(events: readonly TaskEventLike[]): OutboxChange[] {
  return events.flatMap(({ id, type, stream, revision, facts }): OutboxChange[] => {
    const { task, by, ...whom } = facts as TaskFactsLike;
    const does = settledBy[type];
    if (does && task !== undefined) return [{ does, task, event: id }];
    if (by === undefined) return [];
    const addressee = addresseeOf(whom);
    if (type === 'TaskOrdered') {
      return [{ does: 'add', task: id, addressee, stream, revision: Number(revision), route: by }];
    }
    return type === 'DestinationSet' ? [{ does: 'route', addressee, route: by }] : [];
  });
}

/** With the claim that makes the events. */
export async function changeOutbox(tx: Transaction, changes: readonly OutboxChange[]): Promise<void> {
  const added = changes.flatMap((one) => (one.does === 'add' ? [one] : []));
  if (added.length > 0) {
    await tx.query({
      name: 'outbox-add',
      text: `insert into outbox (task, addressee, stream, revision, route)
        select task, addressee, stream, revision, route
        from unnest($1::uuid[], $2::text[], $3::text[], $4::int[], $5::text[])
          with ordinality as w (task, addressee, stream, revision, route, n)
        order by n on conflict (task) do nothing`,
      values: [
        added.map(({ task }) => task),
        added.map(({ addressee }) => addressee),
        added.map(({ stream }) => stream),
        added.map(({ revision }) => revision),
        added.map(({ route }) => route),
      ],
    });
  }
  await settle(tx, changes);
  for (const change of changes) if (change.does === 'route') await reroute(tx, change.addressee, change.route);
}

async function settle(tx: Transaction, changes: readonly OutboxChange[]): Promise<void> {
  // Of several words on one task of the same flush the last counts.
  const last = new Map(changes.flatMap((one) => ('event' in one ? [[one.task, one] as const] : [])));
  if (last.size === 0) return;
  const settled = [...last.values()];
  // Rows are locked in one order by everybody. What is closed stays so; a failure that comes after a delivery says nothing.
  await tx.query({
    name: 'outbox-settle',
    text: `with locked as (
        select o.task, w.state, w.event from outbox o
        join unnest($1::uuid[], $2::text[], $3::uuid[]) as w (task, state, event) on w.task = o.task
        where o.state <> 'closed' and not (o.state = 'delivered' and w.state = 'dead')
        order by o.seq for update of o
      )
      update outbox o set state = locked.state, told_by = nullif(locked.event, case locked.state when 'waiting' then locked.event end),
        attempts = case locked.state when 'waiting' then 0 else o.attempts end,
        fault = case locked.state when 'waiting' then null else o.fault end, try_at = now()
      from locked where o.task = locked.task`,
    values: [settled.map(({ task }) => task), settled.map(({ does }) => does), settled.map(({ event }) => event)],
  });
}

/** What waits goes the new way from now on. */
async function reroute(tx: Transaction, addressee: string, route: DeliveryMode): Promise<void> {
  await tx.query({
    name: 'outbox-reroute',
    text: `with locked as (
        select task from outbox where addressee = $1 and state in ('waiting', 'sending', 'dead') order by seq for update
      )
      update outbox o set route = $2 from locked where o.task = locked.task`,
    values: [addressee, route],
  });
}

/** Of a claim that is withdrawn: none of these events ever landed. What they settled is sent again. */
export async function withdrawFromOutbox(tx: Transaction, events: readonly string[]): Promise<void> {
  await tx.query('delete from outbox where task = any($1::uuid[])', [events]);
  await tx.query(
    `update outbox set state = 'waiting', told_by = null, try_at = now() where told_by = any($1::uuid[])`,
    [events],
  );
}
