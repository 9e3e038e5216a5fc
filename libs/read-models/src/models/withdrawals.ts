// Which withdrawals are to be decided and by when, and what goes on in spite of one until when?
import { endOf, type Clock, type Consent, type GoingOn, type SubjectFold } from '@derbes/domain';
import { type RegisterDefinition } from '../page.js';
import { subjectModel } from '../read-model.js';
import { defineTable, is, nowMoment, optional, type RowOf } from '../table.js';
import { collecting, identifying, tasking, telling, unmovedBy, using } from '../unmoved.js';

const withdrawalTable = defineTable({
  name: 'withdrawal',
  columns: {
    received: is.moment,
    /** The ConsentWithdrawn event. */
    withdrawal: is.id,
    /** The same for the notice itself, else the WithdrawalRefused event. */
    item: is.id,
    subject: is.id,
    consent: is.id,
    /** Of a notice: open · decided. Of what was refused: refused · ended (it stops by itself) · reopened. */
    status: is.code,
    purposes: optional(is.codes),
    categories: optional(is.codes),
    recipients: optional(is.codes),
    /** use · storage */
    extent: optional(is.code),
    why: optional(is.findingCode),
    /** `<act>:<article>`, where one was named. */
    article: optional(is.place),
    /** By when an open notice is to be decided; when what was refused ends, where that is known. */
    due: optional(is.moment),
    /** The same by the reading that counts from the moment of receipt. */
    strict: optional(is.moment),
    decided: optional(is.moment),
    events: is.ids,
  },
  key: ['received', 'withdrawal', 'item'],
  indexes: [['subject'], ['status', 'due']],
});
export type WithdrawalRow = RowOf<typeof withdrawalTable>;

type Notice = Consent['withdrawals'][number];

function noticeRow(subject: string, consent: string, notice: Notice, fold: SubjectFold): WithdrawalRow {
  const { event, received, clock, scope } = notice;
  const decided = fold.state.withdrawals.decided.get(event);
  return {
    received,
    withdrawal: event,
    item: event,
    subject,
    consent,
    status: decided ? 'decided' : 'open',
    ...(scope?.purposes && { purposes: scope.purposes }),
    ...(scope?.categories && { categories: scope.categories }),
    ...(scope?.recipients && { recipients: scope.recipients }),
    ...dueOf(clock),
    ...(decided && { decided: decided.moment }),
    events: [event, ...(decided?.events ?? [])],
  };
}

const dueOf = (clock: Clock | undefined) => ({
  ...(clock && { due: clock.due }),
  ...(clock?.strict !== undefined && { strict: clock.strict }),
});

function refusedRow(subject: string, notice: Notice, consent: string, one: GoingOn, fold: SubjectFold): WithdrawalRow {
  const { purposes, categories, recipients, extent, why, act, article, reopened } = one;
  const due = endOf(one, fold.state);
  return {
    received: notice.received,
    withdrawal: notice.event,
    item: one.event,
    subject,
    consent,
    status: reopened ? 'reopened' : 'refused',
    purposes,
    categories,
    ...(recipients && { recipients }),
    extent,
    why,
    ...(act !== undefined && article !== undefined && { article: `${act}:${article}` }),
    ...(due !== undefined && { due }),
    decided: one.since,
    events: [one.event, ...(reopened ? [reopened.event] : [])],
  };
}

function rows(subject: string, fold: SubjectFold): WithdrawalRow[] {
  const { consents, withdrawals } = fold.state;
  const made: WithdrawalRow[] = [];
  const under = new Map<string, { readonly notice: Notice; readonly consent: string }>();
  for (const consent of consents.given.values()) {
    for (const notice of consent.withdrawals) {
      made.push(noticeRow(subject, consent.event, notice, fold));
      under.set(notice.event, { notice, consent: consent.event });
    }
  }
  for (const one of withdrawals.goingOn.values()) {
    // One decision may answer several notices: it stands under the first that still is one.
    const first = one.withdrawals.map((withdrawal) => under.get(withdrawal)).find(Boolean);
    if (first) made.push(refusedRow(subject, first.notice, first.consent, one, fold));
  }
  return made;
}

export const withdrawals = subjectModel({
  name: 'withdrawals',
  version: 1,
  table: withdrawalTable,
  judges: false,
  unmovedBy: unmovedBy(...identifying, ...collecting, ...using, 'DataTransferred', ...telling, ...tasking),
  rows: ({ subject, fold }) => rows(subject, fold),
});

export type WithdrawalFilter = 'subject' | 'category' | 'purpose' | 'recipient' | 'status' | 'from' | 'until' | 'due';

// A condition may end without anybody telling of it, so what stands depends on when it is asked.
const status = `(case when t.status = 'refused' and t.due <= ${nowMoment} then 'ended' else t.status::text end)`;

export const withdrawalRegister: RegisterDefinition<WithdrawalFilter> = {
  name: 'withdrawals',
  model: 'withdrawals',
  table: withdrawalTable,
  select: { status },
  conditions: {
    subject: 't.subject = $::uuid',
    category: '$::read_models.code = any(t.categories)',
    purpose: '$::read_models.code = any(t.purposes)',
    recipient: '$::read_models.code = any(t.recipients)',
    status: `${status} = $`,
    from: 't.received >= $',
    until: 't.received < $',
    /** What was refused and ended by this moment: it is to be decided again. */
    due: `t.status = 'refused' and t.due <= $`,
  },
};
