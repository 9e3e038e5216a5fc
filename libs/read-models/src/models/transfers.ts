// Who received which data, when, where, for what and on what ground, and was the person told?
import { entriesOf, type EntryOf } from '@derbes/domain';
import { erasedIn } from '../erased.js';
import { type RegisterDefinition } from '../page.js';
import { subjectModel } from '../read-model.js';
import { type SubjectView } from '../subject-view.js';
import { defineTable, is, optional, type RowOf } from '../table.js';
import { agreeing, collecting, identifying, tasking, unmovedBy, using } from '../unmoved.js';

const transferTable = defineTable({
  name: 'transfer',
  columns: {
    occurred: is.moment,
    event: is.id,
    subject: is.id,
    recipient: is.code,
    country: is.country,
    mode: is.code,
    categories: is.codes,
    purposes: is.codes,
    basis: optional(is.code),
    consent: optional(is.id),
    law: optional(is.place),
    article: optional(is.place),
    ground: optional(is.code),
    holder: optional(is.code),
    role: optional(is.code),
    source: optional(is.source),
    edition: optional(is.hash),
    /** When the person was first told of it (Art. 19(1)). */
    told: optional(is.moment),
    events: is.ids,
  },
  key: ['occurred', 'event'],
  indexes: [['subject'], ['recipient', 'occurred', 'event']],
});
export type TransferRow = RowOf<typeof transferTable>;

type Transferred = EntryOf<'DataTransferred'>;
type Notified = EntryOf<'SubjectNotified'>;

function transferRow(
  entry: Transferred,
  categories: readonly string[],
  subject: string,
  notices: readonly Notified[],
): TransferRow {
  const { id, occurred, source, edition, facts } = entry;
  const { recipient, country, mode, purposes, basis, ground, holder, role } = facts;
  const told = notices.filter((notice) => notice.facts.transfers?.includes(id));
  return {
    occurred,
    event: id,
    subject,
    recipient,
    country,
    mode,
    categories,
    purposes,
    ...(basis && { basis: basis.code }),
    ...(basis?.consent !== undefined && { consent: basis.consent }),
    ...(basis?.law !== undefined && { law: basis.law }),
    ...(basis?.article !== undefined && { article: basis.article }),
    ...(ground !== undefined && { ground }),
    ...(holder !== undefined && { holder }),
    ...(role !== undefined && { role }),
    ...(source !== undefined && { source }),
    ...(edition !== undefined && { edition }),
    ...(told[0] && { told: told[0].occurred }),
    events: [id, ...told.map((notice) => notice.id)],
  };
}

function rows({ subject, fold }: SubjectView): TransferRow[] {
  const notices = entriesOf(fold, 'SubjectNotified');
  const erased = erasedIn(fold);
  return entriesOf(fold, 'DataTransferred').flatMap((entry) => {
    const categories = entry.facts.categories.filter((category) => !erased(category, [entry.id]));
    return categories.length === 0 ? [] : [transferRow(entry, categories, subject, notices)];
  });
}

export const transfers = subjectModel({
  name: 'transfers',
  version: 1,
  table: transferTable,
  judges: false,
  unmovedBy: unmovedBy(...identifying, ...collecting, ...using, ...agreeing, ...tasking),
  rows,
});

export type TransferFilter = 'subject' | 'recipient' | 'category' | 'purpose' | 'holder' | 'country' | 'from' | 'until';

export const transferRegister: RegisterDefinition<TransferFilter> = {
  name: 'transfers',
  model: 'transfers',
  table: transferTable,
  conditions: {
    subject: 't.subject = $::uuid',
    recipient: 't.recipient = $',
    category: '$::read_models.code = any(t.categories)',
    purpose: '$::read_models.code = any(t.purposes)',
    holder: 't.holder = $',
    country: 't.country = $',
    from: 't.occurred >= $',
    until: 't.occurred < $',
  },
};

/** Transfers to another country than `home`, where a profile says that data has one. */
export const crossBorderRegister: RegisterDefinition<TransferFilter | 'home'> = {
  ...transferRegister,
  name: 'cross-border',
  alsoServes: ({ ground }, profile) => [profile.cross_border.find(({ code }) => code === ground)?.article],
  conditions: { ...transferRegister.conditions, home: 't.country <> $' },
};
