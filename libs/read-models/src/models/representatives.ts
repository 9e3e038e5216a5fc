// Who may act for whom, in what, by which document, and does that still stand?
import { childhoodOf, conflictsAt, endsWithChildhood, type Representation, type SubjectFold } from '@derbes/domain';
import { type RegisterDefinition } from '../page.js';
import { subjectModel } from '../read-model.js';
import { defineTable, is, nowMoment, optional, type RowOf } from '../table.js';

const representativeTable = defineTable({
  name: 'representative',
  columns: {
    recognised: is.moment,
    /** The event that recognised them: by it the representation is ended. */
    representation: is.id,
    subject: is.id,
    kind: is.code,
    /** stands · not-yet · over · ended · came-of-age · subject-deceased · contested */
    status: is.code,
    begins: is.moment,
    until: optional(is.moment),
    /** When the child comes of age, of an authority that ends with that. */
    ofAge: optional(is.moment),
    document: is.code,
    documentDate: is.date,
    /** Absent: everything that the person may. */
    rights: optional(is.codes),
    categories: optional(is.codes),
    purposes: optional(is.codes),
    /** `<act>:<article>` of an heir. */
    article: optional(is.place),
    ended: optional(is.moment),
    endGround: optional(is.code),
    /** Others with whom an officer has to decide between them. */
    against: optional(is.ids),
    events: is.ids,
  },
  key: ['recognised', 'representation'],
  indexes: [['subject'], ['status']],
});
export type RepresentativeRow = RowOf<typeof representativeTable>;

/** What events say; what a date alone changes is asked when the register is read. */
function statusOf({ kind, ended }: Representation, { state }: SubjectFold, contested: boolean): string {
  const last = state.person.statuses.at(-1)?.status;
  if (ended) return 'ended';
  if (last === 'deceased' && kind !== 'heir') return 'subject-deceased';
  if (last === 'adult' && endsWithChildhood(kind)) return 'came-of-age';
  return contested ? 'contested' : 'stands';
}

/** Others that contradict this one, as of the last that was said of any of them. */
function opponentsOf({ event }: Representation, { state, entries }: SubjectFold): readonly string[] {
  const moments = [...state.person.representations.values()].map(({ from }) => from);
  const moment = [...moments, entries.at(-1)?.occurred ?? ''].sort().at(-1) ?? '';
  const conflicts = conflictsAt(state.person, state.consents, moment);
  return [...new Set(conflicts.flatMap(({ between }) => (between.includes(event) ? between : [])))].filter(
    (other) => other !== event,
  );
}

function row(one: Representation, fold: SubjectFold): Omit<RepresentativeRow, 'subject'> {
  const { event, kind, recognised, from, until, document, act, article, scope, ended } = one;
  const against = opponentsOf(one, fold);
  const child = endsWithChildhood(kind) ? childhoodOf(fold.state.person) : undefined;
  return {
    recognised,
    representation: event,
    kind,
    status: statusOf(one, fold, against.length > 0),
    begins: from,
    ...(until !== undefined && { until }),
    ...(child && { ofAge: child.ofAge }),
    document: document.kind,
    documentDate: document.date,
    ...(scope?.rights && { rights: [...scope.rights] }),
    ...(scope?.categories && { categories: [...scope.categories] }),
    ...(scope?.purposes && { purposes: [...scope.purposes] }),
    ...(act !== undefined && article !== undefined && { article: `${act}:${article}` }),
    ...(ended && { ended: ended.moment, endGround: ended.ground }),
    ...(against.length > 0 && { against }),
    events: ended ? [event, ended.event] : [event],
  };
}

export const representatives = subjectModel({
  name: 'representatives',
  version: 1,
  table: representativeTable,
  judges: false,
  rows: ({ subject, fold }) =>
    [...fold.state.person.representations.values()].map((one): RepresentativeRow => ({ subject, ...row(one, fold) })),
});

export type RepresentativeFilter = 'subject' | 'category' | 'purpose' | 'status' | 'from' | 'until';

// Terms begin and end, and children grow, without anybody telling of it.
const status = `(case when t.status::text not in ('stands', 'contested') then t.status::text
  when t.of_age <= ${nowMoment} then 'came-of-age'
  when t.until <= ${nowMoment} then 'over'
  when t.begins > ${nowMoment} then 'not-yet' else t.status::text end)`;

export const representativeRegister: RegisterDefinition<RepresentativeFilter> = {
  name: 'representatives',
  model: 'representatives',
  table: representativeTable,
  select: { status },
  conditions: {
    subject: 't.subject = $::uuid',
    /** A scope without categories, or purposes, is on all of them. */
    category: '(t.categories is null or $::read_models.code = any(t.categories))',
    purpose: '(t.purposes is null or $::read_models.code = any(t.purposes))',
    status: `${status} = $`,
    from: 't.recognised >= $',
    until: 't.recognised < $',
  },
};
