// What of a withdrawal stops, what goes on by which act until when, and what stops when that has ended?
import { Refused, type Facts } from '@derbes/kernel';
import { type Clock } from '../clock.js';
import { type ConsentScope, type Consent, type Withdrawal } from '../consent.js';
import { fenceOf } from '../fence.js';
import { draft, staffKnown } from '../hold-decider.js';
import { type Folds } from '../identify.js';
import { foldOfFamily, type FactDraft } from '../record.js';
import { isKnown, type SubjectFold } from '../subject-fold.js';
import {
  type DecideWithdrawal,
  type KeptGroup,
  type WithdrawalCommand,
  type WithdrawalDecision,
  type WithdrawalOutside,
  type Withdrawn,
} from './command.js';
import { withdrawalClock } from './clock.js';
import { groupsMax, type UntouchedGroup } from './events.js';
import { groupsOf, keptGroups, outcomeOf, untouchedGroups } from './groups.js';
import { Judging, type Condition } from './judging.js';
import { reopen } from './reopening.js';
import { stopTasks } from './tasks.js';
import { usesOf, type Use } from './uses.js';

/**
 * Decides over the subject's stream and those merged into it: `folds` must hold them all. Refuses SUBJECT_UNKNOWN, MERGED,
 * SUBJECT_ERASED, CONSENT_UNKNOWN, NOTHING_TO_WITHDRAW, ALREADY_WITHDRAWN, WITHDRAWAL_UNKNOWN, WITHDRAWAL_DECIDED,
 * WITHDRAWAL_MALFORMED, RECEIVED_IN_FUTURE, RECEIVED_BEFORE_CONSENT, RETENTION_UNCONFIRMED, DECISION_WITHOUT_REASON,
 * STAFF_UNKNOWN, TOO_MUCH_AT_ONCE and, past the calendar's years, CALENDAR_ENDS. What acts keep is no refusal of the command but an
 * event, WithdrawalRefused. A `ReopenWithdrawal` refuses nothing: where its condition stands, or it was decided, it says nothing new.
 */
export function decideWithdrawal(
  command: WithdrawalCommand,
  folds: Folds,
  outside: WithdrawalOutside,
): WithdrawalDecision {
  const { subject } = command;
  const own = folds.get(subject);
  if (!own || !isKnown(own)) throw new Refused('SUBJECT_UNKNOWN', 'there is no such subject', { subject });
  const survivor = own.state.identity.mergedInto?.other;
  const family = foldOfFamily(subject, folds);
  if (command.type === 'ReopenWithdrawal') {
    const reopened = reopen(command, family, outside);
    return {
      ...reopened,
      drafts: [...reopened.drafts, ...stopTasks({ subject, decision: reopened }, family, outside)],
    };
  }
  if (survivor !== undefined) throw new Refused('MERGED', 'decide it for the survivor of the merge', { survivor });
  const fence = fenceOf(family);
  if (fence) throw new Refused('SUBJECT_ERASED', 'the person is erased, or to be erased', { order: fence.order });
  const decision = new Deciding(command, family, outside).decide();
  const { request } = command;
  return { ...decision, drafts: [...decision.drafts, ...stopTasks({ subject, request, decision }, family, outside)] };
}

interface Notice {
  readonly consent: Consent;
  readonly scope?: ConsentScope | undefined;
  readonly withdrawal: string;
  readonly received: string;
  readonly clock?: Clock | undefined;
  /** Told before: it is not recorded again. */
  readonly told: boolean;
}

class Deciding {
  private readonly judging: Judging;

  constructor(
    private readonly command: DecideWithdrawal,
    private readonly family: SubjectFold,
    private readonly outside: WithdrawalOutside,
  ) {
    this.judging = new Judging(family.state, outside, outside.at);
  }

  decide(): WithdrawalDecision {
    this.checkForm();
    const notices = this.command.withdrawal === undefined ? this.taken() : [this.told(this.command.withdrawal)];
    const withdrawn = new Set(notices.map(({ consent }) => consent.event));
    const stopped: Use[] = [];
    const kept: { use: Use; condition: Condition }[] = [];
    const untouched = new Map<string, Use[]>();
    for (const use of usesOf(this.family)) {
      const by = notices.filter((notice) => this.judging.concerns(notice, use));
      if (by.length === 0) continue;
      const otherwise = this.judging.otherwise(use, withdrawn);
      if (otherwise !== undefined) untouched.set(otherwise, [...(untouched.get(otherwise) ?? []), use]);
      else if (by.some(({ consent }) => this.judging.leansOn(consent, use))) {
        const owed = this.judging.owed(use);
        if (owed) kept.push({ use, condition: owed });
        else stopped.push(use);
      }
    }
    for (const { use, condition } of this.stored(stopped)) kept.push({ use, condition });
    return this.decided(notices, stopped, keptGroups(kept), untouchedGroups(untouched));
  }

  private checkForm(): void {
    const { withdrawal, consent, scope, received, decide, reason, staff } = this.command;
    if (withdrawal !== undefined && (consent !== undefined || scope !== undefined || received !== undefined)) {
      throw new Refused('WITHDRAWAL_MALFORMED', 'a withdrawal told before names its consent, scope and receipt itself');
    }
    if (decide !== undefined && reason === undefined) {
      throw new Refused('DECISION_WITHOUT_REASON', 'say why what nobody confirmed is kept or not', { decide });
    }
    if (received !== undefined && received > this.outside.at) {
      throw new Refused('RECEIVED_IN_FUTURE', 'the notice has not been received yet', { received });
    }
    staffKnown(staff, this.outside);
  }

  private told(event: string): Notice {
    const { consents, withdrawals } = this.family.state;
    const consent = [...consents.given.values()].find((one) => one.withdrawals.some((w) => w.event === event));
    const standing = consent?.withdrawals.find((one) => one.event === event);
    if (!consent || !standing) {
      throw new Refused('WITHDRAWAL_UNKNOWN', 'nobody told of such a withdrawal', { withdrawal: event });
    }
    const decided = withdrawals.decided.get(event);
    if (decided) {
      throw new Refused('WITHDRAWAL_DECIDED', 'it was decided before', {
        decided: decided.events[0] ?? decided.moment,
      });
    }
    const { scope, received } = standing;
    const clock = standing.clock ?? withdrawalClock(this.outside, received);
    return { consent, scope, withdrawal: event, received, clock, told: true };
  }

  private taken(): Notice[] {
    const { consent: named, scope, received = this.outside.at } = this.command;
    const { given } = this.family.state.consents;
    const consents = named === undefined ? [...given.values()] : [given.get(named)];
    if (named !== undefined && !consents[0]) {
      throw new Refused('CONSENT_UNKNOWN', 'the person gave no such consent', { consent: named });
    }
    const all = consents.flatMap((consent) => consent ?? []);
    const [first] = all;
    if (named !== undefined && first && received < first.given) {
      throw new Refused('RECEIVED_BEFORE_CONSENT', 'the consent was given after that', { given: first.given });
    }
    const standing = all.filter((one) => received >= one.given && !isWithdrawn(one.withdrawals, scope));
    if (standing.length === 0 && named !== undefined) {
      throw new Refused('ALREADY_WITHDRAWN', 'this was withdrawn before', { consent: named });
    }
    if (standing.length === 0) throw new Refused('NOTHING_TO_WITHDRAW', 'no consent of the person stands');
    const clock = withdrawalClock(this.outside, received);
    return standing.map((consent, i) => ({
      consent,
      scope,
      withdrawal: this.id(i),
      received,
      clock,
      told: false,
    }));
  }

  /** What a hold or a statute keeps of what stops: it is stored on, and used no more. */
  private stored(stopped: readonly Use[]): { use: Use; condition: Condition }[] {
    const { decide, reason } = this.command;
    const here = stopped.filter(({ recipient, publication }) => recipient === undefined && !publication);
    const found = here.flatMap((use) => this.judging.stored(use.category).map((condition) => ({ use, condition })));
    const open = found.filter(({ condition }) => condition.why === 'RETENTION_UNCONFIRMED');
    if (open.length > 0 && decide === undefined) {
      throw new Refused('RETENTION_UNCONFIRMED', 'nobody confirmed how long the law keeps this: decide keep or stop', {
        rows: [...new Set(open.flatMap(({ condition }) => condition.row ?? []))].join(','),
        categories: [...new Set(open.map(({ use }) => use.category))].join(','),
      });
    }
    return found
      .filter(({ condition }) => condition.why !== 'RETENTION_UNCONFIRMED' || decide === 'keep')
      .map(({ use, condition }) =>
        condition.why === 'RETENTION_UNCONFIRMED' && reason !== undefined
          ? { use, condition: { ...condition, reason } }
          : { use, condition },
      );
  }

  private decided(
    notices: readonly Notice[],
    uses: readonly Use[],
    kept: readonly KeptGroup[],
    untouched: readonly UntouchedGroup[],
  ): WithdrawalDecision {
    const stopped = groupsOf(uses);
    if ([stopped, kept, untouched].some(({ length }) => length > groupsMax)) {
      throw new Refused('TOO_MUCH_AT_ONCE', 'withdraw consent by consent, or purpose by purpose', {
        max: String(groupsMax),
      });
    }
    const { request, staff } = this.command;
    const by: Facts = { ...(request !== undefined && { request }), ...(staff !== undefined && { staff }) };
    const withdrawals = notices.map(({ withdrawal }) => withdrawal);
    const refusals = kept.map((one) => this.drafted('WithdrawalRefused', { withdrawals, ...one, ...by }));
    const stop = stopped.length > 0 || kept.length === 0 ? this.id(notices.length) : undefined;
    const stops =
      stop === undefined
        ? []
        : [
            this.drafted(
              'ProcessingStopped',
              { withdrawals, stopped, ...(untouched.length > 0 && { untouched: [...untouched] }), ...by },
              stop,
            ),
          ];
    return {
      outcome: outcomeOf(stopped, kept),
      drafts: [...notices.flatMap((notice) => this.noticed(notice, by)), ...refusals, ...stops],
      withdrawals: notices.map(withdrawnOf),
      stopped,
      kept,
      untouched,
      ...(stop !== undefined && stopped.length > 0 && { stop }),
    };
  }

  private noticed({ told, consent, scope, received, clock, withdrawal }: Notice, by: Facts): FactDraft[] {
    if (told) return [];
    const { channel } = this.command;
    const facts: Facts = {
      consent: consent.event,
      ...(scope && { scope: { ...scope } }),
      received,
      ...(channel !== undefined && { channel }),
      ...(clock && { clock: { ...clock } }),
      ...by,
    };
    return [draft(this.command.subject, 'ConsentWithdrawn', facts, received, withdrawal)];
  }

  private drafted(type: string, facts: Facts, id?: string): FactDraft {
    return draft(this.command.subject, type, facts, this.outside.at, id);
  }

  private id(i: number): string {
    const id = this.outside.ids[i];
    if (id === undefined) throw new Error('an id is needed for each consent and for what stops');
    return id;
  }
}

const withdrawnOf = ({ withdrawal, consent, received, clock }: Notice): Withdrawn => ({
  withdrawal,
  consent: consent.event,
  received,
  ...(clock && { clock }),
});

/** Wholly, or in exactly this scope. */
const isWithdrawn = (withdrawals: readonly Withdrawal[], scope: ConsentScope | undefined): boolean =>
  withdrawals.some((one) => !one.scope || (scope && sameScope(one.scope, scope)));

const sameScope = (a: ConsentScope, b: ConsentScope): boolean => {
  const said = (scope: ConsentScope) => JSON.stringify(Object.entries(scope).sort(([x], [y]) => (x < y ? -1 : 1)));
  return said(a) === said(b);
};
