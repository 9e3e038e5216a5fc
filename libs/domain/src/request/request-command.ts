// What may be wanted of a request: to take it in, to see who asks, to make its term longer, to answer, to refuse?
import { type Outside } from '../case.js';
import { type SubjectFold } from '../subject-fold.js';
import {
  type answerOutcomes,
  type deliveryMeans,
  type Difference,
  type HolderSaid,
  type RefusalReason,
  type requestChannels,
  type Right,
} from './events.js';
import { type deliveryFaults, type DeliveryOutcome, type deliveryProofs } from './afterwards-events.js';
import { type Proof } from './what-opens.js';

export type Language = 'ru' | 'kk' | 'en';

interface Sent {
  readonly how: (typeof deliveryMeans)[number];
  /** When it left; now when absent. */
  readonly delivered?: string | undefined;
  /** The request's, or Kazakh; the request's when absent. */
  readonly language?: Language | undefined;
  /** Id of the officer in OfficerAppointed. */
  readonly staff?: string | undefined;
}

export interface ReceiveRequest {
  readonly type: 'ReceiveRequest';
  readonly right: Right;
  /** Those of the law that applies; the edition's jurisdiction when absent. */
  readonly profiles?: readonly string[] | undefined;
  readonly channel: (typeof requestChannels)[number];
  readonly language: Language;
  /** When it reached any address or employee of the controller. */
  readonly received: string;
  readonly categories?: readonly string[] | undefined;
  readonly purposes?: readonly string[] | undefined;
  readonly recipients?: readonly string[] | undefined;
  readonly behalf?: 'self' | 'other' | undefined;
  /** RepresentativeRecognised. */
  readonly representative?: string | undefined;
  readonly staff?: string | undefined;
  /** Handles of what is sealed under the request's key. */
  readonly sealed: readonly { readonly category: RequestMeta; readonly value: number }[];
}
export type RequestMeta = 'meta.request-text' | 'meta.contact' | 'meta.letter' | 'meta.claimed';

export interface VerifyIdentity {
  readonly type: 'VerifyIdentity';
  /** Whom the look-ups found; absent when the ledger knows nobody under what was told. */
  readonly subject?: string | undefined;
  readonly proofs: readonly Proof[];
  /** Handle of the request's id, sealed under the person's own key: by it her erasure finds the request. */
  readonly mark: number;
  readonly representative?: string | undefined;
  readonly staff?: string | undefined;
}

export interface ExtendRequest {
  readonly type: 'ExtendRequest';
  readonly ground: 'complex' | 'number';
  /** When the person was told; now when absent. */
  readonly told?: string | undefined;
  readonly staff?: string | undefined;
}

/** An answer as it was frozen; its values are sealed by the handles. */
export interface FrozenAnswer {
  readonly hash: string;
  readonly projection: string;
  readonly head?: { readonly size: string; readonly root: string } | undefined;
  readonly holders: readonly HolderSaid[];
  readonly differences: readonly Difference[];
  readonly sealed: readonly { readonly category: string; readonly value: number }[];
}

export interface AnswerRequest extends Sent {
  readonly type: 'AnswerRequest';
  readonly outcome: (typeof answerOutcomes)[number];
  readonly frozen: FrozenAnswer;
  /** Events by which the right was carried out. */
  readonly done?: readonly string[] | undefined;
  /** Tasks elsewhere that this request began and that nobody settled. */
  readonly open?: readonly string[] | undefined;
  /** Why it is answered while tasks are open. */
  readonly reason?: string | undefined;
}

export interface RefuseRequest extends Sent {
  readonly type: 'RefuseRequest';
  readonly reason: RefusalReason;
  readonly act?: string | undefined;
  readonly article?: string | undefined;
  /** The ledger says it by itself, and nobody has sent it yet. */
  readonly unsent?: boolean | undefined;
  /** Its text: SHA-256, hex, and the handles of what is sealed of it. */
  readonly frozen?: { readonly hash: string; readonly values: readonly number[] } | undefined;
}

/** Days later: it was sent, it arrived, it came back. */
export interface ReportDelivery {
  readonly type: 'ReportDelivery';
  readonly outcome: DeliveryOutcome;
  /** As it left when absent. */
  readonly how?: (typeof deliveryMeans)[number] | undefined;
  /** Now when absent. */
  readonly happened?: string | undefined;
  /** Of what arrived. */
  readonly proof?: (typeof deliveryProofs)[number] | undefined;
  /** Of what came back. */
  readonly fault?: (typeof deliveryFaults)[number] | undefined;
  /** Handle of the number of the letter or parcel, and under whose key it is sealed: the controller's, for it outlasts the request's. */
  readonly reference?: number | undefined;
  readonly referenceOwner?: string | undefined;
  readonly staff?: string | undefined;
}

/** What becomes of what the request itself says. `by`: its term alone, or an officer. */
export interface DecideRecords {
  readonly type: 'DecideRecords';
  readonly decide: 'destroy' | 'keep';
  readonly by: 'term' | 'officer';
  readonly until?: string | undefined;
  readonly act?: string | undefined;
  readonly article?: string | undefined;
  readonly reason?: string | undefined;
  readonly staff?: string | undefined;
}

/** The answer reached somebody else. */
export interface ReportMisdirected {
  readonly type: 'ReportMisdirected';
  readonly ground: 'wrong-address' | 'wrong-person' | 'shared-address' | 'intercepted';
  /** When it was noticed: the term for telling the authority starts with it. */
  readonly detected?: string | undefined;
  /** Others than the person of the request, whose data the answer told as well. */
  readonly affected?: readonly string[] | undefined;
  readonly staff?: string | undefined;
}

export type RequestCommand =
  | ReceiveRequest
  | VerifyIdentity
  | ExtendRequest
  | AnswerRequest
  | RefuseRequest
  | ReportDelivery
  | DecideRecords
  | ReportMisdirected;

export interface RequestOutside extends Outside {
  /** By the writer's clock. */
  readonly at: string;
  /** The request's uuid: it names the stream and the key of what is sealed. */
  readonly request: string;
  /** Of the person meant, with everybody merged into her; absent where nobody is. */
  readonly person?: SubjectFold | undefined;
}
