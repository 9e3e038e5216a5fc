// May this be recorded in a restricted stream? By what stands there, and by who the person is.
import { Refused } from '@derbes/kernel';
import { type ErasureOutside } from '../erasure-command.js';
import { fenceOf } from '../fence.js';
import { known, lawNamed } from '../hold-decider.js';
import { isKnown, type SubjectFold } from '../subject-fold.js';
import { type RestrictedEntry, type RestrictedOf } from './entry.js';
import { restrictedHoldStands, type RestrictedState } from './state.js';

/** `family` is that of the person whom it names, with all who are merged with her; absent where it names a demand or a hold alone. */
export interface RestrictedOutside extends ErasureOutside {
  readonly family?: SubjectFold;
  /** Events of which nothing is sealed any more, although no record says that they are gone. */
  readonly lost?: readonly string[];
}

/**
 * The entry as it is to be sealed. Refuses SUBJECT_UNKNOWN, SUBJECT_ERASED, RESTRICTED_UNKNOWN, DEMAND_CLOSED, HOLD_ENDED, UNTIL_PAST,
 * CATEGORY_UNKNOWN, LAW_MISSING, FUTURE. A transfer is judged by nothing: what a state body demands asks no consent and no finding.
 */
export function decideRestricted(
  entry: RestrictedEntry,
  state: RestrictedState,
  outside: RestrictedOutside,
): RestrictedEntry {
  switch (entry.kind) {
    case 'demand':
      notAhead(entry.received, outside);
      mustBeKnown(entry, outside);
      break;
    case 'answer':
      notAhead(entry.moment, outside);
      if (demanded(state, entry.demand).answered) throw new Refused('DEMAND_CLOSED', 'the demand was answered before');
      break;
    case 'transfer':
      notAhead(entry.occurred, outside);
      mustBeKnown(entry, outside);
      sameSubject(entry, state, outside);
      break;
    case 'hold':
      placed(entry, state, outside);
      break;
    case 'lift':
      lifted(entry, state, outside);
      break;
    case 'read':
      if (entry.demand !== undefined) demanded(state, entry.demand);
      break;
    case 'term':
      termed(entry, state, outside);
      break;
    case 'gone':
      if (entry.why === 'lost') areLost(entry, outside);
      break;
  }
  return entry;
}

function placed(entry: RestrictedOf<'hold'>, state: RestrictedState, outside: RestrictedOutside): void {
  const { until, demand, ground, act, article } = entry;
  const family = mustBeKnown(entry, outside);
  if (fenceOf(family)?.executed !== undefined) {
    throw new Refused('SUBJECT_ERASED', 'nothing is left that could be held');
  }
  if (until !== undefined && until <= outside.at) {
    throw new Refused('UNTIL_PAST', 'the hold would have ended already', { until });
  }
  if (ground === 'demand') {
    if (demand === undefined) throw new Refused('RESTRICTED_UNKNOWN', 'name the demand that the hold is for');
    sameSubject({ subject: entry.subject, demand }, state, outside);
  }
  if (act !== undefined || article !== undefined) lawNamed('other-law', act, article);
}

function lifted({ hold: id }: RestrictedOf<'lift'>, { holds }: RestrictedState, { at }: RestrictedOutside): void {
  const hold = holds.get(id);
  if (!hold) throw new Refused('RESTRICTED_UNKNOWN', 'there is no such hold', { entry: id });
  if (restrictedHoldStands(hold, at)) return;
  throw new Refused('HOLD_ENDED', 'the hold has ended', { ended: hold.lifted ?? hold.until ?? at });
}

function areLost({ events }: RestrictedOf<'gone'>, { lost = [] }: RestrictedOutside): void {
  const other = events.find((event) => !lost.includes(event));
  if (other !== undefined) throw new Refused('RESTRICTED_UNKNOWN', 'no such record is lost', { entry: other });
}

/** A hold for a demand stays as long as that. */
function termed(
  { matter, until }: RestrictedOf<'term'>,
  { demands, holds }: RestrictedState,
  { at }: RestrictedOutside,
): void {
  if (!demands.has(matter) && (!holds.has(matter) || holds.get(matter)?.demand !== undefined)) {
    throw new Refused('RESTRICTED_UNKNOWN', 'there is no such demand, or hold of no demand', { entry: matter });
  }
  if (until <= at) throw new Refused('UNTIL_PAST', 'its term would be over already', { until });
}

/** Whom a demand names is held and told of for it; with all who are the same person. */
function sameSubject(
  { subject, demand }: { readonly subject: string; readonly demand: string },
  state: RestrictedState,
  { family }: RestrictedOutside,
): void {
  const about = demanded(state, demand).subject;
  const members = [subject, ...[...(family?.revisions.keys() ?? [])].map((stream) => stream.slice('subject-'.length))];
  if (members.includes(about)) return;
  throw new Refused('RESTRICTED_UNKNOWN', 'the demand is about somebody else', { entry: demand });
}

function demanded({ demands }: RestrictedState, id: string) {
  const demand = demands.get(id);
  if (!demand) throw new Refused('RESTRICTED_UNKNOWN', 'there is no such demand', { entry: id });
  return demand;
}

function mustBeKnown(
  { subject, categories }: { readonly subject: string; readonly categories?: readonly string[] },
  outside: RestrictedOutside,
): SubjectFold {
  const { family } = outside;
  if (!family || !isKnown(family)) throw new Refused('SUBJECT_UNKNOWN', 'there is no such subject', { subject });
  for (const category of categories ?? []) known(category, family, outside);
  return family;
}

function notAhead(moment: string, { at }: RestrictedOutside): void {
  if (moment > at) throw new Refused('FUTURE', 'it has not happened yet', { moment });
}
