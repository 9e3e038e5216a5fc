// How many people, and how many people and devices, was anything known of, day by day? (Art. 25-1)
import { entriesOf } from '@derbes/domain';
import { sizeClassOf } from '@derbes/policy';
import { isErased } from '../erased.js';
import { type RegisterDefinition } from '../page.js';
import { subjectModel } from '../read-model.js';
import { edgeColumns, edgeEvents, sumsOf, type Added } from '../sums.js';
import { defineTable, is, optional, type RowOf } from '../table.js';
import { agreeing, collecting, tasking, telling, unmovedBy, using } from '../unmoved.js';

const countedTable = defineTable({
  name: 'counted_subject',
  columns: {
    subject: is.id,
    /** person · device */
    kind: is.code,
    came: is.moment,
    cameBy: is.id,
    gone: optional(is.moment),
    goneBy: optional(is.id),
  },
  key: ['subject'],
  indexes: [],
});

const counts = {
  /** People, and subjects of either kind, first known that day. */
  peopleCame: is.count,
  came: is.count,
  /** And gone with the erasure of the last that was known of them. */
  peopleGone: is.count,
  gone: is.count,
} as const;

const dayTable = defineTable({
  name: 'size_day',
  columns: { day: is.date, ...counts, ...edgeColumns },
  key: ['day'],
  keyedEarly: true,
  indexes: [],
});

const dayOf = (moment: string): string => moment.slice(0, 'YYYY-MM-DD'.length);

const sums = sumsOf<RowOf<typeof countedTable>>({
  table: dayTable,
  counts: Object.keys(counts),
  reads: ['kind', 'came', 'cameBy', 'gone', 'goneBy'],
  of: ({ kind, came, cameBy, gone, goneBy }) => {
    const people = kind === 'person' ? 1 : 0;
    const on = (at: string, event: string, added: Added['counts']): Added => ({
      key: { day: dayOf(at) },
      counts: added,
      ...{ first: at, firstEvent: event, last: at, lastEvent: event },
    });
    return [
      on(came, cameBy, { peopleCame: people, came: 1 }),
      ...(gone === undefined || goneBy === undefined ? [] : [on(gone, goneBy, { peopleGone: people, gone: 1 })]),
    ];
  },
  ends: ['came', 'gone']
    .map(
      (at) => `select left(${at}, 10)::read_models.day as day, ${at} as first, ${at}_by as first_event, ${at} as last,
        ${at}_by as last_event from {counted_subject} where ${at} is not null`,
    )
    .join(' union all '),
});

interface Told {
  readonly at: string;
  readonly id: string;
}
const inOrder = (events: readonly Told[]): Told[] =>
  [...events].sort((a, b) => (a.at === b.at ? (a.id < b.id ? -1 : 1) : a.at < b.at ? -1 : 1));

export const size = subjectModel({
  name: 'size',
  version: 2,
  table: countedTable,
  judges: false,
  sums,
  unmovedBy: unmovedBy(
    'IdentifierLinked',
    'IdentifierUnlinked',
    'IdentifierContested',
    ...collecting,
    ...using,
    'DataTransferred',
    ...agreeing,
    ...telling,
    ...tasking,
  ),
  rows({ subject, folds }): RowOf<typeof countedTable>[] {
    const registered = folds.flatMap((fold) => entriesOf(fold, 'SubjectRegistered'));
    const [first] = inOrder(registered);
    if (first === undefined) return [];
    const kind = registered.some(({ facts }) => facts.kind === 'person') ? 'person' : 'device';
    const ends = inOrder(folds.flatMap((fold) => entriesOf(fold, 'ErasureExecuted')));
    const last = folds.every(isErased) ? ends.at(-1) : undefined;
    const came = { came: first.at, cameBy: first.id };
    return [{ subject, kind, ...came, ...(last && { gone: last.at, goneBy: last.id }) }];
  },
});

const sizeTable = defineTable({
  name: 'size_day',
  columns: {
    day: is.date,
    people: is.count,
    withDevices: is.count,
    /** With which the changes of the day began, and the last of them. */
    events: is.ids,
  },
  key: ['day'],
  indexes: [],
});
/** What stood at the end of a day on which it changed. */
export type SizeRow = RowOf<typeof sizeTable>;

export type SizeFilter = 'from' | 'until';

export const sizeRegister: RegisterDefinition<SizeFilter> = {
  name: 'size',
  model: 'size',
  table: sizeTable,
  rows: `select t.day, (sum(t.people_came - t.people_gone) over (order by t.day))::int as people,
    (sum(t.came - t.gone) over (order by t.day))::int as with_devices, ${edgeEvents} as events from {size_day} t`,
  byProfile: {
    columns: ['sizeClass'],
    of: ({ people, withDevices }, profile) => ({
      sizeClass: sizeClassOf(profile, Math.max(Number(people), Number(withDevices))),
    }),
  },
  conditions: { from: `t.day >= left($, 10)`, until: `t.day < left($, 10)` },
};
