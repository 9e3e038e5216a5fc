// Which problems can whoever tells or answers a task meet?
import { kind } from './kind.js';

export const taskProblems = {
  TASK_UNKNOWN: kind(
    404,
    'No such task',
    'There is no task of this id for whoever asks; one of another holder or recipient is told nobody else.',
    '`derbes tasks` names the tasks that there are.',
  ),
  TASK_DECIDED: kind(
    409,
    'The task is decided already',
    'Another answer to it was recorded first, or it was closed for another reason; the first one stands.',
    'Nothing; should the first answer have been wrong, tell the officer.',
  ),
  RESULT_MALFORMED: kind(
    400,
    'The result does not fit the task',
    'An inquiry is answered by a report, everything else is done; a refusal says why, and nothing else does.',
    'Send the result that fits, with what belongs to it.',
  ),
  HAPPENED_IN_FUTURE: kind(400, 'This has not happened yet', 'The moment is to come.', 'Send when it happened.'),
  HAPPENED_BEFORE_TASK: kind(
    400,
    'The task was ordered later than that',
    'Nobody can answer a task, or be told of it, before it was ordered.',
    'Send when it happened.',
  ),
  HOLDER_UNKNOWN: kind(
    404,
    'No such holder',
    'No system is registered under this code.',
    '`POST /v1/holders` registers it first.',
  ),
  ADDRESS_MISSING: kind(
    400,
    'A webhook has an address',
    'It is said that it is told by webhook, and not where.',
    'Send `url`.',
  ),
  ADDRESS_NOT_NEEDED: kind(
    400,
    'Only a webhook has an address',
    'Who asks itself, or is told by a person, is not called.',
    'Leave `url` out.',
  ),
  ADDRESS_MALFORMED: kind(
    400,
    'The address cannot be called',
    'It is no http or https URL, or names a user or a fragment.',
    'Send the URL of the endpoint alone; the secret of this answer proves who calls.',
  ),
} as const;
