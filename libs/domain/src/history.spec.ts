// Can every event ever written still be read, folded and hashed to the same leaf?
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEnvelope, writeEnvelope, type Facts } from '@derbes/kernel';
import { catalogue, reservedTypes } from './catalogue.js';
import { eventsDocument } from './events-document.js';
import { sampleSha256, sampleUuid, vocabularyNames } from './vocabulary.js';

interface HistoryLine {
  readonly type: string;
  readonly v: string;
  readonly bytes: string;
  /** RFC 6962 leaf hash: SHA-256(0x00 || bytes), hex. */
  readonly leaf: string;
}

const historyPath = join(import.meta.dirname, 'history.json');
const documentPath = join(import.meta.dirname, '../../../docs/events.md');
/** Set by whoever adds an event or a version: appends its line to the history and rewrites the catalogue's page. */
const writing = process.env['DERBES_WRITE'] === 'yes';

const leafHash = (bytes: string) => createHash('sha256').update('\0').update(bytes).digest('hex');
const read = (): HistoryLine[] =>
  existsSync(historyPath) ? (JSON.parse(readFileSync(historyPath, 'utf8')) as HistoryLine[]) : [];

function sampleLine(type: string): HistoryLine {
  const definition = catalogue.get(type);
  const bytes = writeEnvelope({
    v: String(definition.version),
    id: sampleUuid(100),
    type,
    stream: `subject-${sampleUuid(101)}`,
    revision: '1',
    at: '2026-11-20T09:00:01Z',
    occurred: '2026-11-20T09:00:00Z',
    actor: 'emitter',
    source: 'urn:example:crm',
    edition: sampleSha256('a'),
    facts: definition.sample as Facts,
  });
  return { type, v: String(definition.version), bytes, leaf: leafHash(bytes) };
}

if (writing) {
  const lines = read();
  const known = new Set(lines.map((line) => `${line.type} ${line.v}`));
  for (const { type, version } of catalogue.definitions) {
    if (!known.has(`${type} ${version}`)) lines.push(sampleLine(type));
  }
  writeFileSync(historyPath, `${JSON.stringify(lines, null, 2)}\n`);
}

describe('the history', () => {
  const lines = read();

  it.each(lines.map((line) => [line.type, line.v, line] as const))('still reads %s version %s', (type, v, line) => {
    const envelope = readEnvelope(line.bytes);
    expect(envelope).toMatchObject({ type, v });
    expect(catalogue.read(envelope).type).toBe(type);
    expect(leafHash(line.bytes)).toBe(line.leaf);
    expect(writeEnvelope(envelope)).toBe(line.bytes);
  });

  it.each(catalogue.definitions.map((definition) => [definition.type, definition.version] as const))(
    'has a line for every version of %s up to %d',
    (type, version) => {
      const written = lines.filter((line) => line.type === type).map((line) => Number(line.v));
      expect(written.sort((a, b) => a - b)).toEqual(Array.from({ length: version }, (_, i) => i + 1));
    },
  );

  it('knows no type that the catalogue lost', () => {
    const types = new Set(catalogue.definitions.map((definition) => definition.type));
    expect(lines.filter((line) => !types.has(line.type))).toEqual([]);
  });
});

describe('the catalogue', () => {
  it('defines no name that is kept for later', () => {
    const types = new Set(catalogue.definitions.map((definition) => definition.type));
    expect(reservedTypes.filter((type) => types.has(type))).toEqual([]);
  });

  it.each(catalogue.definitions.map((definition) => [definition.type, definition] as const))(
    'says %s in one sentence and refuses an unknown field in it',
    (_, definition) => {
      expect(definition.says).toMatch(/^[A-Z].*\.$/);
      expect(() => definition.check({ ...(definition.sample as Facts), unknown: 'x' })).toThrow();
    },
  );

  it('is what docs/events.md says', () => {
    const text = eventsDocument(catalogue, reservedTypes, vocabularyNames);
    if (writing) writeFileSync(documentPath, text);
    expect(readFileSync(documentPath, 'utf8')).toBe(text);
  });
});
