// How many findings about people are of one class, of how many people, and how many of them stand assessed how?
import { sumsOf, edgeColumns } from '../sums.js';
import { defineTable, is } from '../table.js';
import { noMoment } from '../due-table.js';

export const classKey = {
  code: is.findingCode,
  clause: is.place,
  source: is.source,
  basis: is.code,
  period: is.place,
} as const;
export const classKeys = ['code', 'clause', 'source', 'basis', 'period'] as const;

export const verdicts = { confirmed: 'confirmed', notConfirmed: 'not-confirmed', remedied: 'remedied' } as const;

const counts = {
  people: is.count,
  findings: is.count,
  open: is.count,
  confirmed: is.count,
  notConfirmed: is.count,
  remedied: is.count,
} as const;

type Summed = Readonly<Record<(typeof classKeys)[number] | 'recorded' | 'assessment' | 'occurred' | 'event', string>>;

const sumTable = defineTable({
  name: 'finding_sum',
  /** `standsFrom`: what follows from a due moment waits for it. */
  columns: { ...classKey, standsFrom: is.moment, ...counts, ...edgeColumns },
  key: [...classKeys, 'standsFrom'],
  keyedEarly: true,
  indexes: [],
});

/** The code of a finding that stands behind its due moment alone, which is when it counts as recorded. */
export const waitingCode = 'TRANSFER_NOT_NOTIFIED';

export const findingSums = sumsOf<Summed>({
  table: sumTable,
  counts: Object.keys(counts),
  people: 'people',
  waitsUntil: 'standsFrom',
  reads: [...classKeys, 'recorded', 'assessment', 'occurred', 'event'],
  of: ({ code, clause, source, basis, period, recorded, assessment, occurred, event }) => [
    {
      key: { code, clause, source, basis, period, standsFrom: code === waitingCode ? recorded : noMoment },
      counts: {
        findings: 1,
        open: assessment === 'open' ? 1 : 0,
        ...Object.fromEntries(
          Object.entries(verdicts).map(([count, verdict]) => [count, assessment === verdict ? 1 : 0]),
        ),
      },
      ...{ first: occurred, firstEvent: event, last: occurred, lastEvent: event },
    },
  ],
  ends: `select t.code, t.clause, t.source, t.basis, t.period,
    (case when t.code::text = '${waitingCode}' then t.recorded else '${noMoment}' end)::read_models.moment as stands_from,
    t.occurred as first, t.event as first_event, t.occurred as last, t.event as last_event from {finding} t where t.subject is not null`,
});
