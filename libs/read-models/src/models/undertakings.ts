// Which undertakings did recipients give, and when does each end? (Art. 10(1))
import { type RegisterDefinition } from '../page.js';
import { registerModel } from '../read-model.js';
import { defineTable, is, optional, type RowOf } from '../table.js';

/** How long before its end an undertaking is shown as ending: time to have it renewed, no term of any law. */
export const endsSoonDays = 30;

const columns = {
  recipient: is.code,
  /** The event RecipientRegistered that states it, or states none. */
  event: is.id,
  /** Owner of the sealed name and number: `organisation-<id>`. */
  id: is.id,
  registered: is.moment,
  begins: optional(is.date),
  ends: optional(is.date),
  /** When the recipient was registered anew. */
  superseded: optional(is.moment),
  events: is.ids,
} as const;

const undertakingTable = defineTable({ name: 'undertaking', columns, key: ['recipient', 'event'], indexes: [] });
type Row = RowOf<typeof undertakingTable>;

export const undertakings = registerModel({
  name: 'undertakings',
  version: 1,
  table: undertakingTable,
  rows: ({ recipients }): Row[] =>
    [...recipients].flatMap(([recipient, events]) => {
      const stated = events.filter((event) => event.type === 'RecipientRegistered');
      return stated.map(({ id: event, stream, occurred: registered, facts: { undertaking } }, i) => {
        const next = stated[i + 1];
        return {
          recipient,
          event,
          id: stream.slice('recipient-'.length),
          registered,
          ...(undertaking && { begins: undertaking.from }),
          ...(undertaking?.until !== undefined && { ends: undertaking.until }),
          ...(next && { superseded: next.occurred }),
          events: next ? [event, next.id] : [event],
        };
      });
    }),
});

const today = `to_char(now() at time zone 'UTC', 'YYYY-MM-DD')`;
const soon = `to_char((now() at time zone 'UTC') + interval '${endsSoonDays} days', 'YYYY-MM-DD')`;
const status = `(case when t.superseded is not null then 'superseded' when t.begins is null then 'missing'
  when t.ends < ${today} then 'over' when t.begins > ${today} then 'not-yet' when t.ends <= ${soon} then 'ends-soon'
  else 'stands' end)`;

const answerTable = defineTable({
  name: 'undertaking',
  columns: {
    ...columns,
    /** stands · ends-soon · over · not-yet · missing · superseded */
    status: is.code,
  },
  key: ['recipient', 'event'],
  indexes: [],
});
export type UndertakingRow = RowOf<typeof answerTable>;

export type UndertakingFilter = 'recipient' | 'status' | 'from' | 'until';

export const undertakingRegister: RegisterDefinition<UndertakingFilter> = {
  name: 'undertakings',
  model: 'undertakings',
  table: answerTable,
  select: { status },
  conditions: {
    recipient: 't.recipient = $',
    status: `${status} = $`,
    from: 't.registered >= $',
    until: 't.registered < $',
  },
};
