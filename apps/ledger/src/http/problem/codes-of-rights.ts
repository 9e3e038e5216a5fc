// Which problems can whoever takes in, answers or refuses a person's request meet?
import { kind } from './kind.js';

export const rightsProblems = {
  REQUEST_UNKNOWN: kind(
    404,
    'No such request',
    'No request of this id was received.',
    'The register `requests` names those there are.',
  ),
  REQUEST_TAKEN: kind(
    409,
    'A request stands under this id',
    'It was received before.',
    'Send it without an id of your own.',
  ),
  REQUEST_ANSWERED: kind(
    409,
    'The request was answered',
    'An answer has left; nothing more is decided about it.',
    'If it went to the wrong person, say so with `misdirected`.',
  ),
  REQUEST_REFUSED: kind(
    409,
    'The request was refused',
    'A refusal has left; there is no answer after it.',
    'Take in a new request.',
  ),
  RECEIVED_IN_FUTURE: kind(400, 'It has not been received yet', '`received` lies in the future.', 'Check the moment.'),
  AUTHORITY_MISSING: kind(
    403,
    'Nobody is recognised to ask this for the person',
    'The request is for somebody else, and no representative stands who may ask this: not recognised, over, contested, or another scope.',
    'Recognise the representative by the document of authority; or refuse the request with `no-authority`.',
  ),
  IDENTITY_NOT_PROVED: kind(
    409,
    'It is not known who asks',
    'Nothing is told to somebody who has not shown who she is.',
    'Verify the identity; on the last day refuse with `identity-not-proved`, which says how to prove it.',
  ),
  IDENTITY_PROVED: kind(
    409,
    'She did prove who she is',
    'A refusal for want of identity contradicts what was verified.',
    'Answer, or refuse with another reason.',
  ),
  EXTENSION_NOT_IN_LAW: kind(
    409,
    'The law knows no longer term',
    'No profile of this request lets its term be made longer.',
    'Answer or refuse within the term.',
  ),
  ALREADY_EXTENDED: kind(
    409,
    'The term was made longer before',
    'A term is made longer once.',
    'Answer or refuse within it.',
  ),
  TERM_OVER: kind(
    409,
    'The first term is over',
    'The person had to be told of a longer term within the first.',
    'Answer or refuse at once.',
  ),
  TASKS_OPEN: kind(
    409,
    'Not everybody has answered',
    'Holders that were asked, or systems that were told to do something, have not answered.',
    'Wait for them within the term; or answer with a `reason`: the answer says who was silent.',
  ),
  OUTCOME_CONTRADICTS: kind(
    409,
    'The outcome contradicts the answer',
    'It says that nothing is held, and has values.',
    'Leave `outcome` out.',
  ),
  OUTCOME_MISSING: kind(
    400,
    'What came of it?',
    'A right that is not answered by what is held needs an `outcome`.',
    'Say `fulfilled`, `partly` or `nothing-held`.',
  ),
  LANGUAGE_NOT_ASKED: kind(
    400,
    'Not the language of the request',
    'An answer is in the language of the request or in Kazakh.',
    'Leave `language` out, or say `kk`.',
  ),
  DELIVERED_IN_FUTURE: kind(
    400,
    'That has not happened yet',
    'The moment lies in the future.',
    'Say it when it has happened.',
  ),
  NOT_ANSWERED: kind(409, 'No answer has left', 'Only an answer that left can have gone astray.', 'Nothing.'),
  NOBODY_AFFECTED: kind(
    400,
    'Whose data was it?',
    'The answer told of nobody whom the ledger knows.',
    'Name the subjects in `affected`.',
  ),
  IDENTIFIERS_DISAGREE: kind(
    409,
    'What was shown finds more than one person',
    'The identifiers, or the subject named, are not of one person.',
    'Find out who it is before anything is told; if they are one, merge the subjects.',
  ),
  PROOF_MALFORMED: kind(
    400,
    'This proof and its identifier do not fit',
    'A mailbox is shown by an e-mail address, a line by a phone number, a device by a cookie, a session by an account; a signature and presence need none.',
    'Name the identifier that was shown.',
  ),
  ANSWER_TOO_LONG: kind(
    409,
    'More is held than one answer keeps',
    'The answer would need more sealed parts than an event names.',
    'Take in a request for some categories, and another for the rest.',
  ),
  DONE_UNKNOWN: kind(
    400,
    'No such event about this person',
    'An id in `done` is no event in her stream.',
    'Name the order, block, correction or withdrawal as it was answered.',
  ),
} as const;
