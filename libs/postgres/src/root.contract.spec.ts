import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { commandLineOf, waitUntilGone } from './processes.js';
import {
  childService,
  buildLauncher,
  isRoot,
  ordinaryUid,
  pathWithout,
  scratchDir,
  serverOf,
} from './testing/child-service.js';

const slowMs = 180_000;
const whenRoot = isRoot ? it : it.skip;
// Not in a hook: where every test of a file is skipped, its hooks are as well.
if (!isRoot) process.stderr.write('SKIPPED: what root must do to run PostgreSQL can only be tried by root\n');
let scratch: ReturnType<typeof scratchDir>;
let byNamespace: string;
let byUser: string;
let ordinary: string;
let build: string;

beforeAll(() => {
  scratch = scratchDir();
  byNamespace = join(scratch.dir, 'namespace');
  byUser = join(scratch.dir, 'user');
  ordinary = join(scratch.dir, 'ordinary');
  build = buildLauncher();
});
afterAll(() => {
  scratch.remove();
  rmSync(dirname(dirname(build)), { recursive: true, force: true });
});

function uidOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^Uid:\t(\d+)/m.exec(status)?.[1]);
}

function recordedMode(dataDir: string): unknown {
  return JSON.parse(readFileSync(join(dataDir, 'postgres', 'derbes-mode.json'), 'utf8'));
}

describe('PostgreSQL, which refuses to run as root', () => {
  whenRoot(
    'runs in a user namespace of its own when root starts it, even under a closed home',
    async () => {
      mkdirSync(byNamespace, { mode: 0o700 });
      const service = await childService({ build, dataDir: byNamespace });
      const { pid } = serverOf(service);
      expect(uidOf(pid)).toBe(0);
      expect(recordedMode(byNamespace)).toEqual({ kind: 'namespace' });
      expect(statSync(join(byNamespace, 'postgres')).uid).toBe(0);
      await service.stop();
    },
    slowMs,
  );

  whenRoot(
    'says so when the namespace its data was made in is no longer allowed',
    async () => {
      const service = await childService({
        build,
        dataDir: byNamespace,
        env: { PATH: pathWithout(scratch.dir, ['unshare']) },
      });
      expect(service.report).toMatchObject({
        code: 'CLUSTER_MODE_UNAVAILABLE',
        message: expect.stringContaining('DATABASE_URL') as string,
      });
      await service.stop();
    },
    slowMs,
  );

  whenRoot(
    'runs as an unprivileged user where namespaces are forbidden, and takes it with a killed service',
    async () => {
      const service = await childService({
        build,
        dataDir: byUser,
        env: { PATH: pathWithout(scratch.dir, ['unshare']) },
      });
      const { pid } = serverOf(service);
      expect(uidOf(pid)).not.toBe(0);
      expect(recordedMode(byUser)).toMatchObject({ kind: 'user', uid: uidOf(pid) });
      await service.kill();
      expect(await waitUntilGone(pid, 60_000)).toBe(true);
    },
    slowMs,
  );

  whenRoot(
    'keeps to that user when namespaces are allowed again',
    async () => {
      const service = await childService({ build, dataDir: byUser });
      const { pid } = serverOf(service);
      expect(uidOf(pid)).not.toBe(0);
      await service.stop();
    },
    slowMs,
  );

  whenRoot(
    'is refused with a way out where there is neither',
    async () => {
      const dataDir = join(scratch.dir, 'neither');
      const service = await childService({
        build,
        dataDir,
        env: { PATH: pathWithout(scratch.dir, ['unshare', 'id']) },
      });
      expect(service.report).toMatchObject({
        code: 'ROOT_REFUSED',
        message: expect.stringContaining('DATABASE_URL') as string,
      });
      expect(existsSync(join(dataDir, 'postgres'))).toBe(false);
      await service.stop();
    },
    slowMs,
  );

  whenRoot(
    'runs directly when an ordinary user starts it',
    async () => {
      mkdirSync(ordinary);
      chownSync(ordinary, ordinaryUid, ordinaryUid);
      const service = await childService({ build, dataDir: ordinary, uid: ordinaryUid });
      const { pid } = serverOf(service);
      expect(uidOf(pid)).toBe(ordinaryUid);
      expect(commandLineOf(pid)).toMatch(/^\S*bin\/postgres -D /);
      expect(recordedMode(ordinary)).toEqual({ kind: 'direct', uid: ordinaryUid });
      await service.stop();
    },
    slowMs,
  );

  whenRoot(
    "never changes the way a data directory is used: not root on a user's, not a user on root's",
    async () => {
      const rootOnTheirs = await childService({ build, dataDir: ordinary });
      expect(rootOnTheirs.report).toMatchObject({ code: 'CLUSTER_OF_OTHER_USER' });
      await rootOnTheirs.stop();
      const copyOfRoots = join(scratch.dir, 'handed-over');
      mkdirSync(copyOfRoots);
      chownSync(copyOfRoots, ordinaryUid, ordinaryUid);
      const made = await childService({ build, dataDir: copyOfRoots });
      await made.stop();
      const userOnRoots = await childService({ build, dataDir: copyOfRoots, uid: ordinaryUid });
      expect(userOnRoots.report).toMatchObject({ code: 'CLUSTER_OF_OTHER_USER' });
      await userOnRoots.stop();
    },
    slowMs,
  );

  whenRoot(
    'is opened by an ordinary user once everything was handed over, as a restored copy is',
    async () => {
      const restored = join(scratch.dir, 'handed-over');
      execFileSync('chown', ['-R', `${ordinaryUid}:${ordinaryUid}`, restored]);
      const service = await childService({ build, dataDir: restored, uid: ordinaryUid });
      expect(uidOf(serverOf(service).pid)).toBe(ordinaryUid);
      expect(recordedMode(restored)).toEqual({ kind: 'direct', uid: ordinaryUid });
      await service.stop();
    },
    slowMs,
  );
});
