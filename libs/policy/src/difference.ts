// What does one edition of a policy say otherwise than another: in words alone, less than it, or beyond it?
import { canonicalJson, Refused, type JsonValue } from '@derbes/kernel';
import { changeDuties, type Change, type ChangeDuty, type ChangeKind } from './change.js';
import { gainsOf } from './difference-gains.js';
import { wordingOf } from './difference-wording.js';
import { type DeclaredPolicy } from './look-ups.js';

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
