// What may the one role ask that opens what the law forbids to tell?
import { type RestrictedEntry } from '@derbes/domain';
import { IsInt, Max, Min } from 'class-validator';
import { IdentifierForm } from '../http/facts/parts.js';
import { Code, Moment, Nested, OneOf, Optional, Pattern, Uuid } from '../http/form/field.js';
import { AskedQuery, ReadableQuery } from '../read/queries.js';
import { type JsonAnswer } from '../read/json-answer.js';
import { restrictedDemandStates, restrictedRowsMax } from './restricted-demands.js';

/** The newest of those that fit; a narrower question finds the others. */
export const restrictedListedMax = 500;

export interface RestrictedList {
  readonly items: readonly { readonly id: string; readonly at: string; readonly entry: RestrictedEntry }[];
  /** There are older ones. */
  readonly more: boolean;
  /** Records that a restored ledger has lost; nothing is destroyed until that is accepted. */
  readonly lost?: readonly string[];
}

export class ListRestricted extends AskedQuery<RestrictedList> {
  @Optional() @Uuid() subject?: string;
  /** This demand with all that was recorded for it. */
  @Optional() @Uuid() demand?: string;
}

/** Who is meant by an identifier, for a demand that is not recorded yet. */
export class FindRestricted extends AskedQuery<object> {
  @Nested(() => IdentifierForm) identifier: IdentifierForm;
}

/** The dossier, read for a demand. */
export class ReadRestrictedDossier extends ReadableQuery<JsonAnswer | undefined> {
  @Uuid() subject: string;
  @Optional() @Uuid() demand?: string;
}

/** Every field is a filter; those that are named together must all hold. */
abstract class RestrictedDemandsQuestion extends AskedQuery<JsonAnswer> {
  as: 'json' | 'csv';
  @Optional() @Uuid() subject?: string;
  @Optional() @Code() category?: string;
  @Optional() @OneOf(restrictedDemandStates) status?: (typeof restrictedDemandStates)[number];
  /** Those whose term is, or was, over. */
  @Optional() @OneOf(['yes']) overdue?: 'yes';
  @Optional() @Moment() from?: string;
  @Optional() @Moment() until?: string;
}

/** One page of the register of demands of which the law forbids to tell. */
export class ReadRestrictedDemands extends RestrictedDemandsQuestion {
  @Optional() @Pattern(/^[A-Za-z0-9_-]{1,512}$/, 512, 'a cursor from an earlier page') cursor?: string;
  @Optional() @IsInt() @Min(1) @Max(restrictedRowsMax) limit?: number;
}

/** All of it, without names and numbers of letters: a file outlives the right to read it. */
export class ExportRestrictedDemands extends RestrictedDemandsQuestion {}
