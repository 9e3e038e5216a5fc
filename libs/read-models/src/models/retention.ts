// When must what one holder holds go, what of that waits for an officer, and which consents are over? By the edition that events name.
import {
  addDays,
  assessableOf,
  blockOf,
  consentEnd,
  duesOf,
  groundOfEnd,
  heldUntil,
  overdueOf,
  type Consent,
  type Entry,
  type HoldingDue,
  type StayEnd,
} from '@derbes/domain';
import { destructionGround } from '@derbes/policy';
import { erasedIn } from '../erased.js';
import { type RegisterDefinition } from '../page.js';
import { subjectModel } from '../read-model.js';
import { type SubjectView } from '../subject-view.js';
import { defineTable, is, nowMoment, optional, type RowOf } from '../table.js';
import { assessedOf } from './finding-assessments.js';
import { identifying, telling, unmovedBy, using } from '../unmoved.js';

const none = '-';
/** Sorts behind every moment: a hold that names no end. */
const never = '9999-12-31T23:59:59Z';

const columns = {
  subject: is.id,
  /** `-` for a consent. */
  category: is.code,
  holder: is.code,
  /** The event that began the holding, or gave the consent. */
  began: is.id,
  /** holding · consent */
  kind: is.code,
  role: optional(is.code),
  capacity: optional(is.code),
  organisation: optional(is.id),
  /** The edition by which it is reckoned. */
  edition: optional(is.hash),
  clause: optional(is.place),
  purposes: is.codes,
  /** When each purpose was over, by purpose; those that are not are missing. */
  ends: is.codesByName,
  /** purpose-reached · relation-ended · obligation-closed · term-over · consent-over */
  ground: optional(is.code),
  due: optional(is.moment),
  soonFrom: optional(is.moment),
  overdueFrom: optional(is.moment),
  /** delete · anonymise · destroy */
  act: optional(is.code),
  /** itself · officer */
  waitsFor: is.code,
  /** Rows of the policy: those of law that keep it here, and those that nobody confirmed. */
  keptRows: is.codes,
  keptUntil: optional(is.moment),
  undecidedRows: is.codes,
  blocked: optional(is.moment),
  /** The last end of the holds on it. */
  heldUntil: optional(is.moment),
  /** When it was ordered to go, or the consent was said to be over. */
  ordered: optional(is.moment),
  /** RETENTION_OVERDUE, which stands from `overdueFrom` on. */
  findingArticle: optional(is.place),
  findingParams: optional(is.codesByName),
  source: optional(is.source),
  basis: optional(is.code),
  period: optional(is.place),
  occurred: optional(is.moment),
  assessment: optional(is.code),
  assessed: optional(is.moment),
  assessedBy: optional(is.id),
  measure: optional(is.code),
  events: is.ids,
} as const;

const retentionTable = defineTable({
  name: 'retention',
  columns,
  key: ['subject', 'category', 'holder', 'began'],
  indexes: [
    ['waitsFor', 'due', 'subject', 'began', 'category'],
    ['category', 'holder'],
    // What is overdue is looked for with every page of findings.
    ['overdueFrom'],
  ],
});
type Row = RowOf<typeof retentionTable>;

function holdingRow(of: HoldingDue, view: SubjectView, began: Entry | undefined): Row {
  const { holding, policy, stays, due, by, act, byItself, kept, undecided, ordered } = of;
  const { state } = view.fold;
  const { category, holder, role, capacity, edition } = holding;
  const held = heldUntil(category, state);
  const block = blockOf(state.holdings, category, holder);
  const queue = policy?.retentionQueue;
  const untils = kept.map(({ until }) => until ?? never);
  return {
    subject: view.subject,
    category,
    holder,
    began: holding.began,
    kind: 'holding',
    role,
    capacity,
    ...(holding.for !== undefined && { organisation: holding.for.slice('organisation-'.length) }),
    ...(edition !== undefined && { edition }),
    purposes: holding.purposes.map(({ code }) => code),
    ends: Object.fromEntries(stays.flatMap((stay) => (stay.due === undefined ? [] : [[stay.purpose, stay.due]]))),
    ...(by && { ground: by }),
    ...(due !== undefined && { due }),
    ...(due !== undefined && queue && { soonFrom: addDays(due, -queue.soonDays) }),
    ...(due !== undefined && queue && { overdueFrom: addDays(due, queue.overdueDays) }),
    ...(act && { act }),
    waitsFor: byItself ? 'itself' : 'officer',
    keptRows: kept.map(({ row }) => row),
    ...(untils.length > 0 && { keptUntil: untils.sort().at(-1) ?? never }),
    undecidedRows: undecided,
    ...(block && { blocked: block.since }),
    ...(held !== undefined && { heldUntil: held }),
    ...(ordered && { ordered: ordered.moment }),
    ...findingOf(of, view, began),
    events: [...new Set([holding.began, ...(block ? [block.event] : []), ...(ordered ? [ordered.event] : [])])],
  };
}

/** From `overdueFrom` on; by what the responsible person says of it like any other finding. */
function findingOf(of: HoldingDue, view: SubjectView, began: Entry | undefined): Partial<Row> {
  const found = overdueOf(of);
  if (!found || !began) return {};
  const { finding, since } = found;
  const basis = 'basis' in began.facts ? began.facts.basis?.code : undefined;
  const as = assessableOf(finding, began, basis, since);
  const { assessment, assessed, assessedBy, measure } = assessedOf(
    { ...as, category: of.holding.category },
    view.fold,
    view,
  );
  return {
    clause: finding.clause,
    findingArticle: finding.article,
    findingParams: finding.params,
    source: as.source,
    basis: as.basis,
    period: as.period,
    occurred: began.occurred,
    assessment,
    ...(assessed !== undefined && { assessed }),
    ...(assessedBy !== undefined && { assessedBy }),
    ...(measure !== undefined && { measure }),
  };
}

function consentRow(consent: Consent, view: SubjectView): Row {
  const { relations, retention } = view.fold.state;
  const end = consentEnd(consent, relations);
  const expired = retention.expired.get(consent.event);
  return {
    subject: view.subject,
    category: none,
    holder: none,
    began: consent.event,
    kind: 'consent',
    ...(consent.shown && { edition: consent.shown.edition }),
    purposes: consent.purposes,
    ends: {},
    ...(end && { due: end.due, ground: end.ground }),
    waitsFor: 'itself',
    keptRows: [],
    undecidedRows: [],
    ...(expired && { ordered: expired.moment }),
    events: expired ? [consent.event, expired.event] : [consent.event],
  };
}

export const retention = subjectModel({
  name: 'retention',
  version: 2,
  table: retentionTable,
  judges: true,
  unmovedBy: unmovedBy(...identifying, ...using, 'DataTransferred', 'PolicyAcknowledged', ...telling, 'TaskDelivered'),
  rows(view): Row[] {
    const { state, entries } = view.fold;
    const byId = new Map(entries.map((entry) => [entry.id, entry]));
    const erased = erasedIn(view.fold);
    const held = duesOf(state, view.documents).filter(({ holding: { category, began } }) => !erased(category, [began]));
    const consents = [...state.consents.given.values()].map((consent) => consentRow(consent, view));
    return [
      ...held.map((due) => holdingRow(due, view, byId.get(due.holding.began))),
      ...consents.filter(({ due }) => due !== undefined),
    ];
  },
  alsoJudgedAnew: (event, physical) => {
    if (event.type !== 'FindingAssessed' || event.facts.class?.code !== 'RETENTION_OVERDUE') return undefined;
    return { subjects: `select subject from ${physical('retention')} where finding_article is not null`, values: [] };
  },
});

/** What waits although it is due: held or blocked. */
export const retentionStops = `(t.blocked is not null or coalesce(t.held_until::text, '') > ${nowMoment})`;

// Nobody has to tell of it: what is due is so by the clock alone, so the state depends on when it is asked.
const state = `(case when t.ordered is not null then (case t.kind::text when 'consent' then 'ended' else 'ordered' end)
  when t.due is null then 'open'
  when t.kind::text = 'holding' and ${retentionStops} then 'stopped'
  when t.overdue_from::text < ${nowMoment} then 'overdue'
  when t.due::text <= ${nowMoment} then 'due'
  when t.soon_from::text <= ${nowMoment} then 'due-soon' else 'open' end)`;

const shown = [
  'clause',
  'findingArticle',
  'findingParams',
  'source',
  'basis',
  'period',
  'occurred',
  'assessment',
  'assessed',
  'assessedBy',
  'measure',
] as const;

const answerTable = defineTable({
  name: 'retention',
  columns: {
    ...(Object.fromEntries(
      Object.entries(columns).filter(([name]) => !(shown as readonly string[]).includes(name)),
    ) as Omit<typeof columns, (typeof shown)[number]>),
    /** open · due-soon · due · overdue · stopped · ordered · ended */
    state: is.code,
  },
  key: ['subject', 'category', 'holder', 'began'],
  indexes: [],
});
export type RetentionRow = RowOf<typeof answerTable>;

export type RetentionFilter =
  'subject' | 'category' | 'purpose' | 'holder' | 'status' | 'basis' | 'code' | 'from' | 'until';

export const retentionRegister: RegisterDefinition<RetentionFilter> = {
  name: 'retention',
  model: 'retention',
  table: answerTable,
  alsoServes: ({ kind, ground }, profile) => [
    kind === 'holding' && typeof ground === 'string'
      ? destructionGround(profile, groundOfEnd[ground as StayEnd])?.article
      : undefined,
  ],
  select: { state },
  conditions: {
    subject: 't.subject = $::uuid',
    category: 't.category = $',
    purpose: '$ = any(t.purposes)',
    holder: 't.holder = $',
    /** `waiting`: due, and an officer has to decide it. */
    status: `(case when $::text = 'waiting' then ${state} in ('due', 'overdue') and t.waits_for::text = 'officer'
      else ${state} = $::text end)`,
    /** holding or consent */
    basis: 't.kind::text = $',
    code: `$::text = 'RETENTION_OVERDUE' and ${state} = 'overdue'`,
    from: 't.due >= $',
    until: 't.due < $',
  },
};

/** For the register of findings: what is there behind its moment, ordered to go or not, and neither held nor blocked. */
export const retentionFindings = `select t.occurred, t.began as event, 'RETENTION_OVERDUE'::read_models.finding_code as code, t.category,
  '-'::read_models.code as purpose, t.subject, t.clause, t.finding_article as article, t.source, t.basis, t.period,
  t.finding_params as params, t.overdue_from as recorded, t.assessment, t.assessed, t.assessed_by, t.measure,
  null::read_models.code as term, null::read_models.moment as due, null::read_models.moment as strict,
  array_remove(array[t.began, t.assessed_by], null) as events
  from {retention.retention} t
  where t.overdue_from::text < ${nowMoment} and t.finding_article is not null and not ${retentionStops}`;
