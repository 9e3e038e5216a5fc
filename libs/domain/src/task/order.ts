// Who has to be told of a correction, a blocking, a destruction: which holder holds it, which recipient got it, and how is each reached?
import { Refused, type Facts } from '@derbes/kernel';
import { type DeclaredPolicy } from '@derbes/policy';
import { policyOf, type Outside } from '../case.js';
import { type Clock } from '../clock.js';
import { startClock } from '../clock-start.js';
import { type PlacedPart } from '../dossier/held-shape.js';
import { nameOf } from '../erasure-demand.js';
import { type EntryOf } from '../fact.js';
import { means, type Holding } from '../holding.js';
import { type FactDraft } from '../record.js';
import { destinationAt, editionAt, ledgerHolder } from '../registers.js';
import { entriesOf, subjectStream, type SubjectFold } from '../subject-fold.js';
import { codesMax } from '../vocabulary.js';
import { taskPartsMax, type TaskKind } from './events.js';
import { isLessThan, mannerFor, type HolderManner, type Manner } from './manner.js';
import { addresseeOf, isConfirmed, type Task } from './state.js';
import { termOfTask } from './terms.js';

/** What others have to be told about a person. */
export interface Telling {
  readonly kind: TaskKind;
  /** Whose stream takes the tasks: the survivor of a merge. */
  readonly subject: string;
  /** The event that asks for it. */
  readonly cause: string;
  /** Absent: all that is held. A group or open category stands for all in it. */
  readonly categories?: readonly string[] | undefined;
  /** What is not meant although it is held: acts keep it. */
  readonly but?: readonly string[] | undefined;
  /** Only what is held or was sent for one of these. */
  readonly purposes?: readonly string[] | undefined;
  readonly role?: string | undefined;
  readonly capacity?: string | undefined;
  /** Of a destruction, what becomes of it where, other than that nobody can restore it. */
  readonly manners?: readonly HolderManner[] | undefined;
  /** The holder that did it already. */
  readonly except?: string | undefined;
  /** Only these holders; an empty list: none. */
  readonly holders?: readonly string[] | undefined;
  /** Only these recipients; an empty list: none. */
  readonly recipients?: readonly string[] | undefined;
  /** Sealed values that whoever is told has to take over or to destroy: `<event id>/<p>`. */
  readonly values?: readonly string[] | undefined;
  readonly request?: string | undefined;
  /** The request's clock, where it sets the term; else the term of the kind begins now. */
  readonly clock?: Clock | undefined;
  /** Destruction waits also for those whose destination nobody ever set. */
  readonly waitForAll?: boolean | undefined;
}

export interface TaskOutside extends Outside {
  readonly at: string;
  /** Sealed parts of the subject and those merged into it, in any stream. */
  readonly parts: readonly PlacedPart[];
}

/** Whom a task is for, and what of the telling concerns it. */
interface Addressee {
  readonly holder?: string;
  readonly recipient?: string;
  readonly categories: readonly string[];
  /** Of a destruction; undefined: nobody may be able to restore it. */
  readonly manner?: Manner | undefined;
}

/**
 * One TaskOrdered for each holder that holds it (for each manner in which it has to go) and each recipient that got it; `family` is the
 * fold of the person with everybody merged into her. What was ordered before, and stands or was done, is not ordered again. The ledger itself is told nothing. A task has
 * no clock where the profile knows no such term, or the calendar ends before it. Throws NotJudgeable when documents are missing.
 */
export function tasksFor(telling: Telling, family: SubjectFold, outside: TaskOutside): FactDraft[] {
  const clock = clockOf(telling, outside);
  return new Addressing(telling, family, outside).all().map((one): FactDraft => {
    const { holder, recipient, categories, manner } = one;
    const { kind, subject, cause, purposes, role, capacity, request, values } = telling;
    const destination = destinationAt(outside.registers, one, outside.at);
    const parts = identifiersFor(one, family, outside);
    const waits = kind === 'destroy' && (destination !== undefined || telling.waitForAll === true);
    const facts: Facts = {
      kind,
      ...(manner !== undefined && { manner }),
      ...(holder !== undefined && { holder }),
      ...(recipient !== undefined && { recipient }),
      ...(categories.length > 0 && categories.length <= codesMax && { categories: [...categories] }),
      ...(purposes && { purposes: [...purposes] }),
      ...(role !== undefined && { role }),
      ...(capacity !== undefined && { capacity }),
      ...(parts.length > 0 && { parts }),
      ...(values && values.length > 0 && { values: values.slice(0, taskPartsMax) }),
      cause,
      ...(request !== undefined && { request }),
      ...(clock && { clock: { ...clock } }),
      by: destination?.by ?? 'person',
      ...(waits && { waits: 'yes' }),
    };
    return { type: 'TaskOrdered', stream: subjectStream(subject), occurred: outside.at, facts };
  });
}

/** A destruction is not put off because nobody knows yet which days of that year are worked: its tasks have no term then. */
const uncounted: ReadonlySet<string> = new Set(['TERM_UNKNOWN', 'CALENDAR_ENDS']);

function clockOf({ kind, clock }: Telling, outside: TaskOutside): Clock | undefined {
  if (clock) return clock;
  try {
    return startClock(outside, { term: termOfTask[kind], from: outside.at });
  } catch (error) {
    if (error instanceof Refused && uncounted.has(error.code)) return undefined;
    throw error;
  }
}

class Addressing {
  private readonly policy: DeclaredPolicy | undefined;

  constructor(
    private readonly telling: Telling,
    private readonly family: SubjectFold,
    private readonly outside: TaskOutside,
  ) {
    this.policy = policyAt(outside);
  }

  all(): Addressee[] {
    const holders = [...this.heldBy()].flatMap(([holder, categories]) => this.byManner(holder, categories));
    const recipients = [...this.sentTo()].map(([recipient, categories]) => ({ recipient, categories }));
    return [...holders, ...recipients].flatMap((one): Addressee[] => {
      const categories = [...new Set(one.categories)].filter((category) => !this.isOrdered(one, category)).sort();
      return categories.length > 0 ? [{ ...one, categories }] : [];
    });
  }

  private byManner(holder: string, categories: readonly string[]): Addressee[] {
    const { manners } = this.telling;
    if (!manners) return [{ holder, categories }];
    const grouped = new Map<Manner | undefined, string[]>();
    for (const category of categories) {
      const manner = mannerFor(manners, holder, category);
      grouped.set(manner, [...(grouped.get(manner) ?? []), category]);
    }
    return [...grouped].map(([manner, some]) => ({ holder, categories: some, manner }));
  }

  /** By holder, what it holds of this. */
  private heldBy(): Map<string, string[]> {
    const { purposes, role, capacity, except, holders } = this.telling;
    const held = new Map<string, string[]>();
    for (const holding of this.family.state.holdings.current.values()) {
      const { holder, category } = holding;
      const isMeant =
        holder !== ledgerHolder &&
        holder !== except &&
        (!holders || holders.includes(holder)) &&
        this.isThere(holding) &&
        this.isAbout(category) &&
        (role === undefined || holding.role === role) &&
        (capacity === undefined || holding.capacity === capacity) &&
        (!purposes || holding.purposes.some(({ code }) => purposes.includes(code)));
      if (isMeant) held.set(holder, [...(held.get(holder) ?? []), category]);
    }
    return held;
  }

  /** What was deleted has copies until a date: they are to be destroyed too. */
  private isThere({ end }: Holding): boolean {
    if (!end) return true;
    const today = this.outside.at.slice(0, 'YYYY-MM-DD'.length);
    const copies = end.manner === 'deleted' && (end.copiesUntil === undefined || end.copiesUntil >= today);
    return this.telling.kind === 'destroy' && copies;
  }

  /** By recipient, what it was sent or given access to. */
  private sentTo(): Map<string, string[]> {
    const { purposes, role, recipients } = this.telling;
    const sent = new Map<string, string[]>();
    for (const { facts } of entriesOf(this.family, 'DataTransferred')) {
      const { recipient } = facts;
      const isMeant =
        (!recipients || recipients.includes(recipient)) &&
        (role === undefined || facts.role === undefined || facts.role === role) &&
        (!purposes || facts.purposes.some((code) => purposes.includes(code)));
      if (!isMeant) continue;
      const categories = facts.categories.flatMap((category) => this.narrowed(category));
      if (categories.length > 0) sent.set(recipient, [...(sent.get(recipient) ?? []), ...categories]);
    }
    return sent;
  }

  private isAbout(category: string): boolean {
    const { categories, but = [] } = this.telling;
    if (but.some((kept) => isWithin(category, kept, this.policy))) return false;
    return !categories || categories.some((named) => isWithin(category, named, this.policy));
  }

  /** Of a category that was sent, what the telling is about: an open one may have been sent whole. */
  private narrowed(sent: string): readonly string[] {
    if (this.isAbout(sent)) return [sent];
    return (this.telling.categories ?? []).filter((named) => isWithin(named, sent, this.policy));
  }

  /** Ordered for this addressee by the same cause; or open, or confirmed with nothing having come since. */
  private isOrdered(one: Addressee, category: string): boolean {
    const { kind, cause, purposes } = this.telling;
    const addressee = addresseeOf(one);
    const about = [...this.family.state.tasks.values()].filter(
      (task) =>
        addresseeOf(task) === addressee &&
        !(kind === 'destroy' && isLessThan(task.manner, one.manner)) &&
        (!task.categories || task.categories.some((named) => isWithin(category, named, this.policy))),
    );
    if (about.some((task) => task.cause === cause && task.kind === kind)) return true;
    if (kind === 'correct' || kind === 'report') return false;
    const opposed = kind === 'block' || kind === 'unblock';
    const last = about.findLast((task) =>
      opposed ? task.kind === 'block' || task.kind === 'unblock' : task.kind === kind,
    );
    if (kind === 'unblock') return last?.kind !== 'block';
    if (!last || last.kind !== kind || !coversPurposes(last, purposes)) return false;
    return !last.acknowledged || (isConfirmed(last) && !this.cameSince(one, category, last));
  }

  /** Whether more of it reached the addressee after it answered. */
  private cameSince({ holder, recipient }: Addressee, category: string, { acknowledged, ordered }: Task): boolean {
    const answered = acknowledged?.moment ?? ordered;
    return this.family.entries.some((entry) => {
      if (entry.occurred <= answered) return false;
      if (entry.type === 'DataTransferred') return entry.facts.recipient === recipient && touches(entry, category);
      if (entry.type !== 'DataCollected' && entry.type !== 'DataDeclared' && entry.type !== 'DataCorrected')
        return false;
      return entry.facts.holder === holder && touches(entry, category);
    });
  }
}

type Touching =
  EntryOf<'DataTransferred'> | EntryOf<'DataCollected'> | EntryOf<'DataDeclared'> | EntryOf<'DataCorrected'>;

const touches = ({ facts }: Touching, category: string): boolean =>
  facts.categories.some((named) => means(named, category) || means(category, named));

const coversPurposes = (task: Task, purposes: readonly string[] | undefined): boolean =>
  !task.purposes || (purposes !== undefined && purposes.every((one) => task.purposes?.includes(one) === true));

/** Whether a category is one that a name stands for: itself, an item of an open category, a member of a group. */
const isWithin = (category: string, named: string, policy: DeclaredPolicy | undefined): boolean =>
  means(named, category) || policy?.category(category)?.ancestors.includes(named) === true;

function policyAt(outside: TaskOutside): DeclaredPolicy | undefined {
  const document = editionAt(outside.registers, outside.at)?.document;
  return document === undefined ? undefined : policyOf(outside, document);
}

/**
 * Sealed parts by which an addressee can find the person: the identifiers that it has, for telling it others would be a transfer. A
 * holder without any is told all, since it is the controller's own; a recipient the last values of what it was sent.
 */
export function identifiersFor(one: Addressee, family: SubjectFold, outside: TaskOutside): string[] {
  const known = knownTo(one, family);
  const live = new Set(
    [...family.state.identity.links].flatMap(([event, { until }]) => (until === undefined ? [event] : [])),
  );
  const identifiers = outside.parts.filter(({ event }) => live.has(event));
  const has = ({ category }: PlacedPart): boolean =>
    known.some((named) => means(named, category) || means(category, named));
  const shared = identifiers.filter(has);
  if (shared.length > 0) return shared.slice(-taskPartsMax).map(nameOf);
  if (one.holder !== undefined) return identifiers.slice(-taskPartsMax).map(nameOf);
  const lasts = new Map(outside.parts.filter(has).map((part) => [part.category, part]));
  return [...lasts.values()].slice(-taskPartsMax).map(nameOf);
}

/** Categories that an addressee has or had. */
function knownTo({ holder, recipient }: Addressee, family: SubjectFold): string[] {
  if (recipient !== undefined) {
    return entriesOf(family, 'DataTransferred').flatMap(({ facts }) =>
      facts.recipient === recipient ? facts.categories : [],
    );
  }
  return [...family.state.holdings.current.values()].flatMap((one) => (one.holder === holder ? [one.category] : []));
}
