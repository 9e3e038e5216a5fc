// Which data ended, where, and in which of the three manners that the law tells apart?
import { defineEvent } from '@derbes/kernel';
import Type from 'typebox';
import { CalendarDate, closed, Code, Codes, optional, Role } from './vocabulary.js';

export const destructionManners = ['deleted', 'destroyed', 'anonymised'] as const;

/** `copiesUntil`: the date until which copies remain, for `deleted`. */
export const DataDestroyed = defineEvent('DataDestroyed', {
  v: 1,
  says: 'Data left a holder: deleted (copies until a date), destroyed (restorable by nobody) or anonymised.',
  facts: closed({
    manner: Type.Enum([...destructionManners]),
    categories: Codes,
    holder: Code,
    role: optional(Role),
    ground: Code,
    method: Code,
    copiesUntil: optional(CalendarDate),
  }),
  sample: {
    manner: 'deleted',
    categories: ['session'],
    holder: 'log-store',
    ground: 'purpose-reached',
    method: 'row-deletion',
    copiesUntil: '2026-12-20',
  },
});
