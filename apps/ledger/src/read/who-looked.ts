// Who looked at a person's data, and up to when is the list complete?
import { type AccessRow, type Page, type Registers } from '@derbes/read-models';
import { type AccessLine, type AccessView, type Look } from './dossier-view.js';

/** Lines told in one answer; the register has them all. */
export const accessLinesMax = 500;

/** The reads that named any of these subjects, newest first, as far as they were known at a moment; before them the one under way. */
export async function whoLooked(
  access: Registers['access'],
  subjects: readonly string[],
  asKnownAt: string,
  now: Look,
): Promise<AccessView> {
  // `until` leaves out what was recorded at that very second.
  const until = `${new Date(Date.parse(asKnownAt) + 1_000).toISOString().slice(0, 19)}Z`;
  const pages = await Promise.all(
    subjects.map((subject) => access.page({ filter: { subject, until }, limit: accessLinesMax, backwards: true })),
  );
  const lines = new Map(pages.flatMap(({ rows }) => rows).map((row) => [answerOf(row), lineOf(row)]));
  const inOrder = [...lines.values()].sort((a, b) => (a.at > b.at ? -1 : a.at < b.at ? 1 : 0));
  const reaches = reachOf(pages);
  return {
    now,
    lines: inOrder.slice(0, accessLinesMax),
    ...(reaches !== undefined && { reaches }),
    more: inOrder.length > accessLinesMax || pages.some(({ next }) => next !== undefined),
  };
}

/** What was recorded in several parts, as the export of a register is, was one answer. */
const answerOf = ({ filter, event }: AccessRow): string => {
  const answer = filter?.['answer'];
  return typeof answer === 'string' ? answer : event;
};

const lineOf = ({ at, event, question, role, reason }: AccessRow): AccessLine => ({
  at,
  event,
  question,
  role,
  ...(reason !== undefined && { reason }),
});

/** The earliest moment that all answers reach; none while one of them cannot say. */
function reachOf(pages: readonly Page<AccessRow>[]): string | undefined {
  const moments = pages.map(({ reach }) => (reach.state === 'rebuilding' ? undefined : reach.moment));
  return moments.every((moment) => moment !== undefined) ? [...moments].sort()[0] : undefined;
}
