// What may the one role ask that opens what the law forbids to tell?
import { type RestrictedEntry } from '@derbes/domain';
import { IdentifierForm } from '../http/facts/parts.js';
import { Nested, Optional, Uuid } from '../http/form/field.js';
import { AskedQuery, ReadableQuery } from '../read/queries.js';
import { type JsonAnswer } from '../read/json-answer.js';

/** The newest of those that fit; a narrower question finds the others. */
export const restrictedListedMax = 500;

export interface RestrictedList {
  readonly items: readonly { readonly id: string; readonly at: string; readonly entry: RestrictedEntry }[];
  /** There are older ones. */
  readonly more: boolean;
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
