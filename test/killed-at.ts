// How does a journey kill the service in the middle of what it does by itself, and not before or behind it?
import { type Journey, until } from './service-process.js';
import { Stored } from './stored.js';

/** Of an advisory lock that nobody else takes. */
const lock = 8_814;

/**
 * Lets the service write so many events of a type and no more: whoever writes the next waits in the middle of its transaction, and the
 * service is killed (SIGKILL) there. `begins` is what makes it begin. Starts it again before it resolves.
 */
export async function killedAt(
  journey: Journey,
  type: string,
  written: number,
  begins: () => Promise<void>,
): Promise<void> {
  const stored = await Stored.open(journey.places);
  await stored.pool.query(`
    create or replace function wait_in_the_middle() returns trigger language plpgsql as $$ begin
      if (select count(*) from ledger_event where type = '${type}') > ${written} then
        perform pg_advisory_xact_lock(${lock});
      end if;
      return new;
    end $$;
    create trigger wait_in_the_middle after insert on ledger_event
      for each row when (new.type = '${type}') execute function wait_in_the_middle()`);
  const client = await stored.pool.connect();
  // It goes with the database.
  client.on('error', () => undefined);
  try {
    await client.query(`select pg_advisory_lock(${lock})`);
    await begins();
    await until('the service is in the middle', async () => {
      const waiting = `select from pg_locks where locktype = 'advisory' and objid = ${lock} and not granted`;
      return (await client.query(waiting)).rowCount === 1;
    });
    await journey.service.kill();
  } finally {
    client.release(true);
    await stored.close().catch(() => undefined);
  }
  await journey.again();
  const after = await Stored.open(journey.places);
  try {
    await after.pool.query('drop trigger wait_in_the_middle on ledger_event');
  } finally {
    await after.close();
  }
}

/** How often a type stands in each stream that has it. */
export async function countedByStream({ pool }: Stored, type: string): Promise<ReadonlyMap<string, number>> {
  const { rows } = await pool.query<{ stream: string; n: number }>(
    'select stream_id as stream, count(*)::integer as n from ledger_event where type = $1 group by stream_id',
    [type],
  );
  return new Map(rows.map(({ stream, n }) => [stream, n]));
}
