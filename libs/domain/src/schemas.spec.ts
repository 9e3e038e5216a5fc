// Is what is published of the facts of events what the ledger demands, and what the offline verifier knows?
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue } from './catalogue.js';
import { schemasDocument, schemasText, type SchemasDocument } from './schemas-document.js';
import { vocabularyNames } from './vocabulary.js';

const root = join(import.meta.dirname, '../../..');
const documentPath = join(root, 'docs', 'event-schemas.json');
/** The verifier is one file and imports nothing of the domain, so it has them as a module of its own. */
const modulePath = join(root, 'apps', 'verify', 'src', 'event-schemas.ts');
/** Set by whoever adds an event or a version. */
const writing = process.env['DERBES_WRITE'] === 'yes';

const moduleText = (text: string): string =>
  [
    '// Which facts has an event of each type and version? docs/event-schemas.json as a module: one file is all that the verifier is.',
    "import { type SchemasFile } from './facts-form.js';",
    '',
    '// prettier-ignore',
    `export const eventSchemas: SchemasFile = ${text.trimEnd()};`,
    '',
  ].join('\n');

describe('the published schemas of events', () => {
  const standing = existsSync(documentPath)
    ? (JSON.parse(readFileSync(documentPath, 'utf8')) as SchemasDocument)
    : undefined;
  const text = schemasText(schemasDocument(catalogue, vocabularyNames, standing));

  it('are those of the catalogue', () => {
    if (writing) writeFileSync(documentPath, text);
    expect(readFileSync(documentPath, 'utf8')).toBe(text);
  });

  it('are those that the verifier knows', () => {
    if (writing) writeFileSync(modulePath, moduleText(text));
    expect(readFileSync(modulePath, 'utf8')).toBe(moduleText(text));
  });

  it('name every version of every type', () => {
    const { $defs } = JSON.parse(text) as SchemasDocument;
    const versions = catalogue.definitions.flatMap(({ type, version }) =>
      Array.from({ length: version }, (_, i) => `${type}@${i + 1}`),
    );
    expect(Object.keys($defs).filter((name) => name.includes('@'))).toEqual(versions);
  });

  it('say of a vocabulary word the same wherever it stands', () => {
    const { $defs } = JSON.parse(text) as SchemasDocument;
    const patterns = Object.entries($defs).flatMap(([name, { pattern }]) => (name.includes('@') ? [] : [pattern]));
    expect(new Set(patterns).size).toBe(patterns.length);
  });

  it('keep what an older version was published with', () => {
    const [twice] = catalogue.definitions.filter(({ version }) => version > 1);
    if (!twice) throw new Error('no type has a second version');
    const first = `${twice.type}@1`;
    const published = { ...(JSON.parse(text) as SchemasDocument) };
    const kept = { ...published, $defs: { ...published.$defs, [first]: { const: 'as it was' } } };
    expect(schemasDocument(catalogue, vocabularyNames, kept).$defs[first]).toEqual({ const: 'as it was' });
  });
});
