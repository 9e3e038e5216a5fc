// Who was on the list when a breach was declared? Ids and categories in documents named by their hash, read and written page by page.
import { type FrozenRadius, type IncidentScope } from '@derbes/domain';
import { canonicalJson, type JsonValue } from '@derbes/kernel';
import { type Affected, type Radius, type RadiusAsk } from '@derbes/read-models';
import { createHash } from 'node:crypto';
import { type Documents } from '../write/documents.js';

/** People of one page; with every category there is a page stays below a mebibyte, as rows of backups are. */
export const pagePeopleMax = 2_000;
/** Pages of one list. */
const pagesMax = 10_000;

/** A list of more people than any ledger has. */
class RadiusTooLong extends Error {
  readonly code = 'TOO_MUCH_STANDS';
}

/** What the index of a frozen list says; its pages have the people. */
export interface FrozenIndex {
  readonly v: '1';
  readonly scope: IncidentScope;
  /** When it was counted, and until when the ledger had been read then. */
  readonly asked: string;
  readonly reached: string;
  readonly people: string;
  readonly records: string;
  readonly categories: readonly { readonly category: string; readonly people: string }[];
  /** SHA-256 of each page, in the order of the people's ids. */
  readonly pages: readonly string[];
}

interface FrozenPage {
  readonly v: '1';
  readonly people: readonly (readonly [subject: string, categories: readonly string[]])[];
}

/** Which page of a frozen list, and how many of its people come before. */
export interface PlaceInList {
  readonly page: number;
  readonly offset: number;
}

interface PartOfList {
  readonly people: readonly Affected[];
  readonly next?: PlaceInList;
}

type Pages = AsyncIterable<readonly Affected[]>;

/** Frozen lists; a document is durable before an event names it, and one that no event names means nothing. */
export class FrozenRadii {
  constructor(
    private readonly documents: Pick<Documents, 'get' | 'put'>,
    private readonly radius: Pick<Radius, 'pages'>,
  ) {}

  /** Counts a scope and keeps who is in it; undefined while nobody can be counted. `before`: the list that it takes the place of. */
  async freeze(
    scope: IncidentScope,
    ask: RadiusAsk,
    asked: string,
    before?: string,
  ): Promise<FrozenRadius | undefined> {
    const counts = new Map<string, number>();
    const pages: string[] = [];
    let people = 0;
    let reached: string | undefined;
    for await (const page of this.radius.pages(ask)) {
      reached = page.reach.moment ?? asked;
      if (page.reach.state !== 'live') return undefined;
      for (let from = 0; from < page.people.length; from += pagePeopleMax) {
        const some = page.people.slice(from, from + pagePeopleMax);
        people += some.length;
        for (const { categories } of some) for (const one of categories) counts.set(one, (counts.get(one) ?? 0) + 1);
        if (pages.length >= pagesMax) throw new RadiusTooLong(`more than ${pagesMax} pages`);
        pages.push(await this.put({ v: '1', people: some.map(({ subject, categories }) => [subject, categories]) }));
      }
    }
    if (reached === undefined) return undefined;
    const categories = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
    const records = String(categories.reduce((sum, [, count]) => sum + count, 0));
    const index: FrozenIndex = {
      v: '1',
      scope,
      asked,
      reached,
      people: String(people),
      records,
      categories: categories.map(([category, count]) => ({ category, people: String(count) })),
      pages,
    };
    const document = await this.put(index);
    const difference =
      before === undefined ? undefined : await differenceOf(this.people(before), this.people(document));
    return {
      document,
      people: index.people,
      records,
      ...(difference && { difference: { added: difference.added, gone: difference.gone } }),
    };
  }

  async index(document: string): Promise<FrozenIndex> {
    return (await this.read(document)) as FrozenIndex;
  }

  /** The people of a list in the order of their ids, page by page. */
  async *people(document: string): AsyncGenerator<readonly Affected[]> {
    for (const page of (await this.index(document)).pages) {
      const { people } = (await this.read(page)) as FrozenPage;
      yield people.map(([subject, categories]) => ({ subject, categories }));
    }
  }

  /** At most `limit` people from a place on, and where the next are; absent behind the last. */
  async part(document: string, from: PlaceInList, limit: number): Promise<PartOfList> {
    const { pages } = await this.index(document);
    const found: Affected[] = [];
    let { page, offset } = from;
    for (let name = pages[page]; name !== undefined && found.length < limit; name = pages[page]) {
      const { people } = (await this.read(name)) as FrozenPage;
      const some = people.slice(offset, offset + limit - found.length);
      found.push(...some.map(([subject, categories]) => ({ subject, categories })));
      offset += some.length;
      if (offset >= people.length) [page, offset] = [page + 1, 0];
    }
    return { people: found, ...(page < pages.length && { next: { page, offset } }) };
  }

  /** Against what stands now. */
  against(document: string, ask: RadiusAsk): Promise<Difference> {
    return differenceOf(this.people(document), peopleOf(this.radius.pages(ask)));
  }

  private async put(value: object): Promise<string> {
    const bytes = Buffer.from(canonicalJson(value as JsonValue));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await this.documents.put(sha256, bytes);
    return sha256;
  }

  private async read(document: string): Promise<unknown> {
    const bytes = await this.documents.get(document);
    if (!bytes) throw new Error(`the document ${document} is missing`);
    return JSON.parse(bytes.toString());
  }
}

async function* peopleOf(pages: ReturnType<Radius['pages']>): Pages {
  for await (const { people } of pages) yield people;
}

/** Differing people that an answer names, of each kind. */
export const namedDifferenceMax = 200;

export interface Difference {
  readonly added: number;
  readonly gone: number;
  readonly addedSubjects: readonly string[];
  readonly goneSubjects: readonly string[];
}

/** Two lists, each in the order of ids, read side by side. */
async function differenceOf(before: Pages, after: Pages): Promise<Difference> {
  const olds = idsIn(before);
  const news = idsIn(after);
  const found = { added: 0, gone: 0, addedSubjects: [] as string[], goneSubjects: [] as string[] };
  let one = await olds.next();
  let other = await news.next();
  while (one.done !== true || other.done !== true) {
    const a = one.done === true ? undefined : one.value;
    const b = other.done === true ? undefined : other.value;
    if (b === undefined || (a !== undefined && a < b)) {
      if (++found.gone <= namedDifferenceMax) found.goneSubjects.push(a ?? '');
      one = await olds.next();
    } else if (a === undefined || b < a) {
      if (++found.added <= namedDifferenceMax) found.addedSubjects.push(b);
      other = await news.next();
    } else {
      one = await olds.next();
      other = await news.next();
    }
  }
  return found;
}

async function* idsIn(pages: Pages): AsyncGenerator<string> {
  for await (const people of pages) for (const { subject } of people) yield subject;
}
