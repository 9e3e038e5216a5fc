// Which data does each edition call for, for which purpose, kept until when, given to whom? The list of data (Art. 12(1), 25(2)(1)).
import { type Documents, type Edition } from '@derbes/domain';
import { type DeclaredPolicy } from '@derbes/policy';
import { type RegisterDefinition } from '../page.js';
import { registerModel } from '../read-model.js';
import { defineTable, is, nowMoment, optional, type RowOf } from '../table.js';

const dataListTable = defineTable({
  name: 'data_list',
  columns: {
    inForce: is.moment,
    /** The event PolicyPublished. */
    event: is.id,
    category: is.code,
    purpose: is.code,
    document: is.hash,
    edition: is.code,
    /** purpose-reached · term · not-set */
    kept: is.code,
    /** Whose end starts the clock. */
    relation: optional(is.code),
    recipientClasses: is.codes,
    events: is.ids,
  },
  key: ['inForce', 'event', 'category', 'purpose'],
  indexes: [],
});
export type DataListRow = RowOf<typeof dataListTable>;

interface Group {
  readonly code: string;
  readonly items?: readonly Group[];
}

/** The closed ones: a group stands for what is in it. */
const closedIn = (groups: readonly Group[]): string[] =>
  groups.flatMap(({ code, items = [] }) => (items.length > 0 ? closedIn(items) : [code]));

function rowsOf({ event, document, code: edition, inForce }: Edition, declared: DeclaredPolicy): DataListRow[] {
  const { policy } = declared;
  return closedIn(policy.categories).flatMap((category) => {
    const recipientClasses = policy.recipients
      .map(({ code }) => code)
      .filter((recipient) => declared.categoryFitsRecipient(recipient, category) === 'fits');
    return policy.purposes
      .filter(({ code }) => declared.categoryFitsPurpose(category, code) === 'fits')
      .map(({ code: purpose }) => {
        const retention = declared.retention(purpose, category);
        return {
          inForce,
          event,
          category,
          purpose,
          document,
          edition,
          kept: retention?.until ?? 'not-set',
          ...(retention?.relation !== undefined && { relation: retention.relation }),
          recipientClasses,
          events: [event],
        };
      });
  });
}

export const dataList = registerModel({
  name: 'data-list',
  version: 1,
  table: dataListTable,
  rows: ({ editions }, documents: Documents) =>
    editions.flatMap((edition) => {
      const declared = documents.policy(edition.document);
      return declared ? rowsOf(edition, declared) : [];
    }),
});

export type DataListFilter = 'category' | 'purpose' | 'status' | 'from' | 'until';

export const dataListRegister: RegisterDefinition<DataListFilter> = {
  name: 'data-list',
  model: 'data-list',
  table: dataListTable,
  conditions: {
    category: 't.category = $',
    purpose: 't.purpose = $',
    status: `$ = (case when t.in_force > ${nowMoment} then 'coming'
      when t.in_force = (select max(e.in_force) from {data_list} e where e.in_force <= ${nowMoment}) then 'in-force'
      else 'superseded' end)`,
    from: 't.in_force >= $',
    until: 't.in_force < $',
  },
};
