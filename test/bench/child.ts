// How does one process of a benchmark ask another to do something? A child made for one thing, calls over its IPC channel.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const stopMsMax = 15_000;

/** A running process of a benchmark. */
export interface Child {
  readonly pid: number;
  /** Calls what the child serves under this name. Rejects with what it threw. */
  call<R>(name: string, argument?: unknown): Promise<R>;
  stop(): Promise<void>;
}

interface Question {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}
interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** Starts one of the `*-child.js` files beside this one; it has answered `open` when this resolves. */
export async function startChild(file: string, argument?: unknown): Promise<Child> {
  const child = fork(join(import.meta.dirname, file), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  let ended = false;
  let calls = 0;
  child.on('message', ({ id, value, error }: Answer) => {
    const call = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) call?.resolve(value as never);
    else call?.reject(new Error(`${file}: ${error}`));
  });
  child.on('exit', (code, signal) => {
    ended = true;
    for (const { reject } of waiting.values()) reject(new Error(`${file} ended (${signal ?? String(code)})`));
    waiting.clear();
  });
  const call = <R>(name: string, asked?: unknown): Promise<R> => {
    if (ended) return Promise.reject(new Error(`${file} has ended`));
    return new Promise<R>((resolve, reject) => {
      const question: Question = { id: ++calls, name, argument: asked };
      waiting.set(question.id, { resolve, reject });
      child.send(question);
    });
  };
  const started: Child = {
    pid: child.pid ?? 0,
    call,
    async stop() {
      if (ended) return;
      const gone = once(child, 'exit');
      // A child that its channel is closed to closes what it has open and ends.
      child.disconnect();
      const late = setTimeout(() => child.kill('SIGKILL'), stopMsMax);
      await gone;
      clearTimeout(late);
    },
  };
  try {
    await call('open', argument);
    return started;
  } catch (error) {
    await started.stop();
    throw error;
  }
}

export type Served = Readonly<Record<string, (argument: never) => unknown>>;

/** What this process has taken of the processors; every child answers it, as `cpuMicros`. */
function cpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** In the child: `open` is called once and gives what is served; `close` when the parent is done or gone. */
export function serveCalls<Argument>(open: (argument: Argument) => Promise<Served & { close(): Promise<void> }>): void {
  let served: Promise<Served & { close(): Promise<void> }> | undefined;
  const answer = async ({ name, argument }: Question): Promise<unknown> => {
    if (name === 'open') {
      await (served = open(argument as Argument));
      return undefined;
    }
    if (name === 'cpuMicros') return cpuMicros();
    const call = (await served)?.[name];
    if (!call) throw new Error(`nothing is served as ${name}`);
    return call(argument as never);
  };
  process.on('message', (question: Question) => {
    answer(question).then(
      (value) => process.send?.({ id: question.id, value }),
      (error: unknown) =>
        process.send?.({ id: question.id, error: error instanceof Error ? (error.stack ?? error.message) : 'failed' }),
    );
  });
  process.on('disconnect', () => {
    const closed = served?.then((one) => one.close()) ?? Promise.resolve();
    void closed.catch(() => undefined).then(() => process.exit());
  });
}
