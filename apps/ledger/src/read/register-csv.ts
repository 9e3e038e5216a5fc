// How do rows of a register look as CSV? A header line, and a line for each row under it.
import { type Reach } from '@derbes/read-models';
import { csvLine, csvMedia } from './csv.js';
import { type Page } from './queries.js';
import { JsonAnswer } from './json-answer.js';

export const linesOf = (columns: readonly string[], rows: readonly object[]): string =>
  rows.map((row) => csvLine(columns.map((column) => (row as Readonly<Record<string, unknown>>)[column]))).join('');

/** CSV has no place beside its rows, so these say how far a register reaches. */
export const reachHeaders = ({ state, moment }: Reach): Readonly<Record<string, string>> => ({
  'derbes-reach-state': state,
  ...(moment !== undefined && { 'derbes-reach': moment }),
});

/** A page, its cursor beside it in the header Derbes-Next. */
export function csvPage(
  columns: readonly string[],
  { items, next, reach }: Page & { readonly reach: Reach },
): JsonAnswer {
  const more = [...new Set(items.flatMap((item) => Object.keys(item)))].filter((name) => !columns.includes(name));
  const all = [...columns, ...more];
  return new JsonAnswer(Buffer.from(csvLine(all) + linesOf(all, items)), csvMedia, {
    ...reachHeaders(reach),
    ...(next !== undefined && { 'derbes-next': next }),
  });
}
