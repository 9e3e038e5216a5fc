// Which problems can whoever records demands of authorities meet?
import { kind } from './kind.js';

export const demandProblems = {
  DEMAND_UNKNOWN: kind(
    404,
    'There is no such demand',
    'No demand of an authority was recorded under this id.',
    'The register `demands` names each by its id.',
  ),
  DEMAND_CLOSED: kind(
    409,
    'The demand is closed',
    'It was answered or refused before.',
    'Nothing; what is to be added is a demand of its own.',
  ),
  RESTRICTED_UNKNOWN: kind(
    400,
    'There is no such restricted record',
    'The demand or hold named was not recorded, or is about somebody else.',
    'List what was recorded about the person, and name a record of it.',
  ),
} as const;
