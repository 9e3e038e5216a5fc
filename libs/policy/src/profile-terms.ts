// Within which terms does the law of a jurisdiction ask for what, and how are its days counted?
import Type, { type Static } from 'typebox';
import { closed } from './format-entries.js';
import { type Confidence, ProfileCode, row } from './profile-destruction.js';

const amountMax = 366;
const offsetsMax = 20;
/** UTC offsets of the world, in minutes. */
const [offsetMin, offsetMax] = [-720, 840];

export const momentPattern =
  '^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$';

const amount = {
  amount: Type.Integer({ minimum: 1, maximum: amountMax }),
  unit: Type.Enum(['working-day', 'calendar-day', 'hour', 'month'], { description: 'In what it is counted.' }),
};

const Extension = Type.Object(
  { ...amount, ...row },
  { ...closed, description: 'By how much it may be extended once, in the unit of the term.' },
);

export const Term = Type.Object(
  {
    code: ProfileCode,
    ...amount,
    starts: Type.String({
      description: 'What starts it: `request-received`.',
      pattern: '^[a-z]+(-[a-z]+)*$',
      maxLength: 40,
    }),
    strict: Type.Optional(
      Type.Literal('from-moment', {
        description: 'The act can be read as counting from the moment itself and not from the next day or hour.',
      }),
    ),
    extension: Type.Optional(Extension),
    ...row,
  },
  { ...closed, description: 'A term of law.' },
);
export type Term = Static<typeof Term>;

const Zone = Type.Object(
  {
    name: Type.String({ pattern: '^[A-Z][A-Za-z_]+/[A-Z][A-Za-z_]+$', maxLength: 40 }),
    offsets: Type.Array(
      Type.Object(
        {
          from: Type.String({ pattern: momentPattern }),
          minutes: Type.Integer({ minimum: offsetMin, maximum: offsetMax }),
        },
        closed,
      ),
      {
        description: 'Minutes ahead of UTC from a moment on; the first row also before it.',
        minItems: 1,
        maxItems: offsetsMax,
      },
    ),
  },
  { ...closed, description: 'Where a day begins and ends.' },
);
export type Zone = Static<typeof Zone>;

export const Counting = Type.Object(
  {
    zone: Zone,
    calendar: Type.Optional(ProfileCode),
    ...row,
  },
  { ...closed, description: 'How days are counted; without a calendar, only Saturdays and Sundays are days off.' },
);
export type Counting = Static<typeof Counting>;

/** From the surest mark down. */
const marks: readonly Confidence[] = ['T', 'T2', 'S2', 'S1', 'I', 'M'];

/** Whether a row of this mark may stand in what leaves the house although no lawyer confirmed it: S2 and above. */
export const sureEnough = (confidence: Confidence): boolean => marks.indexOf(confidence) <= marks.indexOf('S2');
