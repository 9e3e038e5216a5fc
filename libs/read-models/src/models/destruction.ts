// What became of data: deleted, destroyed, anonymised, blocked or unblocked, by whom, on which ground? (Art. 18, 25(2)(8))
import { ledgerHolder, type SubjectFold } from '@derbes/domain';
import { destructionGround } from '@derbes/policy';
import { type RegisterDefinition } from '../page.js';
import { subjectModel } from '../read-model.js';
import { defineTable, is, optional, type RowOf } from '../table.js';
import { agreeing, collecting, identifying, tasking, telling, unmovedBy, using } from '../unmoved.js';

const actTable = defineTable({
  name: 'destruction_act',
  columns: {
    occurred: is.moment,
    event: is.id,
    /** The survivor, where several subjects are one person. */
    subject: is.id,
    /** The subject in whose stream it stands. */
    of: is.id,
    /** deleted · destroyed · anonymised · blocked · unblocked */
    act: is.code,
    /** Absent: whatever the order named, or all holders. */
    categories: optional(is.codes),
    holder: optional(is.code),
    ground: optional(is.code),
    method: optional(is.code),
    copiesUntil: optional(is.date),
    events: is.ids,
  },
  key: ['occurred', 'event', 'of'],
  indexes: [['subject']],
});
export type DestructionRow = RowOf<typeof actTable>;

/** Codes and moments alone, so they stay as proof where the person was erased. */
function rowsOf({ entries }: SubjectFold, of: string, subject: string): DestructionRow[] {
  return entries.flatMap((entry): DestructionRow[] => {
    const { id, occurred, type, facts } = entry;
    const common = { occurred, event: id, subject, of, events: [id] };
    if (type === 'DataDestroyed') {
      const { manner, categories, holder, ground, method, copiesUntil } = facts;
      return [
        {
          ...common,
          act: manner,
          categories,
          holder,
          ground,
          method,
          ...(copiesUntil !== undefined && { copiesUntil }),
        },
      ];
    }
    if (type === 'DataBlocked' || type === 'DataUnblocked') {
      const { categories, holder, ground } = facts;
      const act = type === 'DataBlocked' ? 'blocked' : 'unblocked';
      return [{ ...common, act, categories, ...(holder !== undefined && { holder }), ground }];
    }
    if (type !== 'ErasureExecuted') return [];
    const { categories, order } = facts;
    return [
      {
        ...common,
        act: 'destroyed',
        holder: ledgerHolder,
        method: 'key-destruction',
        ...(categories && { categories }),
        events: [...new Set([order, id])],
      },
    ];
  });
}

export const destruction = subjectModel({
  name: 'destruction',
  version: 1,
  table: actTable,
  judges: false,
  unmovedBy: unmovedBy(...identifying, ...collecting, ...using, 'DataTransferred', ...agreeing, ...telling, ...tasking),
  rows: ({ subject, members, folds }) => folds.flatMap((fold, i) => rowsOf(fold, members[i] ?? subject, subject)),
});

export type DestructionFilter = 'subject' | 'category' | 'holder' | 'status' | 'from' | 'until';

export const destructionRegister: RegisterDefinition<DestructionFilter> = {
  name: 'destruction',
  model: 'destruction',
  table: actTable,
  alsoServes: ({ ground }, profile) => [destructionGround(profile, String(ground))?.article],
  conditions: {
    subject: 't.subject = $::uuid',
    category: '$::read_models.code = any(t.categories)',
    holder: 't.holder = $',
    status: 't.act = $',
    from: 't.occurred >= $',
    until: 't.occurred < $',
  },
};
