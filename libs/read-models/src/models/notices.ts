// Of which transfers are people told, by when, of which not and why, and which notices are under way?
import { entriesOf, isOwed, noticeDuties, sentNotices, type NoticeDuty, type SubjectFold } from '@derbes/domain';
import { erasedIn } from '../erased.js';
import { type RegisterDefinition } from '../page.js';
import { subjectModel } from '../read-model.js';
import { type SubjectView } from '../subject-view.js';
import { defineTable, is, nowMoment, optional, type RowOf } from '../table.js';
import { collecting, identifying, unmovedBy, using } from '../unmoved.js';

const columns = {
  /** When the data was passed on. */
  occurred: is.moment,
  /** The DataTransferred event. */
  event: is.id,
  subject: is.id,
  recipient: is.code,
  recipientClass: optional(is.code),
  categories: is.codes,
  purposes: is.codes,
  /** As stored: owed · done · spared. As answered: owed · prepared · overdue · done · done-late · spared. */
  status: is.code,
  /** Why nobody is told: a case of the profile, edition · not-agreed · no-duty · deceased. */
  spared: optional(is.code),
  clause: is.place,
  /** By which she is told, or by which it is spared. */
  article: is.place,
  due: optional(is.moment),
  strict: optional(is.moment),
  told: optional(is.moment),
  channel: optional(is.code),
  /** `yes`: she was told after the due moment. */
  toldLate: optional(is.code),
  /** The NoticePrepared that names it and was not told yet. */
  notice: optional(is.id),
  /** When whoever sends that notice said that it was sent. */
  sent: optional(is.moment),
  events: is.ids,
} as const;

const noticeTable = defineTable({
  name: 'notice',
  columns,
  key: ['occurred', 'event'],
  indexes: [['subject'], ['status', 'due', 'subject'], ['sent'], ['notice']],
});
export type NoticeRow = RowOf<typeof noticeTable>;

const statusOf = (duty: NoticeDuty): string => {
  if (duty.told) return 'done';
  return isOwed(duty) ? 'owed' : 'spared';
};

function noticeRow(duty: NoticeDuty, categories: readonly string[], subject: string, sent: Sent): NoticeRow {
  const { transfer, recipientClass, spared, clause, article, clock, told, prepared } = duty;
  const { id, occurred, facts } = transfer;
  const when = prepared === undefined ? undefined : sent.get(prepared);
  return {
    occurred,
    event: id,
    subject,
    recipient: facts.recipient,
    ...(recipientClass !== undefined && { recipientClass }),
    categories,
    purposes: facts.purposes,
    status: statusOf(duty),
    ...(spared !== undefined && { spared }),
    clause,
    article,
    ...(clock && { due: clock.due }),
    ...(clock?.strict !== undefined && { strict: clock.strict }),
    ...(told && { told: told.moment, channel: told.channel }),
    ...(told?.late === true && { toldLate: 'yes' }),
    ...(prepared !== undefined && { notice: prepared }),
    ...(when !== undefined && { sent: when }),
    events: [id, ...(prepared === undefined ? [] : [prepared]), ...(told ? [told.event] : [])],
  };
}

type Sent = ReadonlyMap<string, string>;

const sentBy = (fold: SubjectFold): Sent =>
  new Map(sentNotices(fold).map(({ notice, happened }) => [notice, happened]));

function rows(view: SubjectView): NoticeRow[] {
  const { fold, subject } = view;
  if (entriesOf(fold, 'DataTransferred').length === 0) return [];
  const erased = erasedIn(fold);
  const sent = sentBy(fold);
  return noticeDuties(fold, view).flatMap((duty) => {
    const { id, facts } = duty.transfer;
    const categories = facts.categories.filter((category) => !erased(category, [id]));
    return categories.length === 0 ? [] : [noticeRow(duty, categories, subject, sent)];
  });
}

export const notices = subjectModel({
  name: 'notices',
  version: 1,
  table: noticeTable,
  judges: true,
  unmovedBy: unmovedBy(...identifying, ...collecting, ...using, 'PolicyAcknowledged'),
  rows,
  // Where no calendar reached that far, the next one may.
  alsoJudgedAnew: (event, physical) =>
    event.type === 'CalendarPublished'
      ? { subjects: `select subject from ${physical('notice')} where status = 'owed' and due is null`, values: [] }
      : undefined,
});

// A term runs out without anybody telling of it, so what stands depends on when it is asked.
const isOverdue = `(t.status::text = 'owed' and t.due < ${nowMoment})`;
const status = `(case when ${isOverdue} then 'overdue' when t.status::text = 'owed' and t.notice is not null then 'prepared'
  when t.told_late is not null then 'done-late' else t.status::text end)`;

const conditions = {
  subject: 't.subject = $::uuid',
  recipient: 't.recipient = $',
  category: '$::read_models.code = any(t.categories)',
  purpose: '$::read_models.code = any(t.purposes)',
  status: `${status} = $`,
  /** `TRANSFER_NOT_NOTIFIED`: what is overdue. */
  code: `$::text = 'TRANSFER_NOT_NOTIFIED' and ${isOverdue}`,
  from: 't.occurred >= $',
  until: 't.occurred < $',
  /** Owed, and due by this moment. */
  due: `t.status::text = 'owed' and t.due <= $`,
} as const;
export type NoticeFilter = keyof typeof conditions;

export const noticeRegister: RegisterDefinition<NoticeFilter> = {
  name: 'notices',
  model: 'notices',
  table: noticeTable,
  alsoServes: ({ article }) => [typeof article === 'string' && article !== '-' ? article : undefined],
  select: { status },
  conditions,
};

const peopleTable = defineTable({
  name: 'notice',
  columns: {
    subject: is.id,
    /** The earliest of what is owed. */
    due: optional(is.moment),
    /** Transfers of which she has yet to be told; those of them that a notice under way names; those that are overdue. */
    owed: is.count,
    prepared: is.count,
    overdue: is.count,
    done: is.count,
    doneLate: is.count,
    /** Those of which she need not be told. */
    notTold: is.count,
  },
  key: ['subject'],
  indexes: [],
});
/** The same summed up for each person: what one notice would tell her. */
export type NoticePersonRow = RowOf<typeof peopleTable>;

const counted = (which: string): string => `(count(*) filter (where ${which}))::integer`;

export const noticePeopleRegister: RegisterDefinition<NoticeFilter> = {
  name: 'notice-people',
  model: 'notices',
  table: peopleTable,
  conditions,
  select: {
    due: `min(t.due) filter (where t.status::text = 'owed')`,
    owed: counted(`t.status::text = 'owed'`),
    prepared: counted(`t.status::text = 'owed' and t.notice is not null`),
    overdue: counted(isOverdue),
    done: counted(`t.status::text = 'done'`),
    doneLate: counted('t.told_late is not null'),
    notTold: counted(`t.status::text = 'spared'`),
  },
  groupBy: ['subject'],
};
