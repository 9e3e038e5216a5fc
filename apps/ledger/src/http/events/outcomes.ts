// What is told of each event? Those of wrong form or source are answered here, the rest by the command, all in order.
import { type Asked } from '../../keys/asked.js';
import { type Outcome, type OutcomeStatus } from '../../write/outcome.js';
import { type ReceivedEvent } from '../../write/received.js';
import { type Fault } from '../form/check.js';
import { isProblemCode, type ProblemCode } from '../problem/codes.js';
import { Problem } from '../problem/problem.js';
import { forbidden } from './authorise.js';
import { type Checked, checkCloudEvent } from './cloud-event.js';

/** HTTP status of a single event by what became of it. */
export const statusOfOutcome: Readonly<Record<OutcomeStatus, number>> = {
  recorded: 201,
  repeated: 200,
  conflict: 409,
  erased: 410,
  forbidden: 403,
  malformed: 400,
  overloaded: 429,
};

const codeOfOutcome: Readonly<Record<OutcomeStatus, ProblemCode>> = {
  recorded: 'INTERNAL',
  repeated: 'INTERNAL',
  conflict: 'EVENT_CONFLICT',
  erased: 'SUBJECT_ERASED',
  forbidden: 'SOURCE_NOT_YOURS',
  malformed: 'MALFORMED_EVENT',
  overloaded: 'OVERLOADED',
};

const overloadedRetryMs = 1_000;

/** An outcome, with all that is wrong with the event's form where it came to that. */
export interface Answered {
  readonly outcome: Outcome;
  readonly faults?: readonly Fault[];
}

/** Faults of a batch beyond these are not listed. */
export const batchFaultsMax = 200;

export const isWell = ({ status }: Outcome): boolean => status === 'recorded' || status === 'repeated';

/** Splits what was sent into events to be recorded and outcomes already known, by place. */
export function sift(
  told: readonly unknown[],
  { by }: Asked,
  nowMs: number,
): { readonly events: readonly ReceivedEvent[]; readonly known: ReadonlyMap<number, Answered> } {
  const events: ReceivedEvent[] = [];
  const known = new Map<number, Answered>();
  told.forEach((one, place) => {
    const checked = checkCloudEvent(one, nowMs);
    const answered = checked.ok ? refusal(checked.event, by) : malformed(checked);
    if (answered) known.set(place, answered);
    else if (checked.ok) events.push(checked.event);
  });
  return { events, known };
}

function refusal(event: ReceivedEvent, by: Asked['by']): Answered | undefined {
  const problem = forbidden(by, event);
  return problem && { outcome: { id: event.id, status: 'forbidden', problem } };
}

function malformed({ id, code, faults }: Extract<Checked, { ok: false }>): Answered {
  const [first] = faults;
  const problem = { code, detail: 'is malformed', ...first };
  return { outcome: { ...(id !== undefined && { id }), status: 'malformed', problem }, faults };
}

/** One answer per event told, in order: the known ones at their places, the recorded ones between them. */
export function inOrder(count: number, known: ReadonlyMap<number, Answered>, recorded: readonly Outcome[]): Answered[] {
  if (known.size + recorded.length !== count) throw new Error('not one outcome per event');
  const rest = recorded.values();
  return Array.from({ length: count }, (_, place) => known.get(place) ?? { outcome: rest.next().value as Outcome });
}

/** A single event that was not recorded, as a problem. */
export function problemOfOutcome({ outcome: { status, problem }, faults }: Answered): Problem {
  const page = problem && isProblemCode(problem.code) ? problem.code : codeOfOutcome[status];
  const errors = faults ?? (problem?.pointer === undefined ? undefined : [faultOf(problem)]);
  return new Problem(page, problem?.detail ?? 'the event was not recorded', {
    status: statusOfOutcome[status],
    ...(problem && { as: problem.code }),
    ...(errors && { errors }),
    ...(status === 'overloaded' && { retryAfterMs: overloadedRetryMs }),
  });
}

const faultOf = ({ pointer = '', detail, hint }: NonNullable<Outcome['problem']>): Fault => ({
  pointer,
  detail,
  ...(hint !== undefined && { hint }),
});

/** Why nothing of an atomic batch was recorded: those that could not be, by place, with which their pointers begin. */
export function problemOfBatch(ill: ReadonlyMap<number, Answered>, count: number): Problem {
  if ([...ill.values()].some(({ outcome }) => outcome.status === 'overloaded')) {
    return new Problem('OVERLOADED', 'the queue in front of the store is full', { retryAfterMs: overloadedRetryMs });
  }
  // The others of a batch are told that it was not their fault; here only the culprits help.
  const culprits = [...ill].filter(([, { outcome }]) => outcome.problem?.code !== 'BATCH_NOT_RECORDED');
  const errors = culprits.flatMap(([place, { outcome, faults }]) =>
    (faults ?? [faultOf(outcome.problem ?? { code: outcome.status, detail: outcome.status })]).map((fault) => ({
      ...fault,
      pointer: `/${place}${fault.pointer}`,
    })),
  );
  return new Problem('BATCH_NOT_RECORDED', `${culprits.length} of ${count} events cannot be recorded, so none was`, {
    errors: errors.slice(0, batchFaultsMax),
  });
}
