// Which problems can whoever recognises a representative, or says what status a person has, meet?
import { kind } from './kind.js';

export const peopleProblems = {
  NOT_A_PERSON: kind(
    409,
    'Nobody is known behind this device',
    'The subject is a mere device: nobody acts for it, and it has no age.',
    'Identify the person first; `derbes.subject.identified` ties a device to her.',
  ),
  AUTHORITY_UNPROVED: kind(
    400,
    'A representative without authority',
    'No document was named that gives the authority, or it is dated after today.',
    'Name the `document`: its kind, date and number. Without one nobody is recognised.',
  ),
  AUTHORITY_UNFIT: kind(
    409,
    'Nobody has this authority over this person',
    'A parent, guardian or trustee acts for a child or for somebody incapable, an heir for the dead, and an attorney for the living.',
    'Say the person’s status first, by the document that proves it; or name another kind of representative.',
  ),
  PURPOSE_UNKNOWN: kind(
    400,
    'No such purpose',
    'The edition in force declares no such purpose, and nothing is held for it.',
    'The edition names its purposes.',
  ),
  REPRESENTATIVE_UNKNOWN: kind(
    404,
    'No such representative',
    'Nobody was recognised as a representative of this person under this id.',
    'The register `representatives`, and the dossier, name them.',
  ),
  REPRESENTATION_ENDED: kind(
    409,
    'The authority has ended',
    'The representative was said before to have no authority any more, on another ground.',
    'Nothing; recognise them anew if they have a new document.',
  ),
  AGE_DATE_MISSING: kind(
    400,
    'The day of turning 14 or 18',
    'A child’s status needs the day on which she turns 14, or 18; no other status may have one.',
    'Name `turns` with `age` and `on` for a child, and leave it out otherwise.',
  ),
  AGE_DATE_PAST: kind(
    400,
    'By this day the person is of age',
    'The day of turning 18 has come.',
    'Say `adult`, or nothing at all.',
  ),
  STATUS_UNPROVED: kind(
    400,
    'A status that needs a document',
    'Incapacity, absence and death are said, and taken back, by a certificate or a court’s decision, dated no later than today.',
    'Name the `document`: its kind and date.',
  ),
} as const;
