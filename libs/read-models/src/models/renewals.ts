// Who must be told of a new edition or asked anew for what, how far is that, and how far is each campaign?
import { renewalsOf, type Renewal } from '@derbes/domain';
import { dueTable } from '../due-table.js';
import { type RegisterDefinition } from '../page.js';
import { subjectModel } from '../read-model.js';
import { type SubjectView } from '../subject-view.js';
import { defineTable, is, optional, type RowOf } from '../table.js';

const model = 'renewals';

const renewalTable = defineTable({
  name: 'renewal',
  columns: {
    /** From when the edition is in force; when the child came of age. */
    since: is.moment,
    /** PolicyPublished, or the consent that somebody gave for a child. */
    cause: is.id,
    subject: is.id,
    /** edition: to be told of it; of-age; else what is to be asked: purpose, category, recipient-class, country, retention, … */
    what: is.code,
    item: is.place,
    /** Code of the edition, or of-age. */
    campaign: is.place,
    edition: optional(is.hash),
    clause: is.place,
    /** to-tell · informed · to-ask · asked · renewed · refused · lapsed */
    state: is.code,
    /** The last consent that no longer covers it. */
    consent: optional(is.id),
    told: optional(is.moment),
    asked: optional(is.moment),
    /** When it was answered, or lapsed. */
    ended: optional(is.moment),
    /** By which the person was told, asked or answered last; `-` while nobody said anything. */
    channel: is.code,
    events: is.ids,
  },
  key: ['since', 'cause', 'subject', 'what', 'item'],
  // The second is the order in which campaigns are summed up.
  indexes: [['subject'], ['campaign', 'what', 'state', 'channel', 'since', 'subject']],
});
export type RenewalRow = RowOf<typeof renewalTable>;

function rows(view: SubjectView): RenewalRow[] {
  const { fold, subject } = view;
  return renewalsOf(fold, view).map((renewal: Renewal): RenewalRow => {
    const { channel = '-', about: cause, events, ...row } = renewal;
    return { ...row, cause, channel, subject, events: [...new Set(events)] };
  });
}

export const renewals = subjectModel({
  name: model,
  version: 1,
  table: renewalTable,
  judges: true,
  rows,
  // A new edition concerns everybody whom the ledger knew before it.
  alsoJudgedAnew: (event, physical) =>
    event.type === 'PolicyPublished'
      ? { subjects: `select subject from ${physical(dueTable(model).name)}`, values: [] }
      : undefined,
});

export type RenewalFilter = 'subject' | 'status' | 'campaign' | 'what' | 'from' | 'until';

const conditions = {
  subject: 't.subject = $::uuid',
  status: 't.state = $',
  campaign: 't.campaign = $',
  what: 't.what = $',
  from: 't.since >= $',
  until: 't.since < $',
} as const;

export const renewalRegister: RegisterDefinition<RenewalFilter> = {
  name: 'renewals',
  model,
  table: renewalTable,
  conditions,
};

const campaignTable = defineTable({
  name: 'renewal',
  columns: {
    campaign: is.place,
    what: is.code,
    state: is.code,
    channel: is.code,
    since: is.moment,
    people: is.count,
    edition: optional(is.hash),
    /** Moments between which people were told, asked or answered. */
    first: optional(is.moment),
    last: optional(is.moment),
  },
  key: ['campaign', 'what', 'state', 'channel', 'since'],
  indexes: [],
});
/** How many people of a campaign stand where, and by which channel they were reached last. */
export type CampaignRow = RowOf<typeof campaignTable>;

export const campaignRegister: RegisterDefinition<Exclude<RenewalFilter, 'subject'>> = {
  name: 'campaigns',
  model,
  table: campaignTable,
  conditions: {
    status: conditions.status,
    campaign: conditions.campaign,
    what: conditions.what,
    from: conditions.from,
    until: conditions.until,
  },
  select: {
    people: 'count(distinct t.subject)::integer',
    edition: 'min(t.edition)',
    first: 'min(coalesce(t.asked, t.told, t.ended)::text)',
    last: 'max(coalesce(t.ended, t.asked, t.told)::text)',
  },
  groupBy: ['campaign', 'what', 'state', 'channel', 'since'],
};
