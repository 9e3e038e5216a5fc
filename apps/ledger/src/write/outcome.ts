// What is an emitter told of its fact? In its own words: its event's id, what became of it, the findings, its own ref.
import { type Finding } from '@derbes/domain';
import { NotAnEnvelope, Refused } from '@derbes/kernel';
import { VaultError } from '@derbes/vault';

/** recorded · repeated (the first outcome again) · conflict · erased · forbidden · malformed */
export type OutcomeStatus = 'recorded' | 'repeated' | 'conflict' | 'erased' | 'forbidden' | 'malformed' | 'overloaded';

/** A finding as an emitter may know it; marked provisional because a late fact may judge it anew. */
export interface TellableFinding {
  readonly code: string;
  readonly category?: string;
  readonly purpose?: string;
  /** Clause of the policy, such as "3.1". */
  readonly clause?: string;
  readonly article?: string;
  readonly detail?: Readonly<Record<string, string | readonly string[]>>;
}

export interface Outcome {
  /** The emitter's own event id; absent when the event had none. */
  readonly id?: string;
  readonly status: OutcomeStatus;
  /** Pairwise reference to the subject, good under this source alone. */
  readonly ref?: string;
  readonly findings?: readonly TellableFinding[];
  readonly provisional?: true;
  /** Why not, for what is neither recorded nor repeated. */
  readonly problem?: {
    readonly code: string;
    readonly detail: string;
    readonly pointer?: string;
    readonly hint?: string;
  };
}

type Problem = NonNullable<Outcome['problem']>;
interface Told {
  readonly event: { readonly id: string };
}

/** Which errors of deciding and sealing are the fact's own fault, and where in it. */
export function faultOf(error: unknown): Problem | undefined {
  if (error instanceof Refused) return { code: error.code, detail: error.message, pointer: '/data' };
  if (error instanceof VaultError && error.code === 'VALUE_TOO_LONG') {
    return { code: 'MALFORMED_EVENT', detail: 'a value is longer than can be sealed', pointer: '/data/values' };
  }
  if (error instanceof NotAnEnvelope) {
    return { code: 'MALFORMED_EVENT', detail: 'it names more than one event can hold', pointer: '/data' };
  }
  return undefined;
}

export const malformed = (id: string, problem: Problem): Outcome => ({ id, status: 'malformed', problem });

export const erased = ({ event: { id } }: Told): Outcome => ({
  id,
  status: 'erased',
  problem: { code: 'SUBJECT_ERASED', detail: 'the person was erased; nothing about the person was kept' },
});

export const recordedAs = (
  { event: { id } }: Told,
  { ref }: { readonly ref?: string },
  { findings = [] }: { readonly findings?: readonly TellableFinding[] },
): Outcome => ({ id, status: 'recorded', ...(ref !== undefined && { ref }), findings, provisional: true });

const eventId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** An emitter never learns event ids or anybody's uuid: what looks like one is left out of its findings. */
export function tellable({ code, category, purpose, clause, article, params }: Finding): TellableFinding {
  const detail = Object.fromEntries(
    Object.entries(params).filter(([, value]) => ![value].flat().some((one) => eventId.test(one))),
  );
  return {
    code,
    ...(category !== undefined && { category }),
    ...(purpose !== undefined && { purpose }),
    ...(clause !== '-' && { clause }),
    ...(article !== '-' && { article }),
    ...(Object.keys(detail).length > 0 && { detail }),
  };
}
