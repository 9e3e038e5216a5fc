// Which systems of the controller store data, and in which countries?
import { type RegisterDefinition } from '../page.js';
import { registerModel } from '../read-model.js';
import { defineTable, is, type RowOf } from '../table.js';

const holderTable = defineTable({
  name: 'holder',
  columns: { holder: is.code, id: is.id, countries: is.countries, registered: is.moment, events: is.ids },
  key: ['holder'],
  indexes: [],
});
export type HolderRow = RowOf<typeof holderTable>;

export const holders = registerModel({
  name: 'holders',
  version: 1,
  table: holderTable,
  rows: (registers): HolderRow[] =>
    [...registers.holders].flatMap(([code, versions]) => {
      const last = versions.at(-1);
      if (!last) return [];
      const { uuid, countries, registered, event } = last;
      return [{ holder: code, id: uuid, countries, registered, events: [event] }];
    }),
});

export type HolderFilter = 'holder' | 'country' | 'from' | 'until';

export const holderRegister: RegisterDefinition<HolderFilter> = {
  name: 'holders',
  model: 'holders',
  table: holderTable,
  conditions: {
    holder: 't.holder = $',
    country: '$::read_models.country = any(t.countries)',
    from: 't.registered >= $',
    until: 't.registered < $',
  },
};
