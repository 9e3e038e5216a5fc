// Is the person told of a transfer, and in which cases does the law spare that?
import Type, { type Static } from 'typebox';
import { closed } from './format-entries.js';
import { ProfileCode, row } from './profile-destruction.js';

const casesMax = 20;
const basesMax = 40;

const NoticeException = Type.Object(
  {
    code: ProfileCode,
    bases: Type.Optional(
      Type.Array(ProfileCode, {
        description: 'Bases of the profile that are such a case whoever receives the data.',
        maxItems: basesMax,
      }),
    ),
    ...row,
  },
  { ...closed, description: 'A case in which nobody is told; a recipient class of that code is one.' },
);
export type NoticeException = Static<typeof NoticeException>;

export const TransferNotice = Type.Object(
  {
    default: Type.Enum(['always', 'where-agreed', 'never']),
    except: Type.Array(Type.String({ maxLength: 60 }), {
      maxItems: casesMax,
      description: 'Kinds of recipient about which nobody is told.',
    }),
    exceptions: Type.Optional(
      Type.Array(NoticeException, { maxItems: casesMax, description: 'The same with the article of each.' }),
    ),
    ...row,
  },
  { ...closed, description: 'Whether the subject is told of a transfer.' },
);
export type TransferNotice = Static<typeof TransferNotice>;

/** The exceptions with their articles; in versions from before each had one, the article of the duty itself. */
export const noticeExceptions = ({ exceptions, except, ...rule }: TransferNotice): readonly NoticeException[] =>
  exceptions ??
  except.map((code) => ({
    code,
    article: rule.article,
    confidence: rule.confidence,
    source: rule.source,
    label: rule.label,
  }));
