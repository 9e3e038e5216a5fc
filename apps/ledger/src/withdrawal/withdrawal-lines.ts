// What does a dossier say of withdrawals: by when each is decided, what stopped, what goes on, by which act and until when?
import {
  endOf,
  entriesOf,
  type GoingOn,
  type GoingOnReason,
  type StoppedGroup,
  type SubjectFold,
  type UntouchedGroup,
} from '@derbes/domain';

interface EventMark {
  readonly moment: string;
  readonly event: string;
}

export interface GoingOnLine extends StoppedGroup, EventMark {
  /** `storage`: it is kept, and used no more. */
  readonly extent: 'use' | 'storage';
  readonly why: GoingOnReason;
  /** `<act>:<article>`, where one was named. */
  readonly article?: string;
  /** When it ends, or ended, where that is known. */
  readonly until?: string;
  /** The obligation or hold whose end ends it. */
  readonly by?: string;
  /** It was decided again when its condition ended. */
  readonly ended?: EventMark;
}

/** What was stopped by one decision. */
export interface StopLine extends StoppedGroup, EventMark {}

export interface WithdrawalView extends EventMark {
  readonly consent: string;
  readonly received: string;
  readonly state: 'open' | 'decided';
  /** By when it is to be stopped or refused with reasons. */
  readonly due?: string;
  readonly decided?: string;
  readonly stopped: readonly StopLine[];
  readonly goesOn: readonly GoingOnLine[];
  /** What never leaned on the consent alone. */
  readonly untouched: readonly UntouchedGroup[];
}

/** In the order in which the notices occurred. */
export function withdrawalViews(fold: SubjectFold): readonly WithdrawalView[] {
  const { decided, goingOn } = fold.state.withdrawals;
  const stops = entriesOf(fold, 'ProcessingStopped');
  return entriesOf(fold, 'ConsentWithdrawn').map(({ id, occurred, facts }) => {
    const about = stops.filter((stop) => stop.facts.withdrawals.includes(id));
    const decision = decided.get(id);
    return {
      moment: occurred,
      event: id,
      consent: facts.consent,
      received: facts.received,
      state: decision ? ('decided' as const) : ('open' as const),
      ...(facts.clock && { due: facts.clock.due }),
      ...(decision && { decided: decision.moment }),
      stopped: about.flatMap((stop) =>
        stop.facts.stopped.map((group) => ({ ...group, moment: stop.occurred, event: stop.id })),
      ),
      goesOn: [...goingOn.values()].filter((one) => one.withdrawals.includes(id)).map((one) => lineOf(one, fold)),
      untouched: about.flatMap((stop) => stop.facts.untouched ?? []),
    };
  });
}

function lineOf(one: GoingOn, fold: SubjectFold): GoingOnLine {
  const { event, since, extent, why, purposes, categories, recipients, act, article, obligation, hold, reopened } = one;
  const until = endOf(one, fold.state);
  const by = obligation ?? hold;
  return {
    moment: since,
    event,
    extent,
    why,
    purposes,
    categories,
    ...(recipients && { recipients }),
    ...(act !== undefined && article !== undefined && { article: `${act}:${article}` }),
    ...(until !== undefined && { until }),
    ...(by !== undefined && { by }),
    ...(reopened && { ended: { moment: reopened.moment, event: reopened.event } }),
  };
}
