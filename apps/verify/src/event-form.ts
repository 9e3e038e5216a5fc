// Is an entry of the log an event, in the one form that every event has? The envelope of docs/events.md, checked field by field.
import { CanonicalReader, NotCanonical } from './canonical-reader.js';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** A whole UTC second, RFC 3339 section 5.6 (a leap second is one). */
const moment = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)Z$/;
/** SHA-256 or HMAC-SHA-256, base64url without padding. */
const digest = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;

interface Field {
  readonly name: string;
  readonly optional?: true;
  /** Absent for `facts` and `parts`, which are no strings. */
  readonly form?: RegExp;
}

/** In canonical order, which is the only one they may stand in. */
const fields: readonly Field[] = [
  { name: 'actor', form: /^[a-z][a-z0-9-]{0,63}$/ },
  { name: 'at', form: moment },
  { name: 'edition', form: /^[0-9a-f]{64}$/, optional: true },
  { name: 'facts' },
  { name: 'id', form: uuid },
  { name: 'occurred', form: moment },
  { name: 'parts', optional: true },
  { name: 'revision', form: /^(0|[1-9]\d{0,9})$/ },
  { name: 'source', form: /^[\x21-\x7e]{1,256}$/, optional: true },
  { name: 'stream', form: /^[a-z]+(-[a-z0-9-]{1,100})?$/ },
  { name: 'type', form: /^[A-Z][A-Za-z]{1,63}$/ },
  { name: 'v', form: /^[1-9]\d{0,3}$/ },
];
const partFields: readonly Field[] = [
  { name: 'blob', form: digest },
  { name: 'commit', form: digest },
  {
    name: 'owner',
    form: /^(subject|staff|request|representative|organisation)-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    optional: true,
  },
  { name: 'p', form: /^(0|[1-9]\d{0,4})$/ },
];

interface Step extends Field {
  /** `{"name":` for the first, `,"name":` for every other. */
  readonly label: Buffer;
}

const steps = (all: readonly Field[]): readonly Step[] =>
  all.map((field, i) => ({ ...field, label: Buffer.from(`${i === 0 ? '{' : ','}"${field.name}":`) }));
const eventSteps = steps(fields);
const partSteps = steps(partFields);
const open = Buffer.from('[');
const comma = Buffer.from(',');
const close = Buffer.from(']');
const endOfObject = Buffer.from('}');

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
  private readonly reader = new CanonicalReader(Buffer.alloc(0));
  private readonly event: EventRead = { id: '', stream: '', type: '', revision: 0, at: '', blobs: [] };

  /** The event that stands from `start` up to `end`. Throws NotCanonical with what is wrong and at which byte of the entry. */
  read(bytes: Buffer, start: number, end: number): EventRead {
    const { event, reader } = this;
    reader.begin(bytes, start, end);
    event.blobs.length = 0;
    for (const step of eventSteps) {
      if (!reader.takes(step.label)) {
        if (step.optional) continue;
        reader.fail(`${step.name} is absent, out of place or misspelt`);
      }
      if (step.name === 'facts') reader.object(1);
      else if (step.name === 'parts') this.parts();
      else this.keep(step);
    }
    reader.demand(endOfObject, 'a field that no event has');
    reader.demandEnd();
    return event;
  }

  /** The same for a whole buffer; undefined when it is no event. */
  readIfAny(bytes: Buffer): EventRead | undefined {
    try {
      return this.read(bytes, 0, bytes.length);
    } catch (error) {
      if (error instanceof NotCanonical) return undefined;
      throw error;
    }
  }

  private keep({ name, form }: Step): void {
    const text = this.formed(name, form);
    const { event } = this;
    if (name === 'id') event.id = text;
    else if (name === 'stream') event.stream = text;
    else if (name === 'type') event.type = text;
    else if (name === 'at') event.at = text;
    else if (name === 'revision') event.revision = Number(text);
  }

  private formed(name: string, form: RegExp | undefined): string {
    this.reader.string();
    const text = this.reader.text();
    if (!form?.test(text)) this.reader.fail(`${name} has not the form that it must have`);
    return text;
  }

  /** One object for each person and category, counted from "0". */
  private parts(): void {
    const { reader, event } = this;
    reader.demand(open, 'parts is no array');
    do {
      for (const step of partSteps) {
        if (!reader.takes(step.label)) {
          if (step.optional) continue;
          reader.fail(`${step.name} of a part is absent, out of place or misspelt`);
        }
        const text = this.formed(`${step.name} of a part`, step.form);
        if (step.name === 'p' && text !== String(event.blobs.length - 1)) reader.fail('parts are not counted from 0');
        if (step.name === 'blob') event.blobs.push(text);
      }
      reader.demand(endOfObject, 'a field that no part has');
    } while (reader.takes(comma));
    reader.demand(close, 'parts do not end');
  }
}
