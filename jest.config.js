import { bundledPackages } from './bin/test-packages.mjs';

const base = {
  rootDir: '.',
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    ...bundledPackages(),
    '^@derbes/([^/]+)$': '<rootDir>/libs/$1/src/index.ts',
    '^@derbes/([^/]+)/(.*)\\.js$': '<rootDir>/libs/$1/src/$2.ts',
    '^(\\.{1,2}/.*)(?<!\\.json)\\.js$': '$1',
  },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        swcrc: false,
        sourceMaps: 'inline',
        module: { type: 'es6' },
        jsc: {
          target: 'es2022',
          keepClassNames: true,
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
        },
      },
    ],
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/test/bench/'],
  setupFiles: ['reflect-metadata'],
};

// Three suites by cost: rules in memory; contracts on real PostgreSQL; journeys over HTTP. bin/test.mjs starts the server.
export default {
  testSequencer: '<rootDir>/bin/test-order.mjs',
  coverageProvider: 'v8',
  projects: [
    {
      ...base,
      displayName: 'unit',
      testMatch: ['<rootDir>/{apps,libs,examples,test}/**/*.spec.ts'],
      testPathIgnorePatterns: ['/node_modules/', '\\.(contract|journey)\\.spec\\.ts$'],
    },
    { ...base, displayName: 'contract', testMatch: ['<rootDir>/{apps,libs,test}/**/*.contract.spec.ts'] },
    { ...base, displayName: 'journeys', testMatch: ['<rootDir>/test/**/*.journey.spec.ts'] },
  ],
};
