// Who may import whom, as an allow-list: a new folder is forbidden until somebody writes its line.
const lib = (...names) => `^libs/(${names.join('|')})/src/`;
const allow = (from, ...to) => ({ from: { path: from }, to: { path: to } });
const npm = (...names) => names.map((n) => `^node_modules/${n}(/|$)`);
const node = (...names) => names.map((n) => `^(node:)?${n}$`);
const anyNode = { dependencyTypes: ['core'] };

const pureTransparency = '^libs/transparency/src/(?!(files|sequencing|witnessing|testing)\\.ts$)[^/]+\\.ts$';

// A spec may also use the test runner, property tests, and the testing face of its own and lower libs.
const spec = '\\.spec\\.ts$';

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'testing-only-from-specs',
      severity: 'error',
      comment: 'Test support never reaches the service.',
      from: { path: '^(apps|libs|examples)/', pathNot: [spec, '/testing(/|\\.ts$)'] },
      to: { path: ['/testing(/|\\.ts$)', ...npm('@jest', 'jest', 'fast-check', 'supertest', 'date-holidays')] },
    },
  ],
  allowed: [
    allow('^libs/kernel/', lib('kernel'), ...npm('typebox')),
    allow(
      '^libs/policy/',
      lib('policy', 'kernel'),
      '^examples/',
      ...npm('yaml', 'ajv', 'ajv-formats', 'typebox'),
      ...node('fs', 'crypto', 'path'),
    ),
    allow('^libs/domain/', lib('domain', 'kernel', 'policy'), ...npm('typebox')),
    allow('^libs/postgres/', lib('postgres'), ...npm('pg', '@types/pg', 'kysely')),
    { from: { path: '^libs/postgres/' }, to: anyNode },
    allow(
      '^libs/event-store/',
      lib('event-store', 'kernel'),
      ...npm('pg', '@types/pg', 'kysely', 'rxjs'),
      ...node('crypto'),
    ),
    allow(
      '^libs/event-store/src/(eventstoredb|testing)/',
      lib('event-store', 'kernel'),
      ...npm('@eventstore/db-client', 'rxjs'),
      ...node('net', 'tls'),
    ),
    { from: { path: '^libs/event-store/src/testing/' }, to: anyNode },
    allow(
      '^libs/vault/',
      lib('vault', 'kernel'),
      ...npm('pg', '@types/pg', 'kysely', 'libphonenumber-js'),
      ...node('crypto', 'fs', 'fs/promises', 'path', 'os', 'timers/promises', 'http', 'https'),
    ),
    { from: { path: '^libs/vault/src/testing/' }, to: anyNode },
    allow(
      '^libs/read-models/',
      lib('read-models', 'kernel', 'domain', 'policy'),
      '^libs/event-store/src/(index|port)\\.ts$',
      ...npm('pg', '@types/pg', 'kysely', 'rxjs'),
      ...node('crypto'),
    ),
    // The pure part of the log: whoever checks us has to read this and no more.
    allow(pureTransparency, pureTransparency, ...node('crypto')),
    allow(
      '^libs/transparency/src/(files|sequencing|witnessing|testing)(/|\\.ts$)',
      '^libs/transparency/src/',
      '^libs/(event-store|kernel)/src/index\\.ts$',
      ...npm('pg', '@types/pg', 'kysely', 'rxjs'),
    ),
    { from: { path: '^libs/transparency/src/(files|sequencing|witnessing|testing)(/|\\.ts$)' }, to: anyNode },
    // The verifier trusts nothing of the server's: the pure part and what Node brings.
    allow('^apps/verify/', '^apps/verify/', '^libs/transparency/src/index\\.ts$'),
    { from: { path: '^apps/verify/' }, to: anyNode },
    allow('^apps/ledger/', '^libs/transparency/src/(files|sequencing|witnessing)\\.ts$'),
    allow(
      '^apps/ledger/',
      '^apps/ledger/',
      '^libs/[^/]+/src/index\\.ts$',
      ...npm(
        '@nestjs',
        '@fastify',
        'fastify',
        'ajv',
        'ajv-formats',
        'class-validator',
        'class-transformer',
        'class-validator-jsonschema',
        'cli-progress',
        '@types/cli-progress',
        'cloudevents',
        'commander',
        'kysely',
        'nodemailer',
        '@types/nodemailer',
        'pg',
        '@types/pg',
        'pino',
        'prom-client',
        'reflect-metadata',
        'rxjs',
      ),
    ),
    { from: { path: '^apps/ledger/' }, to: anyNode },
    allow('^examples/', '^examples/', '^libs/(kernel|policy|domain)/src/index\\.ts$'),
    { from: { path: '^examples/' }, to: anyNode },
    { from: { path: '^test/' }, to: {} },
    {
      from: { path: [spec, '^libs/[^/]+/src/testing', '^apps/ledger/.*/testing'] },
      to: { path: [...npm('@jest', '@types/jest', 'fast-check', 'supertest'), '^libs/[^/]+/src/testing'] },
    },
    { from: { path: spec }, to: anyNode },
    // Somebody else's holidays, to disagree with ours.
    { from: { path: '^libs/policy/.*\\.spec\\.ts$' }, to: { path: npm('date-holidays') } },
    // Somebody else's implementation of Standard Webhooks, to check ours.
    { from: { path: '^apps/ledger/src/delivery/.*\\.spec\\.ts$|^test/' }, to: { path: npm('standardwebhooks') } },
    { from: { path: '\\.contract\\.spec\\.ts$' }, to: { path: ['^libs/postgres/src/', '^libs/[^/]+/src/'] } },
  ],
  allowedSeverity: 'error',
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^dist/', 'test/bench/node_modules'] },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
};
