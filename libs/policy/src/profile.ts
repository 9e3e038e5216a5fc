// What does the law of a jurisdiction make of a stated basis? Versioned data, never constants in rules.
import Type, { type Static } from 'typebox';
import { closed, Labels } from './format-entries.js';
import { Article, Destruction, type DestructionGround, type Keeping, ProfileCode, row } from './profile-destruction.js';
import { RegisterArticles, SizeClass } from './profile-registers.js';
import { TransferNotice } from './profile-notices.js';
import { Counting, Term } from './profile-terms.js';

const profileFormat = 'derbes.profile/v1';
const profileEntriesMax = 100;

const rows = { maxItems: profileEntriesMax };

/** What a fact must state beside the basis code for the verdict to hold. */
const requirements = ['consent', 'law', 'article', 'source-link', 'adequacy-claim', 'safeguard'] as const;
export type Requirement = (typeof requirements)[number];

const ProfileBase = Type.Object(
  {
    code: ProfileCode,
    verdict: Type.Enum(['stands', 'stands-only-with-consent', 'does-not-stand'], {
      description: 'Whether it makes processing lawful.',
    }),
    requires: Type.Array(Type.Enum([...requirements]), { description: 'What else must be stated.', maxItems: 4 }),
    limits_withdrawal: Type.Optional(
      Type.Array(Article, { description: 'Articles by which it limits withdrawal of consent.', maxItems: 10 }),
    ),
    instead: Type.Optional(
      Type.Array(ProfileCode, { description: 'Codes to be named instead of one that does not stand.', maxItems: 40 }),
    ),
    ...row,
  },
  { ...closed, description: 'One row of the bases table.' },
);
export type ProfileBase = Static<typeof ProfileBase>;
export type BaseVerdict = ProfileBase['verdict'];

const ConsentItem = Type.Object(
  { number: Type.Integer({ minimum: 1, maximum: 20 }), code: ProfileCode, required: Type.Boolean(), ...row },
  { ...closed, description: 'What a consent must say.' },
);
export type ConsentItem = Static<typeof ConsentItem>;

const CrossBorderGround = Type.Object(
  { code: ProfileCode, requires: Type.Array(Type.Enum([...requirements]), { maxItems: 4 }), ...row },
  { ...closed, description: 'A ground on which data may leave the country.' },
);
export type CrossBorderGround = Static<typeof CrossBorderGround>;

const Localisation = Type.Object(
  { country: Type.String({ pattern: '^[A-Z]{2}$' }), copies_abroad: Type.Enum(['allowed', 'forbidden']), ...row },
  { ...closed, description: 'Where the base must be.' },
);

const OpenFinding = Type.Object(
  { starts_blocking: Type.Enum(['yes', 'no']), ...row },
  { ...closed, description: 'Whether a finding that nobody assessed yet is information of a breach.' },
);

const Unproved = Type.Object(
  {
    hours: Type.Integer({
      description: 'So long before its term ends a request is refused whose sender nobody knows by then.',
      minimum: 1,
      maximum: 72,
    }),
    ...row,
  },
  {
    ...closed,
    description: 'What becomes of a request whose sender did not prove who she is, where the law knows no pause.',
  },
);
export type Unproved = Static<typeof Unproved>;

export const ProfileSchema = Type.Object(
  {
    format: Type.Literal(profileFormat),
    code: Type.Enum(['kz', 'gdpr']),
    version: Type.String({ pattern: '^\\d+$', description: 'Counts up with every correction.', maxLength: 8 }),
    acts: Type.Array(Type.Object({ code: Type.String({ maxLength: 40 }), label: Labels }, closed), rows),
    bases: Type.Array(ProfileBase, { minItems: 1, ...rows }),
    consent_items: Type.Array(ConsentItem, rows),
    cross_border: Type.Array(CrossBorderGround, rows),
    localisation: Type.Optional(Localisation),
    transfer_notice: Type.Optional(TransferNotice),
    destruction: Type.Optional(Destruction),
    open_finding: Type.Optional(OpenFinding),
    unproved: Type.Optional(Unproved),
    counting: Type.Optional(Counting),
    registers: Type.Optional(Type.Array(RegisterArticles, rows)),
    size_classes: Type.Optional(Type.Array(SizeClass, rows)),
    terms: Type.Optional(Type.Array(Term, { description: 'Within which terms what must be done.', ...rows })),
  },
  { ...closed, title: 'Derbes jurisdiction profile' },
);
export type Profile = Static<typeof ProfileSchema>;
export type ProfileCode = Profile['code'];

/** The row of a ground of destruction; undefined in versions from before there were any. */
export const destructionGround = (profile: Profile, code: string): DestructionGround | undefined =>
  profile.destruction?.grounds.find((one) => one.code === code);

/** The row of what keeps data that was to be destroyed. */
export const keepingOf = (profile: Profile, code: string): Keeping | undefined =>
  profile.destruction?.keeps.find((one) => one.code === code);

/** The row of a term; undefined in versions from before there were any. */
export const termOf = (profile: Profile, code: string): Term | undefined =>
  profile.terms?.find((one) => one.code === code);

/** The class of a controller who holds data of so many; undefined where the law has none. */
export const sizeClassOf = (profile: Profile, people: number): string | undefined =>
  profile.size_classes?.findLast(({ from }) => from <= people)?.code;

/** The verdict of the bases table; a code that is not in it does not stand. `base` carries article and requirements. */
export function baseVerdict(profile: Profile, code: string): { verdict: BaseVerdict; base: ProfileBase | undefined } {
  const base = profile.bases.find((row) => row.code === code);
  return { verdict: base?.verdict ?? 'does-not-stand', base };
}

/** What the row demands and the fact does not state; empty when all is stated. */
export function missingRequirements(
  base: { readonly requires: readonly Requirement[] },
  stated: Partial<Record<Requirement, string>>,
): Requirement[] {
  return base.requires.filter((requirement) => !stated[requirement]);
}
