// Which problems can a caller meet? Stable codes, each with its status and its page in docs/problems.
import { commandProblems, keyProblems, questionProblems } from './codes-of-commands.js';
import { deliveryProblems } from './codes-of-delivery.js';
import { erasureProblems } from './codes-of-erasure.js';
import { eventProblems, identifierProblems } from './codes-of-events.js';
import { incidentProblems } from './codes-of-incidents.js';
import { logProblems } from './codes-of-log.js';
import { peopleProblems } from './codes-of-people.js';
import { requestProblems } from './codes-of-requests.js';
import { taskProblems } from './codes-of-tasks.js';
import { rightsProblems } from './codes-of-rights.js';
import { demandProblems } from './codes-of-demands.js';
import { sequencingProblems } from './codes-of-sequencing.js';
import { noticeProblems } from './codes-of-notices.js';
import { withdrawalProblems } from './codes-of-withdrawals.js';

export const problems = {
  ...requestProblems,
  ...eventProblems,
  ...identifierProblems,
  ...commandProblems,
  ...erasureProblems,
  ...deliveryProblems,
  ...rightsProblems,
  ...peopleProblems,
  ...questionProblems,
  ...keyProblems,
  ...logProblems,
  ...taskProblems,
  ...sequencingProblems,
  ...withdrawalProblems,
  ...noticeProblems,
  ...demandProblems,
  ...incidentProblems,
} as const;
export type ProblemCode = keyof typeof problems;

export const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(problems, code);

/** Where the page of a code is: `BODY_TOO_LARGE` → `body-too-large`. */
export const problemSlug = (code: string): string => code.toLowerCase().replaceAll('_', '-');
export const problemType = (code: ProblemCode): string => `/docs/problems/${problemSlug(code)}`;
