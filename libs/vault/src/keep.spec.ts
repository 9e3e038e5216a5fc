// Does the keep refuse every keep that is not whole, private, and this ledger's?
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type KeyObject } from 'node:crypto';
import {
  chmod,
  chown,
  cp,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeKeep, openKeep, type Keep, type KeepPlace } from './index.js';

let scratch: string;
let count = 0;
let place: KeepPlace;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'derbes-keep-'));
});
afterAll(() => rm(scratch, { recursive: true }));
beforeEach(() => {
  const own = join(scratch, String(count++));
  place = { keepDir: join(own, 'keep'), dataDir: join(own, 'data') };
});

const at = (file: string): string => join(place.keepDir, file);
const bytes = (key: KeyObject | undefined): string => key?.export().toString('hex') ?? '';
const keysOf = async (keep: Keep): Promise<string[]> => [keep.kStatic, keep.kDedupe, await keep.hk(1)].map(bytes);
const code = (wanted: string): object => expect.objectContaining({ code: wanted });
const files = ['dedupe.key', 'hk-1.key', 'keep.json', 'restricted.key', 'static.key'];

describe('a keep that is made', () => {
  it('opens again with the same ledger, epoch and keys, all of them random', async () => {
    const made = await makeKeep(place);
    const opened = await openKeep(place, made.ledger);
    expect(opened).toMatchObject({ ledger: made.ledger, epoch: 1 });
    const keys = await keysOf(made);
    expect(await keysOf(opened)).toEqual(keys);
    expect(new Set(keys).size).toBe(3);
    expect(keys.every((key) => key.length === 64)).toBe(true);
  });

  it('is readable by its owner alone and leaves no temporary file', async () => {
    await makeKeep(place);
    expect((await stat(place.keepDir)).mode & 0o777).toBe(0o700);
    expect((await readdir(place.keepDir)).sort()).toEqual(files);
    for (const file of files) expect((await stat(at(file))).mode & 0o777).toBe(0o600);
  });

  it('is never made a second time', async () => {
    const made = await makeKeep(place);
    await expect(makeKeep(place)).rejects.toEqual(code('KEEP_EXISTS'));
    expect(await keysOf(await openKeep(place))).toEqual(await keysOf(made));
  });

  it.each([1, 2, 3])(
    'is completed with the keys that stand when its making was cut off %i writes before the end',
    async (lost) => {
      const made = await makeKeep(place);
      const before = await keysOf(made);
      const written = ['static.key', 'dedupe.key', 'hk-1.key', 'keep.json'];
      await Promise.all(written.slice(-lost).map((file) => rm(at(file))));
      const again = await makeKeep(place);
      expect(again.ledger).toBe(made.ledger);
      expect((await keysOf(again)).slice(0, 4 - lost)).toEqual(before.slice(0, 4 - lost));
      expect(await keysOf(await openKeep(place, made.ledger))).toEqual(await keysOf(again));
    },
  );

  it('never replaces a secret, and destroys one for good', async () => {
    const { custodian } = await makeKeep(place);
    await expect(custodian.write('static', Buffer.alloc(32))).rejects.toEqual(code('SECRET_EXISTS'));
    await custodian.write('hk-2', Buffer.alloc(32, 7));
    expect(await custodian.names()).toEqual(['dedupe', 'hk-1', 'hk-2', 'restricted', 'static']);
    // A second name for the same blocks shows what became of them.
    await link(at('hk-2.key'), join(scratch, 'blocks'));
    await custodian.destroy('hk-2');
    expect(await custodian.read('hk-2')).toBeUndefined();
    expect((await readFile(join(scratch, 'blocks'))).includes(Buffer.alloc(32, 7).toString('base64url'))).toBe(false);
    await custodian.destroy('hk-2');
  });

  it.each(['../static', 'a/b', '', 'Static', '.x'])('names no secret %p', async (name) => {
    const { custodian } = await makeKeep(place);
    await expect(custodian.read(name)).rejects.toEqual(code('SECRET_NAME_MALFORMED'));
    await expect(custodian.write('short', Buffer.alloc(31))).rejects.toEqual(code('SECRET_MALFORMED'));
  });
});

describe('a keep that is missing', () => {
  it('is not made anew, whichever file it is, and the error says what to do', async () => {
    await expect(openKeep(place)).rejects.toEqual(code('KEEP_MISSING'));
    await makeKeep(place);
    for (const file of files.filter((one) => one !== 'restricted.key')) {
      await rename(at(file), join(scratch, 'aside'));
      await expect(openKeep(place)).rejects.toThrow(/KEEP_MISSING: .*Put back the keep that belongs to this ledger/);
      await expect(stat(at(file))).rejects.toEqual(code('ENOENT'));
      await rename(join(scratch, 'aside'), at(file));
    }
    await expect(openKeep(place)).resolves.toBeDefined();
  });
});

describe('a keep that is damaged', () => {
  it('is refused with any byte changed or cut off, in any file', async () => {
    await makeKeep(place);
    for (const file of files) {
      const whole = await readFile(at(file));
      const steps = Array.from({ length: 24 }, (_, i) => Math.floor((i * (whole.length - 1)) / 23));
      for (const step of steps) {
        const flipped = Buffer.from(whole);
        flipped.writeUInt8(flipped.readUInt8(step) ^ 1, step);
        for (const damaged of [flipped, whole.subarray(0, step)]) {
          await writeFile(at(file), damaged);
          await expect(openKeep(place)).rejects.toEqual(code('KEEP_DAMAGED'));
        }
      }
      await writeFile(at(file), whole);
    }
    await expect(openKeep(place)).resolves.toBeDefined();
  });

  it('is refused when one key stands under the name of another', async () => {
    await makeKeep(place);
    await cp(at('static.key'), at('dedupe.key'));
    await expect(openKeep(place)).rejects.toEqual(code('KEEP_DAMAGED'));
  });

  it('is refused when a file is a link or far too large', async () => {
    await makeKeep(place);
    await rename(at('dedupe.key'), join(place.keepDir, '..', 'elsewhere'));
    await symlink(join(place.keepDir, '..', 'elsewhere'), at('dedupe.key'));
    await expect(openKeep(place)).rejects.toEqual(code('KEEP_DAMAGED'));
    await rm(at('dedupe.key'));
    await writeFile(at('dedupe.key'), 'x'.repeat(100_000), { mode: 0o600 });
    await expect(openKeep(place)).rejects.toEqual(code('KEEP_DAMAGED'));
  });
});

describe('a keep of another ledger', () => {
  it('is refused, and so is any one file of it', async () => {
    const mine = await makeKeep(place);
    const other = { ...place, keepDir: `${place.keepDir}-other` };
    const theirs = await makeKeep(other);
    await expect(openKeep(other, mine.ledger)).rejects.toEqual(code('KEEP_OF_ANOTHER_LEDGER'));
    for (const file of ['dedupe.key', 'hk-1.key', 'static.key']) {
      const whole = await readFile(at(file));
      await cp(join(other.keepDir, file), at(file));
      await expect(openKeep(place, mine.ledger)).rejects.toEqual(code('KEEP_OF_ANOTHER_LEDGER'));
      await writeFile(at(file), whole);
    }
    // The record is authenticated by this keep's own key, so a foreign one does not even read.
    await cp(join(other.keepDir, 'keep.json'), at('keep.json'));
    await expect(openKeep(place, mine.ledger)).rejects.toEqual(code('KEEP_DAMAGED'));
    expect(theirs.ledger).not.toBe(mine.ledger);
  });
});

describe('rights', () => {
  it.each([0o640, 0o604, 0o660, 0o666, 0o610])('a file with rights %o is refused', async (mode) => {
    await makeKeep(place);
    for (const file of files) {
      await chmod(at(file), mode);
      await expect(openKeep(place)).rejects.toEqual(code('KEEP_RIGHTS_TOO_WIDE'));
      await chmod(at(file), 0o600);
    }
  });

  it.each([0o750, 0o705, 0o777, 0o710])('a directory with rights %o is refused, for making too', async (mode) => {
    await makeKeep(place);
    await chmod(place.keepDir, mode);
    await expect(openKeep(place)).rejects.toEqual(code('KEEP_RIGHTS_TOO_WIDE'));
    const empty = { ...place, keepDir: `${place.keepDir}-empty` };
    await mkdir(empty.keepDir);
    await chmod(empty.keepDir, mode);
    await expect(makeKeep(empty)).rejects.toEqual(code('KEEP_RIGHTS_TOO_WIDE'));
  });

  // Only root can give a file away; anybody else sees the test named and skipped.
  (process.getuid?.() === 0 ? it : it.skip)('a file or directory of another user is refused', async () => {
    await makeKeep(place);
    for (const path of [at('static.key'), at('keep.json'), place.keepDir]) {
      await chown(path, 65_534, 65_534);
      await expect(openKeep(place)).rejects.toEqual(code('KEEP_WRONG_OWNER'));
      await chown(path, 0, 0);
    }
  });
});

describe('keep and data lie beside each other', () => {
  it('neither is, or lies in, the other', async () => {
    const { dataDir } = place;
    const pairs: [string, string][] = [
      [dataDir, dataDir],
      [join(dataDir, 'keep'), dataDir],
      [join(dataDir, 'a', '..', 'b', 'keep'), dataDir],
      [dataDir, join(dataDir, 'data')],
      [`${dataDir}/../data/keep`, dataDir],
    ];
    for (const [keepDir, data] of pairs) {
      await expect(makeKeep({ keepDir, dataDir: data })).rejects.toEqual(code('KEEP_INSIDE_DATA'));
      await expect(openKeep({ keepDir, dataDir: data })).rejects.toEqual(code('KEEP_INSIDE_DATA'));
    }
  });

  it('a name that only begins alike is beside', async () => {
    await expect(makeKeep({ keepDir: `${place.dataDir}-keep`, dataDir: place.dataDir })).resolves.toBeDefined();
    await expect(
      makeKeep({ keepDir: join(place.dataDir, '..', '..keep'), dataDir: place.dataDir }),
    ).resolves.toBeDefined();
  });

  it('a symbolic link hides nothing, on either side, wherever on the path it stands', async () => {
    await mkdir(join(place.dataDir, 'inner'), { recursive: true });
    const door = `${place.dataDir}-door`;
    await symlink(place.dataDir, door);
    await expect(makeKeep({ ...place, keepDir: join(door, 'keep') })).rejects.toEqual(code('KEEP_INSIDE_DATA'));
    await symlink(join(place.dataDir, 'inner'), place.keepDir);
    await expect(makeKeep(place)).rejects.toEqual(code('KEEP_INSIDE_DATA'));
    await expect(makeKeep({ keepDir: join(place.dataDir, 'x'), dataDir: door })).rejects.toEqual(
      code('KEEP_INSIDE_DATA'),
    );
  });
});
