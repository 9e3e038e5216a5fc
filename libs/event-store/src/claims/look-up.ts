// What stands under a token? Read in one question for all who ask at the same time.
import { type Pool } from 'pg';
import { GatheringQueue } from '../gathering-queue.js';
import { byteaArray } from '../postgres/arrays.js';
import { flushOrIsolate } from '../postgres/transaction.js';
import { hex } from './assess.js';
import { type ClaimState, type Found } from './committed.js';

interface FoundRow {
  readonly token: string;
  readonly state: ClaimState | 'reserved';
  readonly outcome: string;
  readonly check: Buffer | null;
  readonly check_event: string | null;
  readonly events: { id: string; type: string; stream: string; revision: number }[] | null;
  readonly event_id: string | null;
}

/**
 * Named, so that PostgreSQL plans it once: planning costs more than a round's look-up. The array comes out of a subselect, where the
 * planner cannot count it: else it would plan anew for every few tokens. The service's pool never plans a scan.
 */
const findSql = `
  select encode(c.token, 'hex') as token, c.state, c.outcome, c."check", c.check_event, null::uuid as event_id,
    (select json_agg(json_build_object('id', e.id, 'type', e.type, 'stream', e.stream_id,
        'revision', e.expected_revision + 1) order by e.place)
      from claim_event e where e.token = c.token) as events
  from claim c where c.token = any((select $1::bytea[])::bytea[])
  union all
  select encode(token, 'hex'), 'reserved', '', null, null, event_id, null
  from claim_reserved where token = any((select $1::bytea[])::bytea[])`;

export class LookUp {
  private readonly queue: GatheringQueue<Buffer, Found | undefined>;

  constructor(pool: Pool) {
    this.queue = new GatheringQueue((tokens) => flushOrIsolate(tokens, (some) => find(pool, some)));
  }

  find(token: Buffer): Promise<Found | undefined> {
    return this.queue.add(token, { rows: 1, bytes: token.length });
  }
}

async function find(pool: Pool, tokens: readonly Buffer[]): Promise<(Found | undefined)[]> {
  const { rows } = await pool.query<FoundRow>({ name: 'claim-find', text: findSql, values: [byteaArray(tokens)] });
  const byToken = new Map<string, Found>();
  for (const row of rows) {
    if (row.state !== 'reserved') byToken.set(row.token, toFound(row, row.state));
    else if (row.event_id !== null) byToken.set(row.token, { state: 'reserved', eventId: row.event_id });
  }
  return tokens.map((token) => byToken.get(hex(token)));
}

const toFound = (row: FoundRow, state: ClaimState): Found => ({
  state,
  outcome: row.outcome,
  ...(row.check !== null && { check: row.check }),
  ...(row.check_event !== null && { checkEvent: row.check_event }),
  events: row.events ?? [],
});
