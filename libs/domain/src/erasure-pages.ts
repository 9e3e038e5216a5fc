// How many parts does one ErasureExecuted name? As many as its envelope holds; the rest stand in the next.
import { erasurePartsMax } from './erasure.js';

export function pagesOf<Part>(parts: readonly Part[], max: number): Part[][] {
  const pages: Part[][] = [];
  for (let from = 0; from < parts.length; from += max) pages.push(parts.slice(from, from + max));
  return pages;
}

// An envelope holds 65,535 bytes; the rest is for its other fields. A part is named by a uuid, `/` and up to five digits.
const namesBytesMax = 60_000;
const partNameBytesMax = 45;

/** Parts that one event names beside these categories. */
export function pageMax(categories: readonly string[]): number {
  const bytes = categories.reduce((sum, category) => sum + category.length + '"",'.length, 0);
  return Math.min(erasurePartsMax, Math.floor((namesBytesMax - bytes) / partNameBytesMax));
}
