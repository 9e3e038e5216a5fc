// A full disk under the keep: is it said by name, is nothing half-written, and is the key written once there is room?
import { afterAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileCustodian } from './file-custodian.js';

const scratch = mkdtempSync(join(tmpdir(), 'derbes-keep-full-'));
const disk = join(scratch, 'disk');
mkdirSync(disk, { mode: 0o700 });
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k,mode=700', 'tmpfs', disk]).status === 0;
if (!mounted) process.stderr.write('full disk under the keep: not tried, because a small disk needs root and mount\n');
const tried = mounted ? describe : describe.skip;
const filler = join(disk, 'filler');

afterAll(() => {
  if (mounted) spawnSync('umount', ['-l', disk]);
  rmSync(scratch, { recursive: true, force: true });
});

tried('a disk without room under the keep', () => {
  const keys = new FileCustodian(disk, '018f0000-0000-7000-8000-000000000001');

  it('says DISK_FULL and leaves the keys of before, and nothing else', async () => {
    await keys.write('static', randomBytes(32));
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(filler, Buffer.alloc(bavail * bsize, 1));
    await expect(keys.write('epoch-2', randomBytes(32))).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(await keys.names()).toEqual(['static']);
  });

  it('takes the key once there is room, whole', async () => {
    rmSync(filler);
    const secret = randomBytes(32);
    await keys.write('epoch-2', secret);
    expect(await keys.read('epoch-2')).toEqual(secret);
  });

  it('leaves no part of a file behind', () => {
    expect(readdirSync(disk).sort()).toEqual(['epoch-2.key', 'static.key']);
  });
});
