// May a hold be placed or lifted?
import { Refused, type Facts } from '@derbes/kernel';
import { type ErasureDecision, type ErasureOutside, type LiftHold, type PlaceHold } from './erasure-command.js';
import { type FactDraft } from './record.js';
import { subjectStream, type SubjectFold } from './subject-fold.js';
import { holdStands } from './erasure-state.js';
import { fenceOf } from './fence.js';
import { policyOf, type Outside } from './case.js';
import { editionAt } from './registers.js';
import { metaCategories } from './vocabulary.js';

/** Refuses SUBJECT_ERASED, LAW_MISSING, UNTIL_PAST, CATEGORY_UNKNOWN, STAFF_UNKNOWN. */
export function placeHold(command: PlaceHold, family: SubjectFold, outside: ErasureOutside): ErasureDecision {
  const { subject, ground, act, article, categories, until, staff } = command;
  const { at } = outside;
  const fence = fenceOf(family);
  if (fence?.executed !== undefined) {
    throw new Refused('SUBJECT_ERASED', 'nothing is left that could be held', { order: fence.order });
  }
  lawNamed(ground, act, article);
  staffKnown(staff, outside);
  if (until !== undefined && until <= at)
    throw new Refused('UNTIL_PAST', 'the hold would have ended already', { until });
  for (const category of categories ?? []) known(category, family, outside);
  const facts = {
    ground,
    ...(act !== undefined && { act }),
    ...(article !== undefined && { article }),
    ...(categories && { categories: [...categories] }),
    ...(until !== undefined && { until }),
    ...(staff !== undefined && { staff }),
  };
  return { outcome: 'placed', drafts: [draft(subject, 'LegalHoldPlaced', facts, at)], kept: [] };
}

/** Refuses HOLD_UNKNOWN, HOLD_ENDED, STAFF_UNKNOWN; lifting again on the same ground says nothing new. */
export function liftHold(command: LiftHold, family: SubjectFold, outside: ErasureOutside): ErasureDecision {
  const { hold: event, ground, staff } = command;
  const { at } = outside;
  const hold = family.state.erasures.holds.get(event);
  if (!hold) throw new Refused('HOLD_UNKNOWN', 'there is no such hold on this person', { hold: event });
  staffKnown(staff, outside);
  if (hold.lifted?.ground === ground) return { outcome: 'lifted', drafts: [], kept: [] };
  if (!holdStands(hold, at)) {
    throw new Refused('HOLD_ENDED', 'the hold has ended', { ended: hold.lifted?.moment ?? hold.until ?? at });
  }
  const facts = { hold: event, ground, ...(staff !== undefined && { staff }) };
  return { outcome: 'lifted', drafts: [draft(hold.subject, 'LegalHoldLifted', facts, at)], kept: [] };
}

/** A ground that is only "another law" says which. */
export function lawNamed(ground: string, act: string | undefined, article: string | undefined): void {
  if (ground === 'other-law' && (act === undefined || article === undefined)) {
    throw new Refused('LAW_MISSING', 'name the act and the article', { ground });
  }
}

export function staffKnown(staff: string | undefined, { registers }: Outside): void {
  if (staff === undefined || registers.appointments.some((one) => one.staff === staff)) return;
  throw new Refused('STAFF_UNKNOWN', 'nobody was appointed under this id', { staff });
}

/** A category of the edition in force, or one of which something was told about the person. */
export function known(category: string, family: SubjectFold, outside: ErasureOutside): void {
  const document = editionAt(outside.registers, outside.at)?.document;
  const declared = document !== undefined && policyOf(outside, document).category(category) !== undefined;
  const meta: readonly string[] = metaCategories;
  const told = [...family.state.holdings.current.values()].some((holding) => holding.category === category);
  if (declared || told || meta.includes(category) || outside.parts.some((part) => part.category === category)) return;
  throw new Refused('CATEGORY_UNKNOWN', 'no such category is declared or held', { category });
}

export const draft = (subject: string, type: string, facts: Facts, occurred: string, id?: string): FactDraft => ({
  type,
  facts,
  stream: subjectStream(subject),
  occurred,
  ...(id !== undefined && { id }),
});
