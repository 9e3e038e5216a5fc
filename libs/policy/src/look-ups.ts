// What does a look-up into an edition answer?
import { type Declarer, type Labels, type Relation } from './format-entries.js';
import { type RetentionAct } from './format-retention.js';
import { type TransferNotices } from './format-notices.js';
import { type sectionSubjects } from './format-sections.js';
import { type Policy } from './format.js';

/** What every look-up answers with; `clause` is the place of the text that a finding cites. */
export interface DeclaredEntry {
  readonly code: string;
  readonly label: Labels;
  readonly dpv: readonly string[];
  readonly clause: string;
  readonly declared: Declarer;
}

export interface DeclaredCategory extends DeclaredEntry {
  /** `group`: a heading of the text or an open category; `item`: a closed kind of data. */
  readonly kind: 'group' | 'item';
  /** Facts about an open one must name a closed item instead (OPEN_CATEGORY). */
  readonly open: boolean;
  /** Codes of what contains it, nearest first. */
  readonly ancestors: readonly string[];
  /** Codes directly inside it. */
  readonly items: readonly string[];
}

export interface DeclaredBasis extends DeclaredEntry {
  readonly articles: readonly string[];
  /** Codes of the profile's bases table that it stands for. */
  readonly covers: readonly string[];
}

export interface DeclaredRight extends DeclaredEntry {
  readonly articles: readonly string[];
}

export interface DeclaredRetention {
  readonly purpose: string;
  readonly until: 'purpose-reached' | 'term';
  /** The relation whose end starts the clock; absent where something else does. */
  readonly relation?: Relation;
  /** The kind of obligation whose closing starts it. */
  readonly obligation?: string;
  readonly event?: 'purpose-ended' | 'erasure-final';
  /** ISO 8601 duration; absent where the policy gives no number (TERM_NOT_SET when `until` is `term`). */
  readonly term?: string;
  /** What becomes of it then; absent where whoever decides it chooses. */
  readonly act?: RetentionAct;
  /** Whether the ledger carries the act out without an officer. */
  readonly byItself: boolean;
  readonly clause: string;
  readonly declared: Declarer;
}

export interface DeclaredStatutoryRetention extends DeclaredEntry {
  /** False until a lawyer filled in act, article and term: an unconfirmed row binds nothing. */
  readonly confirmed: boolean;
  readonly categories: readonly string[];
  readonly holders: readonly string[];
  readonly act?: string;
  readonly article?: string;
  readonly document?: string;
  readonly relation?: Relation;
  readonly term?: string;
}

export interface DeclaredBorderClaim extends DeclaredEntry {
  /** Code of the profile's cross-border table. */
  readonly ground: string;
  readonly instrument: string;
  readonly assertedBy: string;
}

/** Whether people are told that their data was passed on, and who makes and sends the notices. */
export interface DeclaredNotices {
  /** Undefined where the edition says nothing: the profile's default stands. */
  readonly tell: TransferNotices['tell'] | undefined;
  readonly byItself: boolean;
  /** The holder that sends them. */
  readonly through: string | undefined;
  readonly clause: string;
  /** The exception of the profile that a recipient class is said to be. */
  caseOf(recipientClass: string): string | undefined;
}

export type Identifies = 'person' | 'account' | 'mailbox' | 'line' | 'device';

export interface DeclaredIdentifier {
  readonly scheme: string;
  readonly identifies: Identifies;
  /** Greater is stronger. */
  readonly rank: number;
  /** The category under which the identifier itself is sealed. */
  readonly category: string;
  readonly declared: Declarer;
}

/** `not-stated`: the edition says nothing about this pair, so nothing may be concluded from it. */
export type Fit = 'fits' | 'excessive' | 'not-stated';

export type SectionSubject = (typeof sectionSubjects)[number];

export interface DeclaredPolicy {
  readonly policy: Policy;
  /** The clause that treats of a subject: what a finding about something undeclared cites. `-` where no section does. */
  sectionClause(about: SectionSubject): string;
  category(code: string): DeclaredCategory | undefined;
  purpose(code: string): DeclaredEntry | undefined;
  recipientClass(code: string): DeclaredEntry | undefined;
  /** By the policy's own code (`consent`) or by a code of the profile that it covers (`kz.9.10`). */
  basis(code: string): DeclaredBasis | undefined;
  right(code: string): DeclaredRight | undefined;
  /** The claim by which a ground stands for a country and a recipient class; a proposed one is none. */
  borderClaim(ground: string, country: string, recipientClass: string | undefined): DeclaredBorderClaim | undefined;
  /** The most specific rule: one naming the category, else the nearest group, else the purpose's rule for the rest. */
  retention(purpose: string, category: string): DeclaredRetention | undefined;
  statutoryRetention(category: string): readonly DeclaredStatutoryRetention[];
  /** ISO 8601 duration after which a holding that no rule covers is looked at; undefined where the policy sets none. */
  readonly reviewEvery: string | undefined;
  /** So many days before it is due a holding is due soon, and so many days after it is overdue. */
  readonly retentionQueue: { readonly soonDays: number; readonly overdueDays: number };
  readonly transferNotices: DeclaredNotices;
  identifier(scheme: string): DeclaredIdentifier | undefined;
  /** Whether the purpose needs the category (EXCESSIVE_FOR_PURPOSE); a group listed stands for all in it. */
  categoryFitsPurpose(category: string, purpose: string): Fit;
  /** Whether the class may get the category (EXCESSIVE_FOR_RECIPIENT). */
  categoryFitsRecipient(recipientClass: string, category: string): Fit;
  /** The clause that a finding about necessity or disclosure cites. */
  necessityClause(purpose: string): string;
  disclosureClause(recipientClass: string): string;
}
