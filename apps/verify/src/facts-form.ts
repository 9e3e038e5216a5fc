// Which facts has an event of its type and version, and in which form? Each published schema becomes one expression over canonical JSON.

/** What the schemas of events are made of: JSON Schema 2020-12, and of it no more than this. */
export interface SchemaNode {
  readonly $ref?: string;
  readonly type?: string;
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly maxLength?: number;
  readonly items?: SchemaNode;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: false;
  readonly required?: readonly string[];
  readonly anyOf?: readonly SchemaNode[];
}

/** docs/event-schemas.json: words of the vocabulary by name, facts by `<type>@<version>`. */
export interface SchemasFile {
  readonly $schema: string;
  readonly title: string;
  readonly $defs: Readonly<Record<string, SchemaNode>>;
}

/** Thrown for a file of schemas that says what this verifier cannot check. */
export class NotASchema extends Error {}

const refPrefix = '#/$defs/';

/** The facts of one type and version. */
export class FactsForm {
  /** What facts of this form match as canonical text; they are canonical then, unless `keysFree`. */
  readonly source: string;
  /** Names of fields may be anything of a pattern: that they stand in order no expression says. */
  readonly keysFree: boolean;
  private whole: RegExp | undefined;

  constructor(
    private readonly schema: SchemaNode,
    private readonly forms: FactsForms,
  ) {
    this.source = forms.expression(schema);
    this.keysFree = JSON.stringify(schema).includes('"patternProperties"');
  }

  /** Whether canonical facts have it. */
  isFormOf(facts: string): boolean {
    this.whole ??= new RegExp(`^${this.source}$`);
    return this.whole.test(facts);
  }

  /** Which field has not its form, and never what stands in it. */
  explain(facts: unknown): string {
    return this.forms.explain(this.schema, facts, 'facts') ?? 'facts have another form';
  }
}

/** The forms of all types that a file of schemas tells of. */
export class FactsForms {
  constructor(private readonly file: SchemasFile) {}

  /** `<type>@<version>`; undefined when the schemas do not tell of it. Throws NotASchema. */
  of(name: string): FactsForm | undefined {
    const schema = this.schemaOf(name);
    return schema && new FactsForm(schema, this);
  }

  /** So that a file that cannot be used is refused before anything is checked. Throws NotASchema. */
  assertUsable(): void {
    for (const name of Object.keys(this.file.$defs)) this.of(name);
  }

  private schemaOf(name: string): SchemaNode | undefined {
    return Object.hasOwn(this.file.$defs, name) ? this.file.$defs[name] : undefined;
  }

  /** Of the canonical text of a value, as characters of one byte each. */
  expression(node: SchemaNode): string {
    const inner = (one: SchemaNode): string => this.expression(one);
    if (node.$ref !== undefined) return inner(this.word(node.$ref));
    if (node.anyOf) return `(?:${node.anyOf.map(inner).join('|')})`;
    if (node.const !== undefined) return `"${literal(node.const)}"`;
    if (node.enum) return `"(?:${node.enum.map(literal).join('|')})"`;
    if (node.pattern !== undefined) return text(node.pattern, node.maxLength);
    if (node.items) return list(inner(node.items), node.minItems ?? 0, node.maxItems);
    if (node.properties) return object(node.properties, node.required ?? [], inner);
    const [named, ...more] = Object.entries(node.patternProperties ?? {});
    if (!named || more.length > 0) throw new NotASchema('a schema that says nothing of what it demands');
    const one = `${text(named[0], undefined)}:${inner(named[1])}`;
    return `\\{(?:${one}(?:,${one})*)?\\}`;
  }

  /** Of the vocabulary: a form of a text, which names no other. */
  private word(ref: string): SchemaNode {
    const node = ref.startsWith(refPrefix) ? this.schemaOf(ref.slice(refPrefix.length)) : undefined;
    if (node?.pattern === undefined) throw new NotASchema(`${ref} is no word of the vocabulary`);
    return node;
  }

  /** Undefined when the value has the form. */
  explain(node: SchemaNode, value: unknown, path: string): string | undefined {
    if (node.$ref !== undefined) return this.explain(this.word(node.$ref), value, path);
    if (Array.isArray(value) && node.items) {
      const { items, minItems = 0, maxItems = Infinity } = node;
      if (value.length < minItems || value.length > maxItems) return `${path} has ${value.length} items`;
      return first(value, (item, i) => this.explain(items, item, `${path}[${i}]`));
    }
    if (node.properties && typeof value === 'object' && value !== null) {
      const { properties, required = [] } = node;
      const fields = value as Readonly<Record<string, unknown>>;
      const absent = required.find((name) => !Object.hasOwn(fields, name));
      if (absent !== undefined) return `${path}.${absent} is absent`;
      return first(Object.keys(fields), (name) => {
        const known = Object.hasOwn(properties, name) ? properties[name] : undefined;
        return known
          ? this.explain(known, fields[name], `${path}.${name}`)
          : `${path} has a field that it must not have`;
      });
    }
    const written = Buffer.from(JSON.stringify(value)).toString('latin1');
    const fits = new RegExp(`^(?:${this.expression(node)})$`).test(written);
    return fits ? undefined : `${path} has not its form`;
  }
}

function first<T>(items: readonly T[], told: (item: T, i: number) => string | undefined): string | undefined {
  for (const [i, item] of items.entries()) {
    const says = told(item, i);
    if (says !== undefined) return says;
  }
  return undefined;
}

/** Its length is looked at first, so that nothing else looks far. */
function text(pattern: string, maxLength: number | undefined): string {
  if (!pattern.startsWith('^') || !pattern.endsWith('$'))
    throw new NotASchema('a pattern that may stand anywhere in a text');
  const length = maxLength === undefined ? '' : `(?=[^"]{0,${maxLength}}")`;
  return `"${length}(?:${inQuotes(pattern.slice(1, -1))})"`;
}

/** Canonical form leaves one order of the fields; a comma stands between two. */
function object(
  properties: Readonly<Record<string, SchemaNode>>,
  required: readonly string[],
  inner: (node: SchemaNode) => string,
): string {
  const names = Object.keys(properties).sort();
  const certain = names.findIndex((name) => required.includes(name));
  const source = names.map((name, i) => {
    const field = `"${literal(name)}":${inner(properties[name] ?? {})}`;
    if (certain < 0) return `(?:(?:(?<=\\{)|,)${field})?`;
    if (i === certain) return field;
    if (i < certain) return `(?:${field},)?`;
    return required.includes(name) ? `,${field}` : `(?:,${field})?`;
  });
  return `\\{${source.join('')}\\}`;
}

function list(item: string, min: number, max: number | undefined): string {
  if (max === 0) return '\\[\\]';
  const more = `{${Math.max(0, min - 1)},${max === undefined ? '' : max - 1}}`;
  const some = `${item}(?:,${item})${more}`;
  return min > 0 ? `\\[${some}\\]` : `\\[(?:${some})?\\]`;
}

/** What matches itself, as it stands between quotes. */
const literal = (words: string): string => {
  const written = Buffer.from(JSON.stringify(words).slice(1, -1)).toString('latin1');
  return written.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
};

/** Printable ASCII but the space; a quote and a backslash stand behind a backslash. */
const printable = String.raw`(?:[!#-[\]-~]|\\["\\])`;

/**
 * A pattern as it reads between the quotes of canonical JSON. Those of events name ASCII that is written as it is, but for: a dot, which
 * must not reach beyond the text; all printable characters; line feeds; and characters of several bytes.
 */
function inQuotes(pattern: string): string {
  return pattern
    .replaceAll(String.raw`[\x21-\x7e]`, printable)
    .replaceAll(/(?<!\\)\.(?=[*+{])/g, '[^"]')
    .replaceAll(String.raw`\n`, String.raw`\\n`)
    .replaceAll(/(?<!\\)\((?!\?)/g, '(?:')
    .replaceAll(/[\u{80}-\u{10ffff}]/gu, literal);
}
