// How is a rule written? A pure decider: state from history, events or a refusal from a command.

/** What a decider wants recorded: facts, and which of the values it was told of are to be sealed with them. */
export interface Draft<Type extends string = string, F = unknown> {
  readonly type: Type;
  readonly facts: F;
  /** The stream it belongs to. */
  readonly stream: string;
  readonly occurred: string;
  readonly seals?: readonly Seal[];
}

/**
 * A value to be sealed beside an event. The domain never sees the value itself: `value` is the handle under which the
 * shell keeps it for this one command.
 */
export interface Seal {
  readonly category: string;
  readonly value: number;
  /** `<kind>-<uuid>` when the key's owner is not the stream's subject. */
  readonly owner?: string;
}

export interface Decider<Command, State, Event, Outside = void, Decided = Draft> {
  readonly initial: State;
  readonly evolve: (state: State, event: Event) => State;
  /** Throws Refused. `outside` is what the decision needs and the stream does not hold (registers, moments, new ids). */
  readonly decide: (command: Command, state: State, outside: Outside) => readonly Decided[];
}

/** The state after a history. */
export function fold<State, Event>(
  decider: { readonly initial: State; readonly evolve: (state: State, event: Event) => State },
  events: Iterable<Event>,
  from: State = decider.initial,
): State {
  let state = from;
  for (const event of events) state = decider.evolve(state, event);
  return state;
}
