// How far is a request: who asked for what, who she turned out to be, what is still under way, how was it answered?
import { type RequestEvent } from '../catalogue.js';
import { bindingClock, type Clock } from '../clock.js';
import { type Opens } from './events.js';

type EventOf<Type extends RequestEvent['type']> = Extract<RequestEvent, { readonly type: Type }>;

export type RequestStage = 'received' | 'identified' | 'answered' | 'refused';

/** Somebody asked what she has: which holder, and what it said. */
export interface Inquiry {
  readonly task: string;
  readonly holder?: string;
  readonly recipient?: string;
  readonly ordered: string;
  /** `failed` may still be answered; `closed`: an officer waits no longer. */
  readonly state: 'open' | 'failed' | 'closed' | 'answered';
  readonly answer?: {
    readonly event: string;
    readonly result: EventOf<'TaskAcknowledged'>['facts']['result'];
    readonly happened: string;
    readonly held: readonly string[];
    /** Whether it brought values. */
    readonly parts: readonly string[];
  };
}

export interface Identification {
  readonly event: string;
  readonly at: string;
  readonly outcome: 'proved' | 'not-proved';
  readonly subject?: string;
  readonly opens: Opens;
  readonly representative?: string;
}

/** Immutable; codes, ids and moments only. */
export interface RequestState {
  readonly revision: number;
  readonly received?: EventOf<'RequestReceived'>;
  /** The last that was found out; an earlier one counts no more. */
  readonly identity?: Identification;
  /** As the last event that names some decided them. */
  readonly clocks: readonly Clock[];
  readonly extended?: { readonly event: string; readonly at: string };
  /** In the order in which they were asked. */
  readonly inquiries: ReadonlyMap<string, Inquiry>;
  readonly answered?: EventOf<'RequestAnswered'>;
  readonly refused?: EventOf<'RequestRefused'>;
  readonly misdirected: readonly EventOf<'AnswerMisdirected'>[];
}

export const emptyRequest: RequestState = { revision: -1, clocks: [], inquiries: new Map(), misdirected: [] };

export const requestStream = (request: string): string => `request-${request}`;
export const requestOfStream = (stream: string): string => stream.slice('request-'.length);

/** The state after one more event of the stream; one already folded changes nothing. */
export function evolveRequest(state: RequestState, event: RequestEvent): RequestState {
  if (event.revision <= state.revision) return state;
  const then = { ...state, revision: event.revision };
  switch (event.type) {
    case 'RequestReceived':
      return { ...then, received: event, clocks: event.facts.clocks };
    case 'IdentityVerified':
      return { ...then, identity: identified(event) };
    case 'RequestExtended':
      return { ...then, clocks: event.facts.clocks, extended: { event: event.id, at: event.at } };
    case 'RequestAnswered':
      return { ...then, answered: event };
    case 'RequestRefused':
      return { ...then, refused: event };
    case 'AnswerMisdirected':
      return { ...then, misdirected: [...state.misdirected, event] };
    default:
      return { ...then, inquiries: evolveInquiries(state.inquiries, event) };
  }
}

export const foldRequest = (events: Iterable<RequestEvent>): RequestState => {
  let state = emptyRequest;
  for (const event of events) state = evolveRequest(state, event);
  return state;
};

function identified({ id, at, facts }: EventOf<'IdentityVerified'>): Identification {
  const { outcome, subject, opens, representative } = facts;
  return {
    event: id,
    at,
    outcome,
    opens,
    ...(subject !== undefined && { subject }),
    ...(representative !== undefined && { representative }),
  };
}

type TaskEvent = EventOf<'TaskOrdered' | 'TaskDelivered' | 'TaskAcknowledged' | 'TaskFailed' | 'TaskClosed'>;

function evolveInquiries(inquiries: ReadonlyMap<string, Inquiry>, event: TaskEvent): ReadonlyMap<string, Inquiry> {
  if (event.type === 'TaskOrdered') {
    const { holder, recipient } = event.facts;
    const inquiry: Inquiry = {
      task: event.id,
      ordered: event.occurred,
      state: 'open',
      ...(holder !== undefined && { holder }),
      ...(recipient !== undefined && { recipient }),
    };
    return new Map(inquiries).set(event.id, inquiry);
  }
  const standing = inquiries.get(event.facts.task);
  // What is said twice says nothing new.
  if (!standing || standing.state === 'answered') return inquiries;
  return new Map(inquiries).set(standing.task, after(standing, event));
}

function after(inquiry: Inquiry, event: Exclude<TaskEvent, EventOf<'TaskOrdered'>>): Inquiry {
  switch (event.type) {
    case 'TaskDelivered':
      return inquiry;
    case 'TaskFailed':
      return { ...inquiry, state: 'failed' };
    case 'TaskClosed':
      return { ...inquiry, state: 'closed' };
    case 'TaskAcknowledged': {
      const { result, happened, held = [] } = event.facts;
      const parts = event.parts.map(({ p }) => p);
      return { ...inquiry, state: 'answered', answer: { event: event.id, result, happened, held, parts } };
    }
  }
}

export function stageOf({ received, identity, answered, refused }: RequestState): RequestStage | undefined {
  if (answered) return 'answered';
  if (refused) return 'refused';
  if (identity?.outcome === 'proved') return 'identified';
  return received && 'received';
}

/** When the answer is due by the clock that ends first, and by its strict reading. */
export const dueOfRequest = ({ clocks }: Pick<RequestState, 'clocks'>): Clock | undefined => bindingClock(clocks);

/** Inquiries that nobody answered and no officer closed. */
export const openInquiries = ({ inquiries }: RequestState): readonly Inquiry[] =>
  [...inquiries.values()].filter(({ state }) => state === 'open' || state === 'failed');
