// How does a journey run the service? As its user does: the built program as a process of its own, with fresh directories.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Caller } from './caller.js';

/** A loaded machine makes a database slowly; a service that is not up by then is stuck. */
const startMsMax = 120_000;
/** For `jest.setTimeout`: longer than any start, so that whatever was started is also ended. */
export const journeyMsMax = 300_000;
/** Whoever cannot start says so sooner than whoever can. */
const refusalMsMax = 120_000;
const stopMsMax = 90_000;
const postmasterGoneMsMax = 60_000;
const pollMs = 20;
const main = join(import.meta.dirname, '..', 'dist', 'apps', 'ledger', 'src', 'main.js');

export type Role = 'admin' | 'officer' | 'auditor' | 'emitter';
export type Keys = Readonly<Record<Role, string>>;

export interface Places {
  readonly root: string;
  readonly dataDir: string;
  readonly keepDir: string;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export const source = 'urn:example:service';

/** Directories of one ledger; `remove` takes them away, whatever stands in them. */
export function makePlaces(): Places & { remove(): void } {
  const root = mkdtempSync(join(tmpdir(), 'derbes-journey-'));
  return {
    root,
    dataDir: join(root, 'data'),
    keepDir: join(root, 'keep'),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

const running = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // A process that ended and that nobody waited for yet is no more.
  const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : '';
  return !/\) Z /.test(stat);
};

/** The process of the PostgreSQL in this data directory; undefined when none runs. */
export function postmasterOf({ dataDir }: Places): number | undefined {
  const file = join(dataDir, 'postgres', 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  return pid > 1 && running(pid) ? pid : undefined;
}

/** Waits until `holds` answers with something other than undefined or false; fails with `what` when it never does. */
export async function until<T>(
  what: string,
  holds: () => T | undefined | false | Promise<T | undefined | false>,
  msMax = 60_000,
): Promise<T> {
  const deadline = Date.now() + msMax;
  for (;;) {
    const held = await holds();
    if (held !== undefined && held !== false) return held;
    if (Date.now() > deadline) throw new Error(`not within ${msMax} ms: ${what}`);
    await pause(pollMs);
  }
}

export class ServiceProcess {
  readonly exited: Promise<Ended>;
  stdout = '';
  stderr = '';
  private ended: Ended | undefined;

  private constructor(
    private readonly child: ChildProcess,
    readonly places: Places,
  ) {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.exited = new Promise((resolve) => {
      // `close` comes after the last byte of the output, `exit` may come before it.
      child.once('close', (code, signal) => resolve((this.ended = { code, signal })));
    });
  }

  /** Spawns and does not wait. */
  static spawn(places: Places, environment: Readonly<Record<string, string>> = {}): ServiceProcess {
    const child = spawn(process.execPath, [main], {
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        TMPDIR: process.env['TMPDIR'],
        PORT: '0',
        DATA_DIR: places.dataDir,
        KEEP_DIR: places.keepDir,
        EMITTER_SOURCE: source,
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new ServiceProcess(child, places);
  }

  /** Ready when it resolves: every part says so. */
  static async start(places: Places, environment: Readonly<Record<string, string>> = {}): Promise<ServiceProcess> {
    const service = ServiceProcess.spawn(places, environment);
    try {
      await until('the service says where it is', () => service.urlOrEnd() !== '', startMsMax);
      const nobody = service.as();
      await until('the service is ready', async () => (await nobody.get('/health/ready')).status === 200, startMsMax);
      return service;
    } catch (cause) {
      await service.kill();
      const said = (service.stdout + service.stderr).replace(/derbes_\w+/g, '(a key)').slice(-2_000);
      throw new Error(`the service did not come up; it said:\n${said}`, { cause });
    }
  }

  /** A service that will not come up: its exit code and what it said. */
  static async refused(
    places: Places,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<Ended & { readonly said: string; readonly stdout: string }> {
    const service = ServiceProcess.spawn(places, environment);
    const late = setTimeout(() => service.signal('SIGKILL'), refusalMsMax);
    const ended = await service.exited;
    clearTimeout(late);
    return { ...ended, said: service.stderr, stdout: service.stdout };
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get url(): string {
    const { saidUrl } = this;
    if (saidUrl === undefined) throw new Error('the service has not said where it is');
    return saidUrl;
  }

  private get saidUrl(): string | undefined {
    return /Derbes (?:answers|works; how it is stands) at (http:\/\/[^\s;/]+)/.exec(this.stdout)?.[1];
  }

  /** Printed at the very first start alone. */
  get printedKeys(): Partial<Keys> {
    const found = [...this.stdout.matchAll(/^ {2}(\w+) +(derbes_\w+_[A-Za-z0-9_-]{43})/gm)];
    return Object.fromEntries(found.map(([, role = '', key = '']) => [role, key] as const));
  }

  as(key?: string): Caller {
    return new Caller(this.url, key);
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** SIGTERM; resolves when the process and its database are gone. */
  async stop(): Promise<Ended> {
    this.signal('SIGTERM');
    const late = setTimeout(() => this.signal('SIGKILL'), stopMsMax);
    const ended = await this.exited;
    clearTimeout(late);
    await this.databaseGone();
    return ended;
  }

  /** SIGKILL: nothing of the service runs when it resolves, its own database included. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.exited;
    await this.databaseGone();
  }

  private urlOrEnd(): string {
    if (this.ended) throw new Error(`the service ended (${this.ended.code ?? this.ended.signal}): ${this.stderr}`);
    return this.saidUrl ?? '';
  }

  private async databaseGone(): Promise<void> {
    const pid = postmasterOf(this.places);
    if (pid === undefined) return;
    try {
      await until('the database follows its service', () => !running(pid), postmasterGoneMsMax);
    } catch (error) {
      process.kill(pid, 'SIGKILL');
      throw error;
    }
  }
}

/** The keys of a first start. */
export function firstKeys({ printedKeys }: ServiceProcess): Keys {
  const { admin, officer, auditor, emitter } = printedKeys;
  if (!admin || !officer || !auditor || !emitter) throw new Error('the first start did not print four keys');
  return { admin, officer, auditor, emitter };
}

/** A fresh ledger with callers of every role, for one spec file. */
export class Journey {
  readonly keys: Keys;

  private constructor(
    readonly places: ReturnType<typeof makePlaces>,
    public service: ServiceProcess,
    private readonly environment: Readonly<Record<string, string>>,
  ) {
    this.keys = firstKeys(service);
  }

  static async begin(environment: Readonly<Record<string, string>> = {}, places = makePlaces()): Promise<Journey> {
    try {
      return new Journey(places, await ServiceProcess.start(places, environment), environment);
    } catch (error) {
      places.remove();
      throw error;
    }
  }

  as(role: Role): Caller {
    return this.service.as(this.keys[role]);
  }

  /** The same ledger, started again after it was stopped or killed. */
  async again(): Promise<ServiceProcess> {
    this.service = await ServiceProcess.start(this.places, this.environment);
    return this.service;
  }

  async end(): Promise<void> {
    try {
      await this.service.kill();
    } finally {
      this.places.remove();
    }
  }
}
