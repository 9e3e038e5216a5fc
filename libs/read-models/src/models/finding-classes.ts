// How many findings are of one class, of how many people, since when, and is any of them open?
import { type RegisterDefinition } from '../page.js';
import { defineTable, is, nowMoment, snake, type RowOf } from '../table.js';
import { beside, conditions, standing, type FindingFilter } from './findings.js';
import { classKey, classKeys, verdicts } from './finding-sums.js';

const classTable = defineTable({
  name: 'finding_sum',
  columns: {
    ...classKey,
    article: is.place,
    assessment: is.code,
    people: is.count,
    findings: is.count,
    first: is.moment,
    last: is.moment,
    /** The first and the last finding's. */
    events: is.ids,
  },
  key: [...classKeys],
  indexes: [],
});
/** One suspicion raised many times: code × clause × source × basis × month. Its findings are listed by these five filters. */
export type FindingClassRow = RowOf<typeof classTable>;

const kind = classKeys.map((name) => `t.${name}`).join(', ');
const stands = Object.entries({ open: 'open', ...verdicts }).map(([count, verdict]) => ({
  count: snake(count),
  verdict,
}));
/** A moment and an event behind it, as text that sorts as they follow. */
const edge = (at: string, event: string): string => `(${at}::text || ${event}::text) collate "C"`;
const momentOf = (column: string): string => `left(${column}, ${'YYYY-MM-DDTHH:MM:SSZ'.length})`;
const eventOf = (column: string): string => `substr(${column}, ${'YYYY-MM-DDTHH:MM:SSZ'.length + 1})::uuid`;

/** Rows of findings, a class a row. */
const summed = (rows: string, where: readonly string[]): string => `select ${kind}, min(t.article::text) as article,
  count(distinct t.subject)::integer as people, count(*)::integer as findings,
  ${stands.map(({ count, verdict }) => `(count(*) filter (where t.assessment::text = '${verdict}'))::integer as ${count}`).join(', ')},
  min(${edge('t.occurred', 't.event')}) as edge_first, max(${edge('t.occurred', 't.event')}) as edge_last
  from (${rows}) t ${where.length > 0 ? `where ${where.map((one) => `(${one})`).join(' and ')}` : ''} group by ${kind}`;

const columns = ['occurred', 'event', 'subject', 'article', 'assessment', 'category', 'purpose', 'params', 'recorded'];
const read = [...classKeys, ...columns].join(', ');
const besides = `select ${read} from (${beside.query}) b`;

/** Those about people are kept summed up; those about nobody, and what is so by the clock alone, are few. */
const kept = `select ${kind}, min(t.article) as article, sum(t.people)::integer as people, sum(t.findings)::integer as findings,
  ${stands.map(({ count }) => `sum(t.${count})::integer as ${count}`).join(', ')},
  min(t.edge_first) as edge_first, max(t.edge_last) as edge_last
  from (select ${kind}, null as article, t.people, t.findings, ${stands.map(({ count }) => `t.${count}`).join(', ')},
      ${edge('t.first', 't.first_event')} as edge_first, ${edge('t.last', 't.last_event')} as edge_last
      from {finding_sum} t where t.stands_from < ${nowMoment}
    union all ${summed(`select ${read} from {finding} where subject is null union all ${besides}`, [])}) t
  group by ${kind}`;

const verdictOf = `(case when t.open > 0 then 'open' ${Object.entries(verdicts)
  .map(([count, verdict]) => `when t.${snake(count)} > 0 then '${verdict}'`)
  .join(' ')} end)`;
/** A class in which at least one finding stands so. */
const hasVerdict = `(case $::text ${stands.map(({ count, verdict }) => `when '${verdict}' then t.${count} > 0`).join(' ')} else false end)`;

const { subject, category, purpose, holder, recipient, code, clause, source, basis, period } = conditions;

export const findingClassRegister: RegisterDefinition<FindingFilter> = {
  name: 'finding-classes',
  model: 'findings',
  with: ['requests', 'retention'],
  table: classTable,
  rows: kept,
  summed: {
    filters: ['subject', 'category', 'purpose', 'holder', 'recipient'],
    rows: (where) => summed(`select ${read} from {finding} union all ${besides}`, [standing, ...where]),
  },
  conditions: {
    ...{ subject, category, purpose, holder, recipient, code, clause, source, basis, period },
    status: hasVerdict,
    assessment: hasVerdict,
    /** A class is of one month: those of which a finding occurred since then, and before then. */
    from: `${momentOf('t.edge_last')} >= $`,
    until: `${momentOf('t.edge_first')} < $`,
  },
  select: {
    article: `coalesce(t.article, (select f.article::text from {finding} f where f.occurred::text = ${momentOf('t.edge_first')}
      and f.event = ${eventOf('t.edge_first')} and f.code = t.code limit 1))`,
    // While one finding of the class is open, so is the class.
    assessment: verdictOf,
    first: momentOf('t.edge_first'),
    last: momentOf('t.edge_last'),
    events: `array_remove(array[${eventOf('t.edge_first')}, nullif(${eventOf('t.edge_last')}, ${eventOf('t.edge_first')})], null)`,
  },
};
