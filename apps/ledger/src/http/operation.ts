// What does the published description of the interface say of a route? Summary, parameters and answers in one decorator.
import { applyDecorators } from '@nestjs/common';
import {
  ApiDefaultResponse,
  ApiHeader,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiResponse,
  ApiSecurity,
} from '@nestjs/swagger';
import { reasons } from '../keys/asked.js';
import { type FormClass, schemasOf } from './form/schema.js';

interface Operation {
  readonly id: string;
  readonly summary: string;
  readonly says: string;
  readonly status?: number;
  readonly answers: string;
  /** Another status with the same form, and when it is answered. */
  readonly or?: readonly [status: number, answers: string];
  /** Parameters of the path with what they are. */
  readonly path?: Readonly<Record<string, string>>;
  /** The form of the query string. */
  readonly query?: FormClass;
  readonly open?: true;
  /** Staff must, or may, give a reason. */
  readonly reason?: 'must' | 'may';
  readonly idempotent?: true;
  /** Name of the answer's schema; absent when text alone is answered. */
  readonly schema?: string;
  /** Media type of that answer; JSON when absent. */
  readonly media?: string;
  /** `too`: text/plain besides JSON; else the media type of a text that is the only answer. */
  readonly text?: 'too' | 'text/plain' | 'text/markdown';
  /** text/csv besides. */
  readonly csv?: true;
  /** Bytes are the only answer. */
  readonly binary?: true;
}

const repeated = [200, 'The same Idempotency-Key was answered before; this is that answer.'] as const;
const problemSchema = { $ref: '#/components/schemas/Problem' };

export function Operation(operation: Operation): MethodDecorator & ClassDecorator {
  const { id, summary, says, status = 200, answers, path = {}, query } = operation;
  const { media = 'application/json', schema, text, or = operation.idempotent && repeated } = operation;
  const content = {
    ...(schema !== undefined && { [media]: { schema: { $ref: `#/components/schemas/${schema}` } } }),
    ...(operation.csv && { 'text/csv': { schema: { type: 'string' } } }),
    ...(operation.binary && { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } }),
    ...(text && { [text === 'too' ? 'text/plain' : text]: { schema: { type: 'string' } } }),
  };
  const waits = query ? waitsOf(query) : [];
  const told = { content, ...(waits.length > 0 && { headers: waitHeaders(waits) }) };
  return applyDecorators(
    ApiOperation({ operationId: id, summary, description: says }),
    ApiResponse({ status, description: answers, ...told }),
    ...(or ? [ApiResponse({ status: or[0], description: or[1], ...told })] : []),
    ApiDefaultResponse({
      description: 'A problem (RFC 9457); `type` leads to the page of its code.',
      content: { 'application/problem+json': { schema: problemSchema } },
    }),
    ...Object.entries(path).map(([name, description]) => ApiParam({ name, description, schema: { type: 'string' } })),
    ...(query ? queryFields(query) : []),
    ...(operation.open ? [] : [ApiSecurity('key')]),
    ...(operation.reason ? [reasonHeader(operation.reason === 'must')] : []),
    ...(operation.idempotent ? [idempotencyHeader] : []),
  );
}

function propertiesOf(form: FormClass): Readonly<Record<string, object>> {
  const [schema] = schemasOf([form], '#/components/schemas/').values();
  return (schema?.['properties'] ?? {}) as Record<string, object>;
}

/** For what the caller may wait. */
function waitsOf(form: FormClass): readonly string[] {
  const { wait } = propertiesOf(form);
  return wait === undefined ? [] : (wait as { readonly enum: readonly string[] }).enum;
}

const waitHeaders = (waits: readonly string[]) =>
  Object.fromEntries(waits.flatMap((wait) => Object.entries(wait === 'receipt' ? publishedAnswer : projectedAnswer)));

/** RFC 9651: items with parameters. */
const publishedAnswer = {
  'Derbes-Published': {
    description:
      'How the wait of `wait=receipt` ended: `published` with the size of the tree under the checkpoint, and `below-quorum` where witnesses are missing; or `late`.',
    schema: { type: 'string', pattern: '^(published;size=[1-9][0-9]{0,15}(;below-quorum)?|late)$' },
  },
} as const;
const projectedAnswer = {
  'Derbes-Projected': {
    description:
      'How the wait of `wait=projected` ended: `projected`, or `late` or `stopped` with the read models that have not seen it.',
    schema: { type: 'string', pattern: '^(projected|(late|stopped)(;behind="[a-z -]+")?)$' },
  },
} as const;

function queryFields(form: FormClass): MethodDecorator[] {
  return Object.entries(propertiesOf(form)).map(([name, field]) =>
    ApiQuery({ name, required: false, schema: field, description: `Parameter ${name}.` }),
  );
}

const reasonHeader = (always: boolean): MethodDecorator & ClassDecorator =>
  ApiHeader({
    name: 'Derbes-Reason',
    description: `Why staff ask${always ? '; needed for every role but emitter' : ''}. ${Object.entries(reasons)
      .map(([code, says]) => `\`${code}\`: ${says}`)
      .join(' ')}`,
    required: false,
    schema: { type: 'string', enum: Object.keys(reasons) },
  });

const idempotencyHeader = ApiHeader({
  name: 'Idempotency-Key',
  description:
    'The same key again is answered with the first outcome. 1 to 128 visible ASCII characters, nothing personal.',
  required: false,
  schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,128}$' },
});
