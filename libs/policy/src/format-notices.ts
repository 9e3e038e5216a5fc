// What does a policy say of telling people that their data was passed on?
import Type, { type Static } from 'typebox';
import { Clause, closed, Code, Declared, Note } from './format-entries.js';

const mapped = 50;

/** 94-V Art. 19(1): "where there is a condition to notify"; without this entry the profile's default stands. */
export const TransferNotices = Type.Object(
  {
    clause: Type.Optional(Clause),
    declared: Type.Optional(Declared),
    tell: Type.Enum(['always', 'where-agreed', 'never'], {
      description:
        'Of which transfers the person is told: of all; where her consent names `notify-on-transfer` among its other conditions; of none.',
    }),
    made: Type.Enum(['by-itself', 'by-officer'], {
      description: 'Whether notices are made without anybody asking when the first transfer nears its due moment.',
    }),
    through: Type.Optional(Code('The registered holder that sends them: the controller’s own mailer.')),
    exceptions: Type.Optional(
      Type.Array(
        Type.Object(
          {
            case: Code('An exception of the jurisdiction profile: `notary`.'),
            recipients: Type.Array(Code('A declared class.'), {
              description: 'Those classes.',
              minItems: 1,
              maxItems: mapped,
            }),
          },
          { ...closed, description: 'Recipient classes that are such a case.' },
        ),
        {
          description: 'Recipient classes of which the law spares telling, besides those named like the case.',
          maxItems: mapped,
        },
      ),
    ),
    note: Type.Optional(Note),
  },
  { ...closed, description: 'Telling people that their data was passed on.' },
);
export type TransferNotices = Static<typeof TransferNotices>;
