// Is never so much under way that a write would wait inside the client?
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Flow } from './flow.js';

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('what is under way on one connection', () => {
  it('is fewer than sixteen calls, or fits the smallest window of a server', async () => {
    const sizes = fc.array(fc.integer({ min: 200, max: 1_100_000 }), { minLength: 1, maxLength: 60 });
    const property = fc.asyncProperty(sizes, fc.infiniteStream(fc.nat(100)), async (all, order) => {
      const flow = new Flow();
      const under: number[] = [];
      const entered: number[] = [];
      all.forEach((bytes, i) => void flow.enter(bytes).then(() => (under.push(bytes), entered.push(i))));
      await turn();
      while (under.length > 0) {
        const sum = under.reduce((a, b) => a + b, 0);
        expect(under.length <= 15 || sum <= 65_536).toBe(true);
        const [left = 0] = under.splice((order.next().value ?? 0) % under.length, 1);
        flow.leave(left);
        await turn();
      }
      expect(entered).toEqual(all.map((_, i) => i));
    });
    await fc.assert(property, { numRuns: 100 });
  });

  it('is at most 256 calls, however small', async () => {
    const flow = new Flow();
    let entered = 0;
    for (let i = 0; i < 300; i++) void flow.enter(1).then(() => entered++);
    await turn();
    expect(entered).toBe(256);
  });

  it('ends with the connection: whoever waits is told to take another', async () => {
    const flow = new Flow();
    const first = Array.from({ length: 15 }, () => flow.enter(70_000));
    const waiting = flow.enter(70_000);
    expect(await Promise.all(first)).toEqual(Array(15).fill(true));
    flow.close();
    expect(await waiting).toBe(false);
    expect(await flow.enter(1)).toBe(false);
  });
});
