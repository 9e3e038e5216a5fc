// How does a test run a program of ours as a process of its own? As it was built: one file, for whoever is killed within a moment should load little.
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { join, resolve } from 'node:path';
import { type Readable, type Writable } from 'node:stream';

const built = resolve(import.meta.dirname, '../../../../dist');

export type Child = ChildProcessByStdio<Writable, Readable, null>;

/** Where the build has the program of a source such as `libs/vault/src/testing/close-child`; `bin/build.mjs` bundles those named `…-child`. */
export const programOf = (source: string): string => join(built, `${source}.js`);

/** It gets `order` as JSON in its first argument. */
export function spawnProgram(source: string, order: object, nodeOptions: readonly string[] = []): Child {
  const words = [...nodeOptions, programOf(source), JSON.stringify(order)];
  return spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'inherit'] });
}
