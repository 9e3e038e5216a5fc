// Which problems can whoever holds, destroys or closes an epoch meet?
import { kind } from './kind.js';

export const erasureProblems = {
  ALREADY_ORDERED: kind(
    409,
    'This is ordered already',
    'The destruction of the person, or of all that was named, was ordered before.',
    'Nothing; `certificate` says how far it is.',
  ),
  ALREADY_ERASED: kind(
    409,
    'This is erased already',
    'Nothing of what was named is left here.',
    'Nothing; `certificate` says when it was destroyed and by which order.',
  ),
  MERGED: kind(
    409,
    'The subject is merged into another one',
    'A destruction or a hold is decided for the survivor of a merge, with all who are the same person.',
    'Send it to the survivor, whom the timeline names; or undo the merge first.',
  ),
  SCOPE_MALFORMED: kind(
    400,
    'The scope and what it names do not fit',
    '`categories` belong to the scope `category`, `parts` to the scope `value`, and each needs its own.',
    'Name what the scope needs, and nothing else.',
  ),
  CATEGORY_UNKNOWN: kind(
    400,
    'No such category',
    'The edition in force declares no such category, and nothing of it is held.',
    'The dossier names the categories that are held.',
  ),
  CATEGORY_NOT_HELD: kind(
    409,
    'Nothing of it is held',
    'Nothing of the categories named is held about this person.',
    'The dossier names the categories that are held.',
  ),
  PART_UNKNOWN: kind(
    400,
    'No such value',
    'No sealed value of this person stands at the place named.',
    'The dossier names each value by its event and its place: `<event id>/<p>`.',
  ),
  RETENTION_UNCONFIRMED: kind(
    409,
    'Nobody confirmed how long the law keeps this',
    'A row of statutory retention that stands in the policy names this data, and no lawyer confirmed it: the service decides neither way.',
    'Decide: `decide: keep` or `decide: erase`, with a `reason`.',
  ),
  DECISION_WITHOUT_REASON: kind(
    400,
    'A decision needs its reason',
    '`decide` was given without `reason`.',
    'Say by a code of yours why, such as `no-document-made`.',
  ),
  TOO_MUCH_AT_ONCE: kind(
    400,
    'One order does not hold that much',
    'More values or categories were named, or would be, than one event holds.',
    'Order it in several parts; the detail says how much each may have.',
  ),
  NOTHING_DUE: kind(
    409,
    'Nothing of this is due',
    'Nothing that the names fit is due and undecided: its term runs still, or it was ordered to go already.',
    'The register `retention` says what is due when; what must go sooner is erased by an order.',
  ),
  KEEP_MALFORMED: kind(
    400,
    'Kept by which law, until when?',
    'Data whose last term is over was to be kept without an act, an article or a moment to come.',
    'Name `act`, `article` and `until`; without such a law place a hold.',
  ),
  CLASS_NOT_NAMED: kind(
    400,
    'Which class?',
    'A class of what is due was to be decided and none was named.',
    'Name a category, a holder or a purpose.',
  ),
  LAW_MISSING: kind(
    400,
    'Which law?',
    'The ground `other-law` was given without an act and an article.',
    'Name both: `act` and `article`.',
  ),
  STAFF_UNKNOWN: kind(
    400,
    'Nobody was appointed under this id',
    '`staff` is no id that an appointment was answered with.',
    'Appoint the person, or leave it out.',
  ),
  HOLD_UNKNOWN: kind(
    404,
    'No such hold',
    'No hold of this id stands on this person.',
    '`derbes hold list` names those there are.',
  ),
  HOLD_ENDED: kind(409, 'The hold has ended', 'It was lifted, or its term is over.', 'Nothing.'),
  EPOCH_CLOSING: kind(
    409,
    'The epoch is being closed',
    'One process closes it at a time, and one does.',
    'Ask GET /v1/epochs how far it is.',
  ),
  NOTHING_TO_APPROVE: kind(
    409,
    'No close waits for approval',
    'None is under way, or what it waits for is not an approval.',
    'Ask GET /v1/epochs what it waits for.',
  ),
  APPROVAL_BY_SAME_KEY: kind(
    409,
    'Another person has to approve',
    'This key asked for the close, or approved it before.',
    'Let somebody else approve, with a key of their own.',
  ),
  UNTIL_PAST: kind(400, 'The hold would have ended already', '`until` lies in the past.', 'Check the moment.'),
} as const;
