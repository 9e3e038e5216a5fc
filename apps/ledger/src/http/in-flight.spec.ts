// Is what may be under way at once bounded, and given back when it is over?
import { describe, expect, it } from '@jest/globals';
import { type FastifyRequest } from 'fastify';
import { bodiesBytesMax, InFlight } from './in-flight.js';
import { type Problem } from './problem/problem.js';

const request = () => ({}) as FastifyRequest;
const codeOf = (work: () => void): string => {
  try {
    work();
    return 'entered';
  } catch (error) {
    return (error as Problem).code;
  }
};

describe('requests in flight', () => {
  it('are so many per key, and one more when one has left', () => {
    const inFlight = new InFlight(2);
    const first = request();
    inFlight.enter(first, 'a', 0);
    inFlight.enter(request(), 'a', 0);
    expect(codeOf(() => inFlight.enter(request(), 'a', 0))).toBe('TOO_MANY_REQUESTS');
    expect(codeOf(() => inFlight.enter(request(), 'b', 0))).toBe('entered');
    inFlight.leave(first);
    inFlight.leave(first);
    expect(codeOf(() => inFlight.enter(request(), 'a', 0))).toBe('entered');
    expect(codeOf(() => inFlight.enter(request(), 'a', 0))).toBe('TOO_MANY_REQUESTS');
  });

  it('hold so many bytes of bodies together, whosever they are', () => {
    const inFlight = new InFlight(10);
    const large = request();
    inFlight.enter(large, 'a', bodiesBytesMax);
    expect(codeOf(() => inFlight.enter(request(), 'b', 1))).toBe('OVERLOADED');
    expect(codeOf(() => inFlight.enter(request(), 'b', 0))).toBe('entered');
    inFlight.leave(large);
    expect(codeOf(() => inFlight.enter(request(), 'b', 1))).toBe('entered');
  });

  it('count nothing for a request that was refused', () => {
    const inFlight = new InFlight(1);
    const refused = request();
    inFlight.enter(request(), 'a', 0);
    expect(codeOf(() => inFlight.enter(refused, 'a', 0))).toBe('TOO_MANY_REQUESTS');
    inFlight.leave(refused);
    expect(codeOf(() => inFlight.enter(request(), 'a', 0))).toBe('TOO_MANY_REQUESTS');
  });
});
