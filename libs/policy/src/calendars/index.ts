// Which calendars come with the program? A corrected one is published as a document and needs no release.
import { type Calendar } from '../calendar.js';
import { kzCalendar } from './kz.js';

/** Calendars in the versions that this program was released with. */
export const builtInCalendars: readonly Calendar[] = [kzCalendar];
