// What is in an answer to a request? The same form for everybody, also for whom nothing is held.
import { type Difference, type HolderSaid, type Opens, type Right } from '@derbes/domain';
import { type Language } from '@derbes/policy';
import { type closingCode, type DossierView, type OpenedPart } from '../read/dossier-view.js';

/** Changes when the same log would give another answer: beside the head of the log it says how one is made again. */
export const answerProjection = 'answer.1';

/** What a holder said that it has; its values are sealed under the request until they stand here. */
export interface HolderReport {
  readonly holder: string;
  /** The event of its answer. */
  readonly event: string;
  readonly held: readonly { readonly category: string; readonly value?: OpenedPart }[];
}

export interface Uploader {
  /** `organisation-<uuid>`. */
  readonly organisation: string;
  readonly categories: readonly string[];
  /** As it was told by whoever uploaded; by them the person finds it. */
  readonly name?: OpenedPart;
  readonly bin?: OpenedPart;
}

export interface AnswerView {
  readonly request: string;
  readonly right: Right;
  readonly outcome: 'fulfilled' | 'partly' | 'nothing-held';
  readonly language: Language;
  /** When it was received and when this was made. */
  readonly received: string;
  readonly made: string;
  /** Random; whoever has the answer can prove it by its hash, and nobody can guess it. */
  readonly salt: string;
  readonly projection: typeof answerProjection;
  readonly head?: { readonly size: string; readonly root: string };
  /** How much of the person whoever asked was shown. */
  readonly opens: Opens;
  readonly holders: readonly HolderSaid[];
  /** Nothing else is held: every holder that was asked confirmed it. */
  readonly complete?: 'yes' | 'no';
  readonly differences: readonly Difference[];
  readonly reports: readonly HolderReport[];
  /** Events by which the right was carried out. */
  readonly done: readonly string[];
  /** Organisations whose upload this is: each answers for its own upload itself as well. */
  readonly uploaders: readonly Uploader[];
  /** What is held; absent where nothing is, and of rights that are not answered by it. */
  readonly dossier?: DossierView;
  readonly closing: typeof closingCode;
}

/** An answer as it is read again. `same`: it is what was given, by its hash; not when something in it was destroyed since. */
export interface FrozenAnswerView {
  readonly answer: AnswerView;
  readonly event: string;
  readonly delivered: string;
  readonly how: string;
  readonly hash: string;
  readonly same: 'yes' | 'no';
}
