// What do the entries of a policy file have in common: codes, clauses, labels, and who says so?
import Type, { type Static } from 'typebox';

export const languages = ['ru', 'kk', 'en'] as const;
export type Language = (typeof languages)[number];

/** Relations whose end says that a purpose is reached (DESIGN: `derbes.relation.*`). */
export const relations = ['account', 'contract', 'subscription', 'ticket', 'enquiry', 'session'] as const;
export type Relation = (typeof relations)[number];

/** `text`: the edition's text says it; `controller`: the controller declares it by publishing; `proposed`: nobody confirmed it yet. */
const declarers = ['text', 'controller', 'proposed'] as const;
export type Declarer = (typeof declarers)[number];

export const listEntriesMax = 300;
const labelCharsMax = 600;
const noteCharsMax = 1_200;

export const closed = { additionalProperties: false } as const;

/**
 * What a policy may declare, facts must be able to tell: a code of events has no seven digits in a row (they would pass for a phone
 * number or an IIN), and `meta.` names sealed things that are no categories.
 */
const tellable = '^(?!.*[0-9]{7})';

export const Code = (description: string) =>
  Type.String({ description, pattern: `${tellable}[a-z][a-z0-9]*(-[a-z0-9]+)*$`, maxLength: 64 });

/** Editions are often named by a date. */
export const EditionCode = (description: string) =>
  Type.String({ description, pattern: `${tellable}[a-z0-9]+([.-][a-z0-9]+)*$`, maxLength: 64 });

export const CategoryCode = (description: string) =>
  Type.String({
    description,
    pattern: `${tellable}(?!meta\\.)[a-z][a-z0-9]*(-[a-z0-9]+)*(\\.[a-z0-9]+(-[a-z0-9]+)*)?$`,
    maxLength: 64,
  });

export const Clause = Type.String({
  description: "The clause of the edition's text that says so, in quotes: '3.1'.",
  pattern: '^\\d{1,3}(\\.\\d{1,3}){0,3}$',
});

export const Labels = Type.Object(
  {
    ru: Type.String({ description: 'In Russian.', minLength: 1, maxLength: labelCharsMax }),
    kk: Type.String({ description: 'In Kazakh.', minLength: 1, maxLength: labelCharsMax }),
    en: Type.String({ description: 'In English.', minLength: 1, maxLength: labelCharsMax }),
  },
  { ...closed, description: 'What people are shown, in each of the three languages.' },
);
export type Labels = Static<typeof Labels>;

export const Quote = Type.String({
  description:
    'The words of the authoritative text that say so, where the label is not itself found there. Checked against the text.',
  minLength: 1,
  maxLength: labelCharsMax * 2,
});

const Dpv = Type.Array(
  Type.String({
    description: 'A term of the W3C Data Privacy Vocabulary 2.3, with its prefix: `pd:EmailAddress`.',
    pattern: '^[a-z][a-z0-9-]*:[A-Za-z0-9][A-Za-z0-9._-]*$',
    maxLength: 100,
  }),
  {
    description: 'W3C Data Privacy Vocabulary terms that mean the same or the nearest broader thing.',
    minItems: 1,
    maxItems: 6,
  },
);

export const Declared = Type.Enum([...declarers], {
  description:
    "Who says so: `text` (the edition's text; the default), `controller` (declared by publishing this file), `proposed` (not confirmed by the controller).",
});

export const Note = Type.String({
  description: 'A remark to whoever reads the file.',
  minLength: 1,
  maxLength: noteCharsMax,
});

export const NotInText = Type.Array(Type.String({ maxLength: 40 }), {
  description: 'Properties of this entry that the text does not state and the controller declares: `[trigger]`.',
  minItems: 1,
  maxItems: 12,
});

export const CategoryCodes = Type.Array(CategoryCode('A category or a group of categories declared above.'), {
  description: 'Categories, by code; a group stands for everything in it.',
  maxItems: listEntriesMax,
});

export const Articles = Type.Array(
  Type.String({
    description: 'Act and article: `94-V:7(1)`.',
    pattern: '^[A-Za-z0-9.-]+:[0-9A-Za-z(),.-]+$',
    maxLength: 60,
  }),
  { description: 'Articles of law, as `<act>:<article>`.', minItems: 1, maxItems: 20 },
);

/** Properties of every coded entry. */
export const entry = {
  clause: Type.Optional(Clause),
  declared: Type.Optional(Declared),
  label: Labels,
  quote: Type.Optional(Quote),
  dpv: Type.Optional(Dpv),
  not_in_text: Type.Optional(NotInText),
  note: Type.Optional(Note),
};

export const PlainEntry = (description: string) =>
  Type.Object({ code: Code('Stable code; never reused for another meaning.'), ...entry }, { ...closed, description });
