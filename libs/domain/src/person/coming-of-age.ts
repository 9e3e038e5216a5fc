// When does a child come of age, by the one date that is kept of her?
import { dayBegins, type Zone } from '@derbes/policy';
import { policyOf, profileOf, type Outside } from '../case.js';
import { editionAt } from '../registers.js';
import { type Turns } from './status.js';

const yearsFrom14To18 = 4;
const dayChars = 'YYYY-MM-DD'.length;

/** The day on which she turns 18; where that year has no such date (29 February), the day after. */
export function turns18On({ age, on }: Turns): string {
  if (age === '18') return on;
  const [year = 0, month = 1, day = 1] = on.split('-').map(Number);
  return new Date(Date.UTC(year + yearsFrom14To18, month - 1, day)).toISOString().slice(0, dayChars);
}

/** The first moment of that day, whole UTC seconds. */
export function ofAgeAt(turns: Turns, zone: Zone | undefined): string {
  const day = turns18On(turns);
  const ms = zone ? dayBegins(zone, day) : Date.parse(`${day}T00:00:00Z`);
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** By the zone of the jurisdiction at a moment; by UTC where its profile does not say how days are counted. */
export function ofAgeBy(turns: Turns, outside: Outside, moment: string): string {
  const document = editionAt(outside.registers, moment)?.document;
  const policy = document === undefined ? undefined : policyOf(outside, document);
  return ofAgeAt(turns, profileOf(outside, moment, policy).counting?.zone);
}
