// What do an erasure and a close of an epoch tell while the keep has no room, and do they end by themselves once there is room?
import { smallDisk } from '@derbes/vault/testing.js';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { collected, settle } from './kiberon.js';
import { Journey, journeyMsMax, makePlaces, until } from './service-process.js';

jest.setTimeout(journeyMsMax);

const places = makePlaces();
const disk = smallDisk(places.keepDir, 512, 'a close of an epoch with a full keep');
const reason = 'subject-request';
const tried = disk.mounted ? describe : describe.skip;

interface State {
  readonly epoch: number;
  readonly closing?: { readonly failure?: string };
}

tried('a keep without room', () => {
  let journey: Journey;
  const state = async (): Promise<State> => (await journey.as('admin').get('/v1/epochs')).json<State>();

  beforeAll(async () => {
    journey = await Journey.begin({}, places);
    await settle(journey.as('officer'));
  });

  it('is told by name to whoever orders an erasure; the order stands, and is carried out by itself once there is room', async () => {
    const email = 'keep-full@example.kz';
    expect((await journey.as('emitter').tell(collected(email))).status).toBe(201);
    const id = await journey.as('officer').find('email', email);
    const erase = () =>
      journey
        .as('officer')
        .post(`/v1/subjects/${id}/erasures?wait=projected`, { scope: 'person', ground: 'subject-request' }, { reason });
    disk.fill();
    const full = await erase();
    expect({ status: full.status, code: full.problem.code }).toEqual({ status: 503, code: 'DISK_FULL' });
    disk.clear();
    const again = await erase();
    expect({ status: again.status, code: again.problem.code }).toEqual({ status: 409, code: 'ALREADY_ORDERED' });
    await until('the order is carried out', async () => {
      const dossier = await journey.as('officer').get(`/v1/subjects/${id}/dossier`, { reason });
      return dossier.status === 410;
    });
  });

  it('is told by name by the close of an epoch, which did not begin the next', async () => {
    disk.fill();
    const answer = await journey.as('admin').post('/v1/epochs/close', { acceptSingleCopy: true });
    expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 202 });
    await until('the close failed', async () => (await state()).closing?.failure !== undefined);
    expect(await state()).toMatchObject({ epoch: 1, closing: { failure: 'DISK_FULL' } });
  });

  it('lets the close go on to its end once there is room', async () => {
    disk.clear();
    const closed = await until('the epoch is closed', async () => {
      const now = await state();
      return now.closing === undefined && now;
    });
    expect(closed).toMatchObject({ epoch: 2, lastClosed: { epoch: 1 } });
  });

  afterAll(async () => {
    await journey?.service.kill();
  });
});

afterAll(() => {
  disk.unmount();
  places.remove();
});
