// Which known word was probably meant?

const wordCharsMax = 64;

/** The known word with the fewest edits, when few enough that it may be meant: a third of the longer word, at least one. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > wordCharsMax) return undefined;
  let best: { word: string; edits: number } | undefined;
  for (const candidate of known) {
    const near = Math.max(1, Math.floor(Math.max(word.length, candidate.length) / 3));
    if (Math.abs(candidate.length - word.length) > near) continue;
    const edits = editsBetween(word.toLowerCase(), candidate.toLowerCase());
    if (edits <= near && edits < (best?.edits ?? Infinity)) best = { word: candidate, edits };
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
