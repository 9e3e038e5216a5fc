// Which bytes are a version of a calendar?
import { type Calendar } from './calendar.js';
import { documentOf, NotADocument, readDocument, type StoredDocument } from './document.js';
import { calendarShape } from './shape.js';

/** The stored document of a calendar version. */
export const calendarDocument = (calendar: Calendar): StoredDocument => documentOf(calendar);

/** The calendar in stored bytes. Throws NotADocument when the hash or the form is wrong. */
export function readCalendarDocument(bytes: Uint8Array, sha256: string): Calendar {
  const calendar = readDocument(bytes, sha256);
  if (!calendarShape().holds(calendar)) throw new NotADocument('the document holds no calendar of this format');
  return calendar;
}
