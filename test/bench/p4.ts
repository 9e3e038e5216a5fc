// P4: how fast are all read models made anew, beside reading and parsing the log alone?
import { knownPeople } from './facts.js';
import { median, row, type Row } from './row.js';
import { type Extent, fillLedger, onStand } from './stand.js';

const goal = { of: 'ratio', atLeast: 0.3 } as const;

export async function p4({ root, quick, progress }: Extent): Promise<Row[]> {
  return onStand(root, async (stand) => {
    const ledger = await stand.child('ledger-child.js', await stand.place('ledger'));
    const filling = { events: quick ? 22_000 : 200_000, known: knownPeople, factsEach: 8 };
    await fillLedger(ledger, filling, progress, 'P4');
    const rebuilt: number[] = [];
    const replayed: number[] = [];
    let all = 0;
    const rounds = quick ? 2 : 5;
    for (let round = 0; round <= rounds; round++) {
      progress.say(`P4: ${round === 0 ? 'warming up' : `round ${round} of ${rounds}`}`);
      const { events, perSecond } = await ledger.call<{ events: number; perSecond: number }>('replay');
      const ms = await ledger.call<number>('rebuild');
      all = events;
      if (round === 0) continue;
      replayed.push(perSecond);
      rebuilt.push((events * 1000) / ms);
    }
    const what = `rebuild of all read models, bulk mode, ${all} events`;
    const against = 'raw replay, parsed';
    return [row('P4', what, { value: median(rebuilt), unit: 'events/s', against, theirs: median(replayed) }, goal)];
  });
}
