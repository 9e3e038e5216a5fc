// Is docs/openapi.json what the service says of itself? `npm run generate` writes it anew; `npm run lint:openapi` lints it.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type OpenAPIObject } from '@nestjs/swagger';
import pg from 'pg';
import { ApiKeys } from '../keys/api-keys.js';
import { JsonLogger } from '../logger.js';
import { defaultLimits } from '../settings.js';
import { createApp, type LedgerApp } from './app.js';
import { Metrics } from './metrics.js';

const file = join(import.meta.dirname, '../../../../docs/openapi.json');
let ledger: LedgerApp;
let openApi: OpenAPIObject;
let pool: pg.Pool;

// Nothing here asks a key, so the pool never connects.
beforeAll(async () => {
  pool = new pg.Pool({ max: 1 });
  const parts = {
    keys: new ApiKeys(pool),
    logger: new JsonLogger('silent'),
    metrics: new Metrics(),
    indicators: [],
    providers: [],
  };
  ledger = await createApp(parts, defaultLimits, '1');
  openApi = ledger.describe();
});
afterAll(async () => {
  await ledger.app.close();
  await pool.end();
});

describe('the description of the interface', () => {
  it('is OpenAPI 3.1 and stands in docs/openapi.json', () => {
    const text = `${JSON.stringify(openApi, null, 2)}\n`;
    if (process.env['DERBES_WRITE'] === 'yes') writeFileSync(file, text);
    expect(openApi.openapi).toBe('3.1.0');
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('names every route, and no other', () => {
    const described = Object.entries(openApi.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{([a-z0-9]+)\}/gi, ':$1')}`),
    );
    const routes = ledger.routes
      .filter(({ method, url }) => method !== 'HEAD' && !/^\/docs(\/(openapi\.json|assets\/.*))?$/.test(url))
      // What the router calls the rest of a path, the description calls by a name.
      .map(({ method, url }) => `${method} ${url.replace(/\*$/, ':path')}`);
    expect(described.sort()).toEqual(routes.sort());
  });

  it('refers to no schema that it does not have', () => {
    const references = [...JSON.stringify(openApi).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)];
    const known = Object.keys(openApi.components?.schemas ?? {});
    expect(references.length).toBeGreaterThan(40);
    for (const [, name] of references) expect(known).toContain(name);
  });

  it('says of every operation that is not open that it needs a key', () => {
    for (const [path, methods] of Object.entries(openApi.paths)) {
      const isOpen = /^\/(health|v1\/schemas|docs)/.test(path);
      for (const operation of Object.values(methods)) {
        expect({ path, key: 'security' in operation }).toEqual({ path, key: !isOpen });
      }
    }
  });
});
