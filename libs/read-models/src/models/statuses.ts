// Who is a child, incapable, missing or dead, who comes of age when, and whose consents must then be asked for anew?
import { childhoodOf, renewalsDue, type SubjectFold } from '@derbes/domain';
import { type RegisterDefinition } from '../page.js';
import { subjectModel } from '../read-model.js';
import { defineTable, is, optional, type RowOf } from '../table.js';
import { collecting, identifying, tasking, telling, unmovedBy, using } from '../unmoved.js';

const statusTable = defineTable({
  name: 'subject_status',
  columns: {
    since: is.moment,
    subject: is.id,
    /** minor · adult · incapable · deceased · missing, as last said */
    status: is.code,
    /** When a child comes of age. */
    due: optional(is.moment),
    /** Consents that others gave for her and that she must be asked to give herself. */
    renewals: optional(is.ids),
    /** `<act>:<article>`, where one was named. */
    article: optional(is.place),
    events: is.ids,
  },
  key: ['since', 'subject'],
  indexes: [['status', 'due']],
});
export type StatusRow = RowOf<typeof statusTable>;

function rows(subject: string, { state }: SubjectFold): StatusRow[] {
  const last = state.person.statuses.at(-1);
  if (!last) return [];
  const { since, status, act, article, event } = last;
  const due = childhoodOf(state.person)?.ofAge;
  const renewals = renewalsDue(state).map(({ consent }) => consent);
  return [
    {
      since,
      subject,
      status,
      ...(due !== undefined && { due }),
      ...(renewals.length > 0 && { renewals }),
      ...(act !== undefined && article !== undefined && { article: `${act}:${article}` }),
      events: [event],
    },
  ];
}

export const statuses = subjectModel({
  name: 'statuses',
  version: 1,
  table: statusTable,
  judges: false,
  unmovedBy: unmovedBy(...identifying, ...collecting, ...using, 'DataTransferred', ...telling, ...tasking),
  rows: ({ subject, fold }) => rows(subject, fold),
});

export type StatusFilter = 'subject' | 'status' | 'from' | 'until' | 'due';

export const statusRegister: RegisterDefinition<StatusFilter> = {
  name: 'statuses',
  model: 'statuses',
  table: statusTable,
  conditions: {
    subject: 't.subject = $::uuid',
    status: 't.status = $',
    from: 't.since >= $',
    until: 't.since < $',
    /** Children who have come of age by this moment. */
    due: 't.due <= $',
  },
};
