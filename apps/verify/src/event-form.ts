// Is an entry of the log an event, in the one form that every event has? The envelope of docs/events.md, checked field by field.
import { CanonicalReader, NotCanonical } from './canonical-reader.js';

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
/** A whole UTC second, RFC 3339 section 5.6 (a leap second is one). */
const moment = String.raw`\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)Z`;
/** SHA-256 or HMAC-SHA-256, base64url without padding. */
const digest = '[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]';

interface Field {
  readonly name: string;
  readonly form: string;
  readonly optional?: true;
  /** Whether the caller wants to know what it says. */
  readonly kept?: true;
}

/** In canonical order, which is the only one they may stand in: these, `facts`, those, `parts` where there are any, and the last. */
const beforeFacts: readonly Field[] = [
  { name: 'actor', form: '[a-z][a-z0-9-]{0,63}' },
  { name: 'at', form: moment, kept: true },
  { name: 'edition', form: '[0-9a-f]{64}', optional: true },
];
const beforeParts: readonly Field[] = [
  { name: 'id', form: uuid, kept: true },
  { name: 'occurred', form: moment },
];
const afterParts: readonly Field[] = [
  { name: 'revision', form: String.raw`0|[1-9]\d{0,9}`, kept: true },
  // Printable ASCII; a quote and a backslash stand behind a backslash.
  { name: 'source', form: String.raw`(?:[!#-[\]-~]|\\["\\]){1,256}`, optional: true },
  { name: 'stream', form: '[a-z]+(?:-[a-z0-9-]{1,100})?', kept: true },
  { name: 'type', form: '[A-Z][A-Za-z]{1,63}', kept: true },
  { name: 'v', form: String.raw`[1-9]\d{0,3}` },
];
const ofPart: readonly Field[] = [
  { name: 'blob', form: digest, kept: true },
  { name: 'commit', form: digest },
  { name: 'owner', form: `(?:subject|staff|request|representative|organisation)-${uuid}`, optional: true },
  { name: 'p', form: String.raw`0|[1-9]\d{0,4}`, kept: true },
];

/** Fields that follow one another, as one expression and each by itself. */
class Run {
  private readonly all: RegExp;
  private readonly each: readonly { readonly field: Field; readonly label: string; readonly value: RegExp }[];

  constructor(fields: readonly Field[], opening: '{' | ',') {
    this.each = fields.map((field, i) => ({
      field,
      label: `${i === 0 ? opening : ','}"${field.name}":`,
      value: new RegExp(`"(?:${field.form})"`, 'y'),
    }));
    const sources = this.each.map(({ field: { form, kept, optional }, label }) => {
      const source = `${label.replace('{', String.raw`\{`)}"(${kept ? '' : '?:'}${form})"`;
      return optional ? `(?:${source})?` : source;
    });
    this.all = new RegExp(sources.join(''), 'y');
  }

  /** What the kept fields say, from index 1 on. Throws NotCanonical. */
  read(bytes: string, reader: CanonicalReader, end: number): RegExpExecArray {
    this.all.lastIndex = reader.place;
    const found = this.all.exec(bytes);
    if (!found || this.all.lastIndex > end) return this.explain(bytes, reader);
    reader.goTo(this.all.lastIndex);
    return found;
  }

  /** Which of them it is that has not its form. */
  private explain(bytes: string, reader: CanonicalReader): never {
    for (const { field, label, value } of this.each) {
      if (!bytes.startsWith(label, reader.place)) {
        if (field.optional) continue;
        reader.fail(`${field.name} is absent, out of place or misspelt`);
      }
      value.lastIndex = reader.place + label.length;
      if (!value.test(bytes)) reader.fail(`${field.name} has not the form that it must have`);
      reader.goTo(value.lastIndex);
    }
    reader.fail('ends within its fields');
  }
}

const head = new Run(beforeFacts, '{');
const middle = new Run(beforeParts, ',');
const tail = new Run(afterParts, ',');
const part = new Run(ofPart, '{');
const factsLabel = ',"facts":';
const partsLabel = ',"parts":[';

/** What of an event matters beyond its form. Valid until the next one is read. */
export interface EventRead {
  id: string;
  stream: string;
  type: string;
  revision: number;
  at: string;
  /** SHA-256 of the sealed values that belong to it, base64url. */
  blobs: string[];
}

/** Reads one entry after the other. */
export class EventReader {
  private readonly reader = new CanonicalReader();
  private readonly event: EventRead = { id: '', stream: '', type: '', revision: 0, at: '', blobs: [] };

  /**
   * The event that stands from `start` up to `end` of bytes that come as characters (latin1). Throws NotCanonical with what is wrong and at
   * which byte of the entry.
   */
  read(bytes: string, start: number, end: number): EventRead {
    const { event, reader } = this;
    reader.begin(bytes, start, end);
    event.blobs.length = 0;
    const [, at = ''] = head.read(bytes, reader, end);
    this.literal(bytes, factsLabel, 'facts is absent, out of place or misspelt');
    reader.object(1);
    const [, id = ''] = middle.read(bytes, reader, end);
    if (bytes.startsWith(partsLabel, reader.place)) this.parts(bytes, end);
    const [, revision = '', stream = '', type = ''] = tail.read(bytes, reader, end);
    this.literal(bytes, '}', 'a field that no event has');
    reader.demandEnd();
    event.id = id;
    event.stream = stream;
    event.type = type;
    event.revision = Number(revision);
    event.at = at;
    return event;
  }

  /** The same for a whole entry; undefined when it is no event. */
  readIfAny(entry: Uint8Array): EventRead | undefined {
    const bytes = Buffer.from(entry).toString('latin1');
    try {
      return this.read(bytes, 0, bytes.length);
    } catch (error) {
      if (error instanceof NotCanonical) return undefined;
      throw error;
    }
  }

  /** One object for each person and category, counted from "0". */
  private parts(bytes: string, end: number): void {
    const { reader, event } = this;
    reader.goTo(reader.place + partsLabel.length - 1);
    do {
      reader.goTo(reader.place + 1);
      const [, blob = '', p = ''] = part.read(bytes, reader, end);
      if (p !== String(event.blobs.length)) reader.fail('parts are not counted from 0');
      event.blobs.push(blob);
      this.literal(bytes, '}', 'a field that no part has');
    } while (bytes.startsWith(',', reader.place));
    this.literal(bytes, ']', 'parts do not end');
  }

  private literal(bytes: string, literal: string, reason: string): void {
    const { reader } = this;
    if (!bytes.startsWith(literal, reader.place)) reader.fail(reason);
    reader.goTo(reader.place + literal.length);
  }
}
