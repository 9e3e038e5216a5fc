// P14: how long until all is ordered to go that is due among a million holdings, each person by her own command, and in how much memory?
import { setTimeout as pause } from 'node:timers/promises';
import { type Client } from 'pg';
import { type SweptRetention } from '../../apps/ledger/src/retention/sweep.js';
import { holder } from './facts.js';
import { row, type Row } from './row.js';
import { servingTable } from './serving-table.js';
import { type Extent, onStand } from './stand.js';
import { timed } from './timed.js';
import { visitEnded, visits } from './visit.js';

const goal = { of: 'value', atMost: 60 } as const;
const flat = { of: 'value', atMost: 100 } as const;
const mebibyte = 1024 * 1024;
const toldTogether = 200;
const lookMs = 100;
const looksMax = 12_000;

const soon = '2030-03-01T09:00:00Z';
/** What the service would have projected of people who are still there; nothing of theirs is due. */
const fillSql = (table: string): string => `insert into ${table}
    (subject, category, holder, began, kind, purposes, ends, due, soon_from, overdue_from, act, waits_for, kept_rows, undecided_rows, events)
  select gen_random_uuid(), 'browser', '${holder}', m.began, 'holding', '{analytics}', '{}', '${soon}', '${soon}', '${soon}', 'destroy',
    case when n % 2 = 0 then 'itself' else 'officer' end, '{}', '{}', array[m.began]
  from (select n, gen_random_uuid() as began from generate_series(1, $1::int) n) m`;

export function p14({ root, quick, progress }: Extent): Promise<Row[]> {
  const [holdings, due] = quick ? [10_000, 200] : [1_000_000, 10_000];
  return onStand(root, async (stand) => {
    const place = await stand.place('p14');
    const ledger = await stand.child('ledger-child.js', place);
    for (let from = 0; from < due; from += toldTogether) {
      progress.say(`P14: ${from} of ${due} people visited and are gone`);
      await ledger.call('tell', visits(from, Math.min(due, from + toldTogether)));
    }
    progress.say('P14: the registers are made');
    await ledger.call('rebuild');
    const admin = await stand.admin(place);
    const table = await servingTable(admin, 'retention', 'retention');
    progress.say(`P14: ${holdings} holdings`);
    await admin.query(fillSql(table), [holdings - due]);
    await admin.query(`vacuum analyze ${table}`);
    const raw = await rawSweep(admin, table);
    if (raw.done !== due) throw new Error(`${raw.done} holdings are due, and not ${due}`);
    progress.say('P14: sweeping');
    await ledger.call('collectGarbage');
    const before = await ledger.call<number>('rssBytes');
    const start = performance.now();
    const swept = await ledger.call<SweptRetention & { readonly ms: number }>('letGo');
    if (swept.people !== due || swept.holdings !== due) {
      throw new Error(`${swept.holdings} holdings of ${swept.people} people were ordered to go, and not ${due}`);
    }
    const grown = (await ledger.call<number>('peakRssBytes')) - before;
    progress.say('P14: what is sealed here is destroyed');
    await executed(admin, due);
    const goneMs = performance.now() - start;
    const again = await ledger.call<SweptRetention & { readonly ms: number }>('letGo');
    const [of, against] = [`of ${holdings} holdings`, 'one update of a flat table by an index'];
    return [
      row(
        'P14',
        `${due} due ${of} swept, a command for each person`,
        { value: swept.ms / 1_000, unit: 's', against, theirs: raw.ms / 1_000 },
        goal,
      ),
      row('P14', `${due} due ${of} swept, memory grown by at most`, { value: grown / mebibyte, unit: 'MiB' }, flat),
      row('P14', `${due} due ${of}, from the sweep until the last key is destroyed`, {
        value: goneMs / 1_000,
        unit: 's',
      }),
      row('P14', `${holdings} holdings swept again, ${again.holdings} ordered`, { value: again.ms / 1_000, unit: 's' }),
    ];
  });
}

/** The same rows in a table of one's own, marked in one statement: no command, no event, no task, no key destroyed. */
async function rawSweep(admin: Client, table: string): Promise<{ readonly ms: number; readonly done: number }> {
  await admin.query(`create table raw_holding as
    select subject, category::text, holder::text, due::text, waits_for::text, null::timestamptz as ordered from ${table}`);
  await admin.query('create index on raw_holding (waits_for, due)');
  await admin.query('vacuum analyze raw_holding');
  const marked = `update raw_holding set ordered = now() where waits_for = 'itself' and due <= $1 and ordered is null`;
  const { ms, done } = await timed(() => admin.query(marked, [visitEnded]));
  return { ms, done: done.rowCount ?? 0 };
}

async function executed(admin: Client, orders: number): Promise<void> {
  for (let look = 0; look < looksMax; look++) {
    const { rows } = await admin.query<{ n: number }>(
      `select count(*)::int as n from ledger_event where type = 'ErasureExecuted'`,
    );
    if ((rows[0]?.n ?? 0) >= orders) return;
    await pause(lookMs);
  }
  throw new Error(`${orders} orders were not carried out`);
}
