// Of which transfers must a person be told, by when, of which not and by which article, and of which was she told?
import { Refused } from '@derbes/kernel';
import { noticeExceptions, type DeclaredPolicy, type Profile, type TransferNotice } from '@derbes/policy';
import { NotJudgeable, policyOf, profileOf, type Outside } from '../case.js';
import { type Clock, isPast } from '../clock.js';
import { startClock } from '../clock-start.js';
import { articleOf } from '../finding.js';
import { type Entry, type EntryOf } from '../fact.js';
import { calendarsKnownFrom } from '../calendars-known.js';
import { editionAt, recipientAt } from '../registers.js';
import { entriesOf, type SubjectFold } from '../subject-fold.js';

/** The term of the profile within which a transfer is told. */
export const noticeTerm = 'transfer-notice';
/** What a consent names among its other conditions (Art. 8(4), item 8) where the person asked to be told. */
export const notifyOnTransfer = 'notify-on-transfer';

/** The person was told; `late`: after the due moment. */
export interface Told {
  /** The SubjectNotified event. */
  readonly event: string;
  readonly moment: string;
  readonly channel: string;
  readonly late: boolean;
}

export interface NoticeDuty {
  readonly transfer: EntryOf<'DataTransferred'>;
  readonly recipientClass?: string;
  /** Of the edition's text, `-` where it says nothing. */
  readonly clause: string;
  /** By which the person is told, or by which it is spared; `-` where none speaks of it. */
  readonly article: string;
  /**
   * Why nobody is told: a case of the profile (`state-body`), `edition` (it says never), `not-agreed` (it says where agreed), `no-duty`
   * (the law of that jurisdiction has none), `deceased`. Absent where the person is to be told.
   */
  readonly spared?: string;
  /** Absent where it is spared, and where no calendar reaches that far yet. */
  readonly clock?: Clock;
  readonly told?: Told;
  /** A NoticePrepared that names it and was not told. */
  readonly prepared?: string;
}

/** Whether the person has yet to be told. */
export const isOwed = ({ spared, told }: NoticeDuty): boolean => spared === undefined && told === undefined;

/**
 * For every transfer that counts, in the order in which they occurred. `fold` is that of the person with everybody merged into her.
 * By the edition that the transfer names and the calendar that was known when it was recorded, so that no due moment ever moves.
 * What stands in no stream of hers (Art. 3(3), decision 0087) is not among them. Throws NotJudgeable when documents are missing.
 */
export function noticeDuties(fold: SubjectFold, outside: Outside): NoticeDuty[] {
  const transfers = entriesOf(fold, 'DataTransferred');
  if (transfers.length === 0) return [];
  const told = firstNotices(fold);
  const prepared = openNotices(fold);
  return transfers.map((transfer) => {
    const rule = ruleFor(transfer, fold, outside);
    const notice = told.get(transfer.id);
    const clock = rule.spared === undefined ? noticeClock(transfer, outside) : undefined;
    const died = rule.spared === undefined && notice === undefined ? diedBefore(fold, clock, outside, transfer) : {};
    const under = prepared.get(transfer.id);
    return {
      transfer,
      ...rule,
      ...(clock && { clock }),
      ...died,
      ...(notice && { told: toldBy(notice, clock) }),
      ...(under !== undefined && notice === undefined && { prepared: under }),
    };
  });
}

const toldBy = (notice: EntryOf<'SubjectNotified'>, clock: Clock | undefined): Told => ({
  event: notice.id,
  moment: notice.occurred,
  channel: notice.facts.channel,
  late: clock !== undefined && isPast(clock, notice.occurred),
});

/** By transfer, when it was first told. */
function firstNotices(fold: SubjectFold): ReadonlyMap<string, EntryOf<'SubjectNotified'>> {
  const first = new Map<string, EntryOf<'SubjectNotified'>>();
  for (const notice of entriesOf(fold, 'SubjectNotified')) {
    for (const transfer of notice.facts.transfers ?? []) if (!first.has(transfer)) first.set(transfer, notice);
  }
  return first;
}

/** By transfer, the last notice that names it, while whoever sends it has not let it go. */
function openNotices(fold: SubjectFold): ReadonlyMap<string, string> {
  const open = new Map<string, string>();
  for (const { id, facts } of entriesOf(fold, 'NoticePrepared')) {
    const lives = !isLetGo(fold, id);
    for (const transfer of facts.transfers) {
      if (lives) open.set(transfer, id);
      else open.delete(transfer);
    }
  }
  return open;
}

/** Whether nobody will send a notice any more: its task was refused, found nobody, or was closed. */
export function isLetGo({ state }: SubjectFold, notice: string): boolean {
  const task = [...state.tasks.values()].findLast(({ kind, cause }) => kind === 'notify' && cause === notice);
  if (!task) return false;
  return task.closed !== undefined || (task.acknowledged !== undefined && task.acknowledged.result !== 'done');
}

type Rule = Pick<NoticeDuty, 'recipientClass' | 'clause' | 'article' | 'spared'>;

function ruleFor(transfer: EntryOf<'DataTransferred'>, fold: SubjectFold, outside: Outside): Rule {
  const { facts, occurred } = transfer;
  const policy = policyFor(transfer, outside);
  const profile = profileOf(outside, occurred, policy);
  const recipientClass = recipientAt(outside.registers, facts.recipient, occurred)?.class;
  const clause = policy?.transferNotices.clause ?? '-';
  const known = recipientClass === undefined ? {} : { recipientClass };
  const rule = ruleOf(profile, occurred, outside);
  if (!rule) return { ...known, clause, article: '-', spared: 'no-duty' };
  const exception = exceptionFor(rule, recipientClass, transfer, policy);
  if (exception) return { ...known, clause, article: exception.article, spared: exception.code };
  const tell = policy?.transferNotices.tell ?? rule.default;
  const stated = { ...known, clause, article: rule.article };
  if (tell === 'never') return { ...stated, spared: 'edition' };
  return tell === 'where-agreed' && !isAgreed(fold, occurred) ? { ...stated, spared: 'not-agreed' } : stated;
}

function policyFor(entry: Entry, outside: Outside): DeclaredPolicy | undefined {
  const edition = entry.edition ?? editionAt(outside.registers, entry.occurred)?.document;
  return edition === undefined ? undefined : policyOf(outside, edition);
}

/** A version from before exceptions had articles is read with the first later one that names them: that was law already. */
function ruleOf(profile: Profile, moment: string, { registers, documents }: Outside): TransferNotice | undefined {
  const { transfer_notice: rule } = profile;
  if (!rule || rule.exceptions) return rule;
  const later = registers.profiles.filter((one) => one.profile === profile.code && one.from > moment);
  const named = later.map(({ document }) => documents.profile(document)?.transfer_notice);
  return named.find((one) => one?.exceptions !== undefined) ?? rule;
}

function exceptionFor(
  rule: TransferNotice,
  recipientClass: string | undefined,
  { facts: { basis } }: EntryOf<'DataTransferred'>,
  policy: DeclaredPolicy | undefined,
) {
  const is =
    recipientClass === undefined ? undefined : (policy?.transferNotices.caseOf(recipientClass) ?? recipientClass);
  const base = basis && baseOf(basis.code, policy);
  return noticeExceptions(rule).find((one) => one.code === is || (base !== undefined && one.bases?.includes(base)));
}

/** The code of the profile that a stated basis stands for; the policy's own word only where it stands for one alone. */
function baseOf(code: string, policy: DeclaredPolicy | undefined): string {
  const entry = policy?.basis(code);
  const [only, ...others] = entry?.code === code ? entry.covers : [];
  return only !== undefined && others.length === 0 ? only : code;
}

const isAgreed = ({ state }: SubjectFold, moment: string): boolean =>
  [...state.consents.given.values()].some(
    ({ given, items }) => given <= moment && items.other?.includes(notifyOnTransfer) === true,
  );

/** The dead are told nothing; what was due before she died stays owed. */
function diedBefore(
  { state }: SubjectFold,
  clock: Clock | undefined,
  outside: Outside,
  { occurred }: Entry,
): Pick<NoticeDuty, 'spared' | 'article'> | Record<string, never> {
  const last = state.person.statuses.at(-1);
  if (last?.status !== 'deceased' || (clock && isPast(clock, last.since))) return {};
  return { spared: 'deceased', article: articleOf(profileOf(outside, occurred).code, 'AFTER_DEATH') };
}

/** A later calendar moves no due moment; one is asked only where those known by then do not reach that far. */
function noticeClock({ at, occurred }: Entry, { registers, documents }: Outside): Clock | undefined {
  for (const calendars of calendarsKnownFrom(registers, at)) {
    try {
      return startClock({ documents, registers: { ...registers, calendars } }, { term: noticeTerm, from: occurred });
    } catch (error) {
      if (error instanceof Refused && error.code === 'CALENDAR_ENDS') continue;
      if (error instanceof Refused || error instanceof NotJudgeable) return undefined;
      throw error;
    }
  }
  return undefined;
}
