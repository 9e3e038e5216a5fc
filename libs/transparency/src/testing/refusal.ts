// With which code is something refused?
import { Malformed } from '../malformed.js';

/** The code of the `Malformed` that `act` throws, undefined when it throws nothing; any other error passes through. */
export function refusal(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof Malformed) return error.code;
    throw error;
  }
}
