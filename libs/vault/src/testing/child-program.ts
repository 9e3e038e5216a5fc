// How does a test run a program of this library as a process of its own? Built once a spec, beside the packages that it imports.
import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Readable, type Writable } from 'node:stream';

const root = resolve(import.meta.dirname, '../../../..');

export type Child = ChildProcessByStdio<Writable, Readable, null>;

export class ChildProgram {
  private constructor(private readonly folder: string) {}

  /** Inside the checkout, so that the child finds the packages; the tests' own transform stays in the tests' process. */
  static build(): ChildProgram {
    const folder = mkdtempSync(join(root, 'node_modules', '.vault-child-'));
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    const swc = join(root, 'node_modules', '@swc', 'cli', 'bin', 'swc.js');
    const words = [swc, 'libs/kernel', 'libs/vault', '-d', folder, '--quiet'];
    const built = spawnSync(process.execPath, words, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
    if (built.status !== 0) throw new Error('the programs of the tests do not compile');
    return new ChildProgram(folder);
  }

  /** `name` is a file beside this one; it gets `order` as JSON in its first argument. */
  spawn(name: string, order: object, nodeOptions: readonly string[] = []): Child {
    const file = join(this.folder, 'libs', 'vault', 'src', 'testing', `${name}.js`);
    const words = [...nodeOptions, file, JSON.stringify(order)];
    return spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
