// A full disk under the keep: is it said by name, is nothing half-written, and is the key written once there is room?
import { afterAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileCustodian } from './file-custodian.js';
import { replacePrivate } from './private-files.js';
import { smallDisk } from './testing/small-disk.js';

const scratch = mkdtempSync(join(tmpdir(), 'derbes-keep-full-'));
const dir = join(scratch, 'disk');
const disk = smallDisk(dir, 64, 'full disk under the keep');
const tried = disk.mounted ? describe : describe.skip;
const files = (): string[] => readdirSync(dir).sort();

afterAll(() => {
  disk.unmount();
  rmSync(scratch, { recursive: true, force: true });
});

tried('a disk without room under the keep', () => {
  const keys = new FileCustodian(dir, '018f0000-0000-7000-8000-000000000001');
  const record = join(dir, 'record');

  it('says DISK_FULL and leaves the keys of before, and nothing else', async () => {
    await keys.write('static', randomBytes(32));
    await replacePrivate(record, 'before');
    disk.fill();
    await expect(keys.write('epoch-2', randomBytes(32))).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(await keys.names()).toEqual(['static']);
    expect(files()).toEqual(['filler', 'record', 'static.key']);
  });

  it('leaves a file whole that was to be replaced', async () => {
    await expect(replacePrivate(record, 'after')).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(readFileSync(record, 'utf8')).toBe('before');
    expect(files()).toEqual(['filler', 'record', 'static.key']);
  });

  it('takes the key once there is room, whole', async () => {
    disk.clear();
    const secret = randomBytes(32);
    await keys.write('epoch-2', secret);
    expect(await keys.read('epoch-2')).toEqual(secret);
  });

  it('leaves no part of a file behind', () => {
    expect(files()).toEqual(['epoch-2.key', 'record', 'static.key']);
  });

  it('that takes nothing more is told as a custodian that is away', async () => {
    disk.remount('ro');
    await expect(keys.write('epoch-3', randomBytes(32))).rejects.toMatchObject({ code: 'CUSTODIAN_DOWN' });
  });
});
