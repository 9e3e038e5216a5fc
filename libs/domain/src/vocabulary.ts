// Of which words may a fact be made? Closed ones: codes, random ids, moments, hashes; nothing that could be a person's data.
import Type, { type TProperties, type TSchema } from 'typebox';

export const codeCharsMax = 64;
export const codesMax = 100;
export const eventIdsMax = 500;

/** No phone number, IIN, BIN or card number passes as a code: all have at least seven digits in a row. */
const noLongDigits = '(?!.*[0-9]{7})';
export const codePattern = `^${noLongDigits}[a-z][a-z0-9]*(?:[.-][a-z0-9]+)*$`;
const uuidPattern = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const datePattern = '[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])';

export const Code = Type.String({ pattern: codePattern, maxLength: codeCharsMax });
export const Codes = Type.Array(Code, { minItems: 1, maxItems: codesMax });
export const EditionCode = Type.String({
  pattern: `^${noLongDigits}[a-z0-9]+(?:[.-][a-z0-9]+)*$`,
  maxLength: codeCharsMax,
});
/** Whole UTC seconds. */
export const Moment = Type.String({ pattern: `^${datePattern}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$` });
export const CalendarDate = Type.String({ pattern: `^${datePattern}$` });
export const Uuid = Type.String({ pattern: `^${uuidPattern}$` });
/** Same form as Uuid; says that the id is that of an event. */
export const EventId = Type.String({ pattern: `^${uuidPattern}$` });
export const EventIds = Type.Array(EventId, { minItems: 1, maxItems: eventIdsMax });
/** A sealed part: the id of its event and its place in it, `<event id>/<p>`. */
export const PartName = Type.String({ pattern: `^${uuidPattern}/(?:0|[1-9][0-9]{0,4})$` });
export const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });
/** ISO 3166-1 alpha-2. */
export const Country = Type.String({ pattern: '^[A-Z]{2}$' });
export const Countries = Type.Array(Country, { minItems: 1, maxItems: codesMax });
export const YesNo = Type.Enum(['yes', 'no']);
export const Yes = Type.Literal('yes');
export const Language = Type.Enum(['ru', 'kk', 'en']);
export const Decimal = Type.String({ pattern: '^(0|[1-9][0-9]{0,9})$' });
const actForm = { pattern: `^${noLongDigits}(?=.*[0-9])[A-Za-z0-9]+(?:[./-][A-Za-z0-9]+)*$`, maxLength: 40 };
const articleForm = {
  pattern: '^[0-9]{1,4}(?:-[0-9]{1,3})?(?:\\([0-9]{1,3}(?:-[0-9]{1,3})?\\))*$',
  maxLength: 40,
};
/** Number of an act: `94-V`, `405-VI`. */
export const Act = Type.String(actForm);
/** Article within an act: `9(10)`, `7(5)`. */
export const Article = Type.String(articleForm);
const fits = (
  { pattern, maxLength }: { readonly pattern: string; readonly maxLength: number },
  text: string,
): boolean => text.length <= maxLength && new RegExp(pattern).test(text);

/** Act and article as an event may name them; of another form (a policy may hold words, the GDPR has letters), neither. */
export function actOf(act: string | undefined, article: string | undefined): { act?: string; article?: string } {
  if (act === undefined || article === undefined || !fits(actForm, act) || !fits(articleForm, article)) return {};
  return { act, article };
}

/** Key owner of an organisation: `organisation-<uuid>`. */
export const Organisation = Type.String({ pattern: `^organisation-${uuidPattern}$` });

/** In what quality the person appears: the same person may be a private user and a sole trader. */
export const Role = Type.Enum(['private', 'entrepreneur', 'representative']);
/** Whether the controller holds it for itself or for an organisation that uploaded it. */
export const Capacity = Type.Enum(['own', 'operator']);

/** What makes the processing lawful, as the emitter says: a code of the profile's bases table, with what it leans on. */
export const Basis = closed({
  code: Code,
  consent: Type.Optional(EventId),
  law: Type.Optional(Act),
  article: Type.Optional(Article),
});

export function closed<P extends TProperties>(properties: P) {
  return Type.Object(properties, { additionalProperties: false });
}

export const optional = <S extends TSchema>(schema: S) => Type.Optional(schema);

/**
 * Names of sealed things that are no categories of a policy: a policy may not declare a category beginning `meta.`.
 * `name`, `bin`, `undertaking` belong to a recipient or officer; `address`, `secret` to where one is told what to do, `reference` to a
 * letter that told it; `subject-name` to a consent (item 2 of Art. 8(4)); `contact` and `document` (the number of what gives authority)
 * to a representative; `incident`, `consequences`, `measures`, `delay` (why it was told late) and `salt` (of its packs) to an incident.
 */
export const metaPrefix = 'meta.';
export const metaCategories = [
  'meta.source-link',
  'meta.uploader',
  'meta.place',
  'meta.consent-proof',
  'meta.subject-name',
  'meta.name',
  'meta.bin',
  'meta.undertaking',
  'meta.address',
  'meta.secret',
  'meta.reference',
  'meta.contact',
  'meta.request-text',
  'meta.letter',
  'meta.claimed',
  'meta.answer',
  'meta.refusal',
  'meta.notice',
  'meta.request',
  'meta.document',
  'meta.incident',
  'meta.consequences',
  'meta.measures',
  'meta.delay',
  'meta.salt',
] as const;
export type MetaCategory = (typeof metaCategories)[number];

/** Obviously invented ids for samples. */
export const sampleUuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
export const sampleSha256 = (digit: string): string => digit.repeat(64);

/** What each form of the vocabulary is called, by its pattern. */
export const vocabularyNames: ReadonlyMap<string, string> = new Map(
  (
    [
      [Code, 'code'],
      [EditionCode, 'edition code'],
      [Moment, 'moment'],
      [CalendarDate, 'date'],
      [Uuid, 'uuid'],
      [PartName, 'part (`<event id>/<p>`)'],
      [Sha256, 'SHA-256, hex'],
      [Country, 'country (ISO 3166-1 alpha-2)'],
      [Decimal, 'decimal number'],
      [Act, 'number of an act'],
      [Article, 'article'],
      [Organisation, '`organisation-<uuid>`'],
    ] as const
  ).map(([schema, name]) => [String((schema as { pattern?: string }).pattern), name]),
);
