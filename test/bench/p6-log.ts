// P6, the log itself: what does the sequencer take of the processors for an event, and how long does a receipt take in a log of a million?
import { type Role } from '../../apps/ledger/src/write/received.js';
import { type LongHistory } from './ledger-child.js';
import { type Published } from './published.js';
import { quantile, row, type Row } from './row.js';
import { type Extent, onStand } from './stand.js';

const people = 100;
const warmUp = 100;
const goal = { of: 'value', atMost: 10 } as const;

export async function p6Log({ root, quick, progress }: Extent): Promise<Row[]> {
  const size = quick ? 20_000 : 1_000_000;
  const receipts = quick ? 400 : 4_000;
  return onStand(root, async (stand) => {
    const place = await stand.place('ledger');
    const ledger = await stand.child('ledger-child.js', place);
    for (let person = 0; person < people; person++) {
      progress.say(`P6, a log of ${size} events: written ${Math.round((person * 100) / people)} %`);
      await ledger.call<string>('longHistory', { person, events: size / people, valued: 1 } satisfies LongHistory);
    }
    progress.say(`P6, a log of ${size} events: taken in`);
    const before = stand.serverCpuMicros();
    const { events, ms, cpuMs } = await ledger.call<Published>('publish');
    const serverMicros = stand.serverCpuMicros() - before;
    const { url, keyOf } = await ledger.call<{ url: string; keyOf: Record<Role, string> }>('listen');
    const admin = await stand.admin(place);
    const { rows } = await admin.query<{ id: string }>('select id from log_leaf order by random() limit $1', [
      receipts,
    ]);
    progress.say(`P6, ${receipts} receipts`);
    const ids = rows.map(({ id }) => id);
    // What is compiled and connected at the first of them is no part of what a receipt takes.
    await asked(url, keyOf.auditor, ids.slice(0, warmUp));
    const askedMs = await asked(url, keyOf.auditor, ids);
    const of = `in a log of ${events} events`;
    return [
      row('P6', `sequencer, processor time of an event, ${of}`, { value: (cpuMs * 1_000) / events, unit: 'µs' }),
      row('P6', `… and PostgreSQL's`, { value: serverMicros / events, unit: 'µs' }),
      row('P6', `taken in and published, ${of}`, { value: (events * 1_000) / ms, unit: 'events/s' }),
      row('P6', `receipt by id, p99 of ${ids.length}, ${of}`, { value: quantile(askedMs, 0.99), unit: 'ms' }, goal),
      row('P6', `receipt by id, p50, ${of}`, { value: quantile(askedMs, 0.5), unit: 'ms' }),
    ];
  });
}

/** Milliseconds of each, one behind the other. */
async function asked(url: string, key: string, ids: readonly string[]): Promise<number[]> {
  const took: number[] = [];
  for (const id of ids) {
    const start = performance.now();
    const answer = await fetch(`${url}/v1/events/${id}/receipt`, {
      headers: { authorization: `Bearer ${key}`, 'derbes-reason': 'audit' },
    });
    const text = await answer.text();
    took.push(performance.now() - start);
    if (answer.status !== 200 || !text.startsWith('c2sp.org/tlog-proof@v1'))
      throw new Error(`a receipt was answered ${answer.status}`);
  }
  return took;
}
