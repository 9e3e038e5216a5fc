// P16: how long does a page of any register of a large ledger take, and a whole register of a million rows, in how much memory?
import pg from 'pg';
import { callInProcess, type Done } from './callers.js';
import { type Child } from './child.js';
import { copyOut } from './copy-out.js';
import { type HttpLoad } from './load-child.js';
import { type Walked } from './register-cursors.js';
import { quantile, row, type Row } from './row.js';
import { servingTable } from './serving-table.js';
import { type Extent, fillLedger, onStand, type Place, type Stand } from './stand.js';
import { timed, type Timed } from './timed.js';
import { factsOfVisit, visits } from './visit.js';

/** Officers who read at once. */
const callers = 4;
const known = 20;
const pageRows = 50;
const goal = { of: 'value', atMost: 50 } as const;
const flat = { of: 'value', atMost: 100 } as const;
const mebibyte = 1024 * 1024;
const visitsTogether = 250;
const holdingKey = 'subject, category, holder, began';

interface Served {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface Sizes {
  readonly events: number;
  /** People who came and went: relations, consents and what is due. */
  readonly visitors: number;
  /** Events of each of those with a long history, every tenth a transfer. */
  readonly history: number;
  readonly exported: number;
  readonly loadMs: number;
  readonly walkMsMax: number;
}

const whole: Sizes = {
  events: 1_000_000,
  visitors: 5_000,
  history: 5_000,
  exported: 1_000_000,
  loadMs: 10_000,
  walkMsMax: 60_000,
};
const short: Sizes = {
  events: 20_000,
  visitors: 250,
  history: 500,
  exported: 50_000,
  loadMs: 1_000,
  walkMsMax: 5_000,
};

export function p16(extent: Extent): Promise<Row[]> {
  const sizes = extent.quick ? short : whole;
  return onStand(extent.root, async (stand) => {
    const place = await stand.place('p16');
    const ledger = await stand.child('ledger-child.js', place);
    await fill(ledger, sizes, extent);
    const { url, keyOf } = await ledger.call<{ url: string; keyOf: { officer: string } }>('listen');
    const served: Served = { url, headers: { authorization: `Bearer ${keyOf.officer}` } };
    const admin = await stand.admin(place);
    const holdings = await servingTable(admin, 'holdings', 'holding');
    await admin.query('vacuum analyze');
    return [
      ...(await pages({ stand, place, ledger, served, holdings, sizes, ...extent })),
      ...(await exported({ ledger, served, admin, holdings, sizes, ...extent })),
    ];
  });
}

async function fill(ledger: Child, { events, visitors, history }: Sizes, { progress }: Extent): Promise<void> {
  const told = events - visitors * factsOfVisit - known * history;
  await fillLedger(ledger, { events: told, known, factsEach: 8 }, progress, 'P16');
  for (let from = 0; from < visitors; from += visitsTogether) {
    progress.say(`P16: ${from} of ${visitors} visitors`);
    await ledger.call('tell', visits(from, Math.min(visitors, from + visitsTogether)));
  }
  for (let person = 0; person < known; person++) {
    progress.say(`P16: ${person} of ${known} long histories`);
    await ledger.call('longHistory', { person, events: history, valued: 1 });
  }
  progress.say('P16: the registers are made');
  await ledger.call('rebuild');
}

interface Paging extends Extent {
  readonly stand: Stand;
  readonly place: Place;
  readonly ledger: Child;
  readonly served: Served;
  readonly holdings: string;
  readonly sizes: Sizes;
}

async function pages(paging: Paging): Promise<Row[]> {
  const { stand, place, ledger, served, holdings, sizes, progress } = paging;
  progress.say('P16: which registers have rows');
  const walked = await ledger.call<Walked[]>('registersWithRows', { walkMsMax: sizes.walkMsMax });
  const load = await stand.child('load-child.js');
  const measured: { readonly register: string; readonly rows: number; readonly p99: number }[] = [];
  for (const { register, rows, cursors } of walked) {
    progress.say(`P16: pages of ${register}`);
    const first = `/v1/registers/${register}?limit=${pageRows}`;
    const paths = [first, ...cursors.map((cursor) => `${first}&cursor=${encodeURIComponent(cursor)}`)];
    const asked = { ...served, method: 'GET' as const, paths, callers, seed: '' };
    await load.call<Done>('run', { ...asked, ms: 1_000 } satisfies HttpLoad);
    const { latenciesMs } = await load.call<Done>('run', { ...asked, ms: sizes.loadMs } satisfies HttpLoad);
    measured.push({ register, rows, p99: quantile(latenciesMs, 0.99) });
  }
  const slowestFirst = [...measured].sort((a, b) => b.p99 - a.p99);
  const [slowest] = slowestFirst;
  const ofHoldings = measured.find(({ register }) => register === 'holdings');
  if (!slowest || !ofHoldings) throw new Error('no register has rows');
  const raw = await rawPages(place, holdings, sizes.loadMs);
  const what = (register: string, rows: number) =>
    `p99 of a page of ${pageRows} rows over HTTP, ${callers} callers, ${register} (${rows} rows met)`;
  const against = 'SQL of one page by the primary key';
  return [
    row(
      'P16',
      `${what(slowest.register, slowest.rows)}, the slowest of ${measured.length} registers, ledger of ${sizes.events} events`,
      { value: slowest.p99, unit: 'ms' },
      goal,
    ),
    ...slowestFirst
      .filter((one) => one !== slowest && one !== ofHoldings)
      .map(({ register, rows, p99 }) => row('P16', what(register, rows), { value: p99, unit: 'ms' }, goal)),
    row('P16', what('holdings', ofHoldings.rows), { value: ofHoldings.p99, unit: 'ms', against, theirs: raw }),
  ];
}

/** The p99 of as many callers who send the statement of a page themselves, each beginning at another row. */
async function rawPages({ asOwner, asApp }: Place, table: string, ms: number): Promise<number> {
  const pool = new pg.Pool({ ...asApp, database: String(asOwner.database), max: callers });
  pool.on('error', () => undefined);
  try {
    const { rows: starts } = await pool.query<{ key: string[] }>(
      `select array[subject::text, category::text, holder::text, began::text] as key
       from (select ${holdingKey} from ${table} order by random() limit 200) starts`,
    );
    let next = 0;
    const page = async (): Promise<unknown> => {
      const { key } = starts[next++ % starts.length] ?? { key: [] };
      return pool.query({
        name: 'raw-page',
        text: `select * from ${table} where (${holdingKey}) > ($1::uuid, $2, $3, $4::uuid) order by ${holdingKey} limit ${pageRows}`,
        values: key,
      });
    };
    await callInProcess({ callers, ms: 1_000, seed: '' }, page);
    return quantile((await callInProcess({ callers, ms, seed: '' }, page)).latenciesMs, 0.99);
  } finally {
    await pool.end();
  }
}

interface Exporting extends Extent {
  readonly ledger: Child;
  readonly served: Served;
  readonly admin: pg.Client;
  readonly holdings: string;
  readonly sizes: Sizes;
}

async function exported({ ledger, served, admin, holdings, sizes, progress }: Exporting): Promise<Row[]> {
  progress.say(`P16: holdings made up to ${sizes.exported}`);
  await topUp(admin, holdings, sizes.exported);
  progress.say('P16: warming up');
  await wholeCsv(served, '?category=phone');
  await ledger.call('collectGarbage');
  const before = await ledger.call<number>('rssBytes');
  progress.say(`P16: ${sizes.exported} rows as CSV`);
  const ours = await timed(() => wholeCsv(served));
  if (ours.done.rows < sizes.exported) throw new Error(`${ours.done.rows} of ${sizes.exported} rows came`);
  const grown = (await ledger.call<number>('peakRssBytes')) - before;
  progress.say('P16: raw COPY');
  const theirs = await timed(() => copyOut(admin, `copy (select * from ${holdings}) to stdout (format csv, header)`));
  const perSecond = ({ ms }: Timed<unknown>): number => (ours.done.rows * 1_000) / ms;
  const what = `register holdings as CSV, ${ours.done.rows} rows`;
  const mebibytes = (bytes: number): string => (bytes / mebibyte).toFixed(0);
  return [
    row('P16', `${what}, ${mebibytes(ours.done.bytes)} MiB, each person on record before her rows leave`, {
      value: perSecond(ours),
      unit: 'rows/s',
      against: `COPY … TO STDOUT of the same table, ${mebibytes(theirs.done)} MiB`,
      theirs: perSecond(theirs),
    }),
    row('P16', `${what}, memory of the service grown by at most`, { value: grown / mebibyte, unit: 'MiB' }, flat),
  ];
}

/** Rows like those that stand, about people whom nobody told of; some may be more than were asked for. */
async function topUp(admin: pg.Client, table: string, rows: number): Promise<void> {
  const names = await admin.query<{ name: string }>(
    `select attname as name from pg_attribute where attrelid = $1::regclass and attnum > 0 and attname <> 'subject' and not attisdropped`,
    [table],
  );
  const columns = names.rows.map(({ name }) => name).join(', ');
  const count = async (): Promise<number> => {
    const counted = await admin.query<{ n: number }>(`select count(*)::int as n from ${table}`);
    return counted.rows[0]?.n ?? 0;
  };
  for (let there = await count(); there < rows; there = await count()) {
    await admin.query(
      `insert into ${table} (subject, ${columns})
       select md5($1::text || subject::text)::uuid, ${columns} from ${table} limit $2::int`,
      [there, rows - there],
    );
  }
  await admin.query(`vacuum analyze ${table}`);
}

const newline = 10;

/** Read as fast as it comes and kept nowhere. */
async function wholeCsv({ url, headers }: Served, query = ''): Promise<{ rows: number; bytes: number }> {
  const answer = await fetch(`${url}/v1/registers/holdings/export${query}`, {
    headers: { ...headers, accept: 'text/csv' },
  });
  if (!answer.ok || !answer.body) throw new Error(`the export was answered ${answer.status}`);
  let [lines, bytes] = [0, 0];
  for await (const piece of answer.body) {
    const chunk = piece as Uint8Array;
    bytes += chunk.length;
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, at + 1)) lines++;
  }
  return { rows: lines - 1, bytes };
}
