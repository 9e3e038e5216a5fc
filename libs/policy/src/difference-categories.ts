// Which categories does an edition declare, each with what it inherits from its group?
import { type Labels } from './format-entries.js';
import { type Policy } from './format.js';

export interface FlatCategory {
  readonly code: string;
  readonly label: Labels;
  /** What it stands in; `-` for a group of the text. */
  readonly within: string;
  /** `any` where the text does not say where data of the group comes from; `-` for a group itself. */
  readonly origin: string;
  readonly open: boolean;
  /** Whether nothing stands in it, so that facts can name it. */
  readonly closed: boolean;
}

/** Groups, categories and their closed items, in the order of the file. */
export const categoriesOf = (policy: Policy): readonly FlatCategory[] =>
  policy.categories.flatMap((group) => {
    const origin = group.origin ?? 'any';
    return [
      { code: group.code, label: group.label, within: '-', origin: '-', open: false, closed: false },
      ...group.items.flatMap(({ code, label, open = false, items = [] }) => [
        { code, label, within: group.code, origin, open, closed: items.length === 0 },
        ...items.map((item) => ({
          code: item.code,
          label: item.label,
          within: code,
          origin,
          open: false,
          closed: true,
        })),
      ]),
    ];
  });

/** Codes that both editions declare and facts can name. */
export function sharedItems(older: Policy, newer: Policy): readonly string[] {
  const before = new Set(closedCodes(older));
  return closedCodes(newer).filter((code) => before.has(code));
}

const closedCodes = (policy: Policy): readonly string[] =>
  categoriesOf(policy)
    .filter(({ closed }) => closed)
    .map(({ code }) => code);
