// What was recorded of which the law forbids to tell? That it was read is recorded in the same way, and nowhere else.
import { type RestrictedRecord } from '@derbes/domain';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Readers } from '../read/readers.js';
import { Writers } from '../write/writers.js';
import { ListRestricted, restrictedListedMax, type RestrictedList } from './restricted-queries.js';

@QueryHandler(ListRestricted)
export class ListRestrictedHandler implements IQueryHandler<ListRestricted> {
  constructor(
    private readonly readers: Readers,
    private readonly writers: Writers,
  ) {}

  execute({ asked, subject, demand }: ListRestricted): Promise<RestrictedList> {
    return this.readers.seam.ask({ question: 'restricted', asked }, async (touches) => {
      const records = await this.writers.restricted.all();
      const subjects = subjectsBy(records);
      const found = records.filter((record) => {
        const about = subjects(record);
        const isAbout = subject === undefined || about.includes(subject);
        return isAbout && (demand === undefined || record.id === demand || demandOf(record) === demand);
      });
      const items = found.slice(-restrictedListedMax).reverse();
      touches([...new Set(items.flatMap(subjects))]);
      const lost = await this.writers.restricted.lost();
      return { items, more: found.length > items.length, ...(lost.length > 0 && { lost }) };
    });
  }
}

const demandOf = ({ entry }: RestrictedRecord): string | undefined => ('demand' in entry ? entry.demand : undefined);

/** Whom a record is about: an answer and a lift by what they end. */
function subjectsBy(records: readonly RestrictedRecord[]): (record: RestrictedRecord) => readonly string[] {
  const byId = new Map(records.map((record) => [record.id, record]));
  return ({ entry }) => {
    if (entry.kind === 'read') return entry.subjects;
    const other = entry.kind === 'answer' ? entry.demand : entry.kind === 'lift' ? entry.hold : undefined;
    const named = other === undefined ? entry : byId.get(other)?.entry;
    return named && 'subject' in named ? [named.subject] : [];
  };
}
