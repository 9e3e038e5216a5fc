import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { startEmbedded } from './index.js';
import { childService, buildLauncher, isRoot, ordinaryUid, scratchDir } from './testing/child-service.js';

const slowMs = 180_000;
const scratch = scratchDir();
let build: string;

beforeAll(() => {
  build = buildLauncher();
});
afterAll(() => {
  scratch.remove();
  rmSync(dirname(dirname(build)), { recursive: true, force: true });
});

describe('a data directory that does not fit', () => {
  it(
    'of another PostgreSQL version is refused untouched',
    async () => {
      const dataDir = join(scratch.dir, 'older');
      const server = await startEmbedded({ dataDir, throwaway: true });
      await server.stop();
      writeFileSync(join(dataDir, 'postgres', 'PG_VERSION'), '17\n');
      await expect(startEmbedded({ dataDir })).rejects.toMatchObject({
        code: 'CLUSTER_VERSION_MISMATCH',
        message: expect.stringMatching(/17.*18/) as string,
      });
    },
    slowMs,
  );

  it('with something else in its database folder is refused untouched', async () => {
    const dataDir = join(scratch.dir, 'something-else');
    mkdirSync(join(dataDir, 'postgres'), { recursive: true });
    writeFileSync(join(dataDir, 'postgres', 'letter.txt'), 'dear');
    await expect(startEmbedded({ dataDir })).rejects.toMatchObject({ code: 'CLUSTER_DAMAGED' });
    expect(readdirSync(join(dataDir, 'postgres'))).toEqual(['letter.txt']);
  });

  it('that cannot be made is named', async () => {
    const file = join(scratch.dir, 'a-file');
    writeFileSync(file, '');
    const dataDir = join(file, 'data');
    await expect(startEmbedded({ dataDir })).rejects.toMatchObject({
      code: 'DATA_DIR_NOT_WRITABLE',
      message: expect.stringContaining(dataDir) as string,
    });
  });

  it(
    'that belongs to another user is named',
    async () => {
      const dataDir = join(scratch.dir, 'closed');
      mkdirSync(dataDir, { mode: 0o555 });
      const service = await childService({ build, dataDir, ...(isRoot ? { uid: ordinaryUid } : {}) });
      expect(service.report).toMatchObject({ code: 'DATA_DIR_NOT_WRITABLE' });
      await service.stop();
    },
    slowMs,
  );

  const unshare = isRoot ? ['unshare', '-m'] : ['unshare', '-Urm'];
  const mayMount =
    spawnSync(unshare[0] ?? '', [...unshare.slice(1), 'sh', '-c', 'mount -t tmpfs none /tmp']).status === 0;
  if (!mayMount) process.stderr.write('SKIPPED: a full disk cannot be made here, mounting is forbidden\n');
  (mayMount ? it : it.skip).each([
    ['that fills up on the way', ''],
    ['that is full from the start', 'dd if=/dev/zero of="$DIR/filling" bs=1M status=none 2>/dev/null;'],
  ])(
    'on a disk %s says so',
    async (_how, filling) => {
      const dataDir = join(scratch.dir, 'small-disk');
      mkdirSync(dataDir, { recursive: true });
      const mounting = `DIR="${dataDir}"; mount -t tmpfs -o size=20m none "$DIR" && { ${filling} exec "$@"; }`;
      const service = await childService({ build, dataDir, prefix: [...unshare, 'sh', '-c', mounting, 'sh'] });
      expect(service.report).toMatchObject({ code: 'DISK_FULL' });
      await service.stop();
    },
    slowMs,
  );
});
