// Which problems can a caller meet? Stable codes, each with its status and its page in docs/problems.
import { eventProblems, identifierProblems } from './codes-of-events.js';
import { requestProblems } from './codes-of-requests.js';
import { kind } from './kind.js';

/** Commands and questions of staff. */
const staffProblems = {
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
  FILTER_UNKNOWN: kind(
    400,
    'This register has no such filter',
    'A filter was given that the register does not have.',
    'The hint names those that it has.',
  ),
  CURSOR_MALFORMED: kind(
    400,
    'No such page',
    'The cursor is not one that this register gave.',
    'Begin again without a cursor.',
  ),
  MODEL_UNKNOWN: kind(
    404,
    'No such read model',
    'Nothing of this name can be rebuilt.',
    'The hint names those there are.',
  ),
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
} as const;

export const problems = {
  ...requestProblems,
  ...eventProblems,
  ...identifierProblems,
  ...staffProblems,
} as const;
export type ProblemCode = keyof typeof problems;

export const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(problems, code);

/** Where the page of a code is: `BODY_TOO_LARGE` → `body-too-large`. */
export const problemSlug = (code: string): string => code.toLowerCase().replaceAll('_', '-');
export const problemType = (code: ProblemCode): string => `/docs/problems/${problemSlug(code)}`;
