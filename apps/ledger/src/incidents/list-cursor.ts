// From where does the list of people of a breach go on? A cursor goes on with the list that it was given for, as it was frozen, and with no other.
import { RegisterRefused } from '@derbes/read-models';
import { type PlaceInList } from './frozen-radius.js';

export interface ListCursor extends PlaceInList {
  /** Rows that came before. */
  readonly number: number;
}

export const listBegins: ListCursor = { page: 0, offset: 0, number: 0 };

/** Of its document: enough that no two lists of a ledger have the same. */
const nameLength = 16;
const form = /^([0-9a-f]{16})\.(\d{1,5})\.(\d{1,5})\.(\d{1,9})$/;

export const writeListCursor = (document: string, { page, offset, number }: ListCursor): string =>
  Buffer.from([document.slice(0, nameLength), page, offset, number].join('.')).toString('base64url');

/** Throws RegisterRefused: CURSOR_MALFORMED, CURSOR_OF_ANOTHER_FILTER where it is of another list, or of this one before its scope changed. */
export function readListCursor(text: string, document: string): ListCursor {
  const [, name, page, offset, number] = form.exec(Buffer.from(text, 'base64url').toString()) ?? [];
  if (name === undefined) throw new RegisterRefused('CURSOR_MALFORMED', 'this is no cursor of a list of people');
  if (name !== document.slice(0, nameLength)) {
    throw new RegisterRefused(
      'CURSOR_OF_ANOTHER_FILTER',
      'the cursor was given for another list, or before the scope changed',
    );
  }
  return { page: Number(page), offset: Number(offset), number: Number(number) };
}
