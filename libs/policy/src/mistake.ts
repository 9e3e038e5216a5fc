// What is wrong with a file, where, and what would be right?

/** One mistake of a policy file or calendar; `line` and `column` count from 1; `path` is a JSON pointer (RFC 6901). */
export interface Mistake {
  readonly line: number;
  readonly column: number;
  readonly path: string;
  readonly code: MistakeCode;
  readonly message: string;
  readonly hint?: string;
}

export type MistakeCode =
  | 'TOO_LARGE'
  | 'TOO_DEEP'
  | 'NOT_YAML'
  | 'ALIAS_REFUSED'
  | 'TAG_REFUSED'
  | 'DUPLICATE_KEY'
  | 'KEY_NOT_TEXT'
  | 'UNKNOWN_KEY'
  | 'MISSING_KEY'
  | 'MISSING_LABEL'
  | 'WRONG_TYPE'
  | 'WRONG_VALUE'
  | 'WRONG_FORM'
  | 'WRONG_LENGTH'
  | 'DUPLICATE_CODE'
  | 'UNDECLARED_CODE'
  | 'CLAUSE_MISSING'
  | 'CLAUSE_UNKNOWN'
  | 'ITEM_OUTSIDE_GROUP'
  | 'ITEMS_OF_CLOSED_CATEGORY'
  | 'RETENTION_WITHOUT_TRIGGER'
  | 'RETENTION_WITHOUT_TERM'
  | 'RETENTION_ACT_NOT_ALLOWED'
  | 'RETENTION_NOT_BY_ITSELF'
  | 'RETENTION_AMBIGUOUS'
  | 'STATUTORY_INCOMPLETE'
  | 'CASE_NOT_IN_PROFILE'
  | 'BIN_CHECK_DIGIT'
  | 'DATE_UNKNOWN'
  | 'YEAR_UNKNOWN'
  | 'NOT_CARRIED_OVER'
  | 'WORKED_ANYWAY'
  | 'DPV_PREFIX'
  | 'SCHEME_RESERVED'
  | 'BASE_NOT_IN_PROFILE'
  | 'GROUND_NOT_IN_PROFILE'
  | 'NOT_IN_TEXT'
  | 'TEXT_MISSING'
  | 'TEXT_HASH'
  | 'TEXT_NOT_NAMED'
  | 'MORE_MISTAKES';

/** A file with more mistakes than this is answered with the first ones and MORE_MISTAKES. */
export const mistakesMax = 200;

/** In the order of the file; beyond `mistakesMax` the rest is counted, never listed. */
export function inFileOrder(mistakes: readonly Mistake[]): Mistake[] {
  const sorted = [...mistakes].sort((a, b) => a.line - b.line || a.column - b.column || (a.path < b.path ? -1 : 1));
  const kept = sorted.slice(0, mistakesMax);
  const last = kept.at(-1);
  if (last === undefined || sorted.length === kept.length) return kept;
  const { line, column } = last;
  const message = `${sorted.length - kept.length} more mistakes are not listed`;
  return [...kept, { line, column, path: '', code: 'MORE_MISTAKES', message }];
}

const nearestCandidatesMax = 2_000;

/** The known word nearest to `word` by edits, or undefined when none is near enough to be meant. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const near = Math.max(1, Math.floor(word.length / 3));
  let best: { word: string; edits: number } | undefined;
  for (const candidate of known.slice(0, nearestCandidatesMax)) {
    if (Math.abs(candidate.length - word.length) > near) continue;
    const edits = editsBetween(word, candidate);
    if (edits <= near && (best === undefined || edits < best.edits)) best = { word: candidate, edits };
  }
  return best?.word;
}

// Levenshtein distance, one row at a time.
function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const replaced = (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
