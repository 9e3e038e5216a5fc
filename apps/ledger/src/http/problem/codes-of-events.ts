// Which problems can an event meet, and an identifier in it?
import { kind } from './kind.js';

/** Events and batches. */
export const eventProblems = {
  MALFORMED_EVENT: kind(
    400,
    'The event has not the published form',
    'An attribute or a field of data is missing, unknown or malformed; `errors` points at it.',
    'Mend what is pointed at. The form of each type is published under /v1/schemas.',
  ),
  UNKNOWN_TYPE: kind(
    400,
    'No such type of event',
    '`type` is none of the types this ledger takes.',
    'The hint names the nearest; all stand under /v1/schemas.',
  ),
  ID_LOOKS_PERSONAL: kind(
    400,
    'An id that looks like a person',
    'An event id looks like an e-mail, a phone number or an IIN. Ids are kept for ever and stand in answers.',
    'Send a random id, such as a UUID.',
  ),
  FUTURE: kind(
    400,
    'It has not happened yet',
    '`time` is more than five minutes ahead of the service.',
    'Send facts after they happened, and check the clock.',
  ),
  VALUE_WITHOUT_CATEGORY: kind(
    400,
    'A value of a category that the fact does not name',
    '`values` is keyed by a category that does not stand in `categories`.',
    'Name the category, or leave the value out.',
  ),
  EVENT_CONFLICT: kind(
    409,
    'Another event has this id',
    'An event of the same source and id was recorded, with other content.',
    'Send a new fact under a new id; a mistake is taken back with derbes.fact.retracted.',
  ),
  SUBJECT_ERASED: kind(
    410,
    'The person was erased',
    'The person asked or told about was erased. Of a fact nothing about the person was kept, the attempt was.',
    'A service stops: the data should not be there any more. Staff find in `certificate` what was destroyed, and when.',
  ),
  SOURCE_NOT_YOURS: kind(
    403,
    'Another source',
    'An emitter sent or took back an event of another source than the one its key is bound to.',
    'Send it with the key of that source. Officers send under urn:derbes:officer.',
  ),
  TYPE_NOT_YOURS: kind(
    403,
    'Not for this role to tell',
    'An officer sent another event than derbes.fact.retracted.',
    'Facts are told by the service that knows them, with an emitter key.',
  ),
  BATCH_TOO_LARGE: kind(
    413,
    'Too many events in one batch',
    'A batch has more than 10,000 events, or an atomic one more than 1,000.',
    'Send several batches.',
  ),
  BATCH_NOT_RECORDED: kind(
    409,
    'Nothing of the batch was recorded',
    'The batch was atomic and at least one event could not be recorded; `errors` names each.',
    'Mend those and send the whole batch again, or send it without atomic=true.',
  ),
  UNKNOWN_FACT: kind(
    400,
    'No such fact',
    'A retraction names a source and id under which nothing was recorded.',
    'Name the fact as it was sent.',
  ),
  PAIR_TWICE: kind(
    400,
    'An id stands twice in the batch',
    'Two events of an atomic batch have the same source and id.',
    'Give each event its own id, or send it once.',
  ),
  FACT_UNKNOWN: kind(
    400,
    'The fact stands in none of these streams',
    'What a retraction names is not there any more to be taken back.',
    'Name the fact as it was sent.',
  ),
  FACT_NOT_RETRACTABLE: kind(
    400,
    'This is not told back',
    'Registrations, links and merges are ended by commands of an officer, not taken back.',
    'Ask an officer to end it.',
  ),
  UNKNOWN_REF: kind(
    400,
    'No such reference',
    '`subject.ref` was never given to this source.',
    'Name the person by identifiers, or by the ref that an earlier outcome gave this source.',
  ),
} as const;

/** Identifiers, by their schemes. */
export const identifierProblems = {
  SCHEME_UNKNOWN: kind(
    400,
    'No such scheme',
    'An identifier has a scheme that no rule is known for. ip is no identifier.',
    'Use one of the schemes in the detail.',
  ),
  IDENTIFIER_TOO_LONG: kind(400, 'The identifier is too long', 'No identifier is that long.', 'Check the value.'),
  IDENTIFIER_NOT_TEXT: kind(
    400,
    'The identifier is no text',
    'The value holds half of a surrogate pair.',
    'Send well-formed Unicode.',
  ),
  EMAIL_MALFORMED: kind(400, 'No e-mail address', 'The value is no e-mail address.', 'Check the value.'),
  PHONE_MALFORMED: kind(
    400,
    'No phone number',
    'The value is no phone number of its country.',
    'Send it in E.164, such as +7 and ten digits.',
  ),
  IIN_MALFORMED: kind(
    400,
    'No IIN',
    'The value is not twelve digits with the right check digit.',
    'Check the value: one digit is probably wrong.',
  ),
  BIN_MALFORMED: kind(
    400,
    'No BIN',
    'The value is not twelve digits with the right check digit.',
    'Check the value: one digit is probably wrong.',
  ),
  ACCOUNT_MALFORMED: kind(
    400,
    'No account name',
    'The value is not one run of visible characters.',
    'Check the value.',
  ),
  COOKIE_MALFORMED: kind(400, 'No cookie value', 'The value is not one run of visible characters.', 'Check the value.'),
  REF_MALFORMED: kind(
    400,
    'No reference',
    'A ref is 22 characters exactly as it was given.',
    'Send the ref of an earlier outcome unchanged.',
  ),
} as const;
