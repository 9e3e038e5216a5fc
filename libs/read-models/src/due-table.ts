// What stands beside each model of subjects: who is known to it, up to when, and whose rows must be made anew?
import { defineTable, is, type Table } from './table.js';

/** Sorts before every moment. */
export const noMoment = '0000-00-00T00:00:00Z';

export type SubjectState = 'current' | 'due' | 'not-judgeable';

const columns = { subject: is.id, lastOccurred: is.moment, state: is.code };

/** Models that judge have a row for every subject, others only for those that a bulk load left to be made. */
export const dueTable = (model: string): Table =>
  defineTable({
    // A model's name may have a hyphen (`public-sources`), the name of a table none.
    name: `${model.replaceAll('-', '_')}_subject`,
    columns,
    key: ['subject'],
    keyedEarly: true,
    indexes: [['state', 'subject'], ['lastOccurred']],
  });

export const dueRow = (subject: string, lastOccurred: string, state: SubjectState) => ({
  subject,
  lastOccurred,
  state,
});

const dayChars = 'YYYY-MM-DD'.length;

/** No earlier than a moment and the same for a whole day, so that a person's row stays as it is for most of what is told of her. */
export const judgedUntil = (moment: string | undefined): string =>
  moment === undefined ? noMoment : `${moment.slice(0, dayChars)}T23:59:59Z`;
