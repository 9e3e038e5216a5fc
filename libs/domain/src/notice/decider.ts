// Of what is a person told now, who sends it, and when was she told?
import { Refused, type Facts, type Seal } from '@derbes/kernel';
import { type Language } from '@derbes/policy';
import { bindingClock, type Clock } from '../clock.js';
import { policyOf } from '../case.js';
import { type PlacedPart } from '../dossier/held-shape.js';
import { nameOf } from '../erasure-demand.js';
import { type EntryOf } from '../fact.js';
import { staffKnown } from '../hold-decider.js';
import { type Folds } from '../identify.js';
import { foldOfFamily, type FactDraft } from '../record.js';
import { destinationAt, editionAt } from '../registers.js';
import { entriesOf, subjectStream, type SubjectFold } from '../subject-fold.js';
import { identifiersFor, type TaskOutside } from '../task/order.js';
import { eventIdsMax } from '../vocabulary.js';
import { addresseeOfNotice, type NoticeAddressee } from './addressee.js';
import { isOwed, noticeDuties, type NoticeDuty } from './duty.js';
import { livingFamily } from '../survivor.js';

/** Transfers that one notice names; the next names the next. */
const noticeTransfersMax = eventIdsMax;

export interface PrepareNotice {
  readonly subject: string;
  /** Name also what an earlier notice names that nobody has told yet. */
  readonly anew?: boolean | undefined;
  /** An officer sends it, whoever the edition says does. */
  readonly byHand?: boolean | undefined;
}

/** All that the text of a notice is made from, before it is sealed. */
export interface NoticePlan extends NoticeAddressee {
  readonly subject: string;
  readonly duties: readonly NoticeDuty[];
  /** The earliest of their clocks. */
  readonly clock?: Clock;
  /** Holder that the edition in force lets send it; absent where an officer does. */
  readonly through?: string;
}

/**
 * What a person is told of now: every transfer that she has yet to be told of and that no open notice names. `folds` must hold her and
 * all merged into her. Refuses SUBJECT_UNKNOWN, MERGED, SUBJECT_ERASED, NOTHING_TO_TELL, NOBODY_TO_TELL.
 */
export function planNotice({ subject, anew, byHand }: PrepareNotice, folds: Folds, outside: TaskOutside): NoticePlan {
  const family = livingFamily(subject, folds, 'tell the survivor of the merge');
  const duties = noticeDuties(family, outside)
    .filter((duty) => isOwed(duty) && (anew === true || duty.prepared === undefined))
    .slice(0, noticeTransfersMax);
  if (duties.length === 0) throw new Refused('NOTHING_TO_TELL', 'she was told of all, or need not be', { subject });
  const addressee = addresseeOfNotice(family.state, duties, outside.at);
  const clock = bindingClock(duties.flatMap((duty) => duty.clock ?? []));
  const through = byHand === true ? undefined : senderOf(addressee, family, outside);
  return { subject, duties, ...addressee, ...(clock && { clock }), ...(through !== undefined && { through }) };
}

/** Nobody sends to whom no address leads. */
function senderOf(addressee: NoticeAddressee, family: SubjectFold, outside: TaskOutside): string | undefined {
  const document = editionAt(outside.registers, outside.at)?.document;
  const through = document === undefined ? undefined : policyOf(outside, document).transferNotices.through;
  if (through === undefined) return undefined;
  return addressesOf(addressee, through, family, outside).length > 0 ? through : undefined;
}

/** Sealed parts by which whoever is told is reached: the sender's own identifiers of her, or a representative's contact. */
function addressesOf(
  { representation }: NoticeAddressee,
  holder: string,
  family: SubjectFold,
  outside: TaskOutside,
): string[] {
  if (!representation) return identifiersFor({ holder, categories: [] }, family, outside);
  const owner = `representative-${representation.representative}`;
  const isContact = (part: PlacedPart): boolean => part.owner === owner && part.category === 'meta.contact';
  return outside.parts.filter(isContact).map(nameOf);
}

/** A plan with its text. */
export interface MadeNotice {
  readonly plan: NoticePlan;
  /** Id of the NoticePrepared event. */
  readonly notice: string;
  readonly language: Language;
  /** SHA-256 of the text's UTF-8 bytes, hex. */
  readonly hash: string;
  /** Sealed parts that the text takes; their values have the handles from 0 on. */
  readonly chunks: number;
  readonly made: 'by-itself' | 'by-officer';
}

/** The notice, and the task of whoever sends it. */
export function noticeDrafts(made: MadeNotice, folds: Folds, outside: TaskOutside): FactDraft[] {
  const { plan, notice, language, hash, chunks } = made;
  const { subject, duties, representation, clock, through } = plan;
  const stream = subjectStream(subject);
  const handles = Array.from({ length: chunks }, (_, value) => value);
  const prepared: FactDraft = {
    id: notice,
    type: 'NoticePrepared',
    stream,
    occurred: outside.at,
    facts: {
      transfers: duties.map(({ transfer }) => transfer.id),
      language,
      hash,
      ...(representation && { representative: representation.event }),
      ...(through !== undefined && { through }),
      ...(clock && { clock: { ...clock } }),
      made: made.made,
    },
    seals: handles.map((value): Seal => ({ category: 'meta.notice', value })),
  };
  if (through === undefined) return [prepared];
  const facts: Facts = {
    kind: 'notify',
    holder: through,
    parts: addressesOf(plan, through, foldOfFamily(subject, folds), outside),
    values: handles.map((p) => `${notice}/${p}`),
    cause: notice,
    ...(clock && { clock: { ...clock } }),
    by: destinationAt(outside.registers, { holder: through }, outside.at)?.by ?? 'person',
  };
  return [prepared, { type: 'TaskOrdered', stream, occurred: outside.at, facts }];
}

export interface TellNotice {
  /** The survivor of all merges; also somebody erased, of whom it is only said that she was told. */
  readonly subject: string;
  readonly notice: string;
  /** How it reached her: `email`, `post`, `in-person`. */
  readonly channel: string;
  /** Now when absent. */
  readonly happened?: string | undefined;
  /** Handle of the number of a letter, sealed as `meta.reference`. */
  readonly reference?: number | undefined;
  /** Under whose key it is sealed: the controller's organisation, for it must outlast the person's. */
  readonly referenceOwner?: string | undefined;
  readonly staff?: string | undefined;
}

/**
 * That she was told, and whose task is at an end with it. Refuses NOTICE_UNKNOWN, NOTICE_TOLD, HAPPENED_IN_FUTURE,
 * HAPPENED_BEFORE_NOTICE, STAFF_UNKNOWN.
 */
export function tellNotice(command: TellNotice, family: SubjectFold, outside: TaskOutside): FactDraft[] {
  const { subject, notice, channel, happened = outside.at, reference, referenceOwner: owner, staff } = command;
  const prepared = noticeIn(family, notice);
  const before = entriesOf(family, 'SubjectNotified').find(({ facts }) => facts.notice === notice);
  if (before) throw new Refused('NOTICE_TOLD', 'it is recorded already that she was told', { event: before.id });
  if (happened > outside.at) throw new Refused('HAPPENED_IN_FUTURE', 'this has not happened yet', { happened });
  if (happened < prepared.occurred) {
    throw new Refused('HAPPENED_BEFORE_NOTICE', 'the notice was made later than that', { made: prepared.occurred });
  }
  staffKnown(staff, outside);
  const { transfers, hash, representative } = prepared.facts;
  const stream = subjectStream(subject);
  const told: FactDraft = {
    type: 'SubjectNotified',
    stream,
    occurred: happened,
    facts: {
      about: 'transfer',
      channel,
      transfers: [...transfers],
      notice,
      hash,
      ...(representative !== undefined && { representative }),
      ...(staff !== undefined && { staff }),
    },
    ...(reference !== undefined &&
      owner !== undefined && { seals: [{ category: 'meta.reference', value: reference, owner }] }),
  };
  return [told, ...closedTasks(notice, family, outside.at)];
}

/** Refuses NOTICE_UNKNOWN. */
export function noticeIn(family: SubjectFold, notice: string): EntryOf<'NoticePrepared'> {
  const prepared = entriesOf(family, 'NoticePrepared').find(({ id }) => id === notice);
  if (!prepared) throw new Refused('NOTICE_UNKNOWN', 'there is no such notice', { notice });
  return prepared;
}

/** Nobody is to send what was told another way. */
const closedTasks = (notice: string, { state }: SubjectFold, occurred: string): FactDraft[] =>
  [...state.tasks.values()].flatMap(({ event: task, kind, cause, stream, acknowledged, closed }): FactDraft[] =>
    kind === 'notify' && cause === notice && !acknowledged && !closed
      ? [{ type: 'TaskClosed', stream, occurred, facts: { task, reason: 'told-otherwise' } }]
      : [],
  );

/** A notice that whoever was to send it says was sent, and of which nothing says yet that she was told. */
export interface SentNotice {
  readonly notice: string;
  readonly channel: string;
  readonly happened: string;
}

export function sentNotices(family: SubjectFold): SentNotice[] {
  const told = new Set(entriesOf(family, 'SubjectNotified').map(({ facts }) => facts.notice));
  return [...family.state.tasks.values()].flatMap(({ kind, cause, holder, acknowledged }): SentNotice[] =>
    kind === 'notify' && acknowledged?.result === 'done' && holder !== undefined && !told.has(cause)
      ? [{ notice: cause, channel: holder, happened: acknowledged.moment }]
      : [],
  );
}
