// Is a text canonical JSON (RFC 8785) of strings, arrays and objects alone? Read byte by byte; nothing is built from it.

/** Deeper texts are refused: a hostile one must not exhaust the stack. */
export const depthMax = 64;

/** Thrown where a text leaves the form. `offset` counts bytes from the start of the text. */
export class NotCanonical extends Error {
  constructor(
    readonly offset: number,
    readonly reason: string,
  ) {
    super(`${reason} (byte ${offset})`);
  }
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** RFC 8785 section 3.2.2.2: these seven characters have a short escape, and no other. */
const shortEscapes = new Set(Buffer.from('"\\bfnrt'));
/** Control characters that have a short escape must not be written as \u00xx. */
const controlsWithShortEscape = new Set([0x08, 0x09, 0x0a, 0x0c, 0x0d]);

/** What stands inside one pair of quotes. `plain`: ASCII without escapes, so that the bytes are the characters. */
export interface StringPlace {
  from: number;
  to: number;
  plain: boolean;
}

/** Walks through one text at a time; each method consumes what it names or throws NotCanonical. */
export class CanonicalReader {
  /** The string that was read last. */
  readonly last: StringPlace = { from: 0, to: 0, plain: true };
  private start = 0;
  private at = 0;
  private end = 0;

  constructor(private bytes: Buffer) {}

  /** Goes to the text that stands from `start` up to `end`. */
  begin(bytes: Buffer, start: number, end: number): void {
    this.bytes = bytes;
    this.start = this.at = start;
    this.end = end;
  }

  /** Consumes these bytes when they come next. */
  takes(literal: Uint8Array): boolean {
    const { bytes, at } = this;
    if (at + literal.length > this.end) return false;
    for (let i = 0; i < literal.length; i++) if (bytes[at + i] !== literal[i]) return false;
    this.at += literal.length;
    return true;
  }

  demand(literal: Uint8Array, reason: string): void {
    if (!this.takes(literal)) this.fail(reason);
  }

  demandEnd(): void {
    if (this.at !== this.end) this.fail('something follows the last brace');
  }

  fail(reason: string): never {
    throw new NotCanonical(this.at - this.start, reason);
  }

  /** The string that was read last, decoded. */
  text(): string {
    const { from, to, plain } = this.last;
    if (plain) return this.bytes.toString('latin1', from, to);
    return JSON.parse(`"${this.bytes.toString('utf8', from, to)}"`) as string;
  }

  string(): void {
    const { bytes, last } = this;
    if (this.at >= this.end || bytes[this.at] !== quote) this.fail('a string is missing');
    let at = this.at + 1;
    last.from = at;
    last.plain = true;
    for (;;) {
      const byte = at < this.end ? (bytes[at] ?? 0) : 0;
      if (byte === quote) break;
      if (byte < 0x20) this.failAt(at, 'a string does not end, or holds a control character');
      if (byte === backslash || byte >= 0x80) {
        last.plain = false;
        at += byte === backslash ? this.escapeLength(at) : this.sequenceLength(at);
      } else at++;
    }
    last.to = at;
    this.at = at + 1;
  }

  value(depth: number): void {
    const byte = this.at < this.end ? this.bytes[this.at] : undefined;
    if (byte === quote) this.string();
    else if (depth >= depthMax) this.fail(`nested deeper than ${depthMax}`);
    else if (byte === openBrace) this.object(depth);
    else if (byte === openBracket) this.array(depth);
    else this.fail('neither a string nor an array nor an object, or white space');
  }

  object(depth: number): void {
    if (!this.takesByte(openBrace)) this.fail('an object is missing');
    if (this.takesByte(closeBrace)) return;
    let before: StringPlace | undefined;
    do {
      const keyAt = this.at;
      this.string();
      const key: StringPlace = { from: this.last.from, to: this.last.to, plain: this.last.plain };
      if (before && !this.follows(before, key)) this.failAt(keyAt, 'keys out of order, or one twice');
      before = key;
      if (!this.takesByte(colon)) this.fail('a colon is missing, or white space');
      this.value(depth + 1);
    } while (this.takesByte(comma));
    if (!this.takesByte(closeBrace)) this.fail('an object does not end, or white space');
  }

  private array(depth: number): void {
    this.at++;
    if (this.takesByte(closeBracket)) return;
    do this.value(depth + 1);
    while (this.takesByte(comma));
    if (!this.takesByte(closeBracket)) this.fail('an array does not end, or white space');
  }

  private takesByte(byte: number): boolean {
    if (this.at >= this.end || this.bytes[this.at] !== byte) return false;
    this.at++;
    return true;
  }

  /** RFC 8785 section 3.2.3: keys are ordered by their UTF-16 code units, which for ASCII are the bytes. */
  private follows(before: StringPlace, key: StringPlace): boolean {
    const { bytes } = this;
    if (before.plain && key.plain) return bytes.compare(bytes, before.from, before.to, key.from, key.to) > 0;
    return this.decoded(before) < this.decoded(key);
  }

  private decoded({ from, to }: StringPlace): string {
    return JSON.parse(`"${this.bytes.toString('utf8', from, to)}"`) as string;
  }

  private escapeLength(at: number): number {
    const { bytes } = this;
    const letter = at + 1 < this.end ? (bytes[at + 1] ?? 0) : 0;
    if (shortEscapes.has(letter)) return 2;
    const digits = at + 6 <= this.end ? bytes.toString('latin1', at + 1, at + 6) : '';
    // "u00" and two lower-case digits, for the control characters alone.
    if (!/^u00[01][0-9a-f]$/.test(digits) || controlsWithShortEscape.has(parseInt(digits.slice(3), 16))) {
      this.failAt(at, 'an escape that canonical form does not have');
    }
    return 6;
  }

  /** RFC 3629 section 4: shortest form, no surrogates, nothing above U+10FFFF. */
  private sequenceLength(at: number): number {
    const { bytes } = this;
    const first = bytes[at] ?? 0;
    const second = at + 1 < this.end ? (bytes[at + 1] ?? 0) : 0;
    const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    const lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
    const highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
    let wellFormed = first >= 0xc2 && first <= 0xf4 && second >= lowest && second <= highest && at + length <= this.end;
    for (let i = 2; i < length; i++) wellFormed &&= ((bytes[at + i] ?? 0) & 0xc0) === 0x80;
    if (!wellFormed) this.failAt(at, 'not UTF-8');
    return length;
  }

  private failAt(at: number, reason: string): never {
    this.at = at;
    this.fail(reason);
  }
}
