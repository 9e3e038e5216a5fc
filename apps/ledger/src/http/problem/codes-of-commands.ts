// Which problems can a command or question of staff meet?
import { kind } from './kind.js';

export const commandProblems = {
  REFUSED: kind(
    409,
    'The command was refused',
    'A rule forbids it as things stand; the code of the rule is the problem’s own `code`.',
    'The detail names the rule.',
  ),
  POLICY_MALFORMED: kind(
    400,
    'The policy file has mistakes',
    '`errors` names each with its line.',
    'Mend the file; `derbes policy check FILE` finds the same mistakes without a service.',
  ),
  IDEMPOTENCY_KEY_REUSED: kind(
    409,
    'This Idempotency-Key stood for something else',
    'The key came before, with another command.',
    'Send a new key with a new command; the same key repeats the same command alone.',
  ),
  EDITION_STANDS: kind(
    409,
    'This document is published already',
    'An edition with this very document is in force or will be, from another moment.',
    'Nothing, or change the document.',
  ),
  EDITION_CODE_TAKEN: kind(
    409,
    'Another edition has this code',
    'A different document was published under the same edition code.',
    'Give the edition a code of its own.',
  ),
  MOMENT_TAKEN: kind(
    409,
    'Another edition comes into force then',
    'Two editions cannot come into force at one moment.',
    'Choose another moment.',
  ),
  EDITION_NOT_LATER: kind(
    409,
    'The edition before it comes into force later',
    'An edition comes into force after its predecessor: what changed for whom is told from one to the next.',
    'Publish editions in the order in which they come into force.',
  ),
  DIFFERENT_CONTROLLERS: kind(
    409,
    'These are policies of two organisations',
    'The BIN of the controller is another one, so that these are no editions of one policy.',
    'Compare editions of one controller; another organisation keeps a ledger of its own.',
  ),
  CALENDAR_MALFORMED: kind(
    400,
    'The calendar file has mistakes',
    '`errors` names each with its line: a day that does not exist or stands there twice, a year that the file does not know, a holiday on a weekend without the day in its place.',
    'Mend the file; `derbes calendar check FILE` finds the same mistakes without a service.',
  ),
  CALENDAR_VERSION_TAKEN: kind(
    409,
    'Another calendar has this version',
    'A different document was published under the same calendar and version.',
    'Give the corrected calendar a version of its own.',
  ),
  CALENDAR_ENDS: kind(
    409,
    'The calendar of working days does not reach that far',
    'A term is never counted through a year whose days off nobody stated.',
    'Publish a calendar that knows the year: `derbes calendar publish FILE`.',
  ),
  TERM_UNKNOWN: kind(
    404,
    'No such term',
    'The profile of the law has no term of this code; the profile is that of the edition in force unless another is named.',
    '`derbes clock --help` names the terms.',
  ),
  TERM_NOT_EXTENDABLE: kind(
    409,
    'The law knows no extension of this term',
    'Kazakhstan’s law knows none at all; the GDPR one, of two months, for answers to requests.',
    'Answer within the term.',
  ),
  MOMENT_MALFORMED: kind(400, 'This is no moment', 'It does not exist in the calendar.', 'Send an RFC 3339 date-time.'),
  PROFILE_UNKNOWN: kind(
    404,
    'No such version of a profile',
    'No profile of this code was published in this version.',
    'GET /v1/clocks/{term} names the version that stands.',
  ),
  PROFILE_VERSION_TAKEN: kind(
    409,
    'Another profile has this version',
    'A different document was published under the same profile and version.',
    'Count the version up.',
  ),
  APPOINTMENT_IN_FUTURE: kind(
    400,
    'The appointment has not begun',
    'Somebody is appointed when the appointment begins.',
    'Send it then.',
  ),
  SINCE_IN_FUTURE: kind(400, 'It has not begun', 'The moment given lies ahead.', 'Send it when it has begun.'),
  RECIPIENT_UNKNOWN: kind(
    404,
    'No such recipient',
    'No recipient has this code.',
    'Register it first; `derbes register recipients` lists those there are.',
  ),
  RECIPIENT_CODE_TAKEN: kind(
    409,
    'Another recipient has this code',
    'Codes name one recipient for ever.',
    'Choose another code.',
  ),
  RECIPIENT_CODE_CHANGED: kind(
    409,
    'A recipient keeps its code',
    'The recipient is known by another code.',
    'Use that one.',
  ),
  UNDERTAKING_ENDS_BEFORE_IT_BEGINS: kind(
    400,
    'The undertaking ends before it begins',
    '`until` lies before `from`.',
    'Check both dates.',
  ),
  HOLDER_CODE_TAKEN: kind(
    409,
    'Another holder has this code',
    'Codes name one holder for ever.',
    'Choose another code.',
  ),
  HOLDER_CODE_CHANGED: kind(409, 'A holder keeps its code', 'The holder is known by another code.', 'Use that one.'),
  SUBJECT_UNKNOWN: kind(404, 'No such subject', 'No subject has this id.', 'Search for the subject again.'),
  SAME_SUBJECT: kind(400, 'A subject is not merged with itself', 'Both ids are one.', 'Name the other subject.'),
  ALREADY_MERGED: kind(
    409,
    'One of the two is merged already',
    'A merged subject is not merged again.',
    'Merge with its survivor instead.',
  ),
  NOT_MERGED: kind(409, 'These are not merged', 'There is no merge of these two to undo.', 'Check both ids.'),
  DEVICE_NOT_MERGEABLE: kind(
    409,
    'A device is not merged with a person',
    'A device may have many users.',
    'Let the service tell derbes.subject.identified instead.',
  ),
  LINK_UNKNOWN: kind(404, 'No such link', 'No identifier was linked by this event.', 'The timeline names the links.'),
  LINK_ENDED: kind(409, 'The link has ended', 'The identifier no longer means this subject.', 'Nothing.'),
  LINK_UNREADABLE: kind(
    409,
    'The identifier of this link cannot be opened',
    'Its value was erased or its key is gone, so it cannot be told which identifier would be freed.',
    'Nothing: what is erased means nobody any more.',
  ),
  UNTIL_BEFORE_SINCE: kind(
    400,
    'A link ends after it began and not in the future',
    '`until` lies before the link began, or ahead.',
    'Check the moment.',
  ),
} as const;

export const questionProblems = {
  FILTER_UNKNOWN: kind(
    400,
    'This register has no such filter',
    'A filter was given that the register does not have.',
    'The detail names those that it has.',
  ),
  LIMIT_OUT_OF_RANGE: kind(
    400,
    'No page is that long',
    '`limit` is outside what a page may have.',
    'The detail says how much.',
  ),
  CURSOR_MALFORMED: kind(
    400,
    'No such page',
    'The cursor is not one that this register gave.',
    'Begin again without a cursor.',
  ),
  CURSOR_OF_ANOTHER_FILTER: kind(
    400,
    'The cursor belongs to another question',
    'It was given for another register or with other filters.',
    'Repeat the filters of the first page, or begin again without a cursor.',
  ),
  UNKNOWN_MODEL: kind(
    404,
    'No such read model',
    'Nothing of this name can be rebuilt.',
    'The detail names those there are.',
  ),
} as const;

export const keyProblems = {
  KEY_SOURCE_MISSING: kind(
    400,
    'An emitter key needs its source',
    'An emitter key was asked for without the source that it may tell facts of.',
    'Name it: `--source urn:example:service`.',
  ),
  KEY_SOURCE_NOT_TAKEN: kind(
    400,
    'Only emitter keys have a source',
    'A source was named for a key of another role, or one beginning urn:derbes:, which is the ledger’s own.',
    'Leave it out, or name the source of the emitting service.',
  ),
  KEY_CODE_MISSING: kind(
    400,
    'A key of a holder or recipient needs its code',
    'A key of role `holder` or `recipient` was asked for without the code under which it is registered.',
    'Name it: `--code crm`.',
  ),
  KEY_CODE_NOT_TAKEN: kind(
    400,
    'Only keys of holders and recipients have a code',
    'A code was named for a key of another role, or it has not the form of one.',
    'Leave it out, or name the code of the holder or recipient.',
  ),
} as const;
