// Is a wrong EVENTSTORE_URL told at once, in one line, by a start that then ends?
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { Journey, journeyMsMax, ServiceProcess, type Places } from './service-process.js';

jest.setTimeout(journeyMsMax);

let journey: Journey;
const silent: Server = createServer(() => undefined);

beforeAll(async () => {
  journey = await Journey.begin();
  await journey.service.stop();
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  silent.close();
  await journey?.end();
});

const fresh = (name: string): Places => ({
  root: join(journey.places.root, name),
  dataDir: join(journey.places.root, name, 'data'),
  keepDir: join(journey.places.root, name, 'keep'),
});

/** `refused` gives up after half a minute by SIGKILL, and then there is no exit code. */
async function expectOneLine(places: Places, url: string, line: RegExp): Promise<void> {
  const { code, said, stdout } = await ServiceProcess.refused(places, { EVENTSTORE_URL: url });
  expect({ code, said }).toEqual({ code: 1, said: expect.stringMatching(line) });
  expect(said + stdout).not.toMatch(/secret-word|derbes_/);
}

describe('a start with a wrong EVENTSTORE_URL', () => {
  it('names a scheme that is none, before anything is made', async () => {
    const line = /^A setting is wrong\.\n {2}EVENTSTORE_URL must be .+\n$/;
    await expectOneLine(fresh('scheme'), 'http://admin:secret-word@127.0.0.1:2113', line);
  });

  it('names an option that is none', async () => {
    await expectOneLine(fresh('option'), 'esdb://127.0.0.1:2113?colour=red', /^STORE_URL_MALFORMED: .+\n$/);
  });

  it('waits a bounded time for one that says nothing, and a shorter one where nothing listens, which it says', async () => {
    const { port } = silent.address() as AddressInfo;
    const nobody = 'esdb://admin:secret-word@127.0.0.1:1?tls=false';
    await Promise.all([
      expectOneLine(fresh('nobody'), nobody, /^STORE_UNAVAILABLE: .+ nothing listens .+\n$/),
      expectOneLine(fresh('silent'), `esdb://127.0.0.1:${port}?tls=false`, /^STORE_UNAVAILABLE: (?!.*listens).+\n$/),
    ]);
  });

  it('says that the events of a ledger live in PostgreSQL, and leaves it as it was', async () => {
    await expectOneLine(journey.places, 'esdb://127.0.0.1:1?tls=false', /^STORE_ELSEWHERE: .+\n$/);
    await journey.again();
  });
});
