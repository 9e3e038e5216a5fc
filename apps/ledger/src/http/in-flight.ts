// How much may be under way at once? So many requests of one key, and so many bytes of bodies of all together.
import { type FastifyRequest } from 'fastify';
import { Problem } from './problem/problem.js';

/** Bodies that are being received or answered; a body of unknown length counts as the longest that its type may have. */
export const bodiesBytesMax = 256 * 1024 * 1024;
const retryAfterMs = 1_000;

export class InFlight {
  private readonly byKey = new Map<string, number>();
  private bytes = 0;
  private readonly entered = new WeakMap<FastifyRequest, { readonly key: string; readonly bytes: number }>();

  constructor(private readonly perKeyMax: number) {}

  /** Throws TOO_MANY_REQUESTS or OVERLOADED and then counts nothing; every request that entered must leave. */
  enter(request: FastifyRequest, key: string, bytes: number): void {
    const running = this.byKey.get(key) ?? 0;
    if (running >= this.perKeyMax) {
      throw new Problem('TOO_MANY_REQUESTS', `at most ${this.perKeyMax} requests at once`, { retryAfterMs });
    }
    if (this.bytes + bytes > bodiesBytesMax) {
      throw new Problem('OVERLOADED', 'too many bytes of bodies are under way', { retryAfterMs });
    }
    this.byKey.set(key, running + 1);
    this.bytes += bytes;
    this.entered.set(request, { key, bytes });
  }

  /** Once per request; one that never entered changes nothing. */
  leave(request: FastifyRequest): void {
    const counted = this.entered.get(request);
    if (!counted) return;
    this.entered.delete(request);
    this.bytes -= counted.bytes;
    const running = (this.byKey.get(counted.key) ?? 1) - 1;
    if (running > 0) this.byKey.set(counted.key, running);
    else this.byKey.delete(counted.key);
  }
}
