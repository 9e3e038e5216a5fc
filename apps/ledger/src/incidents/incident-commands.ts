// What may an officer want done about a breach? Each command is its own HTTP body.
import { incidentKinds, incidentOutcomes, noticeMeans, toldThrough, untoldGrounds, type Clock } from '@derbes/domain';
import {
  Act,
  Article,
  Code,
  Codes,
  Moment,
  Nested,
  OneOf,
  Optional,
  Pattern,
  sealedCharsMax,
  Sha256,
  Text,
  Uuid,
  Uuids,
} from '../http/form/field.js';
import { AskedCommand, type Done } from '../write/commands.js';

/** What happened, its consequences, the measures taken. */
export const incidentTextCharsMax = 20_000;

/** Whom it concerns: a holder or a recipient in a window, both its ends included, or people by their ids; one of the three. */
export class ScopeForm {
  @Optional() @Code() holder?: string;
  @Optional() @Code() recipient?: string;
  @Optional() @Uuids() subjects?: string[];
  /** A category means its items, too; whatever was there when absent. */
  @Optional() @Codes() categories?: string[];
  /** The beginning of everything when absent. */
  @Optional() @Moment() from?: string;
  /** Until it was detected when absent. */
  @Optional() @Moment() until?: string;
}

export interface IncidentDeclared extends Done {
  /** Id of the incident, by which it goes on. */
  readonly incident: string;
  /** Of all clocks the one that ends first. */
  readonly due: string;
  /** By the reading that counts from the moment itself; lists warn by it. */
  readonly strict?: string;
  /** One for each law; each has an authority of its own. */
  readonly clocks: readonly Clock[];
  /** Absent where nobody could be counted yet. */
  readonly people?: string;
  readonly records?: string;
}

export class DeclareIncident extends AskedCommand<IncidentDeclared> {
  @OneOf(incidentKinds) kind: (typeof incidentKinds)[number];
  /** Now when absent; kept to the minute. */
  @Optional() @Moment() detected?: string;
  @Nested(() => ScopeForm) scope: ScopeForm;
  /** By which laws; all that have a term for it when absent. */
  @Optional() @Codes() profiles?: string[];
  /** What happened; sealed. */
  @Optional() @Text(incidentTextCharsMax) text?: string;
  /** What is likely to come of it; sealed. */
  @Optional() @Text(incidentTextCharsMax) consequences?: string;
  /** What was done so far; sealed. */
  @Optional() @Text(incidentTextCharsMax) measures?: string;
  @Optional() @Uuid() staff?: string;
}

export interface ScopeChanged extends Done {
  readonly change: 'wider' | 'narrower' | 'other' | 'same';
  readonly people?: string;
  readonly records?: string;
  /** People who were not on the list before, and who are on it no more. */
  readonly added?: string;
  readonly gone?: string;
}

export class ChangeScope extends AskedCommand<ScopeChanged> {
  /** From the path. */
  incident: string;
  @Nested(() => ScopeForm) scope: ScopeForm;
  /** What was found out; sealed. */
  @Optional() @Text(incidentTextCharsMax) text?: string;
  @Optional() @Text(incidentTextCharsMax) consequences?: string;
  @Optional() @Text(incidentTextCharsMax) measures?: string;
  @Optional() @Uuid() staff?: string;
}

export class NotifyAuthority extends AskedCommand<Done> {
  incident: string;
  /** Code of the authority. */
  @Code() authority: string;
  /** The law by which it was told. */
  @Code() profile: string;
  /** When it left; now when absent. */
  @Optional() @Moment() told?: string;
  @OneOf(noticeMeans) how: (typeof noticeMeans)[number];
  /** SHA-256 of the file that left. */
  @Optional() @Sha256() pack?: string;
  /** Number of the letter, or of the message; sealed. */
  @Optional() @Text(sealedCharsMax) reference?: string;
  /** Why it left after its term; sealed. */
  @Optional() @Text(incidentTextCharsMax) delay?: string;
  @Optional() @Uuid() staff?: string;
}

export class TellAffected extends AskedCommand<Done> {
  incident: string;
  /** `state`: the list was handed over to the channel of the state. */
  @OneOf(toldThrough) through: (typeof toldThrough)[number];
  @Optional() @Moment() told?: string;
  /** How many; all of the list when absent. */
  @Optional() @Pattern(/^(0|[1-9][0-9]{0,9})$/, 10, 'a number of people') people?: string;
  @Optional() @Sha256() pack?: string;
  /** What they were told, or the number under which the list was handed over; sealed. */
  @Optional() @Text(sealedCharsMax) reference?: string;
  @Optional() @Uuid() staff?: string;
}

export class CloseIncident extends AskedCommand<Done> {
  incident: string;
  @OneOf(incidentOutcomes) outcome: (typeof incidentOutcomes)[number];
  /** What was done so that it does not happen again; sealed. */
  @Optional() @Text(incidentTextCharsMax) measures?: string;
  /** Where an authority was not told: the act by which it need not be. */
  @Optional() @Act() act?: string;
  @Optional() @Article() article?: string;
  /** Why the people affected were not told. */
  @Optional() @OneOf(untoldGrounds) untold?: (typeof untoldGrounds)[number];
  @Optional() @Uuid() staff?: string;
}
