// When are two spellings one identifier? Each scheme's rule, with its version beside every look-up row.
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { refValue } from './formulas.js';
import { checkDigitHolds } from './kz-numbers.js';

/** `bin` finds organisations again and identifies no subject. */
export const schemes = ['email', 'phone', 'iin', 'bin', 'account', 'cookie', 'ref'] as const;
export type Scheme = (typeof schemes)[number];

/** An identifier in normal form; `norm` is the version of the rule that made it. */
export interface Identifier {
  readonly scheme: Scheme;
  readonly value: string;
  readonly norm: number;
}

/** Why a value is no identifier of its scheme. Neither field repeats the value. */
export interface Malformed {
  readonly code: string;
  readonly reason: string;
}

/** The longest text that is looked at, in UTF-16 code units. */
const inputLengthMax = 1024;
const opaqueLengthMax = 256;
const phoneLengthMax = 64;
const emailBytesMax = 254; // RFC 5321 section 4.5.3.1.3, less the brackets
const localBytesMax = 64; // RFC 5321 section 4.5.3.1.1

const normVersion = 1;

type Rule = (text: string) => string | Malformed;

const rules: Readonly<Record<Exclude<Scheme, 'ref'>, Rule>> = {
  email,
  phone,
  iin,
  bin,
  account: opaque('ACCOUNT_MALFORMED'),
  cookie: opaque('COOKIE_MALFORMED'),
};

/**
 * The normal form of an identifier as told, or why there is none. A pairwise reference needs the source that it was given to:
 * normaliseRef.
 */
export function normalise(scheme: string, value: string): Identifier | Malformed {
  if (!isRuled(scheme))
    return { code: 'SCHEME_UNKNOWN', reason: `a scheme is one of ${Object.keys(rules).join(', ')}` };
  if (value.length > inputLengthMax)
    return { code: 'IDENTIFIER_TOO_LONG', reason: `longer than ${inputLengthMax} characters` };
  if (!value.isWellFormed()) return { code: 'IDENTIFIER_NOT_TEXT', reason: 'a lone surrogate' };
  const normal = rules[scheme](value.normalize('NFC').trim());
  return typeof normal === 'string' ? { scheme, value: normal, norm: normVersion } : normal;
}

/** The identifier behind a pairwise reference; another source's reference is another identifier, and finds nobody. */
export function normaliseRef(source: string, ref: string): Identifier | Malformed {
  // 16 bytes in base64url: the last character carries two bits, so only four stand there.
  if (!/^[A-Za-z0-9_-]{21}[AQgw]$/.test(ref))
    return { code: 'REF_MALFORMED', reason: 'a ref is 22 characters as it was given' };
  return refIdentifier(source, ref);
}

/** The identifier under which a ref that we made is found: source ‖ 0 ‖ ref. */
export const refIdentifier = (source: string, ref: string): Identifier => ({
  scheme: 'ref',
  value: refValue(source, ref),
  norm: normVersion,
});

const isRuled = (scheme: string): scheme is keyof typeof rules => Object.hasOwn(rules, scheme);

/** Lower case, the domain in ASCII (IDNA); `+tag` stays, because mail providers differ about it. */
function email(text: string): string | Malformed {
  const malformed = (reason: string): Malformed => ({ code: 'EMAIL_MALFORMED', reason });
  const lower = text.toLowerCase().normalize('NFC');
  const at = lower.lastIndexOf('@');
  if (at < 1) return malformed('no local part before an @');
  const local = lower.slice(0, at);
  // RFC 5322 dot-atom with RFC 6531 letters; a quoted local part is lawful and in use nowhere.
  if (!/^(?!\.)(?!.*\.\.)(?!.*\.$)[\p{L}\p{M}\p{N}.!#$%&'*+/=?^_`{|}~-]+$/u.test(local)) {
    return malformed('the local part holds other characters than an address may');
  }
  if (Buffer.byteLength(local) > localBytesMax)
    return malformed(`the local part is longer than ${localBytesMax} bytes`);
  const domain = asciiDomain(lower.slice(at + 1));
  if (domain === undefined) return malformed('the domain is not a name of at least two labels');
  const address = `${local}@${domain}`;
  return Buffer.byteLength(address) > emailBytesMax ? malformed(`longer than ${emailBytesMax} bytes`) : address;
}

function asciiDomain(domain: string): string | undefined {
  // Whatever a URL would read as port, path, escape or address literal is no mail domain.
  if (!/^[\p{L}\p{M}\p{N}.。-]+$/u.test(domain)) return undefined;
  let ascii: string;
  try {
    ascii = new URL(`http://${domain}`).hostname;
  } catch {
    return undefined;
  }
  const labels = ascii.split('.');
  const wellFormed = labels.every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label));
  return wellFormed && labels.length >= 2 && /[a-z]/.test(labels.at(-1) ?? '') ? ascii : undefined;
}

/** E.164; a number without a country is read as one of Kazakhstan's. */
function phone(text: string): string | Malformed {
  const malformed = (reason: string): Malformed => ({ code: 'PHONE_MALFORMED', reason });
  if (text.length > phoneLengthMax) return malformed(`longer than ${phoneLengthMax} characters`);
  const number = parsePhoneNumberFromString(text, { defaultCountry: 'KZ', extract: false });
  if (!number?.isPossible()) return malformed('not a number of its country by length and form');
  // An extension is reached through a switchboard: the line alone would name everybody behind it.
  if (number.ext) return malformed('an extension is no line of its own');
  return number.number;
}

/** Birth date and century are not asked for: Decree 853 of 26.08.2013 freed new numbers of them. */
function iin(text: string): string | Malformed {
  const malformed = (reason: string): Malformed => ({ code: 'IIN_MALFORMED', reason });
  if (!/^[0-9]{12}$/.test(text)) return malformed('not twelve digits');
  return checkDigitHolds(text) ? text : malformed('the check digit is wrong');
}

function bin(text: string): string | Malformed {
  const malformed = (reason: string): Malformed => ({ code: 'BIN_MALFORMED', reason });
  if (!/^[0-9]{12}$/.test(text)) return malformed('not twelve digits');
  return checkDigitHolds(text) ? text : malformed('the check digit is wrong');
}

/** An opaque name: as told, case kept, since only its issuer knows whether case matters. */
function opaque(code: string): Rule {
  return (text) => {
    if (!/^[\p{L}\p{M}\p{N}\p{P}\p{S}]+$/u.test(text)) return { code, reason: 'not one run of visible characters' };
    return [...text].length > opaqueLengthMax ? { code, reason: `longer than ${opaqueLengthMax} characters` } : text;
  };
}
