import { ensureBuilt } from './build.mjs';

ensureBuilt();
await import('../dist/apps/ledger/src/main.js');
