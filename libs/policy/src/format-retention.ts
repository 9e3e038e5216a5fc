// What may a policy file say of how long data is held, what becomes of it then, and who sees to that?
import Type, { type Static } from 'typebox';
import {
  CategoryCodes,
  Clause,
  closed,
  Code,
  Declared,
  entry,
  Labels,
  listEntriesMax,
  Note,
  NotInText,
  Quote,
  relations,
} from './format-entries.js';

/** What becomes of a holding whose last term is over. */
export const retentionActs = ['delete', 'anonymise', 'destroy'] as const;
export type RetentionAct = (typeof retentionActs)[number];

const Term = Type.String({
  description: 'ISO 8601 duration in years, months or days: `P5Y`.',
  pattern: '^P[1-9]\\d{0,3}[YMD]$',
});
const Days = Type.String({ description: 'ISO 8601 duration in days: `P30D`.', pattern: '^P[1-9]\\d{0,2}D$' });

const relation = Type.Optional(Type.Enum([...relations], { description: 'The relation whose end starts the clock.' }));

/** Exactly one of them starts the clock of a rule; whatever it is, the end of the purpose starts it too. */
const trigger = {
  relation,
  obligation: Type.Optional(Code('The kind of obligation whose closing starts the clock: `debt`.')),
  event: Type.Optional(
    Type.Enum(['purpose-ended', 'erasure-final'], {
      description: 'What starts the clock where it is the end of no relation and no obligation.',
    }),
  ),
};

const RetentionRule = Type.Object(
  {
    purpose: Code('The purpose for which the data is held.'),
    categories: Type.Optional(CategoryCodes),
    until: Type.Enum(['purpose-reached', 'term'], {
      description: '`purpose-reached`: until the trigger; `term`: until `term` after the trigger.',
    }),
    ...trigger,
    term: Type.Optional(Term),
    act: Type.Optional(
      Type.Enum([...retentionActs], { description: 'What becomes of it then; one of what `afterwards` allows.' }),
    ),
    carried_out: Type.Optional(
      Type.Enum(['by-officer', 'by-itself'], {
        description: 'Whether an officer decides it (as when absent), or the ledger carries the `act` out by itself.',
      }),
    ),
    clause: Type.Optional(Clause),
    declared: Type.Optional(Declared),
    not_in_text: Type.Optional(NotInText),
    note: Type.Optional(Note),
  },
  {
    ...closed,
    description:
      'How long data is held for a purpose. Without `categories`: all that no other rule of the purpose names.',
  },
);

const StatutoryRetention = Type.Object(
  {
    code: Code('Stable code; never reused for another meaning.'),
    ...entry,
    act: Type.Optional(Type.String({ description: 'The act that demands keeping.', minLength: 1, maxLength: 200 })),
    article: Type.Optional(Type.String({ description: 'Its article.', minLength: 1, maxLength: 60 })),
    document: Type.Optional(
      Type.String({ description: 'The kind of document that must be kept.', minLength: 1, maxLength: 200 }),
    ),
    categories: CategoryCodes,
    holders: Type.Optional(
      Type.Array(Code('A registered holder.'), { description: 'Holders that keep it.', maxItems: 50 }),
    ),
    relation,
    event: Type.Optional(
      Type.Enum(['erasure-final'], { description: 'What starts the clock where it is not the end of a relation.' }),
    ),
    term: Type.Optional(Term),
    confirmed_by: Type.Optional(
      Type.String({
        description: 'The lawyer who confirmed act, article and term; absent while nobody did.',
        minLength: 1,
        maxLength: 200,
      }),
    ),
  },
  { ...closed, description: 'Keeping that a law demands. Binds nothing until confirmed.' },
);
export type PolicyStatutoryRetention = Static<typeof StatutoryRetention>;

const Queue = Type.Object(
  {
    soon: Type.Optional(Days),
    overdue: Type.Optional(Days),
    declared: Type.Optional(Declared),
    note: Type.Optional(Note),
  },
  {
    ...closed,
    description:
      'How the queue of what is due is read: `soon` so many days before it, `overdue` when it is still there so many days after.',
  },
);

const list = <S extends ReturnType<typeof Type.Object>>(items: S, description: string) =>
  Type.Array(items, { description, maxItems: listEntriesMax });

export const Retention = Type.Object(
  {
    clause: Type.Optional(Clause),
    label: Labels,
    quote: Type.Optional(Quote),
    afterwards: Type.Array(Type.Enum(['deleted', 'anonymised', 'destroyed']), {
      description: 'What may happen to data whose purposes are reached.',
      minItems: 1,
      maxItems: 3,
    }),
    queue: Type.Optional(Queue),
    rules: list(RetentionRule, 'How long, per purpose and category.'),
    review: Type.Optional(
      Type.Object(
        { every: Term, declared: Type.Optional(Declared), note: Type.Optional(Note) },
        { ...closed, description: 'When a holding that no rule covers is looked at again.' },
      ),
    ),
    statutory: list(StatutoryRetention, 'Keeping that a law demands.'),
  },
  { ...closed, description: 'How long data is held.' },
);
