// What is answered about one person? The dossier with its values opened, the words of the policy, and who looked.
import { type WithdrawalView } from '../withdrawal/withdrawal-lines.js';
import { type Dossier, type Finding, type PartRef, type TimelineLine } from '@derbes/domain';
import { type JsonValue } from '@derbes/kernel';
import { type Labels, type Language } from '@derbes/policy';
import { type ErasureLine, type HoldLine, type LockLine } from './erasure-view.js';

/**
 * `withheld`: the role may not see values · `not-shown`: told in error, or in what was told about somebody else · `lost`: row or key
 * is gone · `tampered`: not what the event commits to · `ordered`: to be destroyed, and not readable from the order on ·
 * `erased`: destroyed, as an event says.
 */
export type PartState = 'opened' | 'withheld' | 'not-shown' | 'lost' | 'tampered' | 'ordered' | 'erased';

export interface OpenedPart extends PartRef {
  readonly state: PartState;
  /** What the sealed part itself says that it is; present with `value`, when `state` is `opened`. */
  readonly category?: string;
  readonly value?: JsonValue;
}

/** The same shape with every reference to a sealed part opened in its place. */
export type WithOpened<T> = T extends PartRef
  ? Omit<T, keyof PartRef> & OpenedPart
  : T extends object
    ? { [K in keyof T]: WithOpened<T[K]> }
    : T;

export interface Words {
  readonly label: Labels;
  readonly clause?: string;
  /** As the text of the edition says it, in its own language. */
  readonly quote?: string;
}

/** Labels of the codes that stand in a dossier, from the edition in force or the last that declares them. */
export interface Wording {
  /** Language of the quotes. */
  readonly language: Language;
  readonly categories: Readonly<Record<string, Words>>;
  readonly purposes: Readonly<Record<string, Words>>;
  readonly classes: Readonly<Record<string, Words>>;
  readonly bases: Readonly<Record<string, Words>>;
  readonly statutory: Readonly<Record<string, Words>>;
  readonly rights: readonly (Words & { readonly articles: readonly string[] })[];
  readonly acts: Readonly<Record<string, Labels>>;
  /** How long data is held, in the words of the edition. */
  readonly retention?: Words;
}

export interface ControllerView {
  readonly name: Labels;
  readonly bin: string;
  readonly address: string;
  readonly contacts: readonly string[];
}

export interface AccessLine {
  readonly at: string;
  readonly event: string;
  readonly question: string;
  readonly role: string;
  readonly reason?: string;
}

/** Who asks now, and what. */
export type Look = Omit<AccessLine, 'at' | 'event'>;

export interface AccessView {
  /** The look that this answer is: recorded before it leaves, so it stands among the lines of later answers. */
  readonly now: Look;
  /** The newest first. */
  readonly lines: readonly AccessLine[];
  /** Up to when the list is complete; absent while the register is being made anew. */
  readonly reaches?: string;
  /** There are older ones in the register. */
  readonly more: boolean;
}

/** Suspicions that nobody has assessed: for staff; the report to the person states the facts themselves. */
export type FindingView = Pick<Finding, 'id' | 'event' | 'code' | 'clause' | 'article' | 'category' | 'purpose'>;

/** The same for everybody, so that its presence tells nothing (DESIGN §6 Restricted). */
export const closingCode = 'lawfully-withheld-not-included';

/** JSON form of a dossier. Lines name the events that they stand on; moments are whole UTC seconds. */
export interface DossierView {
  readonly subject: string;
  /** Other subjects found to be the same person, folded in. */
  readonly merged: readonly string[];
  /** What was true then. */
  readonly asOf: string;
  /** What the ledger knew then. */
  readonly asKnownAt: string;
  /** Absent when nobody was known under this id yet. */
  readonly registered?: WithOpened<Dossier>['registered'];
  readonly controller?: ControllerView;
  /** The edition in force. */
  readonly edition?: WithOpened<Dossier>['edition'];
  readonly identifiers: WithOpened<Dossier>['identifiers'];
  /** Who acts in the person's name. */
  readonly acts?: WithOpened<Dossier>['acts'];
  /** Who may act for the person, who contradicts whom, and whose authority is over. */
  readonly representatives: WithOpened<Dossier>['representatives'];
  /** Age, capacity, death, as an officer or a service said. */
  readonly statuses: WithOpened<Dossier>['statuses'];
  /** What is held, category by category: values, holders, purposes, bases, origins, terms. */
  readonly categories: WithOpened<Dossier>['categories'];
  readonly uses: WithOpened<Dossier>['uses'];
  readonly transfers: WithOpened<Dossier>['transfers'];
  readonly publications: WithOpened<Dossier>['publications'];
  readonly consents: WithOpened<Dossier>['consents'];
  readonly refusals: WithOpened<Dossier>['refusals'];
  readonly acknowledgements: WithOpened<Dossier>['acknowledgements'];
  readonly decisions: WithOpened<Dossier>['decisions'];
  readonly relations: WithOpened<Dossier>['relations'];
  readonly obligations: WithOpened<Dossier>['obligations'];
  readonly blocks: WithOpened<Dossier>['blocks'];
  readonly destructions: WithOpened<Dossier>['destructions'];
  readonly corrections: WithOpened<Dossier>['corrections'];
  readonly notices: WithOpened<Dossier>['notices'];
  readonly contests: WithOpened<Dossier>['contests'];
  /** Values of this person in what was told about others, without the words. */
  readonly mentions: WithOpened<Dossier>['mentions'];
  /** Told in error: these count for nothing. */
  readonly retracted: WithOpened<Dossier>['retracted'];
  /** Parts that events name and whose rows are gone. */
  readonly missing: WithOpened<Dossier>['missing'];
  /** Name and BIN of the organisations that holdings name, by their id. */
  readonly organisations: Readonly<Record<string, readonly OpenedPart[]>>;
  /** What was ordered to be destroyed, and how far that is. */
  readonly erasures: readonly ErasureLine[];
  /** Withdrawals: by when each is decided, what stopped, what goes on, why and until when. */
  readonly withdrawals: readonly WithdrawalView[];
  /** What may not be destroyed. */
  readonly holds: readonly HoldLine[];
  /** What was to be destroyed and is kept: it answers, and is not used. */
  readonly locks: readonly LockLine[];
  /** Who looked, and up to when the list is complete. */
  readonly access: AccessView;
  /** Codes of what is suspicious, for staff; provisional until assessed. */
  readonly findings: readonly FindingView[];
  /** Labels in ru, kk and en, and the words of the policy. */
  readonly wording: Wording;
  /** Information whose disclosure the law forbids is not included. */
  readonly closing: typeof closingCode;
}

/** JSON form of a timeline. */
export interface TimelineView {
  readonly subject: string;
  readonly merged: readonly string[];
  readonly asOf: string;
  readonly asKnownAt: string;
  /** Every event in order; `says` is what it means, in the language asked for. */
  readonly lines: readonly (TimelineLine<FindingView> & { readonly says: string })[];
  readonly closing: typeof closingCode;
}
