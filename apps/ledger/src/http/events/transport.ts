// In which of the three modes of the CloudEvents HTTP binding were events sent, and which are they?
import { type IncomingHttpHeaders } from 'node:http';
import { Problem } from '../problem/problem.js';

export const batchEventsMax = 10_000;
export const atomicEventsMax = 1_000;

export const eventsPath = '/v1/events';
export const structuredType = 'application/cloudevents+json';
export const batchType = 'application/cloudevents-batch+json';

export type Sent =
  | { readonly mode: 'single'; readonly event: unknown }
  | { readonly mode: 'batch'; readonly events: readonly unknown[] };

const mediaTypeOf = (headers: IncomingHttpHeaders): string =>
  (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';

/** Reads the mode from the headers; the body is JSON already. Throws MEDIA_TYPE_UNSUPPORTED, BATCH_TOO_LARGE, MALFORMED_BODY. */
export function readSent(headers: IncomingHttpHeaders, body: unknown): Sent {
  switch (mediaTypeOf(headers)) {
    case structuredType:
      return { mode: 'single', event: body };
    case batchType:
      return { mode: 'batch', events: readBatch(body) };
    case 'application/json':
      return { mode: 'single', event: readBinary(headers, body) };
    default:
      throw new Problem(
        'MEDIA_TYPE_UNSUPPORTED',
        `send ${structuredType}, ${batchType}, or application/json with ce- headers`,
      );
  }
}

function readBatch(body: unknown): readonly unknown[] {
  if (!Array.isArray(body)) {
    throw new Problem('MALFORMED_BODY', 'a batch is an array of CloudEvents', {
      errors: [{ pointer: '', detail: 'must be an array' }],
    });
  }
  if (body.length > batchEventsMax)
    throw new Problem('BATCH_TOO_LARGE', `at most ${batchEventsMax} events in one batch`);
  return body as unknown[];
}

/** Attributes stand in `ce-` headers, percent-encoded (HTTP binding 3.1.3.2); the body is `data`. */
function readBinary(headers: IncomingHttpHeaders, body: unknown): Record<string, unknown> {
  const event: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith('ce-')) event[name.slice('ce-'.length)] = decodeHeader(name, value);
  }
  if (event['specversion'] === undefined) {
    throw new Problem(
      'MEDIA_TYPE_UNSUPPORTED',
      `application/json without ce-specversion is no event: send a whole one as ${structuredType}, or its attributes as ce- headers`,
    );
  }
  for (const reserved of ['data', 'datacontenttype']) {
    if (event[reserved] !== undefined) throw malformedHeader(`ce-${reserved}`, 'is not a header of an event');
  }
  return { ...event, data: body };
}

function decodeHeader(name: string, value: string | readonly string[] | undefined): string {
  if (typeof value !== 'string') throw malformedHeader(name, 'stands twice');
  try {
    return decodeURIComponent(value);
  } catch {
    throw malformedHeader(name, 'is not percent-encoded UTF-8');
  }
}

const malformedHeader = (name: string, detail: string): Problem =>
  new Problem('MALFORMED_REQUEST', `the header ${name} ${detail}`);
