// How does a decider say no? With a stable code; facts are never refused for breaking the policy, commands may be.

/** A command that is not carried out. `code` is part of the public interface; `facts` holds codes only, no values. */
export class Refused extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly facts: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}
