// What does docs/events.md say? Every event type of the catalogue, read from its definition.
import { type Catalogue, type EventDefinition } from '@derbes/kernel';

type Row = readonly [field: string, is: string];

interface SchemaNode {
  readonly type?: string;
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
}

/** The catalogue as a page; `names` gives the words of the vocabulary by their pattern. */
export function eventsDocument(
  catalogue: Catalogue,
  reserved: readonly string[],
  names: ReadonlyMap<string, string>,
): string {
  const lines = [
    '# Events',
    '',
    'Written from the definitions in `libs/domain`; a spec keeps it true. All values are strings; an absent field is absent, never null.',
    'A field with `?` may be absent.',
    '',
  ];
  for (const definition of catalogue.definitions) lines.push(...section(definition, names));
  lines.push('## Kept for later', '', 'No other event may take these names.', '');
  lines.push(...reserved.map((type) => `- ${type}`), '');
  return lines.join('\n');
}

function section(definition: EventDefinition, names: ReadonlyMap<string, string>): string[] {
  const rows = fieldsOf(definition.schema, '', names);
  return [
    `## ${definition.type}`,
    '',
    definition.says,
    '',
    `Version ${definition.version}.`,
    '',
    ...table([['field', 'is'], ...rows]),
    '',
    '```json',
    JSON.stringify(definition.sample, null, 2),
    '```',
    '',
  ];
}

function fieldsOf(node: SchemaNode, prefix: string, names: ReadonlyMap<string, string>): Row[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, child]): Row[] => {
    const field = `${prefix}${name}${node.required?.includes(name) ? '' : '?'}`;
    if (child.properties) return fieldsOf(child, `${field}.`, names);
    if (child.items?.properties) return fieldsOf(child.items, `${field}[].`, names);
    return [[`\`${field}\``, describe(child, names)]];
  });
}

/** Columns padded as the formatter pads them. */
function table(rows: readonly Row[]): string[] {
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const line = (cells: readonly string[], pad: string) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0, pad)).join(' | ')} |`;
  const [head = ['', ''], ...body] = rows;
  return [line(head, ' '), line(['', ''], '-'), ...body.map((row) => line(row, ' '))];
}

function describe(node: SchemaNode, names: ReadonlyMap<string, string>): string {
  if (node.const !== undefined) return `\`${node.const}\``;
  if (node.enum) return node.enum.map((value) => `\`${value}\``).join(', ');
  if (node.anyOf) return [...new Set(node.anyOf.map((choice) => describe(choice, names)))].join(' or ');
  if (node.items) return `list of ${describe(node.items, names)}`;
  const [values] = Object.values(node.patternProperties ?? {});
  if (values) return `${describe(values, names)} by name`;
  const name = names.get(node.pattern ?? '');
  if (name) return name;
  return node.pattern ? `text of the form \`${node.pattern.replaceAll('|', '\\|')}\`` : 'text';
}
