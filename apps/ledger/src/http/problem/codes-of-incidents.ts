// Which problems can whoever declares a breach, tells of it or closes it meet?
import { kind } from './kind.js';

export const incidentProblems = {
  INCIDENT_UNKNOWN: kind(
    404,
    'No such incident',
    'No incident of this id was declared.',
    'The register `incidents` names those there are.',
  ),
  INCIDENT_STANDS: kind(
    409,
    'An incident stands under this id',
    'It was declared before.',
    'Declare it without an id of your own.',
  ),
  INCIDENT_CLOSED: kind(
    409,
    'The incident is over',
    'It was closed; nothing more is decided about it.',
    'What was found out since is a new incident.',
  ),
  SCOPE_EMPTY: kind(
    400,
    'The scope names nobody',
    'Neither a holder nor a recipient nor people are named.',
    'Name the holder or recipient where it happened, or the people by their ids.',
  ),
  SCOPE_SEVERAL: kind(
    400,
    'The scope names several things at once',
    'A holder, a recipient and people one by one are three ways to say whom it concerns; one of them is taken.',
    'Declare an incident for each, or name the people.',
  ),
  SCOPE_UNKNOWN: kind(
    400,
    'Nobody knows this place or category',
    'It is not registered, no edition declares it, and no fact ever named it: counted by it, the breach would concern nobody.',
    'Check the code; `derbes register holders` and `recipients` name those there are.',
  ),
  WINDOW_IN_FUTURE: kind(
    400,
    'The window ends after now',
    'A breach is about what has happened.',
    'Let `until` be absent: it then ends when the breach was detected.',
  ),
  WINDOW_REVERSED: kind(
    400,
    'The window ends before it begins',
    '`until` is earlier than `from`.',
    'Exchange them, or leave one out.',
  ),
  DETECTED_IN_FUTURE: kind(
    400,
    'It has not been detected yet',
    '`detected` lies in the future.',
    'Check the moment and its offset.',
  ),
  TOLD_IN_FUTURE: kind(400, 'It has not left yet', '`told` lies in the future.', 'Say it when it has left.'),
  TOLD_BEFORE_DETECTED: kind(
    400,
    'Nobody knew of it then',
    '`told` lies before the moment at which the breach was detected.',
    'Check both moments.',
  ),
  DELAY_UNEXPLAINED: kind(
    409,
    'It is told after its term, without a reason',
    'A notice after its term is accompanied by the reasons of the delay (GDPR Art. 33(1)).',
    'Send `delay`; it is sealed.',
  ),
  RADIUS_UNKNOWN: kind(
    409,
    'Nobody was counted yet',
    'The incident was declared while the register that says who was where was being built.',
    'Change the scope to the same scope, which counts it; or say `people`.',
  ),
  MEASURES_MISSING: kind(
    409,
    'It is not said what was done',
    'A confirmed breach is closed with the measures that were taken (GDPR Art. 33(5)).',
    'Send `measures`; they are sealed.',
  ),
  AUTHORITY_NOT_NOTIFIED: kind(
    409,
    'An authority was not told yet',
    'A clock of this incident still runs.',
    'Tell the authority and say so; or name `act` and `article` by which it need not be told.',
  ),
} as const;
