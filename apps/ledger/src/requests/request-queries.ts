// What may be asked of a request? How far it is, and the answer that was given.
import { ReadableQuery } from '../read/queries.js';
import { type OpenedPart } from '../read/dossier-view.js';
import { type Records } from '@derbes/domain';
import { type FrozenAnswerView } from './answer-view.js';

export interface RequestView {
  readonly request: string;
  readonly state: 'received' | 'identified' | 'answered' | 'refused';
  /** Facts of RequestReceived, and when it was recorded. */
  readonly received: { readonly event: string; readonly recorded: string; readonly facts: object };
  readonly due?: string;
  readonly strict?: string;
  readonly identity?: object;
  readonly tasks: readonly {
    readonly task: string;
    readonly kind: string;
    readonly holder?: string;
    /** `organisation-<uuid>` of whoever uploaded something of hers. */
    readonly uploader?: string;
    readonly state: string;
    readonly due?: string;
  }[];
  readonly answered?: { readonly event: string; readonly recorded: string; readonly facts: object };
  readonly refused?: { readonly event: string; readonly recorded: string; readonly facts: object };
  /** What became of the answer or refusal on its way; the last word counts. */
  readonly deliveries: readonly { readonly event: string; readonly recorded: string; readonly facts: object }[];
  /** For what and how long the request's own data is kept, and whether it is. */
  readonly records: Records;
  readonly misdirected: readonly { readonly event: string; readonly recorded: string; readonly facts: object }[];
  /** What it says, sealed under its own key. */
  readonly parts: readonly OpenedPart[];
}

/** `undefined` answers 404. */
export class ReadRequest extends ReadableQuery<RequestView | undefined> {
  request: string;
}

/** As it was given, without what was destroyed since. */
export class ReadAnswer extends ReadableQuery<FrozenAnswerView | undefined> {
  request: string;
}

export interface RefusalView {
  readonly request: string;
  readonly event: string;
  readonly reason: string;
  readonly act?: string;
  readonly article?: string;
  readonly language: string;
  readonly delivered: string;
  readonly how: string;
  readonly hash?: string;
  /** What whoever asked gets; absent of refusals from before texts were kept, and where it was destroyed. */
  readonly text?: string;
}

/** The refusal as it was worded. */
export class ReadRefusal extends ReadableQuery<RefusalView | undefined> {
  request: string;
}
