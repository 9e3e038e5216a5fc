// What must a later start know of the first one? When the day was, and the keys it was told with.
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const format = 'derbes.demo/v1';
const fileName = 'demo.json';
const ownerOnly = 0o600;

/**
 * The keys stand here in the clear because the service keeps only hashes: without them a later start could not replay the
 * day. They speak for invented services and open invented people's data, and an admin can revoke each.
 */
export interface DemoKeys {
  readonly officer: string;
  /** By the name that the day's lines use. */
  readonly emitters: Readonly<Record<string, string>>;
}

export interface DemoState {
  /** When the demo began: the registers stand by this moment. */
  readonly begun: string;
  /** The day's end; fixed once the registers are told, so that no fact comes before what it leans on. */
  readonly base?: string;
  readonly keys: DemoKeys;
}

export const demoFile = (dataDir: string): string => join(dataDir, fileName);

/** The state of an earlier start; undefined at the first. Throws when the file is not ours. */
export function readState(dataDir: string): DemoState | undefined {
  const path = demoFile(dataDir);
  if (!existsSync(path)) return undefined;
  const { format: its, ...state } = JSON.parse(readFileSync(path, 'utf8')) as DemoState & { readonly format?: string };
  if (its !== format) throw new Error(`${path} is not of the format ${format}`);
  return state;
}

/** Readable by the service's own user alone; replaced whole, so that a crash leaves the old or the new one. */
export function writeState(dataDir: string, state: DemoState): void {
  const path = demoFile(dataDir);
  const fresh = `${path}.new`;
  writeFileSync(fresh, `${JSON.stringify({ format, ...state }, null, 2)}\n`, { mode: ownerOnly });
  chmodSync(fresh, ownerOnly);
  renameSync(fresh, path);
}
