// What is a change between two editions of a policy: of which kind, of what, and what does it ask of the controller?
import { type JsonValue } from '@derbes/kernel';
import { type Labels } from './format-entries.js';

/** `wider`: the controller may do more, or the person less; `narrower`: the reverse; `wording`: the same in other words. */
export const changeKinds = ['wording', 'narrower', 'wider'] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** What a change asks of the controller, the least first. */
export const changeDuties = ['nobody', 'telling', 'asking-anew'] as const;
export type ChangeDuty = (typeof changeDuties)[number];

/** What was widened or narrowed. */
export const changedThings = [
  'purpose',
  'category',
  'category-for-purpose',
  'recipient-class',
  'category-for-recipient',
  'country',
  'retention',
  'automated-decision',
  'basis',
  'manner-of-end',
  'review',
  'statutory-retention',
  'right',
  'notice-of-transfer',
  'origin',
  'open-category',
  'cookie-purpose',
  'people-described',
  'source',
  'identifier',
  'commitment',
  'jurisdiction',
  'controller-country',
] as const;
export type ChangedThing = (typeof changedThings)[number];

/** Whom a change concerns; a list that is absent limits it to nobody in particular. */
export interface Touched {
  readonly purposes?: readonly string[];
  readonly categories?: readonly string[];
  readonly recipients?: readonly string[];
  readonly countries?: readonly string[];
}

export interface Change {
  readonly kind: ChangeKind;
  /** `words` where nothing but wording changed, `contacts` where the ways to reach the controller did. */
  readonly what: ChangedThing | 'words' | 'contacts';
  /** By codes, never by counting: `purposes/analytics`. */
  readonly place: string;
  /** Of the edition that allows it; `-` where its text says nothing. */
  readonly clause: string;
  readonly label?: Labels;
  /** Absent where one of the editions says nothing there. */
  readonly old?: JsonValue;
  readonly new?: JsonValue;
  readonly asks: ChangeDuty;
  readonly touches: Touched;
}
