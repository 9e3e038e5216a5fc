// Which systems of the controller store data, in which countries, from when until when? (Art. 12(2))
import { type RegisterDefinition } from '../page.js';
import { registerModel } from '../read-model.js';
import { defineTable, is, nowMoment, optional, type RowOf } from '../table.js';

const holderTable = defineTable({
  name: 'holder',
  columns: {
    holder: is.code,
    /** From when data was stored so: one holder has a row for each time that it was told of. */
    registered: is.moment,
    /** HolderRegistered. */
    event: is.id,
    id: is.id,
    countries: is.countries,
    /** Until when: from then on it was told of otherwise. */
    until: optional(is.moment),
    events: is.ids,
  },
  key: ['holder', 'registered', 'event'],
  indexes: [],
});
export type HolderRow = RowOf<typeof holderTable>;

export const holders = registerModel({
  name: 'holders',
  version: 2,
  table: holderTable,
  rows: (registers): HolderRow[] =>
    [...registers.holders].flatMap(([holder, versions]) =>
      versions.map(({ uuid: id, countries, registered, event }, i) => {
        const next = versions[i + 1];
        const row = { holder, registered, event, id, countries };
        return { ...row, ...(next && { until: next.registered }), events: next ? [event, next.event] : [event] };
      }),
    ),
});

export type HolderFilter = 'holder' | 'country' | 'status' | 'from' | 'until';

export const holderRegister: RegisterDefinition<HolderFilter> = {
  name: 'holders',
  model: 'holders',
  table: holderTable,
  conditions: {
    holder: 't.holder = $',
    country: '$::read_models.country = any(t.countries)',
    /** now · superseded */
    status: `$ = (case when t.until is null or t.until > ${nowMoment} then 'now' else 'superseded' end)`,
    /** Which stored data within that time. */
    from: '(t.until is null or t.until > $)',
    until: 't.registered < $',
  },
};
