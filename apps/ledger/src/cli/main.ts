// The `derbes` program.
import 'reflect-metadata';
import { run } from './run.js';

// Whoever reads us may have read enough, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

/** A client that never got an answer may hold a connection open; the command has ended all the same. */
const lingerMsMax = 1_000;

process.exitCode = await run(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
});
setTimeout(() => process.exit(), lingerMsMax).unref();
