// What does a witness keep of a log that signed two histories? Both notes, for whoever must be shown.
import { hash } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { makeFile } from './durable-file.js';
import { systemCodeOf } from './witness-error.js';

const evidenceFolder = 'evidence';
/** One pair proves it; a log that signs forks without end fills no disk. */
const evidenceFilesMax = 100;

export class Evidence {
  readonly #folder: string;

  constructor(
    folder: string,
    private readonly onTrouble: (error: unknown) => void,
  ) {
    this.#folder = join(folder, evidenceFolder);
  }

  /** Names of the files kept, in no order that means anything. */
  get files(): readonly string[] {
    try {
      return readdirSync(this.#folder);
    } catch {
      return []; // nothing was ever kept
    }
  }

  /** Two signed notes of one size with different roots. What was kept before is not kept twice. */
  keep(cosigned: string, other: string): void {
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      if (this.files.length >= evidenceFilesMax) return;
      const name = hash('sha256', other.slice(0, other.indexOf('\n\n') + 1)).slice(0, 32);
      makeFile(join(this.#folder, `${name}.fork`), `${cosigned}\n${other}`);
    } catch (error) {
      // Nothing hangs on it: the fork is refused whether or not it can be kept.
      if (systemCodeOf(error) !== 'EEXIST') this.onTrouble(error);
    }
  }
}
