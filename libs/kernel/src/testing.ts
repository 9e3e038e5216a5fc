// How is a rule tried? given a history, when a command, then events, nothing, or a refusal.
import { expect } from '@jest/globals';
import { fold, type Decider, type Draft } from './decider.js';
import { Refused } from './refused.js';

/** Given / when / then over one decider; `outside` is what the decision needs besides its stream. */
export function spec<C, S, E, O, D = Draft>(decider: Decider<C, S, E, O, D>, outside: O) {
  return {
    given: (...history: E[]) => ({
      when(command: C, at: O = outside) {
        const state = fold(decider, history);
        const decide = () => decider.decide(command, state, at);
        return {
          then: (...expected: unknown[]) => expect(decide()).toMatchObject(expected),
          thenNothing: () => expect(decide()).toEqual([]),
          thenRefused(code: string) {
            let refused: unknown;
            try {
              decide();
            } catch (error) {
              refused = error;
            }
            expect(refused).toBeInstanceOf(Refused);
            expect((refused as Refused).code).toBe(code);
          },
          decided: decide,
        };
      },
    }),
  };
}
