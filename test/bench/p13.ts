// P13: how long does a look at 100,000 running clocks take, and how long until each that is due was told of?
import { migrate } from '@derbes/postgres';
import { ClockQueue, Runner } from '@derbes/read-models';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { ClockSweep } from '../../apps/ledger/src/clocks/sweep.js';
import { Notices } from '../../apps/ledger/src/clocks/notices.js';
import { ledgerMigrations } from '../../apps/ledger/src/database.js';
import { openParts } from '../../apps/ledger/src/ledger.js';
import { JsonLogger } from '../../apps/ledger/src/logger.js';
import { readSettings } from '../../apps/ledger/src/settings.js';
import { row, type Row } from './row.js';
import { type Extent, onStand, type Place } from './stand.js';
import { timed } from './timed.js';

const sweepGoal = { of: 'value', atMost: 5_000 } as const;
/** One in a hundred is due at a time: ten times what an officer of a large controller meets in a day. */
const dueShare = 100;
const lookMs = 50;
const looksMax = 2_400;

const columns = `event, term, profile, kind, matter, version, began, due, warns, recorded, request`;
/** Clocks that began in March 2026; those that are due end before the moment of the sweep, the others after it. */
const fillSql = (table: string): string => `insert into ${table} (${columns})
  select gen_random_uuid(), 'access', 'kz', 'request', m.id, '3', '2026-03-02T04:00:00Z', m.due, m.due, '2026-03-02T04:00:00Z', m.id
  from (select gen_random_uuid() as id,
    case when n % $2 = 0 then '2026-03-05T18:59:59Z' else '2026-06-05T18:59:59Z' end as due
    from generate_series(1, $1::int) n) m`;
const at = new Date('2026-03-10T04:00:00Z');

export function p13({ root, quick, progress }: Extent): Promise<Row[]> {
  const clocks = quick ? 5_000 : 100_000;
  return onStand(root, async (stand) => {
    const place = await stand.place('p13');
    const app = new pg.Pool({ ...place.asApp, max: 20 });
    app.on('error', () => undefined);
    try {
      progress.say(`P13: a queue of ${clocks} clocks`);
      const { ledger, runner } = await opened(place, app);
      try {
        const admin = await stand.admin(place);
        const table = await serving(app);
        await admin.query(fillSql(table), [clocks, dueShare]);
        await admin.query(`analyze ${table}`);
        await admin.query(
          `create table raw_clock as select event, due::text as due from ${table}; create index on raw_clock (due); analyze raw_clock`,
        );
        const sweep = new ClockSweep({
          queue: new ClockQueue(app),
          commands: ledger.writers.commands,
          store: ledger.store,
          notices: new Notices(
            [],
            app,
            () => at,
            () => undefined,
          ),
          settings: { leadHours: 24, sweepSeconds: 60 },
          clock: () => at,
          monotonic: () => performance.now(),
          onTrouble: (error) => {
            throw error;
          },
        });
        progress.say('P13: sweeping');
        const raw = await timed(() =>
          admin.query('select event from raw_clock where due < $1', ['2026-03-10T04:00:00Z']),
        );
        const looked = await timed(() => sweep.counts());
        const swept = await timed(() => sweep.sweep());
        const told = swept.done.state === 'swept' ? swept.done.told : 0;
        const again = await timed(() => sweep.sweep());
        return [
          row(
            'P13',
            `${clocks} running clocks swept, ${told} due and told of, each with its own event`,
            { value: swept.ms, unit: 'ms' },
            sweepGoal,
          ),
          row('P13', `${clocks} running clocks swept again, the same told of once`, { value: again.ms, unit: 'ms' }),
          row('P13', `${clocks} running clocks counted, as health and metrics ask`, { value: looked.ms, unit: 'ms' }),
          row('P13', `raw SQL: the ${raw.done.rowCount ?? 0} due of a flat table of ${clocks}, by an index`, {
            value: raw.ms,
            unit: 'ms',
          }),
        ];
      } finally {
        await runner.stop();
        await ledger.close();
      }
    } finally {
      await app.end();
    }
  });
}

async function opened(place: Place, app: pg.Pool) {
  const owner = new pg.Pool({ ...place.asOwner, max: 2 });
  owner.on('error', () => undefined);
  await migrate(owner, ledgerMigrations);
  await owner.end();
  const settings = readSettings({ DATA_DIR: place.dataDir, KEEP_DIR: place.keepDir, PORT: '0', LOG_LEVEL: 'silent' });
  const ledger = await openParts(settings, app, new JsonLogger('silent'));
  const { store, documents } = ledger;
  const runner = new Runner({ pool: app, store, documents, onTrouble: () => undefined });
  runner.start();
  return { ledger, runner };
}

/** The table in which the running clocks stand, once its model is built. */
async function serving(app: pg.Pool): Promise<string> {
  for (let look = 0; look < looksMax; look++) {
    const { rows } = await app.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
       where tablename like 'clock\\_started%' or (schemaname like 'clocks%' and tablename = 'clock_started')`,
    );
    const queue = await new ClockQueue(app).counts('2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z');
    const [found] = rows;
    if (found && queue) return found.name;
    await pause(lookMs);
  }
  throw new Error('the model of clocks was not built');
}
