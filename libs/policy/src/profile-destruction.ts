// What does the law of a jurisdiction say of destroying data: on which ground, within which term, what keeps it, what remains?
import Type, { type Static } from 'typebox';
import { closed, Labels } from './format-entries.js';

export const ProfileCode = Type.String({
  description: 'Stable code: `kz.9.10`.',
  pattern: '^[a-z0-9]+([.-][a-z0-9]+)*$',
  maxLength: 40,
});
export const Article = Type.String({
  description: 'Act and article: `94-V:9(10)`.',
  pattern: '^[A-Za-z0-9.-]+:[0-9A-Za-z(),.-]+$',
  maxLength: 60,
});

/** How sure a row is, as LAW marks it: T the article was read … M from memory. */
export const Confidence = Type.Enum(['T', 'T2', 'S2', 'S1', 'I', 'M'], {
  description: 'How sure: T article read, T2 older copy, S2/S1 secondary, I inferred, M memory.',
});
export type Confidence = Static<typeof Confidence>;
const Source = Type.String({ description: 'Where the row comes from.', minLength: 1, maxLength: 300 });
/** How sure a row is, and by what. */
export const sureness = { confidence: Confidence, source: Source };
export const row = { article: Article, ...sureness, label: Labels };
const rowsMax = 40;

const DestructionTerm = Type.Object(
  {
    count: Type.Integer({ minimum: 1, maximum: 366 }),
    unit: Type.Enum(['working-day', 'day', 'month'], { description: '`day`: the source does not say which days.' }),
  },
  { ...closed, description: 'Within which term it must be done.' },
);

const DestructionGround = Type.Object(
  { code: ProfileCode, term: Type.Optional(DestructionTerm), ...row },
  { ...closed, description: 'Why data must be destroyed.' },
);
export type DestructionGround = Static<typeof DestructionGround>;

const Keeping = Type.Object(
  {
    code: ProfileCode,
    locks: Type.Boolean({ description: 'Whether what it keeps may be used for nothing but answers.' }),
    ...row,
  },
  { ...closed, description: 'What keeps data that was to be destroyed.' },
);
export type Keeping = Static<typeof Keeping>;

export const Destruction = Type.Object(
  {
    grounds: Type.Array(DestructionGround, { maxItems: rowsMax }),
    keeps: Type.Array(Keeping, { maxItems: rowsMax }),
    locked: Type.Object(row, { ...closed, description: 'Why what is kept answers alone, and is not used.' }),
    remains: Type.Object(row, { ...closed, description: 'By what the records of a destruction are kept.' }),
  },
  { ...closed, description: 'Destruction of data.' },
);
export type Destruction = Static<typeof Destruction>;
