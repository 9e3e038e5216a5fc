// A real witness beside a test: its own program, bundled once, on a port of its own.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../../../..');
/** A loaded machine starts a process slowly. */
const startMsMax = 60_000;

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly said: string;
}

export class WitnessProgram {
  readonly folder = mkdtempSync(join(tmpdir(), 'derbes-witness-'));
  readonly #file = join(this.folder, 'witness-child.mjs');

  constructor() {
    const esbuild = join(root, 'node_modules', 'esbuild', 'bin', 'esbuild');
    const child = join(import.meta.dirname, 'witness-child.ts');
    const built = spawnSync(
      esbuild,
      [child, '--bundle', '--platform=node', '--format=esm', '--target=node20', `--outfile=${this.#file}`, '--log-level=error'], // prettier-ignore
      { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] },
    );
    if (built.status !== 0) throw new Error('the witness does not compile');
  }

  /** Runs a command of the witness to its end. */
  run(...args: readonly string[]): { readonly code: number | null; readonly out: string; readonly err: string } {
    const ran = spawnSync(process.execPath, [this.#file, '', ...args], { encoding: 'utf8' });
    return { code: ran.status, out: ran.stdout, err: ran.stderr };
  }

  /** Serves from `folder` until killed or told to stop. `die` is the cosignature that it dies of. */
  async serve(folder: string, logs: string, die = ''): Promise<WitnessProcess> {
    const child = spawn(process.execPath, [
      this.#file,
      die,
      'serve',
      folder,
      '--logs',
      logs,
      '--listen',
      '127.0.0.1:0',
    ]);
    const running = new WitnessProcess(child);
    await running.serving;
    return running;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export class WitnessProcess {
  readonly ended: Promise<Ended>;
  /** Resolves to where it answers; fails when it ended before. */
  readonly serving: Promise<string>;
  url = '';
  #said = '';

  constructor(private readonly child: ChildProcess) {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#said += text));
    this.ended = once(child, 'close').then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
      said: this.#said,
    }));
    this.serving = new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        child.kill('SIGKILL');
        reject(new Error('the witness does not come up'));
      }, startMsMax);
      child.stdout?.setEncoding('utf8').on('data', (text: string) => {
        this.#said += text;
        const [, url] = /"url":"([^"]+)"/.exec(this.#said) ?? [];
        if (url === undefined || this.url !== '') return;
        clearTimeout(late);
        resolve((this.url = url));
      });
      void this.ended.then(({ said }) => {
        clearTimeout(late);
        reject(new Error(`the witness ended: ${said}`));
      });
    });
  }

  /** Everything that it printed. */
  get said(): string {
    return this.#said;
  }

  async end(signal: NodeJS.Signals): Promise<Ended> {
    this.child.kill(signal);
    return await this.ended;
  }
}
