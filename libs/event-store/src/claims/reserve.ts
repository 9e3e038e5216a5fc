// How is a pair named before its CloudEvent came? By an event id that is kept for it.
import { randomUUID } from 'node:crypto';
import { type Pool } from 'pg';
import { inAppendTransaction } from '../postgres/transaction.js';

/**
 * Under the append lock, so that no unit of the pair is committed in between: the id of the claim's event of the type
 * (undefined when it made none), or of the pair's reservation, made now if need be.
 */
export function reserve(pool: Pool, token: Buffer, type: string): Promise<string | undefined> {
  return inAppendTransaction<string | undefined>(pool, async (tx) => {
    const claimed = await tx.query<{ id: string | null }>(
      `select (select e.id from claim_event e where e.token = c.token and e.type = $2 order by e.place limit 1) as id
       from claim c where c.token = $1`,
      [token, type],
    );
    if (claimed.rows[0]) return { value: claimed.rows[0].id ?? undefined, end: 'nothing' };
    await tx.query('insert into claim_reserved (token, event_id) values ($1, $2) on conflict (token) do nothing', [
      token,
      randomUUID(),
    ]);
    const reserved = await tx.query<{ id: string }>('select event_id as id from claim_reserved where token = $1', [
      token,
    ]);
    return { value: reserved.rows[0]?.id, end: 'written' };
  });
}
