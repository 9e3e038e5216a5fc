// By what can an affected person be told? Full name, IIN and mobile as they stand now, opened for this answer alone.
import { dossierOf, type PartRef } from '@derbes/domain';
import { type Policy } from '@derbes/policy';
import { erasedPerson } from '../read/erased-person.js';
import { openTraced, tracedBy } from '../read/open-parts.js';
import { readPerson, type Person } from '../read/person.js';
import { type Readers } from '../read/readers.js';

/** Order 481/НҚ: full name and/or IIN and/or mobile. */
export const noticeColumns = ['name', 'iin', 'phone'] as const;
export type NoticeColumn = (typeof noticeColumns)[number];
export type ColumnCategories = Readonly<Record<NoticeColumn, readonly string[]>>;

export interface AffectedValues {
  readonly values: Readonly<Record<NoticeColumn, string>>;
  /** `erased`: nothing can be said of her any more; `none`: no value of these is held here. */
  readonly state: 'told' | 'none' | 'erased';
}

/** Which categories of an edition have them: by the term of the W3C DPV, and by the schemes that identify people. */
export function columnsOf(policies: readonly Policy[]): ColumnCategories {
  const items = policies.flatMap(({ categories }) =>
    categories.flatMap((group) => group.items.flatMap((item) => [item, ...(item.items ?? [])])),
  );
  const byTerm = (term: string): string[] => items.filter(({ dpv }) => dpv?.includes(term)).map(({ code }) => code);
  const byScheme = (scheme: string): string[] =>
    policies.flatMap(({ identifiers }) =>
      (identifiers ?? []).filter((one) => one.scheme === scheme).flatMap(({ category }) => category ?? []),
    );
  const distinct = (codes: readonly string[]): string[] => [...new Set(codes)];
  return {
    name: distinct(byTerm('pd:Name')),
    iin: distinct(byScheme('iin')),
    phone: distinct([...byScheme('phone'), ...byTerm('pd:TelephoneNumber')]),
  };
}

const nothing = { name: '', iin: '', phone: '' };

export async function affectedValues(
  subject: string,
  columns: ColumnCategories,
  readers: Readers,
): Promise<AffectedValues> {
  const begun = await readers.subjects.begin(subject);
  const person = await readPerson(readers, { subject }, begun);
  if (!person) return { values: nothing, state: 'none' };
  if (erasedPerson(person)) return { values: nothing, state: 'erased' };
  const refs = await refsOf(person, columns, readers);
  const traces = new Map(person.streams.flat().map(({ id, parts }) => [id, parts]));
  const opened = (await openTraced(refs.map(({ ref }) => ref).map(tracedBy(traces)), readers)).values();
  const values = { ...nothing };
  for (const { column } of refs) {
    const { value: part } = opened.next();
    if (part?.state !== 'opened' || values[column] !== '') continue;
    values[column] = typeof part.value === 'string' ? part.value : JSON.stringify(part.value);
  }
  return { values, state: Object.values(values).some((value) => value !== '') ? 'told' : 'none' };
}

/** Where the values stand, what holds now first and the newest of it; an earlier one where nothing stands any more. */
async function refsOf(
  person: Person,
  columns: ColumnCategories,
  { subjects }: Readers,
): Promise<readonly { readonly column: NoticeColumn; readonly ref: PartRef }[]> {
  const { history, moments, sources } = person;
  const parts = await subjects.places(person.subjects);
  const { categories } = dossierOf({ ...person, parts, mentioned: new Map(), registers: sources }, moments, history);
  return noticeColumns.flatMap((column) =>
    categories
      .filter(({ category }) => columns[column].includes(category))
      .flatMap(({ values }) => values)
      .filter(({ standing }) => standing !== 'corrected')
      .sort((a, b) => rank(a.standing) - rank(b.standing) || (a.from < b.from ? 1 : -1))
      .slice(0, refsMax)
      .map(({ part }) => ({ column, ref: part })),
  );
}

/** Values of one column that are opened until one can be; more is a history of names. */
const refsMax = 5;
const rank = (standing: 'current' | 'corrected' | 'left'): number => (standing === 'current' ? 0 : 1);
