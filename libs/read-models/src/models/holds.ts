// What may not be destroyed, about whom, by which act, and does that still stand?
import { entriesOf, withheldBy, type EntryOf } from '@derbes/domain';
import { type RegisterDefinition } from '../page.js';
import { subjectModel } from '../read-model.js';
import { defineTable, is, nowMoment, optional, type RowOf } from '../table.js';
import { agreeing, collecting, identifying, tasking, telling, unmovedBy, using } from '../unmoved.js';

const holdTable = defineTable({
  name: 'legal_hold',
  columns: {
    placed: is.moment,
    /** The event that placed it. */
    hold: is.id,
    subject: is.id,
    /** stands · lifted · ended (its term is over) */
    status: is.code,
    ground: is.code,
    /** `<act>:<article>`, where one was named. */
    article: optional(is.place),
    /** Absent: all of them. */
    categories: optional(is.codes),
    until: optional(is.moment),
    lifted: optional(is.moment),
    liftGround: optional(is.code),
    /** Certificates of what it kept from being destroyed, and nobody has destroyed since; once it is over, somebody may order it anew. */
    withheld: optional(is.ids),
    events: is.ids,
  },
  key: ['placed', 'hold'],
  indexes: [['subject']],
});
export type HoldRow = RowOf<typeof holdTable>;

function holdRow({ facts, id, occurred }: EntryOf<'LegalHoldPlaced'>, lift: EntryOf<'LegalHoldLifted'> | undefined) {
  const { ground, act, article, categories, until } = facts;
  return {
    placed: occurred,
    hold: id,
    status: lift ? 'lifted' : 'stands',
    ground,
    ...(act !== undefined && article !== undefined && { article: `${act}:${article}` }),
    ...(categories && { categories }),
    ...(until !== undefined && { until }),
    ...(lift && { lifted: lift.occurred, liftGround: lift.facts.ground }),
    events: lift ? [id, lift.id] : [id],
  };
}

export const holds = subjectModel({
  name: 'holds',
  version: 2,
  table: holdTable,
  judges: false,
  unmovedBy: unmovedBy(...identifying, ...collecting, ...using, 'DataTransferred', ...agreeing, ...telling, ...tasking),
  rows({ subject, fold }): HoldRow[] {
    const lifts = entriesOf(fold, 'LegalHoldLifted');
    return entriesOf(fold, 'LegalHoldPlaced').map((placed) => {
      const withheld = [...new Set(withheldBy(fold, placed.id).map(({ certificate }) => certificate))];
      const lift = lifts.find(({ facts }) => facts.hold === placed.id);
      return { subject, ...holdRow(placed, lift), ...(withheld.length > 0 && { withheld }) };
    });
  },
});

export type HoldFilter = 'subject' | 'category' | 'status' | 'from' | 'until';

// A term runs out without anybody telling of it, so what stands depends on when it is asked.
const status = `(case when t.lifted is null and t.until <= ${nowMoment} then 'ended' else t.status::text end)`;

export const holdRegister: RegisterDefinition<HoldFilter> = {
  name: 'holds',
  model: 'holds',
  table: holdTable,
  select: { status },
  conditions: {
    subject: 't.subject = $::uuid',
    /** A hold without categories is on all of them. */
    category: '(t.categories is null or $::read_models.code = any(t.categories))',
    status: `${status} = $`,
    from: 't.placed >= $',
    until: 't.placed < $',
  },
};
