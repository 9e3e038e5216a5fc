// How does a journey run a witness? As its owner does: a process of its own with a folder of its own, killed and started again.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { until } from './service-process.js';

const derbes = join(import.meta.dirname, '..', 'bin', 'derbes.mjs');

/** A witness as its owner runs it. */
export class WitnessProcess {
  private child: ChildProcess | undefined;
  private said = '';
  private port = 0;
  readonly vkey: string;

  constructor(
    readonly name: string,
    private readonly folder: string,
    private readonly logs: string,
  ) {
    const made = spawnSync(process.execPath, [derbes, 'witness', 'init', folder, '--name', `${name}.example/witness`]);
    this.vkey = String(made.stdout).trim();
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Of a policy, which may name another address before it. */
  line(url = this.url): string {
    return `witness ${this.name} ${this.vkey} ${url}\n`;
  }

  /** On the port that it had before. */
  async start(): Promise<void> {
    const listen = `127.0.0.1:${this.port}`;
    const words = [derbes, 'witness', 'serve', this.folder, '--logs', this.logs, '--listen', listen];
    const child = (this.child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] }));
    this.said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (this.said += text));
    this.port = await until(`witness ${this.name} serves`, () => {
      if (child.exitCode !== null) throw new Error(this.said);
      return Number(/"url":"http:\/\/127\.0\.0\.1:(\d+)"/.exec(this.said)?.[1] ?? 0) || undefined;
    });
  }

  async kill(): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'close');
  }
}
