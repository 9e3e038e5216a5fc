// What is a process that erases somebody and dies of it, tells of somebody who is being erased, or goes on with it? This program.
import 'reflect-metadata';
import { StoreOverloaded } from '@derbes/event-store';
import { VaultError } from '@derbes/vault';
import pg from 'pg';
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { JsonLogger } from '../../logger.js';
import { openParts, type Ledger } from '../../ledger.js';
import { readSettings } from '../../settings.js';
import { EraseSubject } from '../../write/erasure-commands.js';
import { EraseSubjectHandler } from '../../write/erasure-handlers.js';
import { type ReceivedEvent } from '../../write/received.js';

/** The program's one argument, as JSON. */
export interface ErasingOrder {
  readonly postgres: pg.PoolConfig;
  /** DATA_DIR, KEEP_DIR and, for events elsewhere, EVENTSTORE_URL. */
  readonly settings: Readonly<Record<string, string>>;
  /** Erases the subject and kills itself at the step. */
  readonly erase?: { readonly subject: string; readonly category?: string; readonly step: string };
  /** So many tell of her and of others, one fact after the other, until a line comes on stdin. */
  readonly tell?: {
    readonly source: string;
    readonly writers: number;
    readonly her: string;
    readonly others: readonly string[];
  };
  /** Tells an e-mail and a phone number of her, and again for each line that comes on stdin; prints each outcome. */
  readonly collect?: { readonly source: string; readonly her: string; readonly phone: string };
  /** Closes the open epoch, or goes on with its close, and kills itself at the point; absent: to the end. */
  readonly close?: { readonly killAt?: string };
  /** Does what the worker does, without waiting until it would, until nothing is left to be done. */
  readonly work?: true;
}

/** What a teller prints at its end; while it tells, a line for each outcome about her that is new: `recorded`, `erased`. */
export interface ToldByChild {
  readonly recorded: Readonly<Record<string, number>>;
  readonly erased: number;
  readonly strange: readonly string[];
}

const pollMs = 50;
const closer = '00000000-0000-4000-8000-000000000003';

const order = JSON.parse(process.argv[2] ?? '{}') as ErasingOrder;
const pool = new pg.Pool({ ...order.postgres, max: 8 });
pool.on('error', () => undefined);
const ledger = await openParts(readSettings(order.settings), pool, new JsonLogger('silent'), {
  erasing(step) {
    if (step === order.erase?.step) process.kill(process.pid, 'SIGKILL');
  },
  closing(point) {
    if (point === order.close?.killAt) process.kill(process.pid, 'SIGKILL');
  },
});

if (order.erase) await erase(ledger, order.erase);
if (order.collect) await collect(ledger, order.collect);
if (order.close) await closeEpoch(ledger);
if (order.work) await workOff(ledger);
if (order.tell) process.stdout.write(`${JSON.stringify(await tell(ledger, order.tell))}\n`);
await ledger.close();
await pool.end();

async function erase({ writers }: Ledger, { subject, category }: NonNullable<ErasingOrder['erase']>): Promise<void> {
  const by = { key: '00000000-0000-4000-8000-000000000001', role: 'officer' } as const;
  await new EraseSubjectHandler(writers).execute(
    Object.assign(new EraseSubject(), {
      subject,
      scope: category === undefined ? 'person' : 'category',
      ...(category !== undefined && { categories: [category] }),
      ground: 'subject-request',
      decide: 'erase',
      reason: 'no-document-made',
      asked: { by, request: randomUUID(), reason: 'test' },
    }),
  );
}

/** Of a closer that was killed the server learns in a moment; until then another one has the close in hand. */
async function closeEpoch({ epochs }: Ledger): Promise<void> {
  const { epoch } = await epochs.state();
  let begun = false;
  for (;;) {
    const { closing, lastClosed } = await epochs.state();
    if (!closing && lastClosed && lastClosed.epoch >= epoch) return;
    if (closing?.failure !== undefined) throw new Error(closing.failure);
    // Asked again after it has ended, it would close the next epoch: once more only where it waits for somebody, or another has it.
    if (!begun || closing?.held) {
      begun = await epochs.close({ by: closer, acceptSingleCopy: true }).then(
        () => true,
        (error: unknown) => {
          if (!(error instanceof VaultError) || error.code !== 'EPOCH_CLOSING') throw error;
          return false;
        },
      );
    }
    await pause(pollMs);
  }
}

async function workOff({ claims, erasures }: Ledger): Promise<void> {
  for (;;) {
    const { rowCount } = await pool.query('update erasure_order set try_at = now()');
    if (rowCount === 0) return;
    await claims.rollForward(0);
    await erasures.workOff();
    await pause(pollMs);
  }
}

async function collect(
  { writers: { facts } }: Ledger,
  { source, her, phone }: NonNullable<ErasingOrder['collect']>,
): Promise<void> {
  const once = async (): Promise<void> => {
    const told = used(source, her);
    const [outcome] = (
      await facts.record(
        [
          {
            ...told,
            type: 'derbes.data.collected',
            data: {
              ...told.data,
              categories: ['email', 'phone'],
              origin: { kind: 'subject', means: 'web-form' },
              values: { email: her, phone },
            },
          },
        ],
        'emitter',
      )
    ).outcomes;
    process.stdout.write(`${outcome?.status === 'fulfilled' ? outcome.value.status : String(outcome?.reason)}\n`);
  };
  await once();
  for await (const line of createInterface(process.stdin)) {
    if (line === 'over') break;
    await once();
  }
  process.stdin.destroy();
}

async function tell(
  { writers: { facts } }: Ledger,
  { source, writers, her, others }: NonNullable<ErasingOrder['tell']>,
): Promise<ToldByChild> {
  const recorded: Record<string, number> = {};
  const strange: string[] = [];
  let erased = 0;
  let over = false;
  createInterface(process.stdin).on('line', () => (over = true));
  const once = async (whom: string): Promise<void> => {
    const fact = used(source, whom);
    let [outcome] = (await facts.record([fact], 'emitter')).outcomes;
    // So many at once about one person may be told to come again; whoever tells sends it again as it is.
    while (outcome?.status === 'rejected' && outcome.reason instanceof StoreOverloaded) {
      [outcome] = (await facts.record([fact], 'emitter')).outcomes;
    }
    const status = outcome?.status === 'fulfilled' ? outcome.value.status : String(outcome?.reason);
    if (status === 'recorded') recorded[whom] = (recorded[whom] ?? 0) + 1;
    else if (status === 'erased' && whom === her) erased++;
    else strange.push(`${whom}: ${status}`);
    if (whom === her && (recorded[her] === 1 || erased === 1)) process.stdout.write(`${status}\n`);
  };
  const writing = async (n: number): Promise<void> => {
    while (!over) {
      await once(her);
      await once(others[n % others.length] ?? her);
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, n) => writing(n)));
  process.stdin.destroy();
  return { recorded, erased, strange };
}

function used(source: string, whom: string): ReceivedEvent {
  return {
    id: randomUUID(),
    source,
    type: 'derbes.data.used',
    time: '2026-11-20T09:00:00Z',
    data: {
      subject: { identifiers: [{ scheme: 'email', value: whom }] },
      categories: ['email'],
      purposes: ['account'],
      holder: 'crm',
    },
  };
}
