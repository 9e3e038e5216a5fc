// Is the published schema the one that files are checked by, and does it explain every property?
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { PolicySchema } from './format.js';

const file = join(import.meta.dirname, '../policy.schema.json');
const source = { $schema: 'https://json-schema.org/draft/2020-12/schema', ...PolicySchema };
/** Set by whoever changes the format: rewrites the published schema. */
if (process.env['DERBES_WRITE'] === 'yes') writeFileSync(file, JSON.stringify(source, null, 2));

const published = (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}) as Record<string, unknown>;

function undescribed(schema: unknown, path: string): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties = {}, items } = schema as {
    properties?: Record<string, { description?: string }>;
    items?: unknown;
  };
  const here = Object.entries(properties).flatMap(([name, property]) => [
    ...(property.description === undefined ? [`${path}/${name}`] : []),
    ...undescribed(property, `${path}/${name}`),
  ]);
  return [...here, ...undescribed(items, `${path}[]`)];
}

describe('the published policy schema', () => {
  it('equals the source of the format', () => {
    expect(published).toEqual(JSON.parse(JSON.stringify(source)));
  });

  it('is a strict JSON Schema of draft 2020-12', () => {
    expect(new Ajv2020({ strict: true }).validateSchema(published)).toBe(true);
    expect(published['$schema']).toBe('https://json-schema.org/draft/2020-12/schema');
  });

  it('describes every property, so that editors can', () => {
    expect(Object.keys(published['properties'] as object)).toContain('purposes');
    expect(undescribed(published, '')).toEqual([]);
  });
});
