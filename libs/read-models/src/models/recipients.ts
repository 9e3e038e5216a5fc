// Who may receive data: of what class, where, for what, under which undertaking, and does that still stand?
import { recipientAt } from '@derbes/domain';
import { type RegisterDefinition } from '../page.js';
import { registerModel } from '../read-model.js';
import { defineTable, is, nowMoment, optional, type RowOf } from '../table.js';

/** As last told, whatever moment that speaks of; what stood at an earlier one is the dossier's question. */
const recipientTable = defineTable({
  name: 'recipient',
  columns: {
    recipient: is.code,
    /** Owner of the sealed name, BIN and number of the undertaking: `organisation-<id>`. */
    id: is.id,
    status: is.code,
    class: is.code,
    country: is.country,
    categories: is.codes,
    purposes: is.codes,
    undertakingFrom: optional(is.date),
    undertakingUntil: optional(is.date),
    registered: is.moment,
    suspendedFrom: optional(is.moment),
    suspensionGround: optional(is.code),
    events: is.ids,
  },
  key: ['recipient'],
  indexes: [],
});
export type RecipientRow = RowOf<typeof recipientTable>;

/** Later than any moment that a fact may name. */
const endOfTime = '9999-12-31T23:59:59Z';

export const recipients = registerModel({
  name: 'recipients',
  version: 1,
  table: recipientTable,
  rows: (registers): RecipientRow[] =>
    [...registers.recipients.keys()].flatMap((code) => {
      const recipient = recipientAt(registers, code, endOfTime);
      if (!recipient) return [];
      const { event, uuid, undertaking, suspended, class: kind, country, categories, purposes, registered } = recipient;
      return [
        {
          class: kind,
          country,
          categories,
          purposes,
          registered,
          recipient: code,
          id: uuid,
          status: suspended ? 'suspended' : 'registered',
          ...(undertaking && { undertakingFrom: undertaking.from }),
          ...(undertaking?.until !== undefined && { undertakingUntil: undertaking.until }),
          ...(suspended && { suspendedFrom: suspended.from, suspensionGround: suspended.ground }),
          events: suspended ? [event, suspended.event] : [event],
        },
      ];
    }),
});

export type RecipientFilter = 'recipient' | 'status' | 'category' | 'purpose' | 'from' | 'until';

// A suspension may be told before the moment from which it holds, so what stands depends on when it is asked.
const status = `(case when t.suspended_from > ${nowMoment} then 'registered' else t.status::text end)`;

export const recipientRegister: RegisterDefinition<RecipientFilter> = {
  name: 'recipients',
  model: 'recipients',
  table: recipientTable,
  select: { status },
  conditions: {
    recipient: 't.recipient = $',
    status: `${status} = $`,
    category: '$::read_models.code = any(t.categories)',
    purpose: '$::read_models.code = any(t.purposes)',
    from: 't.registered >= $',
    until: 't.registered < $',
  },
};
