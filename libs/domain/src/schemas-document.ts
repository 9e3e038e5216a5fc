// How are the facts of every event type published for whoever checks a log? As JSON Schema, each version by itself, for ever.
import { type Catalogue } from '@derbes/kernel';

/** JSON Schema 2020-12, of which events use `$ref`, `const`, `enum`, `pattern`, `items`, `properties`, `patternProperties` and `anyOf`. */
export type PublishedSchema = Readonly<Record<string, unknown>>;

export interface SchemasDocument {
  readonly $schema: string;
  readonly title: string;
  /** Forms of the vocabulary by name, and facts by `<type>@<version>`. */
  readonly $defs: Readonly<Record<string, PublishedSchema>>;
}

/**
 * `names` gives the words of the vocabulary by their pattern. What `standing` says of versions that are no longer the newest stays as it
 * was; a version that is older than any document has the newest form, which its upcaster demands.
 */
export function schemasDocument(
  catalogue: Catalogue,
  names: ReadonlyMap<string, string>,
  standing: SchemasDocument | undefined,
): SchemasDocument {
  const forms = new Map<string, PublishedSchema>();
  const facts: Record<string, PublishedSchema> = {};
  for (const { type, version, schema } of catalogue.definitions) {
    const newest = named(JSON.parse(JSON.stringify(schema)) as PublishedSchema, names, forms) as PublishedSchema;
    for (let v = 1; v < version; v++) facts[`${type}@${v}`] = standing?.$defs[`${type}@${v}`] ?? newest;
    facts[`${type}@${version}`] = newest;
  }
  const sorted = [...forms].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Facts of events, by type and version',
    $defs: { ...Object.fromEntries(sorted), ...facts },
  };
}

/** One line for each form and each version, so that a change shows as one. */
export function schemasText({ $defs, ...head }: SchemasDocument): string {
  const lines = Object.entries($defs).map(([name, schema]) => `    ${JSON.stringify(name)}: ${JSON.stringify(schema)}`);
  const heading = Object.entries(head).map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)},`);
  return ['{', ...heading, '  "$defs": {', lines.join(',\n'), '  }', '}', ''].join('\n');
}

/** The same with each word of the vocabulary by its name; what a form says beside its pattern goes with it. */
function named(node: unknown, names: ReadonlyMap<string, string>, forms: Map<string, PublishedSchema>): unknown {
  if (Array.isArray(node)) return node.map((item) => named(item, names, forms));
  if (typeof node !== 'object' || node === null) return node;
  const { pattern } = node as { pattern?: unknown };
  const word = typeof pattern === 'string' ? names.get(pattern) : undefined;
  if (word === undefined) {
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, named(value, names, forms)]));
  }
  const name = (word.split(/[(,]/)[0] ?? '')
    .replaceAll(/[^A-Za-z0-9]+/g, ' ')
    .trim()
    .replaceAll(' ', '-')
    .toLowerCase();
  forms.set(name, node as PublishedSchema);
  return { $ref: `#/$defs/${name}` };
}
