// Given somebody who asks, when the answer leaves, then who asked what about whom is already durable.
import { catalogue } from '@derbes/domain';
import { MemoryEventStore, StoreUnavailable, type EventStore } from '@derbes/event-store';
import { readEnvelope } from '@derbes/kernel';
import { lastValueFrom, toArray } from 'rxjs';
import { type Asked } from '../keys/asked.js';
import { AskSeam } from './ask.js';

const officer: Asked = {
  by: { key: '00000000-0000-4000-8000-000000000002', role: 'officer' },
  request: '00000000-0000-4000-8000-000000000009',
  reason: 'subject-request',
};
const emitter: Asked = {
  by: { key: '00000000-0000-4000-8000-000000000003', role: 'emitter', source: 'urn:example:crm' },
  request: '00000000-0000-4000-8000-000000000009',
};
const aigerim = '11111111-1111-4111-8111-111111111111';
const bolat = '22222222-2222-4222-8222-222222222222';

class Clock {
  now = new Date('2026-11-24T10:00:00.700Z');
  readonly read = () => this.now;
  set(moment: string) {
    this.now = new Date(moment);
  }
}

async function readsOf(store: EventStore) {
  const stored = await lastValueFrom(store.follow({ until: 'head' }).pipe(toArray()), { defaultValue: [] });
  return stored.map(({ bytes }) => catalogue.read(readEnvelope(bytes)));
}

/** A store whose appends fail until it is mended; everything else is the memory store's. */
class Failing extends MemoryEventStore {
  broken = true;
  override append(...call: Parameters<MemoryEventStore['append']>) {
    return this.broken ? Promise.reject(new StoreUnavailable('gone')) : super.append(...call);
  }
}

describe('a question of staff', () => {
  it('is recorded with role, key, reason, subjects and filter', async () => {
    const store = new MemoryEventStore();
    const seam = new AskSeam(store, new Clock().read);
    const answer = await seam.ask(
      { question: 'dossier', asked: officer, filter: { asOf: '2026-11-20T00:00:00Z', asKnownAt: undefined } },
      (touches) => {
        touches([aigerim, bolat, aigerim]);
        return Promise.resolve('answer');
      },
    );
    expect(answer).toBe('answer');
    expect(await readsOf(store)).toMatchObject([
      {
        type: 'LedgerRead',
        revision: 0,
        at: '2026-11-24T10:00:00Z',
        actor: 'officer',
        facts: {
          question: 'dossier',
          role: 'officer',
          key: officer.by.key,
          reason: 'subject-request',
          subjects: [aigerim, bolat],
          filter: { asOf: '2026-11-20T00:00:00Z' },
        },
      },
    ]);
  });

  it('is durable before the answer leaves', async () => {
    const store = new MemoryEventStore();
    const append = store.append.bind(store);
    let release = () => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    const reached = new Promise<void>((resolve) => {
      store.append = async (...call) => {
        resolve();
        await gate;
        return append(...call);
      };
    });
    let left = false;
    const answer = new AskSeam(store)
      .ask({ question: 'dossier', asked: officer }, (touches) => {
        touches([aigerim]);
        return Promise.resolve();
      })
      .then(() => (left = true));
    await reached;
    expect(left).toBe(false);
    release();
    await answer;
    expect(await readsOf(store)).toHaveLength(1);
  });

  it('that found nobody is recorded with nobody named', async () => {
    const store = new MemoryEventStore();
    await new AskSeam(store).ask({ question: 'search', asked: officer }, () => Promise.resolve([]));
    expect(await readsOf(store)).toMatchObject([{ facts: { question: 'search', subjects: [] } }]);
  });

  it('is not answered when it cannot be recorded', async () => {
    const seam = new AskSeam(new Failing());
    const answer = seam.ask({ question: 'dossier', asked: officer }, (touches) => {
      touches([aigerim]);
      return Promise.resolve('secret');
    });
    await expect(answer).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('goes on in another stream after a failure, since nobody knows what landed', async () => {
    const store = new Failing();
    const seam = new AskSeam(store);
    const ask = () => seam.ask({ question: 'search', asked: officer }, () => Promise.resolve('yes'));
    await expect(ask()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    store.broken = false;
    await expect(ask()).resolves.toBe('yes');
    expect(await readsOf(store)).toMatchObject([{ revision: 0 }]);
  });

  it('about more people than one page may name is a fault, not a silent cut', async () => {
    const many = Array.from({ length: 501 }, (_, i) => `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`);
    const answer = new AskSeam(new MemoryEventStore()).ask({ question: 'holdings', asked: officer }, (touches) => {
      touches(many);
      return Promise.resolve();
    });
    await expect(answer).rejects.toThrow('500');
  });

  it('shares one append with all that are asked at the same time', async () => {
    const store = new MemoryEventStore();
    const appends: number[] = [];
    const append = store.append.bind(store);
    store.append = (stream, revision, events) => {
      appends.push(events.length);
      return append(stream, revision, events);
    };
    const seam = new AskSeam(store);
    const asks = Array.from({ length: 32 }, () =>
      seam.ask({ question: 'search', asked: officer }, () => Promise.resolve()),
    );
    await Promise.all(asks);
    expect(appends).toEqual([32]);
    const reads = await readsOf(store);
    expect(reads.map(({ revision }) => revision)).toEqual(reads.map((_, i) => i));
  });

  it('stands in a stream of its process and day', async () => {
    const store = new MemoryEventStore();
    const clock = new Clock();
    const seam = new AskSeam(store, clock.read);
    const ask = () => seam.ask({ question: 'search', asked: officer }, () => Promise.resolve());
    clock.set('2026-11-24T23:59:59Z');
    await ask();
    clock.set('2026-11-25T00:00:00Z');
    await ask();
    await new AskSeam(store, clock.read).ask({ question: 'search', asked: officer }, () => Promise.resolve());
    const streams = (await readsOf(store)).map(({ stream }) => stream);
    expect(streams.map((stream) => stream.slice(0, 16))).toEqual([
      'reads-2026-11-24',
      'reads-2026-11-25',
      'reads-2026-11-25',
    ]);
    expect(new Set(streams).size).toBe(3);
  });

  it('never goes back in time when the clock does', async () => {
    const store = new MemoryEventStore();
    const clock = new Clock();
    const seam = new AskSeam(store, clock.read);
    const ask = () => seam.ask({ question: 'search', asked: officer }, () => Promise.resolve());
    await ask();
    clock.set('2026-11-24T09:00:00Z');
    await ask();
    expect((await readsOf(store)).map(({ at }) => at)).toEqual(['2026-11-24T10:00:00Z', '2026-11-24T10:00:00Z']);
  });
});

describe('checks of an emitter', () => {
  const counts = async (store: EventStore) =>
    (await readsOf(store)).map(({ facts }) => [(facts['filter'] as { hour: string }).hour, facts['count']]);

  it('are counted per key and hour, written down at 1, 2, 4, 8 and at the end', async () => {
    const store = new MemoryEventStore();
    const seam = new AskSeam(store, new Clock().read);
    for (let i = 0; i < 11; i++) {
      await seam.count({ question: 'check', asked: emitter }, () => Promise.resolve('no'));
    }
    await seam.stop();
    const hour = '2026-11-24T10:00:00Z';
    expect(await counts(store)).toEqual(['1', '2', '4', '8', '11'].map((count) => [hour, count]));
    expect((await readsOf(store))[0]).toMatchObject({
      facts: { question: 'check', role: 'emitter', key: emitter.by.key, subjects: [] },
    });
  });

  it('end an hour when the next begins', async () => {
    const store = new MemoryEventStore();
    const clock = new Clock();
    const seam = new AskSeam(store, clock.read);
    const check = () => seam.count({ question: 'check', asked: emitter }, () => Promise.resolve());
    for (let i = 0; i < 3; i++) await check();
    clock.set('2026-11-24T11:00:00Z');
    await check();
    expect(await counts(store)).toEqual([
      ['2026-11-24T10:00:00Z', '1'],
      ['2026-11-24T10:00:00Z', '2'],
      ['2026-11-24T10:00:00Z', '3'],
      ['2026-11-24T11:00:00Z', '1'],
    ]);
  });

  it('of an hour that is over are written down by a sweep, once', async () => {
    const store = new MemoryEventStore();
    const clock = new Clock();
    const seam = new AskSeam(store, clock.read);
    for (let i = 0; i < 3; i++) await seam.count({ question: 'check', asked: emitter }, () => Promise.resolve());
    await seam.sweep();
    expect(await counts(store)).toHaveLength(2);
    clock.set('2026-11-24T11:00:00Z');
    await seam.sweep();
    await seam.sweep();
    expect((await counts(store)).at(-1)).toEqual(['2026-11-24T10:00:00Z', '3']);
    expect(await counts(store)).toHaveLength(3);
  });

  it('are not answered when their count cannot be written down', async () => {
    const check = new AskSeam(new Failing()).count({ question: 'check', asked: emitter }, () => Promise.resolve('no'));
    await expect(check).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
