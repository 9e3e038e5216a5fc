// What was taken from public sources, on which ground, for which case, and is the link to the source kept? (Art. 7(5), 7(11))
import { entriesOf, type EntryOf } from '@derbes/domain';
import { erasedIn } from '../erased.js';
import { type RegisterDefinition } from '../page.js';
import { subjectModel } from '../read-model.js';
import { defineTable, is, optional, type RowOf } from '../table.js';
import { agreeing, identifying, tasking, telling, unmovedBy, using } from '../unmoved.js';

const publicSourceTable = defineTable({
  name: 'public_source',
  columns: {
    occurred: is.moment,
    event: is.id,
    subject: is.id,
    holder: is.code,
    categories: is.codes,
    purposes: is.codes,
    ground: optional(is.code),
    ofCase: optional(is.code),
    fetched: optional(is.moment),
    /** withheld: the link is sealed, and shown to officers in the person's dossier · not-told */
    link: is.code,
    events: is.ids,
  },
  key: ['occurred', 'event'],
  indexes: [['subject']],
});
export type PublicSourceRow = RowOf<typeof publicSourceTable>;

type Collected = EntryOf<'DataCollected'> | EntryOf<'DataDeclared'>;

function rowOf({ id, occurred, facts }: Collected, categories: readonly string[], subject: string): PublicSourceRow {
  const { holder, purposes, origin } = facts;
  const { ground, case: ofCase, fetched, link } = origin;
  return {
    occurred,
    event: id,
    subject,
    holder,
    categories,
    purposes,
    ...(ground !== undefined && { ground }),
    ...(ofCase !== undefined && { ofCase }),
    ...(fetched !== undefined && { fetched }),
    link: link ? 'withheld' : 'not-told',
    events: [id],
  };
}

export const publicSources = subjectModel({
  name: 'public-sources',
  version: 1,
  table: publicSourceTable,
  judges: false,
  unmovedBy: unmovedBy(...identifying, ...using, 'DataTransferred', ...agreeing, ...telling, ...tasking),
  rows({ subject, fold }) {
    const erased = erasedIn(fold);
    const told: Collected[] = [...entriesOf(fold, 'DataCollected'), ...entriesOf(fold, 'DataDeclared')];
    return told.flatMap((entry) => {
      if (entry.facts.origin.kind !== 'public-source') return [];
      const categories = entry.facts.categories.filter((category) => !erased(category, [entry.id]));
      return categories.length === 0 ? [] : [rowOf(entry, categories, subject)];
    });
  },
});

export type PublicSourceFilter = 'subject' | 'category' | 'purpose' | 'holder' | 'status' | 'from' | 'until';

export const publicSourceRegister: RegisterDefinition<PublicSourceFilter> = {
  name: 'public-sources',
  model: 'public-sources',
  table: publicSourceTable,
  conditions: {
    subject: 't.subject = $::uuid',
    category: '$::read_models.code = any(t.categories)',
    purpose: '$::read_models.code = any(t.purposes)',
    holder: 't.holder = $',
    status: 't.link = $',
    from: 't.occurred >= $',
    until: 't.occurred < $',
  },
};
