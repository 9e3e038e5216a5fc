// In which forms may a value or a key have been written somewhere, and by which bytes is each known?

export type Form =
  'plain' | 'base64' | 'base64url' | 'hex' | 'HEX' | 'utf-16le' | 'utf-16be' | 'json-escaped' | 'percent-encoded';

/** What is looked for. It is named by its line alone: whoever reads the report must not learn the value. */
export interface Wanted {
  readonly kind: 'value' | 'key';
  /** In the file that named it, from 1. */
  readonly line: number;
  readonly bytes: Buffer;
}

export interface Pattern {
  readonly wanted: Wanted;
  readonly form: Form;
  readonly bytes: Buffer;
}

/** Shorter ones stand everywhere by chance. */
export const wantedBytesMin = 4;
/** A value has at most 8,192 characters (docs/architecture.md), a character at most 4 bytes. */
export const wantedBytesMax = 32_768;
export const wantedMax = 10_000;

/** Every form of it; forms that are the same bytes are one. */
export function patternsOf(wanted: Wanted): Pattern[] {
  const { bytes, kind } = wanted;
  const forms: (readonly [Form, Buffer])[] = [
    ['plain', bytes],
    ['hex', Buffer.from(bytes.toString('hex'))],
    ['HEX', Buffer.from(bytes.toString('hex').toUpperCase())],
    ...base64Cores(bytes).flatMap((core) => [
      ['base64', Buffer.from(core)] as const,
      ['base64url', Buffer.from(core.replaceAll('+', '-').replaceAll('/', '_'))] as const,
    ]),
    ...(kind === 'value' ? formsOfText(bytes.toString('utf8')) : []),
  ];
  const seen = new Set<string>();
  return forms.flatMap(([form, pattern]) => {
    const key = pattern.toString('latin1');
    if (seen.has(key) || pattern.length < wantedBytesMin) return [];
    seen.add(key);
    return [{ wanted, form, bytes: pattern }];
  });
}

function formsOfText(text: string): (readonly [Form, Buffer])[] {
  const little = Buffer.from(text, 'utf16le');
  const escaped = JSON.stringify(text)
    .slice(1, -1)
    .replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return [
    ['utf-16le', little],
    ['utf-16be', Buffer.from(little).swap16()],
    ['json-escaped', Buffer.from(escaped)],
    ['percent-encoded', Buffer.from(encodeURIComponent(text))],
  ];
}

/**
 * Whoever wrote it in base64 may have written more before it, so it may begin at any of three places of a group; the characters
 * that hold bits of its neighbours are left out.
 */
function base64Cores(bytes: Buffer): string[] {
  return [0, 1, 2].map((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replaceAll('=', '');
    const from = Math.ceil((before * 8) / 6);
    return whole.slice(from, Math.floor(((before + bytes.length) * 8) / 6));
  });
}
