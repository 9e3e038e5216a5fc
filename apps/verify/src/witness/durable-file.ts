// How is a file written so that it stands, whole, when the machine loses its power right after?
import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** For its owner alone. */
const privateMode = 0o600;

/** Puts `content` in the place of whatever stood at `path`: old or new after a crash, never half of one. */
export function replaceFile(path: string, content: string): void {
  const draft = `${path}.new`;
  rmSync(draft, { force: true });
  writeWhole(draft, content);
  renameSync(draft, path);
  syncFolder(dirname(path));
}

/** Makes the file; throws EEXIST where one stands. */
export function makeFile(path: string, content: string): void {
  const draft = `${path}.new`;
  rmSync(draft, { force: true });
  writeWhole(draft, content);
  try {
    linkSync(draft, path);
  } finally {
    rmSync(draft);
  }
  syncFolder(dirname(path));
}

function writeWhole(path: string, content: string): void {
  const file = openSync(path, 'wx', privateMode);
  try {
    const bytes = Buffer.from(content);
    for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
