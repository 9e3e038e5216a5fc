// Is a text canonical JSON (RFC 8785) of strings, arrays and objects alone? Read character by character; nothing is built from it.

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

/** What stands inside one pair of quotes. `plain`: ASCII without escapes. */
interface StringPlace {
  readonly from: number;
  readonly to: number;
  readonly plain: boolean;
}

/**
 * Walks through one text at a time; each method consumes what it names or throws NotCanonical. Bytes come as a string of one character each
 * (latin1): V8 reads and cuts that several times as fast as a Buffer.
 */
export class CanonicalReader {
  private bytes = '';
  private start = 0;
  private at = 0;
  private end = 0;
  private from = 0;
  private plain = true;

  /** Goes to the text that stands from `start` up to `end`. */
  begin(bytes: string, start: number, end: number): void {
    this.bytes = bytes;
    this.start = this.at = start;
    this.end = end;
  }

  /** Where it stands. */
  get place(): number {
    return this.at;
  }

  /** Goes on from there: what lies between was read by other means. */
  goTo(place: number): void {
    this.at = place;
  }

  demandEnd(): void {
    if (this.at !== this.end) this.fail('something follows the end');
  }

  fail(reason: string): never {
    throw new NotCanonical(this.at - this.start, reason);
  }

  value(depth: number): void {
    const byte = this.byteAt(this.at);
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
      const key: StringPlace = { from: this.from, to: this.at - 1, plain: this.plain };
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

  private string(): void {
    if (!this.takesByte(quote)) this.fail('a string is missing');
    this.from = this.at;
    this.plain = true;
    for (;;) {
      const byte = this.byteAt(this.at);
      if (byte === quote) break;
      if (byte < 0x20) this.fail('a string does not end, or holds a control character');
      if (byte === backslash || byte >= 0x80) {
        this.plain = false;
        this.at += byte === backslash ? this.escapeLength() : this.sequenceLength();
      } else this.at++;
    }
    this.at++;
  }

  private takesByte(byte: number): boolean {
    if (this.byteAt(this.at) !== byte) return false;
    this.at++;
    return true;
  }

  /** Zero, which stands nowhere in canonical JSON, behind the end. */
  private byteAt(at: number): number {
    return at < this.end ? this.bytes.charCodeAt(at) : 0;
  }

  /** RFC 8785 section 3.2.3: keys are ordered by their UTF-16 code units, which for ASCII are the bytes. */
  private follows(before: StringPlace, key: StringPlace): boolean {
    return this.keyOf(before) < this.keyOf(key);
  }

  private keyOf({ from, to, plain }: StringPlace): string {
    const written = this.bytes.slice(from, to);
    return plain ? written : (JSON.parse(`"${Buffer.from(written, 'latin1').toString()}"`) as string);
  }

  private escapeLength(): number {
    if (shortEscapes.has(this.byteAt(this.at + 1))) return 2;
    const digits = this.at + 6 <= this.end ? this.bytes.slice(this.at + 1, this.at + 6) : '';
    // "u00" and two lower-case digits, for the control characters alone.
    if (!/^u00[01][0-9a-f]$/.test(digits) || controlsWithShortEscape.has(parseInt(digits.slice(3), 16))) {
      this.fail('an escape that canonical form does not have');
    }
    return 6;
  }

  /** RFC 3629 section 4: shortest form, no surrogates, nothing above U+10FFFF. */
  private sequenceLength(): number {
    const first = this.byteAt(this.at);
    const second = this.byteAt(this.at + 1);
    const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    const lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
    const highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
    let wellFormed = first >= 0xc2 && first <= 0xf4 && second >= lowest && second <= highest;
    for (let i = 2; i < length; i++) wellFormed &&= (this.byteAt(this.at + i) & 0xc0) === 0x80;
    if (!wellFormed) this.fail('not UTF-8');
    return length;
  }

  private failAt(at: number, reason: string): never {
    this.at = at;
    this.fail(reason);
  }
}
