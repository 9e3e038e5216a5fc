// What may an officer want done with what somebody asked for? Each command is its own HTTP body.
import {
  answerOutcomes,
  deliveryFaults,
  deliveryMeans,
  deliveryOutcomes,
  deliveryProofs,
  refusalReasons,
  requestChannels,
  rights,
  type Clock,
  type IdentityMethod,
  type Opens,
} from '@derbes/domain';
import { IdentifierForm, languages } from '../http/facts/parts.js';
import {
  Act,
  Article,
  Code,
  Codes,
  Moment,
  Nested,
  NestedList,
  OneOf,
  Optional,
  sealedCharsMax,
  Text,
  Uuid,
  Uuids,
} from '../http/form/field.js';
import { AskedCommand, type Done } from '../write/commands.js';

/** What a request says, typed in by an officer or sent by a portal. */
export const requestTextCharsMax = 20_000;
const claimedMax = 8;
const proofsMax = 8;

type Language = (typeof languages)[number];

export interface RequestTaken extends Done {
  /** Id of the request, by which it goes on. */
  readonly request: string;
  /** Of all clocks the one that ends first; nobody computes it again. */
  readonly due: string;
  /** By the reading that counts from the moment itself; lists warn by it. */
  readonly strict?: string;
  readonly clocks: readonly Clock[];
  /** It lay for longer than the term for writing it down. */
  readonly late?: 'yes';
  /** Schemes of identifiers that were told and not kept, for they were not held before. */
  readonly notKept: readonly string[];
}

/** How the person is to be found; compared against what is held, and sealed under the request's key. */
export class ReceiveRequest extends AskedCommand<RequestTaken> {
  @OneOf(rights) right: (typeof rights)[number];
  @OneOf(requestChannels) channel: (typeof requestChannels)[number];
  /** The answer is in it, or in Kazakh. */
  @OneOf(languages) language: Language;
  /** When it reached any address or employee of the controller; now when absent. */
  @Optional() @Moment() received?: string;
  /** By which laws; that of the edition in force when absent. Where there are several the earlier term binds. */
  @Optional() @Codes() profiles?: string[];
  @Optional() @Codes() categories?: string[];
  @Optional() @Codes() purposes?: string[];
  @Optional() @Codes() recipients?: string[];
  /** What it says; sealed. */
  @Optional() @Text(requestTextCharsMax) text?: string;
  /** Where the answer goes; sealed. */
  @Optional() @Text(sealedCharsMax) contact?: string;
  /** Number of the letter, or of the request in the state service; sealed. */
  @Optional() @Text(sealedCharsMax) letter?: string;
  /** Who somebody says that she is. An identifier of a person that is not held already is compared and not kept. */
  @Optional() @NestedList(() => IdentifierForm, 1, claimedMax) claimed?: IdentifierForm[];
  @Optional() @OneOf(['self', 'other']) behalf?: 'self' | 'other';
  /** The event by which the representative was recognised. */
  @Optional() @Uuid() representative?: string;
  @Optional() @Uuid() staff?: string;
}

export const proofMethods = [
  'session',
  'mailbox',
  'line',
  'device',
  'second-identifier',
  'signature',
  'presence',
] as const satisfies readonly IdentityMethod[];

export class ProofForm {
  @OneOf(proofMethods) method: (typeof proofMethods)[number];
  /** For all but a signature and presence. It is looked up and never kept. */
  @Optional() @Nested(() => IdentifierForm) identifier?: IdentifierForm;
  /** When it was shown; now when absent. */
  @Optional() @Moment() at?: string;
}

export interface IdentityTold extends Done {
  readonly outcome: 'proved' | 'not-proved';
  readonly opens: Opens;
  /** Whom the identifiers found, when it is proved. */
  readonly subject?: string;
  /** By which means more would be opened. */
  readonly missing: readonly string[];
  /** How many holders are asked what they have. */
  readonly asked: number;
}

export class VerifyIdentity extends AskedCommand<IdentityTold> {
  /** From the path. */
  request: string;
  /** Where no identifier finds her: a signature, presence, a representative's document. */
  @Optional() @Uuid() subject?: string;
  @Optional() @NestedList(() => ProofForm, 1, proofsMax) proofs?: ProofForm[];
  @Optional() @Uuid() representative?: string;
  @Optional() @Uuid() staff?: string;
}

export interface TermExtended extends Done {
  readonly due: string;
  readonly clocks: readonly Clock[];
}

export const extensionGrounds = ['complex', 'number'] as const;

export class ExtendRequest extends AskedCommand<TermExtended> {
  request: string;
  @OneOf(extensionGrounds) ground: (typeof extensionGrounds)[number];
  /** When the person was told; now when absent. */
  @Optional() @Moment() told?: string;
  @Optional() @Uuid() staff?: string;
}

export interface Answered extends Done {
  readonly answer: string;
  readonly outcome: (typeof answerOutcomes)[number];
  /** SHA-256 of the answer as it can be read from now on. */
  readonly hash: string;
}

export class AnswerRequest extends AskedCommand<Answered> {
  request: string;
  /** Of a right that is not answered by what is held: what came of it. */
  @Optional() @OneOf(answerOutcomes) outcome?: (typeof answerOutcomes)[number];
  @OneOf(deliveryMeans) how: (typeof deliveryMeans)[number];
  /** When it left; now when absent. */
  @Optional() @Moment() delivered?: string;
  @Optional() @OneOf(languages) language?: Language;
  /** Events by which the right was carried out: an order to erase, a block, a correction, a withdrawal. */
  @Optional() @Uuids() done?: string[];
  /** Why it is answered while somebody has not answered yet. */
  @Optional() @Code() reason?: string;
  @Optional() @Uuid() staff?: string;
}

export class RefuseRequest extends AskedCommand<Done> {
  request: string;
  @OneOf(refusalReasons) reason: (typeof refusalReasons)[number];
  @Optional() @Act() act?: string;
  @Optional() @Article() article?: string;
  @OneOf(deliveryMeans) how: (typeof deliveryMeans)[number];
  @Optional() @Moment() delivered?: string;
  @Optional() @OneOf(languages) language?: Language;
  @Optional() @Uuid() staff?: string;
}

/** What became of the answer or refusal on its way, however long after it left. */
export class ReportDelivery extends AskedCommand<Done> {
  request: string;
  @OneOf(deliveryOutcomes) outcome: (typeof deliveryOutcomes)[number];
  /** As it left when absent. */
  @Optional() @OneOf(deliveryMeans) how?: (typeof deliveryMeans)[number];
  /** Now when absent. */
  @Optional() @Moment() happened?: string;
  /** Of what arrived. */
  @Optional() @OneOf(deliveryProofs) proof?: (typeof deliveryProofs)[number];
  /** Of what came back. */
  @Optional() @OneOf(deliveryFaults) fault?: (typeof deliveryFaults)[number];
  /** Number by which the post or courier know it; sealed. */
  @Optional() @Text(sealedCharsMax) reference?: string;
  @Optional() @Uuid() staff?: string;
}

export const recordsDecisions = ['destroy', 'keep'] as const;

/** What becomes of what the request itself said, and of its frozen answer, when its term is over. */
export class DecideRecords extends AskedCommand<Done> {
  request: string;
  @OneOf(recordsDecisions) decide: (typeof recordsDecisions)[number];
  /** Of `keep`. */
  @Optional() @Moment() until?: string;
  @Optional() @Act() act?: string;
  @Optional() @Article() article?: string;
  @Optional() @Code() reason?: string;
  @Optional() @Uuid() staff?: string;
}

/** How an answer came to somebody whom it was not about. */
export const misdirections = ['wrong-address', 'wrong-person', 'shared-address', 'intercepted'] as const;

/** Nothing of an incident where the same was told before. */
export interface MisdirectedTaken extends Done {
  readonly incident?: string;
  readonly due?: string;
  readonly strict?: string;
  readonly clocks?: readonly Clock[];
  readonly people?: string;
  readonly records?: string;
}

/** The answer reached somebody whom it was not about: it is an incident. */
export class ReportMisdirected extends AskedCommand<MisdirectedTaken> {
  request: string;
  @OneOf(misdirections) ground: (typeof misdirections)[number];
  /** When it was noticed; now when absent. */
  @Optional() @Moment() detected?: string;
  /** Others than the person of the request of whom the answer told. */
  @Optional() @Uuids() affected?: string[];
  @Optional() @Uuid() staff?: string;
}
