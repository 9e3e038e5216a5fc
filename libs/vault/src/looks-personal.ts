// Would a client's own id give a person away? Ids stand in answers, logs and URLs, so one that is an address or number is malformed.
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { looksLikeIin } from './kz-numbers.js';

export type PersonalLook = 'email' | 'phone' | 'iin';

/** Fewer digits make neither a phone nor an IIN. */
const digitsMin = 8;

const uuids = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/gi;
const emailLike = /[^\s@/:<>]@[^\s@/:<>]*[\p{L}\p{N}]\.\p{L}{2}/u;
// Digits with the separators that phones are written with; a hexadecimal or base-32 id has letters among them.
const digitRuns = /(?<![\p{L}\p{N}_+])\+?[\d(][\d\s().-]{0,40}\d(?![\p{L}\p{N}])/gu;
// "user77010000000": a word with a letter that hexadecimal lacks, then digits to the end of the token.
const wordThenDigits = /(?<![\p{L}\p{N}_])([a-z_]{1,64})(\d{10,15})(?![\p{L}\p{N}])/giu;
const beyondHex = /[g-z_]/i;

/** What kind of personal value an id or code looks like, if any. */
export function looksPersonal(text: string): PersonalLook | undefined {
  const plain = decoded(text).replace(uuids, ' ');
  if (emailLike.test(plain)) return 'email';
  if (plain.replace(/\D/g, '').length < digitsMin) return undefined;
  const runs = [...plain.matchAll(digitRuns)].map((match) => match[0]);
  const words = [...plain.matchAll(wordThenDigits)].filter(([, word]) => beyondHex.test(word ?? ''));
  const tails = words.map(([, , digits]) => digits ?? '');
  const groups = [...runs.flatMap((run) => run.split(/[\s().-]+/)), ...tails];
  if (groups.some(looksLikeIin)) return 'iin';
  return [...runs, ...groups].some(isPhone) ? 'phone' : undefined;
}

function decoded(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function isPhone(run: string): boolean {
  const digits = run.replace(/\D/g, '');
  const international = run.startsWith('+')
    ? `+${digits}`
    : /^[78]\d{10}$/.test(digits)
      ? `+7${digits.slice(1)}`
      : /^7\d{9}$/.test(digits)
        ? `+7${digits}`
        : undefined;
  return international !== undefined && parsePhoneNumberFromString(international)?.isValid() === true;
}
