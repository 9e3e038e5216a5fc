// Which editions of the policy are there, and from when is each in force?
import { type RegisterDefinition } from '../page.js';
import { registerModel } from '../read-model.js';
import { defineTable, is, nowMoment, type RowOf } from '../table.js';

const editionTable = defineTable({
  name: 'edition',
  columns: {
    inForce: is.moment,
    event: is.id,
    /** SHA-256 of the stored document. */
    document: is.hash,
    edition: is.code,
    assertedBy: is.code,
    languages: is.codes,
  },
  key: ['inForce', 'event'],
  indexes: [],
});
export type EditionRow = RowOf<typeof editionTable>;

export const editions = registerModel({
  name: 'editions',
  version: 1,
  table: editionTable,
  rows: (registers): EditionRow[] => registers.editions.map(({ code, ...edition }) => ({ ...edition, edition: code })),
});

export type EditionFilter = 'document' | 'status' | 'from' | 'until';

export const editionRegister: RegisterDefinition<EditionFilter> = {
  name: 'editions',
  model: 'editions',
  table: editionTable,
  conditions: {
    document: 't.document = $',
    // Which one is in force depends on when it is asked.
    status: `$ = (case when t.in_force > ${nowMoment} then 'coming'
      when t.in_force = (select max(e.in_force) from {edition} e where e.in_force <= ${nowMoment}) then 'in-force'
      else 'superseded' end)`,
    from: 't.in_force >= $',
    until: 't.in_force < $',
  },
};
