// Is an entry of the log an event, in the one form that every event has? The envelope of docs/events.md, checked field by field.
import { CanonicalReader, NotCanonical } from './canonical-reader.js';
import { eventSchemas } from './event-schemas.js';
import { type FactsForm, FactsForms } from './facts-form.js';

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
  { name: 'type', form: '[A-Z][A-Za-z]{1,63}' },
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
  readonly source: string;
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
    this.source = sources.join('');
    this.all = new RegExp(this.source, 'y');
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
/** With type and version every event ends: `,"type":"LedgerOpened","v":"1"}`. */
const typeLabel = ',"type":"';
const versionLabel = '","v":"';
const ending = '"}';

/** Of the build that this verifier is of. */
export const ownForms = new FactsForms(eventSchemas);

/** An event of one type and version, as one expression up to its parts. */
interface TypeForm {
  readonly upToParts: RegExp;
  readonly facts: FactsForm;
  readonly name: string;
}

/** What a ledger's events are of; a log that names more types than any ledger has makes them anew. */
const typesKeptMax = 1_000;

/** What of an event matters beyond its form. Valid until the next one is read. */
export interface EventRead {
  id: string;
  stream: string;
  revision: number;
  at: string;
  /** SHA-256 of the sealed values that belong to it, base64url. */
  blobs: string[];
  /** What is to be said of its facts: that no schema is known of this type and version, or that they break it. */
  facts: 'as published' | 'unknown' | 'other';
  /** Its type and version, `<type>@<version>`. */
  named: string;
}

/** Reads one entry after the other. */
export class EventReader {
  private readonly reader = new CanonicalReader();
  private readonly event: EventRead = {
    ...{ id: '', stream: '', revision: 0, at: '', blobs: [] },
    ...{ facts: 'as published', named: '' },
  };

  private readonly kept = new Map<string, TypeForm>();

  constructor(private readonly forms: FactsForms = ownForms) {}

  /**
   * The event that stands from `start` up to `end` of bytes that come as characters (latin1). Throws NotCanonical with what is wrong and at
   * which byte of the entry.
   */
  read(bytes: string, start: number, end: number): EventRead {
    const { event, reader } = this;
    reader.begin(bytes, start, end);
    event.blobs.length = 0;
    const form = this.formAtEnd(bytes, end);
    const found = form && this.upToParts(form, bytes, end);
    if (found) {
      event.at = found[1] ?? '';
      event.id = found[2] ?? '';
      event.facts = 'as published';
    } else {
      event.at = head.read(bytes, reader, end)[1] ?? '';
      this.literal(bytes, factsLabel, 'facts is absent, out of place or misspelt');
      const from = reader.place;
      reader.object(1);
      event.facts = form ? (this.fits(form, bytes, from) ? 'as published' : 'other') : 'unknown';
      event.id = middle.read(bytes, reader, end)[1] ?? '';
    }
    if (bytes.startsWith(partsLabel, reader.place)) this.parts(bytes, end);
    const [, revision = '', stream = ''] = tail.read(bytes, reader, end);
    this.literal(bytes, '}', 'a field that no event has');
    reader.demandEnd();
    event.stream = stream;
    event.revision = Number(revision);
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

  /** What the facts must be depends on type and version, which stand behind them. An event without them is refused further on. */
  private formAtEnd(bytes: string, end: number): TypeForm | undefined {
    const named = bytes.slice(bytes.lastIndexOf(typeLabel, end) + typeLabel.length, end - ending.length);
    const known = this.kept.get(named);
    if (known) {
      this.event.named = known.name;
      return known;
    }
    const name = named.replace(versionLabel, '@');
    const facts = this.forms.of(name);
    this.event.named = name;
    if (!facts) return undefined;
    const upToParts = new RegExp(`${head.source}${factsLabel}${facts.source}${middle.source}`, 'y');
    const made = { upToParts, facts, name };
    if (this.kept.size < typesKeptMax) this.kept.set(named, made);
    return made;
  }

  /** Facts in their published form are canonical by that, unless names of fields are free. */
  private upToParts({ upToParts, facts }: TypeForm, bytes: string, end: number): RegExpExecArray | undefined {
    const { reader } = this;
    if (facts.keysFree) return undefined;
    upToParts.lastIndex = reader.place;
    const found = upToParts.exec(bytes);
    if (!found || upToParts.lastIndex > end) return undefined;
    reader.goTo(upToParts.lastIndex);
    return found;
  }

  /** Whether the canonical facts that were read from there on have their published form. */
  private fits({ facts }: TypeForm, bytes: string, from: number): boolean {
    return facts.isFormOf(bytes.slice(from, this.reader.place));
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
