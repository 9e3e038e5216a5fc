// Who publishes a policy, which edition is it, and what are its sections about?
import Type from 'typebox';
import { Clause, closed, Code, EditionCode, entry, Labels, languages, Note, Quote } from './format-entries.js';

/** A plain name, so that a policy file can never point outside its own folder. */
export const textFileName = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

export const Edition = Type.Object(
  {
    code: EditionCode('Names this edition to people; the document hash identifies it.'),
    clause: Type.Optional(Clause),
    jurisdiction: Type.Enum(['kz', 'gdpr'], { description: 'The jurisdiction profile by which it is judged.' }),
    authoritative: Type.Enum([...languages], {
      description: 'The language whose text decides; its labels are checked against that text.',
    }),
    texts: Type.Array(
      Type.Object(
        {
          language: Type.Enum([...languages], { description: 'Language of the text.' }),
          file: Type.String({
            description: 'File beside this one, UTF-8.',
            pattern: textFileName.source,
            maxLength: 100,
          }),
          sha256: Type.String({ description: 'SHA-256 of the file, hex.', pattern: '^[0-9a-f]{64}$' }),
        },
        { ...closed, description: "The edition's full text in one language." },
      ),
      { description: "The edition's full text, one file per language.", minItems: 1, maxItems: languages.length },
    ),
    in_force: Type.Enum(['on-publication', 'at-stated-moment'], {
      description: 'When an edition comes into force by the text; the moment itself comes with the publishing command.',
    }),
    label: Labels,
    quote: Type.Optional(Quote),
    note: Type.Optional(Note),
  },
  { ...closed, description: 'This edition and its full text.' },
);

const Contact = Type.Object(
  {
    kind: Type.Enum(['email', 'post', 'phone', 'web'], { description: 'How the controller is reached.' }),
    value: Type.String({ description: 'The address as the text gives it.', minLength: 1, maxLength: 300 }),
    clause: Type.Optional(Clause),
    for: Type.Optional(Type.Enum(['general', 'personal-data'], { description: 'What questions it is for.' })),
  },
  { ...closed, description: 'One way to reach the controller.' },
);

export const Controller = Type.Object(
  {
    clause: Type.Optional(Clause),
    name: Labels,
    quote: Type.Optional(Quote),
    bin: Type.String({
      description: 'Business identification number: 12 digits, in quotes, with its check digit.',
      pattern: '^\\d{12}$',
    }),
    country: Type.String({ description: 'ISO 3166-1 alpha-2.', pattern: '^[A-Z]{2}$' }),
    address: Type.String({ description: 'Postal address as the text gives it.', minLength: 1, maxLength: 300 }),
    site: Type.Optional(
      Type.String({ description: 'The site the policy is about.', pattern: '^https://', maxLength: 200 }),
    ),
    service: Type.Optional(
      Type.String({ description: 'The service the policy is about.', minLength: 1, maxLength: 100 }),
    ),
    contacts: Type.Array(Contact, { description: 'Ways to reach the controller.', minItems: 1, maxItems: 20 }),
    dpv: entry.dpv,
    note: Type.Optional(Note),
  },
  { ...closed, description: 'The organisation that answers for the data.' },
);

/** What a numbered section of the text is about, so that a finding about something undeclared can cite the section. */
export const sectionSubjects = [
  'general',
  'terms',
  'categories',
  'purposes',
  'bases',
  'recipients',
  'retention',
  'rights',
  'cookies',
  'third-party-data',
  'contacts',
  'editions',
] as const;

export const Section = Type.Object(
  {
    clause: Clause,
    about: Type.Enum([...sectionSubjects], { description: 'What the section is about.' }),
    label: Labels,
    quote: Type.Optional(Quote),
  },
  { ...closed, description: 'One numbered section of the text.' },
);

const Country = Type.String({ description: 'ISO 3166-1 alpha-2.', pattern: '^[A-Z]{2}$' });

/** 94-V Art. 16(2), GDPR Art. 45-47: such a ground is a claim about countries or recipients, and a claim has an author. */
export const BorderClaim = Type.Object(
  {
    code: Code('Stable code; never reused for another meaning.'),
    ...entry,
    ground: Type.String({
      description: 'The cross-border ground of the jurisdiction profile that stands by it: `kz.16.2`.',
      maxLength: 40,
    }),
    countries: Type.Array(Country, { description: 'The countries it is about.', minItems: 1, maxItems: 250 }),
    recipients: Type.Optional(
      Type.Array(Code('A declared class.'), {
        description: 'The recipient classes that it binds; absent where it is about the country as a whole.',
        minItems: 1,
        maxItems: 50,
      }),
    ),
    instrument: Type.String({
      description: 'The act, decision or contract on which it rests.',
      minLength: 1,
      maxLength: 300,
    }),
    asserted_by: Type.String({ description: 'Whose claim it is.', minLength: 1, maxLength: 200 }),
  },
  {
    ...closed,
    description: 'Why data may go to a country. Nothing goes there by it while it is `declared: proposed`.',
  },
);
