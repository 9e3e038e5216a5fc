// What stands in the register of demands of which the law forbids to tell? Opened for the one role; that it was asked is a restricted record.
import { servedBy } from '@derbes/policy';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { csvLine, csvMedia } from '../read/csv.js';
import { JsonAnswer } from '../read/json-answer.js';
import { Readers } from '../read/readers.js';
import { linesOf } from '../read/register-csv.js';
import { wholeSeconds } from '../write/telling-parts.js';
import { Writers } from '../write/writers.js';
import {
  exportedDemandColumns,
  matchesFilter,
  restrictedDemandColumns,
  restrictedDemandPage,
  restrictedDemandRows,
  withoutValues,
  type RestrictedDemandFilter,
  type RestrictedDemandRow,
} from './restricted-demands.js';
import { ExportRestrictedDemands, ReadRestrictedDemands } from './restricted-queries.js';

/** Code of the question, and name of the register. */
const question = 'restricted-demands';

interface Asked {
  readonly filter: RestrictedDemandFilter;
  readonly now: string;
  readonly rows: readonly RestrictedDemandRow[];
}

@QueryHandler(ReadRestrictedDemands)
export class ReadRestrictedDemandsHandler implements IQueryHandler<ReadRestrictedDemands> {
  constructor(
    private readonly readers: Readers,
    private readonly writers: Writers,
  ) {}

  execute(query: ReadRestrictedDemands): Promise<JsonAnswer> {
    return this.readers.seam.ask({ question, asked: query.asked }, async (touches) => {
      const { filter, rows, now } = await rowsFor(query, this.readers, this.writers);
      const page = restrictedDemandPage(rows, filter, query);
      touches([...new Set(page.rows.map(({ subject }) => subject))]);
      const next = page.next === undefined ? {} : { next: page.next };
      if (query.as === 'csv') {
        const lines = csvLine(restrictedDemandColumns) + linesOf(restrictedDemandColumns, page.rows);
        const headers = { 'derbes-reach': now, ...(page.next !== undefined && { 'derbes-next': page.next }) };
        return new JsonAnswer(Buffer.from(lines), csvMedia, headers);
      }
      const answer = { items: page.rows, ...next, reach: { state: 'live', moment: now } };
      return new JsonAnswer(Buffer.from(JSON.stringify(answer)));
    });
  }
}

@QueryHandler(ExportRestrictedDemands)
export class ExportRestrictedDemandsHandler implements IQueryHandler<ExportRestrictedDemands> {
  constructor(
    private readonly readers: Readers,
    private readonly writers: Writers,
  ) {}

  execute(query: ExportRestrictedDemands): Promise<JsonAnswer> {
    return this.readers.seam.ask({ question, asked: query.asked }, async (touches) => {
      const { filter, rows: all, now } = await rowsFor(query, this.readers, this.writers);
      const rows = all.filter((row) => matchesFilter(row, filter)).map(withoutValues);
      touches([...new Set(rows.map(({ subject }) => subject))]);
      if (query.as === 'csv') {
        const lines = csvLine(exportedDemandColumns) + linesOf(exportedDemandColumns, rows);
        return new JsonAnswer(Buffer.from(lines), csvMedia, { 'derbes-reach': now });
      }
      const whole = {
        register: question,
        filter,
        items: rows,
        rows: rows.length,
        reach: { state: 'live', moment: now },
      };
      return new JsonAnswer(Buffer.from(JSON.stringify(whole)));
    });
  }
}

/** All of them, by the moment in which they were read: nothing is kept of them anywhere. */
async function rowsFor(
  query: ReadRestrictedDemands | ExportRestrictedDemands,
  readers: Readers,
  { restricted }: Writers,
): Promise<Asked> {
  const now = readers.now();
  const profile = readers.registers.profileInForce(now);
  const serving = profile === undefined ? [] : servedBy(profile, question);
  const { subject, category, status, overdue, from, until } = query;
  const filter = {
    ...(subject !== undefined && { subject }),
    ...(category !== undefined && { category }),
    ...(status !== undefined && { status }),
    ...(overdue !== undefined && { overdue }),
    ...(from !== undefined && { from: wholeSeconds(from) }),
    ...(until !== undefined && { until: wholeSeconds(until) }),
  };
  return { filter, now, rows: restrictedDemandRows(await restricted.all(), now, serving) };
}
