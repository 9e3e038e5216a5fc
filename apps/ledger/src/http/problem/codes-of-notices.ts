// Which problems can whoever tells a person of passed-on data meet?
import { kind } from './kind.js';

export const noticeProblems = {
  NOTHING_TO_TELL: kind(
    409,
    'There is nothing to tell her',
    'She was told of every transfer, need not be told of the rest, or a notice under way names them.',
    'Look at `derbes notices --subject`; `anew` makes a notice of what another names that nobody has told yet.',
  ),
  NOBODY_TO_TELL: kind(
    409,
    'Nobody may be told in her place',
    'She does not act herself, and no representative is recognised who may see what the notice says; or she died.',
    'Recognise a representative, or decide between two who contradict each other.',
  ),
  NOTICE_UNKNOWN: kind(
    404,
    'No such notice',
    'No notice was made under this number.',
    'The register of notices names those that are under way.',
  ),
  NOTICE_TOLD: kind(
    409,
    'It is recorded already that she was told',
    'A notice is recorded as told once.',
    'Nothing; the dossier names when and how she was told.',
  ),
  HAPPENED_BEFORE_NOTICE: kind(
    409,
    'The notice was made later than that',
    'It cannot have reached her before it was made.',
    'Correct the moment; what was told otherwise is told as a fact, `derbes.subject.notified`.',
  ),
} as const;
