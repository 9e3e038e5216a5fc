// How often are numbers counted that everybody asks for?

/** How long counted numbers are told again: whoever scrapes more often counts no more often. */
const countedMsMax = 15_000;

/** The same numbers to all who ask within that time; a count that failed is made anew by the next. */
export function countedSeldom<Counts>(count: () => Promise<Counts>): () => Promise<Counts> {
  let counted: { readonly at: number; readonly counts: Promise<Counts> } | undefined;
  return () => {
    const at = performance.now();
    if (counted && at - counted.at < countedMsMax) return counted.counts;
    const counts = count();
    counted = { at, counts };
    counts.catch(() => (counted = undefined));
    return counts;
  };
}
