// What stands where in a parsed file whose form may be wrong? Lets references be checked beside other mistakes.
import { type Path } from './read-yaml.js';

export interface Part {
  readonly record: Readonly<Record<string, unknown>>;
  readonly path: Path;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The mapping at `key` of a part, or undefined. */
export function partAt({ record, path }: Part, key: string): Part | undefined {
  const value = record[key];
  return isRecord(value) ? { record: value, path: [...path, key] } : undefined;
}

/** The mappings in the list at `key` of a part; what is no mapping is left to the form check. */
export function partsAt(part: Part | undefined, key: string): Part[] {
  const list = part?.record[key];
  if (part === undefined || !Array.isArray(list)) return [];
  return list.flatMap((value: unknown, index) =>
    isRecord(value) ? [{ record: value, path: [...part.path, key, index] }] : [],
  );
}

/** The texts in the list at `key`, each with its path. */
export function textsAt(part: Part, key: string): { text: string; path: Path }[] {
  const list = part.record[key];
  if (!Array.isArray(list)) return [];
  return list.flatMap((text: unknown, index) =>
    typeof text === 'string' ? [{ text, path: [...part.path, key, index] }] : [],
  );
}

export function textOf(part: Part, key: string): string | undefined {
  const value = part.record[key];
  return typeof value === 'string' ? value : undefined;
}

export const wholeFile = (value: unknown): Part => ({ record: isRecord(value) ? value : {}, path: [] });

/** Every mapping of the file that carries a label, with the clause that it inherits from what contains it. */
export function labelled(part: Part, inherited?: string): (Part & { inherited: string | undefined })[] {
  const here = part.record['label'] === undefined ? [] : [{ ...part, inherited }];
  const clause = textOf(part, 'clause') ?? inherited;
  const below = Object.keys(part.record).flatMap((key) => {
    const inner = partAt(part, key);
    return inner === undefined ? partsAt(part, key) : [inner];
  });
  return [...here, ...below.flatMap((inner) => labelled(inner, clause))];
}
