// May two subjects be merged or parted, a link ended, a fact retracted by an officer?
import { Refused, type Draft, type Facts } from '@derbes/kernel';
import { type Entry } from './fact.js';
import { fenceOf } from './fence.js';
import { familyOf, type Folds } from './identify.js';
import { isKnown, subjectStream, type SubjectFold } from './subject-fold.js';

export interface MergeSubjects {
  readonly type: 'MergeSubjects';
  readonly survivor: string;
  readonly merged: string;
  readonly ground: string;
}

export interface UnmergeSubjects {
  readonly type: 'UnmergeSubjects';
  readonly survivor: string;
  readonly merged: string;
  readonly ground: string;
}

export interface UnlinkIdentifier {
  readonly type: 'UnlinkIdentifier';
  readonly subject: string;
  /** The IdentifierLinked event. */
  readonly link: string;
  readonly until: string;
  readonly ground: string;
}

export interface RetractFact {
  readonly type: 'RetractFact';
  readonly fact: string;
  readonly ground: string;
  /** Subjects in whose streams it stands. */
  readonly subjects: readonly string[];
}

export type SubjectCommand = MergeSubjects | UnmergeSubjects | UnlinkIdentifier | RetractFact;

export interface Commanded {
  readonly drafts: readonly Draft<string, Facts>[];
  /** Links whose tokens mean nobody from now on, with the subject that they meant, and from when until when. */
  readonly freed: readonly {
    readonly subject: string;
    readonly link: string;
    readonly since: string;
    readonly until: string;
  }[];
}

/**
 * Decides over several streams, so `folds` must hold every subject that the command names. Refuses SUBJECT_UNKNOWN,
 * SAME_SUBJECT, ALREADY_MERGED, DEVICE_NOT_MERGEABLE, NOT_MERGED, LINK_UNKNOWN, LINK_ENDED, UNTIL_BEFORE_SINCE,
 * FACT_UNKNOWN, FACT_NOT_RETRACTABLE; SUBJECT_ERASED of whoever is erased or to be erased.
 */
export function decideSubject(command: SubjectCommand, folds: Folds, at: string): Commanded {
  switch (command.type) {
    case 'MergeSubjects':
      return { drafts: merge(command, folds, at), freed: [] };
    case 'UnmergeSubjects':
      return { drafts: unmerge(command, folds, at), freed: [] };
    case 'UnlinkIdentifier':
      return unlink(command, folds, at);
    case 'RetractFact':
      return { drafts: retract(command, folds, at), freed: [] };
  }
}

function known(subject: string, folds: Folds): SubjectFold {
  const fold = folds.get(subject);
  if (!fold || !isKnown(fold)) throw new Refused('SUBJECT_UNKNOWN', 'there is no such subject', { subject });
  const fence = fenceOf(fold);
  if (fence) throw new Refused('SUBJECT_ERASED', 'the person is erased, or to be erased', { order: fence.order });
  return fold;
}

function merge({ survivor, merged, ground }: MergeSubjects, folds: Folds, at: string): Draft<string, Facts>[] {
  if (survivor === merged) throw new Refused('SAME_SUBJECT', 'a subject is not merged with itself');
  const [into, from] = [known(survivor, folds).state.identity, known(merged, folds).state.identity];
  if (from.mergedInto?.other === survivor) return [];
  if (from.mergedInto || into.mergedInto || familyOf(merged, folds).includes(survivor)) {
    throw new Refused('ALREADY_MERGED', 'merge with the survivor instead');
  }
  if (into.kind !== from.kind) {
    throw new Refused('DEVICE_NOT_MERGEABLE', 'a device may have many users: tell derbes.subject.identified instead');
  }
  return [
    draft(survivor, 'SubjectsMerged', { part: 'survivor', other: merged, ground }, at),
    draft(merged, 'SubjectsMerged', { part: 'merged', other: survivor, ground }, at),
  ];
}

function unmerge({ survivor, merged, ground }: UnmergeSubjects, folds: Folds, at: string): Draft<string, Facts>[] {
  const absorbing = known(survivor, folds).state.identity.absorbed.get(merged);
  const absorbed = known(merged, folds).state.identity.mergedInto;
  if (absorbing === undefined || absorbed?.other !== survivor) throw new Refused('NOT_MERGED', 'these are not merged');
  return [
    draft(survivor, 'SubjectsUnmerged', { part: 'survivor', other: merged, ground, merge: absorbing }, at),
    draft(merged, 'SubjectsUnmerged', { part: 'merged', other: survivor, ground, merge: absorbed.merge }, at),
  ];
}

function unlink({ subject, link, until, ground }: UnlinkIdentifier, folds: Folds, at: string): Commanded {
  const standing = known(subject, folds).state.identity.links.get(link);
  if (!standing) throw new Refused('LINK_UNKNOWN', 'there is no such link', { link });
  if (standing.until === until) return { drafts: [], freed: [] };
  if (standing.until !== undefined) throw new Refused('LINK_ENDED', 'the link has ended', { until: standing.until });
  if (until < standing.since || until > at) {
    throw new Refused('UNTIL_BEFORE_SINCE', 'a link ends after it began and not in the future', {
      since: standing.since,
    });
  }
  const facts = { scheme: standing.scheme, until, link, ground };
  return {
    drafts: [draft(subject, 'IdentifierUnlinked', facts, at)],
    freed: [{ subject, link, since: standing.since, until }],
  };
}

const notRetractable = new Set<Entry['type']>([
  'SubjectRegistered',
  'IdentifierLinked',
  'IdentifierUnlinked',
  'SubjectsMerged',
  'SubjectsUnmerged',
  'FactRetracted',
]);

function retract({ fact, ground, subjects }: RetractFact, folds: Folds, at: string): Draft<string, Facts>[] {
  const drafts: Draft<string, Facts>[] = [];
  let found = false;
  for (const subject of subjects) {
    const fold = known(subject, folds);
    const told = [...fold.entries, ...fold.retracted].find(({ id }) => id === fact);
    if (!told) continue;
    found = true;
    if (notRetractable.has(told.type)) {
      throw new Refused('FACT_NOT_RETRACTABLE', 'links and merges end by their own commands', { type: told.type });
    }
    if (!fold.retractions.has(fact))
      drafts.push(draft(subject, 'FactRetracted', { fact, type: told.type, ground }, at));
  }
  if (!found) throw new Refused('FACT_UNKNOWN', 'the fact stands in none of these streams', { fact });
  return drafts;
}

const draft = (subject: string, type: string, facts: Facts, occurred: string): Draft<string, Facts> => ({
  type,
  facts,
  stream: subjectStream(subject),
  occurred,
});
