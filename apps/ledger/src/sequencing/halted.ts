// Was something refused because the log is halted? The database says so by a state of its own, under whatever was thrown.
import { haltedState } from '@derbes/transparency/sequencing.js';
import { logHaltCodes, type LogHaltCode } from '@derbes/transparency/files.js';

const causesMax = 8;

/** The code of the halt; undefined for every other error. */
export function haltOf(error: unknown): LogHaltCode | undefined {
  let one = error;
  for (let depth = 0; depth < causesMax && one instanceof Error; depth++) {
    if ((one as { code?: unknown }).code === haltedState) {
      const { message } = one;
      return logHaltCodes.find((code) => message.startsWith(`${code}:`)) ?? 'LOG_LOCK_AHEAD';
    }
    one = one.cause;
  }
  return undefined;
}
