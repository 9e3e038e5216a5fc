#!/usr/bin/env node
import { ensureBuilt } from './build.mjs';

ensureBuilt();
// A witness is a mode of the verifier, which knows nothing of the service.
if (process.argv[2] === 'witness') await import('../dist/verify.mjs');
else await import('../dist/apps/ledger/src/cli/main.js');
