// On what does everything run that is compared? One embedded PostgreSQL that really syncs, in a scratch folder that goes away.
import { startEmbedded, type EmbeddedPostgres } from '@derbes/postgres';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type Child, startChild } from './child.js';
import { fillingFacts, type Filling } from './facts.js';
import { type ProgressLine } from './progress-line.js';

/** Whoever waits for its turn gives its connections back: the server has fewer than all together would keep. */
export const idleTimeoutMillis = 1_000;

/** How much is measured: the whole, or a short form that shows that it runs. */
export interface Extent {
  readonly quick: boolean;
  readonly progress: ProgressLine;
  /** Where the checkout is. */
  readonly root: string;
  /** Absent when emmett is installed; else why it is not. */
  readonly emmettMissing?: string;
}

/** One database on the stand. */
export interface Place {
  readonly asOwner: pg.PoolConfig;
  readonly asApp: pg.PoolConfig;
  readonly grantTo: string;
  readonly appendOnlyBy: 'roles' | 'trigger';
  /** For what holds no ledger of ours. */
  readonly url: string;
  readonly dataDir: string;
  readonly keepDir: string;
  readonly root: string;
  /** Where the events are, when they are not in this database. */
  readonly eventstore?: string;
}

export interface Stand {
  place(name: string): Promise<Place>;
  child(file: string, argument?: unknown): Promise<Child>;
  admin(place: Place): Promise<pg.Client>;
  /** What PostgreSQL with all its processes has taken of the processors; NaN where the system does not tell. */
  serverCpuMicros(): number;
}

/** Everything started in `work` through the stand is stopped when it ends, however it ends. */
export async function onStand<T>(root: string, work: (stand: Stand) => Promise<T>): Promise<T> {
  const scratch = mkdtempSync(join(tmpdir(), 'derbes-bench-'));
  const closing: (() => Promise<void>)[] = [];
  let server: EmbeddedPostgres | undefined;
  try {
    const running = (server = await startEmbedded({ dataDir: join(scratch, 'postgres') }));
    return await work({
      async place(name) {
        await asAdmin(running, `create database ${name} owner ${String(running.asOwner.user)} template template0`);
        const { host, port, user } = running.connection;
        const socket = encodeURIComponent(host);
        return {
          asOwner: { ...running.asOwner, database: name },
          asApp: { ...running.asApp, database: name },
          grantTo: running.grantTo,
          appendOnlyBy: running.appendOnlyBy,
          url: `postgresql://${user}@localhost:${port}/${name}?host=${socket}`,
          dataDir: join(scratch, `data-${name}`),
          keepDir: join(scratch, `keep-${name}`),
          root,
        };
      },
      async child(file, argument) {
        const child = await startChild(file, argument);
        closing.push(() => child.stop());
        return child;
      },
      async admin({ asOwner }) {
        const client = new pg.Client({ ...running.connection, database: String(asOwner.database) });
        await client.connect();
        closing.push(() => client.end());
        return client;
      },
      serverCpuMicros: () => treeCpuMicros(running.pid),
    });
  } finally {
    for (const close of closing.reverse()) await close();
    await server?.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function asAdmin({ connection }: EmbeddedPostgres, statement: string): Promise<void> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

const fillPart = 5_000;

/** Fills the ledger of a child and shows how far it is. */
export async function fillLedger(
  ledger: Child,
  filling: Filling,
  progress: ProgressLine,
  title: string,
): Promise<void> {
  const { count } = fillingFacts(filling);
  for (let from = 0; from < count; from += fillPart) {
    progress.say(`${title}, a ledger of ${filling.events} events: filled ${Math.round((from * 100) / count)} %`);
    await ledger.call('fill', { filling, from, to: Math.min(count, from + fillPart) });
  }
}

/** Clock ticks of Linux, a hundred a second on every system that Node runs on. */
const tickMicros = 10_000;

/** Of a process and its children, those that have ended included. */
function treeCpuMicros(pid: number): number {
  if (!existsSync(`/proc/${pid}/stat`)) return NaN;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
  // Fields 14 and 15 are the process's own, 16 and 17 those of children that have ended (proc(5)).
  const ticks = (one: number, fields: number): number => {
    if (!existsSync(`/proc/${one}/stat`)) return 0;
    const after = readFileSync(`/proc/${one}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ')
      .map(Number);
    return after.slice(11, 11 + fields).reduce((sum, n) => sum + n, 0);
  };
  return tickMicros * children.reduce((sum, child) => sum + ticks(child, 2), ticks(pid, 4));
}
