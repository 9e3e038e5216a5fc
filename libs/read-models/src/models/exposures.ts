// Whose data of which category was where, from when until when? By it the people are found whom a breach concerns.
import { exposuresOf } from '@derbes/domain';
import { subjectModel } from '../read-model.js';
import { defineTable, is, optional, type RowOf } from '../table.js';
import { agreeing, identifying, telling, unmovedBy, using } from '../unmoved.js';

/**
 * One row for each interval. The rows of somebody erased stay: codes and moments under a random id, as the log has them, for a breach
 * before her erasure concerned her, too (decision 0099).
 */
const exposureTable = defineTable({
  name: 'exposure',
  columns: {
    /** holder · recipient */
    kind: is.code,
    place: is.code,
    category: is.code,
    /** The survivor, where several subjects are one person. */
    subject: is.id,
    since: is.moment,
    until: optional(is.moment),
  },
  key: ['kind', 'place', 'category', 'subject', 'since'],
  indexes: [['subject']],
});

export const exposures = subjectModel({
  name: 'exposures',
  version: 1,
  table: exposureTable,
  judges: false,
  unmovedBy: unmovedBy(...identifying, ...using, ...agreeing, ...telling, 'TaskDelivered'),
  rows: ({ subject, folds }): RowOf<typeof exposureTable>[] =>
    exposuresOf(folds).map((exposure) => ({ ...exposure, subject })),
});
