// What may somebody ask? Each question is its own HTTP body or query string: one class for its form, schema and handler.
import { Query } from '@nestjs/cqrs';
import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import { IdentifierForm, languages, ReferenceForm, roles, SubjectForm } from '../http/facts/parts.js';
import {
  Code,
  Codes,
  Country,
  Moment,
  Nested,
  OneOf,
  OneOfWith,
  OnlyWhen,
  Optional,
  OrElse,
  Pattern,
  refPattern,
  sourceCharsMax,
  sourcePattern,
  Uuid,
} from '../http/form/field.js';
import { type EpochState } from '../epochs/epochs.js';
import { type Asked } from '../keys/asked.js';
import { type Rebuild } from '../write/commands.js';
import { type JsonAnswer } from './json-answer.js';

export type Language = (typeof languages)[number];

/** A question taken from a request; the route fills `asked` and what stands in the path. */
export abstract class AskedQuery<R> extends Query<R> {
  asked: Asked;
}

/** A person-readable answer: JSON, or text in one of the languages. `as` is negotiated from Accept. */
export abstract class ReadableQuery<R> extends AskedQuery<R | string> {
  as: 'json' | 'text';
  @Optional() @OneOf(languages) lang?: Language;
}

export const checkActions = ['collect', 'use', 'transfer', 'publish'] as const;

/** May I? Registers nobody; a subject nobody knows is judged as new. */
export class CheckAction extends AskedQuery<CheckAnswer> {
  @OneOf(checkActions) action: (typeof checkActions)[number];
  @Nested(() => SubjectForm) subject: SubjectForm;
  @Codes() categories: string[];
  @Codes() purposes: string[];
  @Optional() @Code() basis?: string;
  @Optional() @Nested(() => ReferenceForm) consent?: ReferenceForm;
  @Optional() @Code() holder?: string;
  @Optional() @OneOf(roles) role?: (typeof roles)[number];
  @Optional() @OnlyWhen('action', ['transfer']) @Code() recipient?: string;
  @Optional() @OnlyWhen('action', ['transfer']) @Country() country?: string;
  @Optional() @OnlyWhen('action', ['transfer']) @Code() ground?: string;
  @Optional() @Moment() at?: string;
}

/** The consent that decides, as far as whoever asks may know it. */
export interface DecidingConsent {
  /** The pair that was named in the question; to staff, `source` is who told of it. */
  readonly source?: string;
  readonly id?: string;
  /** To staff: the id of its event. */
  readonly event?: string;
  /** To a service: whether its own source told of it. */
  readonly toldBy?: 'you' | 'another';
  /** To staff, and to the source that told of it. */
  readonly given?: string;
  /** SHA-256 of the edition that the person was shown. */
  readonly edition?: string;
}

export interface CheckAnswer {
  readonly allowed: boolean;
  /** One per category and purpose, in the order asked. */
  readonly verdicts: readonly {
    readonly category: string;
    readonly purpose: string;
    readonly allowed: boolean;
    /** Finding codes that recording it now would raise. */
    readonly findings: readonly string[];
    readonly clause?: string;
    readonly article?: string;
    readonly consent?: DecidingConsent;
    /** What is missing, such as a consent with its items filled in from the edition. */
    readonly missing?: readonly unknown[];
  }[];
}

/** A pairwise reference under the source that was given it. */
export class PairwiseForm {
  @Pattern(sourcePattern, sourceCharsMax, 'a URI-reference of at most 256 characters') source: string;
  @Pattern(refPattern, 22, 'a reference this service gave: 22 characters') ref: string;
}

/** Nobody found registers nobody. */
export class SearchSubjects extends AskedQuery<{ readonly subjects: readonly { readonly subject: string }[] }> {
  @OneOfWith('reference') @Nested(() => IdentifierForm) identifier?: IdentifierForm;
  @OrElse() @Nested(() => PairwiseForm) reference?: PairwiseForm;
}

/** What is known about one person (Art. 24(1)(1)); `undefined` answers 404. */
export class ReadDossier extends ReadableQuery<JsonAnswer | undefined> {
  subject: string;
  @Optional() @Moment() asOf?: string;
  @Optional() @Moment() asKnownAt?: string;
}

export class ReadTimeline extends ReadableQuery<object | undefined> {
  subject: string;
  @Optional() @Moment() asOf?: string;
  @Optional() @Moment() asKnownAt?: string;
}

export const registers = [
  'holdings',
  'consents',
  'transfers',
  'recipients',
  'holders',
  'findings',
  'finding-classes',
  'editions',
  'access',
  'erasures',
  'holds',
  'clocks',
  'tasks',
  'withdrawals',
  'requests',
  'representatives',
  'statuses',
  'retention',
  'notices',
  'notice-people',
  'renewals',
  'campaigns',
  'activities',
  'incidents',
  'officers',
  'undertakings',
  'destruction',
  'public-sources',
  'size',
  'data-list',
  'consent-terms',
  'cross-border',
  'demands',
] as const;
export type Register = (typeof registers)[number];
export const pageItemsMax = 500;
export const pageItemsDefault = 100;
export const cursorPattern = /^[A-Za-z0-9_-]{1,512}$/;

export interface Page {
  readonly items: readonly object[];
  /** Cursor of the next page; absent on the last. */
  readonly next?: string;
}

/** What a register is narrowed to: every field is a filter. One that a register does not have is refused by its handler (FILTER_UNKNOWN). */
export abstract class RegisterQuestion<R> extends AskedQuery<R> {
  register: Register;
  @Optional() @Uuid() subject?: string;
  @Optional() @Code() category?: string;
  @Optional() @Code() purpose?: string;
  @Optional() @Code() holder?: string;
  @Optional() @Code() recipient?: string;
  @Optional() @Code() status?: string;
  /** Of incidents: the law by which an authority is told. */
  @Optional() @Code() profile?: string;
  /** Of requests: which right. */
  @Optional() @Code() right?: string;
  /** Of requests: those whose term is, or was, over. */
  @Optional() @OneOf(['yes']) overdue?: 'yes';
  /** Of requests: what is known of the answer on its way. */
  @Optional() @OneOf(['unsent', 'sent', 'delivered', 'failed']) delivery?: 'unsent' | 'sent' | 'delivered' | 'failed';
  /** Finding code, such as CONSENT_MISSING. */
  @Optional() @Pattern(/^[A-Z][A-Z_]{1,63}$/, 64, "a finding's code in upper case") code?: string;
  /** Of findings: open, confirmed, not-confirmed, remedied. */
  @Optional() @Code() assessment?: string;
  /** Of findings: clause of the edition's text, such as 3.1. */
  @Optional() @Pattern(/^[0-9A-Za-z.()-]{1,40}$/, 40, "a clause of an edition's text") clause?: string;
  /** Of findings: who told it. */
  @Optional() @Pattern(sourcePattern, sourceCharsMax, 'a source') source?: string;
  /** Of findings: code of the basis, a hyphen where none was stated. */
  @Optional() @Pattern(/^(?:-|[a-z][a-z0-9.-]{0,63})$/, 64, 'code of a basis, or a hyphen') basis?: string;
  /** Of findings: a month. */
  @Optional() @Pattern(/^[0-9]{4}-(?:0[1-9]|1[0-2])$/, 7, 'a month, such as 2026-11') period?: string;
  /** Of renewals: code of the edition, or of-age. */
  @Optional() @Pattern(/^[a-z0-9]+(?:[.-][a-z0-9]+)*$/, 64, "an edition's code") campaign?: string;
  /** Of renewals: what is to be told or asked, such as purpose. */
  @Optional() @Code() what?: string;
  @Optional() @Moment() from?: string;
  @Optional() @Moment() until?: string;
}

/** One page of a register across subjects. */
export class ReadRegister extends RegisterQuestion<Page | JsonAnswer | string> {
  as: 'json' | 'text' | 'csv';
  @Optional() @OneOf(languages) lang?: Language;
  @Optional() @Pattern(cursorPattern, 512, 'a cursor from an earlier page') cursor?: string;
  @Optional() @Type(() => Number) @IsInt() @Min(1) @Max(pageItemsMax) limit?: number;
  /** Of who looked: the newest first; else the oldest. */
  @Optional() @OneOf(['newest']) order?: 'newest';
}

/** A whole register, row after row while it is read. */
export class ExportRegister extends RegisterQuestion<JsonAnswer> {
  as: 'json' | 'csv';
}

/** The edition in force at a moment, now when absent; `undefined` answers 404. */
export class ReadEditionInForce extends ReadableQuery<object | undefined> {
  @Optional() @Moment() at?: string;
}

/** An edition by the SHA-256 of its document, text and all. */
export class ReadEdition extends ReadableQuery<object | undefined> {
  document: string;
}

export class ListRebuilds extends AskedQuery<readonly Rebuild[]> {}

export class ReadEpochs extends AskedQuery<EpochState> {}
