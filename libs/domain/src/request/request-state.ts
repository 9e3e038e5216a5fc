// How far is a request: who asked for what, who she turned out to be, what is still under way, how was it answered?
import { type RequestEvent } from '../catalogue.js';
import { bindingClock, type Clock } from '../clock.js';
import { emptyTasks, evolveTasks, type Task, type Tasks } from '../task/state.js';
import { type Opens } from './events.js';

type EventOf<Type extends RequestEvent['type']> = Extract<RequestEvent, { readonly type: Type }>;

export type RequestStage = 'received' | 'identified' | 'answered' | 'refused';

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
  /** Holders that were asked what they have. */
  readonly tasks: Tasks;
  readonly answered?: EventOf<'RequestAnswered'>;
  readonly refused?: EventOf<'RequestRefused'>;
  readonly misdirected: readonly EventOf<'AnswerMisdirected'>[];
  /** What became of the answer or refusal on its way, in the order in which it was told; the last word counts. */
  readonly deliveries: readonly EventOf<'DeliveryReported'>[];
  /** The last decision about what the request itself said. */
  readonly records?: EventOf<'RequestRecordsDecided'>;
}

export const emptyRequest: RequestState = {
  revision: -1,
  clocks: [],
  tasks: emptyTasks,
  misdirected: [],
  deliveries: [],
};

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
    case 'DeliveryReported':
      return { ...then, deliveries: [...state.deliveries, event] };
    case 'RequestRecordsDecided':
      return { ...then, records: event };
    case 'AnswerMisdirected':
      return { ...then, misdirected: [...state.misdirected, event] };
    default:
      return { ...then, tasks: evolveTasks(state.tasks, event) };
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

export function stageOf({ received, identity, answered, refused }: RequestState): RequestStage | undefined {
  if (answered) return 'answered';
  if (refused) return 'refused';
  if (identity?.outcome === 'proved') return 'identified';
  return received && 'received';
}

/** When the answer is due by the clock that ends first, and by its strict reading. */
export const dueOfRequest = ({ clocks }: Pick<RequestState, 'clocks'>): Clock | undefined => bindingClock(clocks);

/** Inquiries that nobody answered and no officer closed. An uploader answers for itself: nobody waits for it. */
export const openInquiries = ({ tasks }: RequestState): readonly Task[] =>
  [...tasks.values()].filter(({ kind, acknowledged, closed }) => kind === 'report' && !acknowledged && !closed);

/** When the answer or refusal left; undefined while none has, or while one that the ledger made by itself waits to be sent. */
export function leftAt({ answered, refused, deliveries }: RequestState): string | undefined {
  if (!refused?.facts.unsent) return (answered ?? refused)?.facts.delivered;
  return deliveries.find(({ facts }) => facts.outcome !== 'failed')?.facts.happened;
}
