// How do the statements of all models cost one round trip? None waits for another's answer before it is asked.
import { type ClientBase } from 'pg';

/** Where statements are asked: a connection, or what gathers those asked at once. */
export type Asking = Pick<ClientBase, 'query'>;

/** Waits for all, whatever becomes of each; throws the first failure in their order. */
export async function allOf<const T extends readonly Promise<unknown>[]>(
  asked: T,
): Promise<{ readonly [N in keyof T]: Awaited<T[N]> }> {
  const ended = await Promise.allSettled<unknown>(asked);
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
  return Promise.all(asked);
}
