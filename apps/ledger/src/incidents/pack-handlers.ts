// What is handed to an authority? The fields of a notice, and the list of people with what the state tells them by, as it leaves.
import { readSubjectsMax } from '@derbes/domain';
import { RegisterRefused, type Affected } from '@derbes/read-models';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { type AlsoTouches } from '../read/ask.js';
import { csvLine, csvMedia } from '../read/csv.js';
import { JsonAnswer, type Pieces } from '../read/json-answer.js';
import { pageItemsDefault } from '../read/queries.js';
import { Readers } from '../read/readers.js';
import { Abandoned } from '../read/subject-reader.js';
import { wordingOf } from '../read/wording.js';
import { affectedValues, columnsOf, noticeColumns, type AffectedValues } from './affected-values.js';
import { contactsOf, noticeOf, type AuthorityNotice } from './authority-notice.js';
import { FrozenRadii } from './frozen-radius.js';
import { incidentSources, type IncidentSources } from './incident-sources.js';
import { ReadAuthorityNotice, ReadPeoplePack } from './incident-queries.js';
import { listBegins, readListCursor, writeListCursor } from './list-cursor.js';
import { packWords, stateWords } from './notice-words.js';
import { noticeText } from './notice-text.js';

/** People opened at a time: what is in memory of a list, however long it is. */
const openedTogetherMax = 20;

@QueryHandler(ReadAuthorityNotice)
export class ReadAuthorityNoticeHandler implements IQueryHandler<ReadAuthorityNotice> {
  constructor(
    private readonly readers: Readers,
    private readonly frozen: FrozenRadii,
  ) {}

  execute(query: ReadAuthorityNotice): Promise<AuthorityNotice | string | undefined> {
    const { asked, incident } = query;
    return this.readers.seam.ask({ question: 'incident-notice', asked, filter: { incident } }, async (touches) => {
      const sources = await incidentSources(this.readers, incident);
      touches(sources?.state.scope?.subjects ?? []);
      const notice = sources && (await this.notice(query, sources));
      return notice && query.as === 'text' ? noticeText(notice, query.lang ?? 'ru') : notice;
    });
  }

  private async notice(query: ReadAuthorityNotice, sources: IncidentSources): Promise<AuthorityNotice | undefined> {
    const { state, parts, editions, officer } = sources;
    const counts = state.radius && (await this.frozen.index(state.radius.document));
    const codes = counts?.categories.map(({ category }) => category) ?? [];
    const { categories } = wordingOf({ categories: codes }, editions, undefined);
    return noticeOf({
      incident: query.incident,
      profile: query.profile ?? state.clocks[0]?.profile ?? '',
      state,
      outside: this.readers.registers.outside,
      now: this.readers.now(),
      parts,
      ...(counts && { counts }),
      ...(editions[0] && { policy: editions[0].policy }),
      labelOf: (code) => categories[code]?.label ?? { ru: code, kk: code, en: code },
      ...(officer !== undefined && { officer }),
    });
  }
}

type Lang = 'ru' | 'kk' | 'en';

/** One row of the list. */
interface PackRow extends AffectedValues {
  readonly number: number;
  readonly categories: readonly string[];
}

/** What stands beside every row, or around them. */
interface PackFrame {
  readonly measures: string;
  readonly contact: string;
  /** Known to nobody who was not given the pack: by its hash nobody guesses whom it names. */
  readonly salt: string;
}

/** Frozen people in their order, and how many rows come before them. */
interface PeopleList {
  readonly before: number;
  readonly pages: AsyncIterable<readonly Affected[]> | Iterable<readonly Affected[]>;
}

@QueryHandler(ReadPeoplePack)
export class ReadPeoplePackHandler implements IQueryHandler<ReadPeoplePack> {
  constructor(
    private readonly readers: Readers,
    private readonly frozen: FrozenRadii,
  ) {}

  execute(query: ReadPeoplePack): Promise<JsonAnswer | undefined> {
    const { asked, incident, lang = 'ru' } = query;
    const part = query.cursor !== undefined || query.limit !== undefined;
    const form = query.form ?? (part ? 'json' : 'csv');
    return this.readers.seam.ask({ question: 'incident-pack', asked, filter: { incident } }, async (_, also) => {
      if (part && form === 'csv')
        throw new RegisterRefused('FILTER_UNKNOWN', 'a CSV is the whole list: no limit, no cursor');
      const sources = await incidentSources(this.readers, incident);
      if (!sources) return undefined;
      const frame = frameOf(sources);
      const { list, next } = part ? await this.part(sources, query) : { list: this.whole(sources), next: undefined };
      const rows = (gone: AbortSignal) => this.rows(sources, list, also, gone);
      const pieces: Pieces = (gone) =>
        form === 'csv'
          ? csvOf(rows(gone), frame, lang)
          : jsonOf(rows(gone), frame, { incident, ...(next !== undefined && { next }) });
      const headers = { 'content-disposition': `attachment; filename="incident-${incident}.${form}"` };
      return new JsonAnswer(pieces, form === 'csv' ? csvMedia : 'application/json; charset=utf-8', headers);
    });
  }

  private whole({ state }: IncidentSources): PeopleList {
    return { before: 0, pages: state.radius ? this.frozen.people(state.radius.document) : [] };
  }

  private async part({ state }: IncidentSources, { cursor, limit = pageItemsDefault }: ReadPeoplePack) {
    if (!state.radius) return { list: { before: 0, pages: [] }, next: undefined };
    const { document } = state.radius;
    const from = cursor === undefined ? listBegins : readListCursor(cursor, document);
    const { people, next } = await this.frozen.part(document, from, limit);
    const number = from.number + people.length;
    return {
      list: { before: from.number, pages: [people] },
      next: next && writeListCursor(document, { ...next, number }),
    };
  }

  /** Whoever is named is written down as looked at before a word of her leaves. */
  private async *rows(
    { editions }: IncidentSources,
    { before, pages }: PeopleList,
    also: AlsoTouches,
    gone: AbortSignal,
  ): AsyncGenerator<readonly PackRow[]> {
    const columns = columnsOf(editions.map(({ policy }) => policy));
    let number = before;
    for await (const page of pages) {
      for (let from = 0; from < page.length; from += openedTogetherMax) {
        if (gone.aborted) throw new Abandoned();
        if (from % readSubjectsMax === 0) {
          await also(page.slice(from, from + readSubjectsMax).map(({ subject }) => subject));
        }
        const some = page.slice(from, from + openedTogetherMax);
        const values = await Promise.all(some.map(({ subject }) => affectedValues(subject, columns, this.readers)));
        yield some.flatMap(({ categories }, i) => {
          const told = values[i];
          return told ? [{ ...told, number: ++number, categories }] : [];
        });
      }
    }
  }
}

function frameOf({ parts, editions, officer }: IncidentSources): PackFrame {
  const valuesOf = (category: string): string[] =>
    parts.flatMap((part) =>
      part.state === 'opened' && part.category === category && typeof part.value === 'string' ? [part.value] : [],
    );
  const contacts = contactsOf(editions[0]?.policy).map(({ value }) => value);
  return {
    measures: valuesOf('meta.measures').join('; '),
    contact: [...(officer === undefined ? [] : [officer]), ...contacts].join(', '),
    salt: valuesOf('meta.salt').at(0) ?? '',
  };
}

async function* csvOf(
  rows: AsyncIterable<readonly PackRow[]>,
  { measures, contact, salt }: PackFrame,
  lang: Lang,
): AsyncGenerator<Buffer> {
  yield Buffer.from(csvLine(Object.values(packWords).map((words) => words[lang])));
  for await (const some of rows) {
    const lines = some.map(({ number, values, categories, state }) =>
      csvLine([
        String(number),
        ...noticeColumns.map((column) => values[column]),
        categories,
        stateWords[state][lang],
        measures,
        contact,
        salt,
      ]),
    );
    yield Buffer.from(lines.join(''));
  }
}

async function* jsonOf(
  rows: AsyncIterable<readonly PackRow[]>,
  { salt, ...frame }: PackFrame,
  about: { readonly incident: string; readonly next?: string },
): AsyncGenerator<Buffer> {
  const head = JSON.stringify({ ...about, ...frame, pack: salt });
  yield Buffer.from(`${head.slice(0, -1)},"people":[`);
  let first = true;
  for await (const some of rows) {
    const items = some.map(({ values, ...row }) => JSON.stringify({ ...row, ...values }));
    yield Buffer.from(`${first ? '' : ',\n'}${items.join(',\n')}`);
    first = false;
  }
  yield Buffer.from(']}\n');
}
