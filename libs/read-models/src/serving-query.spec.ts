// Is a question asked again when its table was swapped away, and for no other reason, and not for ever?
import { describe, expect, it } from '@jest/globals';
import { acrossSwaps } from './serving-query.js';

/** What a driver throws with an SQLSTATE. */
const failing = (code: string): Error => Object.assign(new Error(code), { code });

/** Fails so often, then answers how often it was asked. */
function work(times: number, code: string) {
  const asked = { count: 0 };
  const run = (): Promise<number> => {
    asked.count++;
    return asked.count > times ? Promise.resolve(asked.count) : Promise.reject(failing(code));
  };
  return { asked, run };
}

describe('a question across swaps', () => {
  it.each([0, 1, 2])('is answered after %i swaps', async (times) => {
    expect(await acrossSwaps(work(times, '42P01').run)).toBe(times + 1);
  });

  it('is given up after the third', async () => {
    const { asked, run } = work(3, '42P01');
    await expect(acrossSwaps(run)).rejects.toMatchObject({ code: '42P01' });
    expect(asked.count).toBe(3);
  });

  it('fails at once for every other reason', async () => {
    const { asked, run } = work(1, '42703');
    await expect(acrossSwaps(run)).rejects.toMatchObject({ code: '42703' });
    expect(asked.count).toBe(1);
  });
});
