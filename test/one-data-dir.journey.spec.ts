// Does one ledger have one service, its own keep and its own data, and is everything else told what is wrong?
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { chmodSync, cpSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { collected } from './kiberon.js';
import { Journey, journeyMsMax, ServiceProcess, type Places } from './service-process.js';

jest.setTimeout(journeyMsMax);

let journey: Journey;
const event = collected('one-ledger@example.kz');

beforeAll(async () => {
  journey = await Journey.begin();
  expect((await journey.as('emitter').tell(event)).status).toBe(201);
});
afterAll(async () => {
  await journey?.end();
});

/** It ends by itself, not with 0, names this code in one clear line, and prints neither a stack nor keys. */
async function expectRefused(places: Places, code: string | RegExp, environment: Record<string, string> = {}) {
  const { code: exit, said, stdout } = await ServiceProcess.refused(places, environment);
  expect({ exit, said }).toEqual({ exit: 1, said: expect.stringMatching(code) });
  expect(said).not.toMatch(/\n\s+at /);
  expect(stdout).not.toContain('derbes_');
  return said;
}

describe('while a service runs', () => {
  it('a second one on its data directory says which process has it and ends', async () => {
    const said = await expectRefused(journey.places, 'DATA_DIR_IN_USE');
    expect(said).toContain(String(journey.service.pid));
    const keep = { ...journey.places, keepDir: join(journey.places.root, 'other-keep') };
    await expectRefused(keep, 'DATA_DIR_IN_USE');
    expect((await journey.as('emitter').tell(event)).json()).toMatchObject({ status: 'repeated' });
  });

  it('a wrong setting, or an address that is taken, is named', async () => {
    const other = {
      ...journey.places,
      dataDir: join(journey.places.root, 'never'),
      keepDir: join(journey.places.root, 'k'),
    };
    const said = await expectRefused(other, /PORT/, { PORT: 'eighty', ROLE: 'both' });
    expect(said).toContain('ROLE');
    const { port } = new URL(journey.service.url);
    await expectRefused(other, /PORT_IN_USE/, { PORT: port });
  });
});

describe('when it has stopped', () => {
  beforeAll(async () => {
    expect(await journey.service.stop()).toEqual({ code: 0, signal: null });
  });

  const keepAside = () => `${journey.places.keepDir}.aside`;

  it('its data without its keep is refused, and so is a keep that is empty', async () => {
    renameSync(journey.places.keepDir, keepAside());
    try {
      await expectRefused(journey.places, /KEEP/);
      rmSync(journey.places.keepDir, { recursive: true, force: true });
      mkdirSync(journey.places.keepDir, { mode: 0o700 });
      await expectRefused(journey.places, /KEEP/);
    } finally {
      rmSync(journey.places.keepDir, { recursive: true, force: true });
      renameSync(keepAside(), journey.places.keepDir);
    }
  });

  it('its keep without its data is refused, and begins no second ledger', async () => {
    const empty = { ...journey.places, dataDir: join(journey.places.root, 'empty-data') };
    await expectRefused(empty, 'KEEP_WITHOUT_LEDGER');
    rmSync(empty.dataDir, { recursive: true, force: true });
  });

  it('a keep of another ledger is refused', async () => {
    const other = await Journey.begin();
    try {
      await other.service.stop();
      const mixed = { ...journey.places, keepDir: other.places.keepDir };
      await expectRefused(mixed, /KEEP|LEDGER/);
    } finally {
      await other.end();
    }
  });

  it('a keep inside the data directory is refused before anything is made', async () => {
    const inside = { ...journey.places, keepDir: join(journey.places.dataDir, 'keep') };
    await expectRefused(inside, /KEEP_/);
    const fresh = join(journey.places.root, 'fresh');
    await expectRefused({ root: fresh, dataDir: fresh, keepDir: join(fresh, 'keep') }, /KEEP_/);
    const around = { root: fresh, dataDir: join(fresh, 'keep', 'data'), keepDir: join(fresh, 'keep') };
    const answered = await ServiceProcess.refused(around);
    expect(answered.code).toBe(1);
  });

  it('a keep that others may read is refused', async () => {
    const wide = { ...journey.places, keepDir: join(journey.places.root, 'wide-keep') };
    cpSync(journey.places.keepDir, wide.keepDir, { recursive: true });
    chmodSync(wide.keepDir, 0o755);
    await expectRefused(wide, /KEEP_/);
    expect(statSync(journey.places.keepDir).mode & 0o077).toBe(0);
  });

  it('started again with its own it is the same ledger, and prints no keys', async () => {
    await journey.again();
    expect(journey.service.printedKeys).toEqual({});
    expect(journey.service.stdout).not.toContain('derbes_');
    expect((await journey.as('emitter').tell(event)).json()).toMatchObject({ status: 'repeated' });
    await journey.as('officer').find('email', 'one-ledger@example.kz');
  });
});
