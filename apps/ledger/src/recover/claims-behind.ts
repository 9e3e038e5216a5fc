// Does the database know what the events of a store of their own were made of? One that was put back to an earlier state does not.
import { comparePositions, followPages, StoreTampered, type EventStore, type StoredEvent } from '@derbes/event-store';
import { LogHalted } from '@derbes/transparency/files.js';
import { type HeadTable } from '@derbes/transparency/sequencing.js';
import { sql, type Kysely, type Migration } from 'kysely';
import { type Pool, type PoolClient } from 'pg';

export const claimGapMigrations: Record<string, Migration> = {
  '2026-11-23-claim-gap-1': {
    async up(db: Kysely<unknown>): Promise<void> {
      // Up to here somebody accepted that claims are missing; of this one database and store.
      await sql`
        create table claim_gap (
          position text collate "C" primary key,
          at timestamptz not null default now()
        )`.execute(db);
      await sql`grant select on claim_gap to derbes_app`.execute(db);
    },
  },
};

/** Written straight into the store, by whoever looked and by whoever destroyed; everything else begins with a claim. */
const unclaimed: ReadonlySet<string> = new Set(['LedgerRead', 'ErasureExecuted']);

/** Those of these events that no claim names. */
export async function withoutClaim(
  db: Pool | PoolClient,
  events: readonly Pick<StoredEvent, 'id' | 'type'>[],
): Promise<number> {
  const ids = events.filter(({ type }) => !unclaimed.has(type)).map(({ id }) => id);
  if (ids.length === 0) return 0;
  const { rows } = await db.query<{ missing: number }>(
    `select count(*)::int as missing from unnest($1::uuid[]) as u (id) where not exists (select from claim_event e where e.id = u.id)`,
    [ids],
  );
  return rows[0]?.missing ?? 0;
}

/** Up to here missing claims are known and accepted. */
export async function acceptGap(db: PoolClient, position: string): Promise<void> {
  await db.query('insert into claim_gap (position) values ($1) on conflict do nothing', [position]);
}

export interface Claimed {
  readonly app: Pool;
  readonly store: EventStore;
  readonly heads: HeadTable;
}

/**
 * For every start over a store of its own: halts the ledger when an event behind the last one that the database took into its log has
 * no claim, and answers that. A database that lost its log, too, is not looked at: it does not say where it ends.
 */
export async function haltWithoutClaims({ app, store, heads }: Claimed): Promise<LogHalted | undefined> {
  const position = (await heads.read())?.position;
  if (position === undefined) return undefined;
  const { rows: gaps } = await app.query<{ position: string }>('select position from claim_gap');
  const after = [position, ...gaps.map((gap) => gap.position)].sort(comparePositions).at(-1) ?? position;
  try {
    for await (const page of followPages(store, { after, until: 'head' })) {
      if ((await withoutClaim(app, page)) === 0) continue;
      const halt = new LogHalted(
        'CLAIMS_BEHIND',
        'the store has events that this database has no claim of: the database was put back to before them, and what services repeat ' +
          'would be recorded again. The way out is `derbes recover --from-tiles`, or a newer backup of the database.',
      );
      await heads.halt(halt);
      return halt;
    }
  } catch (error) {
    // A store that ends before that place was put back itself: whoever writes the log halts over that.
    if (!(error instanceof StoreTampered) || error.code !== 'STORE_BEHIND') throw error;
  }
  return undefined;
}
