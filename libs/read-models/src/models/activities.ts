// What is done with data: which category for which purpose, where, to whom, on which basis, of how many people and since when?
import { activitiesOf } from '@derbes/domain';
import { erasedIn } from '../erased.js';
import { type RegisterDefinition } from '../page.js';
import { subjectModel } from '../read-model.js';
import { type SubjectView } from '../subject-view.js';
import { edgeColumns, edgeEvents, sumsOf } from '../sums.js';
import { defineTable, is, type RowOf } from '../table.js';
import { agreeing, identifying, telling, unmovedBy } from '../unmoved.js';

const of = {
  purpose: is.code,
  category: is.code,
  /** `-` where no fact names one, here and below. */
  holder: is.code,
  recipient: is.code,
  /** ISO 3166-1 alpha-2. */
  country: is.place,
  basis: is.code,
} as const;
type Of = { readonly [Name in keyof typeof of]: string };
const activityKey = ['purpose', 'category', 'holder', 'recipient', 'country', 'basis'] as const;

/** What each person's facts add: rows of a person give way together, so that sums of them follow whatever becomes of a person. */
const partTable = defineTable({
  name: 'activity_part',
  columns: {
    ...of,
    subject: is.id,
    facts: is.count,
    first: is.moment,
    last: is.moment,
    firstEvent: is.id,
    lastEvent: is.id,
    /** yes while data of the person is held so */
    held: is.code,
  },
  key: [...activityKey, 'subject'],
  indexes: [['subject']],
});

function rows({ fold, subject }: SubjectView): RowOf<typeof partTable>[] {
  const erased = erasedIn(fold);
  return activitiesOf(fold, (category, event) => erased(category, [event])).map((part) => ({ ...part, subject }));
}

const counts = {
  people: is.count,
  /** Of whom data is held so now. */
  held: is.count,
  facts: is.count,
} as const;

const sumTable = defineTable({
  name: 'activity_sum',
  columns: { ...of, ...counts, ...edgeColumns },
  key: [...activityKey],
  keyedEarly: true,
  indexes: [],
});

const keyOf = (row: Of): Of => Object.fromEntries(activityKey.map((name) => [name, row[name]])) as unknown as Of;

const sums = sumsOf<RowOf<typeof partTable>>({
  table: sumTable,
  counts: Object.keys(counts),
  people: 'people',
  reads: [...activityKey, 'facts', 'held', 'first', 'firstEvent', 'last', 'lastEvent'],
  of: (part) => {
    const { facts, held, first, firstEvent, last, lastEvent } = part;
    const added = { facts, held: held === 'yes' ? 1 : 0 };
    return [{ key: keyOf(part), counts: added, first, firstEvent, last, lastEvent }];
  },
  ends: 'select * from {activity_part}',
});

export const activities = subjectModel({
  name: 'activities',
  version: 2,
  table: partTable,
  judges: false,
  unmovedBy: unmovedBy(...identifying, ...agreeing, ...telling, 'TaskDelivered'),
  rows,
  sums,
});

const activityTable = defineTable({
  name: 'activity_sum',
  columns: {
    ...of,
    ...counts,
    first: is.moment,
    last: is.moment,
    /** With which it began, and the last. */
    events: is.ids,
  },
  key: [...activityKey],
  indexes: [],
});
/** One processing activity, as it is practised. */
export type ActivityRow = RowOf<typeof activityTable>;

export type ActivityFilter = 'category' | 'purpose' | 'holder' | 'recipient' | 'basis' | 'from' | 'until';

export const activityRegister: RegisterDefinition<ActivityFilter> = {
  name: 'activities',
  model: 'activities',
  table: activityTable,
  conditions: {
    category: 't.category = $',
    purpose: 't.purpose = $',
    holder: 't.holder = $',
    recipient: 't.recipient = $',
    basis: 't.basis = $',
    /** Which were practised since then. */
    from: 't.last >= $',
    until: 't.first < $',
  },
  select: { events: edgeEvents },
};
