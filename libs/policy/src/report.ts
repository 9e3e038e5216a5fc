// How does a check of a policy file say what it found?
import { type Part, textOf } from './file-parts.js';
import { type MistakeCode, nearest } from './mistake.js';
import { type Path } from './read-yaml.js';

/** Writes a mistake down at the place of a path. */
export type Report = (path: Path, code: MistakeCode, message: string, hint?: string) => void;

/** Reports `named` as undeclared, with the nearest declared code as hint; an empty list is a mistake of its own. */
export function undeclared(path: Path, what: string, named: string, known: readonly string[], report: Report): void {
  if (known.length === 0 || known.includes(named)) return;
  const near = nearest(named, known);
  const hint = near === undefined ? undefined : `did you mean ${near}?`;
  report(path, 'UNDECLARED_CODE', `no ${what} ${named} is declared in this file`, hint);
}

/** Reports the second and later of equal texts. */
export function repeated(
  named: readonly { text: string | undefined; path: Path }[],
  what: string,
  report: Report,
): void {
  const seen = new Set<string>();
  for (const { text, path } of named) {
    if (text === undefined) continue;
    if (seen.has(text)) report(path, 'DUPLICATE_CODE', `the ${what} ${text} is declared twice`);
    seen.add(text);
  }
}

export const keyed = (parts: readonly Part[], key: string) =>
  parts.map((part) => ({ text: textOf(part, key), path: [...part.path, key] }));
