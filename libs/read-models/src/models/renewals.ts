// Who must be told of a new edition or asked anew for what, how far is that, and how far is each campaign?
import { renewalsOf, type Renewal } from '@derbes/domain';
import { dueTable } from '../due-table.js';
import { type RegisterDefinition } from '../page.js';
import { subjectModel } from '../read-model.js';
import { type SubjectView } from '../subject-view.js';
import { edgeColumns, sumsOf } from '../sums.js';
import { defineTable, is, optional, type RowOf } from '../table.js';
import { identifying, tasking, unmovedBy, using } from '../unmoved.js';

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
  // The second finds the rows of one line of a campaign.
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

const campaignKey = {
  campaign: is.place,
  what: is.code,
  state: is.code,
  channel: is.code,
  since: is.moment,
} as const;
const campaignKeys = ['campaign', 'what', 'state', 'channel', 'since'] as const;
/** A person may be asked of several items. */
const counts = { people: is.count, items: is.count } as const;

const sumTable = defineTable({
  name: 'renewal_sum',
  columns: { ...campaignKey, ...counts, ...edgeColumns },
  key: [...campaignKeys],
  keyedEarly: true,
  indexes: [],
});

const sums = sumsOf<RenewalRow>({
  table: sumTable,
  counts: Object.keys(counts),
  people: 'people',
  reads: [...campaignKeys, 'cause', 'told', 'asked', 'ended'],
  of: ({ campaign, what, state, channel, since, cause, told, asked, ended }) => {
    const [first, last] = [asked ?? told ?? ended, ended ?? asked ?? told];
    return [
      {
        key: { campaign, what, state, channel, since },
        counts: { items: 1 },
        ...(first !== undefined && { first, firstEvent: cause }),
        ...(last !== undefined && { last, lastEvent: cause }),
      },
    ];
  },
  ends: `select t.campaign, t.what, t.state, t.channel, t.since, coalesce(t.asked, t.told, t.ended) as first, t.cause as first_event,
    coalesce(t.ended, t.asked, t.told) as last, t.cause as last_event from {renewal} t`,
});

export const renewals = subjectModel({
  name: model,
  version: 2,
  table: renewalTable,
  judges: true,
  unmovedBy: unmovedBy(...identifying, ...using, 'DataTransferred', 'NoticePrepared', ...tasking),
  rows,
  sums,
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
  name: 'renewal_sum',
  columns: {
    ...campaignKey,
    people: is.count,
    edition: optional(is.hash),
    /** Moments between which people were told, asked or answered. */
    first: optional(is.moment),
    last: optional(is.moment),
    /** The publication that they are told of; of age, one of the consents. */
    events: is.ids,
  },
  key: [...campaignKeys],
  indexes: [],
});
/** How many people of a campaign stand where, and by which channel they were reached last. */
export type CampaignRow = RowOf<typeof campaignTable>;

const oneOf = (column: string): string =>
  `(select r.${column} from {renewal} r where (${campaignKeys.map((name) => `r.${name}`).join(', ')})
    = (${campaignKeys.map((name) => `t.${name}`).join(', ')}) order by r.subject limit 1)`;

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
  select: { edition: oneOf('edition'), events: `array[${oneOf('cause')}]` },
};
