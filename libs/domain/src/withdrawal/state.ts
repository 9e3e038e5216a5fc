// What has been decided of each withdrawal, and what goes on in spite of it for now?
import { type RecordedOf } from '@derbes/kernel';
import { type Drafts } from '../drafts.js';
import { holdStands, type Erasures } from '../erasure-state.js';
import { type Entry, type EntryOf } from '../fact.js';
import { means } from '../holding.js';
import { lastEnd, openRelation, type Relations } from '../relation.js';
import { type WithdrawalRefused } from './events.js';

/** What was refused: it goes on until its condition ends. */
export type GoingOn = RecordedOf<typeof WithdrawalRefused>['facts'] & {
  /** The WithdrawalRefused event. */
  readonly event: string;
  readonly since: string;
  /** The decision that followed when its condition ended. */
  readonly reopened?: { readonly event: string; readonly moment: string };
};

export interface Decided {
  readonly moment: string;
  /** ProcessingStopped and WithdrawalRefused, in order. */
  readonly events: readonly string[];
}

export interface WithdrawalsState {
  /** By the event id of ConsentWithdrawn; one that is not here is open. */
  readonly decided: ReadonlyMap<string, Decided>;
  /** By the event id of WithdrawalRefused. */
  readonly goingOn: ReadonlyMap<string, GoingOn>;
}

export const emptyWithdrawals: WithdrawalsState = { decided: new Map(), goingOn: new Map() };

/** The same after one more entry; the very same when it says nothing of them. */
export function evolveWithdrawals(state: WithdrawalsState, entry: Entry, drafts: Drafts): WithdrawalsState {
  if (entry.type !== 'ProcessingStopped' && entry.type !== 'WithdrawalRefused') return state;
  const decided = drafts.of(state.decided);
  for (const withdrawal of entry.facts.withdrawals) {
    const before = decided.get(withdrawal);
    decided.set(withdrawal, {
      moment: before?.moment ?? entry.occurred,
      events: [...(before?.events ?? []), entry.id],
    });
  }
  const goingOn = drafts.of(state.goingOn);
  const { reopens } = entry.facts;
  const ended = reopens === undefined ? undefined : goingOn.get(reopens);
  if (ended) goingOn.set(ended.event, { ...ended, reopened: { event: entry.id, moment: entry.occurred } });
  if (entry.type === 'WithdrawalRefused') goingOn.set(entry.id, goingOnOf(entry));
  return { decided, goingOn };
}

const goingOnOf = ({ id, occurred, facts }: EntryOf<'WithdrawalRefused'>): GoingOn => ({
  ...facts,
  event: id,
  since: occurred,
});

interface Around {
  readonly relations: Relations;
  readonly erasures: Erasures;
}

/** When what keeps it going ended, or will; undefined while nobody can tell. */
export function endOf(one: GoingOn, { relations, erasures }: Around): string | undefined {
  const hold = one.hold === undefined ? undefined : erasures.holds.get(one.hold);
  const ends = [
    one.until,
    one.obligation === undefined ? undefined : relations.obligations.get(one.obligation)?.closed,
    hold?.lifted?.moment,
    one.relation === undefined || openRelation(relations, one.relation) ? undefined : lastEnd(relations, one.relation),
  ].filter((end) => end !== undefined);
  return ends.sort()[0];
}

/** What was asked of, to be compared with what goes on. */
export interface Going {
  readonly category: string;
  readonly purpose: string;
  readonly moment: string;
  readonly recipient?: { readonly code: string } | undefined;
  readonly publication?: boolean | undefined;
}

/** Whether this use goes on in spite of the withdrawal, because an obligation needs it and is not fulfilled yet. */
export function goesOn({ goingOn }: WithdrawalsState, withdrawal: string, asked: Going, around: Around): boolean {
  if (goingOn.size === 0 || asked.publication === true) return false;
  return [...goingOn.values()].some(
    (one) =>
      one.extent === 'use' &&
      one.reopened === undefined &&
      one.withdrawals.includes(withdrawal) &&
      covers(one, asked) &&
      stands(one, asked.moment, around),
  );
}

const covers = (one: GoingOn, { category, purpose, recipient }: Going): boolean =>
  one.purposes.includes(purpose) &&
  one.categories.some((named) => means(named, category)) &&
  (recipient ? one.recipients?.includes(recipient.code) === true : one.recipients === undefined);

/** Whether the condition holds at a moment, whether or not anybody has said since that it ended. */
export function stands(one: GoingOn, moment: string, around: Around): boolean {
  const hold = one.hold === undefined ? undefined : around.erasures.holds.get(one.hold);
  if (hold && !holdStands(hold, moment)) return false;
  const end = endOf(one, around);
  return end === undefined || moment < end;
}
