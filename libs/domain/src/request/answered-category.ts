// Of which category are the values in a part of an answer that was given?
import { metaPrefix } from '../vocabulary.js';

const answerPrefix = `${metaPrefix}answer.`;

/** `meta.answer.email` → `email`; undefined for what is no copy in an answer. */
export const answeredCategory = (category: string): string | undefined =>
  category.startsWith(answerPrefix) ? category.slice(answerPrefix.length) : undefined;
