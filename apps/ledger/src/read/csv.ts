// How does a row become a line of CSV that no spreadsheet takes for a formula? RFC 4180, in UTF-8 without a byte order mark.

export const csvMedia = 'text/csv; charset=utf-8; header=present';
const lineEnd = '\r\n';

/**
 * Where a spreadsheet may begin a cell, and what makes it compute one (OWASP, CSV Injection): behind every separator that some
 * locale splits at, not only behind ours. A hyphen that stands alone says "none" and computes nothing.
 */
const formula = /(?<=^|[,;"\t\r\n])(?='* *(?!-(?:$|[,;"\t\r\n]))[=+\-@\t\r\n＝＋－＠])/g;

/** The text with an apostrophe before whatever would be computed; to have it as it was, take one away at each such place. */
export const unrun = (text: string): string => text.replace(formula, "'");

const quoted = (text: string): string => (/[",;\r\n\t ]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** What does not apply is empty, codes of a list stand behind each other with `;`, and anything deeper is JSON. */
function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(';');
  return JSON.stringify(value);
}

/** Codes, ids and moments, which are nearly all cells: nothing in them begins a cell anew, and nothing at their beginning computes. */
const plain = /^[0-9A-Za-z][0-9A-Za-z.:_/-]*$/;

function cellOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string' && plain.test(value)) return value;
  return quoted(unrun(textOf(value)));
}

/** One line, its end included. */
export function csvLine(cells: readonly unknown[]): string {
  let line = '';
  for (let i = 0; i < cells.length; i++) line += (i === 0 ? '' : ',') + cellOf(cells[i]);
  return `${line}${lineEnd}`;
}
