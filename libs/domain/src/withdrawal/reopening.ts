// The condition of a refusal ended: what of it stops now, and what is kept by another one?
import { type Facts } from '@derbes/kernel';
import { fenceOf } from '../fence.js';
import { draft } from '../hold-decider.js';
import { type SubjectFold } from '../subject-fold.js';
import { type KeptGroup, type ReopenWithdrawal, type WithdrawalDecision, type WithdrawalOutside } from './command.js';
import { groupsOf, keptGroups } from './groups.js';
import { Judging, type Condition } from './judging.js';
import { endOf, type GoingOn } from './state.js';
import { usesOf, type Use } from './uses.js';

const nothing: WithdrawalDecision = {
  outcome: 'nothing',
  drafts: [],
  withdrawals: [],
  stopped: [],
  kept: [],
  untouched: [],
};

/** Says nothing where it was decided before, the condition stands, ended at another moment, or the person is erased. */
export function reopen(
  { subject, refusal, due }: ReopenWithdrawal,
  family: SubjectFold,
  outside: WithdrawalOutside,
): WithdrawalDecision {
  const { state } = family;
  const one = state.withdrawals.goingOn.get(refusal);
  if (!one || one.reopened || fenceOf(family)) return nothing;
  const ended = endOf(one, state);
  if (ended === undefined || ended !== due || ended > outside.at) return nothing;
  const judging = new Judging(state, outside, outside.at);
  const others = [...state.withdrawals.goingOn.values()].filter((other) => other !== one && !other.reopened);
  const stopped: Use[] = [];
  const kept: { use: Use; condition: Condition }[] = [];
  for (const use of usesAgain(one, family)) {
    const conditions = conditionsOf(one, use, judging);
    const fresh = conditions.filter((condition) => !others.some((other) => isSame(other, condition, use, one)));
    kept.push(...fresh.map((condition) => ({ use, condition })));
    if (one.extent === 'use' ? !conditions.some(({ extent }) => extent === 'use') : conditions.length === 0) {
      stopped.push(use);
    }
  }
  return decided(subject, one, ended, groupsOf(stopped), keptGroups(kept), outside);
}

/** The uses that the refusal named, as far as there still is anything to stop. */
const usesAgain = (one: GoingOn, family: SubjectFold): Use[] =>
  usesOf(family).filter(
    ({ purpose, category, recipient, publication }) =>
      !publication &&
      one.purposes.includes(purpose) &&
      one.categories.includes(category) &&
      (recipient === undefined ? one.recipients === undefined : one.recipients?.includes(recipient) === true),
  );

/** An obligation that ended may leave another, or else a statute; a hold that ended may leave a statute, and never a use. */
function conditionsOf(one: GoingOn, use: Use, judging: Judging): Condition[] {
  const owed = one.extent === 'use' ? judging.owed(use) : undefined;
  if (owed) return [owed];
  return use.recipient === undefined ? judging.stored(use.category) : [];
}

const isSame = (other: GoingOn, condition: Condition, { purpose, category }: Use, one: GoingOn): boolean =>
  other.extent === condition.extent &&
  other.why === condition.why &&
  other.obligation === condition.obligation &&
  other.hold === condition.hold &&
  other.row === condition.row &&
  other.purposes.includes(purpose) &&
  other.categories.includes(category) &&
  one.withdrawals.every((withdrawal) => other.withdrawals.includes(withdrawal));

function decided(
  subject: string,
  one: GoingOn,
  ended: string,
  stopped: WithdrawalDecision['stopped'],
  kept: readonly KeptGroup[],
  { at, ids }: WithdrawalOutside,
): WithdrawalDecision {
  const [stop] = ids;
  if (stop === undefined) throw new Error('an id is needed for what stops');
  const about: Facts = {
    withdrawals: [...one.withdrawals],
    reopens: one.event,
    ended,
    ...(one.request !== undefined && { request: one.request }),
  };
  const refusals = kept.map((group) => draft(subject, 'WithdrawalRefused', { ...about, ...group }, at));
  // Said too where nothing is left to stop, so that the refusal is known to have ended.
  const stops =
    stopped.length > 0 || kept.length === 0
      ? [draft(subject, 'ProcessingStopped', { ...about, stopped: [...stopped] }, at, stop)]
      : [];
  return {
    outcome: kept.length === 0 ? 'stopped' : stopped.length > 0 ? 'partly-refused' : 'refused',
    drafts: [...refusals, ...stops],
    withdrawals: [],
    stopped,
    kept,
    untouched: [],
    ...(stopped.length > 0 && { stop }),
  };
}
