// What may a policy file say? The one source of the Policy type and of policy.schema.json.
import Type, { type Static, type TSchema } from 'typebox';
import {
  Articles,
  CategoryCode,
  CategoryCodes,
  Clause,
  closed,
  Code,
  Declared,
  entry,
  Labels,
  listEntriesMax,
  Note,
  PlainEntry,
  Quote,
} from './format-entries.js';
import { Retention } from './format-retention.js';
import { TransferNotices } from './format-notices.js';
import { BorderClaim, Controller, Edition, Section } from './format-sections.js';

const policyFormat = 'derbes.policy/v1';

const StableCode = Code('Stable code; never reused for another meaning.');
const list = <S extends TSchema>(items: S, description: string) =>
  Type.Array(items, { description, maxItems: listEntriesMax });

const ClosedItem = Type.Object(
  { code: CategoryCode('Group code, a dot, item code: `requisites.iban`.'), ...entry },
  { ...closed, description: 'A closed item of an open category.' },
);

const Category = Type.Object(
  {
    code: StableCode,
    ...entry,
    open: Type.Optional(
      Type.Boolean({
        description:
          'True where the text leaves open what belongs to it; facts must then name one of its closed items.',
      }),
    ),
    items: Type.Optional(list(ClosedItem, 'The closed items of an open category.')),
  },
  { ...closed, description: 'A kind of data.' },
);

const CategoryGroup = Type.Object(
  {
    code: StableCode,
    ...entry,
    origin: Type.Optional(
      Type.Enum(['subject', 'automatic', 'third-party'], {
        description: 'Where the text says data of this group comes from.',
      }),
    ),
    items: Type.Array(Category, {
      description: 'The categories of this group.',
      minItems: 1,
      maxItems: listEntriesMax,
    }),
  },
  { ...closed, description: 'A group of categories, as the text groups them.' },
);

const Basis = Type.Object(
  {
    code: StableCode,
    ...entry,
    articles: Type.Optional(Articles),
    covers: Type.Array(
      Type.String({ description: "A code of the jurisdiction profile's bases table.", maxLength: 40 }),
      {
        description: "Codes of the profile's bases table that this basis of the text stands for.",
        minItems: 1,
        maxItems: 60,
      },
    ),
  },
  { ...closed, description: 'What makes processing lawful, by the text.' },
);

const Right = Type.Object(
  { code: StableCode, ...entry, articles: Type.Optional(Articles) },
  { ...closed, description: 'A right of the data subject. Its term comes from the jurisdiction profile.' },
);

const CookiePurpose = Type.Object(
  {
    code: StableCode,
    ...entry,
    serves: Type.String({ description: 'The purpose of the policy that it serves, or `none`.', maxLength: 60 }),
  },
  { ...closed, description: 'What cookies and the like are used for.' },
);

const ThirdPartyData = Type.Object(
  {
    clause: Type.Optional(Clause),
    label: Labels,
    quote: Type.Optional(Quote),
    about: list(PlainEntry('Whom the data is about.'), 'Whom the data is about.'),
    sources: list(
      Type.Object(
        {
          code: StableCode,
          ...entry,
          origin: Type.Enum(['uploaded', 'public-source', 'third-party'], {
            description: '`origin.kind` of the facts it explains.',
          }),
        },
        { ...closed, description: 'Where it comes from.' },
      ),
      'Where it comes from.',
    ),
  },
  { ...closed, description: 'Data about people who are not users.' },
);

const Identifier = Type.Object(
  {
    scheme: Code('The scheme: `email`. `ip`, `bin` and `ref` can never be one.'),
    identifies: Type.Enum(['person', 'account', 'mailbox', 'line', 'device'], {
      description: 'What such a value identifies.',
    }),
    rank: Type.Integer({
      description: 'Greater is stronger; a fact naming two subjects belongs to the stronger.',
      minimum: 1,
      maximum: 100,
    }),
    category: CategoryCode('The category under which the identifier itself is held.'),
    declared: Type.Optional(Declared),
    note: Type.Optional(Note),
  },
  { ...closed, description: 'How a service may name a subject.' },
);

const matrixRow = {
  categories: CategoryCodes,
  declared: Type.Optional(Declared),
  clause: Type.Optional(Clause),
  note: Type.Optional(Note),
};

/** Art. 19-1: a decision that only a machine takes and that creates, changes or ends somebody's rights. */
const AutomatedDecision = Type.Object(
  { code: StableCode, ...entry, purpose: Code('The declared purpose for which it is taken.') },
  { ...closed, description: 'A decision that only a machine takes.' },
);

export const PolicySchema = Type.Object(
  {
    format: Type.Literal(policyFormat, { description: 'The format of this file.' }),
    edition: Edition,
    controller: Controller,
    sections: Type.Array(Section, { description: 'The numbered sections of the text.', minItems: 1, maxItems: 60 }),
    acts: list(PlainEntry('An act the text is written with regard to.'), 'Acts the text is written with regard to.'),
    terms: list(PlainEntry('A term the text takes from law.'), 'Terms the text takes from law.'),
    acknowledgement: list(
      PlainEntry('What the text takes as acknowledging it. Never a consent.'),
      'What the text takes as acknowledging it. Never a consent.',
    ),
    categories: list(CategoryGroup, 'What data, group by group.'),
    purposes: list(PlainEntry('Why data is held.'), 'Why data is held.'),
    bases: list(Basis, 'What makes it lawful.'),
    recipients: list(PlainEntry('A class of recipients.'), 'Classes of third parties that may receive data.'),
    cross_border: Type.Optional(list(BorderClaim, 'Why data may go abroad where no consent is asked.')),
    transfer_notices: Type.Optional(TransferNotices),
    automated_decisions: Type.Optional(list(AutomatedDecision, 'Decisions that only a machine takes.')),
    retention: Retention,
    rights: list(Right, 'Rights of the data subject.'),
    cookies: list(CookiePurpose, 'What cookies and the like are used for.'),
    third_party_data: Type.Optional(ThirdPartyData),
    commitments: list(
      Type.Object(
        {
          code: StableCode,
          ...entry,
          by: Type.Enum(['controller', 'user'], { description: 'Who is bound, or informed.' }),
        },
        { ...closed, description: 'What else the text says that somebody does or must do.' },
      ),
      'What else the text says that somebody does or must do.',
    ),
    identifiers: list(Identifier, 'How services may name subjects.'),
    necessity: list(
      Type.Object(
        { purpose: Code('A declared purpose.'), ...matrixRow },
        { ...closed, description: 'What one purpose needs.' },
      ),
      'Which categories each purpose needs; a purpose without a row says nothing.',
    ),
    disclosure: list(
      Type.Object(
        { recipient: Code('A declared class.'), ...matrixRow },
        { ...closed, description: 'What one class may get.' },
      ),
      'Which categories each recipient class may get; a class without a row says nothing.',
    ),
  },
  { ...closed, title: 'Derbes policy file', description: 'A privacy policy in machine-readable form.' },
);

export type Policy = Static<typeof PolicySchema>;
