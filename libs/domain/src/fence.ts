// May a fact about somebody who was erased still be recorded?
import { type Entry } from './fact.js';
import { type SubjectFold } from './subject-fold.js';

export interface Fence {
  /** The ErasureOrdered event: the certificate's number. */
  readonly order: string;
  /** The moment of the order: what occurred after it may begin somebody new. */
  readonly since: string;
  /** When it was executed; absent while it is only ordered. */
  readonly executed?: string;
}

/** The erasure of the whole person that was ordered; undefined while nobody ordered one. `fold` is that of the family. */
export function fenceOf({ state }: SubjectFold): Fence | undefined {
  const { orders, executions } = state.erasures;
  const ofPerson = [...orders.values()].filter(({ scope }) => scope === 'person');
  const first = ofPerson.find(({ under }) => under === undefined) ?? ofPerson[0];
  if (!first) return undefined;
  const executed = ofPerson.map(({ event }) => executions.get(event)?.find(({ more }) => !more)?.executed);
  const last = executed.every((moment) => moment !== undefined) ? executed.sort().at(-1) : undefined;
  return { order: first.event, since: first.ordered, ...(last !== undefined && { executed: last }) };
}

/** What tells, by subject and without values, how the destruction goes on; and holds, which stop one that is only ordered. */
const passing = new Set<string>([
  'DataDestroyed',
  'TaskDelivered',
  'TaskAcknowledged',
  'TaskFailed',
  'TaskResent',
  'TaskClosed',
  'SubjectNotified',
  'LegalHoldPlaced',
  'LegalHoldLifted',
  'ErasureExecuted',
] satisfies Entry['type'][]);
/** With these a person comes back of her own will. */
const beginning = new Set<string>(['ConsentGiven', 'RelationStarted'] satisfies Entry['type'][]);

export interface Arriving {
  /** Event type: `DataUsed`. */
  readonly type: string;
  readonly occurred: string;
  /** Whether it names an identifier: a reference or an event of hers cannot come to mean somebody new. */
  readonly byIdentifier: boolean;
  /** Whether it brings values to be sealed. */
  readonly values: boolean;
}

/** `passes`: recorded in her stream · `begins`: about somebody new, who takes the identifier · `gone`: 410, nothing is stored. */
export type Passing = 'passes' | 'begins' | 'gone';

/** Whether a fact passes a fence that stands at a moment: of the fold by subject, of the token's row by identifier. */
export function mayPass({ type, occurred, byIdentifier, values }: Arriving, since: string): Passing {
  if (byIdentifier && beginning.has(type) && occurred > since) return 'begins';
  return passing.has(type) && !values ? 'passes' : 'gone';
}
