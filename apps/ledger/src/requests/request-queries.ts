// What may be asked of a request? How far it is, and the answer that was given.
import { ReadableQuery } from '../read/queries.js';
import { type OpenedPart } from '../read/dossier-view.js';
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
    readonly holder?: string;
    readonly state: string;
    readonly due?: string;
  }[];
  readonly answered?: { readonly event: string; readonly recorded: string; readonly facts: object };
  readonly refused?: { readonly event: string; readonly recorded: string; readonly facts: object };
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
