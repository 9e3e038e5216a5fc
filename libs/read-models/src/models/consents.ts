// What did people agree to and refuse, and what of it stands?
import { type Consent, type Refusal } from '@derbes/domain';
import { type RegisterDefinition } from '../page.js';
import { subjectModel } from '../read-model.js';
import { type SubjectView } from '../subject-view.js';
import { defineTable, is, nowMoment, optional, snake, type RowOf } from '../table.js';
import { collecting, identifying, tasking, telling, unmovedBy, using } from '../unmoved.js';

const consentTable = defineTable({
  name: 'consent',
  columns: {
    occurred: is.moment,
    event: is.id,
    subject: is.id,
    /** stands · withdrawn-in-part · withdrawn · expired · refused */
    status: is.code,
    purposes: is.codes,
    categories: optional(is.codes),
    /** Which of the items of Art. 8(4) it states. */
    stated: optional(is.codes),
    thirdParties: optional(is.code),
    recipientClasses: optional(is.codes),
    recipients: optional(is.codes),
    crossBorder: optional(is.code),
    countries: optional(is.countries),
    publication: optional(is.code),
    termUntil: optional(is.moment),
    termEvent: optional(is.code),
    shownEdition: optional(is.hash),
    shownLanguage: optional(is.code),
    shownHash: optional(is.hash),
    channel: optional(is.code),
    proof: optional(is.code),
    by: optional(is.code),
    /** When the first notice of withdrawal was received. */
    withdrawn: optional(is.moment),
    events: is.ids,
  },
  key: ['occurred', 'event'],
  indexes: [['subject']],
});
export type ConsentRow = RowOf<typeof consentTable>;

const purposeReached = 'purpose-reached';

/** By the history alone; a term that runs out is seen when the register is asked. */
function statusOf({ withdrawals, purposes, items }: Consent, ended: ReadonlyMap<string, string>): string {
  const wholly = (all: readonly string[], named: 'purposes' | 'categories') =>
    all.length > 0 && all.every((code) => withdrawals.some(({ scope }) => scope?.[named]?.includes(code)));
  const unscoped = withdrawals.some(({ scope }) => !scope || Object.keys(scope).length === 0);
  if (unscoped || wholly(purposes, 'purposes') || wholly(items.data ?? [], 'categories')) return 'withdrawn';
  // Art. 8(6): without a stated term a consent stands until its purpose is reached.
  const untilReached = !items.term?.until && (items.term?.untilEvent ?? purposeReached) === purposeReached;
  if (untilReached && purposes.every((purpose) => ended.has(purpose))) return 'expired';
  return withdrawals.length > 0 ? 'withdrawn-in-part' : 'stands';
}

function consentRow(consent: Consent, { subject, fold }: SubjectView): ConsentRow {
  const { event, given, purposes, items, shown, channel, proof, by, withdrawals } = consent;
  const { term, thirdParties, crossBorder, publication, data } = items;
  const received = withdrawals.map((withdrawal) => withdrawal.received).sort()[0];
  return {
    occurred: given,
    event,
    subject,
    status: statusOf(consent, fold.state.relations.endedPurposes),
    purposes,
    ...(data && { categories: data }),
    stated: Object.keys(items).map((name) => snake(name).replaceAll('_', '-')),
    ...(thirdParties && { thirdParties: thirdParties.allowed }),
    ...(thirdParties?.classes && { recipientClasses: thirdParties.classes }),
    ...(thirdParties?.recipients && { recipients: thirdParties.recipients }),
    ...(crossBorder && { crossBorder: crossBorder.allowed }),
    ...(crossBorder?.countries && { countries: crossBorder.countries }),
    ...(publication && { publication: publication.allowed }),
    ...(term?.until !== undefined && { termUntil: term.until }),
    ...(term?.untilEvent !== undefined && { termEvent: term.untilEvent }),
    ...(shown && { shownEdition: shown.edition, shownLanguage: shown.language, shownHash: shown.hash }),
    channel,
    ...(proof !== undefined && { proof }),
    by,
    ...(received !== undefined && { withdrawn: received }),
    events: [event, ...withdrawals.map((withdrawal) => withdrawal.event)],
  };
}

const refusalRow = ({ event, moment, purposes }: Refusal, subject: string): ConsentRow => ({
  occurred: moment,
  event,
  subject,
  status: 'refused',
  purposes,
  events: [event],
});

export const consents = subjectModel({
  name: 'consents',
  version: 2,
  table: consentTable,
  judges: false,
  unmovedBy: unmovedBy(...identifying, ...collecting, ...using, 'DataTransferred', ...telling, ...tasking),
  rows: (view) => [
    ...[...view.fold.state.consents.given.values()].map((consent) => consentRow(consent, view)),
    ...view.fold.state.consents.refused.map((refusal) => refusalRow(refusal, view.subject)),
  ],
});

export type ConsentFilter = 'subject' | 'purpose' | 'category' | 'recipient' | 'status' | 'from' | 'until';

const status = `(case when t.status in ('stands', 'withdrawn-in-part') and t.term_until < ${nowMoment} then 'expired'
  else t.status::text end)`;

export const consentRegister: RegisterDefinition<ConsentFilter> = {
  name: 'consents',
  model: 'consents',
  table: consentTable,
  select: { status },
  conditions: {
    subject: 't.subject = $::uuid',
    purpose: '$::read_models.code = any(t.purposes)',
    category: '$::read_models.code = any(t.categories)',
    recipient: '$::read_models.code = any(t.recipients)',
    status: `${status} = $`,
    from: 't.occurred >= $',
    until: 't.occurred < $',
  },
};

const { occurred, event, subject, status: standing, withdrawn, events } = consentTable.columns;
const { termUntil, termEvent, thirdParties, recipientClasses, recipients } = consentTable.columns;
const { crossBorder, countries, publication } = consentTable.columns;

const consentTermTable = defineTable({
  name: 'consent',
  columns: {
    occurred,
    event,
    subject,
    status: standing,
    termUntil,
    termEvent,
    thirdParties,
    recipientClasses,
    recipients,
    crossBorder,
    countries,
    publication,
    withdrawn,
    events,
  },
  key: ['occurred', 'event'],
  indexes: [],
});
export type ConsentTermRow = RowOf<typeof consentTermTable>;

/** Of each consent the items 3 to 6 alone: what Art. 22(1)(5) has kept on record. */
export const consentTermRegister: RegisterDefinition<ConsentFilter> = {
  ...consentRegister,
  name: 'consent-terms',
  table: consentTermTable,
};
