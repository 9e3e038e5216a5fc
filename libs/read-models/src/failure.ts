// Is a failure the event's fault or the connection's? Only the first stops a model; the second is waited out.
import { UnreadableEvent } from './arrived.js';

/** SQLSTATE classes: connection, resources, operator intervention, system, serialisation and deadlock. */
const transientStates = ['08', '40', '53', '57', '58', '55'];
const sqlState = /^[0-9A-Z]{5}$/;
/** What Node and `pg` say of a connection that went away. */
const networkCodes: ReadonlySet<string> = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'ENOENT']);
const ownCodes: ReadonlySet<string> = new Set(['STORE_UNAVAILABLE', 'STORE_OVERLOADED', 'POSITION_MOVED']);
const brokenClient = /^(Connection terminated|Client has encountered a connection error|Client was closed)/;

/** Whether the same work may succeed when it is tried again, without anybody mending anything. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (typeof code !== 'string') return brokenClient.test(error.message);
  if (sqlState.test(code)) return transientStates.includes(code.slice(0, 2));
  return networkCodes.has(code) || ownCodes.has(code);
}

/** A code and never a message, which could hold what the failure was about. */
export function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : error instanceof Error ? error.name : 'UNKNOWN';
}

/** Why a model stopped. */
export const reasonOf = (error: unknown): { readonly reason: string; readonly cause: string } => ({
  reason: error instanceof UnreadableEvent ? 'UNREADABLE_EVENT' : 'APPLY_FAILED',
  cause: codeOf(error),
});
