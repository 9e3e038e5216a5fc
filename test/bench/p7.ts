// P7: how long does the close of an epoch take, does the service notice, and how fast does a person with many events go?
import { migrate } from '@derbes/postgres';
import {
  closeEpoch,
  makeKeep,
  normalise,
  Vault,
  vaultMigrations,
  vaultParticipant,
  type EpochLedger,
  type OwnerName,
  type VaultRows,
} from '@derbes/vault';
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { quantile, row, type Row } from './row.js';
import { onStand, type Extent, type Place, type Stand } from './stand.js';

const identifiersEach = 3;
const filledAtOnce = 500;
const projected = 10_000_000;
const minuteMs = 60_000;
/** Between two look-ups: a service that is used, and has time left. */
const askEveryMs = 5;
const megabyte = 1024 * 1024;
const historyEvents = 10_000;
const eraseGoal = { of: 'value', atMost: 1_000 } as const;
/** The first erasure of a process is slower than the others: nothing is compiled yet. */
const erasures = 3;

interface Closed {
  readonly subjects: number;
  readonly ms: number;
  /** Processor time of this program, and of PostgreSQL with all its processes. */
  readonly ownMicros: number;
  readonly serverMicros: number;
  readonly before: readonly number[];
  readonly during: readonly number[];
  readonly grownBytes: number;
}

export function p7({ root, quick, progress }: Extent): Promise<Row[]> {
  const sizes = quick ? [1_000, 2_000] : [250_000, 1_000_000];
  return onStand(root, async (stand) => {
    const rows: Row[] = [];
    let last: Closed | undefined;
    for (const subjects of sizes) {
      const ledger = await openVault(stand, await stand.place(`p7_${subjects}`));
      try {
        const closed = await measureClose(ledger, subjects, 1, (text) => progress.say(`P7: ${text}`));
        rows.push(...rowsOf(closed, last));
        last = closed;
        if (subjects !== sizes.at(-1)) continue;
        progress.say('P7: paced');
        rows.push(...pacedRows(await measureClose(ledger, 0, 0.5, () => undefined, subjects)));
        progress.say('P7: a person of many events');
        rows.push(
          row(
            'P7',
            `keys and values of one subject with ${historyEvents} sealed values destroyed`,
            { value: await eraseMs(ledger, historyEvents), unit: 'ms' },
            eraseGoal,
          ),
        );
      } finally {
        await ledger.end();
      }
    }
    return [...rows, ...(await wholeErasure(stand))];
  });
}

/** A service's whole path, from an officer's order to its execution, about somebody of whom all events seal a value. */
async function wholeErasure(stand: Stand): Promise<Row[]> {
  const ledger = await stand.child('ledger-child.js', await stand.place('p7_erased'));
  const took: { readonly ms: number; readonly cpuMs: number }[] = [];
  for (let n = 0; n < erasures; n++) {
    const subject = await ledger.call<string>('longHistory', {
      person: n,
      events: historyEvents,
      valued: historyEvents,
    });
    took.push(await ledger.call('erase', subject));
  }
  const median = (of: 'ms' | 'cpuMs'): number =>
    quantile(
      took.map((one) => one[of]),
      0.5,
    );
  const what = `erase one subject told of in ${historyEvents} facts with a value each, from order to executed`;
  return [
    row('P7', what, { value: median('ms'), unit: 'ms' }, eraseGoal),
    row('P7', `${what}: processor time of the service`, { value: median('cpuMs'), unit: 'ms' }),
  ];
}

interface Opened {
  readonly stand: Stand;
  readonly app: pg.Pool;
  readonly vault: Vault;
  readonly keep: Awaited<ReturnType<typeof makeKeep>>;
  end(): Promise<void>;
}

async function openVault(stand: Stand, place: Place): Promise<Opened> {
  const owner = new pg.Pool({ ...place.asOwner, max: 2 });
  owner.on('error', () => undefined);
  await migrate(owner, vaultMigrations);
  await owner.end();
  const app = new pg.Pool({ ...place.asApp, max: 10 });
  app.on('error', () => undefined);
  const keep = await makeKeep(place);
  await Vault.begin(app, keep);
  return { stand, app, keep, vault: await Vault.open(keep, app), end: () => app.end() };
}

const emailOf = (n: number, i: number) => {
  const normal = normalise('email', `person-${n}-${i}@example.kz`);
  if ('code' in normal) throw new Error(normal.reason);
  return normal;
};

/** Straight into the tables of keys, with real keys and tokens: events and values are not what a close touches. */
async function fill({ app, vault }: Opened, from: number, to: number): Promise<void> {
  const tx = await app.connect();
  try {
    for (let at = from; at < to; at += filledAtOnce) {
      const units = await vault.withKeys((ring) =>
        Promise.resolve(
          Array.from({ length: Math.min(filledAtOnce, to - at) }, (_, i): VaultRows => {
            const made = ring.newOwner('subject', randomUUID(), null);
            const tokens = Array.from({ length: identifiersEach }, (__, k) =>
              vault.tokenRow(vault.token(emailOf(at + i, k)), made.owner, null),
            );
            return { owners: [made], pks: [], parts: [], tokens, moves: [], live: [] };
          }),
        ),
      );
      await tx.query('begin');
      await vaultParticipant.write(tx, units);
      await tx.query('commit');
    }
  } finally {
    tx.release();
  }
}

/** The vault alone is measured: its events go nowhere. */
const noEvents: EpochLedger = {
  write: () => Promise.resolve(),
  published: () => Promise.resolve({ needed: 1, size: 1, witnesses: 'none' }),
  keepDocument: (bytes) => Promise.resolve(createHash('sha256').update(bytes).digest('hex')),
  settleErasures: () => Promise.resolve(),
  erasuresOf: () => Promise.resolve([]),
};

async function measureClose(
  opened: Opened,
  fillTo: number,
  duty: number,
  say: (text: string) => void,
  standing = fillTo,
): Promise<Closed> {
  const { app, keep, vault } = opened;
  for (let at = 0; at < fillTo; at += 10_000) {
    say(`${fillTo} subjects of three identifiers, filled ${Math.round((at * 100) / fillTo)} %`);
    await fill(opened, at, Math.min(fillTo, at + 10_000));
  }
  const before = await asking(opened, standing, () => pause(Math.min(10_000, standing)));
  const resident = process.memoryUsage.rss();
  let most = resident;
  let ms = 0;
  let [ownMicros, serverMicros] = [0, 0];
  const during = await asking(opened, standing, async () => {
    const began = performance.now();
    const [ownBefore, serverBefore] = [process.cpuUsage(), opened.stand.serverCpuMicros()];
    const parts = { app, keep, vault, ledger: noEvents, clock: () => new Date(), pace: { duty } };
    for await (const { held, done, total, remainingMs = 0 } of closeEpoch(parts, {
      by: 'bench',
      acceptSingleCopy: true,
    })) {
      if (held) throw new Error(held.message);
      say(`close, ${done} of ${total}, ${Math.round(remainingMs / 1_000)} s left`);
      most = Math.max(most, process.memoryUsage.rss());
    }
    ms = performance.now() - began;
    const { user, system } = process.cpuUsage(ownBefore);
    ownMicros = user + system;
    serverMicros = opened.stand.serverCpuMicros() - serverBefore;
  });
  return { subjects: standing, ms, ownMicros, serverMicros, before, during, grownBytes: most - resident };
}

/** Milliseconds of look-ups of one person each, and of writes of a new one, one after another while the work lasts. */
async function asking(opened: Opened, subjects: number, work: () => Promise<unknown>): Promise<number[]> {
  const { app, vault } = opened;
  const tookMs: number[] = [];
  let over = false;
  const asked = (async () => {
    for (let n = 0; !over; n++) {
      const began = performance.now();
      await vault.lookup([vault.token(emailOf((n * 7_919) % subjects, n % identifiersEach))]);
      if (n % 10 === 9) await writeOne(app, vault);
      tookMs.push(performance.now() - began);
      await pause(askEveryMs);
    }
  })();
  await work().finally(() => (over = true));
  await asked;
  return tookMs;
}

async function writeOne(app: pg.Pool, vault: Vault): Promise<void> {
  const rows = await vault.withKeys((ring): Promise<VaultRows> => {
    const made = ring.newOwner('subject', randomUUID(), null);
    return Promise.resolve({ owners: [made], pks: [], parts: [], tokens: [], moves: [], live: [] });
  });
  const tx = await app.connect();
  try {
    await tx.query('begin');
    const conflicts = await vaultParticipant.conflicts(tx, [rows]);
    if (conflicts.size === 0) await vaultParticipant.write(tx, [rows]);
    await tx.query('commit');
    if (conflicts.size > 0) await vault.reload();
  } finally {
    tx.release();
  }
}

function rowsOf(closed: Closed, smaller: Closed | undefined): Row[] {
  const { subjects, ms, ownMicros, serverMicros, grownBytes } = closed;
  const what = `close of an epoch, ${subjects} subjects of three identifiers`;
  // By the last part of the measured curve: what a subject more cost between the two sizes.
  const each = smaller ? (ms - smaller.ms) / (subjects - smaller.subjects) : ms / subjects;
  const toMinutes = (ms + each * (projected - subjects)) / minuteMs;
  return [
    row('P7', what, { value: ms / 1_000, unit: 's' }),
    row('P7', `${what}: subjects a second`, { value: (subjects * 1_000) / ms, unit: '/s' }),
    row('P7', `${what}: processor time of the program, a subject`, { value: ownMicros / subjects, unit: 'µs' }),
    row('P7', `${what}: processor time of PostgreSQL, a subject`, { value: serverMicros / subjects, unit: 'µs' }),
    ...(smaller
      ? [row('P7', 'the same, projected to 10M', { value: toMinutes, unit: 'min' }, { of: 'value', atMost: 40 })]
      : []),
    row(
      'P7',
      `${what}: memory beyond before`,
      { value: grownBytes / megabyte, unit: 'MB' },
      { of: 'value', atMost: 300 },
    ),
  ];
}

function pacedRows({ subjects, ms, before, during }: Closed): Row[] {
  const theirs = quantile(before, 0.99);
  const toMinutes = ((ms / subjects) * projected) / minuteMs;
  const paced = `while ${subjects} subjects are closed as the service closes them, in ${Math.round(ms / 1_000)} s`;
  const measured = { value: quantile(during, 0.99), unit: 'ms', against: 'before', theirs };
  return [
    row('P7', `look-up or write, p99 of ${during.length}, ${paced}`, measured, { of: 'ratio', atMost: 2 }),
    row('P7', '10M at that pace', { value: toMinutes, unit: 'min' }, { of: 'value', atMost: 90 }),
  ];
}

async function eraseMs({ app, vault }: Opened, events: number): Promise<number> {
  const { owner, rows } = await vault.withKeys((ring): Promise<{ owner: OwnerName; rows: VaultRows }> => {
    const made = ring.newOwner('subject', randomUUID(), null);
    const { owner: name } = made;
    const sealed = Array.from({ length: events }, (_, i) =>
      ring.seal({ owner: name, stream: name, eventId: randomUUID(), p: '0', category: 'name', value: `value ${i}` }),
    );
    const parts = sealed.map((one) => one.row);
    return Promise.resolve({
      owner: name,
      rows: { owners: [made], pks: sealed.map(({ pk }) => pk), parts, tokens: [], moves: [], live: [] },
    });
  });
  const tx = await app.connect();
  try {
    await vaultParticipant.write(tx, [rows]);
    const began = performance.now();
    const entry = { erasure: randomUUID(), owner, scope: 'person', at: '2026-11-20T09:00:00Z' } as const;
    await tx.query('begin');
    await vault.journal.append(tx, entry);
    await tx.query('commit');
    await tx.query('begin');
    await vault.destroy(tx, entry);
    await tx.query('commit');
    return performance.now() - began;
  } finally {
    tx.release();
  }
}
