// How many people, and how many people and devices, was anything known of, day by day? (Art. 25-1)
import { entriesOf } from '@derbes/domain';
import { sizeClassOf } from '@derbes/policy';
import { isErased } from '../erased.js';
import { type RegisterDefinition } from '../page.js';
import { subjectModel } from '../read-model.js';
import { defineTable, is, optional, type RowOf } from '../table.js';

const countedTable = defineTable({
  name: 'counted_subject',
  columns: {
    subject: is.id,
    /** person · device */
    kind: is.code,
    came: is.date,
    gone: optional(is.date),
  },
  key: ['subject'],
  indexes: [],
});

const dayOf = (moment: string): string => moment.slice(0, 'YYYY-MM-DD'.length);

export const size = subjectModel({
  name: 'size',
  version: 1,
  table: countedTable,
  judges: false,
  rows({ subject, folds }): RowOf<typeof countedTable>[] {
    const registered = folds.flatMap((fold) => entriesOf(fold, 'SubjectRegistered'));
    const [came] = registered.map(({ at }) => dayOf(at)).sort();
    if (came === undefined) return [];
    const kind = registered.some(({ facts }) => facts.kind === 'person') ? 'person' : 'device';
    const ends = folds.flatMap((fold) => entriesOf(fold, 'ErasureExecuted')).map(({ at }) => dayOf(at));
    const gone = folds.every(isErased) ? ends.sort().at(-1) : undefined;
    return [{ subject, kind, came, ...(gone !== undefined && { gone }) }];
  },
});

const sizeTable = defineTable({
  name: 'counted_subject',
  columns: { day: is.date, people: is.count, withDevices: is.count },
  key: ['day'],
  indexes: [],
});
/** What stood at the end of a day on which it changed. */
export type SizeRow = RowOf<typeof sizeTable>;

export type SizeFilter = 'from' | 'until';

const person = `(kind::text = 'person')::int`;

export const sizeRegister: RegisterDefinition<SizeFilter> = {
  name: 'size',
  model: 'size',
  table: sizeTable,
  rows: `select day, (sum(sum(people)) over (order by day))::int as people, (sum(sum(subjects)) over (order by day))::int as with_devices
    from (select came as day, ${person} as people, 1 as subjects from {counted_subject}
      union all select gone, -${person}, -1 from {counted_subject} where gone is not null) changes
    group by day`,
  byProfile: {
    columns: ['sizeClass'],
    of: ({ people, withDevices }, profile) => ({
      sizeClass: sizeClassOf(profile, Math.max(Number(people), Number(withDevices))),
    }),
  },
  conditions: { from: `t.day >= left($, 10)`, until: `t.day < left($, 10)` },
};
