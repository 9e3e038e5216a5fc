// What does one edition of a policy say otherwise than another: in words alone, less than it, or beyond it?
import { canonicalJson, Refused, type JsonValue } from '@derbes/kernel';
import { type Labels } from './format-entries.js';
import { gainsOf } from './difference-gains.js';
import { wordingOf } from './difference-wording.js';
import { type DeclaredPolicy } from './look-ups.js';

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

export interface Difference {
  /** The widest of its changes; absent where nothing changed. */
  readonly kind?: ChangeKind;
  /** The most that any change asks. */
  readonly asks: ChangeDuty;
  readonly changes: readonly Change[];
}

/**
 * Every change from the older edition to the newer one, the wider first. Swapped, wider and narrower trade places and old and new with
 * them. Throws Refused DIFFERENT_CONTROLLERS.
 */
export function difference(older: DeclaredPolicy, newer: DeclaredPolicy): Difference {
  sameController(older, newer);
  if (canonicalJson(asJson(older)) === canonicalJson(asJson(newer))) return { asks: 'nobody', changes: [] };
  const wider = gainsOf(older, newer);
  const narrower = gainsOf(newer, older).map((gain): Change => {
    const { old: after, new: before, ...rest } = gain;
    return {
      ...rest,
      kind: 'narrower',
      asks: 'nobody',
      ...(before !== undefined && { old: before }),
      ...(after !== undefined && { new: after }),
    };
  });
  const changes = [...wider, ...narrower, ...wordingOf(older, newer, [...wider, ...narrower])];
  const widest = (kind: ChangeKind) => changes.some((change) => change.kind === kind);
  return {
    kind: widest('wider') ? 'wider' : widest('narrower') ? 'narrower' : 'wording',
    asks: changeDuties.findLast((duty) => changes.some(({ asks }) => asks === duty)) ?? 'nobody',
    changes,
  };
}

/** Throws Refused DIFFERENT_CONTROLLERS: what another organisation says is no edition of this policy. */
function sameController(older: DeclaredPolicy, newer: DeclaredPolicy): void {
  const before = older.policy.controller.bin;
  const after = newer.policy.controller.bin;
  if (before === after) return;
  throw new Refused('DIFFERENT_CONTROLLERS', 'these are policies of two organisations, not editions of one', {
    older: older.policy.edition.code,
    newer: newer.policy.edition.code,
  });
}

const asJson = ({ policy }: DeclaredPolicy): JsonValue => policy;
