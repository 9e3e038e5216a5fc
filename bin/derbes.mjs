#!/usr/bin/env node
import { ensureBuilt } from './build.mjs';

ensureBuilt();
await import('../dist/apps/ledger/src/cli/main.js');
