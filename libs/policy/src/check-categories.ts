// Are the categories of a policy file well grouped, and is every category that it names declared?
import { keyed, repeated, type Report, undeclared } from './report.js';
import { type Part, partAt, partsAt, textOf, textsAt } from './file-parts.js';

/** Codes of the entries in one of the file's lists. */
export const declaredCodes = (file: Part, list: string): string[] =>
  partsAt(file, list).flatMap((part) => textOf(part, 'code') ?? []);

export function checkCategories(file: Part, report: Report): void {
  const groups = partsAt(file, 'categories');
  const categories = groups.flatMap((group) => partsAt(group, 'items'));
  const items = categories.flatMap((category) => partsAt(category, 'items'));
  const all = [...groups, ...categories, ...items];
  repeated(keyed(all, 'code'), 'category', report);
  for (const category of categories) checkItems(category, report);

  const known = all.flatMap((part) => textOf(part, 'code') ?? []);
  const retention = partAt(file, 'retention');
  const naming = [
    ...partsAt(retention, 'rules'),
    ...partsAt(retention, 'statutory'),
    ...partsAt(file, 'necessity'),
    ...partsAt(file, 'disclosure'),
  ];
  for (const part of naming) {
    const named = textsAt(part, 'categories');
    repeated(named, 'category', report);
    for (const { text, path } of named) undeclared(path, 'category', text, known, report);
  }
  for (const { text, path } of keyed(partsAt(file, 'identifiers'), 'category')) {
    if (text !== undefined) undeclared(path, 'category', text, known, report);
  }
}

function checkItems(category: Part, report: Report): void {
  const code = textOf(category, 'code');
  const items = partsAt(category, 'items');
  if (items.length > 0 && category.record['open'] !== true) {
    const hint = 'write `open: true`, for only an open category is closed by items';
    report(
      [...category.path, 'items'],
      'ITEMS_OF_CLOSED_CATEGORY',
      `${code ?? 'this category'} has items and is not open`,
      hint,
    );
  }
  for (const { text, path } of keyed(items, 'code')) {
    if (text !== undefined && code !== undefined && !text.startsWith(`${code}.`)) {
      report(path, 'ITEM_OUTSIDE_GROUP', `${text} stands in ${code}`, `write ${code}.${text.split('.').at(-1)}`);
    }
  }
}
