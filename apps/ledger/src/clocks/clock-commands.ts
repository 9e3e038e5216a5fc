// What may somebody want done about the law's clocks: a calendar published, a term confirmed?
import { Pattern, sealedCharsMax, Text } from '../http/form/field.js';
import { AskedCommand, type Done } from '../write/commands.js';

/** A calendar file. */
export const calendarCharsMax = 262_144;
const versionPattern = /^(?!.*[0-9]{7})[a-z0-9]+(?:[.-][a-z0-9]+)*$/;
const versionCharsMax = 20;

export interface CalendarMade extends Done {
  /** SHA-256 of the stored document, which every clock counted by it names. */
  readonly document: string;
  readonly calendar: string;
  readonly version: string;
}

export class PublishCalendar extends AskedCommand<CalendarMade> {
  /** The calendar file as it is: YAML or JSON. */
  @Text(calendarCharsMax) text: string;
}

export class ConfirmTerm extends AskedCommand<Done & { readonly staff: string }> {
  /** From the path. */
  profile: string;
  /** From the path. */
  term: string;
  /** Version of the profile in which the lawyer read it. */
  @Pattern(versionPattern, versionCharsMax, 'a version, such as 3') version: string;
  /** Name of the lawyer; sealed under a key of that person. */
  @Text(sealedCharsMax) lawyer: string;
}
