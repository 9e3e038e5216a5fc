// P15: whom does a breach at one recipient concern, when a million transfers went there?
import { migrate } from '@derbes/postgres';
import { Radius, Runner, type RadiusAsk } from '@derbes/read-models';
import pg from 'pg';
import { ledgerMigrations } from '../../apps/ledger/src/database.js';
import { openParts } from '../../apps/ledger/src/ledger.js';
import { JsonLogger } from '../../apps/ledger/src/logger.js';
import { readSettings } from '../../apps/ledger/src/settings.js';
import { row, type Row } from './row.js';
import { servingTable } from './serving-table.js';
import { type Extent, onStand, type Place } from './stand.js';
import { timed } from './timed.js';

const goal = { of: 'value', atMost: 5_000 } as const;
/** Each person was the subject of so many transfers, each of one category of her own. */
const transfersEach = 5;
const [breached, other] = ['bank', 'courier'];
/** All of them in turn; those of a person at different times of two years. */
const categories = ['email', 'phone', 'full-name', 'company', 'position'];
const since = `to_char(timestamp '2024-01-01' + (n % 17520) * interval '1 hour', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;
/** As many transfers again went elsewhere: a table is never of one place alone. */
const fillSql = (table: string): string => `insert into ${table} (kind, place, category, subject, since)
  select 'recipient', place, ($2::text[])[n % ${transfersEach} + 1], md5((n / ${transfersEach})::text)::uuid, ${since}
  from generate_series(0, $1::int - 1) n cross join (values ('${breached}'), ('${other}')) as p (place)`;
const until = '2026-03-01T00:00:00Z';

const asks: readonly (readonly [what: string, ask: RadiusAsk])[] = [
  ['everybody whose data was ever there', { recipient: breached, until }],
  ['one category of five, two years', { recipient: breached, categories: ['phone'], until }],
];

export function p15({ root, quick, progress }: Extent): Promise<Row[]> {
  const transfers = quick ? 10_000 : 1_000_000;
  return onStand(root, async (stand) => {
    const place = await stand.place('p15');
    const app = new pg.Pool({ ...place.asApp, max: 20 });
    app.on('error', () => undefined);
    const closing = await opened(place, app);
    try {
      const admin = await stand.admin(place);
      progress.say(`P15: ${transfers} transfers`);
      await fill(admin, transfers);
      const radius = new Radius(app);
      const rows: Row[] = [];
      for (const [what, ask] of asks) {
        progress.say(`P15: ${what}`);
        const counted = await timed(() => radius.counts(ask));
        const listed = await timed(() => listedBy(radius, ask));
        const raw = await timed(() => rawCounts(admin, ask));
        const { people, records } = counted.done ?? { people: 0, records: 0 };
        if (people === 0 || listed.done !== people || raw.done !== records) {
          throw new Error(`${people} people were counted, ${listed.done} listed; ${records} and ${raw.done} records`);
        }
        const of = `radius of ${transfers} transfers to one recipient, ${what}`;
        rows.push(
          row(
            'P15',
            `${of}: counted, ${people} people`,
            { value: counted.ms, unit: 'ms', against: 'count(distinct) of a flat table by an index', theirs: raw.ms },
            goal,
          ),
          row('P15', `${of}: all ${people} people named, page by page`, { value: listed.ms, unit: 'ms' }, goal),
        );
      }
      return rows;
    } finally {
      await closing();
      await app.end();
    }
  });
}

async function fill(admin: pg.Client, transfers: number): Promise<void> {
  const table = await servingTable(admin, 'exposures', 'exposure');
  await admin.query(fillSql(table), [transfers, categories]);
  await admin.query(`vacuum analyze ${table}`);
  await admin.query(`create table raw_transfer as
    select place::text as recipient, category::text, subject, since::text as occurred from ${table}`);
  await admin.query('create index on raw_transfer (recipient, category)');
  await admin.query('vacuum analyze raw_transfer');
}

/** People and categories of transfers to a recipient, from a table of transfers alone; records in all. */
async function rawCounts(
  admin: pg.Client,
  { recipient, categories: named, until: before }: RadiusAsk,
): Promise<number> {
  const where = 'recipient = $1 and ($2::text[] is null or category = any($2)) and occurred <= $3';
  const values = [recipient, named ?? null, before];
  const byCategory = await admin.query<{ people: number }>(
    `select category, count(distinct subject)::int as people from raw_transfer where ${where} group by category`,
    values,
  );
  await admin.query(`select count(distinct subject) from raw_transfer where ${where}`, values);
  return byCategory.rows.reduce((sum, { people }) => sum + people, 0);
}

async function listedBy(radius: Radius, ask: RadiusAsk): Promise<number> {
  let people = 0;
  for await (const page of radius.pages(ask)) people += page.people.length;
  return people;
}

/** A ledger in full with its registers; what closes it. */
async function opened(place: Place, app: pg.Pool): Promise<() => Promise<void>> {
  const owner = new pg.Pool({ ...place.asOwner, max: 2 });
  owner.on('error', () => undefined);
  await migrate(owner, ledgerMigrations);
  await owner.end();
  const settings = readSettings({ DATA_DIR: place.dataDir, KEEP_DIR: place.keepDir, PORT: '0', LOG_LEVEL: 'silent' });
  const ledger = await openParts(settings, app, new JsonLogger('silent'));
  const { store, documents } = ledger;
  const runner = new Runner({ pool: app, store, documents, onTrouble: () => undefined });
  runner.start();
  return async () => {
    await runner.stop();
    await ledger.close();
  };
}
