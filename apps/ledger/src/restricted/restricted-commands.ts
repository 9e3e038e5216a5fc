// What may be recorded of which the law forbids to tell? Each is one body; everything of it is sealed, nothing stands elsewhere.
import {
  restrictedHoldGrounds,
  restrictedNameCharsMax,
  restrictedOutcomes,
  restrictedTextCharsMax,
  transferModes,
  type Withheld,
} from '@derbes/domain';
import { Act, Article, Codes, Country, Moment, OneOf, Optional, Text, Uuid, Uuids } from '../http/form/field.js';
import { AskedCommand, type Done } from '../write/commands.js';

export interface RestrictedDone extends Done {
  /** Id of the record: a demand is answered, a hold lifted by it. */
  readonly entry: string;
  /** Of a hold: orders to destroy that were under way before it, and go on. */
  readonly late?: readonly string[];
  /** Of a lift: orders that the hold refused or narrowed; nobody gives them again but an officer. */
  readonly withheld?: readonly Withheld[];
}

/** A demand of which the person must not learn. */
export class RecordRestrictedDemand extends AskedCommand<RestrictedDone> {
  @Uuid() subject: string;
  /** Name of the body that demands. */
  @Text(restrictedNameCharsMax) authority: string;
  /** Number of its letter. */
  @Optional() @Text(restrictedNameCharsMax) reference?: string;
  @Moment() received: string;
  @Optional() @Moment() due?: string;
  @Optional() @Codes() categories?: string[];
  @Optional() @Text(restrictedTextCharsMax) text?: string;
  @Optional() @Act() act?: string;
  @Optional() @Article() article?: string;
}

export class RecordRestrictedAnswer extends AskedCommand<RestrictedDone> {
  /** The demand's record. */
  @Uuid() demand: string;
  @OneOf(restrictedOutcomes) outcome: (typeof restrictedOutcomes)[number];
  @Moment() moment: string;
  @Optional() @Text(restrictedNameCharsMax) reference?: string;
  @Optional() @Text(restrictedTextCharsMax) text?: string;
  @Optional() @Act() act?: string;
  @Optional() @Article() article?: string;
}

/** Told here by whoever may know of it, never by a service. */
export class RecordRestrictedTransfer extends AskedCommand<RestrictedDone> {
  @Uuid() demand: string;
  @Uuid() subject: string;
  @Text(restrictedNameCharsMax) recipient: string;
  @Country() country: string;
  @OneOf(transferModes) mode: (typeof transferModes)[number];
  @Codes() categories: string[];
  @Moment() occurred: string;
}

/** Without categories it covers all. */
export class RecordRestrictedHold extends AskedCommand<RestrictedDone> {
  @Uuid() subject: string;
  /** `internal`: a matter of the controller of which nobody may learn yet. */
  @OneOf(restrictedHoldGrounds) ground: (typeof restrictedHoldGrounds)[number];
  /** With the ground `demand`. */
  @Optional() @Uuid() demand?: string;
  @Optional() @Codes() categories?: string[];
  @Optional() @Moment() until?: string;
  @Optional() @Text(restrictedTextCharsMax) text?: string;
  @Optional() @Act() act?: string;
  @Optional() @Article() article?: string;
}

export class LiftRestrictedHold extends AskedCommand<RestrictedDone> {
  /** The hold's record. */
  @Uuid() hold: string;
  @Optional() @Text(restrictedTextCharsMax) text?: string;
}

/** Until when a demand, or a hold of no demand, stays on record with all that was recorded for it; then its records are destroyed. */
export class SetRestrictedTerm extends AskedCommand<RestrictedDone> {
  /** The record of the demand or hold. */
  @Uuid() matter: string;
  @Moment() until: string;
  @Optional() @Text(restrictedTextCharsMax) text?: string;
  @Optional() @Act() act?: string;
  @Optional() @Article() article?: string;
}

/** What a restored ledger has lost is known to be lost, and recorded anew where it was a hold: destruction goes on. */
export class AcceptRestrictedLoss extends AskedCommand<RestrictedDone> {
  /** The lost records, as the list of records names them. */
  @Uuids() events: string[];
}
