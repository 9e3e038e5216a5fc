// How many findings are of one class, of how many people, since when, and is any of them open?
import { type RegisterDefinition } from '../page.js';
import { defineTable, is, type RowOf } from '../table.js';
import { beside, conditions, standing, type FindingFilter } from './findings.js';

const classTable = defineTable({
  name: 'finding',
  columns: {
    code: is.findingCode,
    clause: is.place,
    source: is.source,
    basis: is.code,
    period: is.place,
    article: is.place,
    assessment: is.code,
    people: is.count,
    findings: is.count,
    first: is.moment,
    last: is.moment,
  },
  key: ['code', 'clause', 'source', 'basis', 'period'],
  indexes: [],
});
/** One suspicion raised many times: code × clause × source × basis × month. Its findings are listed by these five filters. */
export type FindingClassRow = RowOf<typeof classTable>;

export const findingClassRegister: RegisterDefinition<FindingFilter> = {
  name: 'finding-classes',
  model: 'findings',
  with: ['requests', 'retention'],
  table: classTable,
  beside,
  standing,
  conditions,
  select: {
    article: 'min(t.article)',
    // While one finding of the class is open, so is the class.
    assessment: `(case when bool_or(t.assessment = 'open') then 'open' else min(t.assessment) end)`,
    people: 'count(distinct t.subject)::integer',
    findings: 'count(*)::integer',
    first: 'min(t.occurred)',
    last: 'max(t.occurred)',
  },
  groupBy: ['code', 'clause', 'source', 'basis', 'period'],
};
