// Who looked? Every answer that somebody was given, and about whom.
import { type DomainEvent, type LedgerRead } from '@derbes/domain';
import { type RecordedOf } from '@derbes/kernel';
import { type EventModel } from '../read-model.js';
import { type RegisterDefinition } from '../page.js';
import { defineTable, is, optional, type RowOf, type Table } from '../table.js';

const accessTable = defineTable({
  name: 'access',
  columns: {
    at: is.moment,
    event: is.id,
    question: is.code,
    role: is.code,
    /** Id of the access key that asked. */
    key: is.id,
    reason: optional(is.code),
    filter: optional(is.codesByName),
    subjects: is.ids,
    /** How many were answered about, or how many checks an hour had. */
    count: optional(is.count),
  },
  key: ['at', 'event'],
  indexes: [],
});
export type AccessRow = RowOf<typeof accessTable>;

/** One row for each subject named, so that *who looked at her* needs no search through all answers. */
const accessSubjectTable = defineTable({
  name: 'access_subject',
  columns: { subject: is.id, at: is.moment, event: is.id },
  key: ['subject', 'at', 'event'],
  indexes: [],
});

type Read = RecordedOf<typeof LedgerRead>;

function accessRow({ id, at, facts }: Read): AccessRow {
  const { question, role, key, reason, subjects, filter, count } = facts;
  return {
    at,
    event: id,
    question,
    role,
    key,
    subjects,
    ...(reason !== undefined && { reason }),
    ...(filter && { filter }),
    ...(count !== undefined && { count: Number(count) }),
  };
}

export const access: EventModel = {
  kind: 'event',
  name: 'access',
  version: 1,
  tables: [accessTable, accessSubjectTable],
  follows: (stream) => stream.startsWith('reads-'),
  rows(events) {
    const rows = events.filter((event: DomainEvent): event is Read => event.type === 'LedgerRead').map(accessRow);
    const mentions = rows.flatMap(({ at, event, subjects }) => subjects.map((subject) => ({ subject, at, event })));
    return new Map<Table, readonly object[]>([
      [accessTable, rows],
      [accessSubjectTable, mentions],
    ]);
  },
};

export type AccessFilter = 'subject' | 'question' | 'role' | 'key' | 'reason' | 'from' | 'until';

export const accessRegister: RegisterDefinition<AccessFilter> = {
  name: 'access',
  model: 'access',
  table: accessTable,
  conditions: {
    subject: '(t.at, t.event) in (select s.at, s.event from {access_subject} s where s.subject = $::uuid)',
    question: 't.question = $',
    role: 't.role = $',
    key: 't.key = $::uuid',
    reason: 't.reason = $',
    from: 't.at >= $',
    until: 't.at < $',
  },
};
