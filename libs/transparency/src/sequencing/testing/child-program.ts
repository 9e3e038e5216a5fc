// How does a test run a sequencer as a process of its own? Built once a spec, beside the packages that it imports.
import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Readable, type Writable } from 'node:stream';
import { type SequencingOrder } from './sequencing-child.js';

const root = resolve(import.meta.dirname, '../../../../..');

export class SequencingProgram {
  private constructor(private readonly folder: string) {}

  /** Inside the checkout, so that the child finds the packages. */
  static build(): SequencingProgram {
    const folder = mkdtempSync(join(root, 'node_modules', '.sequencing-program-'));
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    // Names of our libraries are resolved from the folder that the compiler runs in, so they are compiled together.
    const config = JSON.parse(readFileSync(join(root, '.swcrc'), 'utf8')) as { jsc: { baseUrl: string } };
    config.jsc.baseUrl = root;
    writeFileSync(join(folder, 'swcrc.json'), JSON.stringify(config));
    const swc = join(root, 'node_modules', '@swc', 'cli', 'bin', 'swc.js');
    const libs = ['kernel', 'event-store', 'transparency'].map((name) => join('libs', name));
    const words = [swc, ...libs, '-d', folder, '--quiet', '--config-file', join(folder, 'swcrc.json')];
    const built = spawnSync(process.execPath, words, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
    if (built.status !== 0) throw new Error('the program of the test does not compile');
    return new SequencingProgram(folder);
  }

  spawn(order: SequencingOrder): ChildProcessByStdio<Writable, Readable, null> {
    const file = join(this.folder, 'libs', 'transparency', 'src', 'sequencing', 'testing', 'sequencing-child.js');
    return spawn(process.execPath, [file, JSON.stringify(order)], { stdio: ['pipe', 'pipe', 'inherit'] });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
