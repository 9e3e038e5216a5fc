// P12: how fast does an outbox of webhooks empty, each result an event of the ledger, beside a queue in SQL and fetch?
import { row, type Row } from './row.js';
import { type Extent, onStand } from './stand.js';

const goal = { of: 'value', atLeast: 500 } as const;

export interface Sending {
  readonly tasks: number;
  readonly url: string;
}

export interface Sent {
  readonly ms: number;
  readonly cpuMicros: number;
}

export function p12({ root, quick, progress }: Extent): Promise<Row[]> {
  const tasks = quick ? 1_000 : 10_000;
  return onStand(root, async (stand) => {
    const receiver = await stand.child('p12-receiver-child.js');
    const url = await receiver.call<string>('url');
    const ledger = await stand.child('p12-child.js', await stand.place('p12'));
    const raw = await stand.child('p12-raw-child.js', await stand.place('p12raw'));
    const arrivedOf = async (work: () => Promise<Sent>): Promise<Sent> => {
      const before = await receiver.call<number>('arrived');
      const sent = await work();
      const arrived = (await receiver.call<number>('arrived')) - before;
      if (arrived !== tasks) throw new Error(`${arrived} of ${tasks} webhooks arrived`);
      return sent;
    };
    progress.say(`P12: ${tasks} tasks are ordered`);
    await ledger.call('order', { tasks, url });
    progress.say(`P12: ${tasks} webhooks of the ledger`);
    const ours = await arrivedOf(() => ledger.call<Sent>('send'));
    const delivered = await ledger.call<number>('delivered');
    if (delivered !== tasks) throw new Error(`${delivered} of ${tasks} deliveries have an event`);
    progress.say(`P12: ${tasks} webhooks of a queue in SQL`);
    const theirs = await arrivedOf(() => raw.call<Sent>('send', { tasks, url }));
    const perSecond = ({ ms }: Sent): number => (tasks * 1_000) / ms;
    return [
      row(
        'P12',
        `${tasks} webhooks to one receiver, each delivery an event`,
        {
          value: perSecond(ours),
          unit: 'tasks/s',
          against: 'FOR UPDATE SKIP LOCKED, fetch and update, no event',
          theirs: perSecond(theirs),
        },
        goal,
      ),
      row('P12', `${tasks} webhooks, processor time of one without PostgreSQL`, {
        value: ours.cpuMicros / tasks,
        unit: 'µs',
        against: 'the same queue',
        theirs: theirs.cpuMicros / tasks,
      }),
    ];
  });
}
