// How is a text that is longer than a sealed part cut into several?
/** A sealed part holds 65,532 bytes; a character of JSON text is at most three of them as sealed. */
const chunkCharsMax = 20_000;

/** In order; joined they are the text. */
export function chunksOf(text: string): string[] {
  const chunks: string[] = [];
  for (let from = 0; from < text.length;) {
    let to = Math.min(text.length, from + chunkCharsMax);
    // Never between the two halves of one character.
    if (to < text.length && /[\uD800-\uDBFF]/.test(text.charAt(to - 1))) to--;
    chunks.push(text.slice(from, to));
    from = to;
  }
  return chunks;
}
