// What stands in a whole register? Every row, as fast as it is read by whoever asked, and each person on record before her rows leave.
import { readSubjectsMax } from '@derbes/domain';
import { pageRowsMax, type AnyRow, type Filter, type Page, type Reach, type Register } from '@derbes/read-models';
import { servedBy } from '@derbes/policy';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { randomUUID } from 'node:crypto';
import { Problem } from '../http/problem/problem.js';
import { type AlsoTouches } from './ask.js';
import { csvLine, csvMedia } from './csv.js';
import { ExportRegister } from './queries.js';
import { Readers } from './readers.js';
import { linesOf, reachHeaders } from './register-csv.js';
import { asProblem, filterOf, recordable, subjectsOf } from './register-question.js';
import { type Pieces, JsonAnswer } from './json-answer.js';

/** Whole registers that one process sends at a time; past it whoever asks is told to come again. */
export const exportsMax = 4;
const retryAfterMs = 5_000;
/** People of one export that are remembered as named; past it all are forgotten, and may be named once more. */
export const namedPeopleMax = 50_000;

type Rows = Page<AnyRow>;

interface Export {
  readonly register: Register;
  readonly filter: Filter;
  readonly first: Rows;
  readonly citing: (row: AnyRow) => AnyRow;
  readonly named: Set<string>;
  readonly also: AlsoTouches;
}

/**
 * Pages by the key of the register, one after the other, and no snapshot: nothing is held open for a reader who is slow. A row that
 * stands from beginning to end is met once, as it is when its page is read. A rebuild may swap the tables between two pages.
 */
@QueryHandler(ExportRegister)
export class ExportRegisterHandler implements IQueryHandler<ExportRegister> {
  private running = 0;

  constructor(private readonly readers: Readers) {}

  async execute(question: ExportRegister): Promise<JsonAnswer> {
    const { asked, register: name } = question;
    if (this.running >= exportsMax) {
      throw new Problem('OVERLOADED', `at most ${exportsMax} whole registers are sent at once`, { retryAfterMs });
    }
    const filter = filterOf(question, this.readers);
    // All that is recorded of one export names it, so that who looked tells of one answer.
    const answer = randomUUID();
    const recorded = { ...recordable(filter), answer };
    return this.readers.seam.ask({ question: name, asked, filter: recorded }, async (touches, also) => {
      const register: Register = this.readers.models[name];
      const first = await pageOf(register, filter);
      const people = subjectsOf(first.rows, filter);
      touches(people);
      const { registers } = this.readers;
      const profile = registers.profileInForce(this.readers.now());
      const citing = register.citing(profile);
      const whole = { register, filter, first, citing, named: new Set(people), also };
      const pieces = question.as === 'csv' ? csvPieces(whole) : jsonPieces(whole);
      // Of a register without rows too it can be said what it is shown for.
      const serves = profile === undefined ? '' : servedBy(profile, name).join(' ');
      const headers = { ...reachHeaders(first.reach), 'derbes-answer': answer, 'derbes-serves': serves };
      return new JsonAnswer(this.counted(pieces), question.as === 'csv' ? csvMedia : undefined, headers);
    });
  }

  /** Counted from its first piece on: an answer that nobody begins to read ends by itself and must not count. */
  private counted(pieces: Pieces): Pieces {
    const count = (by: 1 | -1) => (this.running += by);
    return async function* (gone) {
      count(1);
      try {
        yield* pieces(gone);
      } finally {
        count(-1);
      }
    };
  }
}

async function pageOf(register: Register, filter: Filter, cursor?: string): Promise<Rows> {
  try {
    const page = await register.page({ filter, limit: pageRowsMax, ...(cursor !== undefined && { cursor }) });
    // A register that cannot be read must not look like one that is empty, or ended.
    if (page.rows.length > 0 || page.reach.state !== 'rebuilding') return page as Rows;
  } catch (error) {
    throw asProblem(error);
  }
  throw new Problem('UNAVAILABLE', `${register.name} is being built anew`, { retryAfterMs });
}

async function* pagesOf({ register, filter, first, named, also }: Export, gone: AbortSignal): AsyncGenerator<Rows> {
  for (let page = first; ;) {
    if (gone.aborted) return;
    yield page;
    if (page.next === undefined) return;
    page = await pageOf(register, filter, page.next);
    await nameOf(page, named, also);
  }
}

/** Nothing about people leaves before they stand on record. */
async function nameOf({ rows }: Rows, named: Set<string>, also: AlsoTouches): Promise<void> {
  const people = subjectsOf(rows, {}).filter((subject) => !named.has(subject));
  if (people.length === 0) return;
  if (named.size + people.length > namedPeopleMax) named.clear();
  for (const subject of people) named.add(subject);
  for (let at = 0; at < people.length; at += readSubjectsMax) await also(people.slice(at, at + readSubjectsMax));
}

const csvPieces = (whole: Export): Pieces =>
  async function* (gone) {
    const { columns } = whole.register;
    yield Buffer.from(csvLine(columns));
    for await (const { rows } of pagesOf(whole, gone)) yield Buffer.from(linesOf(columns, rows.map(whole.citing)));
  };

/** One JSON document, a row a line; what it says of itself stands at its end, when it is known. */
const jsonPieces = (whole: Export): Pieces =>
  async function* (gone) {
    const { register, filter } = whole;
    yield Buffer.from(`${JSON.stringify({ register: register.name, filter }).slice(0, -1)},"items":[`);
    let count = 0;
    let reach: Reach = whole.first.reach;
    for await (const page of pagesOf(whole, gone)) {
      const lines = page.rows.map((row) => JSON.stringify(whole.citing(row)));
      if (lines.length > 0) yield Buffer.from(`${count === 0 ? '' : ','}\n${lines.join(',\n')}`);
      count += lines.length;
      reach = page.reach;
    }
    // What stops in the middle must not end as if it were whole.
    if (gone.aborted) return;
    yield Buffer.from(`\n],"rows":${count},"reach":${JSON.stringify(reach)}}\n`);
  };
