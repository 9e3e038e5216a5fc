// Who answered for the handling of personal data, from when until when? (Art. 25(3))
import { type RegisterDefinition } from '../page.js';
import { registerModel } from '../read-model.js';
import { defineTable, is, optional, type RowOf } from '../table.js';

const officerTable = defineTable({
  name: 'officer',
  columns: {
    begins: is.moment,
    event: is.id,
    /** Owner of the sealed name: `staff-<id>`. */
    staff: is.id,
    /** When the next one began. */
    ends: optional(is.moment),
    events: is.ids,
  },
  key: ['begins', 'event'],
  indexes: [],
});
export type OfficerRow = RowOf<typeof officerTable>;

export const officers = registerModel({
  name: 'officers',
  version: 1,
  table: officerTable,
  rows: ({ appointments }): OfficerRow[] =>
    appointments.map(({ event, staff, from }, i) => {
      const next = appointments[i + 1];
      return {
        begins: from,
        event,
        staff,
        ...(next && { ends: next.from }),
        events: next ? [event, next.event] : [event],
      };
    }),
});

export type OfficerFilter = 'from' | 'until';

export const officerRegister: RegisterDefinition<OfficerFilter> = {
  name: 'officers',
  model: 'officers',
  table: officerTable,
  conditions: { from: '(t.ends is null or t.ends > $)', until: 't.begins < $' },
};
