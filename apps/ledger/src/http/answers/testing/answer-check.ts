// Is an answer what the published description says of its route, status and media type? For specs; nothing undescribed is let pass.
import { type OpenAPIObject } from '@nestjs/swagger';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

type Json = Readonly<Record<string, unknown>>;
interface Described {
  readonly content?: Readonly<Record<string, { readonly schema: Json }>>;
}
interface Route {
  readonly name: string;
  readonly method: string;
  readonly path: RegExp;
  readonly responses: Readonly<Record<string, Described>>;
}

export interface SeenAnswer {
  readonly method: string;
  /** With or without its query string. */
  readonly path: string;
  readonly status: number;
  readonly type: string | null;
  readonly text: string;
}

/** An object that names its properties has no others, unless it says which. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, closed(value)]));
  const isObject = inner['type'] === 'object' && !('additionalProperties' in inner);
  return isObject ? { ...inner, additionalProperties: false } : inner;
}

export class AnswerCheck {
  private readonly ajv = new Ajv2020({ allErrors: true, strict: false });
  private readonly routes: readonly Route[];
  private readonly compiled = new Map<string, ValidateFunction>();
  private readonly asked = new Set<string>();

  constructor({ paths, components }: Pick<OpenAPIObject, 'paths' | 'components'>) {
    // ajv-formats is a CommonJS module whose function TypeScript sees one level deeper.
    (addFormats as unknown as (ajv: Ajv2020) => void)(this.ajv);
    const schemas = closed(components?.schemas ?? {}) as Json;
    this.ajv.addSchema({ $id: 'derbes:/', components: { schemas } });
    this.routes = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations as Readonly<Record<string, { responses: Route['responses'] }>>).map(
        ([method, { responses }]) => ({
          name: `${method.toUpperCase()} ${path}`,
          method: method.toUpperCase(),
          // `path` stands for the rest of one, slashes and all.
          path: new RegExp(`^${path.replace('{path}', '.+').replace(/\{[^}]+\}/g, '[^/]+')}$`),
          responses,
        }),
      ),
    );
  }

  /** Routes that no well answer was seen of. */
  get unasked(): readonly string[] {
    return this.routes.map(({ name }) => name).filter((name) => !this.asked.has(name));
  }

  /** What is wrong with an answer; empty when nothing is. A path that no route has is answered by a problem. */
  faults({ method, path, status, type, text }: SeenAnswer): readonly string[] {
    const [bare = ''] = path.split('?', 1);
    // A path written out is more of a route than one with a parameter.
    const [route] = this.routes
      .filter((one) => one.method === method && one.path.test(bare))
      .sort((a, b) => a.name.split('{').length - b.name.split('{').length);
    const media = (type ?? '').split(';', 1)[0]?.trim() ?? '';
    const named = `${route?.name ?? `${method} (no route)`} ${status} ${media}`;
    const response = route
      ? (route.responses[String(status)] ?? (status >= 400 ? route.responses['default'] : undefined))
      : problemAlone;
    if (!response) return [`${named}: no such status is described`];
    const described = response.content?.[media];
    if (!described) return [`${named}: no such media type is described`];
    if (route && status < 400) this.asked.add(route.name);
    const value: unknown = media.endsWith('json') ? JSON.parse(text) : text;
    const valid = this.validator(named, described.schema);
    if (valid(value)) return [];
    return (valid.errors ?? []).map(
      ({ instancePath, message, params }) => `${named}: ${instancePath} ${message ?? ''} ${JSON.stringify(params)}`,
    );
  }

  private validator(named: string, schema: Json): ValidateFunction {
    const known = this.compiled.get(named);
    if (known) return known;
    const { $ref } = schema;
    const absolute = typeof $ref === 'string' ? { $ref: `derbes:/${$ref}` } : closed(schema);
    const made = this.ajv.compile(absolute as Json);
    this.compiled.set(named, made);
    return made;
  }
}

const problemAlone: Described = {
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};
