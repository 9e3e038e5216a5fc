#!/usr/bin/env node
// derbes-verify from a checkout: the single file that is handed to inspectors, built when a source is newer.
import { ensureBuilt } from './build.mjs';

ensureBuilt();
await import('../dist/verify.mjs');
