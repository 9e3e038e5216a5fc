// Was the person told in time that her data was passed on? A suspicion that comes with the due moment and goes when she is told.
import { articleOf, findingId, type Finding } from '../finding.js';
import { isPast } from '../clock.js';
import { type Outside } from '../case.js';
import { type SubjectFold } from '../subject-fold.js';
import { isOwed, noticeDuties, type NoticeDuty } from './duty.js';

const code = 'TRANSFER_NOT_NOTIFIED';

/** When nothing is counted yet, because no calendar reaches that far, nothing is late. */
export const neverDue = '9999-12-31T23:59:59Z';

/** A finding, and the last second in which it does not stand yet. */
export interface Awaited {
  readonly finding: Finding;
  readonly due: string;
}

/** Of each transfer that the person has yet to be told of: what is found as soon as the due moment is over. */
export function awaitedNotices(fold: SubjectFold, outside: Outside): Awaited[] {
  return noticeDuties(fold, outside).flatMap((duty) =>
    isOwed(duty) ? [{ finding: findingOf(duty), due: duty.clock?.due ?? neverDue }] : [],
  );
}

/** Those that stand at a moment. `fold` is that of the person with everybody merged into her. Throws as `noticeDuties` does. */
export const judgeNotices = (fold: SubjectFold, outside: Outside, now: string): Finding[] =>
  awaitedNotices(fold, outside).flatMap(({ finding, due }) => (isPast({ due }, now) ? [finding] : []));

function findingOf({ transfer, clause, article, clock, prepared }: NoticeDuty): Finding {
  const { id: event, facts } = transfer;
  return {
    id: findingId(event, code),
    event,
    code,
    clause,
    article: article === '-' ? articleOf(clock?.profile ?? '-', code) : article,
    params: {
      recipient: facts.recipient,
      ...(clock && { due: clock.due }),
      ...(prepared !== undefined && { notice: prepared }),
    },
  };
}
